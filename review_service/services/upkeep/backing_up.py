"""Writes one encrypted archive with every row and every named file, for any database and store."""

import fcntl
import hashlib
import json
import logging
import os
import stat
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Final, TextIO
from uuid import UUID

import sqlalchemy as sa

from review_service.db.audit import chain_head
from review_service.db.database import Database
from review_service.db.migrate import current, head
from review_service.db.models import AgreementRow, DocumentRow, LetterPhotoRow, PageRow
from review_service.db.named_files import NOT_RELEASED
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.errors import FileMissingError, InvalidInputError, StoreError
from review_service.domain.seals import SEALS, sequence_in
from review_service.ports import ArchiveCipher, FileStore
from review_service.services.upkeep.archive import rows
from review_service.services.upkeep.archive.column_values import carried
from review_service.services.upkeep.archive.reading import NO_KEY, verified
from review_service.services.upkeep.archive.tar_format import (
    END,
    FILES,
    MANIFEST,
    PIECE_BYTES,
    TABLES,
    Member,
    PieceReader,
    member,
    pieces_of,
    tar_pieces,
)
from review_service.services.upkeep.sweeping import KEY_COLUMNS

logger = logging.getLogger(__name__)

FORMAT: Final = 2
READ_AHEAD: Final = 1024 * 1024
"""A file shorter than this is read whole: the store need not be asked for its size."""
MOST_MISSING: Final = 1_000
HASH_OF: Final = {
    DocumentRow.staging_key: DocumentRow.sha256,
    DocumentRow.storage_key: DocumentRow.sha256,
    DocumentRow.page_photos_key: DocumentRow.page_photos_sha256,
    PageRow.image_key: PageRow.image_sha256,
    PageRow.preview_key: PageRow.preview_sha256,
    PageRow.thumbnail_key: PageRow.thumbnail_sha256,
    AgreementRow.storage_key: AgreementRow.sha256,
    LetterPhotoRow.staging_key: LetterPhotoRow.sha256,
    LetterPhotoRow.image_key: LetterPhotoRow.image_sha256,
}
"""For each column that names a file, the column with the SHA-256 of its bytes."""
STAGED: Final = (DocumentRow.staging_key, LetterPhotoRow.staging_key)
"""What a check that ends moves or deletes while the backup runs."""
TRIES: Final = 3
BUSY: Final = "Otro respaldo se está escribiendo en ese archivo: espere a que termine."
NOT_MIGRATED: Final = (
    "La base de datos está en la versión {there} y este programa usa la {here}. "
    "Ejecute «review-service setup» y repita."
)
TOO_MUCH_MISSING: Final = (
    "En el almacén faltan, o no se pueden leer, más de {most} archivos que la base de datos "
    "nombra: revise FILE_STORE, DATA_DIR o S3_BUCKET. No se guardó ningún respaldo."
)


@dataclass(slots=True)
class Saved:
    """How much went into the archive so far."""

    rows: Counter[str] = field(default_factory=Counter)
    """By table."""
    files: int = 0
    missing: list[str] = field(default_factory=list)
    """Keys that the database names and the store does not have."""
    unreadable: list[str] = field(default_factory=list)
    """Keys of files that cannot be read although the store answers; the log says why."""
    altered: list[str] = field(default_factory=list)
    """Keys whose bytes are not those of the row's SHA-256; they are in the archive as found."""

    @property
    def row_count(self) -> int:
        """Rows of all tables."""
        return self.rows.total()


Progress = Callable[[int, int], None]
"""Called now and then with the rows and the files that are done."""


def _silent(_rows: int, _files: int) -> None:
    """Report no progress."""


class _StagedFileGoneError(Exception):
    """A check ended while its staged file was about to be saved: begin again."""


def backup(
    database: Database,
    store: FileStore,
    cipher: ArchiveCipher | None,
    file: Path,
    *,
    progress: Progress = _silent,
) -> Saved:
    """Write the archive to a temporary file, verify it by reading it, then give it its name.

    Rows are of one moment, also while the service runs. A file that the store lacks is told in
    ``missing``, one that cannot be read in ``unreadable``, one whose bytes changed in ``altered``;
    the rest is saved, as one worn place of a disk must not end all backups. Raises
    ``InvalidInputError``, and ``StoreError`` when the store does not answer.
    """
    if cipher is None:
        raise InvalidInputError({"key": NO_KEY})
    _require_newest(database.engine)
    partial = file.with_name(f"{file.name}.partial")
    with _private(partial) as target:
        try:
            for attempt in range(TRIES):
                work = _Backup(database, store, progress, is_last_try=attempt + 1 == TRIES)
                target.seek(0)
                target.truncate()
                try:
                    with closing(PieceReader(tar_pieces(work.members()))) as pieces:
                        cipher.encrypt(pieces, target)
                except _StagedFileGoneError:
                    continue
                target.flush()
                os.fsync(target.fileno())
                verified(partial, cipher)
                partial.replace(file)
                _sync_folder(file.parent)
                return work.saved
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
    raise AssertionError("the last try returns or raises")


class _Backup:
    """One attempt at an archive; ``saved`` counts while ``members`` is read."""

    def __init__(
        self, database: Database, store: FileStore, progress: Progress, *, is_last_try: bool
    ) -> None:
        self._database = database
        self._store = store
        self._progress = progress
        self._is_last_try = is_last_try
        self._members: Counter[str] = Counter()
        self._files = 0
        self._torn: list[str] = []
        self.saved = Saved()

    def members(self) -> Iterator[Member]:
        """Yield the whole archive.

        Staged files come right after the moment of the rows, as they go away when their check
        ends. All other files are written once and kept, so they may follow after the rows.
        """
        with tempfile.TemporaryFile("w+", encoding="ascii") as keys:
            with self._database.reading() as uow:
                rows.one_moment(uow)
                yield member(MANIFEST, _manifest(uow))
                for document_id, key, sha256 in _staged(uow):
                    yield from self._staged_file(document_id, key, sha256)
                for table in rows.tables():
                    yield from self._table(uow, table)
                _write_keys(uow, keys)
                sealed = chain_head(uow.session)
            keys.seek(0)
            for line in keys:
                key, _, sha256 = line.rstrip("\n").partition("\t")
                yield from self._file(key, sha256)
        yield from self._seals(0 if sealed is None else sealed.sequence)
        yield member(END, self._end())

    def _seals(self, events: int) -> Iterator[Member]:
        """Save the seals of the audit trail up to the moment of the rows; no row names them."""
        for entry in self._store.keys(SEALS):
            sequence = sequence_in(entry.key)
            if sequence is not None and sequence <= events:
                yield from self._file(entry.key, "")

    def _table(self, uow: UnitOfWork, table: sa.Table) -> Iterator[Member]:
        for number, (content, count) in enumerate(rows.dumped(uow, table), start=1):
            yield member(f"{TABLES}{table.name}/{number:05}.json", content)
            self.saved.rows[table.name] += count
            self._members[table.name] += 1
            self._progress(self.saved.row_count, self.saved.files)

    def _staged_file(self, document_id: UUID, key: str, sha256: str) -> Iterator[Member]:
        """Save a staged file, from where its check has put it when it ended meanwhile."""
        try:
            yield from self._copied(key, key, sha256)
        except FileMissingError:
            with self._database.reading() as uow:
                row = uow.session.get(DocumentRow, document_id)
                kept, staged = (row.storage_key, row.staging_key) if row else (None, None)
                photo = uow.session.get(LetterPhotoRow, document_id)
                staged = photo.staging_key if photo is not None else staged
            if kept is not None:
                yield from self._file(key, sha256, stored_as=kept)
            elif staged == key or self._is_last_try:
                self._miss(key)
            else:
                raise _StagedFileGoneError from None

    def _file(self, key: str, sha256: str, *, stored_as: str | None = None) -> Iterator[Member]:
        try:
            yield from self._copied(key, stored_as or key, sha256)
        except FileMissingError:
            self._miss(key)

    def _copied(self, key: str, stored_as: str, sha256: str) -> Iterator[Member]:
        with ExitStack() as opened:
            try:
                stream = opened.enter_context(self._store.open(stored_as))
                begun = stream.read(READ_AHEAD)
                size: int | None = len(begun)
                if size == READ_AHEAD:
                    size = self._store.size(stored_as)
            except FileMissingError:
                raise
            except StoreError as error:
                self._leave_out(key, error)
                return
            if size is None:
                raise FileMissingError(stored_as)
            pieces = self._compared(key, chain((begun,), pieces_of(stream)), size, sha256)
            yield Member(name=f"{FILES}{key}", size=size, pieces=pieces)
        self._files += 1
        self._progress(self.saved.row_count, self.saved.files)

    def _compared(
        self, key: str, pieces: Iterator[bytes], size: int, sha256: str
    ) -> Iterator[bytes]:
        """Pass a file on and note its key when its bytes are not those of its row.

        One that cannot be read to its end is filled with zeros, as its size stands before it in the
        archive: ``restore`` passes it over.
        """
        digest, left = hashlib.sha256(), size
        try:
            for piece in pieces:
                digest.update(piece)
                left -= len(piece)
                yield piece
        except StoreError as error:
            self._leave_out(key, error)
            self._torn.append(key)
            yield from _zeros(left)
            return
        self.saved.files += 1
        if sha256 and digest.hexdigest() != sha256:
            self.saved.altered.append(key)

    def _miss(self, key: str) -> None:
        self.saved.missing.append(key)
        self._require_most()

    def _leave_out(self, key: str, error: StoreError) -> None:
        """Note a file that cannot be read. Raises ``StoreError`` when the store does not answer."""
        self._store.ping()
        logger.error("file_not_saved", exc_info=error, extra={"key": key})
        self.saved.unreadable.append(key)
        self._require_most()

    def _require_most(self) -> None:
        if len(self.saved.missing) + len(self.saved.unreadable) > MOST_MISSING:
            raise InvalidInputError({"file": TOO_MUCH_MISSING.format(most=MOST_MISSING)})

    def _end(self) -> bytes:
        totals = {
            "members": dict(self._members),
            "rows": dict(self.saved.rows),
            "files": self._files,
            "missing": [*self.saved.missing, *self.saved.unreadable],
            "torn": self._torn,
        }
        return json.dumps(totals).encode()


def _zeros(size: int) -> Iterator[bytes]:
    for start in range(0, size, PIECE_BYTES):
        yield bytes(min(PIECE_BYTES, size - start))


def _manifest(uow: UnitOfWork) -> bytes:
    columns = {table.name: [column.name for column in carried(table)] for table in rows.tables()}
    told = {"format": FORMAT, "schema": head(), "at": uow.now.isoformat(), "tables": columns}
    return json.dumps(told).encode()


def _staged(uow: UnitOfWork) -> list[tuple[UUID, str, str]]:
    """Return the documents and letters whose files wait for their check: id, key and SHA-256."""
    waiting = sa.select(DocumentRow.id, DocumentRow.staging_key, DocumentRow.sha256).where(
        DocumentRow.staging_key.is_not(None),
        DocumentRow.page_photos_key.is_(None),  # photos of sheets stay where they are
        NOT_RELEASED,
    )
    of_letters = sa.select(
        LetterPhotoRow.letter_id, LetterPhotoRow.staging_key, LetterPhotoRow.sha256
    ).where(LetterPhotoRow.staging_key.is_not(None))
    found = [*uow.session.execute(waiting), *uow.session.execute(of_letters)]
    return [(document_id, key or "", sha256) for document_id, key, sha256 in found]


def _write_keys(uow: UnitOfWork, keys: TextIO) -> None:
    """Write every key that a row names and its SHA-256, one per line, but for staged files."""
    for column in KEY_COLUMNS:
        if not any(column is each for each in STAGED):
            query = sa.select(column, HASH_OF[column]).where(column.is_not(None))
            if column.class_ is DocumentRow:
                query = query.where(NOT_RELEASED)
            elif column.class_ is PageRow:
                query = query.join(DocumentRow, DocumentRow.id == PageRow.document_id)
                query = query.where(NOT_RELEASED)
            found = uow.session.execute(query.execution_options(yield_per=1_000))
            keys.writelines(f"{key}\t{sha256 or ''}\n" for key, sha256 in found)


def _require_newest(engine: sa.Engine) -> None:
    there = current(engine)
    if there != head():
        sentence = NOT_MIGRATED.format(there=there or "0000", here=head())
        raise InvalidInputError({"file": sentence})


@contextmanager
def _private(path: Path) -> Iterator[BinaryIO]:
    """Open a file that only its owner reads, for this process alone.

    One that a killed backup left is taken over. Raises ``InvalidInputError`` when it is in use.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, stat.S_IRUSR | stat.S_IWUSR)
    with os.fdopen(descriptor, "r+b") as file:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InvalidInputError({"file": BUSY}) from error
        if not path.exists() or path.stat().st_ino != os.fstat(descriptor).st_ino:
            raise InvalidInputError({"file": BUSY})
        os.fchmod(descriptor, stat.S_IRUSR | stat.S_IWUSR)
        yield file


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
