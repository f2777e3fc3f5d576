"""Makes a scanned prior Acuerdo: typeset, then tilted, grey and with specks."""

import io
from dataclasses import dataclass
from datetime import date
from textwrap import wrap
from typing import Final

import numpy as np
import pikepdf
import pypdfium2
from PIL import Image

from review_service.domain.wording import long_date

A4_POINTS: Final = (595, 842)
LINE_POINTS: Final = 15.5
SIDE_POINTS: Final = 62
SIGNATURES: Final = b"""0.25 G 1.2 w
120 506 m 150 536 170 486 200 520 c 220 540 240 496 262 516 c S
300 512 m 320 552 330 482 352 522 c 372 542 390 492 402 520 c S
0.5 G 2.5 w 500 500 m 500 522 482 540 460 540 c 438 540 420 522 420 500 c
420 478 438 460 460 460 c 482 460 500 478 500 500 c S"""
"""Two scribbles and a round stamp, over the signature lines of the last page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorAgreement:
    """The facts printed on a prior Acuerdo."""

    number: str = "MPCEI-MDT-2023-000117"
    holder: str = "MARÍA DEL CARMEN QUILLUPANGUI ÑACATO"
    ruc: str = "3000000012001"
    issued_on: date = date(2023, 11, 20)
    valid_until: date = date(2026, 11, 20)
    activity: str = "Fabricación de tejidos de lana en telar (C131201)"
    place: str = "Quito"


def scanned_agreement(
    facts: PriorAgreement | None = None, *, seed: int = 0, dpi: int = 300, tilt_degrees: float = 0.4
) -> bytes:
    """Return a two-page PDF of scanned pages: grey JPEG with noise, a slight tilt and a stamp."""
    typeset = _typeset(facts or PriorAgreement())
    rng = np.random.default_rng(seed)
    with pypdfium2.PdfDocument(typeset) as source, pikepdf.new() as scanned:
        for page in source:
            grey = page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
            tilt = tilt_degrees * float(rng.uniform(0.6, 1.0)) * (-1 if len(scanned.pages) else 1)
            _add_scan(scanned, _worn(grey, rng, tilt))
        out = io.BytesIO()
        scanned.save(out, deterministic_id=True)
    return out.getvalue()


def _first_page(facts: PriorAgreement) -> list[tuple[str, str]]:
    """Font and text of each paragraph: B bold, R regular, C bold and centred."""
    return [
        ("C", "REPÚBLICA DEL ECUADOR"),
        ("C", "MINISTERIO DE PRODUCCIÓN, COMERCIO EXTERIOR E INVERSIONES"),
        ("C", "MINISTERIO DEL TRABAJO"),
        ("R", ""),
        ("C", f"ACUERDO INTERMINISTERIAL Nro. {facts.number}"),
        ("R", ""),
        ("C", "CONSIDERANDO:"),
        ("R", ("Que, la Ley de Fomento Artesanal ampara a los artesanos que se dedican, en forma "
              "individual o asociada, a la producción de bienes o servicios artesanales;")),
        ("R", ("Que, la persona solicitante presentó la evidencia fotográfica de su taller, de las "
              "personas que trabajan en él, de sus máquinas y herramientas y de su proceso de "
              "producción;")),
        ("R", "Que, revisada la documentación, se comprobó que cumple los requisitos previstos;"),
        ("R", "En ejercicio de las atribuciones que les confiere la ley,"),
        ("C", "ACUERDAN:"),
        ("R", (f"Artículo 1.- Conceder los beneficios de la Ley de Fomento Artesanal a "
              f"{facts.holder}, con RUC Nro. {facts.ruc}, en la actividad de {facts.activity}.")),
        ("R", ("Artículo 2.- La persona beneficiaria gozará de los beneficios previstos en los "
              "artículos 9, 11, 22 y 25 de la mencionada ley.")),
    ]  # fmt: skip


def _second_page(facts: PriorAgreement) -> list[tuple[str, str]]:
    return [
        ("R", (f"Artículo 3.- El presente Acuerdo tendrá vigencia desde el "
              f"{long_date(facts.issued_on)} hasta el {long_date(facts.valid_until)}.")),
        ("R", ("Artículo 4.- La persona beneficiaria cumplirá las obligaciones que la ley impone "
              "y facilitará el control posterior de las autoridades.")),
        ("R", ("Artículo 5.- Notifíquese a la persona interesada en el correo electrónico que "
              "consta en el registro.")),
        ("R", ("DISPOSICIÓN FINAL.- El presente Acuerdo entrará en vigencia a partir de su "
              "suscripción.")),
        ("R", ""),
        ("R", f"Dado en {facts.place}, el {long_date(facts.issued_on)}."),
        ("R", ""),
        ("R", ""),
        ("R", ""),
        ("C", "______________________          ______________________"),
        ("C", "Por el Ministerio de Producción          Por el Ministerio del Trabajo"),
        ("R", ""),
        ("C", "DOCUMENTO DE DEMOSTRACIÓN - SIN VALIDEZ LEGAL"),
    ]  # fmt: skip


def _typeset(facts: PriorAgreement) -> bytes:
    """Set both pages in a standard font, so that no font file is needed."""
    with pikepdf.new() as pdf:
        fonts = pikepdf.Dictionary(
            R=pikepdf.Dictionary(
                Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1,
                BaseFont=pikepdf.Name("/Times-Roman"), Encoding=pikepdf.Name.WinAnsiEncoding),
            B=pikepdf.Dictionary(
                Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1,
                BaseFont=pikepdf.Name("/Times-Bold"), Encoding=pikepdf.Name.WinAnsiEncoding),
        )  # fmt: skip
        for paragraphs, signed in ((_first_page(facts), False), (_second_page(facts), True)):
            page = pdf.add_blank_page(page_size=A4_POINTS)
            page.Resources = pikepdf.Dictionary(Font=fonts)
            page.Contents = pdf.make_stream(_content(paragraphs, signed=signed))
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def _content(paragraphs: list[tuple[str, str]], *, signed: bool) -> bytes:
    parts = [b"BT"]
    top = A4_POINTS[1] - 76.0
    for style, text in paragraphs:
        for line in wrap(text, 92) or [""]:
            shift = max(0.0, (84 - len(line) * 1.25) * 2.75) if style == "C" else 0.0
            escaped = line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
            font = "R" if style == "R" else "B"
            move = f"/{font} 11.5 Tf 1 0 0 1 {SIDE_POINTS + shift:.1f} {top:.1f} Tm ("
            parts.append(move.encode() + escaped.encode("cp1252", "replace") + b") Tj")
            top -= LINE_POINTS
        top -= 7
    parts.append(b"ET")
    if signed:
        parts.append(SIGNATURES)
    return b"\n".join(parts)


def _worn(page: Image.Image, rng: np.random.Generator, tilt: float) -> Image.Image:
    """Tilt the page and add paper tone, toner loss, noise and a few specks."""
    turned = page.rotate(tilt, Image.Resampling.BICUBIC, fillcolor=255)
    ink = 255 - np.asarray(turned, dtype=np.float32)
    height, width = ink.shape
    paper = np.linspace(247, 236, width, dtype=np.float32)[None, :]
    pixels = paper - ink * np.float32(0.84)
    tile = rng.standard_normal((256, 256), dtype=np.float32) * np.float32(5.0)
    pixels += np.tile(tile, (height // 256 + 1, width // 256 + 1))[:height, :width]
    for _ in range(60):
        y, x = int(rng.integers(height - 4)), int(rng.integers(width - 4))
        pixels[y : y + 3, x : x + 2] = 90
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _add_scan(pdf: pikepdf.Pdf, page_image: Image.Image) -> None:
    jpeg = io.BytesIO()
    page_image.save(jpeg, "JPEG", quality=75)
    page = pdf.add_blank_page(page_size=A4_POINTS)
    image = pikepdf.Stream(
        pdf, jpeg.getvalue(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image,
        Width=page_image.width, Height=page_image.height, ColorSpace=pikepdf.Name.DeviceGray,
        BitsPerComponent=8, Filter=pikepdf.Name.DCTDecode,
    )  # fmt: skip
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
    page.Contents = pdf.make_stream(f"{A4_POINTS[0]} 0 0 {A4_POINTS[1]} 0 0 cm /Im0 Do".encode())
