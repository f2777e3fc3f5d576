"""Which sight shows which page of officers, and which addresses have none, with the reason."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

SHOWN_BY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "/revision": "bandeja",
        "/revision/acuerdos": "acuerdos",
        "/revision/cartas": "bandeja-cartas",
        "/revision/cartas/<uuid:letter_id>": "carta-por-responder",
        "/revision/casos/<uuid:application_id>": "caso",
        "/revision/casos/<uuid:application_id>/aprobar": "aprobar",
        "/revision/casos/<uuid:application_id>/comparar/<uuid:document_id>/<int:number>": (
            "comparar-fotos"
        ),
        "/revision/casos/<uuid:application_id>/correccion": "correccion",
        "/revision/casos/<uuid:application_id>/desistimiento": "desistimiento",
        "/revision/casos/<uuid:application_id>/documentos/<uuid:document_id>/original": (
            "caso-original"
        ),
        "/revision/casos/<uuid:application_id>/emitido": "emitido",
        "/revision/casos/<uuid:application_id>/historia": "caso-historia",
        "/revision/casos/<uuid:application_id>/negar": "negar",
        "/revision/casos/<uuid:application_id>/pasar": "caso-pasar",
        "/revision/casos/<uuid:application_id>/preguntar": "preguntar-error",
        "/revision/casos/<uuid:application_id>/recurso": "recurso-en-papel",
        "/revision/casos/<uuid:application_id>/ruc": "caso-ruc",
        "/revision/cifras": "cifras-estado",
        "/revision/cifras/<string(length=4):year>/<string(length=2):month>": "cifras-mes",
        "/revision/consultas": "me-preguntan",
        "/revision/cuenta": "cuenta",
        "/revision/ingresar": "revision-ingresar",
        "/revision/panel": "panel",
        "/revision/panel/controles": "panel-controles",
        "/revision/panel/controles/<string(maxlength=60):finding>": "panel-control",
        "/revision/panel/reglas": "panel-reglas",
        "/revision/panel/reglas/<string(maxlength=80):rule>": "panel-regla",
        "/revision/panel/segundas": "panel-segundas",
        "/revision/pasar": "pasar-elegidos-error",
        "/revision/por-emitir": "por-emitir",
        "/revision/por-emitir/confirmar": "por-emitir-confirmar",
        "/revision/recursos": "recursos",
        "/revision/recursos/<uuid:letter_id>": "recurso",
        "/revision/salud": "salud",
        "/revision/segundas": "segunda-revision",
        "/revision/segundas/<uuid:review_id>": "segunda-revision-caso",
        "/revision/segundo-factor": "revision-segundo-factor",
        "/revision/textos": "textos",
        "/revision/vistas": "vistas-guardadas",
    }
)
"""A route that is read as a page, to the sight of ``pages.py`` that is judged there."""
A_FILE: Final = "a file, which no page frames"
ITS_OWN_SETTINGS: Final = "only with UNDO_SECONDS or FOUR_EYES: judged in test_undoing"
WITHOUT_SIGHT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "/revision/acuerdos/<uuid:agreement_id>.pdf": A_FILE,
        "/revision/archivo/<ticket>": A_FILE,
        "/revision/cartas/<uuid:letter_id>/foto.jpg": A_FILE,
        "/revision/casos/<uuid:application_id>/desistimiento.pdf": A_FILE,
        "/revision/casos/<uuid:application_id>/paginas/<uuid:document_id>/<int:number>.jpg": A_FILE,
        "/revision/casos/<uuid:application_id>/paginas/<uuid:document_id>/<int:number>/miniatura.jpg": (  # noqa: E501
            A_FILE
        ),
        "/revision/casos/<uuid:application_id>/paginas/<uuid:document_id>/<int:number>/vista.jpg": (
            A_FILE
        ),
        "/revision/casos/<uuid:application_id>/decidida": ITS_OWN_SETTINGS,
        "/revision/casos/<uuid:application_id>/recomendacion": ITS_OWN_SETTINGS,
        "/revision/inicio": "leads on to the page of the officer's role",
        "/revision/presencia": "the small question of scripts: data, no page",
    }
)
"""A route of officers without a sight, to the reason."""


def misled(sight: str, address: str) -> list[str]:
    """Return what is wrong when a sight is not where the table says that it is."""
    routes = [route for route, name in SHOWN_BY.items() if name == sight]
    path = urlsplit(address).path
    if not routes or any(re.fullmatch(_pattern(route), path) for route in routes):
        return []
    return [f"it stands at {path}, not at {routes[0]}"]


def _pattern(route: str) -> str:
    """Return a regular expression for the paths of a route."""
    return "".join(
        "[^/]+" if part.startswith("<") else re.escape(part)
        for part in re.split(r"(<[^>]+>)", route)
    )
