"""The officers' queue, first due first, with filters such as doubtful or corrected."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db import application_search, claims
from review_service.db.legal_terms import alarming, legal_terms_of
from review_service.db.models import (
    ApplicationRow,
    CorrectionRow,
    DocumentRow,
    FindingRow,
    LaterControlRow,
)
from review_service.db.queries.keyset import Cursor, Order, Page, read_found_page, read_page
from review_service.db.queries.officer.claims import presence_of
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationKind, ApplicationState
from review_service.domain.claims import Claim
from review_service.domain.data_sheet import DataSheet
from review_service.domain.documents import DocumentState
from review_service.domain.finding_audiences import gravity_for_officers
from review_service.domain.findings import Severity
from review_service.domain.identifiers import search_words
from review_service.domain.legal_term import LegalTerm
from review_service.domain.roles import Standing
from review_service.domain.sheet_comparison import told_activity
from review_service.domain.terms import ecuador_day, end_of_day
from review_service.domain.tracks import track_of

# A finding may be of the whole application; one of a replaced document counts no more.
_LIVE_FINDINGS = sa.join(
    FindingRow, DocumentRow, FindingRow.document_id == DocumentRow.id, isouter=True
)
MOST_COUNTED = 200
"""Of each filter; nobody acts on a larger number otherwise."""
PAGE_SIZE = 25
"""Rows on one page, as many as fit a screen of 1280 x 800."""


class QueueFilter(StrEnum):
    """The counted filters above the queue, in their printed order."""

    TO_REVIEW = "por-revisar"
    DUE_TODAY = "vencen-hoy"
    LEGAL_TERM = "plazo-legal"
    CORRECTED = "corregidas"
    CLEAN = "sin-alertas"
    LATER = "control-posterior"

    @property
    def label(self) -> str:
        """Spanish words for the screen."""
        return {
            QueueFilter.TO_REVIEW: "Por revisar",
            QueueFilter.DUE_TODAY: "Vencen hoy",
            QueueFilter.LEGAL_TERM: "Plazo legal",
            QueueFilter.CORRECTED: "Corregidas",
            QueueFilter.CLEAN: "Sin alertas",
            QueueFilter.LATER: "Control posterior",
        }[self]

    @property
    def empty_sentence(self) -> str:
        """The sentence for an empty list: what it means and what to do."""
        return {
            QueueFilter.TO_REVIEW: "No hay solicitudes por revisar. Las nuevas aparecen aquí.",
            QueueFilter.DUE_TODAY: "Ninguna solicitud vence hoy. Siga con «Por revisar».",
            QueueFilter.LEGAL_TERM: "A ninguna le quedan 5 días o menos del plazo legal. "
            "Siga con «Por revisar».",
            QueueFilter.CORRECTED: "Nadie ha enviado correcciones. Siga con «Por revisar».",
            QueueFilter.CLEAN: "Ninguna está libre de alertas. Siga con «Por revisar».",
            QueueFilter.LATER: "No hay certificados automáticos por controlar.",
        }[self]


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
    corrections_asked: int
    corrections_answered: int
    claim: Claim | None = None
    """Who has it open now."""
    legal: LegalTerm | None = None
    """The legal term; None once it is decided."""

    @property
    def is_corrected(self) -> bool:
        """Whether the applicant has sent it again after a correction request."""
        return self.corrections_answered > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """How many of the open cases are still within the promised term."""

    open: int
    on_time: int


def counts_of(uow: UnitOfWork, *, seat: str | None = None) -> dict[QueueFilter, int]:
    """Return how many applications each filter holds, at most ``MOST_COUNTED`` + 1.

    ``seat`` is the canton of the authority, as in ``legal_terms.legal_terms_of``.
    """
    counts = [_count(each, uow, seat) for each in QueueFilter]
    counted = uow.session.execute(sa.select(*counts)).one()
    return dict(zip(QueueFilter, counted, strict=True))


def _count(chosen: QueueFilter, uow: UnitOfWork, seat: str | None) -> sa.ScalarSelect[int]:
    conditions = _conditions(chosen, uow, seat)
    some = sa.select(sa.literal(1)).select_from(ApplicationRow).where(*conditions)
    limited = some.limit(MOST_COUNTED + 1).subquery()
    return sa.select(sa.func.count()).select_from(limited).scalar_subquery()


def promise_of(uow: UnitOfWork) -> Promise:
    """Return how many of the open cases are within the promised term."""
    waiting = ApplicationRow.state == ApplicationState.IN_REVIEW
    total, late = uow.session.execute(
        sa.select(
            sa.func.count(),
            sa.func.count(sa.case((ApplicationRow.due_at < uow.now, 1))),
        ).where(waiting)
    ).one()
    return Promise(open=total, on_time=total - late)


def queue_page(
    uow: UnitOfWork,
    *,
    chosen: QueueFilter,
    cursor: Cursor | None,
    size: int = PAGE_SIZE,
    officer: Standing | None = None,
    seat: str | None = None,
) -> Page[QueueEntry]:
    """Return one page of the applications in review, first due first.

    ``officer`` is who looks: an officer's own certificates are in no later control of theirs.
    ``seat`` is the canton of the authority, as in ``legal_terms.legal_terms_of``.
    """
    statement = sa.select(ApplicationRow).where(*_conditions(chosen, uow, seat))
    if chosen is QueueFilter.LATER and officer is not None:
        statement = statement.where(*claims.of_others(officer))
    is_later = chosen is QueueFilter.LATER
    moment = ApplicationRow.decided_at if is_later else ApplicationRow.due_at
    order = Order(moment=moment, id=ApplicationRow.id, size=size)
    return _page(uow, statement, order=order, cursor=cursor, seat=seat)


def search_page(
    uow: UnitOfWork,
    *,
    text: str,
    cursor: Cursor | None,
    size: int = PAGE_SIZE,
    seat: str | None = None,
) -> Page[QueueEntry]:
    """Return confirmed applications in any state that have every word, newest first.

    A word is part of the reference, of the Acuerdo's number, the RUC, the name or the trade.
    """
    words = search_words(text)
    if not words:
        return Page(entries=(), before=None, after=None)
    page = read_found_page(
        uow.session,
        sa.select(ApplicationRow).where(ApplicationRow.confirmed_at.is_not(None)),
        sought=application_search.sought(uow.session, ApplicationRow.id, ApplicationRow.ruc, words),
        order=Order(
            moment=ApplicationRow.created_at, id=ApplicationRow.id, newest_first=True, size=size
        ),
        cursor=cursor,
    )
    entries = _entries(uow, page.entries, seat)
    return Page(entries=entries, before=page.before, after=page.after, is_partial=page.is_partial)


def _conditions(
    chosen: QueueFilter, uow: UnitOfWork, seat: str | None
) -> list[sa.ColumnElement[bool]]:
    if chosen is QueueFilter.LATER:
        return [_is_to_be_looked_at()]
    conditions = [ApplicationRow.state == ApplicationState.IN_REVIEW]
    if chosen is QueueFilter.DUE_TODAY:
        conditions.append(ApplicationRow.due_at <= end_of_day(ecuador_day(uow.now)))
    elif chosen is QueueFilter.LEGAL_TERM:
        conditions.append(ApplicationRow.id.in_(alarming(uow, seat=seat)))
    elif chosen is QueueFilter.CORRECTED:
        conditions.append(_has_answers())
    elif chosen is QueueFilter.CLEAN:
        conditions.extend(
            [~_has_findings(), ~_has_running_checks(), ApplicationRow.referral.is_(None)]
        )
    return conditions


def _is_to_be_looked_at() -> sa.ColumnElement[bool]:
    """Say whether its later control is open; there are few, so they are found first."""
    return ApplicationRow.id.in_(
        sa.select(LaterControlRow.application_id).where(LaterControlRow.looked_at.is_(None))
    )


def _has_findings() -> sa.ColumnElement[bool]:
    return _is_any(
        sa.select(FindingRow.id)
        .select_from(_LIVE_FINDINGS)
        .where(
            FindingRow.application_id == ApplicationRow.id,
            DocumentRow.removed_at.is_(None),
            FindingRow.severity != Severity.NOTE,
        )
    )


def _has_running_checks() -> sa.ColumnElement[bool]:
    return _is_any(
        sa.select(DocumentRow.id).where(
            DocumentRow.application_id == ApplicationRow.id,
            DocumentRow.removed_at.is_(None),
            DocumentRow.assembled.is_(False),
            DocumentRow.state.in_((DocumentState.RECEIVED, DocumentState.CHECKING)),
        )
    )


def _has_answers() -> sa.ColumnElement[bool]:
    return _is_any(
        sa.select(CorrectionRow.id).where(
            CorrectionRow.application_id == ApplicationRow.id,
            CorrectionRow.answered_at.is_not(None),
        )
    )


def _is_any(rows: sa.Select[Any]) -> sa.ColumnElement[bool]:
    """Say, beside an ``ApplicationRow`` of the same query, whether one of these rows is there.

    The offset keeps PostgreSQL from joining: it is asked for each application through an index,
    where a join would read all rows of the other table for one page of applications.
    """
    return rows.correlate(ApplicationRow).offset(0).exists()


def _page(
    uow: UnitOfWork,
    statement: sa.Select[Any],
    *,
    order: Order,
    cursor: Cursor | None,
    seat: str | None,
) -> Page[QueueEntry]:
    page = read_page(uow.session, statement, order=order, cursor=cursor)
    entries = _entries(uow, page.entries, seat)
    return Page(entries=entries, before=page.before, after=page.after)


def _entries(
    uow: UnitOfWork, rows: Sequence[ApplicationRow], seat: str | None
) -> tuple[QueueEntry, ...]:
    session = uow.session
    ids = [row.id for row in rows]
    findings = _finding_counts(session, ids)
    running = set(session.execute(_running(ids)).scalars())
    corrections = _corrections(session, ids)
    legal = legal_terms_of(uow, rows, seat=seat)
    held = presence_of(uow, [row.id for row in rows if row.claimed_by is not None])
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
            legal=legal.get(row.id),
            referral=" ".join((row.referral or "").splitlines()),
            findings=findings.get(row.id, ()),
            checks_running=row.id in running,
            corrections_asked=corrections.get(row.id, (0, 0))[0],
            corrections_answered=corrections.get(row.id, (0, 0))[1],
            claim=held[row.id].claim if row.id in held else None,
        )
        for row in rows
    )


def _finding_counts(session: Session, ids: Iterable[UUID]) -> dict[UUID, tuple[FindingCount, ...]]:
    """Count what was found by case, code and how grave it is to officers."""
    found: dict[UUID, dict[tuple[str, Severity], FindingCount]] = {}
    owner = FindingRow.application_id
    statement = (
        sa.select(
            owner,
            FindingRow.code,
            FindingRow.severity,
            sa.func.count(),
            sa.func.min(FindingRow.message),
        )
        .select_from(_LIVE_FINDINGS)
        .where(owner.in_(ids), DocumentRow.removed_at.is_(None))
        .where(FindingRow.severity != Severity.NOTE)
        .group_by(owner, FindingRow.code, FindingRow.severity)
    )
    for application_id, code, severity, times, message in session.execute(statement):
        counts = found.setdefault(application_id, {})
        gravity = gravity_for_officers(code, severity)
        before = counts.get((code, gravity))
        counts[code, gravity] = FindingCount(
            code=code,
            severity=gravity,
            times=times + (before.times if before else 0),
            message=message,
        )
    return {
        application_id: tuple(
            sorted(counts.values(), key=lambda c: (-c.severity.rank, -c.times, c.code))
        )
        for application_id, counts in found.items()
    }


def _running(ids: Iterable[UUID]) -> sa.Select[Any]:
    return sa.select(DocumentRow.application_id).where(
        DocumentRow.application_id.in_(ids),
        DocumentRow.removed_at.is_(None),
        DocumentRow.assembled.is_(False),
        DocumentRow.state.in_((DocumentState.RECEIVED, DocumentState.CHECKING)),
    )


def _corrections(session: Session, ids: Iterable[UUID]) -> dict[UUID, tuple[int, int]]:
    """Return asked and answered items of the newest request, for each application that has one."""
    newest = (
        sa.select(CorrectionRow.application_id, sa.func.max(CorrectionRow.round).label("round"))
        .where(CorrectionRow.application_id.in_(ids))
        .group_by(CorrectionRow.application_id)
        .subquery()
    )
    owner = CorrectionRow.application_id
    statement = (
        sa.select(owner, sa.func.count(), sa.func.count(CorrectionRow.answered_at))
        .join(newest, (owner == newest.c.application_id) & (CorrectionRow.round == newest.c.round))
        .group_by(owner)
    )
    return {found: (asked, answered) for found, asked, answered in session.execute(statement)}
