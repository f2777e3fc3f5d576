"""The order of the checks, and what becomes of one that fails."""

import logging
from collections.abc import Iterator
from typing import Never

import pytest

from review_service.domain.documents import DocumentKind, PageKind
from review_service.domain.findings import Finding, Severity
from tests.samples.measured import lit, photo_page
from workers.facts.page import DocumentFacts, PageFacts
from workers.judging import checks


def _broken(_page: PageFacts) -> Never:
    raise ZeroDivisionError


def _breaks_after_one(page: PageFacts) -> Iterator[Finding]:
    yield Finding(check="x", code="first", severity=Severity.NOTE, message="", page=page.number)
    raise ZeroDivisionError


def _honest(page: PageFacts) -> Iterator[Finding]:
    yield Finding(check="x", code="honest", severity=Severity.NOTE, message="", page=page.number)


def test_a_check_that_fails_is_a_finding_and_stops_no_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        found = list(checks.run((_broken, _breaks_after_one, _honest), photo_page(), number=3))
    assert [one.code for one in found] == ["check_failed", "check_failed", "honest"]
    assert [one.page for one in found] == [3, 3, 3]
    assert {record.message for record in caplog.records} == {"check_failed"}


def test_a_photo_page_is_judged_for_light_sharpness_and_size() -> None:
    bad = photo_page(
        light=lit(sharpness=1.0, burnt_share=0.9, jpeg_quality=9.0), photos=(), width_pt=9999.0
    )
    found = checks.of_page(bad, kind=DocumentKind.EVIDENCE)
    assert [one.check for one in found] == ["exposure", "sharpness", "compression", "page_size"]


def test_a_page_of_an_agreement_is_judged_for_its_text() -> None:
    unread = photo_page(kind=PageKind.SCAN, light=lit(sharpness=1.0))
    found = checks.of_page(unread, kind=DocumentKind.AGREEMENT)
    assert [one.check for one in found] == ["text_found"]


def test_a_document_is_judged_as_a_whole_and_across_its_pages() -> None:
    document = DocumentFacts(active={"xfa": 1}, header_offset=4, repaired=True)
    found = checks.of_document(document, [photo_page(number=1), photo_page(number=2)])
    assert [one.check for one in found] == [
        "active_content",
        "envelope",
        "structure",
        "repetition",
    ]
