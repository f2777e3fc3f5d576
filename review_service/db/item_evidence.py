"""Reads the evidence of each review item: as it is now, and as it was when judged."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer

from review_service.db.models import (
    ApplicationRow,
    CorrectionRow,
    DocumentRow,
    PageRow,
    ReviewItemRow,
)
from review_service.db.open_checks import is_in_search
from review_service.domain.applications import ItemVerdict, ReviewItem
from review_service.domain.documents import DocumentKind, DocumentState, SupportKind, Theme
from review_service.domain.item_evidence import (
    WHOLE_FILE,
    ItemEvidence,
    Piece,
    facts_of,
    falls_back,
    item_of_file,
)
from review_service.domain.looked_up import answers_in
from review_service.domain.not_applicable import FACT, said_in
from review_service.domain.tracks import track_of

Evidence = Mapping[ReviewItem, ItemEvidence]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFiles:
    """The files of an application that were not replaced, oldest first, and their pages.

    A file that the service made from photos has none here. Words and photos of pages are left out.
    """

    documents: Sequence[DocumentRow]
    pages: Mapping[UUID, Sequence[PageRow]]
    """By the document's id, in the order of their numbers."""
    in_search: frozenset[UUID]
    """Documents whose photos are not compared with other applications' yet."""


def sent_files(session: Session, application_id: UUID) -> SentFiles:
    """Read the files of an application and their pages, which may still be checked or refused."""
    found = session.execute(
        sa.select(DocumentRow, is_in_search())
        .where(DocumentRow.application_id == application_id, DocumentRow.removed_at.is_(None))
        .order_by(DocumentRow.created_at, DocumentRow.id)
    ).all()
    documents = [document for document, _ in found]
    pages: defaultdict[UUID, list[PageRow]] = defaultdict(list)
    # The words stay behind: a scanned page has hundreds, and only one page is looked at.
    statement = (
        sa.select(PageRow)
        .where(PageRow.document_id.in_([each.id for each in documents if not each.assembled]))
        .options(defer(PageRow.words), defer(PageRow.photos))
        .order_by(PageRow.document_id, PageRow.number)
    )
    for page in session.scalars(statement):
        pages[page.document_id].append(page)
    in_search = frozenset(document.id for document, is_searched in found if is_searched)
    return SentFiles(documents=documents, pages=pages, in_search=in_search)


def evidence_of(session: Session, application: ApplicationRow) -> Evidence:
    """Return the present evidence of each item; a file counts once its checks have accepted it."""
    session.flush()
    return evidence_in(sent_files(session, application.id), application)


def evidence_in(files: SentFiles, application: ApplicationRow) -> Evidence:
    """Do as ``evidence_of`` with files that were read before."""
    pieces: defaultdict[ReviewItem, list[Piece]] = defaultdict(list)
    for document in files.documents:
        if document.assembled or document.state is not DocumentState.CHECKED:
            continue
        pages = files.pages.get(document.id, [])
        whole = item_of_file(document.kind)
        if whole is not None:
            pieces[whole].append(_whole(document, pages))
        elif document.kind is DocumentKind.PHOTO:
            if document.theme is not None:
                pieces[ReviewItem(document.theme.value)].append(_photo(document, pages))
        elif document.kind is DocumentKind.EVIDENCE:
            for page in pages:
                if page.theme is not None:
                    pieces[ReviewItem(page.theme.value)].append(page_piece(document, page))
    return {
        item: ItemEvidence(pieces=tuple(pieces[item]), facts=_facts(application, item))
        for item in ReviewItem
    }


def items_shown(
    application: ApplicationRow, judged: Collection[ReviewItem], given: Collection[ReviewItem]
) -> tuple[ReviewItem, ...]:
    """Return the items of a confirmed case, in the order of the desk.

    ``judged`` have a row of their own, ``given`` have evidence: a paper that has neither was not
    asked of this applicant.
    """
    return tuple(
        item
        for item in track_of(application.track).items_for(application.kind)
        if not item.is_paper or item in judged or item in given
    )


def seen_in(entry: ReviewItemRow | None) -> ItemEvidence | None:
    """Return the evidence when the item was judged or asked for; None when it is unknown."""
    if entry is None or entry.seen is None:
        return None
    return ItemEvidence.from_json(entry.seen)


def returned_at(session: Session, application: ApplicationRow) -> datetime | None:
    """Return when the case last came to the officers: confirmed, or its correction answered."""
    answered = session.scalar(
        sa.select(sa.func.max(CorrectionRow.answered_at)).where(
            CorrectionRow.application_id == application.id
        )
    )
    return answered or application.confirmed_at


def holds(entry: ReviewItemRow, now: ItemEvidence, *, since: datetime | None) -> bool:
    """Whether a verdict was given on the present evidence.

    One of the version before does not say what was seen: it holds when it is younger than
    ``since``, the case's last return, because an applicant has changed nothing after that.
    """
    seen = seen_in(entry)
    if seen is None and entry.verdict is not ItemVerdict.PENDING:
        return entry.judged_at is not None and since is not None and entry.judged_at >= since
    return not falls_back(entry.verdict, seen, now)


def unsorted_pages(session: Session, document: DocumentRow) -> Sequence[int]:
    """Return the numbers of a PDF's pages to which nobody has given a theme yet."""
    return session.scalars(
        sa.select(PageRow.number)
        .where(
            PageRow.document_id == document.id,
            PageRow.theme.is_(None),
            PageRow.sorted_at.is_(None),
        )
        .order_by(PageRow.number)
    ).all()


def themes_in(session: Session, document: DocumentRow) -> set[Theme | None]:
    """Return the themes of a file's pages."""
    return {
        document.theme or theme
        for theme in session.scalars(
            sa.select(PageRow.theme).where(PageRow.document_id == document.id).distinct()
        )
    }


def page_piece(document: DocumentRow, page: PageRow) -> Piece:
    """Return one page of a PDF as a piece of evidence."""
    return Piece(
        file_sha256=document.sha256,
        page=page.number,
        image_sha256=page.image_sha256,
        text=_text(document, [page]),
        document_id=str(document.id),
    )


def _photo(document: DocumentRow, pages: Sequence[PageRow]) -> Piece:
    return Piece(
        file_sha256=document.sha256,
        page=1,
        text=_text(document, pages),
        document_id=str(document.id),
    )


def _whole(document: DocumentRow, pages: Sequence[PageRow]) -> Piece:
    return Piece(
        file_sha256=document.sha256,
        page=WHOLE_FILE,
        text=_text(document, pages),
        document_id=str(document.id),
    )


def _text(document: DocumentRow, pages: Sequence[PageRow]) -> str:
    said = [document.comment, *(page.comment for page in pages)]
    return "\n".join(text for text in said if text)


def _facts(application: ApplicationRow, item: ReviewItem) -> tuple[tuple[str, str], ...]:
    if item is ReviewItem.DATA_SHEET:
        return facts_of(application.sheet)
    if item.is_theme:
        said = said_in(application.not_applicable).get(Theme(item.value))
        return () if said is None else ((FACT, said.sentence),)
    if not item.is_paper:
        return ()
    answer = answers_in(application.registry_facts).get(SupportKind(item.value))
    return () if answer is None else facts_of(answer.shown)
