"""The check ``completeness``, on both sides of its limits."""

from review_service.domain.documents import PageKind
from tests.samples.measured import photo_page
from workers.judging.checks import completeness


def test_says_nothing_of_a_whole_page() -> None:
    assert list(completeness.check(photo_page())) == []


def test_tells_of_a_page_that_could_not_be_opened() -> None:
    (finding,) = completeness.check(photo_page(kind=PageKind.UNREADABLE, damaged=True))
    assert finding.code == "page_unreadable"
    assert "página 3" in finding.advice


def test_tells_of_a_photo_that_was_cut() -> None:
    (finding,) = completeness.check(photo_page(damaged=True))
    assert finding.code == "photo_cut"
    assert "Vuelva a enviarla" in finding.advice
