"""The check ``structure``, on both sides of its limits."""

from review_service.domain.findings import Severity
from workers.facts.page import DocumentFacts
from workers.judging.checks import structure


def test_says_nothing_of_a_sound_pdf() -> None:
    assert list(structure.check(DocumentFacts(page_counts=(3, 3, 3)))) == []
    assert list(structure.check(DocumentFacts())) == []


def test_doubts_a_pdf_that_readers_see_differently() -> None:
    (finding,) = structure.check(DocumentFacts(page_counts=(3, 3, 4)))
    assert (finding.code, finding.severity) == ("page_counts_differ", Severity.DOUBT)
    assert "3, 3, 4" in finding.message


def test_notes_a_repair_and_an_owners_lock() -> None:
    found = list(structure.check(DocumentFacts(repaired=True, owner_locked=True)))
    assert [one.code for one in found] == ["pdf_repaired", "owner_locked"]
    assert {one.severity for one in found} == {Severity.NOTE}
