"""The keys that are valid in every file store."""

import re
from typing import Final

from review_service.domain.errors import StoreError

MAX_KEY_LENGTH: Final = 512
"""In characters. S3 allows 1024 bytes; half leaves room for the folder's path on disk."""

_WORD: Final = r"[A-Za-z0-9][A-Za-z0-9._-]*"
_KEY: Final = re.compile(rf"{_WORD}(?:/{_WORD})*", re.ASCII)
_PREFIX: Final = re.compile(rf"(?:{_WORD}/)*(?:{_WORD})?", re.ASCII)


def require_key(key: str) -> str:
    """Return the key. Raises ``StoreError`` unless it is ``/``-separated ASCII words.

    A word begins with a letter or digit: neither ``..`` nor a hidden file nor an absolute path is
    a key.
    """
    if len(key) > MAX_KEY_LENGTH or not _KEY.fullmatch(key):
        raise StoreError(f"not a key: {key[:80]!r}", retryable=False)
    return key


def require_prefix(prefix: str) -> str:
    """Return the prefix, which may be empty or end in ``/``. Raises ``StoreError``."""
    if len(prefix) > MAX_KEY_LENGTH or not _PREFIX.fullmatch(prefix):
        raise StoreError(f"not a prefix: {prefix[:80]!r}", retryable=False)
    return prefix
