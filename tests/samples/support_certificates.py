"""Ten layouts each of the IESS's and the SRI's certificates, worded as both institutions publish.

Facts of wording and layout only; nobody's certificate is copied.
"""

from collections.abc import Callable
from html import escape
from typing import Final

from review_service.domain.wording import MONTHS, long_date
from tests.samples.support_wording import SupportPaper, numeric, person, rows, validity

IESS: Final = "INSTITUTO ECUATORIANO DE SEGURIDAD SOCIAL"
_VERIFY: Final = (
    "<p>El contenido de este certificado puede ser validado en el portal del IESS, en el menú "
    "Empleadores, Certificado de Obligaciones Patronales, con el número de RUC o de cédula.</p>"
)
_RESERVE: Final = (
    "<p>El IESS aclara que, si existieren obligaciones pendientes no determinadas o no registradas "
    "en el sistema informático, se reserva el derecho de verificar y cobrar lo que corresponda.</p>"
)


def employer(paper: SupportPaper) -> str:
    """Return the IESS's certificate of the employer's obligations in one of ten layouts."""
    if not paper.workers:
        return _no_employer(paper)
    return _EMPLOYERS[paper.layout](paper, "registra" if paper.owes else "no registra")


def _no_employer(paper: SupportPaper) -> str:
    """Return what the IESS says of somebody who employs nobody, as it and others word it."""
    says = (
        "no se encuentra registrado como empleador en el IESS",
        "no consta registrado como empleador",
        "no registra trabajadores en relación de dependencia",
        "no tiene afiliados bajo relación de dependencia",
        "no registra empleados activos",
    )[paper.layout % 5]
    return (
        f"<h1>{IESS}<br>CERTIFICADO DE CUMPLIMIENTO DE OBLIGACIONES PATRONALES</h1>"
        f"<p>El Instituto Ecuatoriano de Seguridad Social certifica que, revisados los archivos del"
        f" Sistema de Historia Laboral, el contribuyente {escape(paper.holder)}, con RUC Nro. "
        f"{paper.ruc}, {says} y no registra obligaciones patronales en mora.</p>"
        f"{validity(paper)}<p>Emitido el {long_date(paper.issued_on)}.</p>"
    )


def _iess_sentence(paper: SupportPaper, standing: str) -> str:
    return (
        f"<h1>{IESS}<br>CERTIFICADO DE CUMPLIMIENTO DE OBLIGACIONES PATRONALES</h1>"
        "<p>El Instituto Ecuatoriano de Seguridad Social certifica que, revisados los archivos,"
        f" el empleador {escape(paper.holder)}, con RUC Nro. {paper.ruc}, {standing} "
        "obligaciones patronales en mora.</p>"
        f"<p>El empleador {standing} obligaciones patronales pendientes de pago.</p>"
        f"{validity(paper)}<p>Emitido el {long_date(paper.issued_on)}. El IESS se reserva el "
        "derecho de verificar la información.</p>"
    )


def _iess_table(paper: SupportPaper, standing: str) -> str:
    facts = rows(
        ("Empleador:", paper.holder),
        ("RUC:", paper.ruc),
        ("Fecha de emisión:", numeric(paper.issued_on)),
    )
    return (
        f"<h1>{IESS}<br>CERTIFICADO DE CUMPLIMIENTO DE OBLIGACIONES PATRONALES</h1>{facts}"
        f"<p>El empleador {standing} obligaciones patronales pendientes de pago.</p>"
        f"{validity(paper)}<p>Emitido el {long_date(paper.issued_on)}. El IESS se reserva el "
        "derecho de verificar la información.</p>"
    )


def _iess_short(paper: SupportPaper, standing: str) -> str:
    return (
        f"<h1>{IESS}<br>Certificado de cumplimiento de obligaciones patronales</h1>"
        f"<p>Se certifica que el empleador <b>{escape(paper.holder)}</b>, con RUC Nro. "
        f"<b>{paper.ruc}</b>, {standing} obligaciones patronales pendientes de pago.</p>"
        f"{validity(paper)}<p>Emitido el {long_date(paper.issued_on)}.</p>{_VERIFY}"
    )


def _iess_represented(paper: SupportPaper, standing: str) -> str:
    return (
        f"<h1>{IESS}</h1><h1>CERTIFICADO DE CUMPLIMIENTO DE OBLIGACIONES PATRONALES</h1>"
        "<p>El Instituto Ecuatoriano de Seguridad Social (IESS) certifica que, revisados los "
        f"archivos del Sistema de Historia Laboral, el señor(a) {person(2)}, representante legal "
        f"de la empresa {escape(paper.holder)}, con RUC Nro. {paper.ruc} y dirección en la calle "
        f"Sucre, <b>{standing.upper()}</b> obligaciones patronales en mora; información verificada "
        f"a la fecha de emisión del presente certificado.</p>{_VERIFY}{_RESERVE}"
        f"<p>Emitido el {long_date(paper.issued_on)}.</p>{validity(paper)}"
    )


def _iess_dated_place(paper: SupportPaper, standing: str) -> str:
    return (
        f"<p style='text-align:right'>Quito, {long_date(paper.issued_on)}</p>"
        f"<h1>{IESS}<br>DIRECCIÓN NACIONAL DE RECAUDACIÓN Y GESTIÓN DE CARTERA</h1>"
        "<h1>CERTIFICADO DE OBLIGACIONES PATRONALES</h1>"
        + rows(("RUC", paper.ruc), ("Razón social", paper.holder), ("Estado", "ACTIVO"))
        + f"<p>Certifica que el empleador {standing} mora patronal ni planillas impagas con el "
        f"Instituto.</p>{validity(paper)}{_VERIFY}"
    )


def _iess_columns(paper: SupportPaper, standing: str) -> str:
    return (
        "<h1>IESS</h1><h1>CERTIFICADO DE CUMPLIMIENTO DE OBLIGACIONES PATRONALES</h1>"
        f"<table><tr><td>RUC: {paper.ruc}</td><td>Emitido: {numeric(paper.issued_on)}</td></tr>"
        f"<tr><td colspan=2>Razón social: {escape(paper.holder)}</td></tr></table>"
        f"<p>Una vez revisada la base de datos institucional, el empleador citado {standing} "
        f"obligaciones patronales en mora con el Seguro General Obligatorio.</p>{validity(paper)}"
        "<p>Firmado electrónicamente por la Dirección Nacional de Afiliación y Cobertura.</p>"
    )


def _iess_upper(paper: SupportPaper, standing: str) -> str:
    return (
        f"<h1>{IESS}</h1><p>CERTIFICADO No. 482-{paper.issued_on:%Y}</p>"
        f"<p>QUE EL EMPLEADOR {escape(paper.holder.upper())} CON RUC No. {paper.ruc} "
        f"{standing.upper()} OBLIGACIONES PATRONALES EN MORA.</p>"
        f"<p>FECHA DE EMISIÓN: {long_date(paper.issued_on).upper()}</p>{validity(paper)}{_RESERVE}"
    )


def _iess_letterhead(paper: SupportPaper, standing: str) -> str:
    return (
        "<p><b>IESS</b> · Seguro Social · www.iess.gob.ec</p>"
        "<h1>Certificado de cumplimiento de obligaciones patronales</h1>"
        "<p>A quien interese:</p><p>Por medio del presente se certifica que "
        f"el patrono {escape(paper.holder)}, con número de RUC {paper.ruc}, {standing} obligaciones"
        " patronales en mora hasta la presente fecha.</p>"
        f"<p>Dado en Quito, a los {paper.issued_on.day} días del mes de "
        f"{MONTHS[paper.issued_on.month - 1]} de {paper.issued_on.year}.</p>{validity(paper)}"
    )


def _iess_boxed(paper: SupportPaper, standing: str) -> str:
    return (
        f"<h1>{IESS}</h1><h1>CERTIFICADO DE CUMPLIMIENTO DE OBLIGACIONES PATRONALES</h1>"
        "<div style='border:1pt solid #333;padding:8pt'>"
        + rows(
            ("Número de RUC / Cédula", paper.ruc),
            ("Razón social / Nombres", paper.holder),
            ("Fecha y hora de emisión", f"{paper.issued_on:%Y-%m-%d} 10:42:17"),
        )
        + f"</div><p>El empleador {standing} obligaciones patronales en mora.</p>{validity(paper)}"
        f"{_VERIFY}<p>Código de verificación: 7F3A-22C1-90BD</p>"
    )


def _iess_two_statements(paper: SupportPaper, standing: str) -> str:
    met = "no se encuentra al día" if paper.owes else "se encuentra al día"
    return (
        f"<h1>CERTIFICADO DE OBLIGACIONES PATRONALES</h1><p>{IESS}</p>"
        f"<p>Empleador: {escape(paper.holder)}</p><p>RUC: {paper.ruc}</p>"
        f"<p>Según los registros, el empleador {met} en sus obligaciones patronales y {standing} "
        f"mora.</p><p>Fecha: {long_date(paper.issued_on)}</p>{validity(paper)}{_RESERVE}"
    )


def tax(paper: SupportPaper) -> str:
    """Return the SRI's certificate of tax compliance in one of ten layouts."""
    standing = "no ha cumplido" if paper.owes else "ha cumplido"
    heading, facts, said, ending = _TAXES[paper.layout](paper, standing)
    return f"{heading}{facts}{said}{validity(paper)}{ending}"


Parts = tuple[str, str, str, str]
_SRI_RUC: Final = "<p>Servicio de Rentas Internas, RUC 1760013210001.</p>"
_SRI_HEAD: Final = "<h1>SRI<br>CERTIFICADO DE CUMPLIMIENTO TRIBUTARIO</h1>"


def _sri_said(standing: str) -> str:
    return (
        f"<p>El contribuyente {standing} con sus obligaciones tributarias hasta la fecha de emisión"
        " del presente certificado.</p>"
    )


def _sri_sentence(paper: SupportPaper, standing: str) -> Parts:
    facts = (
        f"<p>El Servicio de Rentas Internas certifica que el contribuyente "
        f"{escape(paper.holder)}, con RUC {paper.ruc}, según la información que consta en la base "
        "de datos, se presenta en el siguiente estado:</p>"
    )
    ending = f"<p>Fecha de emisión: {long_date(paper.issued_on)}</p>{_SRI_RUC}"
    return _SRI_HEAD, facts, _sri_said(standing), ending


def _sri_table(paper: SupportPaper, standing: str) -> Parts:
    facts = rows(("Razón social:", paper.holder), ("Número RUC:", paper.ruc))
    ending = f"<p>Fecha de emisión: {long_date(paper.issued_on)}</p>{_SRI_RUC}"
    return _SRI_HEAD, facts, _sri_said(standing), ending


def _sri_bold(paper: SupportPaper, standing: str) -> Parts:
    facts = (
        f"<p>El Servicio de Rentas Internas certifica que el contribuyente "
        f"<b>{escape(paper.holder)}</b>, con RUC <b>{paper.ruc}</b>, según consta en su base de "
        "datos, se presenta en el siguiente estado:</p>"
    )
    return (
        _SRI_HEAD,
        facts,
        _sri_said(standing),
        f"<p>Fecha de emisión: {numeric(paper.issued_on)}</p>",
    )


def _sri_firm(paper: SupportPaper, standing: str) -> Parts:
    debts = "registra" if paper.owes else "no registra"
    facts = (
        f"<p>Estimado contribuyente:</p><p>La Administración Tributaria certifica que el sujeto "
        f"pasivo {escape(paper.holder)} con RUC {paper.ruc}, {standing} con sus obligaciones "
        f"tributarias y {debts} deudas en firme.</p>"
    )
    ending = (
        f"<p>Particular que certifico para los fines pertinentes.</p><p>Fecha de emisión: "
        f"{long_date(paper.issued_on)}</p><p>Código de verificación: SRICCT2026000482</p>"
    )
    head = "<h1>SERVICIO DE RENTAS INTERNAS</h1><h1>CERTIFICADO DE CUMPLIMIENTO TRIBUTARIO</h1>"
    return head, facts, "", ending


def _sri_place(paper: SupportPaper, standing: str) -> Parts:
    head = (
        f"<p>Quito, {long_date(paper.issued_on)}</p><h1>Certificado de cumplimiento tributario</h1>"
    )
    facts = rows(("Número de RUC", paper.ruc), ("Apellidos y nombres / Razón social", paper.holder))
    return head, facts, _sri_said(standing), "<p>Emitido en SRI en línea.</p>"


def _sri_online(paper: SupportPaper, standing: str) -> Parts:
    head = "<p><b>SRI</b> en línea</p><h1>CERTIFICADO DE CUMPLIMIENTO TRIBUTARIO</h1>"
    facts = rows(
        ("Razón social", paper.holder),
        ("RUC", paper.ruc),
        ("Fecha y hora de emisión", f"{numeric(paper.issued_on)} 08:15"),
    )
    return head, facts, _sri_said(standing), "<p>Dirección: Salinas y Santiago, Quito.</p>"


def _sri_upper(paper: SupportPaper, standing: str) -> Parts:
    facts = (
        f"<p>CONTRIBUYENTE: {escape(paper.holder.upper())}</p><p>RUC: {paper.ruc}</p>"
        f"<p>EL CONTRIBUYENTE {standing.upper()} CON SUS OBLIGACIONES TRIBUTARIAS.</p>"
    )
    ending = f"<p>FECHA DE EMISIÓN: {long_date(paper.issued_on).upper()}</p>{_SRI_RUC}"
    return _SRI_HEAD, facts, "", ending


def _sri_letter(paper: SupportPaper, standing: str) -> Parts:
    facts = (
        "<p>De conformidad con el Código Tributario y una vez revisada la base de datos del "
        f"Servicio de Rentas Internas, se certifica que {escape(paper.holder)}, contribuyente con "
        f"RUC número {paper.ruc}, {standing} con sus obligaciones tributarias.</p>"
    )
    day = f"{paper.issued_on.day} días del mes de {MONTHS[paper.issued_on.month - 1]}"
    ending = f"<p>Dado en Quito, a los {day} de {paper.issued_on.year}.</p>"
    head = "<h1>CERTIFICADO DE CUMPLIMIENTO TRIBUTARIO</h1>"
    return head, facts, "", ending


def _sri_short(paper: SupportPaper, standing: str) -> Parts:
    facts = f"<p>Sujeto pasivo: {escape(paper.holder)}<br>Identificación (RUC): {paper.ruc}</p>"
    said = (
        "<p>Cumplimiento de obligaciones tributarias: el sujeto pasivo "
        f"{standing} con la presentación y el pago de sus declaraciones.</p>"
    )
    ending = f"<p>Generado el {long_date(paper.issued_on)} por el Servicio de Rentas Internas.</p>"
    return "<h1>CERTIFICADO</h1>", facts, said, ending


def _sri_ruled(paper: SupportPaper, standing: str) -> Parts:
    facts = (
        "<table border=1 style='border-collapse:collapse'>"
        f"<tr><th>RUC</th><th>Razón social</th><th>Fecha de emisión</th></tr><tr><td>{paper.ruc}"
        f"</td><td>{escape(paper.holder)}</td><td>{numeric(paper.issued_on)}</td></tr></table>"
    )
    return _SRI_HEAD, facts, _sri_said(standing), _SRI_RUC


_EMPLOYERS: Final[tuple[Callable[[SupportPaper, str], str], ...]] = (
    _iess_sentence, _iess_table, _iess_short, _iess_represented, _iess_dated_place,
    _iess_columns, _iess_upper, _iess_letterhead, _iess_boxed, _iess_two_statements,
)  # fmt: skip
_TAXES: Final[tuple[Callable[[SupportPaper, str], Parts], ...]] = (
    _sri_sentence, _sri_table, _sri_bold, _sri_firm, _sri_place,
    _sri_online, _sri_upper, _sri_letter, _sri_short, _sri_ruled,
)  # fmt: skip
