"""The archive as a tar stream, written in pieces and read member by member.

Second format, in this order: ``manifest.json``; the staged files; the tables, each in members
``tables/NAME/00001.json`` of some rows; the other files, ``files/KEY``; ``end.json`` with the
totals. The first format had one ``tables/NAME.jsonl`` per table, no end, and was not encrypted.
"""

import io
import tarfile
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

MANIFEST: Final = "manifest.json"
END: Final = "end.json"
TABLES: Final = "tables/"
FILES: Final = "files/"
FIRST_FORMAT_TABLE: Final = ".jsonl"
PIECE_BYTES: Final = 256 * 1024
"""Bytes of a file in memory at a time."""
_PRIVATE: Final = 0o600


class DamagedArchiveError(Exception):
    """The bytes are no archive of this service, or not a whole one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member to be written: its pieces make up exactly ``size`` bytes."""

    name: str
    size: int
    pieces: Iterable[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One member that was found; its stream is good until the next one is asked for."""

    name: str
    size: int
    stream: BinaryIO


def member(name: str, content: bytes) -> Member:
    """Return a member of a few bytes."""
    return Member(name=name, size=len(content), pieces=(content,))


def tar_pieces(members: Iterable[Member]) -> Generator[bytes]:
    """Yield the bytes of a tar with these members. Raises ``ValueError`` when a size is wrong."""
    for each in members:
        info = tarfile.TarInfo(each.name)
        info.size, info.mode = each.size, _PRIVATE
        yield info.tobuf(tarfile.PAX_FORMAT)
        written = 0
        for piece in each.pieces:
            written += len(piece)
            yield piece
        if written != each.size:
            raise ValueError(f"{each.name}: {written} bytes instead of {each.size}")
        yield bytes(-written % tarfile.BLOCKSIZE)
    yield bytes(2 * tarfile.BLOCKSIZE)


def pieces_of(stream: BinaryIO) -> Iterator[bytes]:
    """Yield a stream to its end."""
    while piece := stream.read(PIECE_BYTES):
        yield piece


def entries(stream: BinaryIO) -> Iterator[Entry]:
    """Yield the members of a tar in their order. Raises ``DamagedArchiveError``."""
    try:
        with tarfile.open(fileobj=stream, mode="r|", bufsize=PIECE_BYTES) as tar:
            while (info := tar.next()) is not None:
                # It would remember every member: a gigabyte for a large archive.
                tar.members.clear()  # type: ignore[attr-defined]
                # One with holes may say to be of any size, and would be read as so many zeros.
                is_plain = info.isreg() and not info.issparse()
                content = tar.extractfile(info) if is_plain else None
                if content is None:
                    raise DamagedArchiveError(info.name)
                yield Entry(name=info.name, size=info.size, stream=_as_binary(content))
    except (tarfile.TarError, UnicodeError) as error:
        raise DamagedArchiveError(str(error)) from error


def _as_binary(content: object) -> BinaryIO:
    if not isinstance(content, io.BufferedReader):
        raise DamagedArchiveError("not a file")
    return content


class PieceReader:
    """Lets pieces of bytes be read like a file."""

    def __init__(self, pieces: Generator[bytes]) -> None:
        self._pieces = pieces
        self._left = memoryview(b"")

    def close(self) -> None:
        """End the source of the pieces: it may hold a transaction or an open file."""
        self._pieces.close()

    def read(self, size: int = -1, /) -> bytes:
        """Return up to ``size`` bytes, none at the end."""
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._left = memoryview(piece)
        taken = self._left if size < 0 else self._left[:size]
        self._left = self._left[len(taken) :]
        return bytes(taken)
