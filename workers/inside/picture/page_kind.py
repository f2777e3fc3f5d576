"""What a page holds: photos, a scan, text or nothing, and how its photos stand. A hint."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from review_service.domain.documents import PageKind, PhotoLayout
from workers.inside.picture import decoding, framing, screens, seams

SMALL_SIDE_PX: Final = 256
"""A page is recognised on a reduced picture, where noise is averaged away."""
PAPER_LUMA: Final = 185
PAPER_SHARE: Final = 0.62
"""A page so white and so colourless is a scanned paper."""
MOST_PAPER_COLOUR: Final = 24.0
"""Mean difference between the strongest and the weakest channel, 0 to 255."""
STRONG_COLOUR: Final = 40
MOST_COLOURED: Final = 0.12
"""Of a paper, such as stamps; a burnt photo is white too, and keeps a quarter of strong colour."""
LEAST_DETAIL: Final = 3.0
"""Luma units by which the strongest details of a small picture stand out from around them."""
DETAIL_SHARE: Final = 0.999
AROUND_PX: Final = 4.0
"""Radius of what counts as around a detail, standard deviation of a Gauss in pixels."""
LEAST_SHADING: Final = 3.0
"""Luma units between the dark and the light end of a wall or of fog; a filled page has none."""
LEAST_WHITE: Final = 205
MOST_PAPER_SHADING: Final = 24.0
"""An empty sheet under a scanner is white and shaded no more than so, in luma units."""
LEAST_INK: Final = 0.01
"""Of a paper that is print: thin, dark, everywhere. White things on white have outlines only."""
INK_DEPTH: Final = 14
INK_AROUND_PX: Final = 15
BODY_PX: Final = 9
"""Window of a thumbnail, in pixels, of which print never darkens the half."""
MOST_BODIES: Final = 0.08
"""Of a paper that such things cover: a seal or a heading; a thing on white covers more. Set by
hand; see benchmarks/pages.py."""
LEAST_SCAN_SHARE: Final = 0.5
LEAST_PHOTO_SHARE: Final = 0.2
LEAST_TEXT: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds:
    """The kind of a page and how its photos stand on it."""

    kind: PageKind
    layout: PhotoLayout | None = None
    """None for a page without photos."""


def recognise(
    thumbnail: decoding.Pixels,
    *,
    share: float,
    pictures: int,
    letters: int,
    picture: decoding.Pixels | None = None,
    photos: int | None = None,
) -> Holds:
    """Return what a page shows, from its thumbnail, its pictures and its letters.

    ``share`` is how much of it pictures cover, 0 to 1; ``pictures`` how many stand beside each
    other; ``letters`` how many characters its text layer has. ``picture`` is the only picture by
    itself, where it is not the whole page. ``photos`` is how many of the pictures a person would
    call photos, on a page of photo evidence: such a page is of photos, however small they are, and
    a thing on white paper is a photo of it; None for a page on which papers are expected.
    """
    small = decoding.fitted(thumbnail, SMALL_SIDE_PX)
    if _is_empty(decoding.grey(small)):
        return Holds(kind=PageKind.BLANK)
    is_one = share >= LEAST_SCAN_SHARE and pictures == 1
    if is_one and _is_paper(thumbnail) and (photos is None or _is_printed(thumbnail)):
        return Holds(kind=PageKind.SCAN)
    if share < LEAST_PHOTO_SHARE and (letters >= LEAST_TEXT or not share) and not photos:
        return Holds(kind=PageKind.TEXT)
    if pictures > 1:
        return Holds(kind=PageKind.PHOTO, layout=PhotoLayout.SEVERAL)
    return Holds(kind=PageKind.PHOTO, layout=_layout(thumbnail if picture is None else picture))


def of_photo(thumbnail: decoding.Pixels) -> Holds:
    """Return what a photo uploaded by itself shows; a photo of a paper counts as a photo."""
    if _is_empty(decoding.grey(decoding.fitted(thumbnail, SMALL_SIDE_PX))):
        return Holds(kind=PageKind.BLANK)
    return Holds(kind=PageKind.PHOTO, layout=_layout(thumbnail))


def _layout(picture: decoding.Pixels) -> PhotoLayout:
    """Say how one picture was made; a screen that shows a collage is a screen."""
    if screens.is_screenshot(picture):
        return PhotoLayout.SCREENSHOT
    return PhotoLayout.COLLAGE if seams.is_collage(picture) else PhotoLayout.SINGLE


def _is_empty(luma: decoding.Pixels) -> bool:
    """Whether there is nothing at all: no detail, and no light and shade but those of a sheet.

    Fog, a smooth wall and white ceramics on white have little contrast, but they have these.
    """
    level = luma.astype(np.float32)
    detail = np.abs(level - cv2.GaussianBlur(level, (0, 0), AROUND_PX))
    standing_out = int(np.count_nonzero(detail >= LEAST_DETAIL))
    if standing_out > (1 - DETAIL_SHARE) * detail.size + 1:  # the quantile is dear, and not asked
        return False
    if float(np.quantile(detail, DETAIL_SHARE)) >= LEAST_DETAIL:
        return False
    dark, light = (float(value) for value in np.quantile(luma, (0.01, 0.99)))
    shading = light - dark
    return shading < LEAST_SHADING or (dark >= LEAST_WHITE and shading < MOST_PAPER_SHADING)


def _is_paper(thumbnail: decoding.Pixels) -> bool:
    """Whether it is white, colourless, and printed or written on."""
    luma = decoding.grey(thumbnail)
    if float(np.count_nonzero(luma > PAPER_LUMA)) / luma.size <= PAPER_SHARE:
        return False
    around = cv2.blur(luma, (INK_AROUND_PX, INK_AROUND_PX))
    ink = np.count_nonzero(cv2.subtract(around, luma) > INK_DEPTH)
    return bool(ink >= LEAST_INK * luma.size) and _is_colourless(thumbnail)


def _is_printed(thumbnail: decoding.Pixels) -> bool:
    """Whether a paper holds print and writing, and neither a thing nor a photo within a border."""
    if _has_bodies(thumbnail):
        return False
    frame = framing.inside(thumbnail)
    if frame is None:
        return True
    left, top, right, bottom = frame
    return _is_paper(np.ascontiguousarray(thumbnail[top:bottom, left:right]))


def _has_bodies(thumbnail: decoding.Pixels) -> bool:
    """Whether there are wide dark things on the paper, where print has thin strokes."""
    luma = decoding.grey(thumbnail)
    wide = cv2.medianBlur(luma, BODY_PX)
    return bool(np.count_nonzero(wide < PAPER_LUMA) > MOST_BODIES * luma.size)


def _is_colourless(pixels: decoding.Pixels) -> bool:
    """Whether it has no more colour than yellowed paper with a stamp on it."""
    if pixels.ndim == 2:  # noqa: PLR2004 -- grey
        return True
    colour = pixels.max(axis=2) - pixels.min(axis=2)
    if float(colour.mean()) >= MOST_PAPER_COLOUR:
        return False
    return bool(np.count_nonzero(colour > STRONG_COLOUR) <= MOST_COLOURED * colour.size)
