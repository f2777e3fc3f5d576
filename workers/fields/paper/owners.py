"""Whose a RUC is: its kind, its place on the paper and the words beside it say it.

Texts are folded: capitals without accents.
"""

import re
from typing import Final

from review_service.domain.ruc import RucKind, check_ruc

LOOK_BACK: Final = 110
"""Characters before a RUC that may say whose it is."""
_OTHERS: Final = re.compile(
    r"\b(?:MINISTERIOS?|SUBSECRETARIA|SECRETARIA|COORDINACION|GOBIERNO|INSTITUTO|"
    r"DIRECCION (?:GENERAL|NACIONAL|PROVINCIAL|ZONAL|DE ARTESAN\w+)|"
    r"SERVICIO (?:DE RENTAS|NACIONAL)|IMPRENTA|IMPRESO|GRAFICAS|EDITORIAL|NOTARI[AO]|CAMARA|"
    r"GREMIO|JUNTA NACIONAL|MUNICIPIO|GAD|INSTITUCION|ENTIDAD|EMISOR|REPRESENTANTE(?: LEGAL)?|"
    r"CONTADORA?|CONYUGE|GARANTE|AGENTE DE RETENCION)\b"
)
_HOLDERS: Final = re.compile(
    r"\b(?:A FAVOR DE|SENOR(?:A|ES|ITA)?|SR|SRA|SRTA|PORTADORA?|TITULAR|BENEFICIARI[OA]|"
    r"SOLICITANTE|ARTESAN[OA]|MAESTR[OA]|APELLIDOS|NOMBRES?|RAZON SOCIAL|A NOMBRE|OTORG\w+|"
    r"CONCED\w+|CONFER\w+|CALIFIC\w+|EMPLEADORA?|CONTRIBUYENTE|SUJETO PASIVO|PATRONO|COMPANIA|"
    r"EMPRESA)\b"
)
_SENTENCE_END: Final = re.compile(r";|\b[A-Z]{5,}\. ")


def is_of_public_body(ruc: str) -> bool:
    """Whether the digits of a RUC are those of a public body, which is no person."""
    return check_ruc(ruc).kind is RucKind.PUBLIC


def is_of_other(before: str) -> bool:
    """Whether the words before the label of a RUC give it to somebody other than the holder.

    The nearer word counts: «el Ministerio otorga a la señora Lema, con RUC».
    """
    near = _SENTENCE_END.split(" ".join(before[-LOOK_BACK:].split()))[-1]
    other = max((match.start() for match in _OTHERS.finditer(near)), default=-1)
    holder = max((match.start() for match in _HOLDERS.finditer(near)), default=-1)
    return other > holder
