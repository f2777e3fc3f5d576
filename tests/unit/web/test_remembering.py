"""An answer is asked for once in some seconds, and not kept where that would be seen."""

from collections.abc import Iterator

import pytest
from flask import Flask

from review_service.web.remembering import recalled, remembered


@pytest.fixture(autouse=True)
def _application() -> Iterator[None]:
    with Flask(__name__).app_context():
        yield


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    moment = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: moment[0])
    return moment


def test_asks_again_only_when_the_seconds_are_over(clock: list[float]) -> None:
    answers = iter("abc")
    told = []
    for clock[0] in (0.0, 4.9, 5.0, 9.9, 10.0):
        told.append(remembered("letter", lambda: next(answers), seconds=5.0))
    assert told == ["a", "a", "b", "b", "c"]


def test_each_name_has_an_answer_of_its_own(clock: list[float]) -> None:
    assert remembered("one", lambda: 1, seconds=5.0) == 1
    assert remembered("two", lambda: 2, seconds=5.0) == 2
    assert clock == [0.0]


def test_what_is_not_to_be_remembered_is_asked_for_again() -> None:
    answers = iter((1, 7, 2))
    told = [
        remembered("count", lambda: next(answers), seconds=60.0, unless=lambda it: it < 5)
        for _ in range(4)
    ]
    assert told == [1, 7, 7, 7]


def test_what_no_longer_holds_is_asked_for_again(clock: list[float]) -> None:
    answers, since = iter((3, 4, 9)), [2]
    told = []
    for clock[0], since[0] in ((0.0, 2), (1.0, 2), (2.0, 3), (3.0, 3)):
        told.append(
            remembered("count", lambda: next(answers), seconds=5.0, holds=lambda it: it > since[0])
        )
    assert told == [3, 3, 4, 4]


def test_what_is_remembered_is_recalled_without_asking(clock: list[float]) -> None:
    assert recalled("count", seconds=5.0) is None
    remembered("count", lambda: 7, seconds=5.0)
    clock[0] = 4.9
    assert recalled("count", seconds=5.0) == 7
    clock[0] = 5.0
    assert recalled("count", seconds=5.0) is None
