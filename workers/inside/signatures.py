"""Reads the signatures of a PDF that somebody shows as an Acuerdo: who signed, and what changed."""

import logging
import os
import zlib
from collections.abc import Coroutine, Iterator, Sequence
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

from workers.facts.signatures import (
    BROKEN,
    MAX_SIGNATURES,
    CopyCheck,
    SignatureCheck,
    to_header,
)
from workers.sandbox.wire import Frame

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

# Loaded late by the parser otherwise; the sandbox's walls stand before it would.
_LATE_IMPORTS: Final = tuple(
    import_module(name)
    for name in (
        "lxml.etree",
        "cryptography.hazmat.backends.openssl.backend",
        "pyhanko.pdf_utils.filters",
    )
)

T = TypeVar("T")


def check_signatures(
    pdf: bytes, *, authorities: Sequence[bytes] = (), at: datetime | None = None
) -> CopyCheck:
    """Check every signature of the file, without network.

    ``authorities`` are the certificates to trust, DER; revocation is read from the file itself.
    Certificates and revocation lists are judged at the moment ``at``, now without one.
    Parses the file: call it on files of strangers only inside the sandbox, through ``frames``.
    """
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=False)
        found = _signatures(reader)
        context = _context(reader, authorities, at)
    except _DAMAGE:
        return CopyCheck(count=0, is_readable=False)
    checks = tuple(_check(signature, context) for signature in found[:MAX_SIGNATURES])
    return CopyCheck(count=len(found), signatures=checks)


def frames(document: int, *, authorities: Sequence[str], at: str = "") -> Iterator[Frame]:
    """Check an open file inside the sandbox; ``authorities`` are DER in hexadecimal.

    ``at`` is the ISO text of a moment, or empty for now.

    Yields one frame; its header is what ``from_header`` reads.
    """
    pdf = os.pread(document, os.fstat(document).st_size, 0)
    trusted = [bytes.fromhex(der) for der in authorities]
    moment = datetime.fromisoformat(at) if at else None
    yield Frame(header=to_header(check_signatures(pdf, authorities=trusted, at=moment)))


def _context(
    reader: PdfFileReader, authorities: Sequence[bytes], at: datetime | None
) -> ValidationContext:
    settings: dict[str, Any] = {
        "trust_roots": [x509.Certificate.load(der) for der in authorities],
        "allow_fetching": False,
        "revocation_mode": "hard-fail",
    }
    if at is not None:
        settings["moment"] = at
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
        return BROKEN
    try:
        status = _finish(async_validate_pdf_signature(signature, signer_validation_context=context))
    except _DAMAGE:
        return BROKEN
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
    """Run what never waits: nothing is fetched, and the sandbox allows no event loop."""
    try:
        work.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    work.close()
    raise ValueError("the validation wanted to wait for something")
