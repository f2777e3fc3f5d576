"""How far the reading of an applicant's file has come, or how many are read before it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from review_service.db.models import TaskRow
from review_service.db.queries.applicant.files import OwnDocument, OwnFiles
from review_service.db.turns import READY
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.documents import DocumentState
from review_service.domain.wording import gettext_noop, worded_by_number
from review_service.domain.work import TaskKind, TaskState

MOST_BEFORE: Final = 100
"""So many files that come before are counted; nobody waits otherwise for more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BeingRead:
    """One file whose checks have not ended."""

    document: OwnDocument
    before: int
    """Files of anybody whose turn comes before, at most ``MOST_BEFORE``; of one whose checks have
    begun 0."""

    @property
    def progress(self) -> str:
        """Return how far it is, in a few Spanish words after its name."""
        document = self.document
        if document.page_count:
            total = document.page_count
            return worded_by_number(
                "%(read)s de %(total)s página leída",
                "%(read)s de %(total)s páginas leídas",
                total,
                read=document.pages_checked,
                total=total,
            )
        if document.state is not DocumentState.RECEIVED:
            return gettext_noop("leyendo")
        if not self.before:
            return gettext_noop("espera su turno")
        if self.before >= MOST_BEFORE:
            return gettext_noop("espera su turno; antes se leen más de 100 archivos")
        return worded_by_number(
            "espera su turno; antes se lee 1 archivo",
            "espera su turno; antes se leen %(count)s archivos",
            self.before,
            count=self.before,
        )


def being_read(
    uow: UnitOfWork, files: OwnFiles, ids: Collection[UUID | None]
) -> Sequence[BeingRead]:
    """Return those of these files whose checks have not ended, in the order of the page."""
    return [
        BeingRead(document=document, before=_before(uow, document))
        for document in files.all
        if document.id in ids and not document.state.is_final
    ]


def _before(uow: UnitOfWork, document: OwnDocument) -> int:
    """Count as workers choose: the lowest turn of a lane first, of one turn the oldest."""
    if document.state is not DocumentState.RECEIVED:
        return 0
    mine = aliased(TaskRow)
    earlier = (
        sa.select(sa.literal(1))
        .select_from(TaskRow)
        .join(
            mine,
            sa.and_(
                mine.lane == TaskRow.lane,
                sa.tuple_(TaskRow.turn, TaskRow.created_at) < sa.tuple_(mine.turn, mine.created_at),
            ),
        )
        .where(
            READY,
            mine.subject_id == document.id,
            mine.kind == TaskKind.CHECK_DOCUMENT,
            mine.state == TaskState.READY,
        )
        .limit(MOST_BEFORE)
        .subquery()
    )
    return uow.session.execute(sa.select(sa.func.count()).select_from(earlier)).scalar_one()
