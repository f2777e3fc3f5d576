"""Signing the paper for both ministries."""

import logging
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.font.opentype import GlyphAccumulator
from pyhanko.pdf_utils.writer import PdfFileWriter

from review_service.adapters.agreement_pdf import WeasyPrintRenderer
from review_service.adapters.demonstration_authority import (
    DemonstrationKeys,
    demonstration_keys,
)
from review_service.adapters.pdf_signer import PaperFont, PdfSigner, load_key
from review_service.domain.errors import SigningError
from review_service.packaged_files import static_folder
from review_service.ports import AgreementRenderer, Signer
from tests.agreement_samples import MARKS, make_snapshot
from workers.inside.signatures import check_signatures

SNAPSHOT = make_snapshot()
FONT = static_folder() / "fonts" / "acuerdo-serif-regular.ttf"
NOW = datetime(2026, 11, 20, 23, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> DemonstrationKeys:
    return demonstration_keys(tmp_path_factory.mktemp("keys"), ministries=SNAPSHOT.ministries)


@pytest.fixture(scope="module")
def paper() -> bytes:
    return WeasyPrintRenderer().render(SNAPSHOT, marks=MARKS)


@pytest.fixture(scope="module")
def signed(paper: bytes, keys: DemonstrationKeys) -> bytes:
    return keys.signer().sign(paper, snapshot=SNAPSHOT)


def test_both_signatures_hold_and_the_last_covers_the_whole_file(
    signed: bytes, keys: DemonstrationKeys
) -> None:
    check = check_signatures(signed, authorities=[keys.authority])
    assert check.is_good
    assert [one.covers_file for one in check.signatures] == [False, True]
    assert [one.signer for one in check.signatures] == [
        "Autoridad de demostración 1 – MPCEI",
        "Autoridad de demostración 2 – MDT",
    ]


def test_the_font_of_a_signature_is_set_as_before_and_read_without_its_layout() -> None:
    """FontTools would read the tables of the layout anew at each signature, though none is kept."""
    empty = PdfFileWriter()  # type: ignore[no-untyped-call]
    engine = PaperFont().create_font_engine(empty)
    content = BytesIO(FONT.read_bytes())
    whole = GlyphAccumulator(writer=empty, font_handle=content, font_size=9)
    assert not {"GDEF", "GPOS", "GSUB"} & set(engine.tt.keys())
    assert {"GPOS", "GSUB"} <= set(whole.tt.keys())
    words = "AVÍCOLA Toapanta, oficial fiscal"
    assert engine.shape(words).graphics_ops == whole.shape(words).graphics_ops


def test_signing_only_appends(signed: bytes, paper: bytes) -> None:
    assert signed.startswith(paper)


def test_the_identifier_survives_signing(signed: bytes) -> None:
    with pikepdf.open(BytesIO(signed)) as document:
        assert bytes(document.trailer.ID[0]) == MARKS.file_identifier


def test_the_first_signature_certifies_and_the_last_allows_no_change(signed: bytes) -> None:
    with pikepdf.open(BytesIO(signed)) as document:
        first, last = (field.V for field in document.Root.AcroForm.Fields)
        assert document.Root.Perms.DocMDP.objgen == first.objgen
        assert first.Reference[0].TransformParams.P == 2
        assert last.Reference[0].TransformMethod == "/FieldMDP"
        assert document.Root.AcroForm.Fields[1].Lock.P == 1
        assert {str(one.SubFilter) for one in (first, last)} == {"/ETSI.CAdES.detached"}


def test_the_revocation_list_travels_inside(signed: bytes, keys: DemonstrationKeys) -> None:
    with pikepdf.open(BytesIO(signed)) as document:
        lists = [one.read_bytes() for one in document.Root.DSS.CRLs]
    assert lists == [keys.revocation_list]


def test_one_signer_signs_many(keys: DemonstrationKeys) -> None:
    signer: Signer = keys.signer()
    renderer: AgreementRenderer = WeasyPrintRenderer()
    for holder in ("Una Persona", "Otra Persona"):
        snapshot = make_snapshot(holder=holder)
        paper = renderer.render(snapshot, marks=MARKS)
        signed = signer.sign(paper, snapshot=snapshot)
        assert check_signatures(signed, authorities=[keys.authority]).is_good


def test_one_ministry_alone_certifies_and_closes_the_paper(
    tmp_path: Path,
) -> None:
    snapshot = make_snapshot(ministries=SNAPSHOT.ministries[:1])
    alone = demonstration_keys(tmp_path, ministries=snapshot.ministries)
    signed = alone.signer().sign(
        WeasyPrintRenderer().render(snapshot, marks=MARKS), snapshot=snapshot
    )
    check = check_signatures(signed, authorities=[alone.authority])
    assert check.is_good
    assert check.count == 1


def test_a_wrong_password_is_said_and_the_agreement_waits(keys: DemonstrationKeys) -> None:
    with pytest.raises(SigningError, match=r"ministry-2\.p12 no se abre: su contraseña") as caught:
        PdfSigner.from_pkcs12(keys.pkcs12_files, [keys.password, "wrong"])
    assert caught.value.retryable
    assert keys.password not in str(caught.value)


def test_a_missing_or_damaged_key_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "damaged.p12").write_bytes(b"0\x82nothing")
    for name in ("missing.p12", "damaged.p12"):
        with pytest.raises(SigningError, match=name) as caught:
            load_key(tmp_path / name, password="x")
        assert caught.value.retryable


def test_each_key_needs_its_password(keys: DemonstrationKeys) -> None:
    with pytest.raises(SigningError, match="1 claves para 2 archivos"):
        PdfSigner.from_pkcs12(keys.pkcs12_files, [keys.password])


def test_keys_and_ministries_must_be_as_many(paper: bytes, keys: DemonstrationKeys) -> None:
    signer = PdfSigner.from_pkcs12(keys.pkcs12_files[:1], [keys.password])
    with pytest.raises(SigningError, match="1 keys for 2 ministries"):
        signer.sign(paper, snapshot=SNAPSHOT)


@pytest.mark.parametrize("broken", [b"", b"%PDF-1.7", b"not a PDF"])
def test_what_is_no_paper_of_ours_is_not_signed(broken: bytes, keys: DemonstrationKeys) -> None:
    with pytest.raises(SigningError) as caught:
        keys.signer().sign(broken, snapshot=SNAPSHOT)
    assert caught.value.retryable is False


def test_a_paper_signed_before_is_not_signed_again(signed: bytes, keys: DemonstrationKeys) -> None:
    with pytest.raises(SigningError, match="0 empty fields"):
        keys.signer().sign(signed, snapshot=SNAPSHOT)


def pkcs12_of(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey, path: Path) -> Path:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Firmante de prueba")])
    algorithm = hashes.SHA256() if isinstance(key, rsa.RSAPrivateKey) else None
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=9000))
        .sign(key, algorithm)
    )
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"k", key, certificate, None, BestAvailableEncryption(b"x")
        )
    )
    return path


@pytest.mark.parametrize(("bits", "warned"), [(2048, True), (3072, False)])
def test_a_short_rsa_key_signs_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, *, bits: int, warned: bool
) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    file = pkcs12_of(key, tmp_path / "k.p12")
    with caplog.at_level(logging.WARNING):
        assert load_key(file, password="x").holder == "Firmante de prueba"
    assert ("signing_key_weak" in caplog.messages) is warned


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    file = pkcs12_of(ed25519.Ed25519PrivateKey.generate(), tmp_path / "k.p12")
    with pytest.raises(SigningError, match="no tiene una clave que pueda firmar"):
        load_key(file, password="x")
