"""Papers as lines of words, and what is read from them."""

from review_service.domain.reports import Box, ReadField, Word
from workers.judging.support.reading import Reading, read

TAX = """
SRI CERTIFICADO DE CUMPLIMIENTO TRIBUTARIO
Razón social: TEJIDOS PEGUCHE S.A.S.
Número RUC: 1792060346001
El contribuyente ha cumplido con sus obligaciones tributarias
{validity}
Fecha de emisión: 10 de noviembre de 2026
Servicio de Rentas Internas RUC 1760013210001
"""
EMPLOYER = """
INSTITUTO ECUATORIANO DE SEGURIDAD SOCIAL
CERTIFICADO DE CUMPLIMIENTO DE OBLIGACIONES PATRONALES
El empleador TEJIDOS PEGUCHE S.A.S., con RUC Nro. 1792060346001, {standing}
Emitido el 10/11/2026
"""


def words_of(text: str, confidence: float = 95) -> list[Word]:
    """Set a text in lines of words, as OCR would box them."""
    return [
        Word(
            text=word,
            confidence=confidence,
            box=Box(left=100 + 90 * place, top=100 + 40 * row, width=80, height=20),
        )
        for row, line in enumerate(text.strip().splitlines())
        for place, word in enumerate(line.split())
    ]


def reading(text: str) -> Reading:
    return read([(1, words_of(text))])


def values(found: Reading) -> dict[str, str]:
    return {field.name: field.value for field in found.fields}


def field(found: Reading, name: str) -> ReadField:
    return next(field for field in found.fields if field.name == name)


def codes(found: Reading) -> list[str]:
    return [finding.code for finding in found.findings]
