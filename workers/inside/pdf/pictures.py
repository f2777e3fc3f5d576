"""The pictures of a page of evidence: all that a person can look at, strips and tiles joined.

Runs in the sandbox. A picture may be placed as a stamp (an annotation), within forms, or in so many
strips or tiles side by side: what counts is what the drawn page shows.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

import cv2
import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from workers.inside.pdf import joining, layout
from workers.inside.picture import decoding, drawings

MOST_LOOKED_AT: Final = 10_000
"""Images of one page whose place is asked for; those beyond are told as not judged."""
MOST_JUDGED: Final = 40
"""Pictures of one page that are judged, the largest first."""
MOST_ASPECT: Final = 8.0
"""Long side over short side; a narrower picture is an ornament or the strip of a photo."""
MOST_DEPTH: Final = 42
"""Forms within forms that are walked: pdfium draws no more than 40."""

CELL_PX: Final = 8
"""Pictures too small to be photos, no further apart than this, are one mosaic."""
LEAST_FILLED: Final = 0.7
"""Of the box around a mosaic that its pieces cover."""
LEAST_OWN_PX: Final = 640
"""Pixels of its own, longer side, that a photo has at least; plain edges join what has less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One picture as a person sees it on the page."""

    pieces: tuple[layout.Placed, ...]
    """The images of which it is made, one for most pictures."""
    rect: joining.Rect
    share: float
    """How much of the page it covers, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnPage:
    """The pictures of a page, and how many more nobody judges."""

    shown: tuple[Shown, ...]
    too_small: int
    too_many: int


def placed(page: pypdfium2.PdfPage) -> tuple[list[layout.Placed], int]:
    """Return the images of a page, inside forms too, and how many were not looked at."""
    walk = page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=MOST_DEPTH)
    found = [layout.placed(item, page) for item in islice(walk, MOST_LOOKED_AT)]
    return found, sum(1 for _ in islice(walk, MOST_LOOKED_AT))


def on_page(
    found: Sequence[layout.Placed],
    page: pypdfium2.PdfPage,
    drawn: decoding.Pixels,
    *,
    has_letters: bool,
) -> OnPage:
    """Return what is to be judged of the images of a drawn page, the largest first.

    Beside ``has_letters`` a small drawing is a logo and no photo.
    """
    height, width = drawn.shape[:2]
    of_px = max(1, width * height)
    rects = [layout.place(each, page, width, height) for each in found]
    whole, tiny, too_small = list[Shown](), list[Shown](), 0
    small = [max(layout.pixel_size(each.image)) < LEAST_OWN_PX for each in found]
    for group in joining.joined(rects, small, drawn):
        shown = _shown(
            [found[index] for index in group], [rects[index] for index in group], of_px=of_px
        )
        (tiny if _is_small(shown.rect) else whole).append(shown)
    mosaics, alone = _mosaics(tiny, drawn.shape[:2])
    whole = [
        each
        for each in (*whole, *mosaics)
        if not (
            has_letters
            and each.share < drawings.MOST_SHARE
            and drawings.is_drawing(_cut(drawn, each.rect))
        )
    ]
    for each in alone:
        is_seen = min(joining.sides(each.rect)) >= joining.LEAST_SEEN_PX
        too_small += is_seen and not drawings.is_drawing(_cut(drawn, each.rect))
    whole.sort(key=lambda each: (-each.share, each.rect))
    return OnPage(
        shown=tuple(whole[:MOST_JUDGED]),
        too_small=too_small,
        too_many=max(0, len(whole) - MOST_JUDGED),
    )


def _is_small(rect: joining.Rect) -> bool:
    """Whether nobody would look at what stands there by itself."""
    least, most = sorted(joining.sides(rect))
    return least < joining.LEAST_SIDE_PX or most > MOST_ASPECT * least


def _mosaics(tiny: Sequence[Shown], size: Sequence[int]) -> tuple[Sequence[Shown], Sequence[Shown]]:
    """Put small pictures side by side together where they make up one that can be looked at.

    Returns those, and the small ones that stand alone. So a photo in thousands of tiles is seen,
    one whose strips lie a little apart or over one another too.
    """
    height, width = size
    cells = np.zeros((height // CELL_PX + 1, width // CELL_PX + 1), np.uint8)
    for each in tiny:
        left, top, right, bottom = (side // CELL_PX for side in each.rect)
        if min(joining.sides(each.rect)) > 0:
            cells[top : bottom + 1, left : right + 1] = 1
    _, labels, stats, _ = cv2.connectedComponentsWithStats(cells, connectivity=4)
    groups: dict[int, list[Shown]] = defaultdict(list)
    for each in tiny:
        left, top, *_ = each.rect
        groups[int(labels[top // CELL_PX, left // CELL_PX])].append(each)
    mosaics, alone = [], []
    for label, group in groups.items():
        lefts, tops, rights, bottoms = zip(*(each.rect for each in group), strict=True)
        rect = (min(lefts), min(tops), max(rights), max(bottoms))
        across, down, area = (int(value) for value in stats[label][2:5])
        is_full = area >= LEAST_FILLED * across * down
        if len(group) == 1 or not label or not is_full or _is_small(rect):
            alone += group
            continue
        pieces = tuple(piece for each in group for piece in each.pieces)
        covered = (rect[2] - rect[0]) * (rect[3] - rect[1])
        mosaics.append(Shown(pieces=pieces, rect=rect, share=covered / (width * height)))
    return mosaics, alone


def _shown(pieces: Sequence[layout.Placed], rects: Sequence[joining.Rect], *, of_px: int) -> Shown:
    lefts, tops, rights, bottoms = zip(*rects, strict=True)
    rect = (min(lefts), min(tops), max(rights), max(bottoms))
    across, down = joining.sides(rect)
    return Shown(pieces=tuple(pieces), rect=rect, share=across * down / of_px)


def _cut(drawn: decoding.Pixels, rect: joining.Rect) -> decoding.Pixels:
    left, top, right, bottom = rect
    return drawn[top:bottom, left:right]
