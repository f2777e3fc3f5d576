"""What the trained trees say of a photo: a score of 0 to 100 for each reason, beside one limit.

The scores come from the sandbox (``workers/inside/picture/faults.py``), where each is set so that
50 is its limit. None was not measured: then the older measures decide alone.
"""

from typing import Final

from workers.judging import figures

LIMIT: Final = 50.0
"""From here on a photo looks spoilt: one good form in four hundred does. Calibrated:
benchmarks/fault_training.py."""
CLEARLY: Final = 90.0
"""From here on it is called bad."""
LEAST_DOUBT: Final = 4.0
"""Under this a measure that calls a photo spoilt is not believed. Calibrated:
benchmarks/quality.py."""


def is_seen(score: float | None) -> bool:
    """Whether a photo looks spoilt."""
    return score is not None and score >= LIMIT


def is_clear(score: float | None) -> bool:
    """Whether it looks so much so that nobody could use it."""
    return score is not None and score >= CLEARLY


def is_denied(score: float | None) -> bool:
    """Whether a photo looks so good in this way that a mere measure must be wrong."""
    return score is not None and score < LEAST_DOUBT


def figure(score: float) -> str:
    """Return a score beside its limit, for officers."""
    return f"señales {figures.beside(score, LIMIT)} de 100 (máximo {figures.plain(LIMIT)})"
