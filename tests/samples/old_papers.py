"""Typeset prior Acuerdos of several eras and layouts: what lay on the scanner's glass.

Fonts: Times, Helvetica and Courier as PDFium draws them, the serif that this project packages, and
four DejaVu faces where the machine has them.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from math import cos, sin
from pathlib import Path
from typing import Final

import pyphen
import segno
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from PIL import Image

from review_service.domain.ruc import check_ruc
from review_service.packaged_files import static_folder

MONTHS: Final = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
    "octubre", "noviembre", "diciembre",
)  # fmt: skip
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


def in_words(number: int) -> str:
    """Return a number under 100, or a year of this century, in Spanish words."""
    if number >= 2000:  # noqa: PLR2004 -- years
        rest = number - 2000
        return f"dos mil {in_words(rest)}" if rest else "dos mil"
    if number < len(_UNITS):
        return _UNITS[number]
    tens = ("", "", "", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta")[number // 10]
    return f"{tens} y {_UNITS[number % 10]}" if number % 10 else tens


def long_date(day: date) -> str:
    """Return «20 de noviembre de 2019»."""
    return f"{day.day} de {MONTHS[day.month - 1]} de {day.year}"


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


def _prose(paper: Paper, facts: Facts) -> None:
    """2019: «ACUERDO No. 123-2019», other agreements cited, dates in words, a term of years."""
    first, second = facts.ministries
    paper.line(first.upper(), bold=True)
    paper.line(second.upper(), bold=True)
    paper.gap()
    paper.line(f"ACUERDO No. {facts.number}", bold=True)
    paper.gap()
    paper.line("CONSIDERANDO:", bold=True)
    paper.text(
        "Que, la Ley de Fomento Artesanal, publicada en el Registro Oficial No. 446 de 29 de mayo "
        "de 1986, ampara a los artesanos que se dedican a la producción de bienes;"
    )
    paper.text(
        "Que, mediante Acuerdo Ministerial No. 045-2012 de 3 de marzo de 2012 se expidió el "
        "instructivo para la calificación de los talleres artesanales;"
    )
    paper.text("Que, el taller fue inspeccionado y el informe técnico es favorable;")
    paper.line("ACUERDAN:", bold=True)
    paper.text(
        f"Art. 1.- Conceder al señor(a) {facts.holder}, portador(a) del RUC No. {facts.ruc}, los "
        f"beneficios de la Ley de Fomento Artesanal, para la actividad de {facts.activity}."
    )
    years = facts.valid_until.year - facts.issued_on.year
    paper.text(
        f"Art. 2.- El presente Acuerdo se otorga por el plazo de {in_words(years)} años, contados "
        "a partir de la fecha de su suscripción."
    )
    paper.text(
        f"Dado en la ciudad de {facts.place}, a los {worded_date(facts.issued_on)}.", gap_mm=6
    )
    paper.signatures("MINISTRO DE INDUSTRIAS", "MINISTRO DEL TRABAJO")


def _table(paper: Paper, facts: Facts) -> None:
    """2016: letter-spaced heading and a ruled table of labels and values."""
    paper.line("REPÚBLICA DEL ECUADOR", bold=True, spaced=2.5)
    paper.line(" - ".join(name.upper() for name in facts.ministries), bold=True)
    paper.gap(5)
    paper.line("ACUERDO INTERMINISTERIAL", bold=True, spaced=3)
    paper.line(f"Nro. {facts.number}", bold=True)
    paper.gap()
    paper.text(
        "En ejercicio de las atribuciones que les confiere el artículo 154 de la Constitución, y "
        "vista la solicitud No. 2231 de la persona interesada, se acuerda conceder los "
        "beneficios de la Ley de Fomento Artesanal a:"
    )
    paper.table(
        [
            ("BENEFICIARIO:", facts.holder),
            ("RUC:", facts.ruc),
            ("ACTIVIDAD:", facts.activity),
            ("FECHA DE EMISIÓN:", short_date(facts.issued_on)),
            ("VÁLIDO HASTA:", short_date(facts.valid_until)),
        ]
    )
    paper.text(
        "La persona beneficiaria queda sujeta al control posterior y perderá los beneficios si "
        "incumple las obligaciones que la ley le impone."
    )
    paper.signatures("Subsecretaría de MIPYMES", "Subsecretaría de Trabajo")


def _form(paper: Paper, facts: Facts) -> None:
    """2014: a form with small labels above the values."""
    for name in facts.ministries:
        paper.line(name, bold=True, align="L")
    paper.gap()
    paper.line("ACUERDO INTERMINISTERIAL DE BENEFICIOS ARTESANALES", bold=True)
    paper.gap()
    paper.form(
        [
            [("ACUERDO No.", facts.number, 83), ("FECHA DE EMISIÓN", long_date(facts.issued_on), 80)],
            [("APELLIDOS Y NOMBRES / RAZÓN SOCIAL", facts.holder, 163)],
            [("RUC", facts.ruc, 83), ("VIGENTE HASTA", long_date(facts.valid_until), 80)],
            [("ACTIVIDAD ARTESANAL", facts.activity, 163)],
        ]
    )
    paper.text(
        "Se concede a la persona nombrada el goce de los beneficios de la Ley de Fomento "
        "Artesanal, por haber cumplido los requisitos previstos en ella y en su reglamento."
    )
    paper.text(
        "El titular mantendrá en su taller una copia de este documento y la exhibirá cuando la "
        "autoridad la solicite. Toda alteración lo invalida."
    )
    paper.signatures("Ministro", "Ministro")
    paper.foot("Av. Amazonas y Unión Nacional de Periodistas, Quito. Teléfono 02 394 8760")


def _columns(paper: Paper, facts: Facts) -> None:
    """2017: set in two columns, as in a gazette."""
    paper.line("ACUERDO INTERMINISTERIAL", bold=True)
    paper.line(f"No. {facts.number}", bold=True)
    paper.gap()
    first, second = (name.upper() for name in facts.ministries)
    years = facts.valid_until.year - facts.issued_on.year
    paper.columns(
        [
            f"EL {first} Y EL {second}",
            "Considerando: Que, el artículo 9 de la Ley de Fomento Artesanal concede a los "
            "artesanos la exoneración de impuestos y el acceso a crédito;",
            "Que, con oficio No. 0871 de 12 de enero de 2015 la persona interesada pidió que se "
            "le concedan esos beneficios y acompañó los documentos de su taller;",
            "Que, la Dirección de Artesanías emitió informe favorable sobre la solicitud y sobre "
            "las máquinas, herramientas y materias primas que se emplean;",
            f"Acuerdan: Artículo 1.- Otorgar los beneficios de la Ley de Fomento Artesanal a "
            f"favor de {facts.holder}, con RUC {facts.ruc}, dedicado a la actividad de "
            f"{facts.activity}.",
            f"Artículo 2.- La vigencia de este Acuerdo será de {years} ({in_words(years)}) años "
            "a partir de su expedición.",
            "Artículo 3.- La persona beneficiaria llevará un registro de sus ventas y presentará "
            "la información que se le solicite.",
            f"Dado en {facts.place}, Distrito Metropolitano, el {long_date(facts.issued_on)}.",
        ]
    )
    paper.signatures("f.) Ministro de Industrias", "f.) Ministro del Trabajo")


def _certificate(paper: Paper, facts: Facts) -> None:
    """2012: the name alone on its line, before its label; the RUC in two groups."""
    paper.line("REPÚBLICA DEL ECUADOR", bold=True)
    for name in facts.ministries:
        paper.line(name.upper())
    paper.gap(6)
    paper.line(f"ACUERDO N° {facts.number}", bold=True)
    paper.gap(5)
    paper.line("Se califica como taller artesanal amparado por la Ley de Fomento Artesanal a:")
    paper.gap(5)
    paper.line(facts.holder, bold=True)
    paper.line("Nombre del artesano o razón social")
    paper.gap(4)
    paper.line(f"R.U.C. No. {facts.ruc[:10]}-{facts.ruc[10:]}", bold=True)
    paper.gap(4)
    paper.line(f"Actividad: {facts.activity}")
    paper.gap(4)
    paper.line(f"Emitido el {long_date(facts.issued_on)} en {facts.place}")
    paper.line(f"Caduca el {long_date(facts.valid_until)}", bold=True)
    paper.gap(6)
    paper.text(
        "El presente documento es personal e intransferible. La autoridad podrá verificar en "
        "cualquier momento que se mantienen las condiciones que dieron lugar a la calificación."
    )
    paper.signatures("Director de Artesanías", "Director de Empleo")


def _capitals(paper: Paper, facts: Facts) -> None:
    """2021: everything in capitals, words broken at the line's end, head and foot."""
    hyphens = pyphen.Pyphen(lang="es")

    def broken(text: str) -> str:
        return " ".join(
            hyphens.inserted(word, "\u00ad") if word.isalpha() else word for word in text.split()
        )

    first, second = (name.upper() for name in facts.ministries)
    paper.head(f"ACUERDO INTERMINISTERIAL NRO. {facts.number}")
    paper.line(f"{first}\n{second}", bold=True)
    paper.gap()
    paper.line(f"ACUERDO INTERMINISTERIAL NRO. {facts.number}", bold=True)
    paper.gap()
    for text in (
        f"QUE, LA PERSONA SOLICITANTE, {facts.holder}, CON RUC NRO. {facts.ruc}, PRESENTÓ LA "
        "EVIDENCIA FOTOGRÁFICA DE SU TALLER, DE LAS PERSONAS QUE TRABAJAN EN ÉL Y DE SU PROCESO;",
        "QUE, REVISADA LA DOCUMENTACIÓN, SE COMPROBÓ QUE CUMPLE LOS REQUISITOS PREVISTOS EN LOS "
        "ARTÍCULOS 2, 9 Y 11 DE LA LEY DE FOMENTO ARTESANAL;",
        f"ARTÍCULO 1.- CONCEDER LOS BENEFICIOS DE LA LEY DE FOMENTO ARTESANAL A {facts.holder}, "
        f"CON RUC NRO. {facts.ruc}, EN LA ACTIVIDAD DE {facts.activity.upper()}.",
        f"ARTÍCULO 2.- EL PRESENTE ACUERDO TENDRÁ VIGENCIA DESDE EL "
        f"{long_date(facts.issued_on).upper()} HASTA EL {long_date(facts.valid_until).upper()}.",
        f"DADO EN {facts.place.upper()}, A {long_date(facts.issued_on).upper()}.",
    ):
        paper.text(broken(text))
    paper.signatures("MINISTRO DE PRODUCCIÓN", "MINISTRO DEL TRABAJO")
    paper.foot(f"ACUERDO NRO. {facts.number}                                   PÁGINA 1 DE 1")


def _ours(paper: Paper, facts: Facts) -> None:
    """2023: the layout of this service, with its QR."""
    first, second = facts.ministries
    paper.line("República del Ecuador")
    paper.line(f"{first} y {second}", bold=True)
    paper.gap()
    paper.line(f"Acuerdo Interministerial N.º {facts.number}", bold=True)
    paper.gap()
    paper.table(
        [
            ("A favor de", facts.holder),
            ("RUC", facts.ruc),
            ("Vigente desde el", long_date(facts.issued_on)),
            ("Vigente hasta el", long_date(facts.valid_until)),
        ]
    )
    paper.text(
        f"Que, con la solicitud AR-2023-004811, {facts.holder} pidió que se le concedan los "
        "beneficios de la Ley de Fomento Artesanal;"
    )
    paper.text(
        f"Artículo 1. Persona beneficiaria. Este Acuerdo se otorga a {facts.holder}, RUC "
        f"{facts.ruc}, por su actividad artesanal de {facts.activity}."
    )
    paper.text("Artículo 2. Beneficios. Los previstos en los artículos 9, 11, 22 y 25 de la ley.")
    paper.text(f"Dado en {facts.place}, el {long_date(facts.issued_on)}.")
    paper.signatures("Por el Ministerio de Producción", "Por el Ministerio del Trabajo")


LAYOUTS: Final[dict[str, Callable[[Paper, Facts], None]]] = {
    "prose": _prose,
    "table": _table,
    "form": _form,
    "columns": _columns,
    "certificate": _certificate,
    "capitals": _capitals,
    "ours": _ours,
}


def typeset(
    facts: Facts, *, layout: str, font: str = "Times", code_mm: float = 25
) -> bytes:
    """Return one page as a PDF with live text."""
    paper = Paper(font)
    LAYOUTS[layout](paper, facts)
    if facts.code:
        paper.code(facts.code, side_mm=code_mm)
    return paper.done()
