"""The check ``text_found``, on both sides of its limits."""

import pytest

from review_service.domain.documents import PageKind
from tests.samples.measured import photo_page, words
from workers.facts.page import PageFacts
from workers.judging.checks import text_found


def _scan(**changes: object) -> PageFacts:
    return photo_page(**({"kind": PageKind.SCAN, "read": True, "words": words(50)} | changes))


def test_says_nothing_of_a_page_that_was_read_well() -> None:
    assert list(text_found.check(_scan())) == []


def test_tells_of_a_page_that_was_not_read_in_time() -> None:
    assert [one.code for one in text_found.check(_scan(read=False))] == ["text_unreadable"]


@pytest.mark.parametrize(("count", "codes"), [(7, ["text_missing"]), (8, [])])
def test_needs_a_few_words(count: int, codes: list[str]) -> None:
    assert [one.code for one in text_found.check(_scan(words=words(count)))] == codes


@pytest.mark.parametrize(("confidence", "codes"), [(59.9, ["text_doubtful"]), (60.0, [])])
def test_doubts_what_the_engine_doubts(confidence: float, codes: list[str]) -> None:
    found = text_found.check(_scan(words=words(20, confidence)))
    assert [one.code for one in found] == codes


@pytest.mark.parametrize("kind", [PageKind.BLANK, PageKind.UNREADABLE])
def test_leaves_pages_to_the_checks_that_know_them(kind: PageKind) -> None:
    assert list(text_found.check(_scan(kind=kind, read=False))) == []
