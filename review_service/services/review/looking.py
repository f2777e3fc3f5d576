"""Records that an officer looked at a case: one event per officer, case and 15 minutes.

What is known by it is that somebody asked for pictures of its pages, not which were looked at: the
browser alone knows those (ADR 50).
"""

import time
from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import DocumentRow, EventRow, PageRow
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.actors import actor_of
from review_service.domain.errors import InvalidInputError
from review_service.services import attempts

WINDOW_SECONDS = 15 * 60
"""One event in this time, however many pages are turned: the chain stays small."""
KNOWN_SECONDS: Final = 60.0
"""So long a process knows that a look is recorded and does not ask again: pages turned quickly."""
MOST_KNOWN: Final = 1_000
MOST_NAMED: Final = 7
"""Pages that are each named; of more, the first and the last."""
_known: dict[tuple["Look", UUID, UUID], float] = {}
"""Looks that are recorded, with the moment of ``time.monotonic`` up to which nobody asks again."""


class Look(StrEnum):
    """What was looked at; the value is the event's action."""

    CASE = "case_viewed"
    PAGES = "pages_viewed"
    AGREEMENT = "agreement_downloaded"


def record(
    reading: UnitFactory,
    writing: UnitFactory,
    look: Look,
    *,
    application_id: UUID,
    officer_id: UUID,
) -> None:
    """Record the look unless it was recorded in this window; then nothing is written.

    Raises ``DatabaseDownError``: what cannot be written down is not shown.
    """
    key = (look, officer_id, application_id)
    if time.monotonic() < _known.get(key, 0.0):
        return
    who = f"{officer_id}:{application_id}"
    with reading() as uow:
        happened = attempts.happened(uow, purpose=look.value, who=who, per_seconds=WINDOW_SECONDS)
    if not happened:
        with writing() as uow:
            if attempts.first_time(uow, purpose=look.value, who=who, per_seconds=WINDOW_SECONDS):
                uow.record(look.value, actor=actor_of(officer_id), subject_id=application_id)
                uow.commit()
    if len(_known) >= MOST_KNOWN:
        _known.clear()
    _known[key] = time.monotonic() + KNOWN_SECONDS


def opened_by(
    uow: UnitOfWork, application_ids: Collection[UUID], *, officer_id: UUID
) -> frozenset[UUID]:
    """Return those of the cases whose pages this officer opened at some time."""
    found = uow.session.scalars(
        sa.select(EventRow.subject_id)
        .where(
            EventRow.subject_id.in_(application_ids),
            EventRow.action == Look.PAGES.value,
            EventRow.actor == actor_of(officer_id),
        )
        .distinct()
    )
    return frozenset(each for each in found if each is not None)


def leaves_of(uow: UnitOfWork, application_ids: Collection[UUID]) -> Mapping[UUID, tuple[str, ...]]:
    """Return the pages of each case that has any, as the desk names them, in no order."""
    leaves: dict[UUID, list[str]] = {}
    for case, document_id, number in uow.session.execute(
        sa.select(DocumentRow.application_id, PageRow.document_id, PageRow.number)
        .join(DocumentRow, DocumentRow.id == PageRow.document_id)
        .where(
            DocumentRow.application_id.in_(application_ids),
            DocumentRow.removed_at.is_(None),
            DocumentRow.assembled.is_(False),
        )
    ):
        leaves.setdefault(case, []).append(f"{document_id}-{number}")
    return {case: tuple(some) for case, some in leaves.items()}


def require_opened(uow: UnitOfWork, application_id: UUID, *, officer_id: UUID) -> None:
    """Return if the officer opened the pages of the case, or it has none.

    Raises ``InvalidInputError`` for the field ``unseen``, which names every page.
    """
    leaves = leaves_of(uow, [application_id]).get(application_id, ())
    if leaves and not opened_by(uow, [application_id], officer_id=officer_id):
        raise InvalidInputError({"unseen": unseen_words(len(leaves))})


def unseen_words(pages: int) -> str:
    """Return the sentence on a case none of whose pages was opened; ``pages`` is 1 or more."""
    if pages == 1:
        return "Falta ver 1 antes de aprobar."
    listed = ", ".join(str(each) for each in range(1, pages + 1))
    told = listed if pages <= MOST_NAMED else f"1 a {pages}"
    return f"Faltan ver {told} antes de aprobar."
