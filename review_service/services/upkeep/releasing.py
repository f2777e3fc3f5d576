"""Gives the sweeper the bytes of files that were removed from a draft before it was ever sent."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db import photo_features
from review_service.db.base import UtcDateTime
from review_service.db.legal_holds import is_held
from review_service.db.letters_about import has_open_letter
from review_service.db.models import ApplicationRow, DocumentRow
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.retention import LONGEST_BACKUP_HOURS
from review_service.services.upkeep import clockwork
from review_service.services.upkeep.rounds import Round

Place = sa.Row[datetime | None, UUID]
"""When a file was removed, and its id."""

AT_ONCE: Final = 500


def release(writing: UnitFactory) -> int:
    """Release removed files that no officer ever had before them; return how many.

    Releases none while the clock is not believed. Rows, hashes and findings stay. Files of a
    correction stay whole, since pages of both sides show what stood before. Raises
    ``RoundFailedError`` at the end when some could not be released; all others are.
    """
    released: list[int] = []
    last, releasing = None, Round("file_not_released")
    while found := _due(writing(), after=last):
        releasing.some(
            [document_id for _, document_id in found],
            lambda some: released.append(_release(writing(), some)),
            ids=lambda each: {"document_id": each},
        )
        last = found[-1]
    releasing.end()
    return sum(released)


def _due(uow: UnitOfWork, *, after: Place | None) -> Sequence[Place]:
    """Return the next files to be released, in order of their removal."""
    with uow:
        if not clockwork.is_steady(uow):
            return []
        place = (DocumentRow.removed_at, DocumentRow.id)
        removed = _removed(uow).order_by(*place).limit(AT_ONCE)
        if after is not None:
            moment, document_id = after
            beyond = sa.tuple_(
                sa.literal(moment, UtcDateTime()), sa.literal(document_id, sa.Uuid())
            )
            removed = removed.where(sa.tuple_(*place) > beyond)
        return uow.session.execute(removed).all()


def _removed(uow: UnitOfWork) -> sa.Select[datetime | None, UUID]:
    never_sent = sa.or_(
        ApplicationRow.confirmed_at.is_(None),
        DocumentRow.removed_at < ApplicationRow.confirmed_at,
    )
    return (
        sa.select(DocumentRow.removed_at, DocumentRow.id)
        .join(ApplicationRow, ApplicationRow.id == DocumentRow.application_id)
        .where(
            DocumentRow.removed_at < uow.now - timedelta(hours=LONGEST_BACKUP_HOURS),
            DocumentRow.released_at.is_(None),
            DocumentRow.assembled.is_(False),
            DocumentRow.round == 0,
            never_sent,
            ~is_held(DocumentRow.application_id),
            ~has_open_letter(),
        )
    )


def _release(uow: UnitOfWork, ids: Sequence[UUID]) -> int:
    """Release those of these files that are still due, in one transaction; return how many."""
    with uow:
        if not clockwork.is_steady(uow):
            return 0
        still = _removed(uow).with_only_columns(DocumentRow.id).where(DocumentRow.id.in_(ids))
        rows = uow.session.execute(
            sa.update(DocumentRow)
            .where(DocumentRow.id.in_(still), DocumentRow.released_at.is_(None))
            .values(released_at=uow.now)
            .returning(DocumentRow.id, DocumentRow.size_bytes)
            .execution_options(synchronize_session=False)
        ).all()
        if rows:
            photo_features.forget(uow.session, [row.id for row in rows])
            size_bytes = sum(row.size_bytes for row in rows)
            uow.record("files_released", actor="scheduler", files=len(rows), size_bytes=size_bytes)
            uow.commit()
        return len(rows)
