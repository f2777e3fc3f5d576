"""The pictures of a page of evidence: all that a person can look at, strips and tiles joined.

Runs in the sandbox. A picture may be placed as a stamp (an annotation), within forms, or in so many
strips or tiles side by side: what counts is what the drawn page shows.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from workers.inside.pdf import layout
from workers.inside.picture import decoding, drawings

MOST_LOOKED_AT: Final = 2000
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

MOST_GAP_PX: Final = 6
"""White between two pieces of one photo, on the page image: a hairline, 1 mm of an A4 page."""
LEAST_ALONG: Final = 0.5
"""Share of the shorter of two edges that they must run beside each other."""
MOST_SEAMS: Final = 6000
"""Pairs of neighbours that are compared on one page."""
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
Luma = NDArray[np.int16]


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


def with_notes(page: pypdfium2.PdfPage, number: int) -> pypdfium2.PdfPage:
    """Return the page with the pictures of its annotations among its own, drawn as before.

    The page itself is returned where no annotation holds a picture.
    """
    if not _has_picture_in_notes(page):
        return page
    if pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY) != pdfium.FLATTEN_SUCCESS:
        return page
    return page.pdf[number - 1]


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
    walk = page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=layout.MOST_DEPTH)
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
    rects = [layout.place(each, page, width, height) for each in found]
    whole, too_small = [], 0
    small = [max(layout.pixel_size(each.image)) < LEAST_OWN_PX for each in found]
    for group in _joined(rects, small, decoding.grey(drawn).astype(np.int16)):
        shown = _shown(
            [found[index] for index in group],
            [rects[index] for index in group],
            of_px=max(1, width * height),
        )
        least, most = sorted(_sides(shown.rect))
        is_small = least < LEAST_SIDE_PX or most > MOST_ASPECT * least
        if least < LEAST_SEEN_PX or (
            (is_small or (has_letters and shown.share < drawings.MOST_SHARE))
            and drawings.is_drawing(_cut(drawn, shown.rect))
        ):
            continue
        if is_small:
            too_small += 1
        else:
            whole.append(shown)
    whole.sort(key=lambda each: (-each.share, each.rect))
    return OnPage(
        shown=tuple(whole[:MOST_JUDGED]),
        too_small=too_small,
        too_many=max(0, len(whole) - MOST_JUDGED),
    )


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


def _joined(rects: Sequence[Rect], small: Sequence[bool], luma: Luma) -> list[list[int]]:
    """Return the numbers of the images that make up one picture, by the picture.

    Two belong together where their edges meet and what they show goes on from one to the other, or
    where one lies over the other.
    """
    groups = _Groups(len(rects))
    lying = [(top, left, bottom, right) for left, top, right, bottom in rects]
    down = ((one, other, luma, rects) for one, other in _neighbours(rects))
    along = ((one, other, luma.T, lying) for one, other in _neighbours(lying))
    compared = 0
    for one, other, seen, placed_so in (*down, *along):
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
    """Yield pairs of which the second begins where the first ends, downwards."""
    tops: dict[int, list[int]] = defaultdict(list)
    for index, (left, top, right, bottom) in enumerate(rects):
        if right > left and bottom > top:
            tops[top].append(index)
    for index, (left, top, right, bottom) in enumerate(rects):
        if right <= left or bottom <= top:
            continue
        for edge in range(bottom - 2, bottom + MOST_GAP_PX + 1):
            for other in tops.get(edge, ()):
                common = min(right, rects[other][2]) - max(left, rects[other][0])
                shorter = min(right - left, rects[other][2] - rects[other][0])
                if edge > top and common >= LEAST_ALONG * shorter and other != index:
                    yield index, other


def _goes_on(above: Rect, below: Rect, luma: Luma, *, is_small: bool) -> bool:
    """Whether the lower image shows what the upper one goes on to show."""
    left, right = max(above[0], below[0]), min(above[2], below[2])
    is_strip = any(max(sides) >= STRIP_ASPECT * min(sides) for sides in map(_sides, (above, below)))
    if is_strip and max(abs(above[0] - below[0]), abs(above[2] - below[2])) <= EVEN_PX:
        return True
    high, low = above[3] - above[1], below[3] - below[1]
    beside = min(BESIDE_PX, max(0, (min(high, low) - 2) // 3))
    step = 2 * beside + 1 + max(0, below[1] - above[3])
    rows = [
        luma[min(max(row, 0), len(luma) - 1), left:right]
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


def _is_like(above: Luma, below: Luma) -> bool:
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
