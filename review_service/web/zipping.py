"""Writes a ZIP archive while it is sent: nothing of it is kept, and one file is open at a time."""

import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import IO, Final, Protocol

PIECE_BYTES: Final = 256 * 1024


class Readable(Protocol):
    """What bytes are read from."""

    def read(self, size: int, /) -> bytes:
        """Return at most so many more bytes; none at the end."""


Opening = Callable[[], AbstractContextManager[tuple[str, Readable]]]
"""Opens one file: its name in the archive, and its bytes."""


@dataclass(slots=True)
class Piece:
    """At most ``left`` bytes of a stream, from where it stands; None: all."""

    stream: IO[bytes]
    left: int | None = None

    def read(self, size: int, /) -> bytes:
        """Return at most so many more bytes; none at the end."""
        if self.left is None:
            return self.stream.read(size)
        found = self.stream.read(min(size, self.left))
        self.left -= len(found)
        return found


@dataclass(slots=True)
class _Sink:
    """A file that forgets what was taken out of it."""

    held: bytearray
    at: int = 0

    def write(self, piece: bytes) -> int:
        self.held += piece
        self.at += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self.at

    def flush(self) -> None:
        """Do nothing: it holds all that was written."""

    def taken(self) -> bytes:
        piece = bytes(self.held)
        self.held.clear()
        return piece


def zipped(files: Iterable[Opening]) -> Iterator[bytes]:
    """Yield the bytes of an archive of these files, in order; none is compressed.

    Photos and PDFs are compressed already.
    """
    sink = _Sink(bytearray())
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:  # type: ignore[call-overload]
        for opening in files:
            with (
                opening() as (name, stream),
                archive.open(name, "w", force_zip64=True) as entry,
            ):
                while piece := stream.read(PIECE_BYTES):
                    entry.write(piece)
                    yield sink.taken()
            yield sink.taken()
    yield sink.taken()
