"""Restores an archive into an empty installation: verify all, then files, then all rows."""

from collections.abc import Iterator
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from review_service.db import bulk
from review_service.db.database import Database
from review_service.db.migrate import current, migrate
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.errors import InvalidInputError
from review_service.ports import ArchiveCipher, FileStore
from review_service.services.upkeep.archive import rows
from review_service.services.upkeep.archive.reading import (
    NO_BACKUP,
    NOT_ENCRYPTED,
    Contents,
    opened,
    table_of,
    verified,
)
from review_service.services.upkeep.archive.rows import Loader, Plain
from review_service.services.upkeep.archive.tar_format import (
    FILES,
    TABLES,
    Entry,
    pieces_of,
)
from review_service.services.upkeep.backing_up import Progress

NOT_EMPTY: Final = "La base de datos no está vacía. Recupere el respaldo en una nueva."
STORE_NOT_EMPTY: Final = (
    "El almacén de archivos no está vacío. Recupere el respaldo en una carpeta o un bucket nuevos."
)
OTHER_FILE: Final = (
    "El almacén ya tiene otro contenido bajo el nombre «{key}». Recupere el respaldo en una "
    "carpeta o un bucket nuevos."
)
MARK: Final = "restoring/"
"""Prefix of the key that names the archive being restored into a store."""


def restore(
    database: Database,
    store: FileStore,
    cipher: ArchiveCipher | None,
    file: Path,
    *,
    unencrypted: bool = False,
    progress: Progress = lambda _rows, _files: None,
) -> Contents:
    """Restore an archive, migrate the database to the newest schema, and return the counts.

    Nothing is written before the whole archive was read. Files that came before it broke off are
    compared, not written again; rows come in one transaction. An archive of an older schema comes
    into a database of that schema, which then is migrated as the old one would have been. One that
    is not encrypted could be anybody's: it is restored only when ``unencrypted`` says so. Raises
    ``InvalidInputError`` with one sentence when something does not fit.
    """
    contents = verified(file, cipher)
    if contents.is_first_format and not unencrypted:
        raise InvalidInputError({"file": NOT_ENCRYPTED})
    store.prepare()
    if not rows.is_empty(database.reading()):
        raise InvalidInputError({"file": NOT_EMPTY})
    mark = _marked(store, contents)
    _bring_schema(database.engine, contents.schema)
    with opened(file, cipher, unencrypted=unencrypted) as found:
        _bring_files(store, found, contents, progress)
    with opened(file, cipher, unencrypted=unencrypted) as found, database.writing() as uow:
        bulk.prepare(uow.session)
        rows.clear_program_rows(uow)
        brought = 0
        for part in _loaded(uow, found, contents):
            brought += part
            progress(brought, contents.files)
        if brought != contents.row_count:
            raise InvalidInputError({"file": NO_BACKUP})
        rows.go_on_counting(uow)
        uow.commit()
    _bring_schema(database.engine, "head")
    store.delete(mark)
    return contents


def _bring_schema(engine: sa.Engine, revision: str) -> None:
    if current(engine) != revision:
        migrate(engine, revision)


def _marked(store: FileStore, contents: Contents) -> str:
    """Return the mark of this archive in the store; the sweeper would remove what else is there.

    Raises ``InvalidInputError`` when there is something else.
    """
    mark = f"{MARK}{contents.fingerprint}"
    if store.size(mark) is None:
        if next(store.keys(""), None) is not None:
            raise InvalidInputError({"file": STORE_NOT_EMPTY})
        store.put(mark, BytesIO(b"restoring"))
    return mark


def _bring_files(
    store: FileStore, found: Iterator[Entry], contents: Contents, progress: Progress
) -> None:
    done = count(1)
    for entry in found:
        key = entry.name.removeprefix(FILES)
        if entry.name.startswith(FILES) and key not in contents.torn:
            if store.size(key) is None:
                store.put(key, entry.stream)
            elif not _is_same(store, key, entry):
                raise InvalidInputError({"file": OTHER_FILE.format(key=key)})
            progress(0, next(done))


def _is_same(store: FileStore, key: str, entry: Entry) -> bool:
    with store.open(key) as kept:
        same = all(kept.read(len(piece)) == piece for piece in pieces_of(entry.stream))
        return same and not kept.read(1)


def _loaded(uow: UnitOfWork, found: Iterator[Entry], contents: Contents) -> Iterator[int]:
    """Load every table; yield how many rows came each time."""
    loaders: dict[str, Loader] = {}
    for entry in found:
        if entry.name.startswith(TABLES):
            name = table_of(entry.name)
            if name not in loaders:
                loaders[name] = _loader(uow, name, contents)
            for some in _rows(entry, name, contents):
                yield loaders[name].load(some)
        elif loaders and entry.name.startswith(FILES):
            return  # tables stand together


def _loader(uow: UnitOfWork, name: str, contents: Contents) -> Loader:
    table = {each.name: each for each in rows.tables()}[name]
    names = contents.columns.get(name, ())
    return Loader(uow, table, names, first_format=contents.is_first_format)


def _rows(entry: Entry, name: str, contents: Contents) -> Iterator[list[Plain]]:
    if contents.is_first_format:
        return rows.first_format_rows(entry.stream, contents.columns.get(name, ()))
    return iter([rows.rows_in(entry.stream.read())])
