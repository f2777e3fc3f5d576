"""One page of photo evidence: its pixels, its photos, what it holds. Runs in the sandbox."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import pypdfium2

from review_service.domain.documents import PageKind, PhotoLayout
from workers.facts.headers import word_of
from workers.facts.page import PageFacts, PhotoFacts
from workers.inside import photo_facts
from workers.inside.pdf import drawing, layout, pictures, text_layer
from workers.inside.pdf.stored_images import StoredImages
from workers.inside.picture import decoding, page_kind

LEAST_PICTURE_PX: Final = 64
"""A smaller picture says nothing of how it was put together."""
WHOLE_PAGE_SHARE: Final = 0.8
"""A picture that covers so much of its page is the page, whatever stands on it."""
MOST_PHOTOS: Final = 80
"""Photos of one page, those of collages counted one by one."""


def look(
    page: pypdfium2.PdfPage,
    number: int,
    *,
    stored: StoredImages,
    most_pixels: int,
    unseen: int = 0,
    cpu_until: float = math.inf,
) -> tuple[PageFacts, drawing.Shown]:
    """Return the facts and the page image of one page. Raises ``TooManyPixelsError``.

    ``unseen`` counts pictures of its annotations that could not be made its own. After
    ``cpu_until``, in CPU seconds of this process, no other picture of it is judged; the page says
    how many were left.
    """
    allowance = photo_facts.Allowance(cpu_until=cpu_until)
    lone = layout.lone_photo(page)
    if lone is not None and not stored.are_shown_as_stored(number):
        lone = None
    picture = _decoded(lone, most_pixels) if lone else None
    if lone is None or picture is None:
        facts, shown = _drawn(page, number, most_pixels=most_pixels, allowance=allowance)
        return replace(facts, too_many=facts.too_many + unseen), shown
    shown = drawing.shown(decoding.fitted(picture.pixels, decoding.PAGE_SIDE_PX))
    holds = page_kind.recognise(shown.thumbnail, share=1.0, pictures=1, letters=0, photos=1)
    height_px, width_px = shown.pixels.shape[:2]
    photos = photo_facts.of_stream(
        lone.data,
        picture,
        page_px=(width_px, height_px),
        allowance=allowance,
        is_photo=holds.kind is PageKind.PHOTO,
    )
    facts = _facts(page, number, shown, with_parts(holds, photos), photos)
    return replace(facts, damaged=picture.damaged, too_many=allowance.late), shown


def with_parts(holds: page_kind.Holds, photos: Sequence[PhotoFacts]) -> page_kind.Holds:
    """Return what one picture holds, now that it is known whether it was parted."""
    is_parted = len(photos) > 1 and holds.layout is not PhotoLayout.SCREENSHOT
    return replace(holds, layout=PhotoLayout.COLLAGE) if is_parted else holds


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
        light=photo_facts.worst(photos, shown.pixels),
        photos=tuple(photos),
        photo_layout=holds.layout,
    )


def _drawn(
    page: pypdfium2.PdfPage, number: int, *, most_pixels: int, allowance: photo_facts.Allowance
) -> tuple[PageFacts, drawing.Shown]:
    """Draw the page and judge each of its pictures where it stands."""
    found, unseen = pictures.placed(page)
    for placed in found:
        photo_facts.refuse_flood(placed, most_pixels)
    pixels = decoding.fitted(drawing.drawn(page), decoding.PAGE_SIDE_PX)
    letters = layout.text_length(page)
    seen = pictures.on_page(found, page, pixels, has_letters=letters >= page_kind.LEAST_TEXT)
    photos = list[PhotoFacts]()
    for one in seen.shown:
        if photos and not allowance.may_judge():
            continue
        photos += photo_facts.of_shown(
            one, page, pixels, most_pixels=most_pixels, allowance=allowance
        )
    shown = drawing.shown(pixels)
    largest = max((one.share for one in seen.shown), default=0.0)
    is_one = len(seen.shown) == 1 or largest >= WHOLE_PAGE_SHARE
    holds = page_kind.recognise(
        shown.thumbnail,
        share=min(1.0, sum(one.share for one in seen.shown)),
        pictures=1 if is_one else len(seen.shown),
        letters=letters,
        picture=_cut_out(seen.shown[0], pixels) if len(seen.shown) == 1 else None,
        photos=len(seen.shown),
    )
    if len(seen.shown) == 1:
        holds = with_parts(holds, photos)
    height_px, width_px = shown.pixels.shape[:2]
    left_out = seen.too_many + unseen
    words = tuple(word_of(row) for row in text_layer.words(page, width_px, height_px))
    facts = replace(
        _facts(page, number, shown, holds, photos[:MOST_PHOTOS]),
        words=words,
        too_small=seen.too_small,
        too_many=left_out + allowance.late + max(0, len(photos) - MOST_PHOTOS),
    )
    return facts, shown


def _cut_out(shown: pictures.Shown, pixels: decoding.Pixels) -> decoding.Pixels | None:
    """Return the only picture of a page, small; None when too little of it is there."""
    left, top, right, bottom = shown.rect
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
