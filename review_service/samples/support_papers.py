"""Makes the supporting papers of sample people, as programs print them; nobody in them exists.

Facts of wording as both institutions publish theirs; nobody's certificate is copied.
"""

from datetime import date, timedelta
from html import escape
from typing import Any, Final

from weasyprint import HTML

from review_service.domain.documents import SupportKind
from review_service.domain.wording import MONTHS, long_date
from review_service.samples.people import Person

DAYS: Final = 30
"""For how long the certificates say that they are valid."""
STYLE: Final = (
    "@page{size:A4;margin:22mm}body{font:11pt sans-serif;line-height:1.5}"
    "h1{font-size:14pt;text-align:center}td,th{padding:2pt 8pt;text-align:left}"
)
EMPLOYEES: Final = ("Ñusta Lema Morocho", "José Chango Pilco", "Rosa Yacelga Tituaña")
"""More are called by their number."""
FOUNDERS: Final = "Elvia Morocho Chango y Segundo Pilco Lema"

PRESIDENT: Final = "Rosa Elena Peralta Jara"


def paper(person: Person, kind: SupportKind, *, issued_on: date) -> bytes:
    """Return one paper of that person as a PDF, of that day."""
    body = {
        SupportKind.DEED: _deed,
        SupportKind.EMPLOYER_CERTIFICATE: _employer,
        SupportKind.TAX_CERTIFICATE: _tax,
        SupportKind.PAYROLL: _payroll,
        SupportKind.APPOINTMENT: _appointment,
    }[kind](person, issued_on)
    made: Any = HTML(string=f"<html lang=es><style>{STYLE}</style>{body}</html>").write_pdf()
    return bytes(made)


def _deed(person: Person, issued_on: date) -> str:
    return (
        "<h1>ESCRITURA PÚBLICA DE CONSTITUCIÓN DE COMPAÑÍA<br>"
        f"{escape(person.name)}</h1>"
        f"<p>En la ciudad de {person.canton.capitalize()}, hoy {long_date(issued_on)}, ante mí, "
        f"Notario Primero del cantón, comparecen {FOUNDERS}, ecuatorianos, mayores de edad, y "
        "piden elevar a escritura pública esta minuta:</p><p>PRIMERA.- Se constituye la compañía "
        f"denominada {escape(person.name)}, con domicilio en este cantón.</p><p>SEGUNDA.- Su "
        f"objeto social es: {person.trade.activity.lower()}.</p><p>TERCERA.- El capital suscrito "
        "es de ochocientos dólares. Los socios aprueban los estatutos que siguen.</p><p>El plazo "
        "de duración de la compañía es de cincuenta años.</p>"
    )


def _employer(person: Person, issued_on: date) -> str:
    return (
        "<h1>INSTITUTO ECUATORIANO DE SEGURIDAD SOCIAL<br>"
        "CERTIFICADO DE CUMPLIMIENTO DE OBLIGACIONES PATRONALES</h1>"
        "<p>El Instituto Ecuatoriano de Seguridad Social certifica que, revisados los archivos, el "
        f"empleador {escape(person.name)}, con RUC Nro. {person.ruc}, no registra obligaciones "
        "patronales en mora.</p><p>El empleador no registra obligaciones patronales pendientes de "
        f"pago.</p>{_validity(issued_on)}<p>Emitido el {long_date(issued_on)}. El IESS se reserva "
        "el derecho de verificar la información.</p>"
    )


def _tax(person: Person, issued_on: date) -> str:
    return (
        "<h1>SRI<br>CERTIFICADO DE CUMPLIMIENTO TRIBUTARIO</h1>"
        f"<p>El Servicio de Rentas Internas certifica que el contribuyente {escape(person.name)}, "
        f"con RUC {person.ruc}, según la información que consta en la base de datos, ha cumplido "
        "con sus obligaciones tributarias hasta la fecha de emisión del presente certificado.</p>"
        f"{_validity(issued_on)}<p>Fecha de emisión: {long_date(issued_on)}</p>"
        "<p>Servicio de Rentas Internas, RUC 1760013210001.</p>"
    )


def _payroll(person: Person, issued_on: date) -> str:
    count = person.size.employees if person.size else 0
    names = [*EMPLOYEES, *(f"Persona {number}" for number in range(4, count + 1))][:count]
    people = "".join(
        f"<tr><td>{number}</td><td>{name}</td><td>Ayudante</td></tr>"
        for number, name in enumerate(names, start=1)
    )
    month = f"{MONTHS[issued_on.month - 1].upper()} {issued_on.year}"
    return (
        f"<h1>NÓMINA DE TRABAJADORES {month}</h1>"
        f"<table><tr><td>Razón social:</td><td>{escape(person.name)}</td></tr>"
        f"<tr><td>RUC:</td><td>{person.ruc}</td></tr></table>"
        "<table><tr><th>Nro.</th><th>Empleado</th><th>Cargo</th></tr>"
        f"{people}</table><p>Los sueldos se entregan aparte.</p>"
        f"<p>Total de trabajadores: {count}</p><p>Fecha de emisión: {issued_on:%d/%m/%Y}</p>"
    )


def _appointment(person: Person, issued_on: date) -> str:
    name = escape(person.name)
    return (
        f"<h1>{name}<br>NOMBRAMIENTO DE PRESIDENTA Y REPRESENTANTE LEGAL</h1>"
        f"<p>{person.canton.capitalize()}, {long_date(issued_on)}</p><p>La asamblea general de "
        f"{name}, RUC {person.ruc}, reunida hoy según el estatuto, nombra a {PRESIDENT} presidenta "
        "y, como tal, representante legal, por un periodo de dos años.</p><p>Acepto el "
        f"nombramiento: {PRESIDENT}.</p>"
    )


def _validity(issued_on: date) -> str:
    until = long_date(issued_on + timedelta(days=DAYS))
    return f"<p>Este documento es válido hasta el {until}.</p>"
