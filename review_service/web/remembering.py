"""Remembers for some seconds what every page of a process shows and the database counts anew."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app

EXTENSION = "remembered"
MOST = 200
"""Names that are kept: with one more all are forgotten, and asked for again."""
T = TypeVar("T")


def remembered(
    name: str,
    ask: Callable[[], T],
    *,
    seconds: float,
    unless: Callable[[T], bool] | None = None,
    holds: Callable[[T], bool] | None = None,
) -> T:
    """Return what was found under this name up to ``seconds`` ago, or ask.

    An answer for which ``unless`` is true is not remembered, and one for which ``holds`` is no
    longer true is asked for again. Two requests at once may both ask.
    """
    found: T | None = recalled(name, seconds=seconds)
    if found is not None and (holds is None or holds(found)):
        return found
    answer = ask()
    if unless is None or not unless(answer):
        known = current_app.extensions[EXTENSION]
        if len(known) >= MOST:
            known.clear()
        known[name] = (time.monotonic(), answer)
    return answer


def recalled(name: str, *, seconds: float) -> Any:  # noqa: ANN401 -- what was remembered
    """Return what was found under this name up to ``seconds`` ago; None where nothing was."""
    known = current_app.extensions.setdefault(EXTENSION, {})
    found_at, found = known.get(name, (None, None))
    return found if found_at is not None and time.monotonic() - found_at < seconds else None


def forget(name: str) -> None:
    """Ask again for what is remembered under this name: this process just changed it."""
    current_app.extensions.get(EXTENSION, {}).pop(name, None)
