"""Ten layouts of deeds by notaries and of private founding papers; nobody in them exists."""

from html import escape
from typing import Final

from review_service.domain.wording import MONTHS, long_date
from tests.samples.support_wording import SupportPaper, in_words, person

_DURATION: Final = "<p>El plazo de duración de la compañía es de cincuenta años.</p>"
_CLAUSES: Final = (
    "<p>SEGUNDA.- Su objeto social es la producción y venta de artesanías. TERCERA.- El capital "
    "suscrito es de ochocientos dólares, dividido en ochocientas participaciones. CUARTA.- Los "
    "socios se rigen por los estatutos que siguen.</p>"
)


def deed(paper: SupportPaper) -> str:
    """Return a founding paper in one of ten layouts."""
    return _DEEDS[paper.layout](paper)


def _before_notary(paper: SupportPaper, heading: str, day: str) -> str:
    return (
        f"<h1>{heading}<br>{escape(paper.holder)}</h1>"
        f"<p>En la ciudad de Otavalo, provincia de Imbabura, hoy {day}, ante mí, doctora "
        f"{person(3)}, Notaria Segunda del cantón, comparecen {person(1)} y {person(2)}, de "
        "nacionalidad ecuatoriana, mayores de edad, hábiles para contratar, y dicen que elevan a "
        "escritura pública la siguiente minuta:</p>"
        f"<p>PRIMERA.- Se constituye la compañía denominada {escape(paper.holder)}, con domicilio "
        f"en el cantón Otavalo.</p>{_CLAUSES}" + _DURATION * 6
    )


def _public(paper: SupportPaper) -> str:
    return _before_notary(
        paper, "ESCRITURA PÚBLICA DE CONSTITUCIÓN DE COMPAÑÍA", in_words(paper.issued_on)
    )


def _plain(paper: SupportPaper) -> str:
    return _before_notary(paper, "CONSTITUCIÓN DE LA COMPAÑÍA", long_date(paper.issued_on))


def _contract(paper: SupportPaper) -> str:
    return _before_notary(paper, "CONTRATO CONSTITUTIVO DE SOCIEDAD", in_words(paper.issued_on))


def _numbered(paper: SupportPaper) -> str:
    return (
        "<p>NOTARÍA SEGUNDA DEL CANTÓN OTAVALO</p><p>ESCRITURA No. 20261004002P00482</p>"
        "<h1>ESCRITURA DE CONSTITUCIÓN DE LA COMPAÑÍA</h1>"
        f"<p>DENOMINACIÓN: {escape(paper.holder)}</p>"
        f"<p>FECHA DE OTORGAMIENTO: {long_date(paper.issued_on)}</p><p>CUANTÍA: USD 800,00</p>"
        f"<p>OTORGAN: {person(4)} y {person(5)}</p>"
        "<p>Señora Notaria: en el registro de escrituras públicas a su cargo, sírvase incorporar "
        "una de constitución de compañía, al tenor de estas cláusulas: PRIMERA.- Comparecientes. "
        f"Comparecen los socios fundadores.</p>{_CLAUSES}{_DURATION}"
    )


def _simplified(paper: SupportPaper) -> str:
    return (
        "<h1>CONTRATO CONSTITUTIVO DE SOCIEDAD POR ACCIONES SIMPLIFICADA</h1>"
        f"<p>En la ciudad de Quito, a los {paper.issued_on.day} días del mes de "
        f"{MONTHS[paper.issued_on.month - 1]} de {paper.issued_on.year}, comparecen los "
        f"accionistas {person(0)} y {person(6)}, por sus propios derechos.</p>"
        f"<p>Artículo 1.- La sociedad denominada {escape(paper.holder)} tiene su domicilio en "
        "Quito. Artículo 2.- El capital suscrito y pagado es de mil dólares. Artículo 3.- Los "
        "estatutos se inscriben en la Superintendencia de Compañías.</p>"
    )


def _matrix(paper: SupportPaper) -> str:
    return (
        "<p>Factura: 001-002-000048231</p><h1>NOTARIO(A) ROSA CHANGO · NOTARÍA PRIMERA DEL CANTÓN "
        "AMBATO</h1><h1>EXTRACTO</h1><h1>CONSTITUCIÓN DE COMPAÑÍA</h1>"
        f"<p>ACTO O CONTRATO: CONSTITUCIÓN DE SOCIEDADES</p>"
        f"<p>FECHA DE OTORGAMIENTO: {long_date(paper.issued_on).upper()}</p>"
        f"<p>Razón social: {escape(paper.holder)}</p><p>Capital: USD 800,00. Domicilio: Ambato. "
        f"Comparecientes: {person(1)} y {person(7)}, socios.</p>"
    )


def _long_opening(paper: SupportPaper) -> str:
    return (
        "<h1>CONSTITUCIÓN DE LA COMPAÑÍA</h1>"
        f"<p>En el cantón Cuenca, provincia del Azuay, República del Ecuador, el día de hoy "
        f"{in_words(paper.issued_on)}, ante mí, Notario Quinto, comparecen con plena capacidad, "
        f"libertad y conocimiento {person(2)} y {person(3)}, a quienes de conocer doy fe.</p>"
        f"<p>CLÁUSULA PRIMERA.- Los comparecientes constituyen la compañía denominada "
        f"{escape(paper.holder)}.</p>{_CLAUSES}{_DURATION}"
    )


def _minutes(paper: SupportPaper) -> str:
    return (
        f"<h1>ACTA DE ASAMBLEA DE CONSTITUCIÓN</h1><p>Asociación denominada "
        f"{escape(paper.holder)}</p><p>Guaranda, {long_date(paper.issued_on)}</p>"
        f"<p>Reunidos los socios fundadores {person(5)} y {person(8)}, eligen directiva, aprueban "
        "los estatutos y fijan el capital de aportación y el domicilio de la asociación.</p>"
    )


def _certified_copy(paper: SupportPaper) -> str:
    return (
        "<p>COPIA CERTIFICADA</p><h1>ESCRITURA PÚBLICA DE CONSTITUCIÓN</h1>"
        f"<p>de la compañía {escape(paper.holder)}</p><p>Otorgada el {long_date(paper.issued_on)} "
        f"ante la Notaria Tercera de Riobamba, doctora {person(6)}.</p><p>Razón social: "
        f"{escape(paper.holder)}</p><p>Los socios comparecen para fijar capital, objeto social y "
        f"domicilio.</p>{_DURATION}"
    )


def _electronic(paper: SupportPaper) -> str:
    return (
        "<p>SUPERINTENDENCIA DE COMPAÑÍAS, VALORES Y SEGUROS</p>"
        "<h1>CONSTITUCIÓN ELECTRÓNICA</h1><h1>CONSTITUCIÓN DE COMPAÑÍA</h1>"
        f"<table><tr><td>Denominación:</td><td>{escape(paper.holder)}</td></tr>"
        f"<tr><td>Fecha de otorgamiento:</td><td>{paper.issued_on:%d/%m/%Y}</td></tr>"
        "<tr><td>Capital suscrito:</td><td>800,00</td></tr></table>"
        "<p>Los socios declaran bajo juramento; la notaria da fe y eleva a escritura los "
        "estatutos.</p>"
    )


_DEEDS: Final = (
    _public, _plain, _contract, _numbered, _simplified,
    _matrix, _long_opening, _minutes, _certified_copy, _electronic,
)  # fmt: skip
