"""What the archive of «Mis datos» says in Spanish beside its data."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from review_service.domain.item_words import SHEET_LABELS

NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "numero": "número",
        "tramite": "trámite",
        "canton": "cantón",
        "motivos_de_la_decision": "motivos de la decisión",
        "indicacion": "indicación",
        "dijo_si": "dijo que sí",
        "cuando": "cuándo",
        "que": "qué pasó",
        "lo_que_se_leyo": "lo que se leyó",
        "lo_que_se_le_dijo": "lo que se le dijo",
        "institucion": "institución",
        "titulo_leido": "título leído",
        "pagina": "página",
        "paginas": "páginas",
        "telefono": "teléfono",
        "muestra_telefono": "muestra el teléfono",
        "muestra_nombre": "muestra el nombre",
        "decia": "qué decía",
        "por_que_la_ve_una_persona": "por qué la ve una persona",
    }
)
"""Words with the accents that names for programs go without."""
UNREADABLE: Final = "Este archivo no se pudo leer ahora. Pídalo otra vez más tarde.\n"
"""Stands in the place of a file that the store did not give."""


def named(name: str) -> str:
    """Return the Spanish words for a name of ``data.json``."""
    return NAMES.get(name) or SHEET_LABELS.get(name) or name.replace("_", " ")
