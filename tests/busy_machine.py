"""A processor that is full of work, for real: busy programs, and one that gets hardly a turn."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

LAST_IN_LINE = 19
"""The lowest priority: about a hundredth of a processor beside two busy programs."""
BUSY = "while True: pass"


def one_processor() -> int:
    """Return the number of one processor that this process may use."""
    return max(os.sched_getaffinity(0))


@contextmanager
def program(
    code: str, *, processor: int | None = None, last_in_line: bool = False
) -> Iterator[int]:
    """Run Python code and give its process id; ends it."""
    running = subprocess.Popen([sys.executable, "-I", "-S", "-c", code])
    try:
        if processor is not None:
            os.sched_setaffinity(running.pid, {processor})
        if last_in_line:
            os.setpriority(os.PRIO_PROCESS, running.pid, LAST_IN_LINE)
        yield running.pid
    finally:
        running.kill()
        running.wait()


@contextmanager
def full_processor(*, programs: int = 2) -> Iterator[int]:
    """Give the number of a processor that ``programs`` busy programs share."""
    processor = one_processor()
    if programs == 0:
        yield processor
        return
    with program(BUSY, processor=processor), full_processor(programs=programs - 1):
        yield processor


@contextmanager
def starved_program() -> Iterator[int]:
    """Give the process id of a busy program that gets hardly a turn."""
    with (
        full_processor() as processor,
        program(BUSY, processor=processor, last_in_line=True) as pid,
    ):
        yield pid
