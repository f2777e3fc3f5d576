"""Stores files in a bucket of MinIO, SeaweedFS or any other S3-compatible server."""

import io
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from typing import BinaryIO, Final
from xml.etree import ElementTree as ET

from minio.error import MinioException, S3Error, ServerError
from urllib3 import BaseHTTPResponse
from urllib3.exceptions import HTTPError

from review_service.adapters.hashing import Hashing
from review_service.adapters.s3_client import PART_BYTES, WriteOnceClient, connect
from review_service.adapters.store_keys import require_key, require_prefix
from review_service.domain.errors import FileMissingError, StoreError
from review_service.domain.store_failures import StoreFailure, by_answer
from review_service.ports import Readable, StoredFile, StoredKey
from review_service.settings import S3Settings

logger = logging.getLogger(__name__)

PROBE_KEY: Final = "probes/health"
"""The one key that is overwritten: processes that check at once must not meet."""
_TAKEN: Final = "PreconditionFailed"
_BUCKET_IS_THERE: Final = frozenset({"BucketAlreadyOwnedByYou", "BucketAlreadyExists"})


class S3FileStore:
    """``FileStore`` on one bucket.

    A put looks first whether the key exists, and asks the server to refuse it all the same
    (``If-None-Match: *``): two puts at once cannot both win. SeaweedFS 4.48 keeps this for files
    of one part; two larger ones that end in the same instant may both be told that they won.
    """

    def __init__(self, settings: S3Settings) -> None:
        self._settings = settings
        self._bucket = settings.bucket
        self._connected: tuple[int, WriteOnceClient] | None = None

    def prepare(self) -> None:
        """Make the bucket if it does not exist."""
        with _speaking_as_store("make the bucket"):
            if self._client.bucket_exists(bucket_name=self._bucket):
                return
            try:
                self._client.make_bucket(bucket_name=self._bucket)
            except S3Error as error:
                if error.code not in _BUCKET_IS_THERE:  # there by now: another setup made it
                    raise

    def ping(self) -> None:
        """Check that the bucket exists and takes a file, which is deleted at once."""
        with _speaking_as_store("ask for the bucket"):
            is_there = self._client.bucket_exists(bucket_name=self._bucket)
        if not is_there:
            raise StoreError("the bucket is missing: run setup", retryable=True)
        with _speaking_as_store("store", PROBE_KEY):
            self._client.put_probe(self._bucket, PROBE_KEY)
        self.delete(PROBE_KEY)

    def put(self, key: str, stream: Readable, *, max_bytes: int | None = None) -> StoredFile:
        """Upload in parts while hashing; a small file is sent in one request."""
        if self.size(key) is not None:
            raise _exists(key)
        read = Hashing(stream, max_bytes=max_bytes)
        with _speaking_as_store("store", key):
            self._client.put_once(self._bucket, key, read.pieces(PART_BYTES))
        return StoredFile(key=key, size_bytes=read.size_bytes, sha256=read.sha256)

    @contextmanager
    def open(self, key: str) -> Iterator[BinaryIO]:
        """Stream the object; it cannot seek."""
        require_key(key)
        with _speaking_as_store("open", key):
            answer = self._client.get_object(bucket_name=self._bucket, object_name=key)
        try:
            with io.BufferedReader(_Body(answer, key=key)) as stream:
                yield stream
        finally:
            # Closed, not given back: an unread rest would spoil the next request.
            answer.close()
            answer.release_conn()

    def copy(self, source: str, target: str) -> None:
        """Read and put: the server's own copy would overwrite (tried with MinIO)."""
        with self.open(source) as stream:
            self.put(target, stream)

    def delete(self, key: str) -> None:
        """Remove the object."""
        require_key(key)
        with _speaking_as_store("delete", key):
            self._client.remove_object(bucket_name=self._bucket, object_name=key)

    def size(self, key: str) -> int | None:
        """Return the size from a HEAD request."""
        require_key(key)
        try:
            with _speaking_as_store("look at", key):
                found = self._client.stat_object(bucket_name=self._bucket, object_name=key)
        except FileMissingError:
            return None
        return found.size

    def keys(self, prefix: str) -> Iterator[StoredKey]:
        """List page by page."""
        require_prefix(prefix)
        with _speaking_as_store("list"):
            for entry in self._client.list_objects(
                bucket_name=self._bucket, prefix=prefix, recursive=True
            ):
                if entry.object_name and entry.last_modified and not entry.is_dir:
                    yield StoredKey(
                        key=entry.object_name,
                        size_bytes=entry.size or 0,
                        modified_at=entry.last_modified,
                    )

    def drop_unfinished(self, *, before: datetime) -> int:
        """Abort old uploads in parts: their parts take space and stand in no listing of keys."""
        with _speaking_as_store("tidy up"):
            return self._client.abort_unfinished(self._bucket, before=before)

    @property
    def _client(self) -> WriteOnceClient:
        """The client of this process: a forked process must not share its sockets."""
        if self._connected is None or self._connected[0] != os.getpid():
            self._connected = (os.getpid(), connect(self._settings))
        return self._connected[1]


class _Body(io.RawIOBase):
    """The body of a response; a broken connection raises ``StoreError``."""

    def __init__(self, answer: BaseHTTPResponse, *, key: str) -> None:
        self._answer = answer
        self._key = key

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        with _speaking_as_store("read", self._key):
            some = self._answer.read(len(buffer))
        buffer[: len(some)] = some
        return len(some)


@contextmanager
def _speaking_as_store(doing: str, key: str = "") -> Iterator[None]:
    """Translate the client's errors to ``StoreError``; others, as of the source stream, pass."""
    try:
        yield
    except S3Error as error:
        raise _translated(error, doing, key) from error
    except ServerError as error:
        failure = by_answer(None, error.status_code)
        raise _failed(failure, doing, key, str(error.status_code)) from error
    except HTTPError as error:  # no connection, or one that broke
        raise _failed(StoreFailure.PASSING, doing, key, str(error)) from error
    except (
        MinioException,
        ET.ParseError,
        UnicodeDecodeError,
    ) as error:  # an answer that is none of S3
        raise _failed(StoreFailure.UNKNOWN, doing, key, str(error)) from error


def _translated(error: S3Error, doing: str, key: str) -> StoreError:
    failure = by_answer(error.code, error.response.status)
    if failure is StoreFailure.MISSING:
        return FileMissingError(key)
    if error.response.status == HTTPStatus.PRECONDITION_FAILED or error.code == _TAKEN:
        return _exists(key)
    return _failed(failure, doing, key, error.code or str(error.response.status))


def _failed(failure: StoreFailure, doing: str, key: str, why: str) -> StoreError:
    if failure is StoreFailure.UNKNOWN:
        logger.error("store_failed_unknown", extra={"doing": doing, "why": why[:200]})
    return StoreError(f"could not {doing} {key}: {why}", retryable=failure.is_retryable)


def _exists(key: str) -> StoreError:
    return StoreError(f"key exists: {key!r}", retryable=False)
