"""The self-made authority of the demonstration."""

import stat
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12

from review_service.adapters.demonstration_authority import (
    demonstration_keys,
    known_authorities,
)
from tests.agreement_samples import make_snapshot

MINISTRIES = make_snapshot().ministries


def make_keys(folder: Path) -> bytes:
    return demonstration_keys(folder, ministries=MINISTRIES).authority


def test_asking_again_gives_the_same_keys(tmp_path: Path) -> None:
    first = demonstration_keys(tmp_path, ministries=MINISTRIES)
    again = demonstration_keys(tmp_path, ministries=MINISTRIES)
    assert first == again


def test_processes_that_start_together_end_with_the_same_keys(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4) as pool:
        made = list(pool.map(make_keys, [tmp_path / "keys"] * 8))
    assert len(set(made)) == 1
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["authority-MPCEI-MDT"]


def test_only_the_owner_may_read_the_files(tmp_path: Path) -> None:
    home = demonstration_keys(tmp_path, ministries=MINISTRIES).pkcs12_files[0].parent
    assert {stat.S_IMODE(path.stat().st_mode) for path in home.iterdir()} == {0o400}
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_each_ministry_has_its_own_curve_key_and_the_authority_has_none(tmp_path: Path) -> None:
    keys = demonstration_keys(tmp_path, ministries=MINISTRIES)
    loaded = [
        pkcs12.load_key_and_certificates(path.read_bytes(), keys.password.encode())
        for path in keys.pkcs12_files
    ]
    numbers = set()
    for key, certificate, chain in loaded:
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        assert isinstance(key.curve, ec.SECP256R1)
        assert certificate is not None
        certificate.verify_directly_issued_by(chain[0])
        numbers.add(key.private_numbers().private_value)
    assert len(numbers) == len(MINISTRIES) == 2
    files = {path.name for path in keys.pkcs12_files[0].parent.iterdir()}
    assert files == {
        "authority.der", "ministry-1.p12", "ministry-2.p12", "password", "revoked.crl"
    }  # fmt: skip


def test_the_revocation_list_is_the_authoritys_and_lasts_as_long_as_the_certificates(
    tmp_path: Path,
) -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    keys = demonstration_keys(tmp_path, ministries=MINISTRIES, now=now)
    authority = x509.load_der_x509_certificate(keys.authority)
    revoked = x509.load_der_x509_crl(keys.revocation_list)
    public = authority.public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey)
    assert revoked.is_signature_valid(public)
    assert revoked.next_update_utc == authority.not_valid_after_utc
    assert authority.not_valid_after_utc > now + timedelta(days=365 * 9)


def test_the_names_say_that_it_is_a_demonstration(tmp_path: Path) -> None:
    keys = demonstration_keys(tmp_path, ministries=MINISTRIES)
    assert (
        "SIN VALIDEZ LEGAL"
        in x509.load_der_x509_certificate(keys.authority).subject.rfc4514_string()
    )


def test_the_password_never_shows(tmp_path: Path) -> None:
    keys = demonstration_keys(tmp_path, ministries=MINISTRIES)
    assert keys.password not in repr(keys)


def test_a_folder_that_cannot_be_written_is_an_error_of_the_system(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError, match="file"):
        demonstration_keys(tmp_path / "file", ministries=MINISTRIES)


def test_whoever_checks_finds_every_authority_and_makes_none(tmp_path: Path) -> None:
    assert known_authorities(tmp_path / "nothing") == ()
    both = demonstration_keys(tmp_path, ministries=MINISTRIES)
    one = demonstration_keys(tmp_path, ministries=MINISTRIES[:1])
    assert set(known_authorities(tmp_path)) == {both.authority, one.authority}
