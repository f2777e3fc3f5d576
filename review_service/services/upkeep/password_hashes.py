"""Hashes of officers' passwords: few at once, on threads that let every page go first."""

import os
import secrets
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from review_service.domain.errors import TooManyAttemptsError

HASHES_AT_ONCE: Final = 2
"""Passwords that one process hashes at the same time; each takes 64 MiB."""
HASHES_WAITING: Final = 12
"""Passwords that wait for those, and as many again of browsers that signed in to their account
before, so that strangers keep no officer out. Each holds one of the 64 threads of its process."""
FULL_SECONDS: Final = 5
"""When to come again past that."""
NICENESS: Final = 10
"""How far hashing steps back behind the pages of its process. It holds no lock of the interpreter
meanwhile, so that nobody waits for a thread that has to wait itself."""

_hasher = PasswordHasher()
_rooms = {
    is_known: threading.BoundedSemaphore(HASHES_AT_ONCE + HASHES_WAITING)
    for is_known in (False, True)
}
_absent_hash = _hasher.hash(secrets.token_urlsafe(16))
"""A hash to check for unknown names too, so that both answers take the same time."""


def make(password: str) -> str:
    """Return the Argon2 hash of a new password."""
    return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is that of the hash; takes as long without one, and is False then."""
    return _threads.submit(_verify, password_hash or _absent_hash, password).result()


@contextmanager
def room(*, is_known: bool) -> Iterator[None]:
    """Stand among those who wait. Raises ``TooManyAttemptsError``, and counts none, when full."""
    if not _rooms[is_known].acquire(blocking=False):
        raise TooManyAttemptsError(FULL_SECONDS)
    try:
        yield
    finally:
        _rooms[is_known].release()


def step_back() -> None:
    """Lower the priority of the calling thread; threads that Argon2 starts inherit it."""
    with suppress(OSError, AttributeError):  # not on every system is it a thread's own
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except VerifyMismatchError:
        return False


_threads = ThreadPoolExecutor(HASHES_AT_ONCE, "password-hash", initializer=step_back)
