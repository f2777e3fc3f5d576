"""Terms in business days (COA 158–160): counted from the next business day, skipping holidays."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType

from review_service.domain.wording import ECUADOR

REVIEW_PROMISE_DAYS = 3
"""Business days the service promises for an answer. Source: seed document, 1 to 3 days."""
CORRECTION_DAYS = 10
"""Business days to answer a correction request. Source: COA art. 140."""
CLOSING_HOUR = time(17, 0)
SATURDAY = 5
DAYS_OF_A_WEEK = 7
NOVEMBER = 11
OBSERVED = " (observado)"
MOVED_AT_MOST = timedelta(days=7)
PAIR_MOVES_SINCE = 2017
"""Source: Ley reformatoria a la LOSEP y al Código del Trabajo, R.O. S. 906, 20 December 2016."""
NOVEMBER_PAIR = MappingProxyType(
    {0: (2, 3), 1: (1, 2), 2: (3, 4), 3: (2, 3), 4: (1, 2), 5: (1, 4), 6: (3, 4)}
)
"""Days of November that rest for the 2nd and the 3rd, by the weekday of the 2nd (0 is Monday).

Two holidays in a row rest on Monday and Tuesday or on Thursday and Friday: on Tuesday and
Wednesday the second moves to Monday, on Wednesday and Thursday the first to Friday, on Friday and
Saturday the second to Thursday, on Sunday and Monday the first to Tuesday. Saturday and Sunday
rest on Friday and Monday. Source: the same law, as the press told it in December 2016 (secondary).
"""


@lru_cache(maxsize=32)
def national_holidays(year: int) -> frozenset[date]:
    """Return the national holidays as they are observed that year."""
    import holidays  # noqa: PLC0415 -- calendars of all the world: 0.2 s that most commands need not

    named = [
        (day, name)
        for day, names in holidays.country_holidays("EC", years=year, language="es").items()
        for name in names.split("; ")
    ]
    if year >= PAIR_MOVES_SINCE:
        pair = NOVEMBER_PAIR[date(year, NOVEMBER, 2).weekday()]
        named = [(day, name) for day, name in named if day.month != NOVEMBER]
        named += [(date(year, NOVEMBER, day), "") for day in pair]
    moved = [(day, name.removesuffix(OBSERVED)) for day, name in named if name.endswith(OBSERVED)]
    return frozenset(
        day
        for day, name in named
        # The next New Year may be moved into this year: it does not stand for this year's own.
        if not any(name == other and abs(day - to) <= MOVED_AT_MOST for to, other in moved)
    )


def is_business_day(day: date, *, decreed: Collection[date] = frozenset()) -> bool:
    """Whether this is a business day; ``decreed`` holds the local and decreed holidays."""
    return (
        day.weekday() < SATURDAY and day not in national_holidays(day.year) and day not in decreed
    )


def add_business_days(start: date, days: int, *, decreed: Collection[date] = frozenset()) -> date:
    """Return the last day of a term of business days that begins the day after ``start``."""
    day = start
    remaining = days
    while remaining > 0:
        day += timedelta(days=1)
        if is_business_day(day, decreed=decreed):
            remaining -= 1
    return day


def business_days_between(
    start: date, end: date, *, decreed: Collection[date] = frozenset()
) -> int:
    """Count the business days after ``start`` up to and including ``end``; negative backwards.

    Weeks are counted whole, not day by day: a case may have waited for years.
    """
    if end < start:
        return -business_days_between(end, start, decreed=decreed)
    weeks, more = divmod((end - start).days, DAYS_OF_A_WEEK)
    rest = (start + timedelta(days=count) for count in range(1, more + 1))
    weekdays = weeks * SATURDAY + sum(day.weekday() < SATURDAY for day in rest)
    national = {
        day
        for year in range(start.year, end.year + 1)
        for day in national_holidays(year)
        if day.year == year
    }
    return weekdays - sum(
        start < day <= end and day.weekday() < SATURDAY for day in national.union(decreed)
    )


def ecuador_day(moment: datetime) -> date:
    """Return the date in Ecuador of an aware ``datetime``."""
    return moment.astimezone(ECUADOR).date()


def end_of_day(day: date) -> datetime:
    """Return the last second of an Ecuadorian day, in UTC."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=ECUADOR).astimezone(UTC)


def review_due(received: datetime, *, decreed: Collection[date] = frozenset()) -> datetime:
    """Return when the promised answer is due: closing hour of the third business day, in UTC."""
    day = add_business_days(ecuador_day(received), REVIEW_PROMISE_DAYS, decreed=decreed)
    return datetime.combine(day, CLOSING_HOUR, tzinfo=ECUADOR).astimezone(UTC)


def ecuador_today() -> date:
    """Return today's day in Ecuador by this machine's clock; for configuration, not for terms."""
    return datetime.now(ECUADOR).date()
