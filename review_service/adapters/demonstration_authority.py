"""A certificate authority (CA) for demonstrations, with one key per ministry."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from review_service.adapters.certificate_checks import DEMONSTRATION_MARK
from review_service.adapters.pdf_signer import PdfSigner
from review_service.domain.issued_documents import Ministry

LIFETIME: Final = timedelta(days=3653)
"""Ten years: longer than any agreement is valid."""

_CLOCK_SLACK: Final = timedelta(days=1)

_OWNER_READS: Final = 0o400


@dataclass(frozen=True, slots=True, kw_only=True)
class DemonstrationKeys:
    """Paths of the files of one demonstration authority."""

    pkcs12_files: tuple[Path, ...]
    password: str = field(repr=False)
    authority: bytes
    """The CA's certificate, DER, which a verifier must trust."""
    revocation_list: bytes
    """Empty CRL, DER, valid as long as the certificates."""

    def signer(self) -> PdfSigner:
        """Return a signer that holds these keys in memory."""
        return PdfSigner.from_pkcs12(
            self.pkcs12_files,
            [self.password] * len(self.pkcs12_files),
            revocation_lists=[self.revocation_list],
            authorities=[self.authority],
        )


def demonstration_keys(
    folder: Path, *, ministries: Sequence[Ministry], now: datetime | None = None
) -> DemonstrationKeys:
    """Return the authority stored in the folder for these ministries; make it if there is none.

    The files appear all at once, so two processes that start together end with the same keys. The
    CA's own key is never written: nobody can issue a further certificate.
    """
    home = folder / "-".join(["authority", *(ministry.acronym for ministry in ministries)])
    if not home.is_dir():
        _publish(home, ministries, now or datetime.now(UTC))
    files = [home / f"ministry-{place}.p12" for place in range(1, len(ministries) + 1)]
    return DemonstrationKeys(
        pkcs12_files=tuple(files),
        password=(home / "password").read_text(encoding="ascii"),
        authority=(home / "authority.der").read_bytes(),
        revocation_list=(home / "revoked.crl").read_bytes(),
    )


def known_authorities(folder: Path) -> tuple[bytes, ...]:
    """Return the certificates, DER, of the demonstration authorities that are in the folder.

    For those who check a signature: it needs no key and no password.
    """
    return tuple(path.read_bytes() for path in sorted(folder.glob("authority-*/authority.der")))


def _publish(home: Path, ministries: Sequence[Ministry], now: datetime) -> None:
    home.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=".making-", dir=home.parent))
    try:
        for name, content in _files(ministries, now).items():
            _write(making / name, content)
        making.rename(home)
    except OSError:
        # Another process published first: rename refuses a folder that is not empty.
        if not home.is_dir():
            raise
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_READS)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _files(ministries: Sequence[Ministry], now: datetime) -> dict[str, bytes]:
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority = _authority(authority_key, now)
    revoked = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.subject)
        .last_update(now - _CLOCK_SLACK)
        .next_update(now + LIFETIME)
        .add_extension(x509.CRLNumber(1), critical=False)
        .add_extension(_authority_identifier(authority_key), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    password = secrets.token_urlsafe(24)
    files = {
        "password": password.encode(),
        "authority.der": authority.public_bytes(Encoding.DER),
        "revoked.crl": revoked.public_bytes(Encoding.DER),
    }
    for place, ministry in enumerate(ministries, start=1):
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _certificate(ministry, key, authority, authority_key, now)
        files[f"ministry-{place}.p12"] = pkcs12.serialize_key_and_certificates(
            ministry.acronym.encode(),
            key,
            certificate,
            [authority],
            BestAvailableEncryption(password.encode()),
        )
    return files


def _authority(key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    name = _name(common="Autoridad de demostración", organisation=DEMONSTRATION_MARK)
    return (
        _dated(x509.CertificateBuilder(), now)
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(authority=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _certificate(
    ministry: Ministry,
    key: ec.EllipticCurvePrivateKey,
    authority: x509.Certificate,
    authority_key: ec.EllipticCurvePrivateKey,
    now: datetime,
) -> x509.Certificate:
    # 64 characters: the upper bound of both names in X.520.
    name = _name(
        common=f"{ministry.signatory_name[:48]} – {ministry.acronym[:13]}",
        organisation=f"{ministry.name[:48]} (demostración)"[:64],
    )
    return (
        _dated(x509.CertificateBuilder(), now)
        .subject_name(name)
        .issuer_name(authority.subject)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(_authority_identifier(authority_key), critical=False)
        .sign(authority_key, hashes.SHA256())
    )


def _authority_identifier(key: ec.EllipticCurvePrivateKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())


def _name(*, common: str, organisation: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "EC"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _dated(builder: x509.CertificateBuilder, now: datetime) -> x509.CertificateBuilder:
    return (
        builder.serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SLACK)
        .not_valid_after(now + LIFETIME)
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
