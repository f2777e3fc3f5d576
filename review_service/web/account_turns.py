"""Lets each account compute one page at a time in a process, so that others wait for one at most.

Whoever is signed in and asks for many pages at once waits for their own. Nobody who is not signed
in waits here: what strangers may ask is cheap, or has a row in ``domain/request_limits.py``.
"""

import threading
from dataclasses import dataclass, field
from typing import Final

from flask import Flask, g, request

from review_service.db.models import SessionKind
from review_service.domain.errors import TooManyAtOnceError
from review_service.services.sessions import applicant_account, officer_account
from review_service.web.access_table import TABLE, Audience
from review_service.web.auth import current_session
from review_service.web.bodies import TYPED_FORM_BYTES

MOST_WAITING: Final = 16
"""Requests of one account that wait in one process; a browser sends six at once. Past it: 429."""
LONGEST_WAIT_SECONDS: Final = 30.0
KINDS: Final = {Audience.APPLICANT: SessionKind.APPLICANT, Audience.OFFICER: SessionKind.OFFICER}


@dataclass(slots=True)
class _Line:
    """The requests of one account in this process."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    here: int = 0


class AccountTurns:
    """The accounts that this process computes something for, and how many wait for each."""

    def __init__(self) -> None:
        self._lines: dict[str, _Line] = {}
        self._lock = threading.Lock()

    def take(self, account: str) -> None:
        """Wait for the account's turn. Raises ``TooManyAtOnceError`` where too many wait."""
        with self._lock:
            line = self._lines.setdefault(account, _Line())
            is_full = line.here > MOST_WAITING
            line.here += not is_full
        if is_full:
            raise TooManyAtOnceError
        if not line.turn.acquire(timeout=LONGEST_WAIT_SECONDS):
            self._leave(account, line)
            raise TooManyAtOnceError

    def give_back(self, account: str) -> None:
        """Let the next request of the account begin."""
        line = self._lines[account]
        line.turn.release()
        self._leave(account, line)

    def _leave(self, account: str, line: _Line) -> None:
        with self._lock:
            line.here -= 1
            if not line.here:
                del self._lines[account]


def install(app: Flask) -> None:
    """Let requests behind the guard take turns; register it right after the guard."""
    turns = AccountTurns()

    def take() -> None:
        account = _account()
        # A body with files may come slowly, and is stored more than computed.
        if account is not None and (request.content_length or 0) <= TYPED_FORM_BYTES:
            turns.take(account)
            g.has_turn_of = account

    def give_back(_error: BaseException | None) -> None:
        if (account := g.pop("has_turn_of", None)) is not None:
            turns.give_back(account)

    app.before_request(take)
    app.teardown_request(give_back)


def _account() -> str | None:
    """Return who is signed in for the page that is asked for; None for a public one."""
    access = TABLE.get(request.endpoint or "")
    kind = KINDS.get(access.audience) if access is not None else None
    current = current_session(kind) if kind is not None else None
    if current is None:
        return None
    if current.ruc is not None:
        return applicant_account(current.ruc)
    return officer_account(current.officer_id) if current.officer_id is not None else None
