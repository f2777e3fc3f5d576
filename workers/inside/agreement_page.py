"""One page of a prior agreement: its pixels at the resolution that reads best."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import pypdfium2

from workers.facts.headers import WordRow, word_of
from workers.facts.page import PageFacts
from workers.fields.prior import asked
from workers.inside import photo_facts
from workers.inside.ocr.engines import OCR_DPI
from workers.inside.pdf import drawing, layout
from workers.inside.pdf.stored_images import StoredImages
from workers.inside.picture import decoding, page_kind, quality

WHOLE_PAGE_SHARE: Final = 0.97
"""A scan that covers so much of its page is the page."""


def look(
    page: pypdfium2.PdfPage, number: int, *, stored: StoredImages, most_pixels: int
) -> tuple[PageFacts, drawing.Shown]:
    """Return the facts and the page image of one page. Raises ``TooManyPixelsError``."""
    width_pt, height_pt = page.get_size()
    found = layout.images(page)
    picture = _scan(page, found, most_pixels)
    if picture is not None and not stored.are_shown_as_stored(number):
        picture = None
    pixels = drawing.drawn(page, dpi=OCR_DPI) if picture is None else picture.pixels
    apart, shown = layout.apart(found), drawing.shown(pixels)
    holds = page_kind.recognise(
        shown.thumbnail,
        share=sum(placed.share for placed in apart),
        pictures=len(apart),
        letters=layout.text_length(page),
    )
    height_px, width_px = shown.pixels.shape[:2]
    facts = PageFacts(
        number=number,
        kind=holds.kind,
        width_px=int(width_px),
        height_px=int(height_px),
        width_pt=width_pt,
        height_pt=height_pt,
        light=quality.measure(decoding.grey(pixels)),
        photos=tuple(photo_facts.unjudged(placed, page, pixels) for placed in found),
        photo_layout=holds.layout,
        damaged=picture is not None and picture.damaged,
    )
    return facts, shown


def of_values(words: Sequence[WordRow]) -> list[WordRow]:
    """Return the words of a page of which a value of a prior agreement may be made."""
    read = [word_of(row) for row in words]
    boxes = asked.boxes(read)
    return [row for row, word in zip(words, read, strict=True) if word.box in boxes]


def _scan(
    page: pypdfium2.PdfPage, found: list[layout.Placed], most_pixels: int
) -> decoding.Picture | None:
    """Decode the stream of a page that is one scan; None leaves it to the page's drawing."""
    for placed in found:
        photo_facts.refuse_flood(placed, most_pixels)
    size = drawing.size_at(page, OCR_DPI)
    if size is None or len(found) != 1 or found[0].share < WHOLE_PAGE_SHARE:
        return None
    lone = layout.lone_photo(page)
    if lone is None:
        return None
    try:
        picture = decoding.decode(
            lone.data,
            most_pixels=most_pixels,
            degrees=lone.quarter_turns or None,
            least_px=max(size),
        )
    except decoding.NotAPictureError:
        return None
    is_upright = (picture.pixels.shape[0] > picture.pixels.shape[1]) == (size[1] > size[0])
    fitting = size if is_upright else (size[1], size[0])
    return replace(picture, pixels=decoding.resized(picture.pixels, *fitting))
