"""Remembers for some seconds what every page of a process shows and the database counts anew."""

import time
from collections.abc import Callable
from typing import TypeVar

from flask import current_app

EXTENSION = "remembered"
MOST = 200
"""Names that are kept: with one more all are forgotten, and asked for again."""
T = TypeVar("T")


def remembered(
    name: str, ask: Callable[[], T], *, seconds: float, unless: Callable[[T], bool] | None = None
) -> T:
    """Return what was found under this name up to ``seconds`` ago, or ask.

    An answer for which ``unless`` is true is not remembered. Two requests at once may both ask.
    """
    known = current_app.extensions.setdefault(EXTENSION, {})
    found_at, found = known.get(name, (None, None))
    if found_at is not None and time.monotonic() - found_at < seconds:
        answer: T = found
        return answer
    answer = ask()
    if unless is None or not unless(answer):
        if len(known) >= MOST:
            known.clear()
        known[name] = (time.monotonic(), answer)
    return answer


def forget(name: str) -> None:
    """Ask again for what is remembered under this name: this process just changed it."""
    current_app.extensions.get(EXTENSION, {}).pop(name, None)
