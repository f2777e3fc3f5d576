"""What a page holds: photos, a scan, text or nothing, and how its photos stand. A hint."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from review_service.domain.documents import PageKind, PhotoLayout
from workers import photos

SMALL_SIDE_PX: Final = 256
"""A page is recognised on a reduced picture, where noise is averaged away."""
PAPER_LUMA: Final = 185
PAPER_SHARE: Final = 0.62
"""A page so white and so colourless is a scanned paper."""
MOST_PAPER_COLOUR: Final = 24.0
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
LEAST_SCAN_SHARE: Final = 0.5
LEAST_PHOTO_SHARE: Final = 0.2
LEAST_TEXT: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds:
    """What was recognised."""

    kind: PageKind
    layout: PhotoLayout | None = None
    """None for a page without photos."""


def recognise(pixels: photos.Pixels, *, share: float, pictures: int, letters: int) -> Holds:
    """Say what a page shows.

    ``share`` is how much of it pictures cover, 0 to 1; ``pictures`` how many stand beside each
    other; ``letters`` how many characters its text layer has.
    """
    small = photos.fitted(pixels, SMALL_SIDE_PX)
    if _is_empty(photos.grey(small)):
        return Holds(kind=PageKind.BLANK)
    if share >= LEAST_SCAN_SHARE and pictures == 1 and _is_paper(small):
        return Holds(kind=PageKind.SCAN)
    if share < LEAST_PHOTO_SHARE and (letters >= LEAST_TEXT or not share):
        return Holds(kind=PageKind.TEXT)
    if pictures > 1:
        return Holds(kind=PageKind.PHOTO, layout=PhotoLayout.SEVERAL)
    return Holds(kind=PageKind.PHOTO, layout=PhotoLayout.SINGLE)


def of_photo(pixels: photos.Pixels) -> Holds:
    """Say what a photo that came on its own shows: a photo of a paper is a photo."""
    small = photos.fitted(pixels, SMALL_SIDE_PX)
    if _is_empty(photos.grey(small)):
        return Holds(kind=PageKind.BLANK)
    return Holds(kind=PageKind.PHOTO, layout=PhotoLayout.SINGLE)


def _is_empty(luma: photos.Pixels) -> bool:
    """Whether there is nothing at all: no detail, and no light and shade but those of a sheet.

    Fog, a smooth wall and white ceramics on white have little contrast, but they have these.
    """
    level = luma.astype(np.float32)
    detail = np.abs(level - cv2.GaussianBlur(level, (0, 0), AROUND_PX))
    if float(np.quantile(detail, DETAIL_SHARE)) >= LEAST_DETAIL:
        return False
    dark, light = (float(value) for value in np.quantile(luma, (0.01, 0.99)))
    shading = light - dark
    return shading < LEAST_SHADING or (dark >= LEAST_WHITE and shading < MOST_PAPER_SHADING)


def _is_paper(small: photos.Pixels) -> bool:
    luma = photos.grey(small)
    paper = float(np.count_nonzero(luma > PAPER_LUMA)) / luma.size
    return paper > PAPER_SHARE and _colour(small) < MOST_PAPER_COLOUR


def _colour(pixels: photos.Pixels) -> float:
    """Return the mean difference between the strongest and the weakest channel, 0 to 255."""
    if pixels.ndim == 2:  # noqa: PLR2004 -- grey
        return 0.0
    return float((pixels.max(axis=2) - pixels.min(axis=2)).mean())
