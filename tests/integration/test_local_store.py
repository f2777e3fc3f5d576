"""What only the store on local disk promises."""

import io
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
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


def test_what_a_killed_process_was_writing_goes_once_it_is_old(
    store: LocalFileStore, folder: Path
) -> None:
    store.put("a/b.pdf", io.BytesIO(b"x"))
    old, fresh = (folder / ".arriving" / name for name in ("old", "fresh"))
    for path in (old, fresh):
        path.write_bytes(b"half a file")
    now = datetime.now(UTC)
    os.utime(old, (now.timestamp() - 86_500, now.timestamp() - 86_500))
    assert store.drop_unfinished(before=now - timedelta(hours=24)) == 1
    assert (old.exists(), fresh.exists()) == (False, True)
    assert store.size("a/b.pdf") == 1


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


def test_a_disk_that_fails_while_a_file_is_read_may_be_mended(
    store: LocalFileStore, folder: Path
) -> None:
    (folder / "a").symlink_to("/proc/self/mem")  # reading its first page is an I/O error
    for size in (-1, 10):
        with pytest.raises(StoreError) as failed, store.open("a") as stream:
            stream.read(size)
        assert failed.value.retryable is True


def test_a_name_that_is_too_long_is_refused_for_good(store: LocalFileStore) -> None:
    with pytest.raises(StoreError) as refused:
        store.put("a" * 300, io.BytesIO(b"x"))
    assert refused.value.retryable is False


FULL = """
import io, sys
from pathlib import Path
from review_service.adapters.local_store import LocalFileStore
from review_service.domain.errors import StoreError

store = LocalFileStore(Path(sys.argv[1]) / "files")
store.prepare()
store.put("small", io.BytesIO(bytes(1000)))
for act in (lambda: store.put("large", io.BytesIO(bytes(2_000_000))),):
    try:
        act()
    except StoreError as error:
        print("retryable", error.retryable, store.size("small"), store.size("large"))
"""


def on_a_small_disk(folder: Path, program: str, *, kibibytes: int) -> str:
    """Run a program that uses ``folder`` on a disk of its own of that size; return its output."""
    mount = f"mount -t tmpfs -o size={kibibytes}k none {folder} && exec {sys.executable} -c"
    ran = subprocess.run(
        ["unshare", "-rm", "sh", "-c", f'{mount} "$0" {folder}', program],
        capture_output=True,
        text=True,
        check=False,
    )
    if "unshare" in ran.stderr or "mount" in ran.stderr:
        pytest.skip("no disk of one's own here")
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_a_full_disk_keeps_what_it_has_and_may_be_emptied(tmp_path: Path) -> None:
    assert on_a_small_disk(tmp_path, FULL, kibibytes=512) == "retryable True 1000 None\n"
