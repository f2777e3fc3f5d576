"""Reads the signatures of a PDF that somebody shows as an Acuerdo: who signed, and what changed."""

import logging
import os
import zlib
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from io import BytesIO
from typing import Any, Final, TypeVar

from asn1crypto import x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import (
    NoDSSFoundError,
    SignatureValidationError,
)
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from workers.jail.wire import Frame

MAX_SIGNATURES: Final = 16
"""More are counted, not checked: ours have two, and each check costs time."""

MAX_SIGNER_CHARACTERS: Final = 200

_ANSWERS: Final = ("is_valid", "is_trusted", "covers_file", "is_change_allowed")

_DAMAGE: Final = (
    PdfError,
    SigningError,
    SignatureValidationError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
    zlib.error,
)
"""What a parser raises over a file that nobody wrote for it."""

# They would write signers' names, and whole object paths of a stranger's file, into the log.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

# Loaded late by the parser otherwise; the jail's walls stand before it would.
_LATE_IMPORTS: Final = tuple(
    import_module(name)
    for name in (
        "lxml.etree",
        "cryptography.hazmat.backends.openssl.backend",
        "pyhanko.pdf_utils.filters",
    )
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureCheck:
    """What is true of one signature."""

    signer: str
    """Common name in the certificate; empty when it cannot be read."""
    signed_at: datetime | None
    """As the signer's clock said; nobody vouches for it."""
    is_valid: bool
    """The signed bytes are unchanged, and the key is that of the certificate."""
    is_trusted: bool
    """The certificate comes from one of the authorities and is not revoked."""
    covers_file: bool
    """Every byte of the file is signed: nothing was appended since."""
    is_change_allowed: bool
    """What was appended since, if anything, is what the signer allowed: a further signature."""

    @property
    def is_good(self) -> bool:
        """Whether nothing speaks against it."""
        return self.is_valid and self.is_trusted and self.is_change_allowed


_BROKEN: Final = SignatureCheck(
    signer="",
    signed_at=None,
    is_valid=False,
    is_trusted=False,
    covers_file=False,
    is_change_allowed=False,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyCheck:
    """What is true of the signatures of one file."""

    count: int
    """Signatures in the file; ``signatures`` holds the first ``MAX_SIGNATURES``."""
    signatures: tuple[SignatureCheck, ...] = ()
    is_readable: bool = True
    """False for what is no PDF, or too damaged to look for signatures."""

    @property
    def has_later_revision(self) -> bool:
        """Whether something was appended after the last signature."""
        return bool(self.signatures) and not self.signatures[-1].covers_file

    @property
    def is_good(self) -> bool:
        """Whether it is signed, every signature holds, and nothing came after the last."""
        return (
            0 < self.count == len(self.signatures)
            and all(signature.is_good for signature in self.signatures)
            and not self.has_later_revision
        )


def check_signatures(pdf: bytes, *, authorities: Sequence[bytes] = ()) -> CopyCheck:
    """Check every signature of the file, without network.

    ``authorities`` are the certificates to trust, DER; revocation is read from the file itself.
    Parses the file: call it on files of strangers only inside the jail, through ``frames``.
    """
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=False)
        found = _signatures(reader)
        context = _context(reader, authorities)
    except _DAMAGE:
        return CopyCheck(count=0, is_readable=False)
    checks = tuple(_check(signature, context) for signature in found[:MAX_SIGNATURES])
    return CopyCheck(count=len(found), signatures=checks)


def frames(document: int, *, authorities: Sequence[str]) -> Iterator[Frame]:
    """Check an open file inside the jail; ``authorities`` are DER in hexadecimal.

    Yields one frame; its header is what ``from_header`` reads.
    """
    pdf = os.pread(document, os.fstat(document).st_size, 0)
    trusted = [bytes.fromhex(der) for der in authorities]
    yield Frame(header=to_header(check_signatures(pdf, authorities=trusted)))


def to_header(check: CopyCheck) -> dict[str, Any]:
    """Return plain JSON values."""
    return {
        "count": check.count,
        "is_readable": check.is_readable,
        "signatures": [
            {
                "signer": one.signer,
                "signed_at": one.signed_at.isoformat() if one.signed_at else None,
                **{key: getattr(one, key) for key in _ANSWERS},
            }
            for one in check.signatures
        ],
    }


def from_header(header: Mapping[str, Any]) -> CopyCheck:
    """Undo ``to_header``, trusting nothing: the file may have taken its reader over.

    Raises ``ValueError`` for what is no answer.
    """
    count, readable, plain = (header.get(key) for key in ("count", "is_readable", "signatures"))
    if (
        not isinstance(count, int)
        or not isinstance(readable, bool)
        or not isinstance(plain, list)
        or not len(plain) == min(count, MAX_SIGNATURES)
    ):
        raise ValueError("no answer about signatures")
    return CopyCheck(
        count=count, is_readable=readable, signatures=tuple(_signature(one) for one in plain)
    )


def _signature(plain: object) -> SignatureCheck:
    answers = plain if isinstance(plain, Mapping) else {}
    signer, moment = answers.get("signer"), answers.get("signed_at")
    verdicts = {key: value for key in _ANSWERS if isinstance(value := answers.get(key), bool)}
    if not isinstance(signer, str) or len(verdicts) != len(_ANSWERS):
        raise ValueError("no answer about a signature")
    return SignatureCheck(
        signer=signer[:MAX_SIGNER_CHARACTERS],
        signed_at=datetime.fromisoformat(moment) if isinstance(moment, str) else None,
        **verdicts,
    )


def _context(reader: PdfFileReader, authorities: Sequence[bytes]) -> ValidationContext:
    settings: dict[str, Any] = {
        "trust_roots": [x509.Certificate.load(der) for der in authorities],
        "allow_fetching": False,
        "revocation_mode": "hard-fail",
    }
    try:
        return DocumentSecurityStore.read_dss(reader).as_validation_context(settings)
    except NoDSSFoundError:
        return ValidationContext(crls=[], **settings)


def _signatures(reader: PdfFileReader) -> list[EmbeddedPdfSignature | None]:
    """Return the signatures in the order of their making; None for each that cannot be read."""
    broken: list[EmbeddedPdfSignature | None] = []
    whole: list[EmbeddedPdfSignature] = []
    for name, _, field in enumerate_sig_fields(reader, filled_status=True):
        try:
            signature = EmbeddedPdfSignature(reader, field.get_object(), name)
            if signature.sig_object_type == "/Sig":
                whole.append(signature)
        except _DAMAGE:
            broken.append(None)
    return [*broken, *sorted(whole, key=lambda signature: signature.signed_revision)]


def _check(signature: EmbeddedPdfSignature | None, context: ValidationContext) -> SignatureCheck:
    if signature is None:
        return _BROKEN
    try:
        status = _finish(async_validate_pdf_signature(signature, signer_validation_context=context))
    except _DAMAGE:
        return _BROKEN
    return _told(status)


def _told(status: PdfSignatureStatus) -> SignatureCheck:
    name = status.signing_cert.subject.native.get("common_name", "")
    return SignatureCheck(
        signer=name if isinstance(name, str) else "",
        signed_at=status.signer_reported_dt,
        is_valid=status.intact and status.valid,
        is_trusted=status.trusted,
        covers_file=status.coverage is SignatureCoverageLevel.ENTIRE_FILE,
        is_change_allowed=bool(status.docmdp_ok)
        and status.coverage
        in {SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION},
    )


def _finish(work: Coroutine[Any, Any, T]) -> T:
    """Run what never waits: without fetching there is no I/O, and the jail allows no event loop."""
    try:
        work.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    work.close()
    raise ValueError("the validation wanted to wait for something")
