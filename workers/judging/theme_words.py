"""The words that say what a photo shows, in Spanish, by theme; endings do not matter."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from review_service.domain import folding
from review_service.domain.documents import Theme

WORDS: Final[Mapping[Theme, str]] = MappingProxyType(
    {
        Theme.WORKSHOP: (
            "taller local fachada exterior interior instalación establecimiento lugar espacio "
            "entrada letrero rótulo bodega galpón almacén vitrina tienda negocio ubicación sitio "
            "peluquería barbería sastrería zapatería tapicería"
        ),
        Theme.PEOPLE: (
            "persona personal gente operario trabajador trabajadora trabajando trabaja trabajan "
            "laborando ayudante aprendiz empleado colaborador artesano maestro maestra socio "
            "familia compañero dueño propietario esposo hijo hermano mamá papá"
        ),
        Theme.MACHINERY: (
            "máquina maquinaria herramienta torno telar horno sierra taladro prensa martillo "
            "yunque soldadora cortadora bordadora overlock overlok remalladora compresor lijadora "
            "pulidora cepilladora amoladora esmeril molino batidora rueca cincel formón gubia "
            "caladora tijera utensilio instrumento laminadora fresadora urdidora sublimadora "
            "secadora plancha grapadora navaja peine"
        ),
        Theme.PROCESS: (
            "proceso paso etapa fase fases elaboración elaborando fabricación fabricando "
            "producción confección confeccionando corte cortado cortando cosido cosiendo "
            "costura pintado pintando pintura acabado armado armando ensamblado ensamble lijado "
            "lijando pulido "
            "puliendo tejido tejiendo tinturado teñido hilado hilando moldeado moldeando modelado "
            "secado horneado cocción barnizado barnizando bordado bordando tallado tallando "
            "soldadura soldando trazado diseño preparación mezcla amasado empacado vaciado "
            "fundición servicio atención atendiendo reparación reparando arreglo arreglando "
            "tapizado tapizando zurcido zurciendo remiendo restauración restaurando "
            "mantenimiento peinado peinando afilado afilando pegado pegando"
        ),
    }
)
PHRASES: Final[Mapping[str, Theme]] = MappingProxyType(
    {
        "area de trabajo": Theme.WORKSHOP,
        "lugar de trabajo": Theme.WORKSHOP,
        "sitio de trabajo": Theme.WORKSHOP,
        "puesto de trabajo": Theme.WORKSHOP,
        "equipo de trabajo": Theme.PEOPLE,
        "grupo de trabajo": Theme.PEOPLE,
        "nuestro equipo": Theme.PEOPLE,
        "mi equipo": Theme.PEOPLE,
        "mano de obra": Theme.PEOPLE,
        "equipos": Theme.MACHINERY,
        "materia prima": Theme.PROCESS,
        "materias primas": Theme.PROCESS,
        "paso a paso": Theme.PROCESS,
        "como se hace": Theme.PROCESS,
        "como hago": Theme.PROCESS,
        "como hace": Theme.PROCESS,
        "como hacemos": Theme.PROCESS,
        "como lo hace": Theme.PROCESS,
        "como lo hago": Theme.PROCESS,
        "como atiendo": Theme.PROCESS,
    }
)
"""Looked for before single words, which they are made of."""
COVER_WORDS: Final = frozenset({"evidencia", "evidencias", "portada", "anexo", "anexos", "indice"})
"""A line with one of them is the title of the whole, not of the photos that follow."""
LINKS: Final = frozenset(
    {"de", "del", "en", "con", "para", "por", "sobre", "desde", "dentro", "donde", "junto", "al"}
)
"""What follows one of them only says more of what stood before: «máquinas del taller»."""
GERUNDS: Final = ("ando", "endo")
"""So does a word of these endings behind another: «operarias cosiendo»."""


def by_stem() -> Mapping[str, Theme]:
    """Return the theme of each word's stem. Raises ``ValueError`` for a word of two themes."""
    themes: dict[str, Theme] = {}
    for theme, words in WORDS.items():
        for token in folding.tokens(words):
            known = themes.setdefault(folding.stem(token), theme)
            if known is not theme:
                raise ValueError(f"{token!r} says two themes")
    return MappingProxyType(themes)
