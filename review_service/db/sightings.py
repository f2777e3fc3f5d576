"""Reads the present version of each part of a case: see ``domain/sightings.py``."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db.correction_loop import loop_of, loop_stamp
from review_service.db.file_places import placed_files
from review_service.db.item_evidence import evidence_of, items_shown
from review_service.db.models import ApplicationRow, DocumentRow, PageRow, ReviewItemRow
from review_service.db.pending_decisions import mark_of, pending_of
from review_service.domain.applications import ReviewItem
from review_service.domain.documents import DocumentKind, DocumentState, Theme
from review_service.domain.file_places import PlacedFile
from review_service.domain.item_evidence import ItemEvidence
from review_service.domain.not_applicable import said_in
from review_service.domain.sightings import Sight, stamp

GONE = "gone"
Key = UUID | DocumentKind | ReviewItem | Theme | None


def sighting(session: Session, application: ApplicationRow, sight: Sight, key: Key = None) -> str:
    """Return the present version of one part of a case.

    ``key`` is the file's id, the kind of its PDF, the theme, or the item, where the part needs one.
    """
    if sight is Sight.FILE:
        return _of_file(session, application, key)
    if sight is Sight.THEME:
        return theme_stamps(application)[Theme(str(key))]
    if sight is Sight.PLACE:
        return place_stamps(session, application)[DocumentKind(str(key))]
    if sight in {Sight.DRAFT, Sight.LOOP}:
        of_both = draft_stamp if sight is Sight.DRAFT else open_request_stamp
        return of_both(session, application)
    if sight in {Sight.ITEM, Sight.REVIEW}:
        return _of_items(session, application, None if sight is Sight.REVIEW else key)
    return case_stamp(application) if sight is Sight.CASE else sheet_stamp(application)


def case_stamp(application: ApplicationRow) -> str:
    """Return the version of the case's state."""
    return stamp(application.version, application.state.value)


def open_request_stamp(session: Session, application: ApplicationRow) -> str:
    """Return the version of the open request for corrections, and of what came of it.

    No day moves it: the same request is the same tomorrow.
    """
    return loop_stamp(application, loop_of(session, application, today=date.min))


def moved_stamp(application: ApplicationRow) -> str:
    """Return the version of whose work the case is."""
    return stamp(application.version, application.assigned_to, application.moved_zone)


def sheet_stamp(application: ApplicationRow) -> str:
    """Return the version of the data sheet."""
    return stamp(application.version, application.kind.value, application.sheet)


def theme_stamps(application: ApplicationRow) -> Mapping[Theme, str]:
    """Return, for each theme, the version of what is said of it in place of photos."""
    said = said_in(application.not_applicable)
    return {
        theme: stamp(application.version, theme, said[theme].sentence if theme in said else None)
        for theme in Theme
    }


def item_stamp(
    application: ApplicationRow, entry: ReviewItemRow | None, evidence: ItemEvidence
) -> str:
    """Return the version of one item: who said what of it, and what it shows."""
    said: Sequence[object] = ()
    if entry is not None:
        said = (
            entry.verdict.value,
            entry.judged_by,
            entry.judged_at and entry.judged_at.timestamp(),
        )
    return stamp(application.version, *said, evidence.digest)


def review_stamp(application: ApplicationRow, items: Sequence[str], pending: str) -> str:
    """Return the version of all items, from theirs in the order of the desk.

    ``pending`` is the mark of a decision that has no effect yet, as of ``mark_of``.
    """
    return stamp(application.version, items, *([pending] if pending else []))


def file_stamps(session: Session, application: ApplicationRow) -> Mapping[UUID, str]:
    """Return the version of each present file: what the applicant made of it, not the checks."""
    session.flush()
    rows = session.execute(
        sa.select(
            DocumentRow.id, DocumentRow.kind, DocumentRow.theme, DocumentRow.comment,
            DocumentRow.replaces, DocumentRow.removed_at,
        ).where(DocumentRow.application_id == application.id, DocumentRow.assembled.is_(False))
    ).all()  # fmt: skip
    pages = _pages(session, application.id)
    wanted_by: defaultdict[UUID, list[str]] = defaultdict(list)
    for row in rows:
        if row.replaces is not None:
            wanted_by[row.replaces].append(str(row.id))
    return {
        row.id: stamp(
            application.version,
            row.id,
            row.theme,
            *([row.kind.value] if row.kind.is_support else []),  # its place, which may change
            row.comment,
            sorted(wanted_by[row.id]),
            # A photo's page has the photo's own theme, written by the checks.
            [(n, None if row.kind is DocumentKind.PHOTO else theme, *told)
             for n, theme, *told in pages[row.id]
             if any(told) or (theme and row.kind is not DocumentKind.PHOTO)],
        )
        for row in rows
        if row.removed_at is None
    }  # fmt: skip


def place_stamps(session: Session, application: ApplicationRow) -> Mapping[DocumentKind, str]:
    """Return, for each kind, the version of its PDF: which one was sent last."""
    newest: dict[DocumentKind, UUID] = {}
    for file in _in_order(session, application.id):
        if not file.is_removed:
            newest[file.kind] = file.id
    return {kind: stamp(application.version, newest.get(kind)) for kind in DocumentKind}


def draft_stamp(session: Session, application: ApplicationRow) -> str:
    """Return the version of all that is sent: sheet, files that would stand, what is said."""
    files, stamps = _in_order(session, application.id), file_stamps(session, application)
    hopeful = [
        file for file in files if not file.is_removed and file.state is not DocumentState.REFUSED
    ]
    replaced = {file.replaces for file in hopeful}
    newest = {file.kind: file.id for file in hopeful}
    standing = [
        stamps[file.id]
        for file in hopeful
        if file.id in stamps  # else it came or went between the two reads
        and file.id not in replaced
        and (file.kind is DocumentKind.PHOTO or newest[file.kind] == file.id)
    ]
    said = [(theme, each.sentence) for theme, each in said_in(application.not_applicable).items()]
    # Nothing more where nothing is said: as the forms of the version before carry it.
    return stamp(application.version, sheet_stamp(application), standing, *([said] if said else []))


def _of_file(session: Session, application: ApplicationRow, key: Key) -> str:
    file_id = _newest(session, application.id, key) if isinstance(key, DocumentKind) else key
    gone = stamp(application.version, GONE)
    known = file_stamps(session, application)
    return known.get(file_id, gone) if isinstance(file_id, UUID) else gone


def _of_items(session: Session, application: ApplicationRow, key: Key) -> str:
    rows = session.scalars(
        sa.select(ReviewItemRow).where(ReviewItemRow.application_id == application.id)
    )
    entries, evidence = {row.item: row for row in rows}, evidence_of(session, application)
    if key is not None:
        item = ReviewItem(str(key))
        return item_stamp(application, entries.get(item), evidence[item])
    given = {item for item, shown in evidence.items() if not shown.is_missing}
    items = items_shown(application, entries, given)
    stamps = [item_stamp(application, entries.get(each), evidence[each]) for each in items]
    return review_stamp(application, stamps, mark_of(pending_of(session, application.id)))


def _newest(session: Session, application_id: UUID, kind: DocumentKind) -> UUID | None:
    """Return the PDF of a kind that its page shows: the newest one, refused ones last."""
    files = [
        file
        for file in _in_order(session, application_id)
        if file.kind is kind and not file.is_removed
    ]
    hopeful = [file for file in files if file.state is not DocumentState.REFUSED] or files
    return hopeful[-1].id if hopeful else None


def _in_order(session: Session, application_id: UUID) -> list[PlacedFile]:
    files = placed_files(session, application_id)
    return sorted(files, key=lambda file: (file.created_at, str(file.id)))


def _pages(session: Session, application_id: UUID) -> Mapping[UUID, list[tuple[object, ...]]]:
    """Return number, theme, whether sorted, and comment of each page, by file."""
    found: defaultdict[UUID, list[tuple[object, ...]]] = defaultdict(list)
    for row in session.execute(
        sa.select(
            PageRow.document_id, PageRow.number, PageRow.theme, PageRow.sorted_at, PageRow.comment
        )
        .join(DocumentRow, DocumentRow.id == PageRow.document_id)
        .where(DocumentRow.application_id == application_id)
        .order_by(PageRow.number)
    ):
        found[row.document_id].append(
            (row.number, row.theme, row.sorted_at is not None, row.comment)
        )
    return found
