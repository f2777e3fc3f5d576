"""The labels of a paper, known as such before any value is taken: no value crosses another label.

Texts are folded: capitals without accents. A label is a phrase that announces a value («VIGENTE
HASTA»), a word that does so before a colon or «Nro.» («OFICIO NRO.»), or any few words that begin
a line or cell and end with a colon.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MOST_LABEL_WORDS: Final = 6
"""Of a label that is known by its colon alone."""
MOST_LABEL_SIGNS: Final = 60


class Announces(StrEnum):
    """What a label announces."""

    NUMBER = "number"
    HOLDER = "holder"
    RUC = "ruc"
    ACTIVITY = "activity"
    ISSUED = "issued"
    UNTIL = "until"
    OTHER = "other"
    """Any fact that is not read: a place, a telephone, another paper's number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """Where one label stands in a folded text."""

    announces: Announces
    start: int
    end: int


_NO: Final = r"(?:(?:NRO|NUMERO|NUM|N)\b|NO(?=[.:]| ?\d))"
_PHRASES: Final = (
    (
        Announces.OTHER,
        (
            r"FECHA(?: Y HORA)? DE (?:NACIMIENTO|INSCRIPCION|INGRESO|RECEPCION|REGISTRO|SOLICITUD|"
            r"PAGO|CONSTITUCION|INICIO|IMPRESION|CONSULTA|NOTIFICACION|PUBLICACION|ACTUALIZACION)"
            r"(?: DE ACTIVIDADES)?"
        ),
    ),
    (Announces.OTHER, r"ACUERDO (?:ANTERIOR|QUE (?:SE )?RENUEVA)|RENUEVA(?=:| AL? )"),
    (Announces.OTHER, r"REPRESENTANTE LEGAL|NOMBRE COMERCIAL"),
    (
        Announces.ISSUED,
        (
            r"FECHA(?: Y HORA)? ?(?:DE )?(?:EMISION|SUSCRIPCION|EXPEDICION|OTORGAMIENTO|CORTE|"
            r"GENERACION)|(?:VIGENCIA|RIGE|VIGENTE|VALID[OA]|VALIDEZ) DESDE(?: EL)?|"
            r"(?:SUSCRIT|EXPEDID|EMITID|OTORGAD|FIRMAD|DAD)[OA](?: EL)?"
        ),
    ),
    (
        Announces.UNTIL,
        (
            r"(?:(?:VIGENTE|VALID[OA]|VIGENCIA|VALIDEZ) )?HASTA(?: EL)?|(?:FECHA DE )?"
            r"(?:VENCIMIENTO|CADUCIDAD|EXPIRACION)|VENCE(?: EL)?|CADUCA(?: EL)?|EXPIRA(?: EL)?"
        ),
    ),
    (
        Announces.HOLDER,
        (
            r"A FAVOR DE|BENEFICIARI[OA](?: ?\(A\))?|TITULAR|"
            r"APELLIDOS Y NOMBRES(?: ?/? ?RAZON SOCIAL)?|"
            r"NOMBRES Y APELLIDOS|RAZON SOCIAL(?: ?/? ?NOMBRES?)?|A NOMBRE DE"
        ),
    ),
    (Announces.RUC, r"R ?\.? ?U ?\.? ?C\b|REGISTRO UNICO DE CONTRIBUYENTES"),
)
_WORDS: Final = (
    (Announces.NUMBER, r"ACUERDO(?: INTER ?MINISTERIAL| MINISTERIAL| ARTESANAL)?"),
    (Announces.HOLDER, r"NOMBRES?(?: DEL? (?:ARTESAN[OA]|BENEFICIARI[OA]|TITULAR))?|ARTESAN[OA]"),
    (
        Announces.ACTIVITY,
        r"ACTIVIDAD(?:ES)?(?: (?:ARTESANAL|PRINCIPAL|ECONOMICA))?|RAMA(?: ARTESANAL)?",
    ),
    (Announces.ISSUED, r"FECHA"),
    (
        Announces.OTHER,
        (
            r"LUGAR|CIUDAD|CANTON|PROVINCIA|PARROQUIA|DIRECCION|DOMICILIO|TELEFONOS?|TELF|CELULAR|"
            r"CORREO(?: ELECTRONICO)?|E-?MAIL|CEDULA(?: DE (?:CIUDADANIA|IDENTIDAD))?|C\.? ?[IC]|"
            r"NACIONALIDAD|ESTADO CIVIL|PROFESION|OBSERVACIONES|ANEXOS|TRAMITE|EXPEDIENTE|OFICIO|"
            r"OF|MEMORANDO|MEMO|SOLICITUD|RESOLUCION|INFORME(?: TECNICO)?|CERTIFICADO|REGISTRO(?: "
            r"OFICIAL)?|FOLIO|TOMO|PAGINA|CODIGO|CIIU|CATEGORIA|TIPO|CLASE|ASUNTO|REFERENCIA|REF|"
            r"PLAZO|VIGENCIA|TALLER|LOCAL|OPERARIOS|APRENDICES|CAPITAL|SECTOR|BARRIO|PATENTE|FACTURA|"
            r"DECRETO|LEY|CONTADOR(?:A)?|CONYUGE|REPRESENTANTE|RENUEVA|ANTERIOR|RENOVACION"
        ),
    ),
)
_SIGN: Final = r" ?[:;]"
_FOUND: Final = re.compile(
    r"(?<![A-Z0-9])(?:"
    + "|".join(rf"(?P<p{at}>(?:{pattern})(?![A-Z0-9]))" for at, (_, pattern) in enumerate(_PHRASES))
    + "|"
    + "|".join(
        rf"(?P<w{at}>(?:{pattern})(?:{_SIGN}| ?\.? {_NO}))"
        for at, (_, pattern) in enumerate(_WORDS)
    )
    + r")"
)
_CELL: Final = re.compile(
    r"(?:"
    + "|".join(rf"(?P<g{at}>(?:{pattern}))" for at, (_, pattern) in enumerate((*_PHRASES, *_WORDS)))
    + r")(?:\(A\))?(?: ?\.? ?(?:NRO|NUMERO|NUM|N\.? ?O|N))?[^A-Z0-9]{0,6}"
)
_KINDS: Final = {
    **{f"p{at}": kind for at, (kind, _) in enumerate(_PHRASES)},
    **{f"w{at}": kind for at, (kind, _) in enumerate(_WORDS)},
    **{f"g{at}": kind for at, (kind, _) in enumerate((*_PHRASES, *_WORDS))},
}
_COLON: Final = re.compile(r"[A-Z][A-Z0-9 ./()'-]{0,58}:(?= |$)")
"""At the beginning of a line or cell; a number or a name holds no colon."""


def labels_in(folded: str, begins: Iterable[int] = ()) -> tuple[Label, ...]:
    """Return the labels of a text in their order; ``begins`` are where lines and cells begin.

    Line feeds count as spaces.
    """
    flat = folded.replace("\n", " ")
    known = [
        Label(announces=_KINDS[str(match.lastgroup)], start=match.start(), end=match.end())
        for match in _FOUND.finditer(flat)
    ]
    starts = [label.start for label in known]
    others = []
    for begin in begins:
        match = _COLON.match(flat, begin, begin + MOST_LABEL_SIGNS)
        if match is None or len(match[0].split()) > MOST_LABEL_WORDS:
            continue
        at = bisect_left(starts, match.start())
        is_known = at < len(known) and known[at].start < match.end()
        if not is_known:
            others.append(Label(announces=Announces.OTHER, start=match.start(), end=match.end()))
    return tuple(sorted((*known, *others), key=lambda label: label.start))


def label_of_cell(folded: str) -> Announces | None:
    """Return what a cell announces that is nothing but a label; None for any other."""
    match = _CELL.fullmatch(folded)
    if match is not None:
        return _KINDS[str(match.lastgroup)]
    is_colon = _COLON.fullmatch(folded) and len(folded.split()) <= MOST_LABEL_WORDS
    return Announces.OTHER if is_colon else None


def first_other(
    labels: Sequence[Label], start: int, stop: int, announces: Announces
) -> Label | None:
    """Return the first label from ``start`` up to ``stop`` that announces something else."""
    at = bisect_left(labels, start, key=lambda label: label.start)
    while at < len(labels) and labels[at].start < stop:
        if labels[at].announces is not announces:
            return labels[at]
        at += 1
    return None


def labels_between(labels: Sequence[Label], start: int, stop: int) -> Sequence[Label]:
    """Return the labels that begin from ``start`` on and before ``stop``."""
    first = bisect_left(labels, start, key=lambda label: label.start)
    return labels[first : bisect_left(labels, stop, key=lambda label: label.start)]


def last_before(labels: Sequence[Label], place: int) -> Label | None:
    """Return the last label that begins before a place."""
    at = bisect_left(labels, place, key=lambda label: label.start)
    return labels[at - 1] if at else None
