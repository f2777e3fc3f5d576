"""Makes papers of the emprendedor track, and papers that are none; nobody in them exists."""

import io
import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from html import escape
from typing import Any, Final

import numpy as np
import pypdfium2
from PIL import Image
from weasyprint import HTML

from review_service.domain.documents import SupportKind
from review_service.domain.wording import MONTHS, long_date

COMPANIES: Final = (
    ("TEJIDOS PEGUCHE S.A.S.", "1792060346001"),
    ("CERÁMICAS DEL AUSTRO CIA. LTDA.", "0190357482001"),
    ("DULCES ÑUCANCHIK S.A.", "1091745638001"),
    ("MUEBLES SAN ANTONIO CIA. LTDA.", "1091023456001"),
    ("PAJA TOQUILLA MONTECRISTI S.A.S.", "1391802457001"),
)
GIVEN: Final = ("María", "José", "Rosa", "Segundo", "Ñusta", "Luis", "Carmen", "Ángel", "Blanca")
SURNAMES: Final = ("Tituaña", "Quilumba", "Chango", "Ñacato", "Lema", "Yacelga", "Morocho", "Pilco")
TENS: Final = (
    "", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once",
    "doce", "trece", "catorce", "quince", "dieciséis", "diecisiete", "dieciocho", "diecinueve",
    "veinte", "veintiuno", "veintidós", "veintitrés", "veinticuatro", "veinticinco", "veintiséis",
    "veintisiete", "veintiocho", "veintinueve", "treinta", "treinta y uno",
)  # fmt: skip
FONTS: Final = ("serif", "sans-serif", "DejaVu Sans Condensed, sans-serif")
LAYOUTS: Final = 3
OTHERS: Final = ("ruc", "invoice", "electricity", "letter", "permit")
"""Papers that people send by mistake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportPaper:
    """What one paper says; ``kind`` None is one of ``OTHERS``."""

    kind: SupportKind | None = SupportKind.TAX_CERTIFICATE
    other: str = "letter"
    holder: str = COMPANIES[0][0]
    ruc: str = COMPANIES[0][1]
    issued_on: date = date(2026, 11, 10)
    valid_until: date | None = None
    """Printed as a day."""
    term_days: int = 0
    """Printed as a term; 0 prints none."""
    workers: int = 4
    owes: bool = False
    layout: int = 0


def drawn(count: int, *, seed: int = 0) -> list[SupportPaper]:
    """Return so many papers of every kind and layout, each fifth one none of them."""
    rng = random.Random(seed)  # noqa: S311 -- samples, no secrets
    kinds = list(SupportKind)
    papers = []
    for index in range(count):
        holder, ruc = rng.choice(COMPANIES)
        paper = SupportPaper(
            kind=kinds[index % len(kinds)],
            other=OTHERS[(index // 5) % len(OTHERS)],
            holder=holder,
            ruc=ruc,
            issued_on=date(2026, 1, 5) + timedelta(days=rng.randrange(320)),
            workers=rng.randrange(1, 12),
            owes=rng.random() < 0.25,
            layout=(index // len(kinds)) % LAYOUTS,
        )
        form = rng.randrange(3)
        if form == 0:
            paper = replace(paper, valid_until=paper.issued_on + timedelta(days=30))
        elif form == 1:
            paper = replace(paper, term_days=rng.choice((15, 30, 60)))
        papers.append(replace(paper, kind=None) if index % 5 == 4 else paper)
    return papers


def text_pdf(paper: SupportPaper) -> bytes:
    """Return the paper as a program writes it: with its text."""
    body = _BODIES[paper.kind](paper) if paper.kind else _other(paper)
    style = (
        f"@page{{size:A4;margin:22mm}}body{{font:11pt {FONTS[paper.layout % len(FONTS)]};"
        "line-height:1.5}h1{font-size:14pt;text-align:center}td,th{padding:2pt 8pt;text-align:left}"
    )
    made: Any = HTML(string=f"<html lang=es><style>{style}</style>{body}</html>").write_pdf()
    return bytes(made)


def scanned_pdf(
    paper: SupportPaper, *, dpi: int = 200, tilt_degrees: float = 0.5, noise: float = 6.0
) -> bytes:
    """Return the paper as an office scanner gives it: grey, tilted, speckled, without text."""
    rng = np.random.default_rng(dpi)
    pages = []
    with pypdfium2.PdfDocument(text_pdf(paper)) as document:
        for page in document:
            grey = page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
            turned = grey.rotate(tilt_degrees, Image.Resampling.BICUBIC, fillcolor=250)
            worn = np.asarray(turned, np.float32) + rng.normal(0, noise, turned.size[::-1])
            pages.append(Image.fromarray(np.clip(worn, 0, 250).astype(np.uint8)))
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=dpi, quality=80)
    return out.getvalue()


def in_words(day: date) -> str:
    """Return a day as a notary writes it."""
    year = TENS[day.year - 2000]
    return f"{TENS[day.day]} de {MONTHS[day.month - 1]} del dos mil {year}"


def _validity(paper: SupportPaper) -> str:
    if paper.valid_until:
        return f"<p>Este documento es válido hasta el {long_date(paper.valid_until)}.</p>"
    if paper.term_days:
        words = {15: "quince", 30: "treinta", 60: "sesenta"}.get(paper.term_days)
        days = f"{words} ({paper.term_days})" if words and paper.layout else str(paper.term_days)
        return f"<p>El presente certificado tiene una vigencia de {days} días.</p>"
    return ""


def _rows(*pairs: tuple[str, str]) -> str:
    cells = "".join(f"<tr><td>{label}</td><td>{escape(value)}</td></tr>" for label, value in pairs)
    return f"<table>{cells}</table>"


def _deed(paper: SupportPaper) -> str:
    heading = (
        "ESCRITURA PÚBLICA DE CONSTITUCIÓN DE COMPAÑÍA",
        "CONSTITUCIÓN DE LA COMPAÑÍA",
        "CONTRATO CONSTITUTIVO DE SOCIEDAD",
    )[paper.layout]
    day = in_words(paper.issued_on) if paper.layout != 1 else long_date(paper.issued_on)
    return (
        f"<h1>{heading}<br>{escape(paper.holder)}</h1>"
        f"<p>En la ciudad de Otavalo, provincia de Imbabura, hoy {day}, ante mí, doctora "
        f"{_person(3)}, Notaria Segunda del cantón, comparecen {_person(1)} y {_person(2)}, de "
        "nacionalidad ecuatoriana, mayores de edad, hábiles para contratar, y dicen que elevan a "
        "escritura pública la siguiente minuta:</p>"
        f"<p>PRIMERA.- Se constituye la compañía denominada {escape(paper.holder)}, con domicilio "
        "en el cantón Otavalo. SEGUNDA.- Su objeto social es la producción y venta de artesanías. "
        "TERCERA.- El capital suscrito es de ochocientos dólares, dividido en ochocientas "
        "participaciones. CUARTA.- Los socios se rigen por los estatutos que siguen.</p>"
        + "<p>El plazo de duración de la compañía es de cincuenta años.</p>"
        * 6
    )


def _employer(paper: SupportPaper) -> str:
    standing = "registra" if paper.owes else "no registra"
    if paper.layout == 1:
        facts = _rows(
            ("Empleador:", paper.holder),
            ("RUC:", paper.ruc),
            ("Fecha de emisión:", f"{paper.issued_on:%d/%m/%Y}"),
        )
    else:
        facts = (
            "<p>El Instituto Ecuatoriano de Seguridad Social certifica que, revisados los archivos,"
            f" el empleador {escape(paper.holder)}, con RUC Nro. {paper.ruc}, {standing} "
            "obligaciones patronales en mora.</p>"
        )
    return (
        "<h1>INSTITUTO ECUATORIANO DE SEGURIDAD SOCIAL<br>"
        "CERTIFICADO DE CUMPLIMIENTO DE OBLIGACIONES PATRONALES</h1>"
        f"{facts}<p>El empleador {standing} obligaciones patronales pendientes de pago.</p>"
        f"{_validity(paper)}<p>Emitido el {long_date(paper.issued_on)}. El IESS se reserva el "
        "derecho de verificar la información.</p>"
    )


def _tax(paper: SupportPaper) -> str:
    standing = "no ha cumplido" if paper.owes else "ha cumplido"
    facts = (
        _rows(("Razón social:", paper.holder), ("Número RUC:", paper.ruc))
        if paper.layout == 1
        else f"<p>El Servicio de Rentas Internas certifica que el contribuyente "
        f"{escape(paper.holder)}, con RUC {paper.ruc}, según la información que consta en la base "
        "de datos, se presenta en el siguiente estado:</p>"
    )
    return (
        f"<h1>SRI<br>CERTIFICADO DE CUMPLIMIENTO TRIBUTARIO</h1>{facts}"
        f"<p>El contribuyente {standing} con sus obligaciones tributarias hasta la fecha de emisión"
        f" del presente certificado.</p>{_validity(paper)}"
        f"<p>Fecha de emisión: {long_date(paper.issued_on)}</p>"
        "<p>Servicio de Rentas Internas, RUC 1760013210001.</p>"
    )


def _payroll(paper: SupportPaper) -> str:
    month = f"{MONTHS[paper.issued_on.month - 1].upper()} {paper.issued_on.year}"
    heading = (f"NÓMINA DE TRABAJADORES {month}", f"ROL DE PAGOS {month}",
               f"PLANILLA DE APORTES {month}")[paper.layout]  # fmt: skip
    people = "".join(
        f"<tr><td>{row + 1}</td><td>{_cedula(row)}</td><td>{_person(row)}</td>"
        f"<td>{('Tejedor', 'Bordadora', 'Tornero')[row % 3]}</td><td>{482 + 10 * row},00</td></tr>"
        for row in range(paper.workers)
    )
    total = "" if paper.layout == 1 else f"<p>Total de trabajadores: {paper.workers}</p>"
    return (
        f"<h1>{heading}</h1>{_rows(('Razón social:', paper.holder), ('RUC:', paper.ruc))}"
        "<table><tr><th>Nro.</th><th>Cédula</th><th>Empleado</th><th>Cargo</th><th>Sueldo</th></tr>"
        f"{people}</table>{total}<p>Fecha de emisión: {paper.issued_on:%d/%m/%Y}</p>"
    )


def _other(paper: SupportPaper) -> str:
    day = long_date(paper.issued_on)
    name, ruc = escape(paper.holder), paper.ruc
    return {
        "ruc": f"<h1>REGISTRO ÚNICO DE CONTRIBUYENTES</h1><p>SRI. Contribuyente: {name}. RUC {ruc}."
        "</p><p>Obligaciones tributarias: declaración de IVA mensual, declaración de renta. El "
        "certificado de RUC no acredita el pago de impuestos.</p>",
        "invoice": f"<h1>FACTURA 001-001-000000482</h1><p>{name}, RUC {ruc}. Fecha {day}. Cliente: "
        f"{_person(2)}. Hilo de lana, 4 conos, USD 48,00. IVA 15 %. Autorización del SRI.</p>",
        "electricity": f"<h1>EMPRESA ELÉCTRICA</h1><p>Planilla de consumo de {name}, RUC {ruc}. "
        f"Emitida el {day}. Consumo 182 kWh. Total a pagar USD 24,60. Vence en 15 días.</p>",
        "letter": f"<p>Otavalo, {day}</p><p>Señores del Ministerio: por la presente solicito que se"
        f" atienda el trámite de {name}, con RUC {ruc}, y agradezco su tiempo y su ayuda.</p>",
        "permit": f"<h1>CUERPO DE BOMBEROS</h1><p>Permiso anual de funcionamiento a nombre de "
        f"{name}, RUC {ruc}. Otorgado el {day}. Válido por un año desde su emisión.</p>",
    }[paper.other]


def _person(index: int) -> str:
    given, first = GIVEN[index % len(GIVEN)], SURNAMES[index % len(SURNAMES)]
    return f"{given} {first} {SURNAMES[(index * 3 + 1) % len(SURNAMES)]}"


def _cedula(index: int) -> str:
    """Return a number with a right check digit, of a province that has so few people."""
    nine = f"30{index % 6}{index:06d}"
    total = 0
    for place, sign in enumerate(nine):
        product = int(sign) * (2 if place % 2 == 0 else 1)
        total += product - 9 if product > 9 else product
    return f"{nine}{-total % 10}"


_BODIES: Final = {
    SupportKind.DEED: _deed,
    SupportKind.EMPLOYER_CERTIFICATE: _employer,
    SupportKind.TAX_CERTIFICATE: _tax,
    SupportKind.PAYROLL: _payroll,
}
