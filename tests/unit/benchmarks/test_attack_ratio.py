"""An attack holds or misses only when its whole interval says so, and each bar can be missed."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

from attack_ratio import Pair, Ratio, Row, Verdict, compared, missed, p99

QUICK = [10.0] * 60
PAUSE = [10.0] * 50 + [400.0] * 10
"""A window in which the host stood still for a moment."""


def ratio_of(beside: Sequence[Sequence[float]], without: Sequence[Sequence[float]]) -> Ratio:
    pairs = [
        Pair(beside={"page": on}, without={"page": off})
        for on, off in zip(beside, without, strict=True)
    ]
    return compared(pairs, ("page",), seed=1)


def slower(times: float) -> list[float]:
    return [each * times for each in QUICK]


def test_the_percentile_lies_between_the_nearest_ranks() -> None:
    assert p99(range(101)) == 99
    assert p99([5.0]) == 5.0
    assert p99([]) == 0.0


@pytest.mark.parametrize(
    ("times", "verdict"),
    [(1.0, Verdict.HOLDS), (1.99, Verdict.HOLDS), (2.0, Verdict.UNSURE), (2.01, Verdict.MISSES)],
)
def test_even_windows_are_judged_at_the_bar(times: float, verdict: Verdict) -> None:
    found = ratio_of([slower(times)] * 6, [QUICK] * 6)
    assert found.ratio == pytest.approx(times)
    assert found.verdict is verdict


def test_one_pause_beside_the_attack_is_no_miss() -> None:
    assert ratio_of([PAUSE, *[QUICK] * 5], [QUICK] * 6).verdict is Verdict.UNSURE


def test_one_pause_without_the_attack_lets_no_slow_attack_hold() -> None:
    found = ratio_of([slower(5.0)] * 6, [PAUSE, *[QUICK] * 5])
    assert found.ratio < 1
    assert found.verdict is Verdict.UNSURE


def test_uploads_weigh_as_pages_do() -> None:
    window = {"page": [10.0] * 99, "upload": [1000.0]}
    slow_pages = {"page": [30.0] * 99, "upload": [1000.0]}
    pairs = [Pair(beside=slow_pages, without=window)] * 6
    assert compared(pairs, ("page", "upload"), seed=1).ratio == pytest.approx(3.0)


def row(**changed: object) -> Row:
    even = Ratio(ratio=1.0, low=0.8, high=1.2)
    facts: dict[str, Any] = {
        "attack": "typed", "of_issue": True, "pairs": 6, "ratio": even, "p99_ms": {},
        "p99_ms_without": {}, "kind_ratios": {}, "failed": 0, "failed_without": 0,
        "rss_mib": 500.0, "cpu_s": 1.0, "cpu_s_without": 1.0, "attacker_cpu_s": 1.0,
        "steal_percent": (), "steal_percent_without": (),
    }  # fmt: skip
    return Row(**(facts | changed))


UNSURE = Ratio(ratio=1.9, low=1.0, high=2.1)


def test_nothing_is_missed_where_each_bar_is_just_reached() -> None:
    rows = [row(ratio=UNSURE), row(), row(), row()]
    assert missed(rows, row(failed_without=0)) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"ratio": Ratio(ratio=3.0, low=2.1, high=4.0)},
        {"failed": 1},
        {"rss_mib": 501.0},
        {"problem": "not meant: 3 × 500"},
    ],
)
def test_each_fault_of_an_attack_is_a_miss(changed: dict[str, Any]) -> None:
    bad = replace(row(), **changed)
    assert bad.verdict is Verdict.MISSES
    assert len(missed([row(), bad], row())) == 1


def test_too_many_unsure_ones_are_a_miss() -> None:
    assert len(missed([row(ratio=UNSURE), row(), row()], row())) == 1


def test_fewer_pairs_than_four_say_nothing() -> None:
    few = row(pairs=3)
    assert few.verdict is Verdict.UNSURE
    assert few.is_disturbed
    assert row(pairs=4).verdict is Verdict.HOLDS


@pytest.mark.parametrize(("low", "high"), [(0.5, 1.2), (0.8, 2.0)])
def test_a_measure_that_differs_from_itself_is_a_miss(low: float, high: float) -> None:
    same = row(ratio=Ratio(ratio=1.0, low=low, high=high))
    assert len(missed([row()], same)) == 1
