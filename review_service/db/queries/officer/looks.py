"""Compares an item's present evidence with what an officer saw, to show both and the reason."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db.item_evidence import SentFiles, evidence_in, holds, seen_in
from review_service.db.models import ApplicationRow, DocumentRow, PageRow, ReviewItemRow
from review_service.db.sightings import item_stamp
from review_service.domain.applications import ItemVerdict, ReviewItem
from review_service.domain.item_evidence import (
    WHOLE_FILE,
    Change,
    ItemEvidence,
    Piece,
    change_between,
    missing_items,
)
from review_service.domain.item_words import SHEET_LABELS, change_sentence, fact_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One page to show small, with where it is found."""

    document_id: UUID
    number: int
    has_thumbnail: bool
    is_deleted: bool
    """Whether it was deleted with its file."""
    file_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactChange:
    """One field of the data sheet, before and now."""

    label: str
    before: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLook:
    """One item: what it shows, and how that differs from what was seen."""

    stamp: str
    """Version of the item, of its verdict and of what it shows; the next verdict carries it."""
    is_missing: bool
    holds: bool
    """Whether the verdict was given on what is shown now."""
    was_reopened: bool
    """Whether a verdict fell back because of the change."""
    why: str
    """What changed, as part of a sentence; empty when nothing did or it is unknown."""
    gone: tuple[Picture, ...]
    added: tuple[Picture, ...]
    facts: tuple[FactChange, ...]


NOTHING: Final = ItemLook(
    stamp="",
    is_missing=True,
    holds=True,
    was_reopened=False,
    why="",
    gone=(),
    added=(),
    facts=(),
)


def looks_at(
    session: Session,
    application: ApplicationRow,
    files: SentFiles,
    entries: Mapping[ReviewItem, ReviewItemRow],
    *,
    since: datetime | None,
) -> Mapping[ReviewItem, ItemLook]:
    """Return the comparison for every item of a case; ``since`` is as in ``holds``."""
    evidence = evidence_in(files, application)
    changes = {item: _change(entries.get(item), evidence[item]) for item in ReviewItem}
    pictures = _pictures(
        session, (piece for each in changes.values() for piece in (*each.gone, *each.added))
    )
    looks, empty = {}, missing_items(evidence)
    for item in ReviewItem:
        entry, now, change = entries.get(item), evidence[item], changes[item]
        stands = entry is None or holds(entry, now, since=since)
        seen = seen_in(entry) or ItemEvidence()
        looks[item] = ItemLook(
            stamp=item_stamp(application, entry, now),
            is_missing=item in empty,
            holds=stands,
            was_reopened=not stands
            or (entry is not None and entry.reopened_at is not None and _is_open(entry)),
            why=change_sentence(change),
            gone=tuple(_shown(pictures, change.gone)),
            added=tuple(_shown(pictures, change.added)),
            facts=_facts(change, seen, now),
        )
    return looks


def _is_open(entry: ReviewItemRow) -> bool:
    return entry.verdict is ItemVerdict.PENDING


def _change(entry: ReviewItemRow | None, now: ItemEvidence) -> Change:
    seen = seen_in(entry)
    return change_between(seen, now) if seen is not None else Change()


def _facts(change: Change, seen: ItemEvidence, now: ItemEvidence) -> tuple[FactChange, ...]:
    before, after = dict(seen.facts), dict(now.facts)
    return tuple(
        FactChange(
            label=SHEET_LABELS.get(name, name),
            before=fact_words(name, before.get(name, "")),
            now=fact_words(name, after.get(name, "")),
        )
        for name in change.facts
    )


def _place(piece: Piece) -> tuple[str, int]:
    """Return where the picture is; a whole file is shown by its first page."""
    return piece.document_id, 1 if piece.page == WHOLE_FILE else piece.page


def _shown(
    pictures: Mapping[tuple[str, int], Picture], pieces: Iterable[Piece]
) -> Iterable[Picture]:
    return (pictures[_place(piece)] for piece in pieces if _place(piece) in pictures)


def _pictures(session: Session, pieces: Iterable[Piece]) -> Mapping[tuple[str, int], Picture]:
    wanted = {_place(piece) for piece in pieces}
    if not wanted:
        return {}
    rows = session.execute(
        sa.select(
            DocumentRow.id,
            DocumentRow.file_name,
            DocumentRow.released_at,
            PageRow.number,
            PageRow.thumbnail_key,
        )
        .join(PageRow, PageRow.document_id == DocumentRow.id)
        .where(DocumentRow.id.in_({UUID(document) for document, _ in wanted}))
    )
    return {
        (str(row.id), row.number): Picture(
            document_id=row.id,
            number=row.number,
            has_thumbnail=row.thumbnail_key is not None,
            is_deleted=row.released_at is not None,
            file_name=row.file_name,
        )
        for row in rows
        if (str(row.id), row.number) in wanted
    }
