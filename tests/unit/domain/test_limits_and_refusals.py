"""How much is taken of each kind, why a file is refused, and the lanes of the work."""

import pytest

from review_service.domain.documents import DocumentKind, DocumentState
from review_service.domain.findings import Finding, Severity, worst
from review_service.domain.limits import UploadLimits
from review_service.domain.refusals import RefusalReason
from review_service.domain.work import Lane, TaskKind


@pytest.mark.parametrize(
    ("kind", "size", "pages"),
    [
        (DocumentKind.EVIDENCE, 62_914_560, 40),
        (DocumentKind.AGREEMENT, 20_971_520, 12),
        (DocumentKind.PHOTO, 15_728_640, 1),
    ],
)
def test_the_limits_are_those_of_the_issue(kind: DocumentKind, size: int, pages: int) -> None:
    assert UploadLimits().bytes_for(kind) == size
    assert UploadLimits().pages_for(kind) == pages
    assert UploadLimits().photo_pixels == 50_000_000


def test_each_limit_can_be_set() -> None:
    limits = UploadLimits(photo_bytes=7, evidence_pages=3)
    assert limits.bytes_for(DocumentKind.PHOTO) == 7
    assert limits.pages_for(DocumentKind.EVIDENCE) == 3
    assert limits.bytes_for(DocumentKind.AGREEMENT) == 20_971_520


@pytest.mark.parametrize("reason", RefusalReason)
def test_each_refusal_says_what_to_do(reason: RefusalReason) -> None:
    assert reason.sentence.endswith(".")
    assert reason.sentence.count(".") >= 2, "what happened, and the cure"


@pytest.mark.parametrize(
    ("kind", "lane"),
    [
        (TaskKind.CHECK_DOCUMENT, Lane.INTAKE),
        (TaskKind.ASSEMBLE_EVIDENCE, Lane.INTAKE),
        (TaskKind.ISSUE_AGREEMENT, Lane.ISSUE),
        (TaskKind.SEND_MAIL, Lane.MAIL),
    ],
)
def test_each_kind_of_work_has_its_lane(kind: TaskKind, lane: Lane) -> None:
    assert kind.lane is lane


@pytest.mark.parametrize(
    ("state", "final"),
    [("received", False), ("checking", False), ("checked", True), ("refused", True)],
)
def test_checks_have_ended_when_checked_or_refused(state: str, *, final: bool) -> None:
    assert DocumentState(state).is_final is final


def test_the_worst_finding_counts() -> None:
    def of(severity: Severity) -> Finding:
        return Finding(check="c", code="c", severity=severity, message="m")

    assert worst([]) is None
    assert worst([of(Severity.NOTE)]) is Severity.NOTE
    assert worst([of(Severity.BAD), of(Severity.NOTE), of(Severity.DOUBT)]) is Severity.BAD
    assert worst([of(Severity.NOTE), of(Severity.DOUBT)]) is Severity.DOUBT
