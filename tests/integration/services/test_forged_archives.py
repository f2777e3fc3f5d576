"""Archives made by somebody who wants more from a restore than the backup that was made."""

import io
import json
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from review_service.adapters.age_cipher import AgeCipher, new_key
from review_service.adapters.local_store import LocalFileStore
from review_service.db.database import Database
from review_service.db.migrate import current, head
from review_service.domain.errors import InvalidInputError
from review_service.services.upkeep import restoring
from review_service.services.upkeep.archive.reading import NO_BACKUP
from review_service.services.upkeep.archive.tar_format import member, tar_pieces
from tests.conftest import FreshDatabase
from tests.factories import RememberedBells

CIPHER = AgeCipher(new_key())
MANIFEST: Mapping[str, Any] = {"format": 2, "schema": head(), "at": "2026", "tables": {}}
END: Mapping[str, Any] = {"members": {}, "rows": {}, "files": 0, "missing": []}
DEEP = b"[" * 100_000


@pytest.fixture
def database(fresh_database_url: FreshDatabase) -> Iterator[Database]:
    """A new database, not even migrated."""
    made = Database(fresh_database_url("sqlite"), RememberedBells())
    yield made
    made.engine.dispose()


@pytest.fixture
def store(tmp_path: Path) -> LocalFileStore:
    """A new folder."""
    return LocalFileStore(tmp_path / "files")


def tar_of(*members: tuple[str, bytes]) -> bytes:
    return b"".join(tar_pieces(member(name, content) for name, content in members))


def sealed(tar: bytes, file: Path) -> Path:
    with file.open("wb") as target:
        CIPHER.encrypt(io.BytesIO(tar), target)
    return file


def sentence(database: Database, store: LocalFileStore, file: Path) -> str:
    with pytest.raises(InvalidInputError) as caught:
        restoring.restore(database, store, CIPHER, file)
    assert current(database.engine) is None
    assert not list(store.keys(""))
    [told] = caught.value.problems.values()
    return told


def whole() -> bytes:
    return tar_of(
        ("manifest.json", json.dumps(MANIFEST).encode()), ("end.json", json.dumps(END).encode())
    )


def test_an_archive_of_the_second_format_counts_only_encrypted(
    database: Database, store: LocalFileStore, tmp_path: Path
) -> None:
    forged = tmp_path / "copia.age"
    forged.write_bytes(whole())
    assert sentence(database, store, forged) == NO_BACKUP
    restoring.restore(database, store, CIPHER, sealed(whole(), forged))
    assert current(database.engine) == head()


def test_one_of_the_first_format_is_brought_in_only_when_that_is_asked_for(
    database: Database, store: LocalFileStore, tmp_path: Path
) -> None:
    forged = tmp_path / "copia.age"
    manifest = json.dumps({"schema": head(), "at": "2026"}).encode()
    counter = json.dumps({"name": "agreement", "year": 2026, "value": 7}).encode()
    forged.write_bytes(tar_of(("manifest.json", manifest), ("tables/counters.jsonl", counter)))
    assert "--unencrypted" in sentence(database, store, forged)
    restoring.restore(database, store, CIPHER, forged, unencrypted=True)
    assert current(database.engine) == head()


class Swaps(LocalFileStore):
    """A store during whose preparation somebody puts another file in the archive's place."""

    archive: Path

    def prepare(self) -> None:
        """Swap the archive, then do as ever."""
        self.archive.write_bytes(whole())
        super().prepare()


def test_an_archive_that_is_swapped_after_it_was_checked_is_refused(
    database: Database, tmp_path: Path
) -> None:
    store = Swaps(tmp_path / "files")
    store.archive = sealed(whole(), tmp_path / "copia.age")
    with pytest.raises(InvalidInputError) as caught:
        restoring.restore(database, store, CIPHER, store.archive)
    assert caught.value.problems == {"file": NO_BACKUP}


@pytest.mark.parametrize(
    ("manifest", "end"),
    [
        (DEEP, json.dumps(END).encode()),
        (json.dumps(MANIFEST).encode(), DEEP),
        (json.dumps({"format": 2, "schema": head()}).encode(), json.dumps(END).encode()),
        (json.dumps(dict(MANIFEST, format=[])).encode(), json.dumps(END).encode()),
        (
            json.dumps(MANIFEST).encode(),
            json.dumps({"members": {}, "files": 0, "missing": []}).encode(),
        ),
    ],
    ids=["deep manifest", "deep end", "no tables", "no format", "no rows"],
)
def test_odd_json_is_refused_in_a_sentence(
    database: Database, store: LocalFileStore, tmp_path: Path, manifest: bytes, end: bytes
) -> None:
    tar = tar_of(("manifest.json", manifest), ("end.json", end))
    assert sentence(database, store, sealed(tar, tmp_path / "odd.age")) == NO_BACKUP


@pytest.mark.parametrize("rows", [DEEP, b'[{"a": 1}]', b"[1]", b"{}", b"7"])
def test_odd_rows_are_refused_in_a_sentence(
    database: Database, store: LocalFileStore, tmp_path: Path, rows: bytes
) -> None:
    columns = ["id", "purpose"]
    tar = tar_of(
        ("manifest.json", json.dumps(dict(MANIFEST, tables={"one_use_links": columns})).encode()),
        ("tables/one_use_links/00001.json", rows),
        (
            "end.json",
            json.dumps(dict(END, members={"one_use_links": 1}, rows={"one_use_links": 1})).encode(),
        ),
    )
    with pytest.raises(InvalidInputError):
        restoring.restore(database, store, CIPHER, sealed(tar, tmp_path / "rows.age"))


def test_a_file_that_says_to_be_a_million_times_its_size_is_refused(
    database: Database, store: LocalFileStore, tmp_path: Path
) -> None:
    info = tarfile.TarInfo("files/originals/large")
    map_of_holes = b"1\n1099511627776\n0\n".ljust(512, b"\0")
    info.size = len(map_of_holes)
    info.pax_headers = {
        "GNU.sparse.major": "1",
        "GNU.sparse.minor": "0",
        "GNU.sparse.name": info.name,
        "GNU.sparse.realsize": str(1 << 40),
    }
    sparse = info.tobuf(tarfile.PAX_FORMAT) + map_of_holes
    manifest = tar_of(("manifest.json", json.dumps(MANIFEST).encode()))
    tar = manifest[:-1024] + sparse + bytes(1024)
    assert sentence(database, store, sealed(tar, tmp_path / "holes.age")) == NO_BACKUP
