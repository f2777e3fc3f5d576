"""Waits in a test until something that another thread does is so."""

import time
from collections.abc import Callable
from typing import Final

LONGEST_SECONDS: Final = 60.0


def until(is_so: Callable[[], bool]) -> None:
    """Return as soon as it is so; fails the test when it never is."""
    ends_at = time.monotonic() + LONGEST_SECONDS
    while not is_so():
        assert time.monotonic() < ends_at
        time.sleep(0.01)
