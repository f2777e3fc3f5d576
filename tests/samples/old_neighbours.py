"""Layouts of old Acuerdos with labels, numbers and columns of other facts beside the ones read.

No reader is tuned on those in ``KEPT``: they are for the report.
"""

from collections.abc import Callable
from typing import Final

from review_service.domain.wording import long_date
from tests.samples.old_papers import Facts, Paper, short_date


def _grid(paper: Paper, facts: Facts) -> None:
    """2015: boxes of three columns, the numbers of other papers and a place among them."""
    for name in facts.ministries:
        paper.line(name.upper(), bold=True)
    paper.gap()
    paper.form(
        [
            [
                ("OFICIO Nro.", "MIPRO-SCA-2015-0871-O", 60),
                ("ACUERDO No.", facts.number, 53),
                ("TRÁMITE", "2231", 50),
            ],
            [
                ("BENEFICIARIO", facts.holder, 113),
                ("TELÉFONO", "0990000000", 50),
            ],
            [
                ("RUC", facts.ruc, 60),
                ("FECHA DE EMISIÓN", short_date(facts.issued_on), 53),
                ("VÁLIDO HASTA", short_date(facts.valid_until), 50),
            ],
            [
                ("ACTIVIDAD", facts.activity, 113),
                ("LUGAR", "Latacunga", 50),
            ],
        ]
    )
    paper.text(
        "La persona nombrada goza de los beneficios de la Ley de Fomento Artesanal mientras cumpla "
        "los requisitos que en ella se establecen."
    )
    paper.signatures("Ministro", "Ministro")


def _ledger(paper: Paper, facts: Facts) -> None:
    """2011: a page of a register, «label: value» two in a row, other facts among them."""
    paper.line("REGISTRO DE TALLERES ARTESANALES", bold=True)
    for name in facts.ministries:
        paper.line(name)
    paper.gap()
    paper.pairs(
        [
            [("Folio:", "214"), ("Tomo:", "III")],
            [("Acuerdo Nro.", facts.number), ("Oficio Nro.", "0871-SCA-2011")],
            [("Fecha de emisión:", long_date(facts.issued_on)), ("Lugar:", "Latacunga")],
            [("Válido hasta:", long_date(facts.valid_until)), ("Provincia:", "Cotopaxi")],
            [("RUC:", facts.ruc), ("Teléfono:", "032000000")],
        ]
    )
    paper.line(f"Beneficiario: {facts.holder}", align="L")
    paper.line(f"Actividad: {facts.activity}", align="L")
    paper.line("Lugar: Latacunga", align="L")
    paper.line("Observaciones: ninguna", align="L")
    paper.gap()
    paper.text("Inscrito conforme al artículo 4 del reglamento de la Ley de Fomento Artesanal.")
    paper.signatures("Registrador", "Director")


def _sidebar(paper: Paper, facts: Facts) -> None:
    """2013: labels and values on the left, a column of prose on the right."""
    for name in facts.ministries:
        paper.line(name.upper())
    paper.gap()
    paper.line(f"ACUERDO INTERMINISTERIAL No. {facts.number}", bold=True)
    paper.gap()
    paper.beside(
        [
            ("Titular:", facts.holder),
            ("RUC:", facts.ruc),
            ("Actividad:", facts.activity),
            ("Emitido el:", short_date(facts.issued_on)),
            ("Caduca el:", short_date(facts.valid_until)),
        ],
        [
            "Los artesanos inscritos",
            "mantendrán su taller a la",
            "vista del público y darán",
            "aviso de todo cambio de",
            "domicilio hasta el último",
            "día de cada año, fecha en",
            "que se revisa el registro.",
            "Guayaquil recibe avisos.",
            "Ventanilla Norte, Quito.",
            "Memorando 0442-2012.",
        ],
    )
    paper.signatures("Subsecretario", "Director")


def _letter(paper: Paper, facts: Facts) -> None:
    """2012: a letter with its own number and day, which gives notice of the Acuerdo."""
    paper.line(f"Oficio Nro. MIPRO-DA-{facts.issued_on.year}-0442-OF", align="L")
    paper.line("Asunto: Entrega de Acuerdo", align="L")
    paper.gap()
    first, second = facts.ministries
    paper.line(f"{first.upper()} Y {second.upper()}", bold=True)
    paper.line(f"ACUERDO Nro. {facts.number}", bold=True)
    paper.gap()
    paper.text(
        "En atención a la solicitud Nro. 2011-0034 y al informe técnico Nro. DA-2011-0871, y de "
        f"conformidad con la ley, se acuerda conceder a {facts.holder}, con RUC {facts.ruc}, los "
        f"beneficios de la Ley de Fomento Artesanal en la actividad de {facts.activity}."
    )
    paper.text(
        f"Este Acuerdo fue suscrito en {facts.place} el {long_date(facts.issued_on)} y es válido "
        f"hasta el {long_date(facts.valid_until)}."
    )
    paper.text("Particular que comunico para los fines pertinentes.")
    paper.signatures("Ministro", "Ministro")


NEIGHBOURS: Final[dict[str, Callable[[Paper, Facts], None]]] = {"grid": _grid}
KEPT: Final[dict[str, Callable[[Paper, Facts], None]]] = {
    "ledger": _ledger,
    "sidebar": _sidebar,
    "letter": _letter,
}
