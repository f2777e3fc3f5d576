"""Hashes of passwords that cost little: hashing took a third of the time of the officers' tests."""

from typing import Final

from argon2 import PasswordHasher

from review_service.services.upkeep import officers

AS_IN_PRODUCTION: Final = officers._hasher  # noqa: SLF001


def hash_passwords_quickly() -> None:
    """Let this process hash passwords at the least cost that Argon2 has; other processes do not."""
    officers._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # noqa: SLF001
    officers._absent_hash = officers._hasher.hash("nobody's password")  # noqa: SLF001
