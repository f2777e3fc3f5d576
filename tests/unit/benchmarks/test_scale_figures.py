"""What ``benchmarks/scale.py`` measures, and concludes from the milliseconds of its requests."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

import scale_database
from scale import LOOP_MS, page_figures
from scale_work import is_measured


def at(speed: float, *milliseconds: float) -> list[tuple[float, float]]:
    """Return requests on a machine that is so many times as slow as the one of the figures."""
    return [(spent * speed, LOOP_MS * speed) for spent in milliseconds]


def test_a_machine_that_is_slow_for_a_while_makes_no_page_slow() -> None:
    quick = at(1, *[30.0] * 20)
    slowed = at(1, *[30.0] * 9) + at(2.2, *[30.0] * 11)
    told = page_figures([{"queue": quick}, {"queue": slowed}])
    assert told["p95_ms"] == told["clock_p95_ms"] == {"queue": 30.0}
    told = page_figures([{"queue": slowed}])
    assert told["p95_ms"]["queue"] == pytest.approx(30.0)
    assert told["clock_p95_ms"]["queue"] == pytest.approx(66.0)


def test_a_page_that_is_slow_stays_so_however_fast_the_machine_is() -> None:
    """Also where only one in ten of its requests is, as a search for one of ten names."""
    names = [20.0] * 18 + [70.0] * 2
    told = page_figures([{"search": at(speed, *names)} for speed in (1.0, 1.5, 2.0)])
    assert told["p95_ms"]["search"] == pytest.approx(70.0)
    assert told["clock_p95_ms"]["search"] == pytest.approx(70.0)


def test_of_each_request_the_least_of_the_rounds_counts() -> None:
    """A single pause, which the loop after it does not tell, is of one round."""
    once, then = [20.0] * 20, [20.0] * 20
    once[3:5], then[11:13] = [90.0, 90.0], [90.0, 90.0]
    told = page_figures([{"case": at(1, *once)}, {"case": at(1, *then)}])
    assert told["p95_ms"]["case"] == 20.0
    assert told["clock_p95_ms"]["case"] > 80.0


@pytest.mark.parametrize(
    ("address", "status", "is_page"),
    [
        ("/revision?vista=sin-alertas", 200, True),
        ("/revision?vista=sin-alertas", 303, False),
        ("/revision?vista=sin-alertas", 503, False),
        ("/salud", 503, True),
        ("/salud", 500, False),
    ],
)
def test_what_only_sends_elsewhere_or_is_too_busy_is_no_quick_page(
    address: str, status: int, *, is_page: bool
) -> None:
    """Health has no queue here and says so."""
    assert is_measured(address, status) is is_page


def test_a_database_that_other_rows_filled_is_not_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scale_database, "_fill", lambda *_: None)

    def keep() -> None:
        with scale_database.filled("sqlite", 5, tmp_path):
            pass

    keep()
    keep()
    marker = tmp_path / "sqlite-5" / "filled"
    marker.write_text("")  # as it was kept before rows were told apart
    with pytest.raises(SystemExit, match="other rows"):
        keep()
    assert marker.exists(), "hours of filling are not thrown away"
    marker.unlink()
    keep()
