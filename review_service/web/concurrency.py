"""Limits how many requests compute at once in a process, however many it has taken.

Python runs one thread at a time. When many threads want to run, each answer of the database costs
two more changes of thread, and a page needs twice the processor time (ADR 32 has the figures). So
requests wait here, first come, first served, and one computes at a time. A request that waits for
something else gives its place to the next one, at the latest after ``LONGEST_SECONDS``, and waits
for another one before it goes on, unless little is left to do.

Requests that bring files or whose account computed a lot just now (``account_turns``) step aside:
they have a line of their own, in which one computes at a time too, so that nobody's short page
waits for the whole of such a request. Before each question to the database and each piece of a file
they let everybody's line go first (``give_way``), so that a page shares the interpreter only with
the little that such a request computes between two of them (ADR 42).
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PLACES: Final = 1
"""Requests that compute at once in one process."""
LONGEST_SECONDS: Final = 0.1
"""After this a request counts as one that waits: for a lock in the database, or a part that hangs.
Twice what the heaviest page computes."""
MOST_TURNS: Final = 5
"""A waiting request looks again by itself after so many longest turns, however far behind it is:
those ahead of it may end at once, and the last of them may hang."""
GIVING_WAY_SECONDS: Final = 0.25
"""So long in all a request that stepped aside waits for moments in which nobody in the line of
everybody computes. What it computes beside a short page doubles the page's time."""
HEALTH: Final = frozenset({"/salud"})
"""Addresses that must answer at once, whatever else is asked: they wait for each other only."""


class ConcurrencyLimit:
    """The requests that compute in this process, and the line of those that will."""

    def __init__(
        self,
        places: int = PLACES,
        *,
        longest_seconds: float = LONGEST_SECONDS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """``now`` tells the time in seconds; tests move it by hand."""
        self._places = places
        self._longest = longest_seconds
        self._now = now
        self._computing: dict[threading.Lock, float] = {}
        """Since when each computes."""
        self._line: deque[threading.Lock] = deque()
        self._lock = threading.Lock()
        self._emptied = threading.Condition(self._lock)

    @property
    def waiting(self) -> int:
        """How many requests stand in line."""
        return len(self._line)

    def enter(self) -> threading.Lock:
        """Wait for a place and return it, to be handed to ``leave``."""
        place = threading.Lock()
        place.acquire()
        with self._lock:
            self._line.append(place)
            self._let_in()
            turns = self._turns_until(place)
        while not place.acquire(timeout=self._longest * turns):
            with self._lock:
                self._let_in()  # who is in may have waited too long to count
                turns = self._turns_until(place)
        return place

    def leave(self, place: threading.Lock) -> None:
        """Let the next one compute. A place that was left already is left alone."""
        with self._lock:
            if self._computing.pop(place, None) is not None:
                self._let_in()
                if not self._computing:
                    self._emptied.notify_all()

    def await_gap(self, seconds: float) -> float:
        """Wait until nobody computes here, at most so long; return how long it took."""
        began = self._now()
        with self._emptied:
            self._emptied.wait_for(lambda: not self._counted(self._now()), seconds)
        return self._now() - began

    def _let_in(self) -> None:
        now = self._now()
        while self._line and self._counted(now) < self._places:
            place = self._line.popleft()
            self._computing[place] = now
            place.release()

    def _turns_until(self, place: threading.Lock) -> int:
        """Return after how many longest turns a waiting request looks again by itself.

        The further behind it is the later, ``MOST_TURNS`` at most: sixty threads that look ten
        times a second take the interpreter from the one that computes.
        """
        ahead = next((at for at, each in enumerate(self._line) if each is place), 0)
        return min(ahead // self._places + 1, MOST_TURNS)

    def _counted(self, now: float) -> int:
        return sum(now - since < self._longest for since in self._computing.values())


OF_PROCESS: Final = ConcurrencyLimit()
"""The line of this process."""
ASIDE: Final = ConcurrencyLimit()
"""The line of those that stepped aside."""


class _OfThread(threading.local):
    """The place that this thread computes in, if any."""

    limit: ConcurrencyLimit | None = None
    place: "threading.Lock | None" = None
    aside: ConcurrencyLimit | None = None
    everybody: ConcurrencyLimit | None = None
    """Whom it lets go first, once it stepped aside."""
    patience: float = 0.0
    """Seconds that it still does so."""


_here = _OfThread()


def limited(
    application: "WSGIApplication", limit: ConcurrencyLimit, aside: ConcurrencyLimit | None = None
) -> "WSGIApplication":
    """Wrap an application so that its requests compute within the limit.

    Those that step aside compute within ``aside``; without it they stay where they are.
    """
    of_health = ConcurrencyLimit()

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        own = of_health if environ.get("PATH_INFO") in HEALTH else limit
        _here.limit, _here.place, _here.aside = own, own.enter(), aside
        try:
            return application(environ, start_response)
        finally:
            end()
            _here.limit = _here.aside = _here.everybody = None

    return answer


def end() -> None:
    """Give this thread's place to the next request; go on without one, at most until the answer."""
    if _here.limit is not None and _here.place is not None:
        _here.limit.leave(_here.place)
        _here.place = None


def step_aside() -> None:
    """Go on in the line of those that step aside; a request that stands in it already stays."""
    if _here.aside is not None and _here.limit is not _here.aside:
        with resuming():
            end()
            _here.limit, _here.everybody = _here.aside, _here.limit
            _here.patience = GIVING_WAY_SECONDS
        give_way()


def give_way() -> None:
    """Let who computes in the line of everybody end first, where this request stepped aside.

    To be called where nothing is held that others wait for. In all it waits for
    ``GIVING_WAY_SECONDS``: beside pages without end it goes on all the same.
    """
    if _here.everybody is not None and _here.patience > 0:
        _here.patience -= _here.everybody.await_gap(_here.patience)


@contextmanager
def resuming() -> Iterator[None]:
    """Wait for another place at the end, where what is done meanwhile gave this thread's back."""
    had_place = _here.place is not None
    try:
        yield
    finally:
        if had_place and _here.place is None and _here.limit is not None:
            _here.place = _here.limit.enter()


@contextmanager
def elsewhere() -> Iterator[None]:
    """Give this thread's place to the next request, and wait for another one at the end."""
    with resuming():
        end()
        yield
