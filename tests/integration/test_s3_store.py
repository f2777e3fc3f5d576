"""What only the store on S3 promises: short waits, and no parts left behind."""

import io
import os
import socket
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from review_service.adapters.s3_client import CONNECT_SECONDS, PART_BYTES, READ_SECONDS, connect
from review_service.adapters.s3_store import S3FileStore
from review_service.domain.errors import FileTooLargeError, StoreError
from review_service.settings import S3Settings
from tests.s3_double import failing, s3_that_joins
from tests.servers import LOOPBACK, free_port


@pytest.fixture(params=["seaweedfs", pytest.param("minio", marks=pytest.mark.minio)])
def settings(request: pytest.FixtureRequest) -> S3Settings:
    name = {"seaweedfs": "s3_settings", "minio": "minio_settings"}[request.param]
    found: S3Settings = request.getfixturevalue(name)
    return found


@pytest.fixture
def store(settings: S3Settings) -> S3FileStore:
    store = S3FileStore(settings)
    store.prepare()
    return store


def open_uploads(settings: S3Settings) -> int:
    listing = connect(settings)._list_multipart_uploads(settings.bucket)  # noqa: SLF001
    return len(listing.uploads)


def test_gives_up_the_parts_of_a_file_that_is_too_large(
    store: S3FileStore, settings: S3Settings
) -> None:
    with pytest.raises(FileTooLargeError):
        store.put("a", io.BytesIO(bytes(3 * PART_BYTES)), max_bytes=3 * PART_BYTES - 1)
    assert open_uploads(settings) == 0
    assert store.size("a") is None


def test_uploads_that_a_killed_process_left_go_once_they_are_old(
    store: S3FileStore, settings: S3Settings
) -> None:
    client = connect(settings)
    for key in ("originals/a", "staging/b"):
        upload = client._create_multipart_upload(settings.bucket, key, {})  # noqa: SLF001
        client._upload_part(settings.bucket, key, bytes(PART_BYTES), None, upload, 1)  # noqa: SLF001
    now = datetime.now(UTC)
    assert store.drop_unfinished(before=now - timedelta(hours=24)) == 0
    assert open_uploads(settings) == 2
    assert store.drop_unfinished(before=now + timedelta(minutes=1)) == 2
    assert open_uploads(settings) == 0


def test_gives_up_the_parts_of_a_put_that_lost(store: S3FileStore, settings: S3Settings) -> None:
    class Overtaken(io.RawIOBase):
        """While this file is being read, another one is put under its key."""

        left = 2 * PART_BYTES

        def read(self, size: int = -1, /) -> bytes:
            if self.left == 2 * PART_BYTES:
                S3FileStore(settings).put("a", io.BytesIO(b"first"))
            given = min(size, self.left)
            self.left -= given
            return bytes(given)

    with pytest.raises(StoreError) as refused:
        store.put("a", Overtaken())
    assert refused.value.retryable is False
    assert open_uploads(settings) == 0
    assert store.size("a") == len(b"first")


def test_a_wrong_secret_is_mended_by_an_operator(store: S3FileStore, settings: S3Settings) -> None:
    store.put("a", io.BytesIO(b"x"))
    wrong = S3FileStore(replace(settings, secret_key="not-the-secret"))
    for call in (wrong.ping, lambda: wrong.put("b", io.BytesIO(b"x")), lambda: wrong.size("a")):
        with pytest.raises(StoreError) as refused:
            call()
        assert refused.value.retryable is True


def test_a_missing_bucket_is_said_and_made_by_an_operator(settings: S3Settings) -> None:
    unprepared = S3FileStore(settings)
    with pytest.raises(StoreError, match="setup") as missing:
        unprepared.ping()
    assert missing.value.retryable is True


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, failing("InternalError")),
        (200, "   \n" + failing("SlowDown")),
        (200, failing("AnswerOfTomorrow")),
        (200, ""),
        (200, "<Complete"),
        (400, failing("NoSuchUpload")),
        (403, failing("XMinioStorageFull")),
        (502, "<html>the proxy is sorry</html>"),
    ],
)
def test_a_join_that_fails_is_no_failure_for_good(status: int, body: str) -> None:
    with s3_that_joins(lambda: (status, body.encode())) as settings:
        with pytest.raises(StoreError) as failed:
            S3FileStore(settings).put("a", io.BytesIO(bytes(PART_BYTES + 1)))
        assert failed.value.retryable is True


@pytest.mark.parametrize("status", [200, 412])
def test_a_join_that_finds_the_key_taken_says_so(status: int) -> None:
    body = failing("PreconditionFailed").encode()
    with (
        s3_that_joins(lambda: (status, body)) as settings,
        pytest.raises(StoreError, match="key exists") as taken,
    ):
        S3FileStore(settings).put("a", io.BytesIO(bytes(PART_BYTES + 1)))
    assert taken.value.retryable is False


def test_a_join_that_began_with_spaces_is_a_join() -> None:
    joined = b"  \n" + b"<?xml version='1.0'?><CompleteMultipartUploadResult/>"
    with s3_that_joins(lambda: (200, joined)) as settings:
        stored = S3FileStore(settings).put("a", io.BytesIO(bytes(PART_BYTES + 1)))
    assert stored.size_bytes == PART_BYTES + 1


def test_a_forked_process_uses_connections_of_its_own(store: S3FileStore) -> None:
    store.put("a", io.BytesIO(b"before"))
    child = os.fork()
    if child == 0:
        for _ in range(20):
            with store.open("a") as stream:
                if stream.read() != b"before":
                    os._exit(1)
        os._exit(0)
    for _ in range(20):
        assert store.size("a") == len(b"before")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def nowhere(port: int) -> S3FileStore:
    return S3FileStore(
        S3Settings(
            endpoint=f"{LOOPBACK}:{port}",
            access_key="a",
            secret_key="b",
            bucket="t-nowhere",
            secure=False,
            region="us-east-1",
        )
    )


def test_a_server_that_is_down_may_come_back() -> None:
    store = nowhere(free_port())
    began = time.monotonic()
    for call in (store.ping, lambda: store.put("a", io.BytesIO(b"x")), lambda: store.size("a")):
        with pytest.raises(StoreError) as down:
            call()
        assert down.value.retryable is True
    assert time.monotonic() - began < 3 * (2 * CONNECT_SECONDS)


def test_an_answer_that_breaks_off_may_come_later() -> None:
    with socket.create_server((LOOPBACK, 0)) as server:

        def answer_half() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this")

        Thread(target=answer_half, daemon=True).start()
        store = nowhere(server.getsockname()[1])
        with pytest.raises(StoreError) as broken, store.open("a") as stream:
            stream.read()
        assert broken.value.retryable is True


@pytest.mark.slow
def test_a_server_that_says_nothing_is_given_up() -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        store = nowhere(server.getsockname()[1])
        began = time.monotonic()
        with pytest.raises(StoreError) as silent:
            store.put("a", io.BytesIO(b"x"))
        assert silent.value.retryable is True
        assert time.monotonic() - began < 3 * READ_SECONDS
