"""Compares documents of one RUC and track: no two hold on one day, each successor is one of them.

Documents of the version before chose their first day without regard to others; what the trail says
of a number tells which ones did (ADR 38).
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from review_service.db.models import AgreementRow, ApplicationRow, EventRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.issued_documents import NUMBERED_EVENTS
from review_service.domain.renewals import Standing, Term
from review_service.services.agreements.succession import FOLLOWED
from review_service.services.upkeep.trail_check import AT_ONCE, Contradiction

_EARLIER, _LATER = aliased(AgreementRow, name="earlier"), aliased(AgreementRow, name="later")
_OF_EARLIER, _OF_LATER = aliased(ApplicationRow), aliased(ApplicationRow)
_AFTER_EARLIER, _AFTER_LATER = aliased(AgreementRow), aliased(AgreementRow)
_BEGINS: Final = "begins"
"""What the event of a number says since each document has its place."""


def of_subjects(uow: UnitOfWork, among: Sequence[UUID] | None) -> Iterator[Contradiction]:
    """Yield what is wrong with the documents of these applications; None: of all."""
    yield from _successors(uow, among)
    yield from _at_once(uow, among)


def _successors(uow: UnitOfWork, among: Sequence[UUID] | None) -> Iterator[Contradiction]:
    """Compare who follows a document with the newest event that says so, and with itself."""
    newest = (
        sa.select(EventRow.subject_id, sa.func.max(EventRow.sequence).label("sequence"))
        .where(EventRow.action == FOLLOWED, _is_among(EventRow.subject_id, among))
        .group_by(EventRow.subject_id)
        .subquery()
    )
    chosen = (
        sa.select(
            _EARLIER.id,
            _EARLIER.application_id,
            _EARLIER.successor_id,
            _EARLIER.latest_key,
            _LATER.id.label("found"),
            EventRow.details,
            (
                (_LATER.ruc == _EARLIER.ruc)
                & (_OF_LATER.track == _OF_EARLIER.track)
                & (_LATER.numbered_at >= _EARLIER.numbered_at)
            ).label("fits"),
        )
        .join(_OF_EARLIER, _OF_EARLIER.id == _EARLIER.application_id)
        .outerjoin(_LATER, _LATER.id == _EARLIER.successor_id)
        .outerjoin(_OF_LATER, _OF_LATER.id == _LATER.application_id)
        .outerjoin(newest, newest.c.subject_id == _EARLIER.application_id)
        .outerjoin(EventRow, EventRow.sequence == newest.c.sequence)
        .where(
            _is_among(_EARLIER.application_id, among),
            _EARLIER.successor_id.is_not(None) | newest.c.sequence.is_not(None),
        )
        .execution_options(**({"yield_per": AT_ONCE} if among is None else {}))
    )
    for row in uow.session.execute(chosen):
        told = (row.details or {}).get("successor")
        if told != (str(row.successor_id) if row.successor_id else None):
            yield Contradiction(name="successor_not_in_trail", detail=f"agreement {row.id}")
        elif row.found is None or not row.fits or row.latest_key is not None:
            yield Contradiction(name="successor_of_another", detail=f"agreement {row.id}")


def _at_once(uow: UnitOfWork, among: Sequence[UUID] | None) -> Iterator[Contradiction]:
    """Look for a document whose place was chosen, and that holds beside an earlier one."""
    pairs = (
        sa.select(
            _LATER.application_id,
            _LATER.id,
            _EARLIER.id.label("beside"),
            _EARLIER.valid_from.label("one_from"),
            _EARLIER.valid_until.label("one_until"),
            _AFTER_EARLIER.valid_from.label("one_followed"),
            _LATER.valid_from.label("other_from"),
            _LATER.valid_until.label("other_until"),
            _AFTER_LATER.valid_from.label("other_followed"),
        )
        .join(
            _EARLIER,
            sa.and_(
                _EARLIER.ruc == _LATER.ruc,
                _EARLIER.id != _LATER.id,
                _EARLIER.numbered_at <= _LATER.numbered_at,
                _EARLIER.valid_from <= _LATER.valid_until,
                _EARLIER.valid_until >= _LATER.valid_from,
            ),
        )
        .join(_OF_LATER, _OF_LATER.id == _LATER.application_id)
        .join(
            _OF_EARLIER,
            sa.and_(
                _OF_EARLIER.id == _EARLIER.application_id, _OF_EARLIER.track == _OF_LATER.track
            ),
        )
        .outerjoin(_AFTER_EARLIER, _AFTER_EARLIER.id == _EARLIER.successor_id)
        .outerjoin(_AFTER_LATER, _AFTER_LATER.id == _LATER.successor_id)
        .where(_is_among(_LATER.application_id, among))
    )
    for row in uow.session.execute(pairs):
        one = Term(row.one_from, row.one_until, row.one_followed)
        other = Term(row.other_from, row.other_until, row.other_followed)
        if _hold_at_once(one, other) and _was_placed(uow, row.application_id):
            detail = f"agreement {row.id} beside {row.beside}"
            yield Contradiction(name="two_in_force", detail=detail)


def _hold_at_once(one: Term, other: Term) -> bool:
    """Whether both hold on some day: then they do on the first day of one of them."""
    return any(
        one.standing(day) is Standing.IN_FORCE and other.standing(day) is Standing.IN_FORCE
        for day in (one.valid_from, other.valid_from)
    )


def _was_placed(uow: UnitOfWork, application_id: UUID) -> bool:
    """Whether the trail says that the document was given its first day after the others."""
    told = uow.session.scalars(
        sa.select(EventRow.details)
        .where(EventRow.subject_id == application_id, EventRow.action.in_(NUMBERED_EVENTS))
        .limit(1)
    ).first()
    return told is not None and _BEGINS in told


def _is_among(column: Any, among: Sequence[UUID] | None) -> sa.ColumnElement[bool]:  # noqa: ANN401 -- a column
    return sa.true() if among is None else column.in_(among)
