"""Months of the calendar of Ecuador: which one a moment is in, when it begins and ends."""

from datetime import UTC, date, datetime, time
from typing import Final, NamedTuple, Self

from review_service.domain.terms import ecuador_day
from review_service.domain.wording import ECUADOR, MONTHS, Gettext, untranslated

IN_A_YEAR: Final = 12


class Month(NamedTuple):
    """One month of one year; later ones are greater."""

    year: int
    number: int
    """1 to 12."""

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the month of a day; of an aware ``datetime`` the month in Ecuador."""
        local = ecuador_day(day) if isinstance(day, datetime) else day
        return cls(local.year, local.month)

    @property
    def name(self) -> str:
        """«2023-07», as data files write it."""
        return f"{self.year:04d}-{self.number:02d}"

    @property
    def label(self) -> str:
        """«julio de 2023»."""
        return self.told(untranslated)

    def told(self, gettext: Gettext) -> str:
        """Return «julio de 2023» in a language."""
        return gettext("%(month)s de %(year)s", month=gettext(self.word), year=self.year)

    @property
    def word(self) -> str:
        """«julio»."""
        return MONTHS[self.number - 1]

    @property
    def next(self) -> Self:
        """The month after it."""
        return self.plus(1)

    @property
    def begins(self) -> datetime:
        """Its first moment in Ecuador, in UTC."""
        return day_begins(self.first)

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def ends(self) -> datetime:
        """The first moment after it, in UTC."""
        return self.next.begins

    def plus(self, months: int) -> Self:
        """Return the month so many months later."""
        count = self.year * IN_A_YEAR + self.number - 1 + months
        return type(self)(count // IN_A_YEAR, count % IN_A_YEAR + 1)


def day_begins(day: date) -> datetime:
    """Return the first moment of a day in Ecuador, in UTC."""
    return datetime.combine(day, time(), tzinfo=ECUADOR).astimezone(UTC)


def month_named(text: str) -> Month | None:
    """Return the month that «2023-07» names; None for any other text."""
    year, dash, number = text.partition("-")
    is_month = (
        dash and len(year) == 4 and len(number) == 2 and text.isascii()  # noqa: PLR2004 -- digits
        and (year + number).isdecimal() and int(year) and 1 <= int(number) <= IN_A_YEAR
    )  # fmt: skip
    return Month(int(year), int(number)) if is_month else None


def months_between(first: Month, last: Month) -> tuple[Month, ...]:
    """Return every month from the first to the last, both included, newest first."""
    count = (last.year - first.year) * IN_A_YEAR + last.number - first.number
    return tuple(last.plus(-back) for back in range(count + 1))
