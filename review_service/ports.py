"""Protocols for everything outside the process; each docstring says what must hold."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import BinaryIO, Protocol
from uuid import UUID

from review_service.domain.documents import SupportKind
from review_service.domain.issued_documents import IssuedSnapshot, VerificationMarks
from review_service.domain.looked_up import HeldPaper
from review_service.domain.paper_check import PaperSignatures, PrintedPaper
from review_service.domain.signing import Objection
from review_service.domain.taxpayers import Taxpayer
from review_service.domain.work import Lane


class Readable(Protocol):
    """Anything that gives bytes piece by piece: an open file, a socket, a member of a tar."""

    def read(self, size: int = -1, /) -> bytes:
        """Return at most ``size`` bytes, all that is left when negative, and none at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file that was stored: its key, size in bytes and hex SHA-256."""

    key: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredKey:
    """One entry of a listing."""

    key: str
    size_bytes: int
    modified_at: datetime
    """UTC, aware."""


class FileStore(Protocol):
    """Stores bytes under keys. A key is written once and never overwritten.

    Keys are ``/``-separated ASCII words without ``..``. Every method raises ``StoreError``;
    ``retryable`` says whether trying again later may help. A missing key raises
    ``FileMissingError`` (a ``StoreError`` that is not retryable).
    """

    def prepare(self) -> None:
        """Make the bucket or folder; safe to repeat."""

    def ping(self) -> None:
        """Check that the store takes a file; raise ``StoreError`` if not."""

    def put(self, key: str, stream: Readable, *, max_bytes: int | None = None) -> StoredFile:
        """Store a stream of unknown length without holding it in memory.

        Publishes all or nothing. Raises ``FileTooLargeError`` as soon as ``max_bytes`` is passed,
        and ``StoreError`` when the key exists; nothing remains under the key in either case.
        """

    def open(self, key: str) -> AbstractContextManager[BinaryIO]:
        """Return a context manager with a readable stream of the bytes, closed at its end."""

    def copy(self, source: str, target: str) -> None:
        """Store the bytes of ``source`` under the new key ``target``."""

    def delete(self, key: str) -> None:
        """Remove the key; a missing one is no error."""

    def size(self, key: str) -> int | None:
        """Return the size in bytes, or None when there is no such key."""

    def keys(self, prefix: str) -> Iterator[StoredKey]:
        """List every key that begins with the prefix, in any order."""

    def drop_unfinished(self, *, before: datetime) -> int:
        """Delete what the unfinished puts of a killed process left behind; return how many.

        Only what began before that moment, which no put may still be writing.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanResult:
    """The scanner's result for one file that it read to its end."""

    found: str = ""
    """The scanner's name for it; empty when it found nothing."""

    @property
    def is_clean(self) -> bool:
        """Whether it found nothing."""
        return not self.found

    @property
    def is_over_limits(self) -> bool:
        """Whether it stopped unpacking at its limits, as with archive bombs, and found no virus."""
        return self.found.startswith("Heuristics.Limits.Exceeded")


class VirusScanner(Protocol):
    """Scans for known malware. Without a result it raises ``ScannerError``; never says clean."""

    def scan(self, stream: BinaryIO) -> ScanResult:
        """Scan the stream to its end and return the result. Raises ``ScannerError``."""

    def version(self) -> str:
        """Return the scanner's version and that of its signatures. Raises ``ScannerError``."""


class ArchiveCipher(Protocol):
    """Encrypts and decrypts a backup in a stream, with the key of the installation."""

    def encrypt(self, source: Readable, target: BinaryIO) -> None:
        """Write the source, read to its end, encrypted; what the source raises passes through."""

    def decrypted(self, sealed: BinaryIO) -> AbstractContextManager[BinaryIO]:
        """Give the plain bytes as a stream; each byte was authenticated before it is given.

        Reading raises ``WrongKeyError``, and ``OSError`` for what was altered or cut off.
        """


class SealChecker(Protocol):
    """Checks seals of the audit trail."""

    public_key: str
    """Hex; tells seals of this key from those of another."""

    def has_signed(self, content: bytes, signature: bytes) -> bool:
        """Whether the signature is this key's over exactly these bytes."""


class Sealer(SealChecker, Protocol):
    """Signs seals of the audit trail with a key that is not in the database."""

    def sign(self, content: bytes) -> bytes:
        """Return the signature over the bytes."""


class JobQueue(Protocol):
    """Sends queue notices. They may be lost or sent twice; the tasks table decides."""

    def notify(self, task_id: UUID, *, lane: Lane) -> None:
        """Send a notice that a task is due. Raises ``QueueError`` when the queue is down."""

    def ping(self) -> None:
        """Check that the queue takes a notice; raise ``QueueError`` if not."""


class Mailer(Protocol):
    """Sends messages through a mail relay."""

    def send(self, message: EmailMessage) -> None:
        """Send one message; return once the relay accepted it. Raises ``MailError``."""


class MailComposer(Protocol):
    """Composes the mail for an event."""

    def compose(
        self,
        event: str,
        context: Mapping[str, object],
        *,
        recipient: str,
        message_id: str,
        attachments: Sequence[tuple[str, bytes]] = (),
    ) -> EmailMessage:
        """Return the message of ``templates/email/<event>``; attachments are (name, PDF) pairs.

        Raises ``MailError`` (not retryable) when an address or a header cannot be one.
        """


class AgreementRenderer(Protocol):
    """Renders the agreement as PDF."""

    def render(self, snapshot: IssuedSnapshot, *, marks: VerificationMarks) -> bytes:
        """Return the unsigned PDF; its ``/ID`` begins with ``marks.file_identifier``."""


class PaperReader(Hashable, Protocol):
    """Reads a rendered paper back, before it is signed and after."""

    def read(self, pdf: bytes) -> PrintedPaper:
        """Return what the paper shows. Raises ``SigningError``."""

    def signatures(self, pdf: bytes, *, at: datetime | None = None) -> PaperSignatures:
        """Return what is true of its signatures; a file that is no PDF is not readable.

        Certificates are judged at the moment ``at``, now without one. Raises
        ``SigningError``, retryable, when it could not be looked at.
        """


class Signer(Protocol):
    """Signs for every ministry of the agreement."""

    def objections(self, snapshot: IssuedSnapshot) -> Sequence[Objection]:
        """Return why the keys may not sign for the snapshot's ministries now; empty: they may."""

    def is_demonstration(self, snapshot: IssuedSnapshot) -> bool:
        """Return whether the keys for the snapshot's ministries have no legal value.

        Decided from the certificates, whatever the settings say. Raises ``SigningError``.
        """

    def sign(self, pdf: bytes, *, snapshot: IssuedSnapshot) -> bytes:
        """Return the PDF with one PAdES signature per ministry; the last covers the whole file.

        Raises ``SigningError``; ``retryable`` is False for a wrong key or PIN.
        """


class PaperRegister(Protocol):
    """Papers that institutions hold of a taxpayer, such as the IESS's certificate."""

    def find(self, ruc: str, kind: SupportKind) -> HeldPaper | None:
        """Return what is held now, or None when the institution holds nothing of that RUC.

        Raises ``RegistryError`` when nobody can say: it does not answer, or nothing was supplied.
        """

    def kinds(self) -> frozenset[SupportKind]:
        """Return the kinds that can be asked for at all. Raises ``DatabaseDownError``."""


class TaxpayerRegistry(Protocol):
    """What the SRI knows of a taxpayer."""

    def find(self, ruc: str) -> Taxpayer | None:
        """Return the taxpayer, or None when the RUC is unknown. Raises ``RegistryError``."""

    def registered_email(self, ruc: str) -> str | None:
        """Return the address on record at the SRI, or None."""
