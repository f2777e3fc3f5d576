"""The public directory of artisans: what somebody agrees to, and what is searched of it."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from review_service.domain.folding import LEAST_SHARED, terms
from review_service.domain.folding import searched as worth_searching
from review_service.domain.wording import gettext_noop

TEXT_VERSION: Final = 1
"""Of ``SHOWN``, ``NAME`` and ``PHONE``: another one when they say something else."""
SHOWN: Final = gettext_noop("su oficio, su cantón y provincia, y hasta cuándo vale su Acuerdo")
"""What everybody who consents shows."""
NAME: Final = gettext_noop("su nombre")
PHONE: Final = gettext_noop("su teléfono")
MOST_ON_A_PAGE: Final = 20
MOST_FOUND: Final = 1000
"""Entries that are counted and shown page by page; the files hold all."""
LONGEST_ENDING: Final = 3
"""Letters by which words of one trade end apart: «carpintero» and «carpintería», «bordadora»."""
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
        return _sought(self.words)

    @property
    def folded_trade(self) -> tuple[str, ...]:
        """The words that must all be in the trade."""
        return _sought(self.trade)


AFTER_THE_TRADE: Final = "|"
"""Stands in what is searched between the trade and the rest."""


def _sought(text: str) -> tuple[str, ...]:
    """Return the begins of the words of a question; «de» and its like are not looked for."""
    folded = (term for word in worth_searching(text[:LONGEST_QUESTION]) for term in terms(word))
    begins = (term[: max(LEAST_SHARED, len(term) - LONGEST_ENDING)] for term in folded)
    return tuple(dict.fromkeys(begins))[:MOST_WORDS]


def searched(trade: str, *others: str) -> str:
    """Return the words of an entry as they are searched, the trade first."""
    told = (" ".join(terms(text)) for text in (trade, " ".join(others)))
    return f" {AFTER_THE_TRADE} ".join(told)
