"""A second review of a decided case by somebody who does not see the first: drawn, said, compared.

It never changes the decision. How often both agree tells how much a decision rests on the case and
how much on who decided it.
"""

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final
from uuid import UUID

from review_service.domain.applications import ApplicationState
from review_service.domain.proportions import Proportion

_BITS: Final = 64
_OUTCOMES: Final[int] = 1 << _BITS


class SecondVerdict(StrEnum):
    """What the second officer would have done."""

    GRANT = "grant"
    CORRECT = "correct"
    REFUSE = "refuse"

    @property
    def label(self) -> str:
        """Spanish words for the screen."""
        return {
            SecondVerdict.GRANT: "La aprobaría",
            SecondVerdict.CORRECT: "Pediría corregir algo",
            SecondVerdict.REFUSE: "La negaría",
        }[self]


def is_drawn(application_id: UUID, *, key: str, share: float) -> bool:
    """Whether a case is in the sample: always the same answer for the same key and share.

    A larger share holds the smaller one. Without the key nobody knows which cases are drawn, so
    that nobody decides them with more care.
    """
    drawn = hmac.digest(key.encode(), b"second-review:" + application_id.bytes, hashlib.sha256)
    return int.from_bytes(drawn[: _BITS // 8], "big") < share * _OUTCOMES


def first_opinion(state: ApplicationState) -> SecondVerdict:
    """Return what was decided, in the words of the second review."""
    is_refused = state is ApplicationState.REFUSED
    return SecondVerdict.REFUSE if is_refused else SecondVerdict.GRANT


Pair = tuple[SecondVerdict, SecondVerdict]
"""What was decided, and what the second officer would have done."""


def agreement(pairs: Iterable[Pair]) -> Proportion:
    """Return in how many both say the same, of how many."""
    said = [first is second for first, second in pairs]
    return Proportion(count=sum(said), of=len(said))


def kappa(pairs: Sequence[Pair]) -> float | None:
    """Return Cohen's kappa; None where it says nothing: no case, or one answer throughout.

    Source: J. Cohen, Educ. Psychol. Meas. 20 (1960), 37-46.
    """
    if not pairs:
        return None
    size = len(pairs)
    firsts, seconds = (Counter(pair[place] for pair in pairs) for place in (0, 1))
    by_chance = sum(firsts[each] * seconds[each] for each in SecondVerdict) / size**2
    if by_chance == 1:
        return None
    observed = sum(first is second for first, second in pairs) / size
    return (observed - by_chance) / (1 - by_chance)
