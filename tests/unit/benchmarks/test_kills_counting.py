"""Each thing that ``benchmarks/kills.py`` promises to find is found, and nothing else."""

import hashlib
import math
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

from kills_counting import (
    Acknowledged,
    Agreement,
    Found,
    Mail,
    Outcome,
    doubled,
    gaps,
    lost,
    missed,
    recoveries,
    repeated,
)

PHOTO = b"a photo"
SHA256 = hashlib.sha256(PHOTO).hexdigest()


def case(name: str) -> Acknowledged:
    """Return an application to which the service said yes from one end to the other."""
    made = Acknowledged(
        application=name, address=f"{name}@correo.example", is_sent=True, is_approved=True
    )
    made.acknowledge_file(PHOTO)
    return made


def agreement(name: str, serial: int, series: str = "agreement") -> Agreement:
    return Agreement(
        application=name,
        number=f"{series[0].upper()}-{serial}",
        series=series,
        year=2026,
        serial=serial,
        state="published",
    )


def mail(name: str, event: str, **changes: Any) -> Mail:  # noqa: ANN401 -- fields
    made = Mail(
        id=f"{name}-{event}", application=name, event=event, recipient=f"{name}@correo.example",
        is_sent=True,
    )  # fmt: skip
    return replace(made, **changes)


CASES = [case("a"), case("b")]
MAILS = [mail(name, event) for name in ("a", "b") for event in ("received", "issued")]
GOOD = Found(
    states={"a": "issued", "b": "issued"},
    references=["AR-2026-000001", "AR-2026-000002"],
    files=[("a", SHA256, "checked"), ("b", SHA256, "checked")],
    agreements=[agreement("a", 1), agreement("b", 2)],
    mails=MAILS,
    caught={each.id: 1 for each in MAILS},
    tasks={"done": 20, "cancelled": 1},
    decisions={"a": 1, "b": 1},
)


def test_nothing_is_found_where_nothing_is_wrong() -> None:
    assert lost(CASES, GOOD) == doubled(CASES, GOOD) == gaps(GOOD) == repeated(GOOD) == []


LOST: Mapping[str, tuple[Found, str]] = {
    "a file that is absent": (
        replace(GOOD, files=GOOD.files[1:]), "a: a file that was taken is absent or unchecked"),
    "a file that is never checked": (
        replace(GOOD, files=[("a", SHA256, "checking"), *GOOD.files[1:]]),
        "a: a file that was taken is absent or unchecked"),
    "a task in quarantine": (
        replace(GOOD, tasks={"done": 3, "quarantined": 1}), "1 tasks are quarantined"),
    "a task that waits for ever": (
        replace(GOOD, tasks={"done": 3, "ready": 2}), "2 tasks are ready"),
    "an application that is gone": (
        replace(GOOD, states={"b": "issued"}), "a: was sent and is None"),
    "an application that is a draft again": (
        replace(GOOD, states={"a": "draft", "b": "issued"}), "a: was sent and is draft"),
    "a decision that went no further": (
        replace(GOOD, states={"a": "approved", "b": "issued"}), "a: was approved and is approved"),
    "an Acuerdo without its paper": (
        replace(GOOD, agreements=[replace(agreement("a", 1), state="numbered"), agreement("b", 2)]),
        "a: was approved and has no published Acuerdo"),
    "a mail that no relay took": (
        replace(GOOD, caught={each.id: 1 for each in MAILS[1:]}),
        "a: the mail «received» was never handed over"),
    "an Acuerdo that nobody was mailed": (
        replace(GOOD, mails=[each for each in MAILS if each.id != "a-issued"],
                caught={each.id: 1 for each in MAILS if each.id != "a-issued"}),
        "a: nobody was mailed its Acuerdo"),
    "an Acuerdo that was mailed to somebody else": (
        replace(GOOD, mails=[*MAILS[:1], mail("a", "issued", recipient="x@x.example"), *MAILS[2:]]),
        "a: nobody was mailed its Acuerdo"),
}  # fmt: skip


@pytest.mark.parametrize("name", LOST)
def test_what_is_lost_is_found(name: str) -> None:
    found, sentence = LOST[name]
    assert sentence in lost(CASES, found)


def test_a_mail_whose_link_is_over_is_not_lost() -> None:
    over = mail("a", "confirm", is_sent=False, is_over=True)
    assert lost(CASES, replace(GOOD, mails=[*MAILS, over])) == []


DOUBLED: Mapping[str, tuple[Found, str]] = {
    "two Acuerdos": (
        replace(GOOD, agreements=[*GOOD.agreements, agreement("a", 3)]),
        "an application has two Acuerdos: a"),
    "one number twice": (
        replace(GOOD, agreements=[agreement("a", 1), agreement("b", 1)]),
        "a number was given twice: A-1"),
    "one reference twice": (
        replace(GOOD, references=["AR-2026-000001"] * 2),
        "a reference was given twice: AR-2026-000001"),
    "a notice twice": (
        replace(GOOD, mails=[*MAILS, mail("a", "issued", id="another")],
                caught={**GOOD.caught, "another": 1}),
        "a notice was written twice: a issued a@correo.example"),
    "two decisions": (replace(GOOD, decisions={"a": 2}), "decided twice: a"),
    "a mail from nowhere": (
        replace(GOOD, caught={**GOOD.caught, "x": 1}), "a mail that no row knows was sent: x"),
    "a file twice": (
        replace(GOOD, files=[*GOOD.files, ("a", SHA256, "checked")]),
        "a: a file that was sent once is there 2 times"),
}  # fmt: skip


@pytest.mark.parametrize("name", DOUBLED)
def test_what_is_doubled_is_found(name: str) -> None:
    found, sentence = DOUBLED[name]
    assert doubled(CASES, found) == [sentence]


def test_a_message_that_was_sent_again_is_counted_beside() -> None:
    again = replace(GOOD, caught={**GOOD.caught, "a-issued": 2})
    assert repeated(again) == ["a issued: 2 times"]
    assert doubled(CASES, again) == []


def test_each_series_is_counted_by_itself() -> None:
    whole = [agreement("a", 1), agreement("b", 2), agreement("c", 1, "certificate")]
    assert gaps(replace(GOOD, agreements=whole)) == []
    hidden = [agreement("a", 1), agreement("b", 2, "certificate"), agreement("c", 3)]
    assert gaps(replace(GOOD, agreements=hidden)) == [
        "agreement 2026: no 2",
        "certificate 2026: no 1",
    ]


def test_a_missing_number_is_found() -> None:
    numbers = [agreement("a", 1), agreement("b", 3)]
    assert gaps(replace(GOOD, agreements=numbers)) == ["agreement 2026: no 2"]
    assert gaps(replace(GOOD, references=["AR-2026-000002"])) == ["application AR-2026: no 1"]


def test_quantiles_take_what_never_came_back_for_the_longest() -> None:
    figures = recoveries([float(number) for number in range(1, 21)])
    assert (figures.count, figures.p50, figures.p95, figures.longest) == (20, 11.0, 19.0, 20.0)
    assert recoveries([1.0, math.inf]).p95 == math.inf
    assert recoveries([]).count == 0


FAST = dict.fromkeys(("web", "worker", "scheduler"), [10.0] * 50)
HELD = Outcome(
    kills=FAST, faults={"Redis hung": [1.0]}, lost=[], doubled=[], gaps=[], broken=[],
    wanted_faults=("Redis hung",),
)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "bars"),
    [
        ({}, []),
        ({"kills": {**FAST, "web": [10.0] * 49}}, ["web: 49 kills of 50"]),
        ({"kills": {**FAST, "worker": [10.0] * 47 + [121.0] * 3}}, ["worker: p95 recovery 121 s"]),
        ({"kills": {**FAST, "worker": [10.0] * 48 + [121.0] * 2}}, []),
        ({"kills": {**FAST, "scheduler": [math.inf] * 50}}, ["scheduler: p95 recovery inf s"]),
        ({"faults": {}}, ["never happened: Redis hung"]),
        ({"faults": {"Redis hung": [math.inf]}}, ["never recovered: Redis hung"]),
        ({"lost": ["x"]}, ["lost: 1"]),
        ({"doubled": ["x", "y"]}, ["doubled: 2"]),
        ({"gaps": ["x"]}, ["gaps: 1"]),
        ({"broken": ["x"]}, ["broken: 1"]),
        ({"met": {"pieces read wrong": (0, 1)}}, ["pieces read wrong: 0 of 1"]),
        ({"met": {"pieces read wrong": (1, 1)}}, []),
    ],
)
def test_each_bar_can_be_missed(changes: dict[str, Any], bars: Sequence[str]) -> None:
    assert missed(replace(HELD, **changes)) == bars


def test_a_kill_that_never_recovered_misses_the_bar_however_fast_the_others_are() -> None:
    kills = {**FAST, "web": [10.0] * 49 + [math.inf]}
    assert missed(replace(HELD, kills=kills)) == ["web: 1 kills were never over"]


def test_a_file_that_was_taken_twice_may_be_there_twice() -> None:
    twice = Acknowledged(application="a", address="a@correo.example", files=Counter({SHA256: 2}))
    found = replace(GOOD, files=[*GOOD.files, ("a", SHA256, "checked")])
    assert doubled([twice, CASES[1]], found) == []
