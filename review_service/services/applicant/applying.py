"""What an applicant does to a draft: open, fill, sort photos, withdraw. ``sending`` sends it."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from review_service.db.counters import next_number
from review_service.db.engine import insert_if_absent
from review_service.db.item_evidence import themes_in
from review_service.db.models import ApplicationRow, DocumentRow, PageRow
from review_service.db.transitions import move
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import (
    ApplicationKind,
    ApplicationState,
    ReviewItem,
    require_transition,
)
from review_service.domain.data_sheet import (
    parse_sheet,
    require_year,
    with_year,
)
from review_service.domain.documents import DocumentKind, Theme
from review_service.domain.errors import InvalidInputError, NotFoundError
from review_service.domain.item_evidence import Allowed, item_of_file
from review_service.domain.numbering import application_reference
from review_service.domain.sightings import Sight
from review_service.domain.taxpayers import Taxpayer
from review_service.domain.terms import ecuador_day
from review_service.domain.tracks import ARTISAN, Track, track_of
from review_service.domain.wording import visible, worded
from review_service.ports import TaxpayerRegistry
from review_service.services.applicant import replacing
from review_service.services.applicant.prefilling import prefilled
from review_service.services.applicant.renewing import ASKED_AS_EVER, Asked, require_window
from review_service.services.case import editable, owned, require, require_seen
from review_service.services.findings import photo_copies

MAX_COMMENT_CHARACTERS = 500


def open_application(
    uow: UnitOfWork,
    *,
    registry: TaxpayerRegistry,
    ruc: str,
    kind: ApplicationKind,
    track: Track = ARTISAN,
    asked: Asked = ASKED_AS_EVER,
) -> UUID:
    """Open a draft, or return the one that is already open, so that a double click opens one only.

    One of each track may be open at a time. Raises ``NotFoundError`` when the registry no longer
    knows the RUC and ``InvalidInputError`` when another of the track still waits for its end, or
    one in force cannot be renewed yet and no facts changed.
    """
    taxpayer = registry.find(ruc)
    if taxpayer is None:
        raise NotFoundError("the registry no longer knows the RUC")
    email = registry.registered_email(ruc) or ""
    with uow:
        existing = _open_draft(uow, ruc, track)
        if existing is not None:
            return existing
        _require_room(uow, ruc, track)
        require_window(uow, ruc=ruc, track=track, asked=asked)
        year = ecuador_day(uow.now).year
        application_id = uuid4()
        added = insert_if_absent(
            uow.session,
            ApplicationRow,
            id=application_id,
            reference=application_reference(year, next_number(uow, "application", year)),
            ruc=ruc,
            holder=taxpayer.name,
            track=track.key,
            kind=kind,
            state=ApplicationState.DRAFT,
            version=1,
            sheet=prefilled(uow, taxpayer, kind, track).to_json(),
            registry_facts=facts_of(taxpayer, email=email, at=uow.now),
            open_key=_open_key(ruc, track),
            created_at=uow.now,
            changed_at=uow.now,
        )
        if added:
            uow.record("application_opened", actor="applicant", subject_id=application_id)
            uow.commit()
            return application_id
    with uow:
        existing = _open_draft(uow, ruc, track)
    if existing is None:
        raise NotFoundError("the draft was closed meanwhile")
    return existing


def save_sheet(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    ruc: str,
    values: Mapping[str, str],
    kind: ApplicationKind,
    seen: str | None = None,
    asked_year: str = "",
) -> None:
    """Save the typed sheet, complete or not.

    ``asked_year`` is that of ``require_year``, ``seen``, here and below, the version that was typed
    over. Raises ``InvalidInputError`` for impossible values, and ``StaleStateError`` when another
    sheet was saved meanwhile; the same one again is no conflict.
    """
    with uow:
        row, allowed = editable(uow, application_id=application_id, ruc=ruc)
        require(row.id, allowed=allowed.item(ReviewItem.DATA_SHEET))
        require_year(asked_year, values, today := ecuador_day(uow.now))
        sheet = with_year(parse_sheet(values, track_of(row.track).questions), today)
        is_same_kind = row.kind is kind or row.state is not ApplicationState.DRAFT
        if row.sheet != sheet.to_json() or not is_same_kind:
            require_seen(uow, row, seen, Sight.SHEET)
        row.sheet = sheet.to_json()
        row.sheet_saved_at = uow.now
        if row.state is ApplicationState.DRAFT:
            row.kind = kind
        _touch(uow, row)
        uow.record("sheet_saved", actor="applicant", subject_id=row.id)
        uow.commit()


def assign_themes(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    ruc: str,
    document_id: UUID,
    themes: Mapping[int, Theme | None],
    seen: str | None = None,
) -> None:
    """Set the theme that each page of a ready PDF shows; page numbers are 1-based.

    A page set to no theme loses its suggestion too, since a person has looked at it. In a
    correction a page that officers have seen moves only between themes that were asked for.
    Raises ``StaleStateError`` when its pages were sorted otherwise meanwhile.
    """
    with uow:
        row, allowed = editable(uow, application_id=application_id, ruc=ruc)
        document = _document(uow, row, document_id)
        require(row.id, allowed=allowed.new_pdf)
        pages = _pages(uow, document.id)
        if any(not _is_sorted(page, themes) for page in pages):
            require_seen(uow, row, seen, Sight.FILE, document_id)
        for page in pages:
            if page.number not in themes:
                continue
            theme = themes[page.number]
            may_move = allowed.sorting(page.theme, theme, file_round=document.round)
            require(row.id, allowed=may_move)
            page.theme, page.sorted_at = theme, uow.now
            if theme is None:
                page.suggested_theme, page.suggested_from = None, ""
        _touch(uow, row)
        uow.commit()


def move_photo(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    ruc: str,
    document_id: UUID,
    theme: Theme,
    seen: str | None = None,
) -> None:
    """Move a photo to another theme; during a correction both themes must have been asked for.

    Raises ``StaleStateError`` when the photo was changed meanwhile, ``NotFoundError``.
    """
    with uow:
        row, allowed = editable(uow, application_id=application_id, ruc=ruc)
        document = _document(uow, row, document_id)
        if document.kind is not DocumentKind.PHOTO:
            raise NotFoundError(f"{document_id} is no photo")
        require(row.id, allowed=allowed.theme(document.theme) and allowed.theme(theme))
        if document.theme is not theme:
            require_seen(uow, row, seen, Sight.FILE, document_id)
        document.theme = theme
        for page in _pages(uow, document.id):
            page.theme = theme
        _touch(uow, row)
        uow.commit()


def remove_document(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    ruc: str,
    document_id: UUID,
    seen: str | None = None,
) -> None:
    """Take a document out of the application; its row stays in the history.

    In a correction a PDF sent in its place leaves it to the one before again. A second click, or
    the same replacement sent again, finds the work done. Raises ``StaleStateError`` when the file
    was changed meanwhile.
    """
    with uow:
        row = owned(uow, application_id=application_id, ruc=ruc)
        gone = uow.session.get(DocumentRow, document_id)
        if gone is not None and gone.application_id == row.id and gone.removed_at is not None:
            return
        document = _document(uow, row, document_id)
        row, allowed = editable(uow, application_id=application_id, ruc=ruc)
        require(row.id, allowed=_may_remove(uow, allowed, document))
        require_seen(uow, row, seen, Sight.FILE, document_id)
        document.removed_at = uow.now
        if allowed.asked is not None:
            replacing.bring_back(uow, document)
        photo_copies.advise(uow, row.id)
        _touch(uow, row)
        uow.record("document_removed", actor="applicant", subject_id=row.id)
        uow.commit()


def comment(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    ruc: str,
    document_id: UUID,
    text: str,
    page: int | None = None,
    seen: str | None = None,
) -> None:
    """Save the applicant's comment on a finding, for the file or for one of its pages.

    Raises ``InvalidInputError`` when too long, ``NotFoundError`` for a page that is not there,
    ``StaleStateError`` when the file was changed meanwhile.
    """
    said = " ".join(visible(text).split())
    if len(said) > MAX_COMMENT_CHARACTERS:
        raise InvalidInputError(
            {
                "comment": worded(
                    "Escriba %(most)s letras como máximo.",
                    most=MAX_COMMENT_CHARACTERS,
                )
            }
        )
    with uow:
        row, allowed = editable(uow, application_id=application_id, ruc=ruc)
        document = _document(uow, row, document_id)
        place = _place_of(uow, document, page)
        require(row.id, allowed=_may_comment(uow, allowed, document, place))
        if place.comment != said:
            require_seen(uow, row, seen, Sight.FILE, document_id)
        place.comment = said
        _touch(uow, row)
        uow.commit()


def withdraw(uow: UnitOfWork, *, application_id: UUID, ruc: str, seen: str | None = None) -> None:
    """Withdraw the application.

    Raises ``InvalidTransitionError`` once it is decided, ``StaleStateError`` when its state is
    another than the one that was shown.
    """
    with uow:
        row = owned(uow, application_id=application_id, ruc=ruc, lock=True)
        if row.state is ApplicationState.WITHDRAWN:
            return
        require_transition(row.state, ApplicationState.WITHDRAWN)
        require_seen(uow, row, seen, Sight.CASE)
        move(
            uow,
            row,
            ApplicationState.WITHDRAWN,
            actor="applicant",
            open_key=None,
            due_at=None,
            correct_by=None,
        )
        uow.commit()


def facts_of(taxpayer: Taxpayer, *, email: str, at: datetime) -> dict[str, Any]:
    """Return what the register says at that moment as JSON values, kept beside the application."""
    facts = asdict(taxpayer)
    facts["status"] = taxpayer.status.value
    facts["started_on"] = taxpayer.started_on.isoformat() if taxpayer.started_on else None
    facts["establishments"] = list(facts["establishments"])
    return {**facts, "email": email, "asked_at": at.isoformat()}


def _require_room(uow: UnitOfWork, ruc: str, track: Track) -> None:
    """Let one of each track be open; a draft that another click opened just now is that one."""
    ended = [state for state in ApplicationState if not state.is_open]
    waiting = (
        sa.select(ApplicationRow.reference)
        .where(
            ApplicationRow.ruc == ruc,
            ApplicationRow.track == track.key,
            ApplicationRow.state.not_in(ended),
            ApplicationRow.open_key.is_distinct_from(_open_key(ruc, track)),
        )
        .order_by(ApplicationRow.created_at.desc(), ApplicationRow.id)
        .limit(1)
    )
    found = uow.session.execute(waiting).scalar_one_or_none()
    if found is not None:
        raise InvalidInputError(
            {
                "kind": worded(
                    "Ya tiene una solicitud en trámite: %(found)s. Espere su respuesta, o "
                    "retírela para empezar otra.",
                    found=found,
                )
            }
        )


def _open_key(ruc: str, track: Track) -> str:
    """Return what is unique while a draft is open; an artisan's is what it was before tracks."""
    return ruc if track is ARTISAN else f"{ruc}:{track.key}"


def _open_draft(uow: UnitOfWork, ruc: str, track: Track) -> UUID | None:
    return uow.session.execute(
        sa.select(ApplicationRow.id).where(ApplicationRow.open_key == _open_key(ruc, track))
    ).scalar_one_or_none()


def _document(uow: UnitOfWork, row: ApplicationRow, document_id: UUID) -> DocumentRow:
    document = uow.session.get(DocumentRow, document_id)
    if (
        document is None
        or document.application_id != row.id
        or document.removed_at is not None
        or document.assembled
    ):
        raise NotFoundError(f"no document {document_id}")
    return document


def _pages(uow: UnitOfWork, document_id: UUID) -> list[PageRow]:
    rows = uow.session.execute(sa.select(PageRow).where(PageRow.document_id == document_id))
    return list(rows.scalars())


def _is_sorted(page: PageRow, themes: Mapping[int, Theme | None]) -> bool:
    """Whether the page is already as it is to be."""
    if page.number not in themes:
        return True
    return page.sorted_at is not None and page.theme is themes[page.number]


def _place_of(uow: UnitOfWork, document: DocumentRow, page: int | None) -> DocumentRow | PageRow:
    if page is None:
        return document
    for row in _pages(uow, document.id):
        if row.number == page:
            return row
    raise NotFoundError(f"no page {page} of {document.id}")


def _may_remove(uow: UnitOfWork, allowed: Allowed, document: DocumentRow) -> bool:
    whole = item_of_file(document.kind)
    if whole is not None:
        return allowed.item(whole)
    if document.kind is DocumentKind.PHOTO:
        return allowed.theme(document.theme)
    return allowed.removing(themes_in(uow.session, document), file_round=document.round)


def _may_comment(
    uow: UnitOfWork, allowed: Allowed, document: DocumentRow, place: DocumentRow | PageRow
) -> bool:
    if document.kind is DocumentKind.EVIDENCE and isinstance(place, PageRow):
        return allowed.page(place.theme, file_round=document.round)
    return _may_remove(uow, allowed, document)


def _touch(uow: UnitOfWork, row: ApplicationRow) -> None:
    row.changed_at = uow.now
