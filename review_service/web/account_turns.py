"""Lets each account compute one page at a time in a process, and no more than its share.

Whoever is signed in and asks for many pages waits for their own. A request that brings files
waits for no page, as its body may come slowly, and counts for the share. Nobody who is not signed
in waits here: what strangers may ask is cheap, or has a row in ``domain/request_limits.py``.

This line stands inside the one of ``concurrency``, in which every request waits before anything is
known of it: that one lets the process compute one thing at a time, this one shares it among people.
So whoever waits here gives the place back there, and ``end_turn`` ends both.
"""

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Final

from flask import Flask, current_app, g, request

from review_service.domain.errors import TooManyAtOnceError
from review_service.services.sessions import applicant_account, officer_account
from review_service.web import concurrency
from review_service.web.auth import asker

MOST_WAITING: Final = 48
"""Requests that wait for the turn of their account in one process, of whose 64 threads the rest is
left to others. Past it the account for which most wait is refused the newest of them (429). A
browser sends six at once to a proxy that speaks HTTP/1, and all the pictures in sight to one that
speaks HTTP/2."""
LONGEST_WAIT_SECONDS: Final = 30.0
FREE_SECONDS: Final = 0.3
"""Processor time that an account may use in a process at once: a case with its pictures, or some
twenty pages."""
SHARE: Final = 0.1
"""Share of a processor that it gets after that, in each process that others use too; also how soon
that is free again. A person who reads pages and sends forms uses a hundredth."""
LIGHT_SECONDS: Final = 0.03
"""Processor time, three pages, that an account may have used and still stands in everybody's line;
past it, and with files, its requests step aside (``concurrency``)."""
OTHERS_SECONDS: Final = 1.0
"""Others use a process while the last request of somebody else is not longer ago."""
LONGEST_REST_SECONDS: Final = 3.0
"""Most that one request waits for the share of its account."""
MOST_REMEMBERED: Final = 1_000
"""Accounts, before those are forgotten that may use all of it again."""
EXTENSION: Final = "account_turns"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """What tells the time, in seconds; tests move it by hand."""

    now: Callable[[], float] = time.monotonic
    used: Callable[[], float] = time.thread_time
    """Processor time of this thread."""
    rest: Callable[[float], None] = time.sleep


def _held() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()
    return lock


@dataclass(slots=True, eq=False)
class _Waiting:
    """A request that waits for the turn of its account."""

    called: threading.Lock = field(default_factory=_held)
    """Free once it has the turn or is refused."""
    is_refused: bool = False


@dataclass(slots=True)
class _Line:
    """The requests of one account in this process."""

    is_taken: bool = False
    """Whether one of them has the turn."""
    waiting: deque[_Waiting] = field(default_factory=deque)
    began: float = 0.0
    """Processor time of the thread when the turn began."""
    used: float = 0.0
    """Processor seconds that were not free again when the last turn ended."""
    ended: float = 0.0

    def used_at(self, now: float) -> float:
        """Return the processor seconds that are not free again by then."""
        return max(0.0, self.used - SHARE * (now - self.ended))


class AccountTurns:
    """The accounts that this process computes something for, and how many wait for each."""

    def __init__(self, clocks: Clocks | None = None) -> None:
        self.free_seconds = FREE_SECONDS
        self.clocks = clocks or Clocks()
        self._lines: dict[str, _Line] = {}
        self._lock = threading.Lock()
        self._latest = self._before = ("", -math.inf)

    def come(self, asker: str) -> None:
        """Note who asks; all who are not signed in are one asker."""
        with self._lock:
            if self._latest[0] != asker:
                self._before = self._latest
            self._latest = (asker, self.clocks.now())

    def has_others(self, account: str) -> bool:
        """Whether somebody else asked this process for something just now."""
        with self._lock:
            asker, at = self._latest if self._latest[0] != account else self._before
        return asker != account and self.clocks.now() - at < OTHERS_SECONDS

    @property
    def remembered(self) -> Collection[str]:
        """The accounts that are remembered."""
        return self._lines.keys()

    def present(self, account: str) -> int:
        """Return how many requests of the account are computed or wait for that."""
        with self._lock:
            line = self._lines.get(account)
            return line.is_taken + len(line.waiting) if line is not None else 0

    def take(self, account: str) -> None:
        """Wait for the account's turn, and until it may use the processor again.

        Raises ``TooManyAtOnceError`` where too many wait.
        """
        with self._lock:
            line = self._lines.setdefault(account, _Line())
            own = self._join(line)
        if own is not None:
            with concurrency.elsewhere():
                has_turn = self._wait(line, own)
            if not has_turn:
                raise TooManyAtOnceError
        self.rest(account)
        line.began = self.clocks.used()

    def rest(self, account: str) -> None:
        """Wait until the account may use the processor again, where somebody else wants it."""
        with self._lock:
            line = self._lines.get(account)
            too_much = line.used_at(self.clocks.now()) - self.free_seconds if line else 0.0
        if too_much > 0 and self.has_others(account):
            with concurrency.elsewhere():
                self.clocks.rest(min(LONGEST_REST_SECONDS, too_much / SHARE))

    def is_light(self, account: str) -> bool:
        """Whether the account used so little just now that others may wait for its next page."""
        with self._lock:
            line = self._lines.get(account)
            return line is None or line.used_at(self.clocks.now()) <= LIGHT_SECONDS

    def give_back(self, account: str) -> None:
        """Let the next request of the account begin. To be called by the thread that took it."""
        line = self._lines[account]
        self.charge(account, self.clocks.used() - line.began)
        with self._lock:
            line.is_taken = bool(line.waiting)
            if line.waiting:
                line.waiting.popleft().called.release()
            if len(self._lines) > MOST_REMEMBERED:
                self._lines = {
                    account: line
                    for account, line in self._lines.items()
                    if line.is_taken or line.used_at(self.clocks.now())
                }

    def charge(self, account: str, seconds: float) -> None:
        """Note processor time that the account has used."""
        with self._lock:
            line, now = self._lines.setdefault(account, _Line()), self.clocks.now()
            line.used, line.ended = line.used_at(now) + seconds, now

    def _join(self, line: _Line) -> _Waiting | None:
        """Take the turn, or return what waits for it. Raises ``TooManyAtOnceError``."""
        if not line.is_taken:
            line.is_taken = True
            return None
        if sum(len(each.waiting) for each in self._lines.values()) >= MOST_WAITING:
            self._make_room(line)
        own = _Waiting()
        line.waiting.append(own)
        return own

    def _make_room(self, line: _Line) -> None:
        longest = max(self._lines.values(), key=lambda each: len(each.waiting))
        if len(longest.waiting) <= len(line.waiting) + 1:
            raise TooManyAtOnceError
        newest = longest.waiting.pop()
        newest.is_refused = True
        newest.called.release()

    def _wait(self, line: _Line, own: _Waiting) -> bool:
        """Return whether it has the turn."""
        own.called.acquire(timeout=LONGEST_WAIT_SECONDS)
        with self._lock:
            if own in line.waiting:  # nobody called
                line.waiting.remove(own)
                return False
        return not own.is_refused


def install(app: Flask) -> None:
    """Let requests behind the guard take turns; register it right after the guard."""
    turns = app.extensions[EXTENSION] = AccountTurns()

    def take() -> None:
        if request.endpoint == "static":
            return  # of whose page it is, nobody knows
        account, brings_files = _account(), _brings_files()
        turns.come(account or "")
        is_strangers_form = account is None and request.method == "POST"
        is_heavy = account is not None and not turns.is_light(account)
        if brings_files or is_strangers_form or is_heavy:
            concurrency.step_aside()
        if account is not None and brings_files:
            turns.rest(account)
            g.brings_files_of = account, turns.clocks.used()
        elif account is not None:
            turns.take(account)
            g.has_turn_of = account
            if not turns.is_light(account):  # those before it have ended
                concurrency.step_aside()

    app.before_request(take)
    app.teardown_request(lambda _error: _end())


def end_turn() -> None:
    """Give the request's turn back, if it has one, before it waits for somebody else.

    So a store that hangs keeps nobody from a page that needs no store.
    """
    concurrency.end()
    if (account := g.pop("has_turn_of", None)) is not None:
        current_app.extensions[EXTENSION].give_back(account)


def _end() -> None:
    """End the turn of a request that is answered; what brought files is charged now."""
    if (brought := g.pop("brings_files_of", None)) is not None:
        account, began = brought
        turns = current_app.extensions[EXTENSION]
        turns.charge(account, turns.clocks.used() - began)
    end_turn()


def _brings_files() -> bool:
    """Whether the body may come slowly: such a request waits for no turn, only for its share."""
    view = current_app.view_functions.get(request.endpoint or "")
    return request.method == "POST" and getattr(view, "body_limit", None) is not None


def _account() -> str | None:
    """Return who is signed in for the page that is asked for; None for a public one."""
    current = asker()
    if current is None:
        return None
    if current.ruc is not None:
        return applicant_account(current.ruc)
    return officer_account(current.officer_id) if current.officer_id is not None else None
