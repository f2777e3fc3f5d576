"""The keys that an officer may change, with what each does (``static/js/key_choices.js``).

Digits judge the points of a case and pick reasons: they are switched off, not changed.
"""

from types import MappingProxyType
from typing import Final

SHORTCUTS: Final = MappingProxyType(
    {
        "n": "Siguiente caso",
        "b": "Bandeja",
        "m": "Tomar el caso",
        "j": "Página siguiente; en la bandeja, bajar",
        "k": "Página anterior; en la bandeja, subir",
        "o": "Pedir que corrijan esta página",
        "a": "Aprobar",
        "c": "Pedir corrección",
        "x": "Negar",
        "u": "Deshacer la decisión",
        "p": "Comparar fotos parecidas",
        "+": "Acercar",
        "-": "Alejar",
        "z": "Al 100 %, o entera otra vez",
        "r": "Girar",
        "h": "Todas las páginas a la vez",
        "d": "Dos páginas lado a lado",
        "t": "Texto leído sobre la imagen",
        "/": "Buscar",
        "f": "Filtrar la bandeja",
        "v": "Vistas guardadas de la bandeja",
        "?": "Ver los atajos",
    }
)
"""``data-key`` of links and buttons in the officers' templates, in the order of the form."""
