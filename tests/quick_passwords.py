"""Hashes of passwords that cost little: hashing took a third of the time of the officers' tests."""

from typing import Final

from argon2 import PasswordHasher

from review_service.services.upkeep import password_hashes

AS_IN_PRODUCTION: Final = password_hashes._hasher  # noqa: SLF001


def hash_passwords_quickly() -> None:
    """Let this process hash passwords at the least cost that Argon2 has; other processes do not."""
    password_hashes._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # noqa: SLF001
    password_hashes._absent_hash = password_hashes._hasher.hash("nobody's password")  # noqa: SLF001
