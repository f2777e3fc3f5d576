"""A screenshot is a doubt with a cure; everything else is left alone."""

import pytest

from review_service.domain.documents import PageKind, PhotoLayout
from review_service.domain.findings import Severity
from tests.samples.measured import photo_page
from workers.judging.checks import screenshot


def test_says_what_to_send_instead() -> None:
    page = photo_page(photo_layout=PhotoLayout.SCREENSHOT)
    (finding,) = screenshot.check(page)
    assert (finding.code, finding.page) == ("photo_screenshot", 3)
    assert finding.severity is Severity.DOUBT
    assert "foto original" in finding.advice


@pytest.mark.parametrize("layout", [None, *sorted(set(PhotoLayout) - {PhotoLayout.SCREENSHOT})])
def test_says_nothing_of_other_pictures(layout: PhotoLayout | None) -> None:
    assert not list(screenshot.check(photo_page(photo_layout=layout)))


def test_says_nothing_of_a_page_that_holds_no_photo() -> None:
    page = photo_page(kind=PageKind.SCAN, photo_layout=PhotoLayout.SCREENSHOT)
    assert not list(screenshot.check(page))
