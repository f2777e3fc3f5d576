"""Checks that an application belongs to the applicant; every read or write starts here."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from review_service.db.item_evidence import evidence_of, seen_in
from review_service.db.models import ApplicationRow, CorrectionRow, DocumentRow, ReviewItemRow
from review_service.db.sightings import Key, sighting
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationState, ItemVerdict
from review_service.domain.associations import open_items
from review_service.domain.errors import NotAllowedError, NotFoundError, StaleStateError
from review_service.domain.item_evidence import Allowed, falls_back
from review_service.domain.sightings import Sight
from review_service.domain.tracks import track_of


def owned(uow: UnitOfWork, *, application_id: UUID, ruc: str, lock: bool = False) -> ApplicationRow:
    """Return the application, or raise ``NotFoundError`` also when it is somebody else's.

    ``lock`` locks the row, so that a second click waits until the first is done; it is as the
    database has it then.
    """
    query = sa.select(ApplicationRow).where(
        ApplicationRow.id == application_id, ApplicationRow.ruc == ruc
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = uow.session.execute(query).scalar_one_or_none()
    if row is None:
        raise NotFoundError(f"no application {application_id}")
    return row


def editable(uow: UnitOfWork, *, application_id: UUID, ruc: str) -> tuple[ApplicationRow, Allowed]:
    """Return the applicant's application if it may be changed now, and what of it may be.

    The row is locked until the transaction ends, so that nothing changes while it is being sent.
    Raises ``NotFoundError``, or ``NotAllowedError`` when it was sent.
    """
    row = owned(uow, application_id=application_id, ruc=ruc, lock=True)
    if not row.state.is_editable:
        raise NotAllowedError(f"application {application_id} is {row.state.value}")
    return row, allowed_in(uow, row)


def allowed_in(uow: UnitOfWork, row: ApplicationRow) -> Allowed:
    """Return what an applicant may change: all of a draft, of a correction what was asked."""
    asked = None
    if row.state is ApplicationState.CORRECTION_REQUESTED:
        asked = frozenset(correction.item for correction in open_corrections(uow, row.id))
    items = open_items(track_of(row.track).items, ruc=row.ruc, facts=row.registry_facts)
    return Allowed(asked=asked, round=current_round(uow, row.id), items=items)


def require(application_id: UUID, *, allowed: bool) -> None:
    """Raise ``NotAllowedError`` unless the applicant may change that."""
    if not allowed:
        raise NotAllowedError(f"nobody asked to correct that of {application_id}")


def require_seen(
    uow: UnitOfWork, row: ApplicationRow, seen: str | None, sight: Sight, key: Key = None
) -> None:
    """Raise ``StaleStateError`` unless the form was made from the case as it is now.

    ``seen`` is the version that the form carries; None for a caller that has read it just now.
    The row must be locked by the caller.
    """
    if seen is not None and seen != sighting(uow.session, row, sight, key):
        raise StaleStateError(f"the {sight.value} of application {row.id} is another now")


def open_corrections(uow: UnitOfWork, application_id: UUID) -> Sequence[CorrectionRow]:
    """Return the correction requests that are not yet answered."""
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


def review_entries(uow: UnitOfWork, application_id: UUID) -> Sequence[ReviewItemRow]:
    """Return the verdicts of an application, one row for each item."""
    return (
        uow.session.execute(
            sa.select(ReviewItemRow)
            .where(ReviewItemRow.application_id == application_id)
            .order_by(ReviewItemRow.item)
        )
        .scalars()
        .all()
    )


def reopen_changed(uow: UnitOfWork, row: ApplicationRow, *, actor: str) -> None:
    """Set each verdict back to «por revisar» if its evidence is no longer what was seen.

    What did not change keeps verdict and author. Inside the caller's transaction.
    """
    evidence = evidence_of(uow.session, row)
    for entry in review_entries(uow, row.id):
        if not falls_back(entry.verdict, seen_in(entry), evidence[entry.item]):
            continue
        uow.record(
            "item_reopened",
            actor=actor,
            subject_id=row.id,
            item=entry.item.value,
            verdict=entry.verdict.value,
            judged_by=str(entry.judged_by or ""),
        )
        entry.verdict, entry.judged_by, entry.judged_at = ItemVerdict.PENDING, None, None
        entry.reopened_at = uow.now
