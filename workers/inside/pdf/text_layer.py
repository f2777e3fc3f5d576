"""The words of a PDF page's own text layer, with their boxes on the page image.

A text layer may lie: what it says need not be what the page shows. Its words help to search and to
suggest; they prove nothing.
"""

import ctypes
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as pdfium

from workers.facts.headers import WordRow

MOST_CHARACTERS: Final = 20_000
"""Characters of one page that are looked at; a page of a dense book has 5,000."""
MOST_WORD: Final = 100
"""Characters of one word; the longest that Spanish prints has 23."""
CERTAIN: Final = 100.0
"""Confidence of a character that nobody had to recognise."""
LEAST_HEIGHT_PX: Final = 3
"""Lower words can't be read on the page image."""
SPACES_APART: Final = 1.0
"""A gap of so many heights parts two words even where the file has no space."""
LINE_APART: Final = 0.6
"""So many heights up or down is another line."""
LIGATURES: Final = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
HYPHENS: Final = frozenset({0x02, 0xAD, 0x2010, 0xFFFE})
"""How pdfium and authors mark a hyphen that only parts a word at the end of a line."""
UNSEEN_MODES: Final = frozenset(
    {pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP}
)

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of the page image."""


@dataclass(slots=True)
class _Word:
    """A word on its way."""

    letters: list[str] = field(default_factory=list)
    box: Box = (0, 0, 0, 0)
    last: Box = (0, 0, 0, 0)
    """Box of its last letter."""

    def add(self, letter: str, box: Box) -> None:
        self.box = _around(self.box, box) if self.letters else box
        self.last = box
        self.letters.append(letter)

    def goes_on_at(self, box: Box) -> bool:
        """Whether a letter there belongs to the same word."""
        height = max(1, self.box[3] - self.box[1], box[3] - box[1])
        width = max(height, self.last[2] - self.last[0])
        across = max(box[0] - self.last[2], self.last[0] - box[2])
        down = max(box[1] - self.last[3], self.last[1] - box[3])
        return across < width * SPACES_APART and down < height * LINE_APART


@dataclass(slots=True)
class Ink:
    """Which text objects of a page leave ink on it; asked once for each."""

    known: dict[int, bool] = field(default_factory=dict)

    def is_seen(self, text: Any, index: int) -> bool:  # noqa: ANN401 -- a pdfium handle
        """Whether the text object of a character is drawn at all."""
        item = pdfium.FPDFText_GetTextObject(text, index)
        if not item:
            return True
        address = ctypes.cast(item, ctypes.c_void_p).value or 0
        if address not in self.known:
            mode = pdfium.FPDFTextObj_GetTextRenderMode(item)
            self.known[address] = mode not in UNSEEN_MODES and not _is_clear(text, index)
        return self.known[address]


def words(page: pypdfium2.PdfPage, width_px: int, height_px: int) -> list[WordRow]:
    """Return the words that the page's text layer shows, boxed in pixels of the page image.

    ``width_px`` and ``height_px`` are the size of the whole page image, turned as the page is.
    Text without ink, off the page or too low to be read is left out, as are control and direction
    marks. A word parted at the end of a line stays two, the first with its hyphen.
    """
    text = page.get_textpage()
    try:
        found = [_row(word) for word in _words(page, text.raw, width_px, height_px)]
    finally:
        text.close()
    return [row for row in found if row is not None]


def _words(
    page: pypdfium2.PdfPage,
    text: Any,  # noqa: ANN401 -- a pdfium handle
    width_px: int,
    height_px: int,
) -> Iterator[_Word]:
    """Yield the words in the order of the layer."""
    ink, word = Ink(), _Word()
    count = min(MOST_CHARACTERS, pdfium.FPDFText_CountChars(text))
    for index in range(max(0, count)):
        letter = letter_at(text, index)
        if letter.isspace():
            if word.letters:
                yield word
                word = _Word()
            continue
        box = place_of(page, text, index, width_px, height_px) if letter else None
        if box is None or not ink.is_seen(text, index):
            continue
        if word.letters and not word.goes_on_at(box):
            yield word
            word = _Word()
        word.add(letter, box)
    if word.letters:
        yield word


def letter_at(text: Any, index: int) -> str:  # noqa: ANN401 -- a pdfium handle
    """Return what a character says: a space, printable signs, or nothing."""
    code = int(pdfium.FPDFText_GetUnicode(text, index))
    if code in HYPHENS:
        return "-"
    if not code or pdfium.FPDFText_HasUnicodeMapError(text, index) == 1:
        return ""
    letter = chr(code) if code < 0x110000 else ""  # noqa: PLR2004 -- where Unicode ends
    if letter.isspace():
        return " "
    return letter if letter.isprintable() else ""


def place_of(
    page: pypdfium2.PdfPage,
    text: Any,  # noqa: ANN401 -- a pdfium handle
    index: int,
    width_px: int,
    height_px: int,
) -> Box | None:
    """Return where a character stands on the page image, None when that is beside it."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    if not pdfium.FPDFText_GetCharBox(text, index, left, right, bottom, top):
        return None
    across, down = [], []
    for x, y in ((left.value, top.value), (right.value, bottom.value)):
        pixel_x, pixel_y = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(
            page, 0, 0, width_px, height_px, 0, x, y, ctypes.byref(pixel_x), ctypes.byref(pixel_y)
        )
        across.append(pixel_x.value)
        down.append(pixel_y.value)
    if max(across) <= 0 or min(across) >= width_px or max(down) <= 0 or min(down) >= height_px:
        return None
    return (
        max(0, min(across)),
        max(0, min(down)),
        min(width_px, max(across)),
        min(height_px, max(down)),
    )


def _is_clear(text: Any, index: int) -> bool:  # noqa: ANN401 -- a pdfium handle
    """Whether a character is filled with nothing at all."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    known = pdfium.FPDFText_GetFillColor(text, index, red, green, blue, alpha)
    return bool(known) and alpha.value == 0


def _around(one: Box, other: Box) -> Box:
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[2], other[2]),
        max(one[3], other[3]),
    )


def _row(word: _Word) -> WordRow | None:
    """Return the word as OCR would; None for one that nobody could read on the page."""
    said = unicodedata.normalize("NFC", "".join(word.letters).translate(LIGATURES))[:MOST_WORD]
    left, top, right, bottom = word.box
    if not said or max(right - left, bottom - top) < LEAST_HEIGHT_PX:
        return None
    return said, CERTAIN, left, top, max(1, right - left), max(1, bottom - top)
