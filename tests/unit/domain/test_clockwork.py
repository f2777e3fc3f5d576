"""A clock that leapt is not believed; one that ran is, also over a night without anybody."""

from datetime import UTC, datetime, timedelta

import pytest

from review_service.domain.clockwork import LONGEST_SILENCE, MOST_BACK, MOST_DRIFT, Stopwatch, leapt

NOTED = datetime(2026, 11, 26, 12, tzinfo=UTC)
A_MOMENT = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("passed", "is_leap"),
    [
        (timedelta(0), False),
        (timedelta(hours=14), False),
        (LONGEST_SILENCE, False),
        (LONGEST_SILENCE + A_MOMENT, True),
        (timedelta(days=400), True),
        (-MOST_BACK, False),
        (-MOST_BACK - A_MOMENT, True),
        (timedelta(days=-400), True),
    ],
)
def test_without_a_stopwatch_a_day_passes(passed: timedelta, *, is_leap: bool) -> None:
    assert leapt(NOTED, NOTED + passed) is is_leap


@pytest.mark.parametrize("ran", [timedelta(seconds=10), timedelta(hours=3)])
@pytest.mark.parametrize(
    ("beside", "is_leap"),
    [
        (timedelta(0), False),
        (MOST_DRIFT, False),
        (MOST_DRIFT + A_MOMENT, True),
        (-MOST_DRIFT, False),
        (-MOST_DRIFT - A_MOMENT, True),
    ],
)
def test_a_stopwatch_sees_minutes(ran: timedelta, beside: timedelta, *, is_leap: bool) -> None:
    now = NOTED + ran + beside
    stopwatch = Stopwatch(clock_at=NOTED, elapsed=ran)
    assert leapt(min(NOTED, now), now, beside=stopwatch) is is_leap
