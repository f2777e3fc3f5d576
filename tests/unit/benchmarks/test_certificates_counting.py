"""Each bar of ``benchmarks/certificates.py`` can be missed, and its figures are counted rightly."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

from certificates_counting import (
    Outcome,
    asks_again_after,
    missed,
    per_hour,
    rises,
    told_before,
    waits_for,
    wrong_numbers,
)


@pytest.mark.parametrize(
    ("page", "before"),
    [
        ("<p>Antes del suyo se firman 37 documentos.", 37),
        ("<p>Antes del suyo se firma 1 documento.", 1),
        ("<p>Antes del suyo se firman 1.000 documentos.", 1000),
        ("<p>Ver si ya está listo", None),
    ],
)
def test_what_a_page_tells_of_those_before_is_read(page: str, before: int | None) -> None:
    assert told_before(page) == before


def test_a_page_says_when_it_asks_again() -> None:
    assert asks_again_after('<p data-again="3000"\n   role="status">') == 3.0
    assert asks_again_after("<p>") is None


def test_a_page_says_what_it_asks_while_a_file_is_checked() -> None:
    assert waits_for('<div data-wait="/solicitudes/1/archivos/2?a=1&amp;b=2">') == (
        "/solicitudes/1/archivos/2?a=1&b=2"
    )
    assert waits_for("<div>") is None


@pytest.mark.parametrize(
    ("serials", "wrong"),
    [
        ([2, 1, 3], []),
        ([1, 3, 3], ["no 2", "3 2 times"]),
        ([1, 2, 3, 4], ["4 is beyond 3"]),
        ([], ["no 1", "no 2", "no 3"]),
    ],
)
def test_numbers_are_exactly_those_up_to_the_count(
    serials: Sequence[int], wrong: Sequence[str]
) -> None:
    assert wrong_numbers(serials, count=3) == wrong


def test_the_pace_is_that_of_the_steady_part() -> None:
    steady = [100.0 + number for number in range(18)]  # one a second
    assert per_hour([0.0, *steady, 900.0, 901.0]) == 3600.0 * 16 / 16
    assert per_hour([1.0]) == per_hour([]) == per_hour([1.0, 1.0]) == 0.0


def test_only_a_number_that_rises_once_all_have_confirmed_is_counted() -> None:
    told = [(1.0, 4), (2.0, 9), (3.0, 7), (4.0, 7), (5.0, 8), (6.0, 0)]
    assert rises(told, since=0.0) == 2
    assert rises(told, since=2.0) == 1
    assert rises(told, since=5.0) == 0


HELD = Outcome(
    alone_p95_s={"mipyme": 5.0, "emprendedor": 5.0}, wrong_numbers=[], unproven=[], lost=[],
    doubled=[], broken=[], troubles=[], rises=0, told=1, killed=2,
)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "bars"),
    [
        ({}, []),
        (
            {"alone_p95_s": {"mipyme": 5.0, "emprendedor": 5.1}},
            ["alone, emprendedor: p95 5.1 s of 5 s"],
        ),
        ({"killed": 1}, ["killed within a document: 1 of 2"]),
        ({"told": 0}, ["nobody was told how many come before"]),
        ({"rises": 3}, ["told of more before than at the look before: 3"]),
        ({"wrong_numbers": ["no 2"]}, ["wrong numbers: 1"]),
        ({"unproven": ["x"]}, ["unproven: 1"]),
        ({"lost": ["x"]}, ["lost: 1"]),
        ({"doubled": ["x"]}, ["doubled: 1"]),
        ({"broken": ["x", "y"]}, ["broken: 2"]),
        ({"troubles": ["x"]}, ["without a file: 1"]),
    ],
)
def test_each_bar_can_be_missed(changes: dict[str, Any], bars: Sequence[str]) -> None:
    assert missed(replace(HELD, **changes)) == bars
