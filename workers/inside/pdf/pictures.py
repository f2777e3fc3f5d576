"""The pictures of a page of evidence: all that a person can look at, strips and tiles joined.

Runs in the sandbox. A picture may be placed as a stamp (an annotation), within forms, or in so many
strips or tiles side by side: what counts is what the drawn page shows.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

import cv2
import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from workers.inside.pdf import layout
from workers.inside.picture import decoding, drawings

MOST_LOOKED_AT: Final = 10_000
"""Images of one page whose place is asked for; those beyond are told as not judged."""
MOST_JUDGED: Final = 40
"""Pictures of one page that are judged, the largest first."""
LEAST_SIDE_PX: Final = 96
"""Shorter side, on a page image of ``PAGE_SIDE_PX``, from which a person can look at a picture:
1.4 cm of an A4 page. Less is too little for the measures too."""
LEAST_SEEN_PX: Final = 24
"""Smaller ones are signs and rules; nobody misses a judgement on them."""
MOST_ASPECT: Final = 8.0
"""Long side over short side; a narrower picture is an ornament or the strip of a photo."""
MOST_NOTES: Final = 500
"""Annotations of one page that are looked into for pictures."""
MOST_NOTE_OBJECTS: Final = 50
MOST_DEPTH: Final = 42
"""Forms within forms that are walked: pdfium draws no more than 40."""

MOST_GAP_PX: Final = 6
"""White between two pieces of one photo, on the page image: a hairline, 1 mm of an A4 page."""
LEAST_ALONG: Final = 0.5
"""Share of the shorter of two edges that they must run beside each other."""
MOST_SEAMS: Final = 6000
"""Pairs of neighbours that are compared on one page."""
MOST_PAIRS: Final = 200_000
"""Pairs that are asked whether they are neighbours; pictures over one another have many."""
CELL_PX: Final = 8
"""Pictures too small to be photos, no further apart than this, are one mosaic."""
LEAST_FILLED: Final = 0.7
"""Of the box around a mosaic that its pieces cover."""
BESIDE_PX: Final = 2
"""Rows next to a seam that are passed over: drawing mixes them with what lies beyond."""
MOST_STEP: Final = 1.6
"""The step across a seam over the step as far within both pieces: 1 within one photo, 3 and more
between two. Set by hand; see benchmarks/pages.py."""
BLOCK_PX: Final = 8
"""Rows and columns that are averaged where threads or leaves make large steps everywhere."""
LEAST_BLOCKS: Final = 12
LEAST_ALIKE: Final = 0.85
"""Correlation of the averaged luma along both edges; of two photos it is as often below 0."""
MOST_LIGHTER: Final = 25.0
"""Luma units by which one edge may be lighter than the other."""
STEP_SLACK: Final = 3.0
"""Luma units that the step across a seam may have besides."""
PLAIN_SPREAD: Final = 4.0
"""Standard deviation in luma units of an edge that tells nothing: white beside white."""
LAYER_PX: Final = 16
"""Two images whose edges are the same on a grid so coarse lie over one another, as the ink and the
paper of a scan do: what counts is what both show together."""
STRIP_ASPECT: Final = 3.0
"""Nobody sends a photo so narrow: such a strip belongs to what it lies against from end to end, and
beside it a plain edge goes on too."""
EVEN_PX: Final = 2
LEAST_OWN_PX: Final = 640
"""Pixels of its own, longer side, that a photo has at least; plain edges join what has less."""

Rect = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of the drawn page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One picture as a person sees it on the page."""

    pieces: tuple[layout.Placed, ...]
    """The images of which it is made, one for most pictures."""
    rect: Rect
    share: float
    """How much of the page it covers, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnPage:
    """The pictures of a page, and how many more nobody judges."""

    shown: tuple[Shown, ...]
    too_small: int
    too_many: int


def with_notes(page: pypdfium2.PdfPage, number: int) -> tuple[pypdfium2.PdfPage, int]:
    """Return the page with the pictures of its annotations among its own, drawn as before.

    The page itself is returned where no annotation holds a picture. The second value is 1 where
    one does and stays where it is: nobody judges it then.
    """
    if not _has_picture_in_notes(page):
        return page, 0
    done = pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY)
    if done == pdfium.FLATTEN_SUCCESS:
        return page.pdf[number - 1], 0
    return page, int(done == pdfium.FLATTEN_FAIL)


def _has_picture_in_notes(page: pypdfium2.PdfPage) -> bool:
    count = pdfium.FPDFPage_GetAnnotCount(page)
    return count > MOST_NOTES or any(_holds_picture(page, index) for index in range(count))


def _holds_picture(page: pypdfium2.PdfPage, index: int) -> bool:
    """Whether an annotation draws an image, or a form that may hold one."""
    note = pdfium.FPDFPage_GetAnnot(page, index)
    if not note:
        return False
    try:
        count = min(MOST_NOTE_OBJECTS, pdfium.FPDFAnnot_GetObjectCount(note))
        drawn = (pdfium.FPDFAnnot_GetObject(note, each) for each in range(max(0, count)))
        wanted = {pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM}
        return any(item and pdfium.FPDFPageObj_GetType(item) in wanted for item in drawn)
    finally:
        pdfium.FPDFPage_CloseAnnot(note)


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
    for group in _joined(rects, small, drawn):
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
        is_seen = min(_sides(each.rect)) >= LEAST_SEEN_PX
        too_small += is_seen and not drawings.is_drawing(_cut(drawn, each.rect))
    whole.sort(key=lambda each: (-each.share, each.rect))
    return OnPage(
        shown=tuple(whole[:MOST_JUDGED]),
        too_small=too_small,
        too_many=max(0, len(whole) - MOST_JUDGED),
    )


def _is_small(rect: Rect) -> bool:
    """Whether nobody would look at what stands there by itself."""
    least, most = sorted(_sides(rect))
    return least < LEAST_SIDE_PX or most > MOST_ASPECT * least


def _mosaics(tiny: Sequence[Shown], size: Sequence[int]) -> tuple[Sequence[Shown], Sequence[Shown]]:
    """Put small pictures side by side together where they make up one that can be looked at.

    Returns those, and the small ones that stand alone. So a photo in thousands of tiles is seen,
    one whose strips lie a little apart or over one another too.
    """
    height, width = size
    cells = np.zeros((height // CELL_PX + 1, width // CELL_PX + 1), np.uint8)
    for each in tiny:
        left, top, right, bottom = (side // CELL_PX for side in each.rect)
        if min(_sides(each.rect)) > 0:
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


def _shown(pieces: Sequence[layout.Placed], rects: Sequence[Rect], *, of_px: int) -> Shown:
    lefts, tops, rights, bottoms = zip(*rects, strict=True)
    rect = (min(lefts), min(tops), max(rights), max(bottoms))
    across, down = _sides(rect)
    return Shown(pieces=tuple(pieces), rect=rect, share=across * down / of_px)


def _cut(drawn: decoding.Pixels, rect: Rect) -> decoding.Pixels:
    left, top, right, bottom = rect
    return drawn[top:bottom, left:right]


def _sides(rect: Rect) -> tuple[int, int]:
    left, top, right, bottom = rect
    return right - left, bottom - top


class _Groups:
    """Which images belong together, by their numbers (union-find)."""

    def __init__(self, count: int) -> None:
        self.parent = list(range(count))

    def root(self, index: int) -> int:
        """Return the number that stands for the group of an image."""
        while self.parent[index] != index:
            self.parent[index] = self.parent[self.parent[index]]
            index = self.parent[index]
        return index

    def join(self, one: int, other: int) -> None:
        """Put the groups of two images together."""
        self.parent[self.root(one)] = self.root(other)

    def all(self) -> list[list[int]]:
        """Return the numbers of the images by their groups."""
        groups: dict[int, list[int]] = defaultdict(list)
        for index in range(len(self.parent)):
            groups[self.root(index)].append(index)
        return list(groups.values())


def _joined(
    rects: Sequence[Rect], small: Sequence[bool], drawn: decoding.Pixels
) -> list[list[int]]:
    """Return the numbers of the images that make up one picture, by the picture.

    Two belong together where their edges meet and what they show goes on from one to the other, or
    where one lies over the other.
    """
    groups = _Groups(len(rects))
    lying = [(top, left, bottom, right) for left, top, right, bottom in rects]
    luma = decoding.grey(drawn)
    down = ((one, other, luma, rects) for one, other in _neighbours(rects))
    along = ((one, other, luma.T, lying) for one, other in _neighbours(lying))
    compared = 0
    for one, other, seen, placed_so in chain(down, along):
        if compared == MOST_SEAMS:
            break
        if groups.root(one) != groups.root(other):
            compared += 1
            is_small = small[one] and small[other]
            if _goes_on(placed_so[one], placed_so[other], seen, is_small=is_small):
                groups.join(one, other)
    layers: dict[tuple[int, ...], int] = {}
    for index, rect in enumerate(rects):
        first = layers.setdefault(tuple(round(side / LAYER_PX) for side in rect), index)
        if min(_sides(rect)) >= LEAST_SIDE_PX:
            groups.join(index, first)
    return groups.all()


def _neighbours(rects: Sequence[Rect]) -> Iterator[tuple[int, int]]:
    """Yield pairs of which the second begins where the first ends, downwards.

    Tiles so small that only a mosaic can be made of them are passed over.
    """
    tops: dict[int, list[int]] = defaultdict(list)
    wanted = [
        (index, rect)
        for index, rect in enumerate(rects)
        if min(_sides(rect)) > 0 and max(_sides(rect)) >= 2 * LEAST_SEEN_PX
    ]
    for index, rect in wanted:
        tops[rect[1]].append(index)
    left_over = MOST_PAIRS
    for index, (left, top, right, bottom) in wanted:
        for edge in range(bottom - 2, bottom + MOST_GAP_PX + 1):
            for other in tops.get(edge, ()):
                left_over -= 1
                if not left_over:
                    return
                common = min(right, rects[other][2]) - max(left, rects[other][0])
                shorter = min(right - left, rects[other][2] - rects[other][0])
                if edge > top and common >= LEAST_ALONG * shorter and other != index:
                    yield index, other


def _goes_on(above: Rect, below: Rect, luma: decoding.Pixels, *, is_small: bool) -> bool:
    """Whether the lower image shows what the upper one goes on to show."""
    left, right = max(above[0], below[0]), min(above[2], below[2])
    is_strip = any(max(sides) >= STRIP_ASPECT * min(sides) for sides in map(_sides, (above, below)))
    if is_strip and max(abs(above[0] - below[0]), abs(above[2] - below[2])) <= EVEN_PX:
        return True
    high, low = above[3] - above[1], below[3] - below[1]
    beside = min(BESIDE_PX, max(0, (min(high, low) - 2) // 3))
    step = 2 * beside + 1 + max(0, below[1] - above[3])
    rows = [
        luma[min(max(row, 0), len(luma) - 1), left:right].astype(np.int16)
        for row in (
            above[3] - 1 - beside - min(step, max(0, high - 1 - beside)),
            above[3] - 1 - beside,
            below[1] + beside,
            below[1] + beside + min(step, max(0, low - 1 - beside)),
        )
    ]
    across = float(np.abs(rows[1] - rows[2]).mean())
    within = float((np.abs(rows[0] - rows[1]) + np.abs(rows[2] - rows[3])).mean()) / 2
    if across > MOST_STEP * within + STEP_SLACK:
        return _is_like(
            luma[max(above[1], above[3] - BLOCK_PX) : above[3], left:right],
            luma[below[1] : min(below[3], below[1] + BLOCK_PX), left:right],
        )
    return is_strip or is_small or max(float(rows[1].std()), float(rows[2].std())) >= PLAIN_SPREAD


def _is_like(above: decoding.Pixels, below: decoding.Pixels) -> bool:
    """Whether light and dark follow each other alike along both edges, threads evened out."""
    blocks = above.shape[1] // BLOCK_PX
    if blocks < LEAST_BLOCKS or not len(above) or not len(below):
        return False
    one, other = (
        edge.mean(axis=0)[: blocks * BLOCK_PX].reshape(blocks, BLOCK_PX).mean(axis=1)
        for edge in (above, below)
    )
    if min(float(one.std()), float(other.std())) < PLAIN_SPREAD:
        return False
    alike = float(((one - one.mean()) * (other - other.mean())).mean() / (one.std() * other.std()))
    return alike >= LEAST_ALIKE and abs(float(one.mean() - other.mean())) <= MOST_LIGHTER
