"""The check ``sharpness``, on both sides of its limits."""

from typing import Final

import pytest

from review_service.domain.documents import PageKind
from review_service.domain.findings import Severity
from tests.samples.measured import lit, photo_page
from workers.checks import sharpness

LIMIT: Final = 100.0
CLEAR: Final = 75.0


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
    assert "75 %" in finding.message
    assert "100 %" in finding.message
    assert "tómela otra vez" in finding.advice


def test_does_not_call_a_dark_photo_blurred() -> None:
    assert list(sharpness.check(photo_page(light=lit(sharpness=10.0, mean=54.9)))) == []
    assert list(sharpness.check(photo_page(light=lit(sharpness=10.0, mean=55.0)))) != []


@pytest.mark.parametrize("kind", [PageKind.BLANK, PageKind.TEXT, PageKind.UNREADABLE])
def test_judges_pictures_only(kind: PageKind) -> None:
    assert list(sharpness.check(photo_page(kind=kind, light=lit(sharpness=1.0)))) == []


def test_says_nothing_without_a_measure() -> None:
    assert list(sharpness.check(photo_page(light=None))) == []
