"""Facts as the JSON of a frame's header: written by the child, read by the worker.

Readers trust nothing: they take known keys of known types and raise ``FactsError`` for the rest.
"""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, Field, asdict, fields
from typing import Any, Final

from review_service.domain.documents import PageKind, PhotoLayout, TextSource
from review_service.domain.likeness import (
    FEATURE_BYTES,
    FEATURES_HEAD,
    GRID_SIDE,
    MOST_FEATURES,
)
from review_service.domain.reports import Box, ReadCode, Word
from workers.facts import values
from workers.facts.page import (
    PDQ_FORMS,
    PDQ_VIEWS,
    DocumentFacts,
    Light,
    PageFacts,
    PhotoFacts,
    Tone,
)
from workers.facts.values import FactsError

MAX_WORDS: Final = 20_000
MAX_PHOTOS: Final = 200
MAX_ACTIVE: Final = 20
MAX_CODES: Final = 8
MAX_COUNTS: Final = 9
SHAPE_DOUBT: Final = 40.0
"""The most that a word has whose signs are of a wrong shape or hardly darker than the paper, 0 to
100. No other reading of it takes this doubt away."""

WordRow = tuple[str, float, int, int, int, int]
"""Text, confidence 0 to 100, left, top, width, height in pixels."""
ToneRow = tuple[float, float]
"""How much lighter a word's paper is than that around it, and its ink, in luma units."""
CodeRow = tuple[str, int, int, int, int]
"""Text of a QR code, left, top, width, height in pixels."""


def page_header(page: PageFacts) -> dict[str, Any]:
    """Return the facts of one page as plain values; see ``page_from``."""
    return {
        "number": page.number,
        "kind": page.kind.value,
        "width_px": page.width_px,
        "height_px": page.height_px,
        "width_pt": page.width_pt,
        "height_pt": page.height_pt,
        "light": _light_header(page.light),
        "photos": [_photo_header(photo) for photo in page.photos],
        "photo_layout": page.photo_layout.value if page.photo_layout else None,
        "too_small": page.too_small,
        "too_many": page.too_many,
        "damaged": page.damaged,
        "layer": [row_of(word) for word in page.words],
    }


def page_from(header: object) -> PageFacts:
    """Read the facts of one page. Raises ``FactsError``."""
    raw: Mapping[str, Any] = values.is_a(dict, header)
    try:
        layer = words_from(raw.get("layer", []))
        photos = values.is_a(list, raw.get("photos", []))[:MAX_PHOTOS]
        layout = raw.get("photo_layout")
        return PageFacts(
            number=values.whole(raw.get("number")),
            kind=PageKind(values.is_a(str, raw.get("kind"))),
            width_px=values.size(raw.get("width_px")),
            height_px=values.size(raw.get("height_px")),
            width_pt=values.number(raw.get("width_pt", 0)),
            height_pt=values.number(raw.get("height_pt", 0)),
            light=_light_from(raw.get("light")),
            photos=tuple(_photo_from(photo) for photo in photos),
            photo_layout=None if layout is None else PhotoLayout(values.is_a(str, layout)),
            too_small=values.size(raw.get("too_small", 0)),
            too_many=values.size(raw.get("too_many", 0)),
            damaged=values.is_a(bool, raw.get("damaged", False)),
            words=layer,
            words_from=TextSource.LAYER if layer else None,
        )
    except (ValueError, TypeError) as error:
        raise FactsError("no facts of a page") from error


def document_header(document: DocumentFacts) -> dict[str, Any]:
    """Return what the intake check saw as plain values; see ``document_from``."""
    return {key: value for key, value in asdict(document).items() if value is not None}


def document_from(header: Mapping[str, Any]) -> DocumentFacts:
    """Read what the intake check saw. Raises ``FactsError``."""
    active = values.is_a(dict, header.get("active", {}))
    reason = header.get("reason")
    counts = values.is_a(list, header.get("page_counts", []))[:MAX_COUNTS]
    return DocumentFacts(
        page_count=values.whole(header.get("page_count", 0)),
        reason=None if reason is None else values.text(reason),
        figure=values.text(header.get("figure", "")),
        header_offset=values.whole(header.get("header_offset", 0)),
        trailing_bytes=values.whole(header.get("trailing_bytes", 0)),
        repaired=values.is_a(bool, header.get("repaired", False)),
        owner_locked=values.is_a(bool, header.get("owner_locked", False)),
        page_counts=tuple(values.whole(count) for count in counts),
        active={
            values.text(key): values.whole(count)
            for key, count in list(active.items())[:MAX_ACTIVE]
        },
        signatures=values.size(header.get("signatures", 0)),
    )


def row_of(word: Word) -> WordRow:
    """Return a word as a row, as OCR gives it."""
    box = word.box
    return word.text, word.confidence, box.left, box.top, box.width, box.height


def word_of(row: WordRow) -> Word:
    """Return a row of our own as a word; rows of a child are for ``words_from``."""
    text, confidence, left, top, width, height = row
    box = Box(left=left, top=top, width=width, height=height)
    return Word(text=text, confidence=confidence, box=box)


def words_from(rows: object) -> tuple[Word, ...]:
    """Read rows of words. Raises ``FactsError``."""
    return tuple(_word_from(row) for row in values.is_a(list, rows)[:MAX_WORDS])


def tones_from(rows: object) -> tuple[Tone | None, ...]:
    """Read the tones of words, in the order of the words. Raises ``FactsError``."""
    return tuple(
        None if row is None else _tone_from(row) for row in values.is_a(list, rows)[:MAX_WORDS]
    )


def codes_from(rows: object, *, page: int) -> tuple[ReadCode, ...]:
    """Read rows of QR codes that stand on one page. Raises ``FactsError``."""
    return tuple(_code_from(row, page) for row in values.is_a(list, rows)[:MAX_CODES])


def sides_from(value: object) -> tuple[int, int]:
    """Read a width and a height in pixels, both above 0. Raises ``FactsError``."""
    sides = [values.whole(side) for side in values.is_a(list, value)]
    if len(sides) != 2 or min(sides) < 1:  # noqa: PLR2004 -- the two just named
        raise FactsError("expected a width and a height")
    return sides[0], sides[1]


def _word_from(value: object) -> Word:
    row: Sequence[object] = values.is_a(list, value)
    if len(row) < 2:  # noqa: PLR2004 -- text and confidence
        raise FactsError("expected a word")
    confidence = max(0.0, min(100.0, values.number(row[1])))
    return Word(text=values.text(row[0]), confidence=confidence, box=values.box(list(row[2:])))


def _tone_from(value: object) -> Tone:
    row = [values.number(part) for part in values.is_a(list, value)]
    if len(row) != 2:  # noqa: PLR2004 -- paper and ink
        raise FactsError("expected a tone")
    return Tone(paper=row[0], ink=row[1])


def _code_from(value: object, page: int) -> ReadCode:
    row: Sequence[object] = values.is_a(list, value)
    if not row:
        raise FactsError("expected a code")
    return ReadCode(text=values.text(row[0]), page=page, box=values.box(list(row[1:])))


def _light_header(light: Light | None) -> dict[str, float | None] | None:
    return None if light is None else asdict(light)


def _light_from(value: object) -> Light | None:
    if value is None:
        return None
    raw = values.is_a(dict, value)
    return Light(**{entry.name: _measure(raw, entry) for entry in fields(Light)})


def _measure(raw: Mapping[str, Any], entry: Field[Any]) -> Any:  # noqa: ANN401 -- as the field
    """Return a measured number; only what may be unknown may be missing."""
    value = raw.get(entry.name)
    if value is None and entry.default is not MISSING:
        return entry.default
    return values.number(value)


def _photo_header(photo: PhotoFacts) -> dict[str, Any]:
    box = photo.box
    return {
        "sha256": photo.sha256,
        "width_px": photo.width_px,
        "height_px": photo.height_px,
        "exif": dict(photo.exif),
        "declared": dict(photo.declared),
        "light": _light_header(photo.light),
        "pdq_forms": list(photo.pdq_forms),
        "pdq_views": list(photo.pdq_views),
        "pdq_grid": list(photo.pdq_grid),
        "pdq_quality": photo.pdq_quality,
        "features": base64.b64encode(photo.features).decode(),
        "box": [box.left, box.top, box.width, box.height] if box else None,
    }


def _photo_from(value: object) -> PhotoFacts:
    raw = values.is_a(dict, value)
    return PhotoFacts(
        sha256=values.hex64(raw.get("sha256")),
        width_px=values.size(raw.get("width_px")),
        height_px=values.size(raw.get("height_px")),
        exif=_texts_from(values.is_a(dict, raw.get("exif", {})).items()),
        declared=_texts_from(values.is_a(dict, raw.get("declared", {})).items()),
        light=_light_from(raw.get("light")),
        pdq_forms=values.hashes(raw.get("pdq_forms", []), PDQ_FORMS),
        pdq_views=values.hashes(raw.get("pdq_views", []), PDQ_VIEWS),
        pdq_grid=values.hashes(raw.get("pdq_grid", []), GRID_SIDE),
        pdq_quality=values.percent(raw.get("pdq_quality")),
        features=values.rows(
            raw.get("features", ""), head=FEATURES_HEAD, size=FEATURE_BYTES, most=MOST_FEATURES
        ),
        box=None if raw.get("box") is None else values.box(raw["box"]),
    )


def _texts_from(entries: Iterable[tuple[object, object]]) -> dict[str, str]:
    return {values.text(key): values.text(entry) for key, entry in list(entries)[:MAX_ACTIVE]}
