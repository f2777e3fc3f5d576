"""Counts and hashes a stream while it is stored, and stops it at its limit."""

import hashlib
from collections.abc import Iterator

from review_service.domain.errors import FileTooLargeError
from review_service.ports import Readable


class Hashing:
    """Reads a stream once, in pieces; then has its size in bytes and its SHA-256."""

    def __init__(self, stream: Readable, *, max_bytes: int | None) -> None:
        self._stream = stream
        self._max_bytes = max_bytes
        self._digest = hashlib.sha256()
        self.size_bytes = 0

    @property
    def sha256(self) -> str:
        """Hex digest of all that was read so far."""
        return self._digest.hexdigest()

    def pieces(self, size: int) -> Iterator[bytes]:
        """Yield pieces of exactly ``size`` bytes, the last one shorter; none when empty.

        Raises ``FileTooLargeError`` before giving the piece that passes the limit.
        """
        while piece := self._read_fully(size):
            yield piece
            if len(piece) < size:
                return

    def _read_fully(self, size: int) -> bytes:
        pieces, left = list[bytes](), size
        while left and (some := self._stream.read(left)):
            self._take(some)
            pieces.append(some)
            left -= len(some)
        return b"".join(pieces)  # of a file it is one, which is not copied

    def _take(self, some: bytes) -> None:
        self.size_bytes += len(some)
        if self._max_bytes is not None and self.size_bytes > self._max_bytes:
            raise FileTooLargeError(self._max_bytes)
        self._digest.update(some)
