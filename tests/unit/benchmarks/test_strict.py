"""Every benchmark that states a bar ends with 1 under ``--strict`` when it is missed."""

import importlib
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[3] / "benchmarks"
sys.path.insert(0, str(FOLDER))

WITHOUT_A_BAR = {"fault_training.py", "issue.py", "line_model.py", "ocr.py"}
"""They tell figures only: nobody has said what those should be, or quality.py holds them."""
PROGRAMS = {
    path.name: text
    for path in sorted(FOLDER.glob("*.py"))
    if "ArgumentParser(" in (text := path.read_text("utf-8"))
}
SPEED = {"photos": 1_000_000, "warm_s": 0.1}
REUSE = {
    "recall": [{"fate": "cropped", "holds": True}],
    "false_matches": {"in_ten_million": 1.0, "bar": 1.0},
    "hash_ms": 1.5,
    "speed": [SPEED],
    "speed_by_features": [{"photos": 1_000_000, "warm_s": 0.4}],
    "cheats": [{"cheat": "cropped", "holds": True}],
    "false_pairs": {"false": 0, "pairs": 500_000, "least_pairs": 500_000},
    "features": {"cpu_ms": 10.0, "bar_ms": 10.0},
}
QUALITY = {
    "unusable": [{"group": "blur", "fate": "5 px", "holds": True}],
    "good": [{"group": "good", "fate": "as it is", "holds": True}],
    "whole": [{"group": "haze", "name": "keeps 10%", "holds": True}],
    "measure_ms": 7.0,
}
SUPPORT = {
    "papers": 100,
    "kinds": {"text": {"recognised": 55}, "scan 300": {"recognised": 40}},
    "fields": {"ruc": {"right": 99, "wrong": 1}, "ruc, naive": {"wrong": 50}},
    "decided": {
        "genuine": {"all": {"papers": 200, "automatic": 160}},
        "bad": {"altered": {"papers": 50, "automatic": 0}},
    },
}
HOSTILE = {
    "hostile_holds": True, "over_memory": 0, "worker_crashes": 0, "quarantined": 0,
    "honest_refused": 0, "honest_holds": True,
}  # fmt: skip
SETS: Mapping[str, Any] = {
    "fields": {"tuned": {"matches": 1499, "differs": 1}, "kept": {"matches": 499, "differs": 1}},
    "numbers": {"tuned": {"right": 9, "not": 1}, "kept": {"right": 90, "not": 10}},
    "matched": [],
}
FORGED = {
    "ours": {"forged": {"matched": 0}},
    "issue 3": {"forged": {"matched": 12}},
    "sets": SETS,
    "wrong_keys": [],
}
PHOTO_TEXT = {
    "automatic layout (3)": {"cpu_s_plain_photo": 0.05},
    "scattered text (11)": {"cpu_s_plain_photo": 0.4},
}
OFFICER = {"defects_approved": 0, "clean_sent_back": 3, "clean": 180}
SEARCH = {"sqlite": {"questions": {"one word": {"median_ms": 200.0}}}}
PAGES = {"kinds": [{"kind": "stamp", "holds": True}]}
CASE_PAGE = {"usable_ms": 1000.0, "full_images": 0, "kb": 700.0}
CLAIMED = {"database": "sqlite", "clients": 8, "doubles": 0, "forgotten": 0, "inversions": 7}
ONCE = {"unread": {"number": 20}, "accused": [], "matched": []}
AGAIN = {**ONCE, "unread": {"number": 17}}
HARD = {"papers": 100, "once": ONCE, "again": AGAIN}
MISSES: dict[str, tuple[Mapping[str, Any], list[Mapping[str, Any]]]] = {
    "claims": (
        {"databases": [CLAIMED, {**CLAIMED, "clients": 1, "inversions": 0}]},
        [
            {"databases": [{**CLAIMED, "doubles": 1}]},
            {"databases": [{**CLAIMED, "forgotten": 1}]},
            {"databases": [{**CLAIMED, "inversions": 8}]},
            {"databases": [{**CLAIMED, "clients": 1, "inversions": 1}]},
        ],
    ),
    "hostile": (
        HOSTILE,
        [
            {**HOSTILE, name: not value if isinstance(value, bool) else 1}
            for name, value in HOSTILE.items()
        ],
    ),
    "hard_papers": (
        HARD,
        [
            {**HARD, "again": {**AGAIN, "unread": {"number": 18}}},
            {**HARD, "again": {**AGAIN, "accused": [["worn-001"]]}},
            {**HARD, "again": {**AGAIN, "matched": [["forged-001"]]}},
        ],
    ),
    "officer": (OFFICER, [{**OFFICER, "defects_approved": 1}, {**OFFICER, "clean_sent_back": 4}]),
    "pages": (PAGES, [{"kinds": [{"kind": "stamp", "holds": False}]}]),
    "photo_text": (
        PHOTO_TEXT,
        [{**PHOTO_TEXT, "automatic layout (3)": {"cpu_s_plain_photo": 0.051}}],
    ),
    "prior_agreement": (
        FORGED,
        [
            {**FORGED, "ours": {"forged": {"matched": 1}}},
            {**FORGED, "wrong_keys": [["true-0001", "123-2019", 95.0, "123-2010"]]},
            {**FORGED, "sets": {**SETS, "fields": {"kept": {"matches": 998, "differs": 2}}}},
            {**FORGED, "sets": {**SETS, "numbers": {"kept": {"right": 89, "not": 11}}}},
            {**FORGED, "sets": {**SETS, "matched": [["false-0001"]]}},
        ],
    ),
    "quality": (
        QUALITY,
        [
            {**QUALITY, "unusable": [{"group": "blur", "fate": "5 px", "holds": False}]},
            {**QUALITY, "good": [{"group": "good", "fate": "as it is", "holds": False}]},
            {**QUALITY, "whole": [{"group": "haze", "name": "keeps 10%", "holds": False}]},
            {**QUALITY, "measure_ms": 7.01},
        ],
    ),
    "reuse": (
        REUSE,
        [
            {**REUSE, "recall": [{"fate": "cropped", "holds": False}]},
            {**REUSE, "false_matches": {"in_ten_million": 1.01, "bar": 1.0}},
            {**REUSE, "hash_ms": 1.51},
            {**REUSE, "speed": [{**SPEED, "warm_s": 0.2}]},
            {**REUSE, "speed_by_features": [{"photos": 1_000_000, "warm_s": 0.5}]},
            {**REUSE, "cheats": [{"cheat": "cropped", "holds": False}]},
            {**REUSE, "false_pairs": {"false": 1, "pairs": 500_000, "least_pairs": 500_000}},
            {**REUSE, "features": {"cpu_ms": 10.01, "bar_ms": 10.0}},
        ],
    ),
    "support_documents": (
        SUPPORT,
        [
            {**SUPPORT, "kinds": {"text": {"recognised": 94}}},
            {**SUPPORT, "fields": {"ruc": {"right": 98, "wrong": 2}}},
            {
                **SUPPORT,
                "decided": {
                    "genuine": {"all": {"papers": 200, "automatic": 159}},
                    "bad": {"altered": {"papers": 50, "automatic": 0}},
                },
            },
            {
                **SUPPORT,
                "decided": {
                    "genuine": {"all": {"papers": 200, "automatic": 160}},
                    "bad": {"altered": {"papers": 50, "automatic": 1}},
                },
            },
        ],
    ),
    "case_page": (
        CASE_PAGE,
        [{**CASE_PAGE, name: value + 0.1} for name, value in CASE_PAGE.items()],
    ),
    "text_search": (SEARCH, [{"sqlite": {"questions": {"one word": {"median_ms": 200.1}}}}]),
}


def test_each_program_gives_its_figures_as_json_too() -> None:
    assert [name for name, text in PROGRAMS.items() if '"--json"' not in text] == []


def test_each_program_with_a_bar_takes_strict() -> None:
    without = {name: text for name, text in PROGRAMS.items() if '"--strict"' not in text}
    assert without.keys() == WITHOUT_A_BAR
    stated = [name for name, text in without.items() if re.search(r"\bbars?\b|_BAR|\bBAR", text)]
    assert stated == []


@pytest.mark.parametrize("name", MISSES)
def test_a_missed_bar_is_told_and_one_that_is_just_reached_is_not(name: str) -> None:
    missed = missed_in(name)
    held, not_held = MISSES[name]
    assert missed(held) == []
    for each in not_held:
        assert len(missed(each)) == 1, each


def test_an_application_s_costs_are_compared_with_all_four_bars() -> None:
    missed, pipeline = missed_in("pipeline"), importlib.import_module("pipeline")
    cost = pipeline.Cost(cpu=1.0, wall=1.0, scan_cpu=0.5)
    run = pipeline.Measured(
        floor=cost, ours=cost, naive=cost, naive_single=cost, ocrmypdf=cost, wrong=(0.1, 0.01)
    )
    assert len(missed(run)) == 2


@pytest.mark.parametrize(("cpu", "count"), [(1.35, 0), (1.36, 1)])
def test_an_application_may_cost_a_third_more_than_the_floor(cpu: float, count: int) -> None:
    missed, pipeline = missed_in("pipeline"), importlib.import_module("pipeline")
    ours, floor = (pipeline.Cost(cpu=each, wall=1.0, scan_cpu=0.5) for each in (cpu, 1.0))
    slow = pipeline.Cost(cpu=20.0, wall=20.0)
    run = pipeline.Measured(
        floor=floor, ours=ours, naive=slow, naive_single=slow, ocrmypdf=slow, wrong=(0.01, 0.1)
    )
    assert len(missed(run)) == count


def test_the_first_verdict_of_each_way_of_sending_is_compared_with_the_bar() -> None:
    missed, sending = missed_in("before_sending"), importlib.import_module("before_sending")
    runs = [
        sending.Run(
            database="sqlite", way=way, first_seconds=first, all_seconds=9.0,
            questions=1, answered_bytes=1,
        )
        for way, first in (("one PDF", 3.0), ("one by one", 3.01))
    ]  # fmt: skip
    assert missed(sending.Measured(runs=runs)) == ["sqlite, one by one: first verdict"]


def missed_in(name: str) -> Callable[..., list[str]]:
    """Return the function of a program that compares its figures with its bars."""
    found: Callable[..., list[str]] = importlib.import_module(name).missed
    return found
