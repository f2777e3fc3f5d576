"""What the sample papers of the emprendedor track share: people, days in words, tables."""

from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Final

from review_service.domain.documents import SupportKind
from review_service.domain.wording import MONTHS, long_date

GIVEN: Final = ("María", "José", "Rosa", "Segundo", "Ñusta", "Luis", "Carmen", "Ángel", "Blanca")
SURNAMES: Final = ("Tituaña", "Quilumba", "Chango", "Ñacato", "Lema", "Yacelga", "Morocho", "Pilco")
TENS: Final = (
    "", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once",
    "doce", "trece", "catorce", "quince", "dieciséis", "diecisiete", "dieciocho", "diecinueve",
    "veinte", "veintiuno", "veintidós", "veintitrés", "veinticuatro", "veinticinco", "veintiséis",
    "veintisiete", "veintiocho", "veintinueve", "treinta", "treinta y uno",
)  # fmt: skip
LAYOUTS: Final = 10
KEPT: Final = frozenset(range(5, LAYOUTS))
"""Layouts kept for the report: no reader was ever tuned on them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportPaper:
    """What one paper says; ``kind`` None is one of ``OTHERS``."""

    kind: SupportKind | None = SupportKind.TAX_CERTIFICATE
    other: str = "letter"
    holder: str = "TEJIDOS PEGUCHE S.A.S."
    ruc: str = "1792060346001"
    issued_on: date = date(2026, 11, 10)
    valid_until: date | None = None
    """Printed as a day."""
    term_days: int = 0
    """Printed as a term; 0 prints none."""
    workers: int = 4
    """0 on a certificate of the IESS: it says that the holder employs nobody."""
    owes: bool = False
    layout: int = 0


def in_words(day: date) -> str:
    """Return a day as a notary writes it."""
    year = TENS[day.year - 2000]
    return f"{TENS[day.day]} de {MONTHS[day.month - 1]} del dos mil {year}"


def validity(paper: SupportPaper) -> str:
    """Return the sentence that says until when a paper is valid, if it says so."""
    if paper.valid_until:
        return f"<p>Este documento es válido hasta el {long_date(paper.valid_until)}.</p>"
    if paper.term_days:
        words = {15: "quince", 30: "treinta", 60: "sesenta"}.get(paper.term_days)
        days = f"{words} ({paper.term_days})" if words and paper.layout else str(paper.term_days)
        return f"<p>El presente certificado tiene una vigencia de {days} días.</p>"
    return ""


def rows(*pairs: tuple[str, str]) -> str:
    """Return labels and values as a table of two columns."""
    cells = "".join(f"<tr><td>{label}</td><td>{escape(value)}</td></tr>" for label, value in pairs)
    return f"<table>{cells}</table>"


def numeric(day: date) -> str:
    """Return a day as forms print it."""
    return f"{day:%d/%m/%Y}"


def person(index: int) -> str:
    """Return the name of nobody."""
    given, first = GIVEN[index % len(GIVEN)], SURNAMES[index % len(SURNAMES)]
    return f"{given} {first} {SURNAMES[(index * 3 + 1) % len(SURNAMES)]}"


def cedula(index: int) -> str:
    """Return a number with a right check digit, of a province that has so few people."""
    nine = f"30{index % 6}{index:06d}"
    total = 0
    for place, sign in enumerate(nine):
        product = int(sign) * (2 if place % 2 == 0 else 1)
        total += product - 9 if product > 9 else product
    return f"{nine}{-total % 10}"
