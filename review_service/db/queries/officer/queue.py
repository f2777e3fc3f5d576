"""The officers' queue, first due first, with filters such as doubtful or corrected."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db import application_search, claims
from review_service.db.legal_terms import legal_terms_of
from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    CorrectionRow,
    DocumentRow,
    FindingRow,
    LaterControlRow,
    OfficerRow,
)
from review_service.db.queries.keyset import (
    Cursor,
    Order,
    Page,
    page_of,
    read_found_page,
    read_page,
)
from review_service.db.queries.officer.claims import presence_of
from review_service.db.queries.officer.queue_conditions import (
    IS_LIVE,
    LIVE_FINDINGS,
    QueueConditions,
    QueueFilter,
    is_of_zone,
)
from review_service.db.queued_cases import TABLE, first_rows
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationKind, ApplicationState
from review_service.domain.claims import Claim
from review_service.domain.data_sheet import DataSheet
from review_service.domain.documents import DocumentState
from review_service.domain.finding_audiences import gravity_for_officers
from review_service.domain.findings import Severity
from review_service.domain.identifiers import SearchWord, search_words
from review_service.domain.legal_term import LegalTerm
from review_service.domain.queue_filters import CaseFilter
from review_service.domain.roles import Standing
from review_service.domain.search_matches import Match, matches
from review_service.domain.sheet_comparison import told_activity
from review_service.domain.tracks import track_of
from review_service.domain.zones import zone_of

MOST_COUNTED = 200
"""Of each filter; nobody acts on a larger number otherwise."""
PAGE_SIZE = 25
"""Rows on one page, as many as fit a screen of 1280 x 800."""


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
    zone: str = ""
    """The zone that it was moved to, or that of its place."""
    assigned_to: UUID | None = None
    assigned_name: str = ""
    """Of the officer whom a supervisor gave it to."""
    legal: LegalTerm | None = None
    """The legal term; None once it is decided."""
    number: str = ""
    """Of the document that was issued, where it was searched for."""
    matched: tuple[Match, ...] = ()
    """Where the words of a search stand."""

    @property
    def is_corrected(self) -> bool:
        """Whether the applicant has sent it again after a correction request."""
        return self.corrections_answered > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Onlooker:
    """The officer who looks at the queue."""

    id: UUID
    own_zone: str = ""
    """Empty for a unit that is of no zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """How many of the open cases are still within the promised term."""

    open: int
    on_time: int


def counts_of(uow: UnitOfWork, *, seat: str | None = None) -> dict[QueueFilter, int]:
    """Return how many applications each view holds, at most ``MOST_COUNTED`` + 1.

    ``seat`` is the canton of the authority, as in ``legal_terms.legal_terms_of``.
    """
    counts = [_count(each, uow, seat) for each in QueueFilter]
    counted = uow.session.execute(sa.select(*counts)).one()
    return dict(zip(QueueFilter, counted, strict=True))


def _count(chosen: QueueFilter, uow: UnitOfWork, seat: str | None) -> sa.ScalarSelect[int]:
    if chosen is QueueFilter.LATER:
        some = sa.select(sa.literal(1)).select_from(ApplicationRow).where(_is_to_be_looked_at())
    else:
        conditions = QueueConditions(uow, chosen, CaseFilter(), seat=seat)
        rows = first_rows(conditions.most)
        some = sa.select(sa.literal(1)).select_from(rows).where(*conditions.on(rows.c))
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
    asked: CaseFilter | None = None,
    size: int = PAGE_SIZE,
    who: Onlooker | None = None,
    officer: Standing | None = None,
    seat: str | None = None,
) -> Page[QueueEntry]:
    """Return one page of the applications in review that are ``asked`` for, first due first.

    Those of the own zone of ``who`` looks come before the others. ``officer`` is the standing of
    who looks: an officer's own certificates are in no later control of theirs. ``seat`` is the
    canton of the authority, as in ``legal_terms.legal_terms_of``. A page is partial where the rows
    that are looked at ended before it was full; its cursor goes on there.
    """
    if chosen is QueueFilter.LATER:
        statement = sa.select(ApplicationRow).where(_is_to_be_looked_at())
        if officer is not None:
            statement = statement.where(*claims.of_others(officer))
        order = Order(moment=ApplicationRow.decided_at, id=ApplicationRow.id, size=size)
        page = read_page(uow.session, statement, order=order, cursor=cursor)
    else:
        conditions = QueueConditions(
            uow, chosen, asked or CaseFilter(), me=who.id if who else None, seat=seat
        )
        first = "" if who is None or (asked and asked.zone) else who.own_zone
        page = _read_queue(uow.session, conditions, cursor=cursor, size=size, own_zone=first)
    entries = _entries(uow, page.entries, seat)
    return replace(page, entries=entries)


def _read_queue(
    session: Session,
    conditions: QueueConditions,
    *,
    cursor: Cursor | None,
    size: int,
    own_zone: str,
) -> Page[ApplicationRow]:
    """Return a page of the first rows that have all conditions, and where they were last looked at.

    The narrow rows tell which cases these are; only theirs are read.
    """
    if own_zone:
        return _read_in_parts(session, conditions, cursor=cursor, size=size, own_zone=own_zone)
    order = Order(moment=ApplicationRow.due_at, id=ApplicationRow.id, size=size)
    forward = cursor is None or cursor.forward
    after = []
    if cursor is not None:
        here = sa.tuple_(TABLE.c.due_at, TABLE.c.application_id)
        after = [here > order.place(cursor) if forward else here < order.place(cursor)]
    rows = first_rows(conditions.most, *after, descending=not forward)
    columns = (rows.c.due_at, rows.c.application_id)
    ordered = columns if forward else tuple(each.desc() for each in columns)
    ids = (
        sa.select(rows.c.application_id, rows.c.due_at)
        .where(*conditions.on(rows.c))
        .order_by(*ordered)
        .limit(size + 1)
        .subquery("ids")
    )
    again = (ids.c.due_at, ids.c.application_id)
    found = session.scalars(
        sa.select(ApplicationRow)
        .join(ids, ids.c.application_id == ApplicationRow.id)
        .order_by(*(again if forward else (each.desc() for each in again)))
    ).all()
    page = page_of(found[:size], order, cursor=cursor, more=len(found) > size)
    if len(found) > size:
        return page
    last = session.execute(
        sa.select(rows.c.due_at, rows.c.application_id)
        .order_by(*ordered)
        .offset(conditions.most - 1)
        .limit(1)
    ).one_or_none()
    if last is None:
        return page
    edge = Cursor(moment=last.due_at, id=last.application_id, forward=forward)
    if forward:
        return replace(page, after=edge, is_partial=True)
    return replace(page, before=edge, is_partial=True)


def _read_in_parts(
    session: Session,
    conditions: QueueConditions,
    *,
    cursor: Cursor | None,
    size: int,
    own_zone: str,
) -> Page[ApplicationRow]:
    """Return a page of the rows of the own zone, then of the others, each by due date.

    The narrow rows are sorted anew for each page: ``QueueConditions.most`` of them, the first due.
    """
    order = Order(moment=ApplicationRow.due_at, id=ApplicationRow.id, size=size)
    forward = cursor is None or cursor.forward
    rows = first_rows(conditions.most)
    part = sa.case((is_of_zone(rows.c, own_zone), 0), else_=1)
    columns = (part, rows.c.due_at, rows.c.application_id)
    ids = sa.select(rows.c.application_id, rows.c.due_at, part.label("part"))
    ids = ids.where(*conditions.on(rows.c))
    if cursor is not None:
        place = sa.tuple_(sa.literal(cursor.part), *order.place(cursor).clauses)
        here = sa.tuple_(*columns)
        ids = ids.where(here > place if forward else here < place)
    chosen = (
        ids.order_by(*(columns if forward else (each.desc() for each in columns)))
        .limit(size + 1)
        .subquery("ids")
    )
    again = (chosen.c.part, chosen.c.due_at, chosen.c.application_id)
    found = session.execute(
        sa.select(ApplicationRow, chosen.c.part)
        .join(chosen, chosen.c.application_id == ApplicationRow.id)
        .order_by(*(again if forward else (each.desc() for each in again)))
    ).all()
    more = len(found) > size
    page = page_of([row for row, _ in found[:size]], order, cursor=cursor, more=more)
    parts = {row.id: part for row, part in found}
    before, after = (
        replace(each, part=parts[each.id]) if each is not None else None
        for each in (page.before, page.after)
    )
    return replace(page, before=before, after=after)


def search_page(
    uow: UnitOfWork,
    *,
    text: str,
    cursor: Cursor | None,
    asked: CaseFilter | None = None,
    size: int = PAGE_SIZE,
    me: UUID | None = None,
    seat: str | None = None,
) -> Page[QueueEntry]:
    """Return confirmed applications in any state that have every word, newest first.

    A word is part of the reference, of the Acuerdo's number, the RUC, the name or the trade. With a
    filter only what is in review is looked at, what is due first first.
    """
    words = search_words(text)
    if not words:
        return Page(entries=(), before=None, after=None)
    base = sa.select(ApplicationRow).where(ApplicationRow.confirmed_at.is_not(None))
    order = Order(
        moment=ApplicationRow.created_at, id=ApplicationRow.id, newest_first=True, size=size
    )
    if asked:
        conditions = QueueConditions(uow, QueueFilter.TO_REVIEW, asked, me=me, seat=seat)
        both = sa.join(ApplicationRow, TABLE, TABLE.c.application_id == ApplicationRow.id)
        base = sa.select(ApplicationRow).select_from(both).where(*conditions.on(TABLE.c))
        order = Order(moment=TABLE.c.due_at, id=ApplicationRow.id, size=size)
    page = read_found_page(
        uow.session,
        base,
        sought=application_search.sought(uow.session, ApplicationRow.id, ApplicationRow.ruc, words),
        order=order,
        cursor=cursor,
    )
    entries = _entries(uow, page.entries, seat, words=words)
    return replace(page, entries=entries)


def _is_to_be_looked_at() -> sa.ColumnElement[bool]:
    """Say whether its later control is open; there are few, so they are found first."""
    return ApplicationRow.id.in_(
        sa.select(LaterControlRow.application_id).where(LaterControlRow.looked_at.is_(None))
    )


def _entries(
    uow: UnitOfWork,
    rows: Sequence[ApplicationRow],
    seat: str | None,
    *,
    words: Sequence[SearchWord] = (),
) -> tuple[QueueEntry, ...]:
    session = uow.session
    ids = [row.id for row in rows]
    findings = _finding_counts(session, ids)
    running = set(session.execute(_running(ids)).scalars())
    corrections = _corrections(session, ids)
    legal = legal_terms_of(uow, rows, seat=seat)
    numbers = _numbers(session, ids) if words else {}
    assigned = _names(session, {row.assigned_to for row in rows} - {None})
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
            zone=row.moved_zone
            or zone_of(str(row.sheet.get("province") or ""), str(row.sheet.get("canton") or "")),
            assigned_to=row.assigned_to,
            assigned_name=assigned.get(row.assigned_to, "") if row.assigned_to else "",
            number=numbers.get(row.id, ("", ""))[0],
            matched=_matched(row, words, *numbers.get(row.id, ("", ""))),
        )
        for row in rows
    )


def _names(session: Session, ids: Collection[UUID | None]) -> dict[UUID, str]:
    if not ids:
        return {}
    asked = sa.select(OfficerRow.id, OfficerRow.full_name).where(OfficerRow.id.in_(ids))
    return {row[0]: row[1] for row in session.execute(asked)}


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
        .select_from(LIVE_FINDINGS)
        .where(owner.in_(ids), IS_LIVE)
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
