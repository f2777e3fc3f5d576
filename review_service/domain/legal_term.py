"""The legal term to decide (COA 207): thirty business days, which rest while a person corrects.

The service's own promise of three days is ``terms.review_due``; this is what the law gives at most.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from review_service.domain.terms import add_business_days, business_days_between, is_business_day

LEGAL_DAYS: Final = 30
"""Business days to decide and notify. Source: COA art. 207."""
LONGEST_REST_DAYS: Final = 10
"""Business days that one correction request lets the term rest at most. Source: COA art. 162; that
this counts for each request and not for all together is our reading."""
NEAR_DAYS: Final = 10
"""From so many business days before its end on the term is shown as near."""
ALARM_DAYS: Final = 5
"""From so many on supervisors are told on every page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """One time in which the term rested: a person was asked to correct."""

    notified_on: date
    """The day on which the request was handed over; the term rests from the next day."""
    answered_on: date | None = None
    """The day of the answer, the last one that does not count; None while none has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalTerm:
    """The term of one application, as of one day."""

    received_on: date
    rests: tuple[Rest, ...]
    rested_until: tuple[date, ...]
    """Of each rest the last day that does not count."""
    last_day: date
    """The last day to decide; while the term rests, if the person answers on the last day."""
    days_left: int
    """Business days from today to the last one; 0 on it, negative after it."""
    is_resting: bool
    """Whether it rests today."""

    def waits_for_an_answer(self, today: date) -> bool:
        """Whether it rests, or does from tomorrow on, for a request that nobody has answered."""
        return any(
            rest.answered_on is None and today <= last
            for rest, last in zip(self.rests, self.rested_until, strict=True)
        )

    @property
    def is_over(self) -> bool:
        """Whether its last day has gone by."""
        return self.days_left < 0

    @property
    def is_near(self) -> bool:
        """Whether ``NEAR_DAYS`` or fewer are left, or none."""
        return self.days_left <= NEAR_DAYS

    @property
    def is_alarming(self) -> bool:
        """Whether ``ALARM_DAYS`` or fewer are left, or none."""
        return self.days_left <= ALARM_DAYS


def legal_term(
    received_on: date,
    rests: Sequence[Rest],
    *,
    today: date,
    decreed: Collection[date] = frozenset(),
) -> LegalTerm:
    """Return the term of what was received on that day, with its rests in the order of time.

    A day counts after the one of receipt, when it is a business day and no rest covers it. A rest
    covers the days after its notice up to the one of its answer, ``LONGEST_REST_DAYS`` at most.
    """
    return _legal_term(received_on, tuple(rests), today, frozenset(decreed))


@lru_cache(maxsize=4_096)  # lists show many cases of the same few days
def _legal_term(
    received_on: date, rests: tuple[Rest, ...], today: date, decreed: frozenset[date]
) -> LegalTerm:
    covered = [_covered(rest, decreed=decreed) for rest in rests]
    day, left = received_on, LEGAL_DAYS
    while left > 0:
        day += timedelta(days=1)
        rests_now = any(first <= day <= last for first, last in covered)
        if not rests_now and is_business_day(day, decreed=decreed):
            left -= 1
    return LegalTerm(
        received_on=received_on,
        rests=rests,
        rested_until=tuple(last for _, last in covered),
        last_day=day,
        days_left=_days_left(today, day, decreed=decreed),
        is_resting=any(
            rest.answered_on is None and first <= today <= last
            for rest, (first, last) in zip(rests, covered, strict=True)
        ),
    )


def oldest_alarming(today: date, *, decreed: Collection[date] = frozenset()) -> date:
    """Return the newest day of receipt whose term would be alarming today if it never rested.

    What was received later cannot be alarming: a rest only makes a term longer.
    """
    day = today
    for _ in range(LEGAL_DAYS - ALARM_DAYS):
        day = _business_day_before(day, decreed=decreed)
    while not is_business_day(day + timedelta(days=1), decreed=decreed):
        day += timedelta(days=1)  # received at a weekend counts like on the Friday before
    return day


def _covered(rest: Rest, *, decreed: Collection[date]) -> tuple[date, date]:
    longest = add_business_days(rest.notified_on, LONGEST_REST_DAYS, decreed=decreed)
    last = longest if rest.answered_on is None else min(rest.answered_on, longest)
    return rest.notified_on + timedelta(days=1), last


def _days_left(today: date, last_day: date, *, decreed: Collection[date]) -> int:
    if today > last_day:  # a weekend after the last day is late too
        return min(business_days_between(today, last_day, decreed=decreed), -1)
    return business_days_between(today, last_day, decreed=decreed)


def _business_day_before(day: date, *, decreed: Collection[date]) -> date:
    day -= timedelta(days=1)
    while not is_business_day(day, decreed=decreed):
        day -= timedelta(days=1)
    return day
