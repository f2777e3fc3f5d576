"""Stages the bytes of one upload, unless they are refused at first sight."""

from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from uuid import uuid4

from review_service.domain.documents import DocumentKind
from review_service.domain.errors import FileTooLargeError, StoreError
from review_service.domain.file_kinds import HEAD_BYTES
from review_service.domain.limits import UploadLimits
from review_service.domain.refusals import RefusalReason
from review_service.domain.wrong_files import Refused, refused_by_head, refused_by_size
from review_service.ports import FileStore, Readable, StoredFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The bytes of one upload: staged, or why they are not."""

    stored: StoredFile | None
    refused: Refused | None

    @property
    def refusal(self) -> RefusalReason | None:
        """Why the bytes are not staged."""
        return self.refused.reason if self.refused else None


class _Rewound:
    """A stream whose first bytes were already looked at."""

    def __init__(self, head: bytes, rest: Readable) -> None:
        self._head = BytesIO(head)
        self._rest = rest

    def read(self, size: int = -1) -> bytes:
        """Return the bytes that were read ahead first, then the rest."""
        first = self._head.read(size)
        if size >= 0 and len(first) == size:
            return first
        return first + self._rest.read(size - len(first) if size >= 0 else -1)


def stage(
    store: FileStore,
    stream: Readable,
    *,
    kind: DocumentKind,
    file_name: str,
    limits: UploadLimits,
    is_alone: bool = False,
) -> Content:
    """Stage one file; ``file_name`` is what its sender calls it. Raises ``StoreError``.

    ``is_alone`` says that one file is taken there and nothing else.
    """
    head = stream.read(HEAD_BYTES)
    refused = refused_by_head(head, kind=kind, file_name=file_name, is_alone=is_alone)
    if refused is not None:
        return Content(stored=None, refused=refused)
    return put(
        store,
        _Rewound(head, stream),
        folder="staging",
        kind=kind,
        file_name=file_name,
        most_bytes=limits.bytes_for(kind),
    )


def put(
    store: FileStore,
    stream: Readable,
    *,
    folder: str,
    kind: DocumentKind,
    file_name: str,
    most_bytes: int,
) -> Content:
    """Store at most so many bytes under a key of this folder. Raises ``StoreError``."""
    try:
        stored = store.put(f"{folder}/{uuid4()}", stream, max_bytes=most_bytes)
    except FileTooLargeError:
        refused = refused_by_size(kind=kind, file_name=file_name, most_bytes=most_bytes)
        return Content(stored=None, refused=refused)
    return Content(stored=stored, refused=None)


def forget(store: FileStore, content: Content) -> None:
    """Delete our copy of what is stored already; one that stays is swept up a day later."""
    if content.stored is not None:
        with suppress(StoreError):
            store.delete(content.stored.key)
