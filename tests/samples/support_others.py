"""Papers that are none of the four: sent by mistake, or of other institutions and countries."""

from html import escape
from typing import Final

from review_service.domain.wording import long_date
from tests.samples.support_wording import SupportPaper, numeric, person, rows

OTHERS: Final = ("ruc", "invoice", "electricity", "letter", "permit")
"""Papers that people send by mistake."""
FOREIGN: Final = ("sunat", "essalud", "planilla_pe", "dian", "parafiscales", "escritura_co")
"""The same kinds of other countries; the RUC of Peru has eleven digits, Colombia has a NIT."""


def other(paper: SupportPaper) -> str:
    """Return the body of a paper that is none of the kinds."""
    day = long_date(paper.issued_on)
    name, ruc = escape(paper.holder), paper.ruc
    return {
        "ruc": f"<h1>REGISTRO ÚNICO DE CONTRIBUYENTES</h1><p>SRI. Contribuyente: {name}. RUC {ruc}."
        "</p><p>Obligaciones tributarias: declaración de IVA mensual, declaración de renta. El "
        "certificado de RUC no acredita el pago de impuestos.</p>",
        "invoice": f"<h1>FACTURA 001-001-000000482</h1><p>{name}, RUC {ruc}. Fecha {day}. Cliente: "
        f"{person(2)}. Hilo de lana, 4 conos, USD 48,00. IVA 15 %. Autorización del SRI.</p>",
        "electricity": f"<h1>EMPRESA ELÉCTRICA</h1><p>Planilla de consumo de {name}, RUC {ruc}. "
        f"Emitida el {day}. Consumo 182 kWh. Total a pagar USD 24,60. Vence en 15 días.</p>",
        "letter": f"<p>Otavalo, {day}</p><p>Señores del Ministerio: por la presente solicito que se"
        f" atienda el trámite de {name}, con RUC {ruc}, y agradezco su tiempo y su ayuda.</p>",
        "permit": f"<h1>CUERPO DE BOMBEROS</h1><p>Permiso anual de funcionamiento a nombre de "
        f"{name}, RUC {ruc}. Otorgado el {day}. Válido por un año desde su emisión.</p>",
        "sunat": "<h1>SUNAT</h1><h1>CERTIFICADO DE CUMPLIMIENTO TRIBUTARIO</h1>"
        "<p>República del Perú. Superintendencia Nacional de Aduanas y de Administración "
        f"Tributaria. Se certifica que el contribuyente {name}, con RUC {ruc}, ha cumplido con sus "
        f"obligaciones tributarias.</p><p>Lima, fecha de emisión: {day}</p>",
        "essalud": "<h1>SEGURO SOCIAL DE SALUD - ESSALUD</h1><h1>CERTIFICADO DE NO ADEUDO</h1>"
        f"<p>Perú. Se certifica que la entidad empleadora {name}, con RUC {ruc}, no registra "
        f"obligaciones patronales en mora con la seguridad social.</p><p>Emitido el {day}</p>",
        "planilla_pe": "<h1>PLANILLA ELECTRÓNICA - PLAME</h1><p>SUNAT, Perú</p>"
        + rows(("Razón social:", paper.holder), ("RUC:", ruc), ("AFP:", "Integra"))
        + f"<table><tr><th>DNI</th><th>Trabajador</th><th>Remuneración</th></tr><tr><td>40112233"
        f"</td><td>{person(1)}</td><td>S/ 1.130,00</td></tr></table><p>Total de trabajadores: 4</p>"
        f"<p>NÓMINA. Fecha de emisión: {numeric(paper.issued_on)}</p>",
        "dian": "<h1>DIAN</h1><h1>CERTIFICADO DE CUMPLIMIENTO DE OBLIGACIONES TRIBUTARIAS</h1>"
        "<p>República de Colombia. Dirección de Impuestos y Aduanas Nacionales. Certifica que el "
        f"contribuyente {name}, con RUC {ruc}, ha cumplido con sus obligaciones "
        f"tributarias.</p><p>Bogotá D.C., fecha de emisión: {day}</p>",
        "parafiscales": "<h1>CERTIFICADO DE PAGO DE APORTES PARAFISCALES Y SEGURIDAD SOCIAL</h1>"
        f"<p>República de Colombia. El empleador {name}, RUC {ruc}, se encuentra al día en sus "
        "obligaciones patronales con EPS, ARL, SENA, ICBF y caja de compensación. Certifica el "
        f"cumplimiento.</p><p>Medellín, {day}</p>",
        "escritura_co": "<h1>ESCRITURA PÚBLICA DE CONSTITUCIÓN DE SOCIEDAD</h1>"
        f"<p>República de Colombia. En la ciudad de Bogotá, hoy {day}, ante mí, Notaria Cuarta del "
        f"Círculo de Bogotá, comparecen {person(1)} y {person(4)} y constituyen la sociedad "
        f"denominada {name}, con domicilio en Bogotá y capital de un millón de pesos, que se "
        "inscribe en la Cámara de Comercio. Los socios aprueban los estatutos.</p>",
    }[paper.other]
