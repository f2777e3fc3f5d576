"""When the clock cannot be believed, so that nothing may end by it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

MOST_DRIFT: Final = timedelta(minutes=10)
"""By how much the database's clock may leave the stopwatch of a running process."""
MOST_BACK: Final = timedelta(minutes=5)
"""By how much the clock may go back: a change of the server that keeps the database."""
LONGEST_SILENCE: Final = timedelta(hours=24)
"""After so long without a note nobody knows whether the clock leapt or the service stood still;
either way a person looks before terms end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopwatch:
    """What a running process measured beside the clock of the database."""

    clock_at: datetime
    """What the clock said when the stopwatch was started."""
    elapsed: timedelta


def leapt(noted_at: datetime, now: datetime, *, beside: Stopwatch | None = None) -> bool:
    """Whether the clock cannot have come to ``now`` by running.

    ``noted_at`` is the newest time that was believed; ``beside`` is None in a new process.
    """
    passed = now - noted_at
    if passed < -MOST_BACK or passed > LONGEST_SILENCE:
        return True
    return beside is not None and abs(now - beside.clock_at - beside.elapsed) > MOST_DRIFT
