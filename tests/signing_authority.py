"""A certification authority for tests: keys, certificates and lists, as a ministry gets them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    pkcs12,
)
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)
KEYS = [ec.generate_private_key(ec.SECP256R1()) for _ in range(5)]
"""The authority's own, then those of its people."""


def named(common: str, organisation: str = "Entidad de Certificación") -> x509.Name:
    """Return a subject of a certificate."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


@dataclass
class Authority:
    """A small accredited authority, with the names of those for whom it makes certificates."""

    names: Sequence[str]
    now: datetime
    name: str = "AC Raíz"
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: KEYS[0])
    revoked: dict[int, datetime] = field(default_factory=dict)

    @property
    def certificate(self) -> x509.Certificate:
        """Its own certificate."""
        return self._built(
            named(self.name), self.key, self.now - 900 * DAY, self.now + 4000 * DAY, ca=True
        )

    def issue(
        self,
        place: int,
        *,
        common: str = "",
        key: ec.EllipticCurvePrivateKey | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
        signs: bool = True,
    ) -> x509.Certificate:
        """Return a certificate for the person of that place, from 0."""
        subject = named(common or self.names[place], "Institución")
        return self._built(
            subject,
            key or KEYS[place + 1],
            start or self.now - 100 * DAY,
            end or self.now + 700 * DAY,
            serial=place + 10,
            signs=signs,
        )

    def crl(self, *, since: timedelta = DAY, lasting: timedelta = 400 * DAY) -> bytes:
        """Return its revocation list, DER."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(named(self.name))
            .last_update(self.now - since)
            .next_update(self.now - since + lasting)
            .add_extension(x509.CRLNumber(1), critical=False)
        )
        for serial, moment in self.revoked.items():
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder()
                .serial_number(serial)
                .revocation_date(moment)
                .build()
            )
        return builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def _built(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        start: datetime,
        end: datetime,
        *,
        serial: int = 1,
        ca: bool = False,
        signs: bool = True,
    ) -> x509.Certificate:
        usage = x509.KeyUsage(
            digital_signature=signs and not ca, content_commitment=signs and not ca,
            key_encipherment=not signs, data_encipherment=False, key_agreement=False,
            key_cert_sign=ca, crl_sign=ca, encipher_only=False, decipher_only=False,
        )  # fmt: skip
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(named(self.name))
            .public_key(key.public_key())
            .serial_number(serial)
            .not_valid_before(start)
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .sign(self.key, hashes.SHA256())
        )


def key_file(
    key: ec.EllipticCurvePrivateKey,
    certificate: x509.Certificate,
    chain: Sequence[x509.Certificate],
    *,
    password: str,
) -> bytes:
    """Return a PKCS#12 file."""
    return pkcs12.serialize_key_and_certificates(
        b"k", key, certificate, chain, BestAvailableEncryption(password.encode())
    )
