"""The one mail that an officer gets: what is theirs and late, on the morning of a business day.

It holds references, numbers of appeals and days, no name and no word of an applicant.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from review_service.domain.terms import ecuador_day, is_business_day
from review_service.domain.wording import ECUADOR

BEGINS: Final = time(7, 0)
ENDS: Final = time(12, 0)
"""Local hours between which it is sent; later it would be no digest of the morning."""
DIGEST_CODE_TERM: Final = timedelta(days=1)
"""How long the code serves that an address is asked with."""
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
    extension_days_left: int | None = None
    """Business days left to answer whoever asked for more days; None where nobody waits."""

    @property
    def sentence(self) -> str:
        """Reference and days, as the mail tells them."""
        told = []
        if self.is_over:
            told.append(f"lo prometido venció {_since(self.days_over)}")
        if self.legal_days_left is not None:
            told.append(_legal(self.legal_days_left))
        if self.extension_days_left is not None:
            told.append(_extension(self.extension_days_left))
        return f"{self.reference}: {'; '.join(told)}"

    @property
    def urgency(self) -> tuple[int, int, str]:
        """Orders it among others, the most urgent first."""
        both = (self.legal_days_left, self.extension_days_left)
        left = min(_FAR if days is None else days for days in both)
        return (left, -self.days_over, self.reference)


@dataclass(frozen=True, slots=True, kw_only=True)
class LateAppeal:
    """One appeal whose term to decide is near its end, or over."""

    number: str
    days_left: int
    """Business days, negative after the last one."""

    @property
    def sentence(self) -> str:
        """Number and days, as the mail tells them."""
        if self.days_left < 0:
            told = "el plazo para decidirlo venció"
        elif self.days_left == 0:
            told = "hoy es el último día para decidirlo"
        elif self.days_left == 1:
            told = "queda 1 día hábil para decidirlo"
        else:
            told = f"quedan {self.days_left} días hábiles para decidirlo"
        return f"Recurso {self.number}: {told}"

    @property
    def urgency(self) -> tuple[int, int, str]:
        """Orders it among others, the most urgent first."""
        return (self.days_left, 0, self.number)


Late = LateCase | LateAppeal


@dataclass(frozen=True, slots=True, kw_only=True)
class LateQuestion:
    """A colleague's question that waits for the officer's answer."""

    reference: str
    days_over: int
    """Calendar days since the day by which it was needed; 0 for one that was only reminded of."""

    @property
    def sentence(self) -> str:
        """Reference and days, as the mail tells them."""
        if not self.days_over:
            return f"{self.reference}: le recuerdan que esperan su respuesta"
        days = "1 día" if self.days_over == 1 else f"{self.days_over} días"
        return f"{self.reference}: la respuesta se necesitaba hace {days}"


def is_time(now: datetime, *, decreed: Collection[date] = frozenset()) -> bool:
    """Whether digests are sent at this moment: the morning of a business day in Ecuador."""
    local = now.astimezone(ECUADOR)
    return BEGINS <= local.time() < ENDS and is_business_day(ecuador_day(now), decreed=decreed)


def lines_of(cases: Sequence[Late]) -> list[str]:
    """Return what the mail lists, the most urgent first, and how many more there are."""
    order = sorted(cases, key=lambda each: each.urgency)
    lines = [each.sentence for each in order[:MOST_TOLD]]
    more = len(order) - MOST_TOLD
    return [*lines, f"y {more} más"] if more > 0 else lines


def question_lines_of(questions: Sequence[LateQuestion]) -> list[str]:
    """Return what the mail lists of questions, the latest first, and how many more there are."""
    order = sorted(questions, key=lambda each: (-each.days_over, each.reference))
    lines = [each.sentence for each in order[:MOST_TOLD]]
    more = len(order) - MOST_TOLD
    return [*lines, f"y {more} más"] if more > 0 else lines


def _since(days: int) -> str:
    if days == 0:
        return "hoy"
    return "hace 1 día hábil" if days == 1 else f"hace {days} días hábiles"


def _extension(days: int) -> str:
    if days < 0:
        return "pidió una prórroga, y su plazo terminó sin respuesta"
    if days == 0:
        return "pidió una prórroga, y hoy termina su plazo"
    left = "queda 1 día hábil" if days == 1 else f"quedan {days} días hábiles"
    return f"pidió una prórroga, y a su plazo le {left}"


def _legal(days: int) -> str:
    if days < 0:
        return "el plazo legal venció"
    if days == 0:
        return "hoy es el último día del plazo legal"
    return (
        f"al plazo legal le {'queda 1 día hábil' if days == 1 else f'quedan {days} días hábiles'}"
    )
