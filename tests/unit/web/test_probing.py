"""A question to a part that hangs keeps nobody waiting, and no thread behind it."""

import threading
import time
from collections.abc import Callable

import pytest

from review_service.domain.errors import StoreError
from review_service.web.probing import NoAnswerError, Probe


def soon(seconds: float = 0.2) -> float:
    return time.monotonic() + seconds


def test_gives_the_answer() -> None:
    assert Probe(lambda: 7).answer(until=soon(5)) == 7


def test_raises_what_the_part_raised() -> None:
    def fail() -> None:
        raise StoreError("down", retryable=True)

    probe = Probe(fail)
    for _ in range(2):
        with pytest.raises(StoreError, match="down"):
            probe.answer(until=soon(5))


def test_a_part_that_hangs_is_asked_once_and_heard_once_it_answers() -> None:
    lets_go, asked = threading.Event(), []

    def hang() -> int:
        asked.append(1)
        lets_go.wait(10)
        return 7

    probe = Probe(hang)
    before = threading.active_count()
    for _ in range(3):
        began = time.monotonic()
        with pytest.raises(NoAnswerError):
            probe.answer(until=soon())
        assert time.monotonic() - began < 1
    assert (len(asked), threading.active_count()) == (1, before + 1)
    lets_go.set()
    assert probe.answer(until=soon(5)) == 7


@pytest.mark.parametrize(("fresh_seconds", "asked"), [(0.0, 3), (60.0, 1)])
def test_a_fresh_answer_is_given_again(fresh_seconds: float, asked: int) -> None:
    numbers: Callable[[], int] = iter(range(9)).__next__
    probe = Probe(numbers, fresh_seconds=fresh_seconds)
    answers = [probe.answer(until=soon(5)) for _ in range(3)]
    assert answers[-1] == asked - 1
