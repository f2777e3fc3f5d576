"""A MinIO client with short timeouts and a conditional put, which never overwrites."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

import certifi
import urllib3
from minio import Minio
from minio.error import MinioException, S3Error
from urllib3.exceptions import HTTPError

from review_service.settings import S3Settings

PART_BYTES: Final = 8 * 1024 * 1024
"""Bytes of a stream in memory at a time. S3 needs at least 5 MiB per part, except the last."""

CONNECT_SECONDS: Final = 3.0
READ_SECONDS: Final = 10.0
"""Longest wait for data from the server, not for a whole transfer."""

_IF_FRESH: Final = {"If-None-Match": "*"}


class WriteOnceClient(Minio):
    """A ``Minio`` that can also put an iterator of pieces, only if the key is free."""

    def put_once(self, bucket: str, key: str, pieces: Iterator[bytes]) -> None:
        """Store pieces of ``PART_BYTES`` (the last shorter); a single piece is sent in one request.

        Raises ``S3Error`` with code ``PreconditionFailed`` when the key exists. Whatever is raised,
        the parts sent so far are given up.
        """
        first, second = next(pieces, b""), next(pieces, b"")
        if not second:
            self._put_object(bucket, key, first, dict(_IF_FRESH))
            return
        # An iterator lets go of what it gave; the tuple and these names would hold it to the end.
        pieces = chain(iter((first, second)), pieces)
        del first, second
        upload = self._create_multipart_upload(bucket, key, {})
        try:
            etags = [
                self._upload_part(bucket, key, piece, None, upload, number)
                for number, piece in enumerate(pieces, start=1)
            ]
            self._complete_once(bucket, key, upload, etags)
        except BaseException:
            # Parts without an object cost space until someone sweeps them.
            with suppress(MinioException, HTTPError, ET.ParseError):
                self._abort_multipart_upload(bucket, key, upload)
            raise

    def abort_unfinished(self, bucket: str, *, before: datetime) -> int:
        """Abort uploads in parts that began before; return how many.

        A page of the listing is in memory at a time. It ends at the first page without old ones:
        the next call goes on.
        """
        aborted = 0
        while True:
            found = self._list_multipart_uploads(bucket)
            old = [each for each in found.uploads if _began_before(each.initiated_time, before)]
            for upload in old:
                self._abort_multipart_upload(bucket, upload.object_name, upload.upload_id or "")
            aborted += len(old)
            if not old or not found.is_truncated:
                return aborted

    def put_probe(self, bucket: str, key: str) -> None:
        """Store a few bytes, whatever stands there."""
        self._put_object(bucket, key, b"ok", {})

    def _complete_once(self, bucket: str, key: str, upload: str, etags: list[str]) -> None:
        answer = self._execute(
            "POST",
            bucket,
            key,
            body=_parts_as_xml(etags),
            headers={"Content-Type": "application/xml", **_IF_FRESH},
            query_params={"uploadId": upload},
        )
        # A server may begin to answer 200 and only then fail: the truth is in the body, which
        # may begin with the spaces that kept the line open.
        told = ET.fromstring(answer.data.strip())  # noqa: S314 -- our own server
        if _name(told) == "Error":
            code = next((part.text for part in told if _name(part) == "Code"), None)
            raise S3Error(answer, code, "while joining the parts", key, None, None, bucket, key)


def connect(settings: S3Settings) -> WriteOnceClient:
    """Return a client; it connects at its first call."""
    return WriteOnceClient(
        endpoint=settings.endpoint,
        access_key=settings.access_key,
        secret_key=settings.secret_key,
        secure=settings.secure,
        region=settings.region,
        http_client=_pool(settings.certificates),
    )


def _pool(certificates: Path | None) -> urllib3.PoolManager:
    """Return a connection pool with short timeouts that retries only idempotent requests."""
    return urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
        maxsize=10,
        cert_reqs="CERT_REQUIRED",
        ca_certs=str(certificates or certifi.where()),
        retries=urllib3.Retry(
            total=2,
            connect=1,
            read=1,
            status=1,
            redirect=0,
            backoff_factor=0.2,
            status_forcelist=(502, 503, 504),
            allowed_methods=("GET", "HEAD", "DELETE"),
            raise_on_status=False,
        ),
    )


def _began_before(began: datetime | None, moment: datetime) -> bool:
    return began is not None and began < moment


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _parts_as_xml(etags: list[str]) -> bytes:
    root = ET.Element("CompleteMultipartUpload", xmlns="http://s3.amazonaws.com/doc/2006-03-01/")
    for number, etag in enumerate(etags, start=1):
        part = ET.SubElement(root, "Part")
        ET.SubElement(part, "PartNumber").text = str(number)
        ET.SubElement(part, "ETag").text = f'"{etag}"'
    return ET.tostring(root)
