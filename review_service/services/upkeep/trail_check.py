"""Compares rows with the events that made them: states, decisions, verdicts, accounts, hashes.

The rows can be changed by who owns the database; the events are sealed (ADR 17). Compared is what
the newest event of its kind says. An event of a version that did not say so yet proves nothing and
is passed over. Every comparison is made by the database, or row by row in constant memory.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    CounterRow,
    DocumentRow,
    EventRow,
    OfficerRow,
    ReviewItemRow,
)
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.actors import actor_of
from review_service.domain.agreements import AgreementState
from review_service.domain.applications import ApplicationState, ItemVerdict
from review_service.domain.issued_documents import (
    NUMBERED_EVENTS,
    STORED_EVENTS,
    IssuedKind,
)
from review_service.domain.numbering import hash_secret
from review_service.domain.paper_proof import record_digest
from review_service.domain.rule_decisions import actor_of_rule
from review_service.services.agreements.proving import plain_record

AT_ONCE: Final = 500
"""Rows that are in memory at a time."""
STATE_OF: Final = {
    **{f"application_{state.value}": state for state in ApplicationState},
    "application_opened": ApplicationState.DRAFT,
}
"""The events after which an application has a state, and which."""
DECIDING: Final = ("application_approved", "application_refused")
COUNTED_BY: Final = {
    **{kind.value: kind.numbered_event for kind in IssuedKind},
    "application": "application_opened",
    "letter": "letter_received",
}
"""The event of each use of a counter."""
ACCOUNT_STATES: Final = {"officer_added": True, "officer_activated": True, "officer_locked": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """A row that is not what the trail says."""

    name: str
    detail: str


def contradictions(uow: UnitOfWork) -> Iterator[Contradiction]:
    """Yield every row that the trail contradicts."""
    yield from of_subjects(uow, None)
    yield from of_counters(uow, uses_of_counters(uow))


def of_subjects(uow: UnitOfWork, among: Sequence[UUID] | None) -> Iterator[Contradiction]:
    """Yield the rows of these applications and officers that the trail contradicts; None: of all.

    They must be few enough for one statement.
    """
    for compare in (_states, _openings, _decisions, _verdicts, _documents, _officers, _numbers):
        yield from compare(uow, among)
    yield from _records(uow, among)


def _is_among(column: Any, among: Sequence[UUID] | None) -> sa.ColumnElement[bool]:  # noqa: ANN401 -- a column
    return sa.true() if among is None else column.in_(among)


def _streamed(among: Sequence[UUID] | None) -> dict[str, Any]:
    """Let rows of all be read by a cursor; few rows are read better at once.

    For a cursor PostgreSQL plans to be quick with the first rows, and reads all events in order.
    """
    return {"yield_per": AT_ONCE} if among is None else {}


def _newest(
    among: Sequence[UUID] | None, *actions: str, but_out_of: ApplicationState | None = None
) -> sa.Subquery:
    """Select the newest event of these kinds of each subject, but of moves out of that state."""
    origin = sa.func.coalesce(EventRow.details["origin"].as_string(), "")
    return (
        sa.select(EventRow.subject_id, sa.func.max(EventRow.sequence).label("sequence"))
        .where(
            EventRow.action.in_(actions),
            sa.true() if but_out_of is None else origin != but_out_of.value,
            EventRow.subject_id.is_not(None),
            _is_among(EventRow.subject_id, among),
        )
        .group_by(EventRow.subject_id)
        .subquery()
    )


def _with_newest(
    among: Sequence[UUID] | None,
    columns: tuple[Any, ...],
    row_id: Any,  # noqa: ANN401 -- a column
    *actions: str,
) -> sa.Select[Any]:
    """Select columns of rows with the newest event of each; rows without one have none."""
    newest = _newest(among, *actions)
    return (
        sa.select(*columns, EventRow.action, EventRow.actor, EventRow.at, EventRow.details)
        .select_from(row_id.class_)
        .outerjoin(newest, newest.c.subject_id == row_id)
        .outerjoin(EventRow, EventRow.sequence == newest.c.sequence)
        .where(_is_among(row_id, among))
        .execution_options(**_streamed(among))
    )


def _states(uow: UnitOfWork, among: Sequence[UUID] | None) -> Iterator[Contradiction]:
    chosen = _with_newest(
        among, (ApplicationRow.id, ApplicationRow.state), ApplicationRow.id, *STATE_OF
    )
    for row in uow.session.execute(chosen):
        if row.action is None or STATE_OF[row.action] is not row.state:
            yield Contradiction(
                name="state_not_in_trail",
                detail=f"application {row.id} is {row.state.value}, the trail says {row.action}",
            )


def _openings(uow: UnitOfWork, among: Sequence[UUID] | None) -> Iterator[Contradiction]:
    columns = (ApplicationRow.id, ApplicationRow.created_at)
    chosen = _with_newest(among, columns, ApplicationRow.id, "application_opened")
    for row in uow.session.execute(chosen):
        if row.at != row.created_at:
            yield Contradiction(name="opening_not_in_trail", detail=f"application {row.id}")


def _decisions(uow: UnitOfWork, among: Sequence[UUID] | None) -> Iterator[Contradiction]:
    columns = (
        ApplicationRow.id,
        ApplicationRow.decided_by,
        ApplicationRow.decided_rule,
        ApplicationRow.decided_at,
    )
    chosen = _with_newest(among, columns, ApplicationRow.id, *DECIDING)
    for row in uow.session.execute(chosen.where(ApplicationRow.decided_at.is_not(None))):
        by_rule = row.decided_rule is not None
        decider = actor_of_rule(row.decided_rule) if by_rule else actor_of(row.decided_by)
        if (row.actor, row.at) != (decider, row.decided_at):
            yield Contradiction(name="decision_not_in_trail", detail=f"application {row.id}")


def _verdicts(uow: UnitOfWork, among: Sequence[UUID] | None) -> Iterator[Contradiction]:
    """Compare each verdict with the newest time that its item was judged or opened again.

    A correction observes the items that it asks for, and its answer opens them again, without an
    event for each item: what is said there is the actor and the moment of the request.
    """
    judged, reopened = (
        _newest_of_items(among, "item_judged"),
        _newest_of_items(among, "item_reopened"),
    )
    answered, asked = (
        _newest(among, "application_in_review"),
        _newest(  # an appeal that asks again judges nothing
            among, "application_correction_requested", but_out_of=ApplicationState.WITHDRAWN
        ),
    )
    request = aliased(EventRow)
    item = sa.cast(ReviewItemRow.item, sa.Text)
    chosen = (
        sa.select(
            ReviewItemRow.application_id,
            ReviewItemRow.item,
            ReviewItemRow.verdict,
            ReviewItemRow.judged_by,
            ReviewItemRow.judged_at,
            EventRow.actor,
            EventRow.at,
            EventRow.details,
            request.actor.label("asked_by"),
            request.at.label("asked_at"),
            (sa.func.coalesce(reopened.c.sequence, 0) > EventRow.sequence).label("was_reopened"),
            (sa.func.coalesce(answered.c.sequence, 0) > EventRow.sequence).label("was_answered"),
        )
        .outerjoin(judged, _of_item(judged, item))
        .outerjoin(reopened, _of_item(reopened, item))
        .outerjoin(answered, answered.c.subject_id == ReviewItemRow.application_id)
        .outerjoin(EventRow, EventRow.sequence == judged.c.sequence)
        .outerjoin(asked, asked.c.subject_id == ReviewItemRow.application_id)
        .outerjoin(request, request.sequence == asked.c.sequence)
        .where(_is_among(ReviewItemRow.application_id, among))
        .execution_options(**_streamed(among))
    )
    for row in uow.session.execute(chosen):
        is_open = (row.verdict, row.judged_by, row.judged_at) == (ItemVerdict.PENDING, None, None)
        said = (row.actor, row.at, (row.details or {}).get("verdict"))
        is_said = said == (actor_of(row.judged_by), row.judged_at, row.verdict.value)
        is_asked = row.verdict is ItemVerdict.OBSERVED and (row.asked_by, row.asked_at) == (
            actor_of(row.judged_by),
            row.judged_at,
        )
        never = row.actor is None or row.was_reopened
        if is_asked or (is_open and (never or row.was_answered)) or (is_said and not never):
            continue
        yield Contradiction(
            name="verdict_not_in_trail", detail=f"{row.item.value} of {row.application_id}"
        )


def _newest_of_items(among: Sequence[UUID] | None, action: str) -> sa.Subquery:
    """Select the newest event of this kind of each item of each application."""
    item = EventRow.details["item"].as_string()
    return (
        sa.select(
            EventRow.subject_id,
            item.label("item"),
            sa.func.max(EventRow.sequence).label("sequence"),
        )
        .where(EventRow.action == action, _is_among(EventRow.subject_id, among))
        .group_by(EventRow.subject_id, item)
        .subquery()
    )


def _of_item(newest: sa.Subquery, item: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    return sa.and_(
        newest.c.subject_id == ReviewItemRow.application_id,
        newest.c.item == item,
    )


def _documents(uow: UnitOfWork, among: Sequence[UUID] | None) -> Iterator[Contradiction]:
    """Compare the hash of each file with what was written down when it came."""
    named = EventRow.details["document_id"].as_string()
    # Texts are compared, as an event that somebody changed may name no id at all.
    if uow.session.get_bind().dialect.name == "sqlite":
        is_named: sa.ColumnElement[bool] = DocumentRow.id == sa.func.replace(named, "-", "")
    else:
        is_named = sa.cast(DocumentRow.id, sa.Text) == named
    chosen = (
        sa.select(
            DocumentRow.id,
            # Of photos of sheets: what came, not the PDF that was made of it.
            sa.func.coalesce(DocumentRow.page_photos_sha256, DocumentRow.sha256).label("sha256"),
            EventRow.details,
        )
        .select_from(EventRow)
        .join(DocumentRow, is_named)
        .where(
            EventRow.action.in_(("document_received", "document_refused")),
            EventRow.details["sha256"].as_string().is_not(None),
            _is_among(EventRow.subject_id, among),
            _is_among(DocumentRow.application_id, among),
        )
        .execution_options(**_streamed(among))
    )
    for row in uow.session.execute(chosen):
        if row.details.get("sha256") != row.sha256:
            yield Contradiction(name="file_hash_not_in_trail", detail=f"document {row.id}")


def _officers(uow: UnitOfWork, among: Sequence[UUID] | None) -> Iterator[Contradiction]:
    facts = {
        "second_factor": (("officer_added", "officer_second_factor_reset"), OfficerRow.totp_secret),
        "password": (("officer_added", "officer_password_reset"), OfficerRow.password_hash),
    }
    for name, (actions, column) in facts.items():
        chosen = _with_newest(among, (OfficerRow.id, column.label("kept")), OfficerRow.id, *actions)
        for row in uow.session.execute(chosen):
            told = (row.details or {}).get(name)
            if told is not None and told != hash_secret(row.kept):
                yield Contradiction(name=f"{name}_not_in_trail", detail=f"officer {row.id}")
    chosen = _with_newest(
        among,
        (OfficerRow.id, OfficerRow.role),
        OfficerRow.id,
        "officer_added",
        "officer_role_changed",
    )
    for row in uow.session.execute(chosen):
        told = (row.details or {}).get("role")
        if told is not None and told != row.role.value:
            yield Contradiction(name="role_not_in_trail", detail=f"officer {row.id}")
    chosen = _with_newest(among, (OfficerRow.id, OfficerRow.active), OfficerRow.id, *ACCOUNT_STATES)
    for row in uow.session.execute(chosen):
        if row.action is not None and ACCOUNT_STATES[row.action] is not row.active:
            yield Contradiction(name="account_not_in_trail", detail=f"officer {row.id}")


def _numbers(uow: UnitOfWork, among: Sequence[UUID] | None) -> Iterator[Contradiction]:
    """Compare numbers and their moments with the numbers given out."""
    columns = (AgreementRow.id, AgreementRow.number, AgreementRow.numbered_at)
    chosen = _with_newest(among, columns, AgreementRow.application_id, *NUMBERED_EVENTS)
    for row in uow.session.execute(chosen):
        if (row.at, (row.details or {}).get("number")) != (row.numbered_at, row.number):
            yield Contradiction(name="number_not_in_trail", detail=f"agreement {row.id}")
    published = (AgreementRow.id, AgreementRow.published_at)
    chosen = _with_newest(among, published, AgreementRow.application_id, "application_issued")
    for row in uow.session.execute(chosen):
        if row.at != row.published_at:
            yield Contradiction(name="publication_not_in_trail", detail=f"agreement {row.id}")


def uses_of_counters(
    uow: UnitOfWork, *, after: int = 0, until: int | None = None
) -> dict[str, int]:
    """Return how often the events between these sequences say that each counter was used.

    Without ``after`` all events are read.
    """
    chosen = (
        sa.select(EventRow.action, sa.func.count().label("uses"))
        .where(
            EventRow.action.in_(COUNTED_BY.values()),
            EventRow.sequence > after,
            sa.true() if until is None else EventRow.sequence <= until,
        )
        .group_by(EventRow.action)
    )
    told = {row.action: row.uses for row in uow.session.execute(chosen)}
    return {name: told.get(action, 0) for name, action in COUNTED_BY.items()}


def of_counters(uow: UnitOfWork, uses: Mapping[str, int]) -> Iterator[Contradiction]:
    """Compare the counters of all years with how often the trail says that each was used.

    Counters without a year tell places in an index, and no fact.
    """
    sums = sa.select(CounterRow.name, sa.func.sum(CounterRow.value)).where(CounterRow.year != 0)
    counted = {
        name: int(total) for name, total in uow.session.execute(sums.group_by(CounterRow.name))
    }
    for name in sorted({*counted, *uses}):
        if uses.get(name, 0) != counted.get(name, 0):
            yield Contradiction(
                name="counter_not_in_trail",
                detail=f"{name}: {counted.get(name, 0)}, the trail says {uses.get(name, 0)}",
            )


def _records(uow: UnitOfWork, among: Sequence[UUID] | None) -> Iterator[Contradiction]:
    """Compare the record of each stored paper with the digest and hash of its event."""
    newest = _newest(among, *STORED_EVENTS)
    chosen = (
        sa.select(AgreementRow, EventRow.details)
        .outerjoin(newest, newest.c.subject_id == AgreementRow.application_id)
        .outerjoin(EventRow, EventRow.sequence == newest.c.sequence)
        .where(
            AgreementRow.state != AgreementState.NUMBERED,
            _is_among(AgreementRow.application_id, among),
        )
        .execution_options(**_streamed(among))
    )
    for row, details in uow.session.execute(chosen):
        told = details or {}
        is_same = told.get("sha256") == row.sha256
        if not is_same or told.get("record", "") not in {"", record_digest(plain_record(row))}:
            yield Contradiction(name="record_not_in_trail", detail=f"agreement {row.id}")
        uow.session.expunge(row)
