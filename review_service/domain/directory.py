"""The public directory of artisans: what somebody agrees to, and what is searched of it."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from review_service.domain.folding import terms

TEXT_VERSION: Final = 1
"""Of ``SHOWN``, ``NAME`` and ``PHONE``: another one when they say something else."""
SHOWN: Final = "su oficio, su cantón y provincia, y hasta cuándo vale su Acuerdo"
"""What everybody who consents shows."""
NAME: Final = "su nombre"
PHONE: Final = "su teléfono"
MOST_ON_A_PAGE: Final = 20
MOST_WORDS: Final = 6
"""Words of a question that are looked for."""
LONGEST_QUESTION: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One artisan as anybody sees it; name and phone are empty where they were not agreed to."""

    trade: str
    canton: str
    province: str
    valid_until: date
    name: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What somebody looks for; what is empty is not asked."""

    trade: str = ""
    canton: str = ""
    words: str = ""

    @property
    def folded(self) -> tuple[str, ...]:
        """The words that must all be there."""
        return tuple(terms(self.words[:LONGEST_QUESTION]))[:MOST_WORDS]

    @property
    def folded_trade(self) -> tuple[str, ...]:
        """The words that must all be in the trade."""
        return tuple(terms(self.trade[:LONGEST_QUESTION]))[:MOST_WORDS]


AFTER_THE_TRADE: Final = "|"
"""Stands in what is searched between the trade and the rest."""


def searched(trade: str, *others: str) -> str:
    """Return the words of an entry as they are searched, the trade first."""
    told = (" ".join(terms(text)) for text in (trade, " ".join(others)))
    return f" {AFTER_THE_TRADE} ".join(told)
