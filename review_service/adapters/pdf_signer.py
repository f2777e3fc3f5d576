"""Signs agreements with pyHanko: PAdES baseline B, one signature per ministry."""

import logging
import textwrap
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Final, Self, TypeVar

from asn1crypto import crl as asn1_crl
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.font.api import FontEngineFactory
from pyhanko.pdf_utils.font.opentype import GlyphAccumulator
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import (
    AxisAlignment,
    InnerScaling,
    Margins,
    SimpleBoxLayoutRule,
)
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.text import TextBoxStyle
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.pdf_utils.xref import ObjectStream
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError as PyHankoSigningError
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.stamp import TextStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from review_service.adapters.certificate_checks import (
    MinistryKey,
    Trust,
    endings_of,
    is_demonstration,
    problems_of,
)
from review_service.domain.errors import SigningError
from review_service.domain.issued_documents import IssuedKind, IssuedSnapshot, Ministry
from review_service.domain.signing import Objection, SigningState
from review_service.domain.wording import clock, long_date
from review_service.packaged_files import static_folder

logger = logging.getLogger(__name__)

T = TypeVar("T", asn1_crl.CertificateList, asn1_x509.Certificate)

MIN_RSA_BITS: Final = 3072
"""Shorter RSA keys still sign, with a warning in the log. Source: ADR 0005."""

APPEARANCE_CHARACTERS: Final = 38
"""Longest line of the visible signature, in characters; its box is at most 76 mm wide."""

APPEARANCE_POINTS: Final = 9

LAYOUT_TABLES: Final = ("GDEF", "GPOS", "GSUB")
"""Tables that a text is set with from a copy of its own; embedded they never are. fontTools would
read them at each signature, which took half of its time."""


class PdfSigner:
    """A ``Signer`` that holds its keys in memory.

    The first signature certifies the paper, the last one closes it to any change.
    """

    def __init__(
        self,
        keys: Sequence[MinistryKey],
        *,
        revocation_lists: Sequence[bytes] = (),
        authorities: Sequence[bytes] = (),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Set the keys, and the certificates (DER) of the trusted authorities.

        ``revocation_lists`` are embedded so that checks need no network. Raises ``SigningError``
        for what is no list and no certificate.
        """
        self._keys = tuple(keys)
        self._now = now
        try:
            self._trust = Trust(
                authorities=[_loaded(asn1_x509.Certificate, der) for der in authorities],
                revocation_lists=[
                    _loaded(asn1_crl.CertificateList, der) for der in revocation_lists
                ],
            )
        except (ValueError, TypeError) as error:
            raise SigningError(
                "SIGNING_REVOCATION_LISTS o SIGNING_AUTHORITIES nombra un archivo que no es lo que "
                "debe ser (DER).",
                retryable=True,
            ) from error

    @classmethod
    def from_pkcs12(
        cls,
        files: Sequence[Path],
        passwords: Sequence[str],
        *,
        revocation_lists: Sequence[bytes] = (),
        authorities: Sequence[bytes] = (),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> Self:
        """Load one PKCS#12 file per ministry, in the order of the institution file.

        Raises ``SigningError``, retryable: the agreement waits until the keys are mended.
        """
        if len(files) != len(passwords):
            raise SigningError(
                f"SIGNING_PASSWORDS tiene {len(passwords)} claves para {len(files)} archivos de "
                "SIGNING_PKCS12: ponga una línea por archivo y reinicie el proceso.",
                retryable=True,
            )
        pairs = zip(files, passwords, strict=True)
        keys = [load_key(file, password=password) for file, password in pairs]
        return cls(keys, revocation_lists=revocation_lists, authorities=authorities, now=now)

    def objections(self, snapshot: IssuedSnapshot) -> Sequence[Objection]:
        """Return why these keys may not sign for the snapshot's ministries now."""
        keys = keys_for(self._keys, snapshot)
        found = problems_of(keys, self._trust, ministries=snapshot.ministries, moment=self._now())
        return [Objection(sentence=sentence, waits=True) for sentence in found]

    def is_demonstration(self, snapshot: IssuedSnapshot) -> bool:
        """Return whether any of its keys is of a demonstration authority."""
        return is_demonstration(keys_for(self._keys, snapshot))

    def state(self, ministries: Sequence[Ministry]) -> SigningState:
        """Return the state of the keys for these ministries now."""
        moment = self._now()
        return SigningState(
            problems=tuple(
                problems_of(self._keys, self._trust, ministries=ministries, moment=moment)
            ),
            endings=tuple(endings_of(self._keys, self._trust, moment=moment)),
            demonstration=is_demonstration(self._keys),
        )

    def sign(self, pdf: bytes, *, snapshot: IssuedSnapshot) -> bytes:
        """Return the PDF with one PAdES signature per ministry.

        Raises ``SigningError``, not retryable for a wrong PDF. Whether the keys may sign is asked
        before: see ``objections``.
        """
        moment = self._now()
        keys = keys_for(self._keys, snapshot)
        if len(keys) != len(snapshot.ministries):
            raise SigningError(
                f"{len(keys)} keys for {len(snapshot.ministries)} ministries", retryable=False
            )
        try:
            for index in range(len(keys)):
                pdf = self._sign_once(pdf, keys, index=index, snapshot=snapshot, moment=moment)
        except (PdfError, PyHankoSigningError, ValueError) as error:
            raise SigningError(f"could not sign: {error}", retryable=False) from error
        return pdf

    def _sign_once(
        self,
        pdf: bytes,
        keys: Sequence[MinistryKey],
        *,
        index: int,
        snapshot: IssuedSnapshot,
        moment: datetime,
    ) -> bytes:
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        names = [name for name, _, _ in enumerate_sig_fields(writer, filled_status=False)]
        key = keys[index]
        if len(names) != len(keys) - index:
            raise SigningError(f"the paper has {len(names)} empty fields", retryable=False)
        if index == 0:
            self._embed_revocation(writer, keys)
        metadata = signers.PdfSignatureMetadata(
            field_name=min(names),
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            reason=f"{snapshot.kind.label} {snapshot.number}",
            location=snapshot.place,
            name=key.holder,
            certify=index == 0,
            docmdp_permissions=_permissions(is_last=len(names) == 1),
        )
        signed = signers.PdfSigner(metadata, key.signer, stamp_style=_appearance()).sign_pdf(
            writer, existing_fields_only=True, appearance_text_params=_words(key.holder, moment)
        )
        return bytes(signed.getvalue())

    def _embed_revocation(
        self, writer: IncrementalPdfFileWriter, keys: Sequence[MinistryKey]
    ) -> None:
        """Add every chain and revocation list to the revision that the first signature covers."""
        certificates = [
            certificate
            for key in keys
            for certificate in (key.signer.signing_cert, *key.signer.cert_registry)
        ]
        DocumentSecurityStore.supply_dss_in_writer(
            writer, None, certs=certificates, crls=self._trust.revocation_lists
        )


def keys_for(keys: Sequence[MinistryKey], snapshot: IssuedSnapshot) -> Sequence[MinistryKey]:
    """Return the keys that sign the document: all, or for a certificate that of the first ministry.

    Keys stand in the order of the institution's ministries; whether each is in its place is asked
    by ``problems_of``.
    """
    return keys[:1] if snapshot.kind is IssuedKind.CERTIFICATE else keys


def load_key(file: Path, *, password: str) -> MinistryKey:
    """Read one PKCS#12 file. Raises ``SigningError``, retryable, with a Spanish sentence."""
    try:
        key, certificate, chain = pkcs12.load_key_and_certificates(
            file.read_bytes(), password.encode()
        )
    except OSError as error:
        raise _unusable(
            f"El archivo de clave {file.name} no se puede leer ({error.strerror}): póngalo donde "
            "dice SIGNING_PKCS12, legible para el proceso."
        ) from error
    except ValueError as error:
        raise _unusable(
            f"El archivo de clave {file.name} no se abre: su contraseña no es la de "
            "SIGNING_PASSWORDS, o está dañado."
        ) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise _unusable(f"El archivo {file.name} no tiene una clave que pueda firmar (EC o RSA).")
    if certificate is None or certificate.public_key() != key.public_key():
        raise _unusable(
            f"La clave y el certificado de {file.name} no son pareja: pida el archivo PKCS#12 "
            "completo a quien lo emitió."
        )
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size < MIN_RSA_BITS:
        logger.warning("signing_key_weak", extra={"key_bits": key.key_size})
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple(_to_asn1(link) for link in chain)
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return MinistryKey(
        holder=str(names[0].value) if names else certificate.subject.rfc4514_string(),
        not_after=certificate.not_valid_after_utc,
        signer=signers.SimpleSigner(
            signing_cert=_to_asn1(certificate),
            signing_key=_key_to_asn1(key),
            cert_registry=store,
        ),
    )


def _unusable(sentence: str) -> SigningError:
    return SigningError(sentence, retryable=True)


def _loaded(kind: type[T], der: bytes) -> T:
    """Parse DER without trailing bytes. Raises ``ValueError`` for anything else."""
    loaded: T = kind.load(der, strict=True)
    _ = loaded.native
    return loaded


def _to_asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def _key_to_asn1(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> asn1_keys.PrivateKeyInfo:
    plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return asn1_keys.PrivateKeyInfo.load(plain)


def _permissions(*, is_last: bool) -> MDPPerm:
    """Return the changes allowed after a signature: the next signature, and none after the last."""
    return MDPPerm.NO_CHANGES if is_last else MDPPerm.FILL_FORMS


def _words(holder: str, moment: datetime) -> dict[str, str]:
    return {
        "holder": "\n".join(textwrap.wrap(holder, APPEARANCE_CHARACTERS)),
        "moment": f"{long_date(moment)}, {clock(moment)}",
    }


def _appearance() -> TextStampStyle:
    """Return the visible signature: who signed and when, in the document's embedded font."""
    return TextStampStyle(
        border_width=0,
        background=None,
        stamp_text="Firmado electrónicamente por\n%(holder)s\n%(moment)s",
        text_box_style=TextBoxStyle(
            font=PaperFont(),
            font_size=APPEARANCE_POINTS,
            leading=11,
            box_layout_rule=SimpleBoxLayoutRule(
                x_align=AxisAlignment.ALIGN_MIN,
                y_align=AxisAlignment.ALIGN_MID,
                margins=Margins(left=0, right=0, top=0, bottom=0),
            ),
        ),
        inner_content_layout=SimpleBoxLayoutRule(
            x_align=AxisAlignment.ALIGN_MIN,
            y_align=AxisAlignment.ALIGN_MID,
            margins=Margins(left=0, right=2, top=2, bottom=2),
            inner_content_scaling=InnerScaling.SHRINK_TO_FIT,
        ),
    )


class PaperFont(FontEngineFactory):
    """The document's font, read into memory: pyHanko's own factory leaves its file open."""

    def create_font_engine(
        self, writer: BasePdfFileWriter, obj_stream: ObjectStream | None = None
    ) -> GlyphAccumulator:
        """Return an engine that embeds only the glyphs used."""
        font = static_folder() / "fonts" / "acuerdo-serif-regular.ttf"
        if obj_stream is None and writer.stream_xrefs:
            obj_stream = writer.prepare_object_stream()  # type: ignore[no-untyped-call]
        engine = GlyphAccumulator(
            writer=writer,
            font_handle=BytesIO(font.read_bytes()),
            font_size=APPEARANCE_POINTS,
            obj_stream=obj_stream,
        )
        for table in LAYOUT_TABLES:
            if table in engine.tt:
                del engine.tt[table]
        return engine
