"""Names and addresses of the views that officers save."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlencode

from review_service.domain.errors import InvalidInputError
from review_service.domain.wording import letters_in, visible

SEARCH: Final = "q"
"""How an address names the words of a search."""
MAX_NAME: Final = 60
MAX_QUERY: Final = 1000
MOST_VIEWS: Final = 30
"""Of one officer, and of the team: more would be a list to search."""


def view_name(text: str) -> str:
    """Return a name as stored. Raises ``InvalidInputError`` for the field ``nombre``."""
    name = " ".join(visible(text).split())
    if not letters_in(name):
        raise InvalidInputError({"nombre": "Escriba un nombre para la vista."})
    if len(name) > MAX_NAME:
        raise InvalidInputError({"nombre": f"Escriba un nombre de {MAX_NAME} letras o menos."})
    return name


def query_text(arguments: Mapping[str, str]) -> str:
    """Return what an address carries as one text.

    Raises ``InvalidInputError`` for a search that is too long to be saved.
    """
    text = urlencode(arguments)
    if len(text) > MAX_QUERY:
        raise InvalidInputError({"nombre": "Esta búsqueda es demasiado larga para guardarla."})
    return text


def query_arguments(text: str) -> dict[str, str]:
    """Undo ``query_text``."""
    return dict(parse_qsl(text))
