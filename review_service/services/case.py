"""What belongs to whom: every read or write of an applicant passes here first."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import ApplicationRow, CorrectionRow, DocumentRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationState, ReviewItem
from review_service.domain.documents import DocumentKind, Theme
from review_service.domain.errors import NotAllowedError, NotFoundError


def owned(uow: UnitOfWork, *, application_id: UUID, ruc: str, lock: bool = False) -> ApplicationRow:
    """Return the application, or raise ``NotFoundError`` also when it is somebody else's.

    ``lock`` makes a second click wait for the first, so that it finds the work done.
    """
    query = sa.select(ApplicationRow).where(
        ApplicationRow.id == application_id, ApplicationRow.ruc == ruc
    )
    row = uow.session.execute(query.with_for_update() if lock else query).scalar_one_or_none()
    if row is None:
        raise NotFoundError(f"no application {application_id}")
    return row


def editable(
    uow: UnitOfWork, *, application_id: UUID, ruc: str, items: Sequence[ReviewItem]
) -> ApplicationRow:
    """Return an own application of which one of ``items`` may be changed now.

    The row is locked until the transaction ends, so that nothing changes while it is being sent.
    Raises ``NotFoundError``, or ``NotAllowedError`` when it was sent, or when a correction asks
    for something else.
    """
    row = owned(uow, application_id=application_id, ruc=ruc)
    uow.session.refresh(row, with_for_update=True)
    if not row.state.is_editable:
        raise NotAllowedError(f"application {application_id} is {row.state.value}")
    if row.state is ApplicationState.CORRECTION_REQUESTED:
        asked = {correction.item for correction in open_corrections(uow, application_id)}
        if asked.isdisjoint(items):
            raise NotAllowedError(f"nobody asked to correct that of {application_id}")
    return row


def open_corrections(uow: UnitOfWork, application_id: UUID) -> Sequence[CorrectionRow]:
    """Return what is asked for and not yet answered."""
    return (
        uow.session.execute(
            sa.select(CorrectionRow)
            .where(
                CorrectionRow.application_id == application_id,
                CorrectionRow.answered_at.is_(None),
            )
            .order_by(CorrectionRow.item)
        )
        .scalars()
        .all()
    )


def current_round(uow: UnitOfWork, application_id: UUID) -> int:
    """Return 0 before the first correction request, else the number of the newest one."""
    newest = uow.session.execute(
        sa.select(sa.func.max(CorrectionRow.round)).where(
            CorrectionRow.application_id == application_id
        )
    ).scalar_one()
    return newest or 0


def documents_of(uow: UnitOfWork, application_id: UUID) -> Sequence[DocumentRow]:
    """Return the application's present documents, oldest first; removed ones stay out."""
    return (
        uow.session.execute(
            sa.select(DocumentRow)
            .where(DocumentRow.application_id == application_id, DocumentRow.removed_at.is_(None))
            .order_by(DocumentRow.created_at, DocumentRow.id)
        )
        .scalars()
        .all()
    )


def items_touched_by(kind: DocumentKind, theme: Theme | None) -> tuple[ReviewItem, ...]:
    """Return which items a document of this kind and theme speaks to."""
    if kind is DocumentKind.AGREEMENT:
        return (ReviewItem.PRIOR_AGREEMENT,)
    if theme is not None:
        return (ReviewItem(theme.value),)
    return tuple(item for item in ReviewItem if item.is_theme)
