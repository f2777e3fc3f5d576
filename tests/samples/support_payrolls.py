"""Ten layouts of payrolls: nóminas, roles de pago, planillas; nobody in them exists."""

from collections.abc import Sequence
from typing import Final

from review_service.domain.wording import MONTHS
from tests.samples.support_wording import SupportPaper, cedula, numeric, person, rows

_TRADES: Final = ("Tejedor", "Bordadora", "Tornero")


def payroll(paper: SupportPaper) -> str:
    """Return a payroll in one of ten layouts."""
    return _PAYROLLS[paper.layout](paper)


def _month(paper: SupportPaper) -> str:
    return f"{MONTHS[paper.issued_on.month - 1].upper()} {paper.issued_on.year}"


def _people(paper: SupportPaper, *, style: str = "") -> Sequence[str]:
    return [
        f"<tr{style}><td>{row + 1}</td><td>{cedula(row)}</td><td>{person(row)}</td>"
        f"<td>{_TRADES[row % 3]}</td><td>{482 + 10 * row},00</td></tr>"
        for row in range(paper.workers)
    ]


_HEADS: Final = (
    "<tr><th>Nro.</th><th>Cédula</th><th>Empleado</th><th>Cargo</th><th>Sueldo</th></tr>"
)


def _listed(paper: SupportPaper, heading: str, *, total: bool) -> str:
    count = f"<p>Total de trabajadores: {paper.workers}</p>" if total else ""
    return (
        f"<h1>{heading}</h1>{rows(('Razón social:', paper.holder), ('RUC:', paper.ruc))}"
        f"<table>{_HEADS}{''.join(_people(paper))}</table>{count}"
        f"<p>Fecha de emisión: {numeric(paper.issued_on)}</p>"
    )


def _nomina(paper: SupportPaper) -> str:
    return _listed(paper, f"NÓMINA DE TRABAJADORES {_month(paper)}", total=True)


def _rol(paper: SupportPaper) -> str:
    return _listed(paper, f"ROL DE PAGOS {_month(paper)}", total=False)


def _planilla(paper: SupportPaper) -> str:
    return _listed(paper, f"PLANILLA DE APORTES {_month(paper)}", total=True)


def _ruled(paper: SupportPaper) -> str:
    cells = "".join(_people(paper))
    return (
        f"<p>{rows(('Empresa:', paper.holder), ('RUC:', paper.ruc))}</p>"
        f"<h1>ROL DE PAGOS GENERAL</h1><p>Mes: {_month(paper)}</p>"
        f"<table border=1 style='border-collapse:collapse'>{_HEADS}{cells}</table>"
        f"<p>Número de trabajadores: {paper.workers}</p>"
        f"<p>Elaborado por contabilidad. Fecha: {numeric(paper.issued_on)}</p>"
    )


def _iess(paper: SupportPaper) -> str:
    return (
        "<h1>INSTITUTO ECUATORIANO DE SEGURIDAD SOCIAL</h1><h1>PLANILLA DE APORTES</h1>"
        + rows(
            ("RUC:", paper.ruc),
            ("Razón social:", paper.holder),
            ("Período:", _month(paper)),
            ("Tipo:", "Aportes normales"),
        )
        + "<table><tr><th>Cédula</th><th>Afiliado</th><th>Sueldo</th><th>Aporte</th></tr>"
        + "".join(
            f"<tr><td>{cedula(row)}</td><td>{person(row)}</td><td>482,00</td><td>99,29</td></tr>"
            for row in range(paper.workers)
        )
        + f"</table><p>Total de afiliados: {paper.workers}</p>"
        f"<p>Fecha de generación: {numeric(paper.issued_on)}</p>"
    )


def _software(paper: SupportPaper) -> str:
    return (
        f"<p>{paper.holder}</p><p>R.U.C.: {paper.ruc}</p><h1>NÓMINA DE EMPLEADOS</h1>"
        f"<p>Empresa: {paper.holder}</p><p>Periodo: {_month(paper)}</p>"
        "<table><tr><th>Código</th><th>Cédula</th><th>Empleado</th><th>Remuneración</th></tr>"
        + "".join(
            f"<tr><td>E{row:03d}</td><td>{cedula(row)}</td><td>{person(row)}</td><td>482,00</td></tr>"
            for row in range(paper.workers)
        )
        + f"</table><p>Total empleados: {paper.workers}</p>"
        f"<p>Generado el {numeric(paper.issued_on)}</p>"
    )


def _dated_above(paper: SupportPaper) -> str:
    return (
        f"<p>Fecha de emisión: {numeric(paper.issued_on)}</p><h1>LISTADO DE TRABAJADORES</h1>"
        f"<p>Empleador: {paper.holder}<br>RUC: {paper.ruc}</p>"
        f"<table>{_HEADS}{''.join(_people(paper))}</table>"
        f"<p>Cantidad de trabajadores: {paper.workers}</p>"
    )


def _covered(paper: SupportPaper) -> str:
    """Salaries may be covered."""
    cells = "".join(
        f"<tr><td>{cedula(row)}</td><td>{person(row)}</td><td>{_TRADES[row % 3]}</td>"
        "<td><span style='background:#000;color:#000'>000,00</span></td></tr>"
        for row in range(paper.workers)
    )
    return (
        f"<h1>NÓMINA DE TRABAJADORES</h1><p>Mes: {_month(paper)}</p>"
        f"{rows(('Razón social:', paper.holder), ('RUC:', paper.ruc))}"
        "<table><tr><th>Cédula</th><th>Trabajador</th><th>Cargo</th><th>Sueldo</th></tr>"
        f"{cells}</table><p>Total de trabajadores: {paper.workers}</p>"
        f"<p>Fecha: {numeric(paper.issued_on)}</p>"
    )


def _uncounted(paper: SupportPaper) -> str:
    return (
        f"<h1>ROLES DE PAGO</h1><p>PLANILLA DE REMUNERACIONES {_month(paper)}</p>"
        f"<p>A nombre de: {paper.holder}</p><p>RUC Nro. {paper.ruc}</p>"
        f"<table>{_HEADS}{''.join(_people(paper))}</table>"
        f"<p>Líquido a pagar según firmas. Fecha de corte: {numeric(paper.issued_on)}</p>"
    )


def _worded_date(paper: SupportPaper) -> str:
    day = paper.issued_on
    return (
        f"<h1>PLANILLA DE SUELDOS</h1><p>Razón social: {paper.holder}. RUC {paper.ruc}.</p>"
        f"<table>{_HEADS}{''.join(_people(paper))}</table>"
        f"<p>Total de empleados: {paper.workers}</p>"
        f"<p>Ibarra, {day.day} de {MONTHS[day.month - 1]} de {day.year}</p>"
    )


_PAYROLLS: Final = (
    _nomina, _rol, _planilla, _ruled, _iess,
    _software, _dated_above, _covered, _uncounted, _worded_date,
)  # fmt: skip
