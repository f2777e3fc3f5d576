"""Time in each state, bands of days, and the reasons that officers gave."""

from datetime import UTC, datetime, timedelta

import pytest

from review_service.domain.supervision import (
    LEGAL_BANDS,
    PROMISE_BANDS,
    DecidedCase,
    Round,
    Stage,
    StageTime,
    banded,
    stage_times,
    told_time,
)

BEGIN = datetime(2026, 11, 2, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)


def case(
    *,
    hours: float,
    rounds: tuple[tuple[float, float | None], ...] = (),
    published: float | None = None,
) -> DecidedCase:
    """Return a case by the hours after its receipt at which things happened."""
    return DecidedCase(
        received_at=BEGIN,
        rounds=tuple(
            Round(
                asked_at=BEGIN + asked * HOUR,
                answered_at=None if answered is None else BEGIN + answered * HOUR,
            )
            for asked, answered in rounds
        ),
        decided_at=BEGIN + hours * HOUR,
        published_at=None if published is None else BEGIN + published * HOUR,
    )


def hours_of(times: tuple[StageTime, ...], stage: Stage) -> tuple[int, float, float]:
    [found] = [each for each in times if each.stage is stage]
    assert found.median is not None
    assert found.p90 is not None
    return found.cases, found.median / 3600, found.p90 / 3600


def test_what_a_correction_took_is_no_review() -> None:
    times = stage_times([case(hours=100, rounds=((10, 60), (70, 90)), published=101)])
    assert hours_of(times, Stage.REVIEW) == (1, 30, 30)
    assert hours_of(times, Stage.CORRECTION) == (1, 70, 70)
    assert hours_of(times, Stage.SIGNING) == (1, 1, 1)


def test_median_and_nine_in_ten_are_times_of_cases() -> None:
    times = stage_times(case(hours=hours) for hours in (10, 1, 9, 2, 8, 3, 7, 4, 6, 5))
    assert hours_of(times, Stage.REVIEW) == (10, 5, 9)


def test_a_stage_that_no_case_was_in_has_no_time() -> None:
    untouched = {each.stage: each for each in stage_times([case(hours=2)])}
    assert (untouched[Stage.CORRECTION].cases, untouched[Stage.CORRECTION].median) == (0, None)
    assert untouched[Stage.SIGNING].p90 is None


def test_a_request_that_nobody_answered_rests_until_the_decision() -> None:
    times = stage_times([case(hours=10, rounds=((4, None),))])
    assert hours_of(times, Stage.REVIEW) == (1, 4, 4)


@pytest.mark.parametrize("bands", [PROMISE_BANDS, LEGAL_BANDS])
def test_each_number_of_days_is_in_one_band(bands: tuple[object, ...]) -> None:
    for days in range(-40, 80):
        assert sum(band.holds(days) for band in bands) == 1, days  # type: ignore[attr-defined]


def test_cases_are_counted_in_their_bands() -> None:
    found = banded([-1, -9, 0, 5, 6, 30], LEGAL_BANDS)
    assert [count for _, count in found] == [2, 2, 1, 0, 1]
    assert [band.is_late for band, _ in found] == [True, True, False, False, False]


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (29, "menos de 1 minuto"),
        (60, "1 minuto"),
        (3500, "58 minutos"),
        (3600, "1 hora"),
        (47 * 3600, "47 horas"),
        (48 * 3600, "2 días"),
        (60 * 3600, "2,5 días"),
    ],
)
def test_a_time_is_told_in_its_unit(seconds: float, told: str) -> None:
    assert told_time(seconds) == told
