"""Stores files in a folder of this machine; the default store."""

import io
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final
from uuid import uuid4

from review_service.adapters.hashing import Hashing
from review_service.adapters.store_keys import require_key, require_prefix
from review_service.domain.errors import FileMissingError, StoreError
from review_service.domain.store_failures import StoreFailure, by_system
from review_service.ports import Readable, StoredFile, StoredKey

logger = logging.getLogger(__name__)

PIECE_BYTES: Final = 1024 * 1024
"""Bytes of a stream in memory at a time."""

PROBE_BYTES: Final = 256 * 1024
"""What a check writes: more than a disk that is all but full has left."""

_ARRIVING: Final = ".arriving"
"""Folder of files still being written. No key begins with a dot, so none can be inside."""
_PRIVATE_FILE: Final = 0o600
_PRIVATE_FOLDER: Final = 0o700


class LocalFileStore:
    """``FileStore`` on a local folder, readable by its owner only.

    A file is written and synced under a temporary name, then hard-linked to its key: the link
    fails when the key exists, so nothing is ever overwritten and no half file is ever seen.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def prepare(self) -> None:
        """Make the folder."""
        with _speaking_as_store("make the folder"):
            self._folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
            (self._folder / _ARRIVING).mkdir(mode=_PRIVATE_FOLDER, exist_ok=True)

    def ping(self) -> None:
        """Write a small file to the disk and delete it: rights say nothing of a full disk."""
        probe = self._folder / _ARRIVING / uuid4().hex
        try:
            _write(probe, iter([bytes(PROBE_BYTES)]))
        finally:
            with _speaking_as_store("tidy up"):
                probe.unlink(missing_ok=True)

    def put(self, key: str, stream: Readable, *, max_bytes: int | None = None) -> StoredFile:
        """Write the stream to a temporary file, then link it to its key."""
        target = self._path(key)
        if os.path.lexists(target):
            raise _exists(key)
        arriving = self._folder / _ARRIVING / uuid4().hex
        read = Hashing(stream, max_bytes=max_bytes)
        try:
            _write(arriving, read.pieces(PIECE_BYTES))
            self._publish(arriving, key)
        finally:
            with _speaking_as_store("tidy up"):
                arriving.unlink(missing_ok=True)
        return StoredFile(key=key, size_bytes=read.size_bytes, sha256=read.sha256)

    @contextmanager
    def open(self, key: str) -> Iterator[BinaryIO]:
        """Open the file for reading; it can seek."""
        path = self._path(key)
        with _speaking_as_store(f"open {key!r}"):
            try:
                file = _File(path)
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
                raise FileMissingError(key) from error
        with io.BufferedReader(file) as stream:
            yield stream

    def copy(self, source: str, target: str) -> None:
        """Copy the bytes, so that the two keys share no file."""
        with self.open(source) as stream:
            self.put(target, stream)

    def delete(self, key: str) -> None:
        """Delete the file; its folder stays, since another ``put`` may be about to use it."""
        path = self._path(key)
        with _speaking_as_store(f"delete {key!r}"), suppress(FileNotFoundError, NotADirectoryError):
            path.unlink()
            _sync_folder(path.parent)

    def size(self, key: str) -> int | None:
        """Return the size from the file system."""
        path = self._path(key)
        with _speaking_as_store(f"look at {key!r}"):
            return path.stat().st_size if path.is_file() else None

    def keys(self, prefix: str) -> Iterator[StoredKey]:
        """List the folder; files that disappear meanwhile are left out."""
        require_prefix(prefix)
        start = self._folder / prefix.rpartition("/")[0]
        for folder, subfolders, names in os.walk(start, onerror=_raise_unless_missing):
            subfolders[:] = [name for name in subfolders if name != _ARRIVING]
            for path in (Path(folder, name) for name in names):
                key = path.relative_to(self._folder).as_posix()
                if key.startswith(prefix):
                    with suppress(FileNotFoundError):
                        yield _entry(key, path)

    def drop_unfinished(self, *, before: datetime) -> int:
        """Delete old files among those still being written; each write renews the age."""
        dropped = 0
        with _speaking_as_store("tidy up"), suppress(FileNotFoundError):
            for entry in os.scandir(self._folder / _ARRIVING):
                with suppress(FileNotFoundError):
                    if entry.stat().st_mtime < before.timestamp():
                        Path(entry.path).unlink()
                        dropped += 1
        return dropped

    def _path(self, key: str) -> Path:
        return self._folder / require_key(key)

    def _publish(self, arriving: Path, key: str) -> None:
        """Link the finished file to its key and sync the folders."""
        target = self._path(key)
        with _speaking_as_store(f"publish {key!r}"):
            _make_folders(target.parent)
            try:
                os.link(arriving, target, follow_symlinks=False)
            except FileExistsError as error:
                raise _exists(key) from error
            _sync_folder(target.parent)


class _File(io.FileIO):
    """A file to read; a disk that fails raises ``StoreError``."""

    def readinto(self, buffer: bytearray | memoryview, /) -> int | None:  # type: ignore[override]
        """Read as ``FileIO`` does."""
        with _speaking_as_store("read"):
            return super().readinto(buffer)

    def readall(self) -> bytes:
        """Read as ``FileIO`` does."""
        with _speaking_as_store("read"):
            return super().readall()


@contextmanager
def _speaking_as_store(doing: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _failed(error, doing) from error


def _failed(error: OSError, doing: str) -> StoreError:
    failure = by_system(error)
    if failure is StoreFailure.UNKNOWN:
        logger.error("store_failed_unknown", extra={"doing": doing, "errno": error.errno})
    return StoreError(f"could not {doing}: {error}", retryable=failure.is_retryable)


def _exists(key: str) -> StoreError:
    return StoreError(f"key exists: {key!r}", retryable=False)


def _write(path: Path, pieces: Iterator[bytes]) -> None:
    """Write a file with mode 0600 and sync it. Errors of the source stream are not translated."""
    with _speaking_as_store("make a file"):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE)
    with os.fdopen(descriptor, "wb", buffering=0) as file:
        for piece in pieces:
            with _speaking_as_store("write"):
                _write_fully(file.fileno(), piece)
        with _speaking_as_store("sync"):
            os.fsync(file.fileno())


def _write_fully(descriptor: int, piece: bytes) -> None:
    rest = memoryview(piece)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _make_folders(folder: Path) -> None:
    """Make a folder and its parents; each is synced in its parent before it is used."""
    try:
        folder.mkdir(mode=_PRIVATE_FOLDER)
    except FileExistsError:
        return
    except FileNotFoundError:
        _make_folders(folder.parent)
        folder.mkdir(mode=_PRIVATE_FOLDER, exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _entry(key: str, path: Path) -> StoredKey:
    facts = path.stat()
    modified_at = datetime.fromtimestamp(facts.st_mtime, tz=UTC)
    return StoredKey(key=key, size_bytes=facts.st_size, modified_at=modified_at)


def _raise_unless_missing(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise _failed(error, "list") from error
