"""One page of photo evidence: its pixels, its photos, what it holds. Runs in the sandbox."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import pypdfium2

from workers.facts.headers import word_of
from workers.facts.page import PageFacts, PhotoFacts
from workers.inside import photo_facts
from workers.inside.pdf import drawing, layout, text_layer
from workers.inside.picture import decoding, page_kind

LEAST_PICTURE_PX: Final = 64
"""A smaller picture says nothing of how it was put together."""


def look(
    page: pypdfium2.PdfPage, number: int, *, most_pixels: int
) -> tuple[PageFacts, drawing.Shown]:
    """Return the facts and the page image of one page. Raises ``TooManyPixelsError``."""
    lone = layout.lone_photo(page)
    picture = _decoded(lone, most_pixels) if lone else None
    if lone is None or picture is None:
        return _drawn(page, number, most_pixels=most_pixels)
    shown = drawing.shown(decoding.fitted(picture.pixels, decoding.PAGE_SIDE_PX))
    holds = page_kind.recognise(shown.thumbnail, share=1.0, pictures=1, letters=0)
    facts = _facts(page, number, shown, holds, [photo_facts.of_stream(lone.data, picture)])
    return replace(facts, damaged=picture.damaged), shown


def _facts(
    page: pypdfium2.PdfPage,
    number: int,
    shown: drawing.Shown,
    holds: page_kind.Holds,
    photos: Sequence[PhotoFacts],
) -> PageFacts:
    width_pt, height_pt = page.get_size()
    height_px, width_px = shown.pixels.shape[:2]
    return PageFacts(
        number=number,
        kind=holds.kind,
        width_px=int(width_px),
        height_px=int(height_px),
        width_pt=width_pt,
        height_pt=height_pt,
        light=photo_facts.worst(photos, decoding.grey(shown.pixels)),
        photos=tuple(photos),
        photo_layout=holds.layout,
    )


def _drawn(
    page: pypdfium2.PdfPage, number: int, *, most_pixels: int
) -> tuple[PageFacts, drawing.Shown]:
    """Draw the page and judge each of its pictures where it stands."""
    found = layout.images(page)
    for placed in found:
        photo_facts.refuse_flood(placed, most_pixels)
    pixels = decoding.fitted(drawing.drawn(page), decoding.PAGE_SIDE_PX)
    photos = [
        photo_facts.of_placed(placed, page, pixels, most_pixels=most_pixels) for placed in found
    ]
    apart, shown = layout.apart(found), drawing.shown(pixels)
    holds = page_kind.recognise(
        shown.thumbnail,
        share=sum(placed.share for placed in apart),
        pictures=len(apart),
        letters=layout.text_length(page),
        picture=_cut_out(apart[0], page, pixels) if len(apart) == 1 else None,
    )
    height_px, width_px = shown.pixels.shape[:2]
    words = tuple(word_of(row) for row in text_layer.words(page, width_px, height_px))
    return replace(_facts(page, number, shown, holds, photos), words=words), shown


def _cut_out(
    placed: layout.Placed, page: pypdfium2.PdfPage, pixels: decoding.Pixels
) -> decoding.Pixels | None:
    """Return the only picture of a page, small; None when too little of it is there."""
    left, top, right, bottom = layout.place(placed, page, pixels.shape[1], pixels.shape[0])
    if min(right - left, bottom - top) < LEAST_PICTURE_PX:
        return None
    return decoding.fitted(pixels[top:bottom, left:right], decoding.THUMBNAIL_SIDE_PX)


def _decoded(lone: layout.LonePhoto, most_pixels: int) -> decoding.Picture | None:
    """Decode the stream of a lone photo; None leaves it to the page's drawing."""
    try:
        return decoding.decode(
            lone.data, most_pixels=most_pixels, degrees=lone.quarter_turns or None
        )
    except decoding.NotAPictureError:
        return None
