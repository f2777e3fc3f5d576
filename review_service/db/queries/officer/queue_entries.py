"""The lines of the officers' queue: what each says of its application."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db import open_checks
from review_service.db.consultations import IS_OPEN, WITH_CASE
from review_service.db.legal_terms import legal_terms_of, rounds_of
from review_service.db.listed import is_among_ids
from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    ConsultationRow,
    DocumentRow,
    FindingRow,
)
from review_service.db.queries.officer.claims import presence_of
from review_service.db.queries.officer.decisions import names_of
from review_service.db.queries.officer.pending import PendingView, pending_among
from review_service.db.queries.officer.queue_conditions import (
    IS_LIVE,
    LIVE_FINDINGS,
)
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationKind, ApplicationState
from review_service.domain.claims import Claim
from review_service.domain.data_sheet import DataSheet
from review_service.domain.finding_audiences import gravity_for_officers
from review_service.domain.findings import Severity
from review_service.domain.identifiers import SearchWord
from review_service.domain.legal_term import LegalTerm
from review_service.domain.search_matches import Match, matches
from review_service.domain.sheet_comparison import told_activity
from review_service.domain.tracks import track_of
from review_service.domain.zones import zone_of_sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingCount:
    """How many findings with the same code an application has."""

    code: str
    severity: Severity
    times: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueEntry:
    """One line of the queue."""

    id: UUID
    reference: str
    holder: str
    ruc: str
    activity: str
    """In its own words or the register's; the CIIU code where there are none."""
    canton: str
    track: str
    """Spanish name of the track."""
    kind: ApplicationKind
    state: ApplicationState
    due_at: datetime | None
    referral: str
    """Why a person decides what a rule usually does, in sentences; empty where none does."""
    findings: tuple[FindingCount, ...]
    """Doubts and alerts, worst first."""
    checks_running: bool
    questions: int = 0
    """Open questions between officers."""
    corrections_asked: int
    corrections_answered: int
    claim: Claim | None = None
    """Who has it open now."""
    zone: str = ""
    """The zone that it was moved to, or that of its place."""
    assigned_to: UUID | None = None
    assigned_name: str = ""
    """Of the officer whom a supervisor gave it to."""
    legal: LegalTerm | None = None
    """The legal term; None once it is decided."""
    pending: PendingView | None = None
    """What is recommended, or was decided and can still be undone."""
    number: str = ""
    """Of the document that was issued, where it was searched for."""
    matched: tuple[Match, ...] = ()
    """Where the words of a search stand."""
    correct_by: date | None = None
    """The last day to correct, while a correction is waited for."""

    @property
    def is_corrected(self) -> bool:
        """Whether the applicant has sent it again after a correction request."""
        return self.corrections_answered > 0


def entries_of(
    uow: UnitOfWork,
    rows: Sequence[ApplicationRow],
    seat: str | None,
    *,
    words: Sequence[SearchWord] = (),
) -> tuple[QueueEntry, ...]:
    """Return the lines of these applications; ``words`` are those of a search that found them."""
    session = uow.session
    ids = [row.id for row in rows]
    findings, running, questions = _found_in(uow, ids)
    rounds = rounds_of(uow, ids)
    corrections = {each.application_id: (each.asked, each.answered) for each in rounds}
    legal = legal_terms_of(uow, rows, seat=seat, rounds=rounds)
    numbers = _numbers(session, ids) if words else {}
    assigned = names_of(session, (row.assigned_to for row in rows))
    held = presence_of(uow, [row.id for row in rows if row.claimed_by is not None])
    in_review = [row.id for row in rows if row.state is ApplicationState.IN_REVIEW]
    pending = pending_among(session, in_review)
    return tuple(
        QueueEntry(
            id=row.id,
            reference=row.reference,
            holder=row.holder,
            ruc=row.ruc,
            activity=told_activity(row.registry_facts, DataSheet.from_json(row.sheet)),
            canton=str(row.sheet.get("canton", "")),
            track=track_of(row.track).label,
            kind=row.kind,
            state=row.state,
            due_at=row.due_at,
            correct_by=row.correct_by,
            legal=legal.get(row.id),
            referral=" ".join((row.referral or "").splitlines()),
            findings=findings.get(row.id, ()),
            checks_running=row.id in running,
            questions=questions.get(row.id, 0),
            corrections_asked=corrections.get(row.id, (0, 0))[0],
            corrections_answered=corrections.get(row.id, (0, 0))[1],
            claim=held[row.id].claim if row.id in held else None,
            zone=row.moved_zone or zone_of_sheet(row.sheet),
            assigned_to=row.assigned_to,
            assigned_name=assigned.get(row.assigned_to, "") if row.assigned_to else "",
            pending=pending.get(row.id),
            number=numbers.get(row.id, ("", ""))[0],
            matched=_matched(row, words, *numbers.get(row.id, ("", ""))),
        )
        for row in rows
    )


def _numbers(session: Session, ids: Sequence[UUID]) -> dict[UUID, tuple[str, str]]:
    """Return number and trade of the document issued on each of these applications."""
    trade = AgreementRow.snapshot["trade"].as_string()
    found = session.execute(
        sa.select(AgreementRow.application_id, AgreementRow.number, trade).where(
            AgreementRow.application_id.in_(ids)
        )
    )
    return {row[0]: (row[1] or "", row[2] or "") for row in found}


def _matched(
    row: ApplicationRow, words: Sequence[SearchWord], number: str, granted: str
) -> tuple[Match, ...]:
    return matches(
        words,
        reference=row.reference,
        numbers=(number,),
        ruc=row.ruc,
        holder=row.holder,
        trades=(str(row.sheet.get("trade") or ""), granted),
    )


def _found_in(
    uow: UnitOfWork, ids: Sequence[UUID]
) -> tuple[dict[UUID, tuple[FindingCount, ...]], set[UUID], dict[UUID, int]]:
    """Count what was found by case, code and how grave it is to officers.

    Also say whose checks run, and how many open questions of officers each case has: one question.
    """
    found: dict[UUID, dict[tuple[str, Severity], FindingCount]] = {}
    running: set[UUID] = set()
    questions: dict[UUID, int] = {}
    for application_id, code, severity, times, message in uow.rows(
        _told_of_cases(uow.dialect), ids=list(ids)
    ):
        if not code and times:
            questions[application_id] = times
            continue
        if not code:
            running.add(application_id)
            continue
        counts = found.setdefault(application_id, {})
        gravity = gravity_for_officers(code, Severity(severity))
        before = counts.get((code, gravity))
        counts[code, gravity] = FindingCount(
            code=code,
            severity=gravity,
            times=times + (before.times if before else 0),
            message=message,
        )
    told = {
        application_id: tuple(
            sorted(counts.values(), key=lambda c: (-c.severity.rank, -c.times, c.code))
        )
        for application_id, counts in found.items()
    }
    return told, running, questions


@lru_cache
def _told_of_cases(dialect: str) -> sa.CompoundSelect[*tuple[Any, ...]]:
    """Return the statement of ``_found_in``."""
    owner = FindingRow.application_id
    findings = (
        sa.select(
            owner,
            FindingRow.code,
            sa.cast(FindingRow.severity, sa.Text()),
            sa.func.count(),
            sa.func.min(FindingRow.message),
        )
        .select_from(LIVE_FINDINGS)
        .where(is_among_ids(dialect, owner), IS_LIVE)
        .group_by(owner, FindingRow.code, FindingRow.severity)
    )
    nothing = sa.literal_column("''", sa.Text())
    columns: list[Any] = [
        DocumentRow.application_id,
        nothing,
        nothing,
        sa.literal_column("0"),
        nothing,
    ]
    checks = (
        sa.select(*columns)
        .where(is_among_ids(dialect, DocumentRow.application_id), open_checks.is_open())
        .distinct()
    )
    case = ConsultationRow.application_id
    asked = (
        sa.select(case, nothing, nothing, sa.func.count(), nothing)
        .select_from(WITH_CASE)
        .where(is_among_ids(dialect, case), *IS_OPEN)
        .group_by(case)
    )
    return sa.union_all(findings, checks, asked)
