"""Full-text search over all pages: newest first, with the words around each hit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self
from uuid import UUID

import sqlalchemy as sa

from review_service.db import page_texts
from review_service.db.models import ApplicationRow, DocumentRow, PageRow, PageTextRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain import folding
from review_service.domain.documents import DocumentKind, TextSource
from review_service.domain.reports import Word

PAGE_SIZE: Final = 20
"""Results on one page, each as high as a thumbnail."""
MOST_COUNTED: Final = 200
"""Hits are counted up to this number only."""
AROUND: Final = 8
"""Words shown before and after a hit."""
MOST_PARTS: Final = 3
"""Most excerpts shown of one page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextCursor:
    """A place in the list, which is ordered by when pages were read."""

    position: int
    forward: bool = True

    def to_text(self) -> str:
        """Return what the address of the neighbouring page carries."""
        return f"{'d' if self.forward else 'a'}{self.position}"

    @classmethod
    def from_text(cls, text: str) -> Self | None:
        """Return the cursor that ``to_text`` wrote; None, the first page, for other text."""
        digits = text[1:]
        if text[:1] not in {"a", "d"} or not (digits.isascii() and digits.isdigit()):
            return None
        return cls(position=min(int(digits[:12]), 2**31 - 1), forward=text[0] == "d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Consecutive words that are all hits, or all not."""

    text: str
    is_hit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TextHit:
    """One page that has every searched word."""

    application_id: UUID
    reference: str
    holder: str
    document_id: UUID
    document_kind: DocumentKind
    number: int
    has_thumbnail: bool
    source: TextSource | None
    parts: tuple[tuple[Piece, ...], ...]
    """The words around the hits, a few places of the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPage:
    """One page of results and the cursors of its neighbours."""

    entries: tuple[TextHit, ...]
    before: TextCursor | None
    after: TextCursor | None
    count: int
    """Pages found, at most ``MOST_COUNTED`` + 1."""

    @property
    def is_open(self) -> bool:
        """Whether there are more hits than were counted."""
        return self.count > MOST_COUNTED


def find(
    uow: UnitOfWork, *, text: str, cursor: TextCursor | None, size: int = PAGE_SIZE
) -> TextPage:
    """Return pages of confirmed applications that have every typed word.

    Replaced and removed documents are not looked at. What has no word worth looking for finds
    nothing: see ``folding.searched``.
    """
    wanted = folding.searched(text)
    if not wanted:
        return TextPage(entries=(), before=None, after=None, count=0)
    found = _found(uow, wanted)
    forward = cursor is None or cursor.forward
    hits = _count(uow, found, wanted)
    rare = hits <= MOST_COUNTED
    place = page_texts.place_of(uow.session)
    order = place + 0 if rare else place
    ordered = _after(found, cursor, place=place, order=order)
    rows = uow.session.execute(ordered.limit(size + 1)).all() if hits else []
    more = len(rows) > size
    shown = rows[:size] if forward else rows[:size][::-1]
    has_before = cursor is not None if forward else more
    has_after = more if forward else True
    return TextPage(
        entries=tuple(_hit(row, wanted) for row in shown),
        before=TextCursor(position=shown[0][0], forward=False) if shown and has_before else None,
        after=TextCursor(position=shown[-1][0]) if shown and has_after else None,
        count=hits,
    )


def _count(uow: UnitOfWork, found: sa.Select[Any], wanted: Sequence[str]) -> int:
    """Return how many pages were found, at most ``MOST_COUNTED`` + 1.

    What is frequent is counted among the newest, whose rows are in memory: PostgreSQL would begin
    with the oldest pages and read the rows of each from the disk.
    """
    begin = page_texts.begin_of_newest(uow.session, wanted, MOST_COUNTED + 1)
    if begin is not None:
        newest = found.where(PageTextRow.position > begin)
        if (hits := _counted(uow, newest)) > MOST_COUNTED:
            return hits
    return _counted(uow, found)


def _counted(uow: UnitOfWork, found: sa.Select[Any]) -> int:
    limited = found.with_only_columns(sa.literal(1)).limit(MOST_COUNTED + 1).subquery()
    return uow.session.execute(sa.select(sa.func.count()).select_from(limited)).scalar_one()


def _found(uow: UnitOfWork, wanted: Sequence[str]) -> sa.Select[Any]:
    return (
        sa.select(
            PageTextRow.position,
            ApplicationRow.id,
            ApplicationRow.reference,
            ApplicationRow.holder,
            DocumentRow.id,
            DocumentRow.kind,
            PageRow.number,
            PageRow.thumbnail_key.is_not(None),
            PageRow.words_from,
            PageRow.words,
        )
        .join(PageRow, PageRow.id == PageTextRow.page_id)
        .join(DocumentRow, DocumentRow.id == PageRow.document_id)
        .join(ApplicationRow, ApplicationRow.id == DocumentRow.application_id)
        .where(
            page_texts.matching(uow.session, wanted),
            DocumentRow.removed_at.is_(None),
            DocumentRow.assembled.is_(False),
            ApplicationRow.confirmed_at.is_not(None),
        )
    )


def _after(
    found: sa.Select[Any],
    cursor: TextCursor | None,
    *,
    place: sa.ColumnElement[int],
    order: sa.ColumnElement[int],
) -> sa.Select[Any]:
    """Return the rows after (or before) the cursor.

    PostgreSQL would walk the newest pages until it has met enough hits, which for a rare word is
    all of them. A sum is no column that it could walk along, so it asks the index of words.
    """
    forward = cursor is None or cursor.forward
    if cursor is not None:
        found = found.where(place < cursor.position if forward else place > cursor.position)
    return found.order_by(order.desc() if forward else order.asc())


def _hit(row: Sequence[Any], wanted: Sequence[str]) -> TextHit:
    words = page_texts.stored_words(row[9])
    return TextHit(
        application_id=row[1],
        reference=row[2],
        holder=row[3],
        document_id=row[4],
        document_kind=row[5],
        number=row[6],
        has_thumbnail=row[7],
        source=row[8],
        parts=parts_of(words, wanted),
    )


def parts_of(words: Sequence[Word], wanted: Sequence[str]) -> tuple[tuple[Piece, ...], ...]:
    """Return the words around the first hits of a page; close hits share one excerpt."""
    marked = folding.hits(words, wanted)
    spans: list[tuple[int, int]] = []
    for place in sorted(marked):
        start, end = max(0, place - AROUND), min(len(words), place + AROUND + 1)
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], end)
        elif len(spans) < MOST_PARTS:
            spans.append((start, end))
    return tuple(_pieces(words, marked, *span) for span in spans)


def _pieces(
    words: Sequence[Word], marked: frozenset[int], start: int, end: int
) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    for place in range(start, end):
        is_hit, text = place in marked, words[place].text
        if pieces and pieces[-1].is_hit == is_hit:
            pieces[-1] = Piece(text=f"{pieces[-1].text} {text}", is_hit=is_hit)
        else:
            pieces.append(Piece(text=text, is_hit=is_hit))
    return tuple(pieces)
