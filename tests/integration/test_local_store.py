"""What only the store on local disk promises."""

import io
import stat
from pathlib import Path

import pytest

from review_service.adapters.local_store import LocalFileStore
from review_service.domain.errors import StoreError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture
def store(folder: Path) -> LocalFileStore:
    store = LocalFileStore(folder)
    store.prepare()
    return store


def test_only_the_owner_may_read_what_is_stored(store: LocalFileStore, folder: Path) -> None:
    store.put("a/b/c.pdf", io.BytesIO(b"private"))
    for path in [folder, *folder.rglob("*")]:
        wanted = 0o600 if path.is_file() else 0o700
        assert stat.S_IMODE(path.stat().st_mode) == wanted, path


def test_leaves_nothing_behind_but_the_file(store: LocalFileStore, folder: Path) -> None:
    store.put("a/b.pdf", io.BytesIO(b"x"))
    with pytest.raises(StoreError):
        store.put("a/b.pdf", io.BytesIO(b"y"))
    with pytest.raises(StoreError):
        store.put("a/c.pdf", io.BytesIO(b"too long"), max_bytes=3)
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files == [folder / "a/b.pdf"]


def test_follows_no_link_when_it_publishes(
    store: LocalFileStore, folder: Path, tmp_path: Path
) -> None:
    target = tmp_path / "outside"
    (folder / "a").mkdir()
    (folder / "a" / "link").symlink_to(target)
    with pytest.raises(StoreError):
        store.put("a/link", io.BytesIO(b"x"))
    assert not target.exists()


def test_a_key_below_a_file_is_refused(store: LocalFileStore) -> None:
    store.put("a", io.BytesIO(b"x"))
    with pytest.raises(StoreError):
        store.put("a/b", io.BytesIO(b"y"))
    assert store.size("a/b") is None


def test_says_when_it_was_not_prepared(folder: Path) -> None:
    unprepared = LocalFileStore(folder)
    with pytest.raises(StoreError) as refused:
        unprepared.ping()
    assert refused.value.retryable is True
    with pytest.raises(StoreError):
        unprepared.put("a", io.BytesIO(b"x"))
    assert list(unprepared.keys("")) == []


def test_says_when_its_folder_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(StoreError):
        LocalFileStore(tmp_path / "taken" / "files").prepare()
