"""The check ``sharpness``, on both sides of its limits."""

from typing import Final

import pytest

from review_service.domain.documents import PageKind
from review_service.domain.findings import Severity
from tests.samples.measured import lit, photo_page
from workers.facts.page import PhotoFacts
from workers.judging.checks import sharpness

LIMIT: Final = 100.0
CLEAR: Final = 85.0


@pytest.mark.parametrize("value", [LIMIT, LIMIT + 0.1, 5000.0])
def test_says_nothing_of_a_photo_at_or_over_the_limit(value: float) -> None:
    assert list(sharpness.check(photo_page(light=lit(sharpness=value)))) == []


@pytest.mark.parametrize("value", [CLEAR, LIMIT - 0.1])
def test_doubts_a_photo_just_under_the_limit(value: float) -> None:
    (finding,) = sharpness.check(photo_page(light=lit(sharpness=value)))
    assert (finding.code, finding.severity, finding.page) == ("photo_soft", Severity.DOUBT, 3)


def test_calls_a_photo_far_under_the_limit_blurred_with_figure_limit_and_cure() -> None:
    (finding,) = sharpness.check(photo_page(light=lit(sharpness=CLEAR - 0.1)))
    assert (finding.code, finding.severity) == ("photo_blurred", Severity.BAD)
    assert "85 %" in finding.message
    assert "100 %" in finding.message
    assert "tómela otra vez" in finding.advice


def test_does_not_call_a_dark_photo_blurred() -> None:
    assert list(sharpness.check(photo_page(light=lit(sharpness=10.0, highlight=99.0)))) == []
    assert list(sharpness.check(photo_page(light=lit(sharpness=10.0, highlight=100.0)))) != []


@pytest.mark.parametrize("kind", [PageKind.BLANK, PageKind.TEXT, PageKind.UNREADABLE])
def test_judges_pictures_only(kind: PageKind) -> None:
    assert list(sharpness.check(photo_page(kind=kind, light=lit(sharpness=1.0)))) == []


def test_says_nothing_without_a_measure() -> None:
    assert list(sharpness.check(photo_page(light=None))) == []


@pytest.mark.parametrize(
    ("others", "code"), [(100.0, "photo_moved"), (None, "photo_moved"), (99.9, "photo_blurred")]
)
def test_a_photo_that_is_sharp_in_all_directions_but_one_was_moved(
    others: float | None, code: str
) -> None:
    light = lit(sharpness=60.0, weakest_way=60.0, edges=others, wide_edges=150.0)
    (finding,) = sharpness.check(photo_page(light=light))
    assert finding.code == code
    assert finding.severity is Severity.BAD
    assert ("Apoye el teléfono" in finding.advice) is (code == "photo_moved")
    assert "60 %" in finding.message


@pytest.mark.parametrize(
    ("value", "severity"), [(CLEAR - 0.1, Severity.BAD), (CLEAR, Severity.DOUBT)]
)
def test_doubts_a_photo_that_was_hardly_moved(value: float, severity: Severity) -> None:
    (finding,) = sharpness.check(photo_page(light=lit(sharpness=value, weakest_way=value)))
    assert (finding.code, finding.severity) == ("photo_moved", severity)


def test_tells_the_least_sharp_of_several_photos() -> None:
    photos = tuple(
        PhotoFacts(sha256="a" * 64, width_px=1600, height_px=1200, light=lit(sharpness=value))
        for value in (300.0, 40.0, 90.0)
    )
    (finding,) = sharpness.check(photo_page(photos=photos))
    assert "40 %" in finding.message


@pytest.mark.parametrize(
    ("unsharp", "is_told"),
    [(None, True), (4.0, True), (3.9, False)],
)
def test_poles_in_a_row_and_smooth_walls_are_not_called_moved(
    unsharp: float | None, *, is_told: bool
) -> None:
    light = lit(sharpness=80.0, weakest_way=80.0, edges=150.0, unsharp=unsharp)
    assert bool(list(sharpness.check(photo_page(light=light)))) is is_told
