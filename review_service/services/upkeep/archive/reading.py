"""Opens an archive of either format, and verifies that it is complete before it is used."""

import json
import os
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tarfile import BLOCKSIZE, TarError
from typing import Any, BinaryIO, Final

from review_service.db.migrate import head, is_known
from review_service.domain.errors import InvalidInputError, WrongKeyError
from review_service.ports import ArchiveCipher
from review_service.services.upkeep.archive.column_values import DERIVED
from review_service.services.upkeep.archive.rows import tables
from review_service.services.upkeep.archive.tar_format import (
    END,
    FILES,
    FIRST_FORMAT_TABLE,
    MANIFEST,
    TABLES,
    DamagedArchiveError,
    Entry,
    entries,
    pieces_of,
)

NO_BACKUP: Final = (
    "El archivo no es un respaldo de este servicio, o está incompleto o alterado. No se cambió "
    "nada: use otra copia."
)
NO_KEY: Final = (
    "Falta la clave de los respaldos: indique su archivo en BACKUP_KEY_FILE. Una nueva se hace con "
    "«review-service backup-key ARCHIVO»; guarde una copia lejos de los respaldos."
)
WRONG_KEY: Final = (
    "La clave de BACKUP_KEY_FILE no abre este respaldo: indique la que se usaba cuando se hizo."
)
NOT_ENCRYPTED: Final = (
    "Este respaldo no está cifrado, así que cualquiera pudo cambiarlo. Si es de una versión "
    "anterior y siempre estuvo bien guardado, repita el comando con --unencrypted."
)
OTHER_VERSION: Final = (
    "El respaldo es de la versión {there}, que este programa (versión {here}) no conoce: "
    "recupérelo con el programa de esa versión."
)
TAR_MAGIC: Final = b"ustar"
TAR_MAGIC_AT: Final = 257
TAR_END: Final = 1024
"""Zero bytes at the end of a complete tar."""
FIRST_FORMAT: Final = 1
FORMATS: Final = frozenset({FIRST_FORMAT, 2})


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """Contents of a complete archive, from its manifest and its end."""

    schema: str
    """Revision of the database that it was made of."""
    columns: Mapping[str, Sequence[str]]
    """By table."""
    rows: Mapping[str, int]
    """By table."""
    files: int
    """Without the torn ones."""
    missing: Sequence[str]
    """Keys of files that the store lacked, or that could not be read, when it was made."""
    torn: Collection[str]
    """Those of them that stand in it all the same, with zeros where they could not be read."""
    is_first_format: bool
    """Whether it was made before archives were encrypted, so that it may be anybody's."""
    fingerprint: str
    """Hex SHA-256 of the manifest: tells this archive from others."""

    @property
    def row_count(self) -> int:
        """Rows of all tables."""
        return sum(self.rows.values())


@contextmanager
def opened(
    file: Path, cipher: ArchiveCipher | None, *, unencrypted: bool = True
) -> Iterator[Iterator[Entry]]:
    """Open an archive and yield its members. Raises ``InvalidInputError`` with one sentence.

    One that is not encrypted is refused unless ``unencrypted``. ``OSError`` passes when it comes
    from the file itself and names it.
    """
    with file.open("rb") as raw, _in_a_sentence():
        if _begins_as_tar(raw):
            if not unencrypted:
                raise DamagedArchiveError("not encrypted")
            yield entries(raw)
        elif cipher is None:
            raise InvalidInputError({"key": NO_KEY})
        else:
            with cipher.decrypted(raw) as plain:
                yield entries(plain)


def _is_plain(file: Path) -> bool:
    with file.open("rb") as raw:
        return _begins_as_tar(raw)


def _begins_as_tar(raw: BinaryIO) -> bool:
    """Whether the file is not encrypted, as the first format was; leaves it at its beginning."""
    begun = raw.read(BLOCKSIZE)
    raw.seek(0)
    return begun[TAR_MAGIC_AT:].startswith(TAR_MAGIC)


@contextmanager
def _in_a_sentence() -> Iterator[None]:
    try:
        yield
    except WrongKeyError as error:
        raise InvalidInputError({"key": WRONG_KEY}) from error
    except (DamagedArchiveError, TarError) as error:  # also from within a member
        raise InvalidInputError({"file": NO_BACKUP}) from error
    except OSError as error:
        if error.errno is not None:  # the disk's, not the cipher's
            raise
        raise InvalidInputError({"file": NO_BACKUP}) from error


def verified(file: Path, cipher: ArchiveCipher | None) -> Contents:
    """Read an archive to its end, verify it, and return its contents.

    Raises ``InvalidInputError`` when it is cut off, altered, of another key or another version, and
    when it is of the second format but not encrypted.
    """
    with opened(file, cipher) as found:
        try:
            return _contents(file, found)
        except (LookupError, TypeError, AttributeError) as error:  # JSON of another shape
            raise DamagedArchiveError(str(error)) from error


def _contents(file: Path, found: Iterator[Entry]) -> Contents:
    manifest = _manifest(next(found, None))
    if manifest["format"] == FIRST_FORMAT:
        return _first_format(file, manifest, found)
    if _is_plain(file):
        raise DamagedArchiveError("not encrypted")
    members: Counter[str] = Counter()
    files, end = 0, None
    for entry in found:
        if end is not None:
            raise DamagedArchiveError(entry.name)
        if entry.name.startswith(FILES):
            files += 1
            _skip(entry)
        elif entry.name.startswith(TABLES):
            members[table_of(entry.name)] += 1
            _skip(entry)
        elif entry.name == END:
            end = _json(entry.stream.read())
        else:
            raise DamagedArchiveError(entry.name)
    if end is None or (end.get("members"), end.get("files")) != (dict(members), files):
        raise DamagedArchiveError("the totals differ")
    return Contents(
        schema=manifest["schema"],
        columns=manifest["tables"],
        rows=end["rows"],
        files=files - len(end.get("torn", ())),
        missing=end["missing"],
        torn=frozenset(end.get("torn", ())),
        is_first_format=False,
        fingerprint=manifest["sha256"],
    )


def table_of(name: str) -> str:
    """Return which table a member ``tables/NAME/…`` or ``tables/NAME.jsonl`` belongs to."""
    table = name.removeprefix(TABLES).partition("/")[0].removesuffix(FIRST_FORMAT_TABLE)
    if table not in {each.name for each in tables()}:
        raise DamagedArchiveError(name)
    return table


def carried_names(table: str, row: Mapping[str, object]) -> list[str]:
    """Return the columns of a row of the first format, without what is made anew."""
    return [name for name in row if (table, name) not in DERIVED]


def _manifest(entry: Entry | None) -> dict[str, Any]:
    if entry is None or entry.name != MANIFEST:
        raise DamagedArchiveError("no manifest")
    content = entry.stream.read()
    manifest = {"format": FIRST_FORMAT, **_json(content), "sha256": sha256(content).hexdigest()}
    schema = str(manifest.get("schema"))
    if manifest["format"] not in FORMATS or not is_known(schema):
        sentence = OTHER_VERSION.format(there=schema, here=head())
        raise InvalidInputError({"file": sentence})
    return manifest


def _first_format(file: Path, manifest: Mapping[str, Any], found: Iterator[Entry]) -> Contents:
    """Sum up an archive without totals: every table and the end of the tar must be there."""
    rows: Counter[str] = Counter()
    columns: dict[str, Sequence[str]] = {}
    files = 0
    for entry in found:
        if entry.name.startswith(TABLES):
            name = table_of(entry.name)
            for line in entry.stream:
                rows[name] += 1
                columns.setdefault(name, carried_names(name, _json(line)))
        elif entry.name.startswith(FILES):
            files += 1
            _skip(entry)
        else:
            raise DamagedArchiveError(entry.name)
    with file.open("rb") as raw:
        raw.seek(-min(TAR_END, file.stat().st_size), os.SEEK_END)
        if raw.read().strip(b"\0") or not rows:
            raise DamagedArchiveError("no end")
    return Contents(
        schema=manifest["schema"],
        columns=columns,
        rows=rows,
        files=files,
        missing=(),
        torn=(),
        is_first_format=True,
        fingerprint=manifest["sha256"],
    )


def _json(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise DamagedArchiveError(str(error)) from error
    if not isinstance(found, dict):
        raise DamagedArchiveError("no object")
    return found


def _skip(entry: Entry) -> None:
    if sum(map(len, pieces_of(entry.stream))) != entry.size:
        raise DamagedArchiveError(entry.name)
