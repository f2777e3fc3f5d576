"""Shares with their intervals, and percentiles by nearest rank."""

import pytest

from review_service.domain.proportions import FEW, Proportion, percentile, told_percent


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [  # Source: worked by hand from Wilson's formula, four decimals
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (1, 1, 0.2065, 1.0),
        (50, 100, 0.4038, 0.5962),
        (12, 400, 0.0172, 0.0517),
    ],
)
def test_the_interval_is_wilsons(count: int, of: int, low: float, high: float) -> None:
    assert Proportion(count=count, of=of).interval == pytest.approx((low, high), abs=0.00006)


def test_nothing_says_nothing() -> None:
    nothing = Proportion(count=0, of=0)
    assert nothing.share is None
    assert nothing.interval == (0.0, 1.0)
    assert nothing.is_of_few


def test_few_ends_at_its_limit() -> None:
    assert Proportion(count=0, of=FEW - 1).is_of_few
    assert not Proportion(count=0, of=FEW).is_of_few


def test_two_shares_add_up() -> None:
    both = Proportion(count=1, of=4) + Proportion(count=2, of=6)
    assert (both.count, both.of, both.share) == (3, 10, 0.3)


@pytest.mark.parametrize(
    ("percent", "value"), [(1, 1), (10, 1), (50, 5), (51, 6), (90, 9), (91, 10), (100, 10)]
)
def test_a_percentile_is_one_of_the_values(percent: int, value: float) -> None:
    assert percentile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], percent) == value
    assert percentile([7], percent) == 7


@pytest.mark.parametrize(
    ("share", "told"),
    [(0, "0 %"), (0.001, "1 %"), (0.5, "50 %"), (0.999, "99 %"), (1, "100 %")],
)
def test_only_none_is_0_and_only_all_is_100(share: float, told: str) -> None:
    assert told_percent(share) == told
