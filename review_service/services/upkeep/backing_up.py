"""One tar with every row and every named file, for either database and either store."""

import json
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from review_service.db.base import Base, UtcDateTime
from review_service.db.database import Database
from review_service.db.migrate import head, migrate
from review_service.db.models import ChainHeadRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.errors import FileMissingError, InvalidInputError
from review_service.ports import FileStore
from review_service.services.upkeep.sweeping import named_keys

MANIFEST = "manifest.json"
TABLES = "tables/"
FILES = "files/"
STAGING = "staging/"
BATCH_ROWS = 500


NO_BACKUP = "El archivo no es un respaldo de este servicio, o está incompleto."


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """How much went into or came out of the tar."""

    rows: int
    files: int


def backup(database: Database, store: FileStore, file: Path) -> Moved:
    """Write the tar, whole or not at all.

    Rows are of one moment. Files are written once and never changed, so they may follow; only a
    staged one goes away when its check ends, so these come first and a missing one starts it over.
    Raises ``StoreError`` when a named file cannot be read.
    """
    partial = file.with_name(f"{file.name}.partial")
    try:
        for last_try in (False, False, True):
            try:
                moved = _write(database, store, partial)
            except FileMissingError:
                if last_try:
                    raise
            else:
                partial.replace(file)
                return moved
    finally:
        partial.unlink(missing_ok=True)
    raise AssertionError("the last try returns or raises")


def _write(database: Database, store: FileStore, partial: Path) -> Moved:
    rows = 0
    with tarfile.open(partial, "w") as tar:
        with database.reading() as uow:
            _one_moment(uow)
            manifest = {"schema": head(), "at": uow.now.isoformat()}
            _add(tar, MANIFEST, json.dumps(manifest).encode())
            for table in Base.metadata.sorted_tables:
                lines = list(_dumped(uow, table))
                rows += len(lines)
                _add(tar, f"{TABLES}{table.name}.jsonl", "\n".join(lines).encode())
            keys = sorted(named_keys(uow), key=lambda key: (not key.startswith(STAGING), key))
        for key in keys:
            with store.open(key) as stream:
                _add(tar, f"{FILES}{key}", stream.read())
    return Moved(rows=rows, files=len(keys))


def restore(database: Database, store: FileStore, file: Path) -> Moved:
    """Bring a tar into an empty database. Raises ``InvalidInputError`` when it does not fit."""
    migrate(database.engine)
    store.prepare()
    files = 0
    with _reading(file) as tar:
        _require_fitting(tar)
        # Files first: a restore that breaks off leaves bytes without rows, which a sweep removes.
        for member in tar:
            if member.name.startswith(FILES) and member.isfile():
                key = member.name.removeprefix(FILES)
                if store.size(key) is None:
                    stream = tar.extractfile(member)
                    if stream is not None:
                        store.put(key, stream)
                files += 1
        with database.writing() as uow:
            _require_empty(uow)
            rows = sum(_loaded(uow, tar, table) for table in Base.metadata.sorted_tables)
            _go_on_counting(uow)
            uow.commit()
    return Moved(rows=rows, files=files)


@contextmanager
def _reading(file: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(file, "r:") as tar:
            yield tar
    except tarfile.TarError as error:
        raise InvalidInputError({"file": NO_BACKUP}) from error


def _content(tar: tarfile.TarFile, name: str) -> bytes:
    try:
        member = tar.extractfile(name)
    except KeyError:
        member = None
    if member is None:
        raise InvalidInputError({"file": NO_BACKUP})
    return member.read()


def _one_moment(uow: UnitOfWork) -> None:
    if uow.session.get_bind().dialect.name == "postgresql":
        uow.session.rollback()
        uow.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _dumped(uow: UnitOfWork, table: sa.Table) -> Iterator[str]:
    query = sa.select(table).order_by(*table.primary_key)
    for row in uow.session.execute(query).mappings():
        yield json.dumps({name: _plain(value) for name, value in row.items()}, ensure_ascii=True)


def _loaded(uow: UnitOfWork, tar: tarfile.TarFile, table: sa.Table) -> int:
    text = _content(tar, f"{TABLES}{table.name}.jsonl")
    lines = [json.loads(line) for line in text.splitlines() if line]
    rows = [{name: _typed(table.c[name], value) for name, value in line.items()} for line in lines]
    for start in range(0, len(rows), BATCH_ROWS):
        uow.session.execute(table.insert(), rows[start : start + BATCH_ROWS])
    return len(rows)


def _go_on_counting(uow: UnitOfWork) -> None:
    """Let PostgreSQL's own counters go on after the ids that were brought in."""
    if uow.session.get_bind().dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
            newest = sa.func.coalesce(sa.func.max(column), 0)
            uow.session.execute(sa.select(sa.func.setval(sequence, newest + 1, sa.false())))


def _require_fitting(tar: tarfile.TarFile) -> None:
    schema = json.loads(_content(tar, MANIFEST))["schema"]
    if schema != head():
        raise InvalidInputError(
            {"file": f"El respaldo es de la versión {schema}; este programa usa la {head()}."}
        )


def _require_empty(uow: UnitOfWork) -> None:
    for table in Base.metadata.sorted_tables:
        if table.name == ChainHeadRow.__tablename__:
            uow.session.execute(table.delete())
        elif uow.session.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first():
            raise InvalidInputError(
                {"file": "La base de datos no está vacía. Recupere el respaldo en una nueva."}
            )


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    info.mode = 0o600
    tar.addfile(info, BytesIO(content))


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, UUID) else value


def _typed(column: sa.Column[Any], value: object) -> object:
    if value is None:
        return None
    kind = column.type
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(str(value))
    if isinstance(kind, sa.Date):
        return date.fromisoformat(str(value))
    if isinstance(kind, sa.Uuid):
        return UUID(str(value))
    if isinstance(kind, sa.Enum) and kind.enum_class is not None:
        return kind.enum_class(value)
    return value
