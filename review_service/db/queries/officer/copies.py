"""Photos of a case that are the same as or similar to those of other applications."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db.models import (
    ApplicationRow,
    CopyDenialRow,
    DocumentRow,
    OfficerRow,
    PageRow,
    ResemblanceRow,
)
from review_service.db.shared_photos import SharedPhoto, shared_photos
from review_service.db.sightings import case_stamp
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.errors import NotFoundError
from review_service.domain.overlaps import Outline, outlines
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
    outline: Outline = ()
    """What both photos show, in shares of this one; empty where nothing says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """Who said that two photos are no copies, when, and why, as far as they said."""

    by: str
    at: datetime
    reason: str


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
    sha256: str = ""
    other_sha256: str = ""
    denial: Denial | None = None


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
    stamp: str
    """The version of the case, for its forms."""
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


def denied_pages(session: Session, application: ApplicationRow) -> frozenset[tuple[UUID, int]]:
    """Return the pages with a photo of which an officer said that it is no copy, by document."""
    row, mine = CopyDenialRow, application.id
    about = sa.or_(row.application_id == mine, row.other_application_id == mine)
    if session.execute(sa.select(row.id).where(about).limit(1)).first() is None:
        return frozenset()
    return frozenset(
        (each.document_id, each.page_number)
        for each in shared_photos(session, application, most=MOST_COMPARED, with_denied=True)
        if each.is_denied
    )


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
        for each in shared_photos(uow.session, application, most=MOST_COMPARED, with_denied=True)
        if (each.document_id, each.page_number) == (document_id, number)
    ]
    if not shared:
        raise NotFoundError(f"page {number} of {document_id} resembles nothing")
    pages = _pages(uow.session, shared)
    lays, denials = _lays(uow.session, shared), _denials(uow.session, application_id)
    return Comparison(
        application_id=application.id,
        reference=application.reference,
        holder=application.holder,
        ruc=application.ruc,
        confirmed_at=application.confirmed_at,
        document_id=document_id,
        page_number=number,
        pairs=tuple(
            _pair(
                each,
                pages,
                lays.get(each.positions, ((), ())),
                denials.get((each.sha256, each.other_id, each.other_sha256)),
            )
            for each in shared
        ),
        stamp=case_stamp(application),
        more=max(0, shared[0].others - len({each.other_id for each in shared})),
    )


def _told(shared: SharedPhoto) -> str:
    return "" if shared.is_exact else shared.closeness


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
    both: tuple[Outline, Outline],
    denial: Denial | None,
) -> Pair:
    if shared.confirmed_at is None:
        raise NotFoundError(f"{shared.reference} was never sent")
    here = pages[shared.document_id, shared.page_number]
    there = pages[shared.other_document_id, shared.other_page_number]
    return Pair(
        here=_picture(here, shared.box, turned=0, outline=both[0]),
        there=_picture(there, shared.other_box, turned=shared.turned, outline=both[1]),
        application_id=shared.other_id,
        reference=shared.reference,
        holder=shared.holder,
        ruc=shared.ruc,
        relation=shared.relation,
        sharing=shared.sharing,
        confirmed_at=shared.confirmed_at,
        is_exact=shared.is_exact,
        closeness=_told(shared),
        sha256=shared.sha256,
        other_sha256=shared.other_sha256,
        denial=denial if shared.is_denied else None,
    )


def _lays(
    session: Session, shared: Sequence[SharedPhoto]
) -> dict[tuple[int, int], tuple[Outline, Outline]]:
    """Return what both photos of each pair show, on this case's and on the other's."""
    wanted = {(min(each.positions), max(each.positions)) for each in shared if each.agreeing}
    rows = session.execute(
        sa.select(
            ResemblanceRow.earlier_position, ResemblanceRow.later_position, ResemblanceRow.lay
        ).where(
            sa.tuple_(ResemblanceRow.earlier_position, ResemblanceRow.later_position).in_(wanted)
        )
    )
    found: dict[tuple[int, int], tuple[Outline, Outline]] = {}
    for earlier, later, lay in rows:
        on_earlier, on_later = outlines(lay)
        found[earlier, later] = (on_earlier, on_later)
        found[later, earlier] = (on_later, on_earlier)
    return found


def _denials(session: Session, application_id: UUID) -> dict[tuple[str, UUID, str], Denial]:
    """Return what officers denied of a case, by its photo, the other case and that one's photo."""
    row = CopyDenialRow
    rows = session.execute(
        sa.select(row, OfficerRow.full_name)
        .join(OfficerRow, OfficerRow.id == row.denied_by)
        .where(
            sa.or_(row.application_id == application_id, row.other_application_id == application_id)
        )
    )
    found: dict[tuple[str, UUID, str], Denial] = {}
    for said, name in rows:
        key = (
            (said.sha256, said.other_application_id, said.other_sha256)
            if said.application_id == application_id
            else (said.other_sha256, said.application_id, said.sha256)
        )
        found[key] = Denial(by=name, at=said.denied_at, reason=said.reason)
    return found


def _picture(
    page: PageRow, box: Mapping[str, Any] | None, *, turned: int, outline: Outline
) -> Picture:
    whole = Box(left=0, top=0, width=page.width_px, height=page.height_px)
    return Picture(
        document_id=page.document_id,
        page_number=page.number,
        width_px=page.width_px,
        height_px=page.height_px,
        box=Box(**box) if box else whole,
        has_image=page.image_key is not None,
        turned=turned,
        outline=outline,
    )
