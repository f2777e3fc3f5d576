"""A page for typesetting prior Acuerdos: what lay on the scanner's glass, before its layout.

Fonts: Times, Helvetica and Courier as PDFium draws them, the serif that this project packages, and
four DejaVu faces where the machine has them.
"""

import io
from dataclasses import dataclass
from datetime import date
from math import cos, sin
from pathlib import Path
from typing import Final

import segno
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from PIL import Image

from review_service.domain.ruc import check_ruc
from review_service.domain.wording import MONTHS
from review_service.packaged_files import static_folder

_UNITS: Final = (
    "cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez",
    "once", "doce", "trece", "catorce", "quince", "dieciséis", "diecisiete", "dieciocho",
    "diecinueve", "veinte", "veintiuno", "veintidós", "veintitrés", "veinticuatro", "veinticinco",
    "veintiséis", "veintisiete", "veintiocho", "veintinueve", "treinta", "treinta y uno",
)  # fmt: skip
_DEJAVU: Final = Path("/usr/share/fonts/truetype/dejavu")
_PACKAGED: Final = static_folder() / "fonts"
_FACES: Final = {
    "packaged serif": (
        _PACKAGED / "acuerdo-serif-regular.ttf",
        _PACKAGED / "acuerdo-serif-bold.ttf",
    ),
    "DejaVu Sans": (_DEJAVU / "DejaVuSans.ttf", _DEJAVU / "DejaVuSans-Bold.ttf"),
    "DejaVu Serif": (_DEJAVU / "DejaVuSerif.ttf", _DEJAVU / "DejaVuSerif-Bold.ttf"),
    "DejaVu Condensed": (
        _DEJAVU / "DejaVuSansCondensed.ttf",
        _DEJAVU / "DejaVuSansCondensed-Bold.ttf",
    ),
    "DejaVu Mono": (_DEJAVU / "DejaVuSansMono.ttf", _DEJAVU / "DejaVuSansMono-Bold.ttf"),
}
FONTS: Final = (
    "Times",
    "Helvetica",
    "Courier",
    *(name for name, (regular, bold) in _FACES.items() if regular.is_file() and bold.is_file()),
)
"""Those that this machine can set."""
_WIDE: Final = frozenset({"Courier", "DejaVu Mono", "DejaVu Sans"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What one old Acuerdo says."""

    number: str = "123-2019"
    holder: str = "MARÍA DEL CARMEN QUILLUPANGUI ÑACATO"
    ruc: str = "3000000012001"
    activity: str = "Fabricación de tejidos de lana en telar"
    ministries: tuple[str, ...] = (
        "Ministerio de Industrias y Productividad",
        "Ministerio del Trabajo",
    )
    issued_on: date = date(2019, 11, 20)
    valid_until: date = date(2022, 11, 20)
    place: str = "Quito"
    code: str = ""
    """What its QR holds; empty when the paper has none."""
    letterhead: str = ""
    """A line over everything else, such as the ministry's own RUC."""
    renews: str = ""
    """A sentence that names the older Acuerdo which this one renews."""


def in_words(number: int) -> str:
    """Return a number under 100, or a year of this century, in Spanish words."""
    if number >= 2000:
        rest = number - 2000
        return f"dos mil {in_words(rest)}" if rest else "dos mil"
    if number < len(_UNITS):
        return _UNITS[number]
    tens = ("", "", "", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta")[number // 10]
    return f"{tens} y {_UNITS[number % 10]}" if number % 10 else tens


def worded_date(day: date) -> str:
    """Return «veinte días del mes de noviembre de dos mil diecinueve»."""
    return f"{in_words(day.day)} días del mes de {MONTHS[day.month - 1]} de {in_words(day.year)}"


def short_date(day: date) -> str:
    """Return «20/11/2019»."""
    return f"{day.day:02d}/{day.month:02d}/{day.year}"


def valid_ruc(nine: str, *, suffix: str = "001") -> str:
    """Return the RUC of a person whose first nine digits are given, check digit included."""
    for digit in "0123456789":
        judged = check_ruc(nine + digit + suffix)
        if judged.problem is None:
            return judged.digits
    raise ValueError(f"no RUC begins with {nine}")


class Paper:
    """One A4 page in the making."""

    def __init__(self, font: str) -> None:
        self._font = font
        self._pdf = FPDF(unit="mm", format="A4")
        self._pdf.set_margins(25, 22, 22)
        self._pdf.set_auto_page_break(auto=False)
        if font in _FACES:
            for style, path in zip(("", "B"), _FACES[font], strict=True):
                self._pdf.add_font(font, style, path)
        self._pdf.add_page()
        self._size = 9.6 if font in _WIDE else 11.5

    def line(self, text: str, *, bold: bool = False, align: str = "C", spaced: float = 0) -> None:
        """Set one paragraph flush as asked, letter-spaced if asked (in points)."""
        self._pdf.set_font(self._font, "B" if bold else "", self._size)
        self._pdf.set_char_spacing(spaced)
        self._pdf.multi_cell(0, 5.6, text, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self._pdf.set_char_spacing(0)

    def text(self, text: str, *, gap_mm: float = 2.4) -> None:
        """Set a justified paragraph."""
        self._pdf.set_font(self._font, "", self._size)
        self._pdf.multi_cell(0, 5.4, text, align="J", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self._pdf.ln(gap_mm)

    def gap(self, height_mm: float = 4) -> None:
        """Leave room."""
        self._pdf.ln(height_mm)

    def table(self, rows: list[tuple[str, str]], *, label_mm: float = 48) -> None:
        """Set a ruled table of labels and values."""
        for label, value in rows:
            self._pdf.set_font(self._font, "B", self._size - 0.5)
            lines = 1 + (self._pdf.get_string_width(value) > 158 - label_mm)
            self._pdf.cell(label_mm, 7 * lines, label, border=1)
            self._pdf.set_font(self._font, "", self._size - 0.5)
            self._pdf.multi_cell(
                0, 7, value, border=1, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT
            )
        self.gap()

    def form(self, rows: list[list[tuple[str, str, float]]]) -> None:
        """Set boxes with a small label above each value; widths in mm."""
        for row in rows:
            left, top = self._pdf.get_x(), self._pdf.get_y()
            for label, value, width in row:
                self._pdf.rect(left, top, width, 13)
                self._pdf.set_font(self._font, "", self._size - 3)
                self._pdf.text(left + 1.5, top + 4, label)
                self._pdf.set_font(self._font, "B", self._size - 0.5)
                self._pdf.text(left + 1.5, top + 10.5, value)
                left += width
            self._pdf.set_xy(self._pdf.l_margin, top + 13)
        self.gap(5)

    def pairs(self, rows: list[list[tuple[str, str]]]) -> None:
        """Set rows of two labels, each with its value beside it."""
        for row in rows:
            top = self._pdf.get_y()
            for left, (label, value) in zip((25, 120), row, strict=True):
                self._pdf.set_font(self._font, "", self._size - 0.5)
                self._pdf.text(left, top + 4, f"{label} {value}")
            self._pdf.set_xy(self._pdf.l_margin, top + 6.2)
        self.gap()

    def beside(self, rows: list[tuple[str, str]], prose: list[str]) -> None:
        """Set labels and values on the left, a line of prose beside and between them."""
        top = self._pdf.get_y()
        self._pdf.set_font(self._font, "", self._size - 1.5)
        for at, (label, value) in enumerate(rows):
            self._pdf.text(25, top + 4 + 10.4 * at, label)
            self._pdf.text(48, top + 4 + 10.4 * at, value)
        for at, line in enumerate(prose):
            self._pdf.text(147, top + 4 + 5.2 * at, line)
        self._pdf.set_xy(self._pdf.l_margin, top + 5.2 * len(prose) + 6)

    def columns(self, paragraphs: list[str]) -> None:
        """Set the paragraphs in two columns."""
        self._pdf.set_font(self._font, "", self._size - 1)
        with self._pdf.text_columns(
            text_align="J", ncols=2, gutter=9, line_height=1.35, balance=True
        ) as both:
            for text in paragraphs:
                both.write(text + "\n\n")
        self.gap()

    def foot(self, text: str) -> None:
        """Set a small line at the foot."""
        self._pdf.set_font(self._font, "", self._size - 3)
        self._pdf.text(25, 288, text)

    def head(self, text: str) -> None:
        """Set a small line at the very top."""
        self._pdf.set_font(self._font, "", self._size - 3)
        self._pdf.text(25, 12, text)

    def code(self, address: str, *, side_mm: float = 25) -> None:
        """Set a QR code at the lower right."""
        picture = io.BytesIO()
        segno.make_qr(address, error="m", boost_error=False).save(
            picture, kind="png", scale=8, border=0
        )
        self._pdf.image(Image.open(picture), x=210 - 24 - side_mm, y=250, w=side_mm)

    def signatures(self, left: str, right: str) -> None:
        """Set two lines to sign on and a scribble over each."""
        top = self._pdf.get_y() + 18
        self._pdf.set_draw_color(20, 30, 120)
        self._pdf.set_line_width(0.5)
        for start, name in ((28, left), (112, right)):
            points = [
                (start + 6 + step + 3 * sin(step / 2.1), top - 5 * cos(step / 1.7) * (step % 7) / 5)
                for step in range(44)
            ]
            self._pdf.polyline(points)
            self._pdf.set_font(self._font, "", self._size - 2)
            self._pdf.line(start, top + 3, start + 66, top + 3)
            self._pdf.text(start, top + 8, name)
        self._pdf.set_draw_color(0, 0, 0)
        self._pdf.set_line_width(0.2)
        self._pdf.set_y(top + 12)

    def done(self) -> bytes:
        """Return the PDF."""
        return bytes(self._pdf.output())
