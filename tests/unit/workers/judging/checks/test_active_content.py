"""The check ``active_content``, on both sides of its limits."""

import pytest

from review_service.domain.findings import Severity
from workers.facts.page import DocumentFacts
from workers.judging.checks import active_content


def test_says_nothing_of_a_quiet_pdf() -> None:
    assert list(active_content.check(DocumentFacts(active={}))) == []


@pytest.mark.parametrize(
    "kind", ["javascript", "launch", "xfa", "embedded_files", "form_submission", "media"]
)
def test_names_each_kind_with_its_count(kind: str) -> None:
    (finding,) = active_content.check(DocumentFacts(active={kind: 4}))
    assert finding.code == f"active_{kind}"
    assert finding.severity is Severity.DOUBT
    assert "4" in finding.message
    assert "PDF nuevo" in finding.advice


def test_tells_of_several_kinds_in_a_fixed_order() -> None:
    found = active_content.check(DocumentFacts(active={"xfa": 1, "javascript": 2}))
    assert [one.code for one in found] == ["active_javascript", "active_xfa"]
