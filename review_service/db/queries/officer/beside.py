"""A page that an officer looks at beside a page of a case: of the case, or a copy elsewhere."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import DocumentRow, PageRow
from review_service.db.named_files import NOT_RELEASED
from review_service.db.queries.officer.case import CaseView
from review_service.db.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """One page to look at beside another, with the words that say whose it is."""

    application_id: UUID
    document_id: UUID
    number: int
    width_px: int
    height_px: int
    has_image: bool
    has_preview: bool
    label: str
    is_of_another: bool
    """Whether it belongs to another application."""


def page_beside(uow: UnitOfWork, case: CaseView, place: tuple[UUID, int] | None) -> Beside | None:
    """Return the page of that document and number; None where it may not stand beside the case.

    That may a page of the case, one that a correction replaced, and a photo that resembles one.
    """
    if place is None:
        return None
    document_id, number = place
    for page in case.material.pages:
        if (page.document_id, page.number) == place:
            label = f": {page.item.label}" if page.item else ""
            return Beside(
                application_id=case.id,
                document_id=document_id,
                number=number,
                width_px=page.width_px,
                height_px=page.height_px,
                has_image=page.has_image,
                has_preview=page.has_preview,
                label=f"Página {page.position}{label}",
                is_of_another=False,
            )
    return _elsewhere(uow, case, document_id, number)


def _elsewhere(uow: UnitOfWork, case: CaseView, document_id: UUID, number: int) -> Beside | None:
    copies = {
        (copy.document_id, copy.page_number): copy
        for page in case.material.pages
        for copy in page.copies
    }
    copy = copies.get((document_id, number))
    belongs = sa.and_(
        DocumentRow.application_id == case.id, DocumentRow.removed_at > case.confirmed_at
    )
    if copy is not None:
        belongs = sa.and_(DocumentRow.application_id == copy.application_id)
    row = uow.session.execute(
        sa.select(
            PageRow.width_px,
            PageRow.height_px,
            PageRow.image_key,
            PageRow.preview_key,
            DocumentRow.application_id,
        )
        .join(DocumentRow, DocumentRow.id == PageRow.document_id)
        .where(
            PageRow.document_id == document_id,
            PageRow.number == number,
            NOT_RELEASED,
            belongs,
        )
    ).one_or_none()
    if row is None:
        return None
    label = f"Foto parecida de {copy.reference}" if copy else "Antes de corregir"
    return Beside(
        application_id=row.application_id,
        document_id=document_id,
        number=number,
        width_px=row.width_px,
        height_px=row.height_px,
        has_image=row.image_key is not None,
        has_preview=row.preview_key is not None,
        label=label,
        is_of_another=row.application_id != case.id,
    )
