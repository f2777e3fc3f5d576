"""Looks for signs that a supporting document was altered. Runs in the sandbox; judges nothing."""

import ctypes
import re
import signal
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from workers.facts.alterations import (
    READ_PAGES,
    AlterationFacts,
    PageLook,
    ValueLook,
    to_header,
)
from workers.facts.headers import word_of
from workers.inside.intake_check import whole
from workers.inside.ocr import engines
from workers.inside.pdf import annotations, drawing, text_layer
from workers.inside.picture import decoding
from workers.sandbox.wire import Frame

MOST_REVISIONS: Final = 4
"""Of the oldest and of the newest ones: each time that a program saves may leave one."""
MOST_PAIRED: Final = 300
"""Letters of one value that are held against each other; a name has 60."""
LONG_VALUE: Final = 120
"""Letters; a name and the words beside it on two lines have as many."""
MOST_FONT_NAME: Final = 120
REVISION_SCALE: Final = 0.7
CHANGED_LUMA: Final = 60
"""Difference of a pixel, in luma units, that is no rounding."""
PADDING: Final = 0.5
"""Of a value's height: how much above and below is read with it."""
STRIP_GAP_PX: Final = 30
SUBSET: Final = re.compile(r"^[A-Z]{6}\+")
HARMLESS_NOTES: Final = frozenset(
    {pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP, pdfium.FPDF_ANNOT_WIDGET}
)

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of the page image."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Letter:
    said: str
    box: Box
    font: str
    size: str


def look(
    document: int,
    *,
    values: Sequence[Sequence[Any]],
    repeated: Sequence[Sequence[int]],
    sizes: Mapping[str, Sequence[int]],
    seconds: float,
) -> Iterator[Frame]:
    """Yield one frame with what is seen of the document.

    ``values`` are name, page, left, top, width and height of values read from text layers;
    ``repeated`` page, left, top, width and height of words that say the same elsewhere; ``sizes``
    the width and height in pixels of the page images that they are boxed on, by page.
    """
    signal.setitimer(signal.ITIMER_PROF, seconds)
    data = whole(document)
    with pypdfium2.PdfDocument(data) as pdf:
        notes, fields = _laid_over(pdf)
        revised = _revised(data, pdf)
    with pypdfium2.PdfDocument(data) as pdf:
        annotations.prepare(pdf)
        pages = tuple(
            _page(
                annotations.shown(pdf, int(number))[0],
                int(number),
                (int(width), int(height)),
                [(str(value[0]), _box(value[2:])) for value in values if value[1] == int(number)],
                [_box(place[1:]) for place in repeated if place[0] == int(number)],
            )
            for number, (width, height) in sizes.items()
        )
    facts = AlterationFacts(pages=pages, revised=revised, notes=notes, fields=fields)
    yield Frame(header=to_header(facts))
    signal.setitimer(signal.ITIMER_PROF, 0)


def _box(sides: Sequence[int]) -> Box:
    left, top, width, height = (int(side) for side in sides)
    return left, top, left + width, top + height


def _page(
    page: pypdfium2.PdfPage,
    number: int,
    size: tuple[int, int],
    places: Sequence[tuple[str, Box]],
    repeated: Sequence[Box],
) -> PageLook:
    letters = list(_letters(page, size))
    within = {box: [one for one in letters if _is_in(one.box, box)] for _, box in places}
    # A table whose people were counted is most of its page.
    apart = [*(box for box, own in within.items() if len(own) <= LONG_VALUE), *repeated]
    others = [letter for letter in letters if not any(_is_in(letter.box, box) for box in apart)]
    return PageLook(
        number=number,
        values=tuple(_value(name, within[box]) for name, box in places),
        fonts=Counter(letter.font for letter in others),
        sizes=Counter(letter.size for letter in others),
        seen=_seen(page, size, [box for _, box in places]),
    )


def _value(name: str, letters: Sequence[_Letter]) -> ValueLook:
    return ValueLook(
        name=name,
        fonts=tuple(sorted({letter.font for letter in letters})),
        sizes=tuple(sorted({letter.size for letter in letters})),
        doubled=_doubled(letters[:MOST_PAIRED]),
    )


def _letters(page: pypdfium2.PdfPage, size: tuple[int, int]) -> Iterator[_Letter]:
    """Yield the letters and digits that the page's text layer shows."""
    text = page.get_textpage()
    try:
        ink = text_layer.Ink()
        count = min(text_layer.MOST_CHARACTERS, pdfium.FPDFText_CountChars(text.raw))
        for index in range(max(0, count)):
            said = text_layer.letter_at(text.raw, index)
            if not said.isalnum() or not ink.is_seen(text.raw, index):
                continue
            box = text_layer.place_of(page, text.raw, index, *size)
            if box is not None:
                yield _Letter(
                    said=said, box=box, font=_font(text.raw, index), size=_size(text.raw, index)
                )
    finally:
        text.close()


def _font(text: Any, index: int) -> str:  # noqa: ANN401 -- a pdfium handle
    name, flags = ctypes.create_string_buffer(MOST_FONT_NAME), ctypes.c_int()
    length = pdfium.FPDFText_GetFontInfo(text, index, name, MOST_FONT_NAME, flags)
    if not 0 < length <= MOST_FONT_NAME:
        return "?"
    return SUBSET.sub("", name.value.decode("utf-8", "replace"))


def _size(text: Any, index: int) -> str:  # noqa: ANN401 -- a pdfium handle
    """Return how high the line of a letter is, in points; all letters of a font have the same."""
    box = pdfium.FS_RECTF()
    if not pdfium.FPDFText_GetLooseCharBox(text, index, box):
        return "?"
    return f"{round(2 * abs(box.top - box.bottom)) / 2:.1f}"


def _doubled(letters: Sequence[_Letter]) -> int:
    """Return how many letters stand on another that says something else."""
    return sum(
        any(
            other is not one and other.said != one.said and _common(one.box, other.box)
            for other in letters
        )
        for one in letters
    )


def _common(one: Box, other: Box) -> bool:
    """Whether two boxes share more than half of the smaller one."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    if across <= 0 or down <= 0:
        return False
    areas = [max(1, (box[2] - box[0]) * (box[3] - box[1])) for box in (one, other)]
    return 2 * across * down > min(areas)


def _is_in(box: Box, outer: Box) -> bool:
    across, down = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return outer[0] <= across <= outer[2] and outer[1] <= down <= outer[3]


def _seen(page: pypdfium2.PdfPage, size: tuple[int, int], boxes: Sequence[Box]) -> Any:  # noqa: ANN401 -- words or None
    """Read the lines of the values on the drawn page; boxed as on the page image."""
    read = engines.reader()
    if read is None:
        return None
    pixels = decoding.grey(drawing.drawn(page, dpi=engines.OCR_DPI))
    height, width = pixels.shape
    down = height / size[1]
    strips = _merged([_strip(box, down, height) for box in boxes])
    if not strips:
        return ()
    gap = np.full((STRIP_GAP_PX, width), 255, np.uint8)
    parts = [part for top, bottom in strips for part in (gap, pixels[top:bottom])]
    rows = read(np.ascontiguousarray(np.vstack([*parts, gap])))
    across, found = size[0] / width, []
    for text, confidence, left, top, wide, high in rows:
        place = _on_page(top, strips)
        found.append(
            word_of(
                (
                    text,
                    confidence,
                    round(left * across),
                    round(place / down),
                    max(1, round(wide * across)),
                    max(1, round(high / down)),
                )
            )
        )
    return tuple(found)


def _strip(box: Box, down: float, height: int) -> tuple[int, int]:
    padding = (box[3] - box[1]) * PADDING
    return max(0, int((box[1] - padding) * down)), min(height, int((box[3] + padding) * down) + 1)


def _merged(strips: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for top, bottom in sorted(strips):
        if found and top <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], bottom))
        elif bottom > top:
            found.append((top, bottom))
    return found


def _on_page(top: int, strips: Sequence[tuple[int, int]]) -> int:
    """Return where on the drawn page a row of the strips put together stands."""
    start = 0
    for first, last in strips:
        start += STRIP_GAP_PX
        if top < start + last - first:
            break
        start += last - first
    return first + max(0, top - start)


def _laid_over(pdf: pypdfium2.PdfDocument) -> tuple[int, int]:
    """Count what is laid over the first pages: notes and drawings, and fields of a form."""
    notes = fields = 0
    for number in range(min(READ_PAGES, len(pdf))):
        page = pdf[number]
        for index in range(max(0, pdfium.FPDFPage_GetAnnotCount(page))):
            note = pdfium.FPDFPage_GetAnnot(page, index)
            if not note:
                continue
            kind = pdfium.FPDFAnnot_GetSubtype(note)
            is_field = kind == pdfium.FPDF_ANNOT_WIDGET
            # A link that has a look of its own is drawn as any note is.
            is_drawn = not is_field and bool(pdfium.FPDFAnnot_HasKey(note, b"AP"))
            notes += kind not in HARMLESS_NOTES or is_drawn
            fields += is_field and _entry(note, b"FT") != "Sig"
            pdfium.FPDFPage_CloseAnnot(note)
    return notes, fields


def _entry(note: Any, key: bytes) -> str:  # noqa: ANN401 -- a pdfium handle
    room = (ctypes.c_ushort * 16)()
    length = pdfium.FPDFAnnot_GetStringValue(note, key, room, ctypes.sizeof(room))
    return bytes(room)[: max(0, length - 2)].decode("utf-16-le", "replace")


def _revised(data: bytes, pdf: pypdfium2.PdfDocument) -> tuple[int, ...]:
    """Return the first pages that an earlier revision in the file shows otherwise."""
    ends = [match.end() for match in re.finditer(rb"%%EOF", data)][:-1]
    if b"/Linearized" in data[:1024]:
        ends = ends[1:]  # its first end is that of its first part
    found: set[int] = set()
    for end in dict.fromkeys((*ends[:MOST_REVISIONS], *ends[-MOST_REVISIONS:])):
        try:
            with pypdfium2.PdfDocument(data[:end]) as former:
                pages = min(READ_PAGES, len(pdf), len(former))
                found.update(
                    number + 1 for number in range(pages) if _differs(former[number], pdf[number])
                )
        except pypdfium2.PdfiumError:
            continue  # not an end of a whole file
    return tuple(sorted(found))


def _differs(one: pypdfium2.PdfPage, other: pypdfium2.PdfPage) -> bool:
    """Whether two pages say or show something else, apart from notes and signatures."""
    texts = [page.get_textpage().get_text_bounded() for page in (one, other)]
    if texts[0] != texts[1]:
        return True
    shown = [
        page.render(
            scale=REVISION_SCALE, grayscale=True, may_draw_forms=False, draw_annots=False
        ).to_numpy()
        for page in (one, other)
    ]
    if shown[0].shape != shown[1].shape:
        return True
    return bool(cv2.absdiff(*(np.ascontiguousarray(page) for page in shown)).max() > CHANGED_LUMA)
