"""Each bar of ``benchmarks/busiest_month.py`` can be missed, and its figures are right."""

import random
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

from busiest_counting import (
    AT_ONCE,
    BUSIEST_MONTH,
    LISTS,
    Ended,
    Notice,
    Outcome,
    apportioned,
    arrivals,
    late,
    missed,
    wrong_ends,
)

MIX = {"mipyme": 90, "emprendedor": 5, "artisan": 5}
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
CERTIFIED = Ended(
    name="mipyme 1",
    state="issued",
    ends_in=frozenset({"issued"}),
    confirmed_at=NOON,
    due_at=None,
    published_at=NOON + timedelta(seconds=300),
    files=0,
    checked_files=0,
)
REVIEWED = Ended(
    name="artisan 2",
    state="in_review",
    ends_in=frozenset({"in_review"}),
    confirmed_at=NOON,
    due_at=NOON + timedelta(days=15),
    published_at=None,
    files=4,
    checked_files=4,
)
SENT = Notice(name="1", event="issued", created_at=NOON, sent_at=NOON + timedelta(seconds=300))
GOOD = Outcome(
    at_once_seconds=1200.0, late=(), lost=(), doubled=(), gaps=(), wrong_ends=(), unproven=(),
    broken=(), troubles=(),
)  # fmt: skip


def test_at_once_comes_a_tenth_of_the_busiest_month() -> None:
    assert round(BUSIEST_MONTH / 10) == AT_ONCE


@pytest.mark.parametrize(
    ("shares", "total", "counts"),
    [
        (MIX, 642, {"mipyme": 578, "emprendedor": 32, "artisan": 32}),
        (MIX, 200, {"mipyme": 180, "emprendedor": 10, "artisan": 10}),
        (MIX, 3, {"mipyme": 3, "emprendedor": 0, "artisan": 0}),
        (MIX, 0, {"mipyme": 0, "emprendedor": 0, "artisan": 0}),
        ({"mipyme": 90, "artisan": 10}, 642, {"mipyme": 578, "artisan": 64}),
    ],
)
def test_shares_divide_a_crowd_without_a_rest(
    shares: Mapping[str, int], total: int, counts: Mapping[str, int]
) -> None:
    assert apportioned(shares, total) == counts


def test_people_come_all_along_the_hour_in_order() -> None:
    moments = arrivals(200, seconds=3600, chance=random.Random(1))  # noqa: S311
    assert len(moments) == 200
    assert moments == sorted(moments)
    assert 0 <= moments[0] < 360
    assert 3240 < moments[-1] <= 3600


def test_right_ends_and_times_on_the_bar_are_not_told() -> None:
    assert wrong_ends([CERTIFIED, REVIEWED]) == []
    assert late([CERTIFIED, REVIEWED], [SENT], now=NOON, bar=300.0) == []


@pytest.mark.parametrize(
    "ended",
    [
        replace(CERTIFIED, state="approved"),
        replace(CERTIFIED, state="in_review", due_at=NOON),
        replace(CERTIFIED, published_at=None),
        replace(REVIEWED, state="draft"),
        replace(REVIEWED, checked_files=3),
        replace(REVIEWED, due_at=None),
    ],
)
def test_each_wrong_end_is_told(ended: Ended) -> None:
    assert len(wrong_ends([CERTIFIED, ended])) == 1


@pytest.mark.parametrize(
    "ended",
    [
        replace(CERTIFIED, published_at=NOON + timedelta(seconds=301)),
        replace(REVIEWED, due_at=NOON),
    ],
)
def test_a_late_document_or_answer_is_told(ended: Ended) -> None:
    assert len(late([REVIEWED, ended], [], now=NOON, bar=300.0)) == 1


@pytest.mark.parametrize("sent_at", [None, NOON + timedelta(seconds=301)])
def test_a_late_notice_is_told(sent_at: datetime | None) -> None:
    assert len(late([], [SENT, replace(SENT, sent_at=sent_at)], now=NOON, bar=300.0)) == 1


def test_twenty_minutes_are_in_time_and_more_are_not() -> None:
    assert missed(GOOD) == []
    assert missed(replace(GOOD, at_once_seconds=1201.0)) == ["at once: 1201 s of 1200 s"]


@pytest.mark.parametrize("name", LISTS)
def test_whatever_is_told_is_a_miss(name: str) -> None:
    values: dict[str, list[str]] = {name: ["something"]}
    assert missed(replace(GOOD, **values)) == [f"{name.replace('_', ' ')}: 1"]  # type: ignore[arg-type]
