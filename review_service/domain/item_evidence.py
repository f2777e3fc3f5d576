"""The evidence that an officer sees for each item, and the one rule on whether it changed.

Everything is compared by content (SHA-256 and text), never by row ids: the same file sent again
is no change. The order of photos is none either, and a page keeps its verdict wherever in the
file it stands. Source: issue 8, A7; COA art. 140 (one corrects what was asked for).
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self

from review_service.domain.applications import ItemVerdict, ReviewItem
from review_service.domain.documents import DocumentKind, Theme

WHOLE_FILE: Final = 0
"""The page number of a piece that is a file as a whole, as the prior agreement is."""


def item_of_file(kind: DocumentKind) -> ReviewItem | None:
    """Return the item that a file is evidence for as a whole; None for photos and their PDF."""
    if kind is DocumentKind.AGREEMENT:
        return ReviewItem.PRIOR_AGREEMENT
    return ReviewItem(kind.value) if kind.sent_as is not None else None


def item_of(kind: DocumentKind | None, theme: Theme | None) -> ReviewItem | None:
    """Return the item that a page is evidence for: of its file as a whole, else of its theme."""
    whole = None if kind is None else item_of_file(kind)
    if whole is not None:
        return whole
    return None if theme is None else ReviewItem(theme.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One photo, one page, or one whole file, with what the applicant wrote on it."""

    file_sha256: str
    """Of the received bytes."""
    page: int
    """From 1; ``WHOLE_FILE`` when the file is shown as a whole."""
    image_sha256: str | None = None
    """Of the page image; None where only the whole file can be compared."""
    text: str = ""
    """The applicant's comments."""
    document_id: str = field(default="", compare=False)
    """Where its picture is found; says nothing of its content."""

    def shows_the_same_as(self, other: "Piece") -> bool:
        """Whether both are the same page of the same file, or the same picture."""
        if (self.file_sha256, self.page) == (other.file_sha256, other.page):
            return True
        return self.image_sha256 is not None and self.image_sha256 == other.image_sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemEvidence:
    """All evidence for one item."""

    pieces: tuple[Piece, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    """Fields of the data sheet by name, sorted; of a theme what is said in place of photos."""

    @property
    def is_missing(self) -> bool:
        """Whether there is no evidence."""
        return not self.pieces and not self.facts

    @property
    def digest(self) -> str:
        """SHA-256 of what is shown: equal for two looks between which nothing changed."""
        shown = sorted(
            (piece.file_sha256, piece.page, piece.image_sha256 or "", piece.text)
            for piece in self.pieces
        )
        return hashlib.sha256(json.dumps([shown, self.facts]).encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "facts": dict(self.facts),
            "pieces": [
                {
                    "file": piece.file_sha256,
                    "page": piece.page,
                    "image": piece.image_sha256,
                    "text": piece.text,
                    "document": piece.document_id,
                }
                for piece in self.pieces
            ],
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """Undo ``to_json``."""
        return cls(
            facts=facts_of(plain["facts"]),
            pieces=tuple(
                Piece(
                    file_sha256=one["file"],
                    page=one["page"],
                    image_sha256=one["image"],
                    text=one["text"],
                    document_id=one["document"],
                )
                for one in plain["pieces"]
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How an item's evidence differs from what was seen before; false when it does not."""

    gone: tuple[Piece, ...] = ()
    added: tuple[Piece, ...] = ()
    reworded: tuple[Piece, ...] = ()
    """Pieces as they are now, whose comment is another."""
    facts: tuple[str, ...] = ()
    """Names of the facts that differ."""

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return bool(self.gone or self.added or self.reworded or self.facts)


def change_between(seen: ItemEvidence, now: ItemEvidence) -> Change:
    """Return what changed from ``seen`` to ``now``. This is the rule: there is no other."""
    gone, added, _ = _matched(seen.pieces, now.pieces, _is_same)
    gone, added, reworded = _matched(gone, added, Piece.shows_the_same_as)
    before, after = dict(seen.facts), dict(now.facts)
    return Change(
        gone=tuple(gone),
        added=tuple(added),
        reworded=tuple(reworded),
        facts=tuple(name for name in sorted(before | after) if before.get(name) != after.get(name)),
    )


def falls_back(verdict: ItemVerdict, seen: ItemEvidence | None, now: ItemEvidence) -> bool:
    """Whether a verdict no longer holds, because its evidence changed or is unknown."""
    if verdict is ItemVerdict.PENDING:
        return False
    return seen is None or bool(change_between(seen, now))


def missing_items(evidence: Mapping[ReviewItem, ItemEvidence]) -> frozenset[ReviewItem]:
    """Return the items that cannot be approved because nothing is there to look at.

    One theme alone may be empty when an officer accepts it so: a photo may show two (ADR 0007), or
    it does not apply (ADR 40). Without any photo none may.
    """
    empty = {item for item in ReviewItem if item not in evidence or evidence[item].is_missing}
    themes = {item for item in ReviewItem if item.is_theme}
    has_photos = any(item in evidence and evidence[item].pieces for item in themes)
    return frozenset(empty - themes if has_photos else empty | themes)


def facts_of(values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return a data sheet's fields as evidence."""
    return tuple(sorted((name, str(value)) for name, value in values.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What the applicant may change now, by item and by page."""

    asked: frozenset[ReviewItem] | None
    """Items that an officer asked to correct; None in a draft, when all is open."""
    round: int
    """Number of the correction; files of it are new and nobody has judged them."""
    items: frozenset[ReviewItem] = frozenset(ReviewItem)
    """What the track has at all; whatever belongs to no item of it may not be sent."""

    def item(self, item: ReviewItem) -> bool:
        """Whether the item may be changed."""
        return item in self.items and (self.asked is None or item in self.asked)

    def theme(self, theme: Theme | None) -> bool:
        """Whether files of this theme may be changed; those without a theme, if any theme may."""
        if theme is None:
            return self.new_pdf
        return self.item(ReviewItem(theme.value))

    @property
    def new_pdf(self) -> bool:
        """Whether another PDF of photos may be sent; what differs in it falls back to review."""
        return any(self.item(ReviewItem(theme.value)) for theme in Theme)

    def page(self, theme: Theme | None, *, file_round: int) -> bool:
        """Whether a page of a PDF sent in round ``file_round`` may be sorted or commented."""
        if self.asked is not None and file_round == self.round:
            return self.new_pdf
        return self.theme(theme)

    def sorting(self, former: Theme | None, to: Theme | None, *, file_round: int) -> bool:
        """Whether a page may go from one theme to another; no change is always allowed."""
        return former is to or (
            self.page(former, file_round=file_round) and self.page(to, file_round=file_round)
        )

    def removing(self, themes: Iterable[Theme | None], *, file_round: int) -> bool:
        """Whether a PDF whose pages have these themes may be removed."""
        return self.new_pdf and all(self.page(theme, file_round=file_round) for theme in themes)


def _is_same(one: Piece, other: Piece) -> bool:
    return one.text == other.text and one.shows_the_same_as(other)


def _matched(
    before: Sequence[Piece], after: Sequence[Piece], same: Callable[[Piece, Piece], bool]
) -> tuple[list[Piece], list[Piece], list[Piece]]:
    """Pair what is the same, each once; return what is left of either, then the pairs' second."""
    left, paired = list(after), []
    gone = []
    # A piece that stands where it stood is paired first, so that none takes another's place.
    for piece in sorted(before, key=lambda piece: piece not in after):
        found = next((one for one in left if one == piece), None) or next(
            (one for one in left if same(piece, one)), None
        )
        if found is None:
            gone.append(piece)
        else:
            left.remove(found)
            paired.append(found)
    return gone, left, paired
