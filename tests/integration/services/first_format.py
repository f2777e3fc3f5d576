"""Writes a backup as the version before did, so that restoring it stays tried."""

import io
import json
import tarfile
from datetime import date
from enum import Enum
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

from review_service.bootstrap import Container
from review_service.db.base import Base
from review_service.db.database import Database
from review_service.db.migrate import is_known, migrate
from review_service.db.models import ReceiptRow
from review_service.domain.work import TaskKind
from tests.factories import named_keys


def write_first_format(
    lived: Container, tar: Path, *, schema: str | None, older: Database
) -> set[str]:
    """Write the tar as it was at a schema, into which an empty database ``older`` is brought.

    Bytes were not JSON serializable then, so photos have no hashes. Returns the tables in which
    the archive has less than the installation.
    """
    if schema is not None and is_known(schema) and older is not lived.database:
        migrate(older.engine, schema)
    seen = sa.inspect(older.engine)
    shortened = set()
    with tarfile.open(tar, "w") as made, lived.reading() as uow:
        _add(made, "manifest.json", json.dumps({"schema": schema, "at": "2026"}).encode())
        for table in Base.metadata.sorted_tables:
            if not seen.has_table(table.name):
                shortened.add(table.name)
                continue
            there = {column["name"] for column in seen.get_columns(table.name)}
            columns = [column for column in table.columns if column.name in there]
            lines = []
            for row in uow.session.execute(sa.select(*columns)).mappings():
                # No version that wrote this had them.
                if row.get("kind") is TaskKind.REBUILD_FILES or table is ReceiptRow.__table__:
                    shortened.add(table.name)
                    continue
                values = {
                    name: None if isinstance(value, bytes) else value for name, value in row.items()
                }
                if values != dict(row) or len(columns) < len(table.columns):
                    shortened.add(table.name)
                lines.append(json.dumps(values, default=_plain))
            _add(made, f"tables/{table.name}.jsonl", "\n".join(lines).encode())
        for key in sorted(named_keys(uow)):
            with lived.store.open(key) as stream:
                _add(made, f"files/{key}", stream.read())
    return shortened


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    tar.addfile(info, io.BytesIO(content))


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, UUID) else value
