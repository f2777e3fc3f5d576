"""A limit by the clock, beside real programs: one sleeps, one spins, one has no turn."""

import os
import time
from pathlib import Path

import pytest

from tests.busy_machine import BUSY, full_processor, program
from workers.sandbox import deadline
from workers.sandbox.deadline import Deadline, usage

SLEEPING = "import time; time.sleep(60)"
WORK_SECONDS = 0.4
WORKING = f"import time\nwhile time.process_time() < {WORK_SECONDS}: pass\n{SLEEPING}"
LONG = 30.0
BEGUN_BEFORE = 0.05
"""A limit begins a moment before the test looks at the clock."""


def _lasts(limit: Deadline, *, most: float = LONG) -> tuple[float, float]:
    """Return how long a limit lasts, asking as seldom as it says; stops asking after ``most``.

    First by the clock, then without what this test itself waited for a processor.
    """
    began, before = time.monotonic(), usage(os.getpid())
    while (left := limit.left()) > 0 and time.monotonic() - began < most:
        time.sleep(left)
    passed, after = time.monotonic() - began, usage(os.getpid())
    return passed, passed - (after.waited - before.waited if before and after else 0.0)


def _is_between(least: float, lasted: tuple[float, float], most: float) -> bool:
    by_the_clock, without_waits = lasted
    return least - BEGUN_BEFORE <= by_the_clock and without_waits < most


def _fall_asleep(pid: int) -> None:
    """Wait until a program that has begun does nothing any more."""
    seen = None
    while seen is None or seen.ran == 0.0 or seen != usage(pid):
        seen = usage(pid)
        time.sleep(0.3)


def test_a_limit_that_watches_nobody_lasts_as_long_as_it_says() -> None:
    assert _is_between(0.3, _lasts(Deadline(0.3, most=LONG)), 1.0)


def test_a_limit_that_is_over_stays_so_until_it_begins_anew() -> None:
    limit = Deadline(0.05, most=LONG)
    _lasts(limit)
    assert [limit.left(), limit.left()] == [0.0, 0.0]
    limit.restart()
    assert 0 < limit.left() <= 0.05


def test_what_is_left_out_is_added_at_the_end() -> None:
    limit = Deadline(1.0, most=LONG)
    limit.postpone(5.0)
    assert 5.5 < limit.left() <= 6.0


def test_a_program_that_sleeps_waits_for_nothing() -> None:
    with program(SLEEPING) as pid:
        _fall_asleep(pid)
        limit = Deadline(0.5, most=LONG)
        limit.watch(pid, is_new=False)
        assert _is_between(0.5, _lasts(limit), 1.0)


def test_a_program_that_spins_has_only_its_waits_more() -> None:
    with program(BUSY) as pid:
        limit = Deadline(0.5, most=LONG)
        limit.watch(pid, is_new=True)
        lasted = _lasts(limit)
        seen = usage(pid)
    assert seen is not None
    assert _is_between(0.5, lasted, 0.5 + seen.waited + 0.3)


def test_a_program_without_turns_is_waited_for() -> None:
    with (
        full_processor() as processor,
        program(BUSY, processor=processor, last_in_line=True) as pid,
    ):
        limit = Deadline(0.3, most=LONG)
        limit.watch(pid, is_new=True)
        assert _lasts(limit, most=3.0)[0] >= 3.0
        seen = usage(pid)
    assert seen is not None
    assert seen.ran < 0.3 < seen.waited


def test_nobody_is_waited_for_without_an_end() -> None:
    with (
        full_processor() as processor,
        program(BUSY, processor=processor, last_in_line=True) as pid,
    ):
        limit = Deadline(0.3, most=0.9)
        limit.watch(pid, is_new=True)
        assert _is_between(0.9, _lasts(limit), 1.6)


def test_waits_before_the_limit_began_count_only_for_a_new_program() -> None:
    with full_processor() as processor, program(WORKING, processor=processor) as pid:
        while (seen := usage(pid)) is None or seen.ran < WORK_SECONDS:
            time.sleep(0.05)
        _fall_asleep(pid)
        old, new = Deadline(0.2, most=LONG), Deadline(0.2, most=LONG)
        old.watch(pid, is_new=False)
        new.watch(pid, is_new=True)
        assert _is_between(0.0, _lasts(old), 0.6)
        assert new.left() > 0
    assert seen.waited > 0.3


def test_a_handed_over_limit_keeps_the_waits_so_far() -> None:
    with full_processor() as processor, program(BUSY, processor=processor) as pid:
        limit = Deadline(1.0, most=LONG)
        limit.watch(pid, is_new=False)
        time.sleep(1.5)
        limit.watch(os.getpid(), is_new=False)
        assert limit.left() > 0.2


@pytest.mark.parametrize("text", [None, "", "0", "a b c", "0 0"])
def test_where_the_kernel_tells_nothing_the_limit_is_by_the_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None
) -> None:
    if text is not None:
        (tmp_path / "7").mkdir()
        (tmp_path / "7" / "schedstat").write_text(text, encoding="ascii")
    monkeypatch.setattr(deadline, "_PROC", tmp_path)
    assert usage(7) is None
    limit = Deadline(0.2, most=LONG)
    limit.watch(7, is_new=True)
    assert _is_between(0.2, _lasts(limit), 0.6)


def test_a_kernel_that_writes_only_zeros_tells_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for pid in ("7", "self"):
        (tmp_path / pid).mkdir()
        (tmp_path / pid / "schedstat").write_text("0 0 0\n", encoding="ascii")
        (tmp_path / pid / "stat").write_text("7 (a) R 1 1", encoding="ascii")
    monkeypatch.setattr(deadline, "_PROC", tmp_path)
    limit = Deadline(0.2, most=LONG)
    limit.watch(7, is_new=True)
    assert _is_between(0.2, _lasts(limit), 0.6)
