"""Reads stored files; no byte is passed on before the file's SHA-256 was compared with its row.

The only place that opens a stored file to give it to somebody: pages, mails and tasks. The backup
compares on its own while it copies, as it passes on what it finds and tells what changed.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, Final

from review_service.db.unit_of_work import UnitFactory
from review_service.domain.errors import DamagedFileError, FileMissingError, StoreError
from review_service.domain.stored_files import FileProblem, NamedFile
from review_service.ports import FileStore
from review_service.services.upkeep import file_incidents

PIECE_BYTES: Final = 1024 * 1024
IN_MEMORY_BYTES: Final = 4 * 1024 * 1024
"""Larger files are kept in a temporary file, not in memory, while they are compared."""
MOST_UNKNOWN_BYTES: Final = 64 * 1024 * 1024
"""Most bytes read of a picture without a known hash; no real picture is larger."""
READINGS: Final = 2
"""How often a wrong file is read before it is reported: the network may have failed."""
JPEG_START: Final = b"\xff\xd8\xff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Result of comparing a file; ``sha256`` is of the bytes found, empty when it is missing."""

    problem: FileProblem | None
    sha256: str = ""
    size_bytes: int = 0


def compare(store: FileStore, file: NamedFile, into: IO[bytes] | None = None) -> Compared:
    """Read a file into ``into`` and compare it with the SHA-256 of its row.

    ``into`` must be able to seek and begins empty; what it holds is good only when there is no
    problem. A picture without a known hash must at least begin as one. Raises ``StoreError``.
    """
    found = Compared(problem=FileProblem.MISSING)
    for _ in range(READINGS):
        if into is not None:
            into.seek(0)
            into.truncate()
        found = _read(store, file, into)
        if found.problem is None:
            break
    return found


def fetch(writing: UnitFactory, store: FileStore, file: NamedFile, into: IO[bytes]) -> int:
    """Copy a file into ``into``, compare it with its SHA-256, and return its size in bytes.

    A file that is lost or changed becomes an incident, written down once, and
    ``DamagedFileError``. Raises ``StoreError`` when the store does not answer.
    """
    found = compare(store, file, into)
    if found.problem is None:
        into.flush()
        return found.size_bytes
    if not file_incidents.report(writing(), file, found.problem):
        raise StoreError("the file was replaced while it was read", retryable=True)
    raise DamagedFileError(file, found.problem)


def content(writing: UnitFactory, store: FileStore, file: NamedFile) -> bytes:
    """Return a small file's bytes, compared. Raises what ``fetch`` raises."""
    into = BytesIO()
    fetch(writing, store, file, into)
    return into.getvalue()


@contextmanager
def opened(
    writing: UnitFactory, store: FileStore, file: NamedFile
) -> Iterator[tuple[IO[bytes], int]]:
    """Give a stream of a file's bytes and its size; it was compared with its SHA-256 before.

    Raises what ``fetch`` raises.
    """
    with SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as spool:
        size_bytes = fetch(writing, store, file, spool)
        spool.seek(0)
        yield spool, size_bytes


def _read(store: FileStore, file: NamedFile, into: IO[bytes] | None) -> Compared:
    digest, size, start = hashlib.sha256(), 0, b""
    most = MOST_UNKNOWN_BYTES if file.size_bytes is None else file.size_bytes
    try:
        with store.open(file.key) as stream:
            while size <= most and (piece := stream.read(PIECE_BYTES)):
                start = start or piece[: len(JPEG_START)]
                size += len(piece)
                digest.update(piece)
                if into is not None:
                    into.write(piece)
    except FileMissingError:
        store.ping()  # a store that is down has not lost the file
        return Compared(problem=FileProblem.MISSING)
    sha256 = digest.hexdigest()
    fits = sha256 == file.sha256 if file.sha256 else start == JPEG_START
    if file.size_bytes is not None and size != file.size_bytes:
        fits = False
    problem = None if fits else FileProblem.ALTERED
    return Compared(problem=problem, sha256=sha256, size_bytes=size)
