"""Asks the parts of the service how they are, and waits for none of them for long."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from review_service.domain.errors import OutsideError

ANSWER_SECONDS: Final = 1.5
"""Longest wait for all parts together."""

T = TypeVar("T")


class NoAnswerError(OutsideError):
    """A part did not answer in time."""

    def __init__(self) -> None:
        super().__init__("no answer in time", retryable=True)


@dataclass
class _Asked(Generic[T]):
    """One question; ``ended`` is set once it has an answer or failed."""

    ended: threading.Event
    ended_at: float = 0.0
    found: T | None = None
    error: Exception | None = None


class Probe(Generic[T]):
    """A question to one part, asked on a thread of its own and never twice at once.

    While it hangs everybody hears that there is no answer, and no second thread waits. An answer
    holds for ``fresh_seconds``, so that who asks often does not burden the part.
    """

    def __init__(self, ask: Callable[[], T], *, fresh_seconds: float = 0.0) -> None:
        self._ask, self._fresh = ask, fresh_seconds
        self._lock = threading.Lock()
        self._asked: _Asked[T] | None = None

    def begin(self) -> "_Asked[T]":
        """Ask, unless the last question is not answered yet or its answer is fresh."""
        with self._lock:
            asked = self._asked
            if asked is not None and (not asked.ended.is_set() or self._is_fresh(asked)):
                return asked
            self._asked = asked = _Asked(ended=threading.Event())
            # A daemon: a part that hangs must not keep the process from ending.
            threading.Thread(target=self._run, args=(asked,), name="probe", daemon=True).start()
            return asked

    def answer(self, *, until: float) -> T:
        """Return the answer; ``until`` is a moment of ``time.monotonic``.

        Raises ``NoAnswerError``, or what the question raised.
        """
        asked = self.begin()
        if not asked.ended.wait(max(0.0, until - time.monotonic())):
            raise NoAnswerError
        if asked.error is not None:
            raise asked.error
        return asked.found  # type: ignore[return-value]  # set when there is no error

    def _is_fresh(self, asked: "_Asked[T]") -> bool:
        return time.monotonic() - asked.ended_at < self._fresh

    def _run(self, asked: _Asked[T]) -> None:
        try:
            asked.found = self._ask()
        except Exception as error:  # noqa: BLE001 -- raised again for who asked
            asked.error = error
        asked.ended_at = time.monotonic()
        asked.ended.set()
