"""Which characters the Acuerdo's fonts can print, for typed, imported and printed text."""

import unicodedata
from collections.abc import Iterator
from typing import Final

from review_service.domain.wording import printable, worded

PRINTED: Final[tuple[tuple[int, int], ...]] = (
    (0x20, 0x7e), (0xa0, 0x17f), (0x18e, 0x18f), (0x192, 0x192),
    (0x19d, 0x19d), (0x1a0, 0x1a1), (0x1af, 0x1b0), (0x1b7, 0x1b7),
    (0x1c4, 0x1dd), (0x1e4, 0x1eb), (0x1ee, 0x1ef), (0x1f1, 0x1f3),
    (0x1fa, 0x21f), (0x228, 0x22d), (0x230, 0x233), (0x237, 0x237),
    (0x2b9, 0x2b9), (0x2bb, 0x2bc), (0x300, 0x304), (0x306, 0x30c),
    (0x30f, 0x30f), (0x311, 0x313), (0x31b, 0x31b), (0x323, 0x328),
    (0x32e, 0x32e), (0x1e08, 0x1e09), (0x1e0c, 0x1e11), (0x1e14, 0x1e17),
    (0x1e1c, 0x1e1d), (0x1e20, 0x1e21), (0x1e24, 0x1e25), (0x1e2a, 0x1e2b),
    (0x1e2e, 0x1e2f), (0x1e36, 0x1e37), (0x1e3a, 0x1e3b), (0x1e42, 0x1e49),
    (0x1e4c, 0x1e53), (0x1e5a, 0x1e5b), (0x1e5e, 0x1e69), (0x1e6c, 0x1e6f),
    (0x1e78, 0x1e7b), (0x1e80, 0x1e85), (0x1e8e, 0x1e93), (0x1e97, 0x1e97),
    (0x1e9e, 0x1e9e), (0x1ea0, 0x1ef9), (0x2010, 0x2016), (0x2018, 0x2027),
    (0x2030, 0x2030), (0x2032, 0x2033), (0x2039, 0x203a), (0x2044, 0x2044),
    (0x20ac, 0x20ac), (0x2116, 0x2116), (0x2122, 0x2122), (0x2192, 0x2192),
    (0x2212, 0x2212),
)  # fmt: skip
"""First and last code points that every font of the Acuerdo draws. A test holds it to the fonts."""
_DRAWN: Final = frozenset(code for first, last in PRINTED for code in range(first, last + 1))


def composed(text: str) -> str:
    """Return the text with each letter and its accent as one sign, as the fonts draw them."""
    return unicodedata.normalize("NFC", text)


def undrawn(text: str) -> str:
    """Return the first sign that no font of the paper draws; empty when each is drawn.

    Spaces, line ends and what is left out of every paper anyway (control signs) do not count.
    """
    return next(_undrawn(text), "")


def undrawn_problem(text: str, *, field: str) -> str:
    """Return one Spanish sentence naming the field and the sign; empty when all can be printed."""
    sign = undrawn(text)
    if not sign:
        return ""
    shown = sign if sign.isprintable() else f"U+{ord(sign):04X}"
    return worded(
        "%(field)s tiene un signo que no se puede imprimir: «%(shown)s». "
        "Quítelo o escríbalo en letras.",
        field=worded(field),
        shown=shown,
    )


def _undrawn(text: str) -> Iterator[str]:
    for sign in printable(composed(text)):
        if not sign.isspace() and ord(sign) not in _DRAWN:
            yield sign
