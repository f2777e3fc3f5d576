"""Seven layouts of prior Acuerdos, as ministries of several eras set them."""

from collections.abc import Callable
from typing import Final

import pyphen  # type: ignore[import-untyped]

from review_service.domain.wording import long_date
from tests.samples.old_neighbours import KEPT, NEIGHBOURS
from tests.samples.old_papers import Facts, Paper, in_words, short_date, worded_date


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
            [
                ("ACUERDO No.", facts.number, 83),
                ("FECHA DE EMISIÓN", long_date(facts.issued_on), 80),
            ],
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
            (
                "Considerando: Que, el artículo 9 de la Ley de Fomento Artesanal concede a los "
                "artesanos la exoneración de impuestos y el acceso a crédito;"
            ),
            (
                "Que, con oficio No. 0871 de 12 de enero de 2015 la persona interesada pidió que "
                "se le concedan esos beneficios y acompañó los documentos de su taller;"
            ),
            (
                "Que, la Dirección de Artesanías emitió informe favorable sobre la solicitud y "
                "sobre las máquinas, herramientas y materias primas que se emplean;"
            ),
            (
                f"Acuerdan: Artículo 1.- Otorgar los beneficios de la Ley de Fomento Artesanal a "
                f"favor de {facts.holder}, con RUC {facts.ruc}, dedicado a la actividad de "
                f"{facts.activity}."
            ),
            (
                f"Artículo 2.- La vigencia de este Acuerdo será de {years} ({in_words(years)}) "
                "años a partir de su expedición."
            ),
            (
                "Artículo 3.- La persona beneficiaria llevará un registro de sus ventas y "
                "presentará la información que se le solicite."
            ),
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
        (
            f"QUE, LA PERSONA SOLICITANTE, {facts.holder}, CON RUC NRO. {facts.ruc}, PRESENTÓ LA "
            "EVIDENCIA FOTOGRÁFICA DE SU TALLER, DE LAS PERSONAS QUE TRABAJAN EN ÉL Y DE SU "
            "PROCESO;"
        ),
        (
            "QUE, REVISADA LA DOCUMENTACIÓN, SE COMPROBÓ QUE CUMPLE LOS REQUISITOS PREVISTOS EN "
            "LOS ARTÍCULOS 2, 9 Y 11 DE LA LEY DE FOMENTO ARTESANAL;"
        ),
        (
            "ARTÍCULO 1.- CONCEDER LOS BENEFICIOS DE LA LEY DE FOMENTO ARTESANAL A "
            f"{facts.holder}, CON RUC NRO. {facts.ruc}, EN LA ACTIVIDAD DE "
            f"{facts.activity.upper()}."
        ),
        (
            f"ARTÍCULO 2.- EL PRESENTE ACUERDO TENDRÁ VIGENCIA DESDE EL "
            f"{long_date(facts.issued_on).upper()} HASTA EL {long_date(facts.valid_until).upper()}."
        ),
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


def typeset(facts: Facts, *, layout: str, font: str = "Times", code_mm: float = 25) -> bytes:
    """Return one page as a PDF with live text."""
    paper = Paper(font)
    if facts.letterhead:
        paper.line(facts.letterhead)
        paper.gap(2)
    (LAYOUTS | KEPT | NEIGHBOURS)[layout](paper, facts)
    if facts.renews:
        paper.text(facts.renews)
    if facts.code:
        paper.code(facts.code, side_mm=code_mm)
    return paper.done()
