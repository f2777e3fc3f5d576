"""A time limit by the clock that does not count the time in which a process had no processor.

Linux writes down how long a process stood ready to run while others had the processors:
``/proc/PID/schedstat``. On a machine full of work that time is no silence of the process. Only its
first thread is asked: what runs behind the walls can have no other, and neither has the server.
"""

import time
from pathlib import Path
from typing import Final, NamedTuple

SHORTEST_SECONDS: Final = 0.01
"""A shorter lengthening is none: it would only be asked for again and again."""
LOOK_SECONDS: Final = 0.1
"""A wait is written when it ends: who is ready to run and did not in so long still waits."""
NANOSECONDS: Final = 1_000_000_000
_PROC: Final = Path("/proc")


class Usage(NamedTuple):
    """What the kernel tells of one process, in seconds since it began."""

    ran: float
    """It had a processor."""
    waited: float
    """It was ready to run and had none; a wait that still goes on is not in it."""


UNUSED: Final = Usage(0.0, 0.0)
OVER: Final = 0.0


def usage(pid: int) -> Usage | None:
    """Return how long a process ran and waited for a processor; None where nobody tells it."""
    found = _written(str(pid))
    if found == UNUSED and _written("self") == UNUSED:
        return None  # a kernel that does not count writes zeros
    return found


def _written(name: str) -> Usage | None:
    try:
        ran, waited, _ = (_PROC / name / "schedstat").read_text(encoding="ascii").split()
        return Usage(int(ran) / NANOSECONDS, int(waited) / NANOSECONDS)
    except (OSError, ValueError):
        return None


def _is_ready_to_run(pid: int) -> bool:
    try:
        stat = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[:1] == ["R"]


def _next_look(passed: float, due: float) -> float:
    """Return when to look: shortly before the end, and then at the end."""
    return due - LOOK_SECONDS if due - passed > 2 * LOOK_SECONDS else due


class Deadline:
    """Ends ``seconds`` after it began, later by what the watched process waited, or at ``most``.

    Where the kernel tells no waits it ends after ``seconds``.
    """

    def __init__(self, seconds: float, *, most: float) -> None:
        self._seconds, self._most = seconds, most
        self._pid: int | None = None
        self._before: Usage | None = None
        self._waited = 0.0
        self._due = _next_look(0.0, seconds)
        self._began = time.monotonic()

    def watch(self, pid: int, *, is_new: bool) -> None:
        """Count what this process waits, and no longer another's; all it waited if it is new."""
        self._look()
        self._pid, self._before = pid, usage(pid)
        if is_new and self._before is not None:
            self._before = UNUSED

    def restart(self) -> None:
        """Begin anew, with the same process."""
        self._look()
        self._waited, self._due = 0.0, _next_look(0.0, self._seconds)
        self._began = time.monotonic()

    def postpone(self, seconds: float) -> None:
        """Leave out so much that has just passed."""
        self._began += seconds

    def left(self) -> float:
        """Return for how many seconds nobody needs to ask again; 0 when the time is over."""
        passed = time.monotonic() - self._began
        if self._due > OVER and passed >= self._due:
            is_in_line = self._look()
            due = min(self._seconds + self._waited, self._most)
            if is_in_line:
                due = min(max(due, passed + LOOK_SECONDS), self._most)
            self._due = _next_look(passed, due) if due - passed >= SHORTEST_SECONDS else OVER
        return max(0.0, self._due - passed)

    def _look(self) -> bool:
        """Add what the process waited since the last look; whether it waited all that time."""
        if self._pid is None or self._before is None or (now := usage(self._pid)) is None:
            return False
        before, self._before = self._before, now
        self._waited += max(0.0, now.waited - before.waited)
        return now.ran == before.ran and _is_ready_to_run(self._pid)
