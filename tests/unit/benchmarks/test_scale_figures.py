"""What ``benchmarks/scale.py`` concludes from the milliseconds of its requests."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

from scale import LOOP_MS, page_figures


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
