# ruff: noqa: INP001 -- beside the benchmarks that use it, not a package
"""Makes two dense scanned pages of an Acuerdo at 300 dpi, and returns their text too.

Such papers cite law after law before they decide anything: two pages of small type without an
empty line, copied and scanned until the print is pale, soft and speckled. The
demonstration's own Acuerdo has 250 words, which flatters a reader's price: OCR
costs by the word, everything else by the page.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap
from typing import Final

import numpy as np
import pikepdf
import pypdfium2
from PIL import Image, ImageFilter

A4_POINTS: Final = (595, 842)
DPI: Final = 300
TYPE_POINTS: Final = 11
LINE_POINTS: Final = 13.4
SIDE_POINTS: Final = 62
TOP_POINTS: Final = 62
LETTERS_A_LINE: Final = 100
LINES_A_PAGE: Final = 53
LETTER_WIDTHS: Final = {"/Times-Roman": 0.43, "/Helvetica": 0.5, "/Courier": 0.6}
"""Mean width of a letter, of the size of the face."""
JPEG_QUALITY: Final = 70
INK: Final = 0.75
"""Grey value of printed black after scanning."""
LEAST_TONER: Final = 0.55
"""Share of the toner left where the print is palest."""
SOFTNESS_PX: Final = 1.1
"""Blur of an office scanner's optics, standard deviation in pixels."""
SPECKS: Final = 40
NOISE: Final = 8.0
"""Standard deviation of the scanner's noise, luma units."""
TILTS: Final = (0.35, -0.25)
"""Degrees by which a feeder tilts the pages."""

TEXT: Final = """\
REPÚBLICA DEL ECUADOR

MINISTERIO DE PRODUCCIÓN, COMERCIO EXTERIOR E INVERSIONES

MINISTERIO DEL TRABAJO

ACUERDO INTERMINISTERIAL Nro. MPCEI-MDT-2022-000417

CONSIDERANDO:

Que, la norma suprema reconoce el trabajo como un derecho y un deber social, fuente de
realización personal y base de la economía, y encarga al Estado garantizar a las personas
trabajadoras el pleno respeto a su dignidad, una vida decorosa y remuneraciones justas;

Que, es obligación del Estado reconocer y proteger el trabajo autónomo y por cuenta propia que
se realiza en espacios públicos y en talleres familiares, y evitar toda forma de confiscación de
sus productos, materiales o herramientas de trabajo;

Que, la ley de la materia ampara a los artesanos que se dedican, en forma individual, o
constituidos en asociaciones, cooperativas, gremios o uniones artesanales, a la producción de
bienes o servicios o a la producción artística, y que transforman materia prima con predominio
de la labor fundamentalmente manual, con auxilio o no de máquinas, equipos y herramientas;

Que, para gozar de los beneficios las personas interesadas presentarán la solicitud con la
evidencia fotográfica de su taller, de las personas que laboran en él, de la maquinaria, de los
equipos y las herramientas que utilizan y de las etapas de su proceso de producción;

Que, mediante decreto ejecutivo se dispuso la fusión de las carteras de Estado y se asignó a la
institución resultante la rectoría de la política pública de fomento de la producción, de las
inversiones y de la artesanía, con las atribuciones que constaban en leyes, decretos,
reglamentos y demás normativa vigente;

Que, el comité interinstitucional de fomento artesanal, en sesión ordinaria celebrada el 14 de
junio de 2022, conoció el informe técnico Nro. DFA-2022-0283 y recomendó a las máximas
autoridades la concesión de los beneficios a la persona solicitante, por cumplir los requisitos
legales y reglamentarios;

Que, con memorando Nro. CGAJ-2022-1174 de 28 de junio de 2022 la coordinación general de
asesoría jurídica emitió criterio favorable y señaló que no existe impedimento legal para la
suscripción del presente instrumento;

Que, del expediente consta que la inversión en implementos de trabajo, maquinaria y materias
primas, excluidos terrenos, edificios y vehículos, no supera el monto que la ley fija, y que el
número de operarios y aprendices se encuentra dentro de los límites permitidos;

Que, la persona solicitante declaró bajo juramento que la información entregada es veraz y
autorizó a las instituciones a verificarla en cualquier momento por los medios que estimen
pertinentes, incluida la inspección del lugar donde desarrolla su actividad;

Que, la ley señala que los talleres artesanales gozarán de la exoneración total de los impuestos
y derechos que graven la importación de maquinaria, herramientas, implementos, materias primas y
envases que no se produzcan en el país y sean necesarios para la instalación, el mejoramiento,
la producción y la tecnificación, según el reglamento;

Que, con acuerdo interinstitucional se expidió el instructivo para la concesión, renovación y
control de los beneficios, cuyos artículos 6, 7 y 12 regulan la presentación de la solicitud, su
análisis técnico y jurídico, los plazos que corren para cada institución y la forma en que se
notifica a la persona interesada lo que se hubiere resuelto;

Que, mediante informe de inspección se verificó que el taller funciona en el domicilio que
consta en el registro único de contribuyentes, que en él laboran cuatro operarias y dos
aprendices debidamente afiliados, y que cuenta con tres telares de pedal, una urdidora, dos
máquinas de coser, una remalladora, mesas de corte y herramientas menores;

Que, con oficio de 30 de junio de 2022 la dirección administrativa certificó que la persona
solicitante no mantiene obligaciones pendientes con las instituciones que suscriben y que no ha
sido sancionada por el mal uso de los beneficios que con anterioridad se le concedieron;

Que, los principios de eficacia, eficiencia, calidad, jerarquía, desconcentración, coordinación,
participación, planificación, transparencia y evaluación rigen a la administración pública, que
constituye un servicio a la colectividad;

Que, la institución rectora del trabajo verificó que la persona solicitante consta en el
registro de empleadores, que sus contratos fueron ingresados en el sistema único de trabajo y
que no registra denuncias por incumplimiento de obligaciones laborales ni por trabajo infantil
en la rama de actividad para la que pide los beneficios;

Que, el artículo 9 de la ley de la materia enumera los beneficios de que gozarán los artesanos,
los talleres y las asociaciones, y el artículo 22 dispone que ellos serán concedidos mediante
acuerdo interministerial, previo el dictamen favorable del comité y una vez comprobado el
cumplimiento de los requisitos que esa misma ley y su reglamento determinan;

Que, es necesario emitir el acto administrativo que formalice la concesión, determine sus
alcances, su vigencia y las obligaciones que contrae quien la recibe, y disponga su
notificación, su registro y su control posterior;

En ejercicio de las atribuciones que les confieren la Constitución y la ley,

ACUERDAN:

Artículo 1.- Conceder los beneficios de la Ley de Fomento Artesanal a JUANA MARÍA QUISHPE
ÑACATO, con RUC Nro. 1710034065001, en la actividad de confección de tejidos en telar de pedal,
con domicilio en la parroquia Peguche, cantón Otavalo, provincia de Imbabura.

Artículo 2.- La persona beneficiaria gozará de la exoneración de los impuestos a la renta del
capital con el concurso del trabajo, de los derechos e impuestos que graven la exportación de
artículos de producción artesanal, y de la importación en franquicia de los envases, materiales
de embalaje y maquinaria que no se produzcan en el país, según el dictamen previo.

Artículo 3.- La persona beneficiaria presentará cada año, hasta el 31 de marzo, el detalle de la
maquinaria adquirida, de los operarios y aprendices afiliados al seguro social, del valor de la
producción y de las ventas locales y al exterior, en los formularios que se le proporcionen para
el efecto.

Artículo 4.- El incumplimiento de las obligaciones, la falsedad de la información o el cambio de
actividad sin aviso darán lugar a la suspensión o a la cancelación de los beneficios, previo el
trámite que corresponda y sin perjuicio de las acciones civiles y penales.

Artículo 5.- El presente Acuerdo tendrá una vigencia de tres años, desde el 4 de julio de 2022
hasta el 4 de julio de 2025, y podrá renovarse a petición de parte, presentada con treinta días
de anticipación a su vencimiento.

DISPOSICIÓN GENERAL.- De la ejecución y del seguimiento encárguese a la dirección de fomento
artesanal, a la dirección de empleo y reconversión laboral y a las coordinaciones zonales, en el
ámbito de sus competencias.

DISPOSICIÓN FINAL.- El presente instrumento entrará en vigencia a partir de la fecha de su
suscripción, sin perjuicio de su publicación en el Registro Oficial.

Comuníquese, publíquese y cúmplase. Dado en la ciudad de Quito, Distrito Metropolitano, el 4 de
julio de 2022.
"""
"""Paragraphs, an empty line between them."""
VALUES: Final = {
    "number": "MPCEI-MDT-2022-000417",
    "holder": "JUANA MARÍA QUISHPE ÑACATO",
    "ruc": "1710034065001",
    "issued_on": "2022-07-04",
    "valid_until": "2025-07-04",
}
"""What the text says, by the names of the fields that are read of it."""


@dataclass(frozen=True, kw_only=True)
class Print:
    """How a page is set: a standard face, its size in points, the width of its letters in %."""

    face: str
    points: int
    stretch: int

    @property
    def letters_a_line(self) -> int:
        """Letters that fit between the margins, by the mean width of a letter of the face."""
        wide = LETTER_WIDTHS[self.face] * self.points * self.stretch / 100
        return int((A4_POINTS[0] - 2 * SIDE_POINTS) / wide)


DENSE: Final = Print(face="/Times-Roman", points=TYPE_POINTS, stretch=100)


def made(*, seed: int = 0) -> tuple[bytes, list[str]]:
    """Return the scanned PDF and the text of each page."""
    pages = _lines()
    scans = [
        _scanned(image, np.random.default_rng(seed + index), tilt)
        for index, (image, tilt) in enumerate(zip(_drawn(pages), TILTS, strict=True))
    ]
    with pikepdf.new() as pdf:
        for scan in scans:
            _add(pdf, scan)
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
    return out.getvalue(), [" ".join(page) for page in pages]


def page(look: Print, *, seed: int = 0) -> tuple[bytes, str]:
    """Return one scanned page of the same text in another print, as a PDF, and its text."""
    lines = [
        line
        for text in _paragraphs()
        for line in wrap(text, min(LETTERS_A_LINE, look.letters_a_line))
    ][:LINES_A_PAGE]
    (image,) = _drawn([lines], look)
    with pikepdf.new() as pdf:
        _add(pdf, _scanned(image, np.random.default_rng(seed), TILTS[0]))
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
    return out.getvalue(), " ".join(lines)


def errors(read: str, truth: str) -> float:
    """Return the character error rate: edits that turn one text into the other, per character."""
    one, other = (np.array([ord(sign) for sign in " ".join(t.split())]) for t in (read, truth))
    if not len(other):
        raise ValueError("no text to compare with")
    steps = np.arange(len(other) + 1)
    row = steps.copy()
    for sign in one:
        change = np.empty_like(row)
        change[0] = row[0] + 1
        change[1:] = np.minimum(row[1:] + 1, row[:-1] + (other != sign))
        row = np.minimum.accumulate(change - steps) + steps
    return float(row[-1] / len(other))


def _paragraphs() -> Iterator[str]:
    return (" ".join(part.split()) for part in TEXT.split("\n\n"))


def _lines() -> list[list[str]]:
    """Break the text into lines: a full page, and a second one that leaves room to sign."""
    lines = [line for text in _paragraphs() for line in wrap(text, LETTERS_A_LINE)]
    if len(lines) > 2 * LINES_A_PAGE:
        raise ValueError("the text is longer than two pages")
    return [lines[:LINES_A_PAGE], lines[LINES_A_PAGE:]]


def typeset() -> tuple[bytes, str]:
    """Return both pages as a program writes them, before anybody printed them, and their text."""
    pages = _lines()
    return _set(pages), " ".join(line for page in pages for line in page)


def _drawn(pages: list[list[str]], look: Print = DENSE) -> list[Image.Image]:
    with pypdfium2.PdfDocument(_set(pages, look)) as document:
        return [page.render(scale=DPI / 72, grayscale=True).to_pil() for page in document]


def _set(pages: list[list[str]], look: Print = DENSE) -> bytes:
    """Set the pages in a standard font, which needs no font file."""
    with pikepdf.new() as pdf:
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type1,
            BaseFont=pikepdf.Name(look.face),
            Encoding=pikepdf.Name.WinAnsiEncoding,
        )
        for lines in pages:
            page = pdf.add_blank_page(page_size=A4_POINTS)
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
            page.Contents = pdf.make_stream(_content(lines, look))
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def _content(lines: list[str], look: Print) -> bytes:
    parts = [b"BT /F %d Tf %d Tz" % (look.points, look.stretch)]
    for index, line in enumerate(lines):
        up = A4_POINTS[1] - TOP_POINTS - index * LINE_POINTS * look.points / TYPE_POINTS
        escaped = line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        parts.append(f"1 0 0 1 {SIDE_POINTS} {up:.1f} Tm (".encode())
        parts.append(escaped.encode("cp1252") + b") Tj")
    return b"\n".join([*parts, b"ET"])


def _scanned(page: Image.Image, rng: np.random.Generator, tilt: float) -> bytes:
    """Tilt the page, soften and fade its print, speckle it, and compress it as scanners do."""
    turned = page.convert("L").rotate(tilt, Image.Resampling.BICUBIC, fillcolor=255)
    soft = turned.filter(ImageFilter.GaussianBlur(SOFTNESS_PX))
    ink = 255 - np.asarray(soft, dtype=np.float32)
    # a copier's drum prints unevenly: toner is missing in patches of a few letters
    patches = rng.uniform(LEAST_TONER, 1, (ink.shape[0] // 40 + 1, ink.shape[1] // 40 + 1))
    small = Image.fromarray((patches * 255).astype(np.uint8))
    spread = small.resize((ink.shape[1], ink.shape[0]), Image.Resampling.BILINEAR)
    toner = np.asarray(spread, dtype=np.float32) / 255
    paper = np.linspace(244, 232, ink.shape[1], dtype=np.float32)[None, :]
    noise = rng.standard_normal(ink.shape, dtype=np.float32) * np.float32(NOISE)
    pixels = np.clip(paper - ink * toner * np.float32(INK) + noise, 0, 255).astype(np.uint8)
    for _ in range(SPECKS):
        y, x = int(rng.integers(ink.shape[0] - 4)), int(rng.integers(ink.shape[1] - 4))
        pixels[y : y + 3, x : x + 3] = 80
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=JPEG_QUALITY, dpi=(DPI, DPI))
    return out.getvalue()


def _add(pdf: pikepdf.Pdf, jpeg: bytes) -> None:
    with Image.open(io.BytesIO(jpeg)) as image:
        width, height = image.size
    page = pdf.add_blank_page(page_size=A4_POINTS)
    scan = pikepdf.Stream(
        pdf,
        jpeg,
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=width,
        Height=height,
        ColorSpace=pikepdf.Name.DeviceGray,
        BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode,
    )
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=scan))
    page.Contents = pdf.make_stream(f"{A4_POINTS[0]} 0 0 {A4_POINTS[1]} 0 0 cm /Im0 Do".encode())
