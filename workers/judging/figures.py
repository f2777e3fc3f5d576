"""How a measured figure is written beside its limit: the two never read alike."""

from typing import Final

MOST_DIGITS: Final = 4


def beside(value: float, limit: float, *, digits: int = 0) -> str:
    """Return a figure in Spanish, with as many decimals as it takes to differ from its limit.

    ``digits`` is how many decimals it has at least. The limit itself is written by ``plain``.
    """
    for more in range(digits, MOST_DIGITS + 1):
        told = _rounded(value, more)
        if value == limit or told != _rounded(limit, more):
            return told
    return f"menos de {plain(limit)}" if value < limit else f"más de {plain(limit)}"


def plain(value: float, *, digits: int = 0) -> str:
    """Return a limit in Spanish, with a comma before its decimals and none that are 0."""
    told = _rounded(value, max(digits, 1))
    return told.removesuffix(",0")


def _rounded(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".replace(".", ",")
