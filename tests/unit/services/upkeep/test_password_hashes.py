"""Passwords are hashed behind the pages of the same process."""

import os
import threading

import pytest

from review_service.services.upkeep import password_hashes
from review_service.services.upkeep.password_hashes import NICENESS


def niceness() -> int:
    """Return that of the thread that asks."""
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def test_a_password_matches_its_own_hash_alone() -> None:
    stored = password_hashes.make("una clave larga")
    assert password_hashes.matches(stored, "una clave larga")
    assert not password_hashes.matches(stored, "una clave lArga")
    assert not password_hashes.matches(None, "una clave larga")


def test_it_is_hashed_on_a_thread_that_lets_pages_go_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = list[int]()

    def verify(_stored: str, _password: str) -> bool:
        found.append(niceness())
        return True

    monkeypatch.setattr(password_hashes, "_verify", verify)
    before = niceness()
    assert password_hashes.matches(None, "x")
    assert (found, niceness()) == ([NICENESS], before)
