"""Photos of a case that are the same as or similar to those of other applications."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db.models import ApplicationRow, DocumentRow, PageRow
from review_service.db.shared_photos import SharedPhoto, shared_photos
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.errors import NotFoundError
from review_service.domain.likeness import closeness
from review_service.domain.reports import Box
from review_service.domain.shared_workshops import Relation, Sharing

MOST_NAMED: Final = 3
"""Most other applications named for each page; the rest is only counted."""
MOST_COMPARED: Final = 12
"""Photos shown beside one page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyView:
    """The same or a similar photo in another application."""

    application_id: UUID
    reference: str
    relation: Relation
    sharing: Sharing
    """What both say of sharing a workshop."""
    document_id: UUID
    page_number: int
    is_exact: bool
    closeness: str
    """How similar, in words; empty for the same file."""
    more: int
    """Applications beyond the last one named; 0 on the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A photo and its rectangle on the page image."""

    document_id: UUID
    page_number: int
    width_px: int
    height_px: int
    box: Box
    has_image: bool
    turned: int
    """The turn or mirroring that makes it look like the other one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One photo of the case and one of another application, to compare."""

    here: Picture
    there: Picture
    application_id: UUID
    reference: str
    holder: str
    ruc: str
    relation: Relation
    sharing: Sharing
    confirmed_at: datetime
    is_exact: bool
    closeness: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A page of a case, and the photos similar to its own."""

    application_id: UUID
    reference: str
    holder: str
    ruc: str
    confirmed_at: datetime
    document_id: UUID
    page_number: int
    pairs: tuple[Pair, ...]
    more: int
    """Other applications that are not shown."""


def copies_of(
    session: Session, application: ApplicationRow
) -> dict[tuple[UUID, int], list[CopyView]]:
    """Return the nearest copies of each page's photos, by document and page number."""
    found: dict[tuple[UUID, int], list[CopyView]] = {}
    for shared in shared_photos(session, application, most=MOST_NAMED):
        copies = found.setdefault((shared.document_id, shared.page_number), [])
        copies.append(
            CopyView(
                application_id=shared.other_id,
                reference=shared.reference,
                relation=shared.relation,
                sharing=shared.sharing,
                document_id=shared.other_document_id,
                page_number=shared.other_page_number,
                is_exact=shared.is_exact,
                closeness=_told(shared),
                more=max(0, shared.others - MOST_NAMED) if len(copies) == MOST_NAMED - 1 else 0,
            )
        )
    return found


def comparison_of(
    uow: UnitOfWork, *, application_id: UUID, document_id: UUID, number: int
) -> Comparison:
    """Return one page of a sent application and the photos similar to its own.

    Raises ``NotFoundError`` for a draft, another application's page, or one that resembles nothing.
    """
    application = uow.session.get(ApplicationRow, application_id)
    if application is None or application.confirmed_at is None:
        raise NotFoundError(f"no case {application_id}")
    shared = [
        each
        for each in shared_photos(uow.session, application, most=MOST_COMPARED)
        if (each.document_id, each.page_number) == (document_id, number)
    ]
    if not shared:
        raise NotFoundError(f"page {number} of {document_id} resembles nothing")
    pages = _pages(uow.session, shared)
    return Comparison(
        application_id=application.id,
        reference=application.reference,
        holder=application.holder,
        ruc=application.ruc,
        confirmed_at=application.confirmed_at,
        document_id=document_id,
        page_number=number,
        pairs=tuple(_pair(each, pages) for each in shared),
        more=max(0, shared[0].others - MOST_COMPARED),
    )


def _told(shared: SharedPhoto) -> str:
    return "" if shared.is_exact else closeness(shared.distance, shared.turned)


def _pages(session: Session, shared: list[SharedPhoto]) -> dict[tuple[UUID, int], PageRow]:
    """Return every page that is shown, without its words."""
    wanted = {(each.document_id, each.page_number) for each in shared}
    wanted |= {(each.other_document_id, each.other_page_number) for each in shared}
    rows = session.scalars(
        sa.select(PageRow)
        .join(DocumentRow, DocumentRow.id == PageRow.document_id)
        .where(sa.tuple_(PageRow.document_id, PageRow.number).in_(wanted))
        .options(
            sa.orm.load_only(
                PageRow.width_px,
                PageRow.height_px,
                PageRow.image_key,
                PageRow.document_id,
                PageRow.number,
            )
        )
    )
    return {(row.document_id, row.number): row for row in rows}


def _pair(
    shared: SharedPhoto,
    pages: Mapping[tuple[UUID, int], PageRow],
) -> Pair:
    if shared.confirmed_at is None:
        raise NotFoundError(f"{shared.reference} was never sent")
    here = pages[shared.document_id, shared.page_number]
    there = pages[shared.other_document_id, shared.other_page_number]
    return Pair(
        here=_picture(here, shared.box, turned=0),
        there=_picture(there, shared.other_box, turned=shared.turned),
        application_id=shared.other_id,
        reference=shared.reference,
        holder=shared.holder,
        ruc=shared.ruc,
        relation=shared.relation,
        sharing=shared.sharing,
        confirmed_at=shared.confirmed_at,
        is_exact=shared.is_exact,
        closeness=_told(shared),
    )


def _picture(page: PageRow, box: Mapping[str, Any] | None, *, turned: int) -> Picture:
    whole = Box(left=0, top=0, width=page.width_px, height=page.height_px)
    return Picture(
        document_id=page.document_id,
        page_number=page.number,
        width_px=page.width_px,
        height_px=page.height_px,
        box=Box(**box) if box else whole,
        has_image=page.image_key is not None,
        turned=turned,
    )
