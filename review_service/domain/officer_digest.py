"""The one mail that an officer gets: what is theirs and late, on the morning of a business day.

It holds references and days, no name and no word of an applicant.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from review_service.domain.terms import ecuador_day, is_business_day
from review_service.domain.wording import ECUADOR

BEGINS: Final = time(7, 0)
ENDS: Final = time(12, 0)
"""Local hours between which it is sent; later it would be no digest of the morning."""
MOST_TOLD: Final = 30
"""Cases that one mail lists; the rest is counted."""


_FAR: Final = 99
"""Stands for more days than any legal term that is told of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LateCase:
    """One case that is late, or near the end of its legal term."""

    reference: str
    days_over: int
    """Business days since the promised answer was due; 0 while it is not, or since today."""
    is_over: bool
    """Whether the promised answer is overdue."""
    legal_days_left: int | None
    """Business days left of the legal term, negative after it; None where they are many."""

    @property
    def sentence(self) -> str:
        """Reference and days, as the mail tells them."""
        told = []
        if self.is_over:
            told.append(f"lo prometido venció {_since(self.days_over)}")
        if self.legal_days_left is not None:
            told.append(_legal(self.legal_days_left))
        return f"{self.reference}: {'; '.join(told)}"


def is_time(now: datetime, *, decreed: Container[date] = frozenset()) -> bool:
    """Whether digests are sent at this moment: the morning of a business day in Ecuador."""
    local = now.astimezone(ECUADOR)
    return BEGINS <= local.time() < ENDS and is_business_day(ecuador_day(now), decreed=decreed)


def lines_of(cases: Sequence[LateCase]) -> list[str]:
    """Return what the mail lists, the most urgent first, and how many more there are."""
    order = sorted(
        cases,
        key=lambda each: (
            each.legal_days_left if each.legal_days_left is not None else _FAR,
            -each.days_over,
            each.reference,
        ),
    )
    lines = [each.sentence for each in order[:MOST_TOLD]]
    more = len(order) - MOST_TOLD
    return [*lines, f"y {more} más"] if more > 0 else lines


def _since(days: int) -> str:
    if days == 0:
        return "hoy"
    return "hace 1 día hábil" if days == 1 else f"hace {days} días hábiles"


def _legal(days: int) -> str:
    if days < 0:
        return "el plazo legal venció"
    if days == 0:
        return "hoy es el último día del plazo legal"
    return (
        f"al plazo legal le {'queda 1 día hábil' if days == 1 else f'quedan {days} días hábiles'}"
    )
