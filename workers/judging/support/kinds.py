"""Recognises by its words which supporting document a paper is, if it is one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from review_service.domain.documents import SupportKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """The words by which one kind of document is recognised."""

    decisive: re.Pattern[str]
    """Without one of these it is not that kind."""
    further: tuple[re.Pattern[str], ...]
    least: int
    """Of the further signs, how many must be there too."""


def _signs(decisive: str, *further: str, least: int) -> Signs:
    return Signs(
        decisive=re.compile(decisive),
        further=tuple(re.compile(sign) for sign in further),
        least=least,
    )


_IESS: Final = r"\bIESS\b|SEGURIDAD\s+SOCIAL"
_SRI: Final = r"\bSRI\b|RENTAS\s+INTERNAS"
_NO_EMPLOYER: Final = (
    r"\bNO\s+(?:SE\s+ENCUENTRA|CONSTA|ESTA)\s+(?:REGISTRAD[OA]\s+)?COMO\s+(?:EMPLEADORA?|PATRONO)\b"
)
NO_WORKERS: Final = re.compile(
    rf"{_NO_EMPLOYER}|(?:\bNO\s+(?:REGISTRA|TIENE|MANTIENE|CUENTA\s+CON)|\bSIN)\s+"
    r"(?:TRABAJADORES|EMPLEADOS|AFILIADOS|PERSONAL)\b"
    r"(?!\s+(?:EN\s+MORA|PENDIENTES?|IMPAG|CON\s+DEUDA|SIN\s))"
)
"""How the IESS says of somebody that nobody works for them."""
ISSUERS: Final[Mapping[SupportKind, re.Pattern[str]]] = {
    SupportKind.EMPLOYER_CERTIFICATE: re.compile(
        r"\bIESS\b|INSTITUTO\s+ECUATORIANO\s+DE\s+SEGURIDAD\s+SOCIAL"
    ),
    SupportKind.TAX_CERTIFICATE: re.compile(_SRI),
}
"""A certificate names who issues it."""
FOREIGN: Final = re.compile(
    r"\bSUNAT\b|\bESSALUD\b|\bPLAME\b|\bDIAN\b|\bPARAFISCALES\b|CAMARA\s+DE\s+COMERCIO\s+DE"
    r"\s+(?:BOGOTA|MEDELLIN|CALI|LIMA)|\bCIRCULO\s+(?:NOTARIAL\s+)?DE\s+(?:BOGOTA|MEDELLIN|CALI)"
    r"|REPUBLICA\s+(?:DE\s+|DEL\s+)?(?:COLOMBIA|PERU|CHILE|BOLIVIA|ARGENTINA|BOLIVARIANA)"
)
"""Institutions and notaries of the neighbouring countries."""
SIGNS: Final[Mapping[SupportKind, Signs]] = {
    SupportKind.DEED: _signs(
        r"ESCRITURA\s+(?:PUBLICA\s+)?DE\s+CONSTITUCION|CONTRATO\s+(?:SOCIETARIO|CONSTITUTIVO)"
        r"|CONSTITUCION\s+DE\s+(?:LA\s+|UNA\s+)?(?:COMPANIA|SOCIEDAD|ASOCIACION|EMPRESA)"
        r"|ACTA\s+(?:DE\s+ASAMBLEA\s+)?(?:DE\s+)?CONSTITU",
        r"\bNOTARI[AO]\b",
        r"\bSOCI[OA]S?\b|\bACCIONISTAS?\b|\bCOMPARECIENTES?\b|\bCOMPARECEN?\b",
        r"\bCAPITAL\b",
        r"\bESTATUTOS?\b",
        r"\bOBJETO\s+SOCIAL\b|\bDOMICILIO\b|\bPLAZO\s+DE\s+DURACION\b",
        least=2,
    ),
    SupportKind.EMPLOYER_CERTIFICATE: _signs(
        rf"OBLIGACIONES\s+PATRONALES|MORA\s+PATRONAL|{_NO_EMPLOYER}",
        _IESS,
        r"\bCERTIFICA(?:DO)?\b",
        r"\bEMPLEADORA?\b|\bPATRONO\b",
        r"\bCUMPLIMIENTO\b|\bREGISTRA\b",
        least=2,
    ),
    SupportKind.TAX_CERTIFICATE: _signs(
        r"CUMPLIMIENTO\s+TRIBUTARIO"
        r"|CUMPL(?:IMIENTO|IDO)\s+(?:DE|CON)\s+(?:SUS\s+|LAS\s+)?OBLIGACIONES\s+TRIBUTARIAS",
        _SRI,
        r"\bCERTIFICA(?:DO)?\b",
        r"\bCONTRIBUYENTE\b|\bSUJETO\s+PASIVO\b",
        least=2,
    ),
    SupportKind.PAYROLL: _signs(
        r"\bNOMINA\b|\bROL(?:ES)?\s+DE\s+PAGOS?\b|PLANILLA\s+(?:DE\s+)?(?:APORTES|TRABAJADORES"
        r"|EMPLEADOS|SUELDOS|REMUNERACIONES)|LISTADO\s+DE\s+(?:TRABAJADORES|EMPLEADOS)",
        r"\bTRABAJADOR(?:ES|AS)?\b|\bEMPLEAD[OA]S?\b|\bAFILIAD[OA]S?\b",
        r"\bSUELDOS?\b|\bREMUNERACION(?:ES)?\b|\bSALARIOS?\b",
        r"\bCARGO\b|\bOCUPACION\b|\bCEDULA\b",
        r"\bAPORTES?\b|\bLIQUIDO\b",
        least=2,
    ),
    SupportKind.APPOINTMENT: _signs(
        r"\bNOMBRAMIENTO\b|(?:REGISTRO|ELECCION|INSCRIPCION)\s+DE\s+(?:LA\s+|SU\s+)?DIRECTIVA",
        r"\bREPRESENTANTE\b|\bREPRESENTACION\s+LEGAL\b",
        r"\bPRESIDENT[EA]\b|\bGERENTE\b|\bADMINISTRADORA?\b",
        r"\bESTATUTOS?\b|\bASAMBLEA\b|\bJUNTA\s+GENERAL\b",
        r"\bPERIODO\b|\bVIGENCIA\b|\bA[NÑ]OS\b",
        r"\bACEPT[OA]\b|\bPOSESION\b",
        least=2,
    ),
}


def recognise(folded: str) -> SupportKind | None:
    """Return the kind whose signs stand in the folded text; of several, the one named first.

    A certificate may mention a payroll in its text; what it is stands in its heading.
    """
    found = [
        (match.start(), kind)
        for kind, signs in SIGNS.items()
        if (match := signs.decisive.search(folded))
        and sum(1 for sign in signs.further if sign.search(folded)) >= signs.least
    ]
    return min(found)[1] if found else None
