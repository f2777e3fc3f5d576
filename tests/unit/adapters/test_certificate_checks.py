"""Keys that must not sign: each is refused by name, with what to do."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
)

from review_service.adapters.demonstration_authority import demonstration_keys
from review_service.adapters.installed_keys import InstalledKeys
from review_service.adapters.pdf_signer import PdfSigner, load_key
from review_service.domain.errors import SigningError
from review_service.domain.issued_documents import Ministry
from review_service.settings import SigningSettings
from tests.agreement_samples import make_snapshot
from tests.signing_authority import KEYS, Authority, key_file

NOW = datetime(2026, 11, 26, 15, tzinfo=UTC)
DAY = timedelta(days=1)
MINISTRIES = (
    Ministry(
        name="Ministerio de Producción, Comercio Exterior e Inversiones",
        acronym="MPCEI",
        signatory_name="Rosa Andrade Páez",
        signatory_title="Ministra",
    ),
    Ministry(
        name="Ministerio del Trabajo",
        acronym="MDT",
        signatory_name="Luis Quilumba",
        signatory_title="Ministro",
    ),
)
SNAPSHOT = make_snapshot(ministries=MINISTRIES)
NAMES = ("ROSA MARÍA ANDRADE PAEZ", "Luis Quilumba")


@dataclass(kw_only=True)
class Office:
    """Files of an installation, as an operator would lay them out."""

    folder: Path
    authority: Authority = field(default_factory=lambda: Authority(names=NAMES, now=NOW))
    passwords: tuple[str, ...] = ("one", "two")

    def settings(self) -> SigningSettings:
        return SigningSettings(
            folder=self.folder / "none",
            pkcs12_files=(self.folder / "1.p12", self.folder / "2.p12"),
            passwords=self.passwords,
            revocation_lists=(self.folder / "revoked.crl",),
            authorities=(self.folder / "root.der",),
        )

    def write(self) -> None:
        for place in range(2):
            self.put(place, self.authority.issue(place))
        self.put_list(self.authority.crl())
        root = self.authority.certificate.public_bytes(Encoding.DER)
        (self.folder / "root.der").write_bytes(root)

    def put(
        self,
        place: int,
        certificate: x509.Certificate,
        key: ec.EllipticCurvePrivateKey | None = None,
    ) -> None:
        (self.folder / f"{place + 1}.p12").write_bytes(
            key_file(
                key or KEYS[place + 1],
                certificate,
                [self.authority.certificate],
                password=self.passwords[place],
            )
        )

    def put_list(self, der: bytes) -> None:
        (self.folder / "revoked.crl").write_bytes(der)

    def signer(self) -> PdfSigner:
        settings = self.settings()
        return PdfSigner(
            [
                load_key(path, password=password)
                for path, password in zip(settings.pkcs12_files, settings.passwords, strict=True)
            ],
            revocation_lists=[path.read_bytes() for path in settings.revocation_lists],
            authorities=[path.read_bytes() for path in settings.authorities],
            now=lambda: NOW,
        )

    def objections(self) -> list[str]:
        return [objection.sentence for objection in self.signer().objections(SNAPSHOT)]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(folder=tmp_path)
    made.write()
    return made


def test_good_keys_may_sign(office: Office) -> None:
    assert office.objections() == []
    state = office.signer().state(MINISTRIES)
    assert (state.problems, state.endings, state.demonstration) == ((), (), False)


def revoke(office: Office) -> None:
    office.authority.revoked = {11: NOW - 3 * DAY}
    office.put_list(office.authority.crl())


def age_list(office: Office) -> None:
    office.put_list(office.authority.crl(since=393 * DAY, lasting=30 * DAY))


def other_list(office: Office) -> None:
    office.put_list(Authority(name="AC Otra", key=KEYS[3], names=NAMES, now=NOW).crl())


def forged_list(office: Office) -> None:
    office.put_list(replace(office.authority, key=KEYS[3]).crl())


def swap(office: Office) -> None:
    first, second = (office.folder / f"{place}.p12" for place in (1, 2))
    contents = first.read_bytes(), second.read_bytes()
    second.write_bytes(contents[0])
    first.write_bytes(contents[1])
    office.passwords = ("two", "one")


def name_nobody(office: Office) -> None:
    office.put(1, office.authority.issue(1, common="Ana Otra Persona"))


def same_key(office: Office) -> None:
    office.put(1, office.authority.issue(1, key=KEYS[1]), KEYS[1])


def expire(office: Office) -> None:
    office.put(0, office.authority.issue(0, end=NOW - DAY))


def too_early(office: Office) -> None:
    office.put(0, office.authority.issue(0, start=NOW + DAY))


def no_signing(office: Office) -> None:
    office.put(0, office.authority.issue(0, signs=False))


def stranger(office: Office) -> None:
    other = Authority(name="AC Otra", key=KEYS[3], names=NAMES, now=NOW)
    (office.folder / "root.der").write_bytes(other.certificate.public_bytes(Encoding.DER))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (revoke, ["(MDT) está revocado desde el 23 de noviembre de 2026"]),
        (age_list, ["La lista de revocación de «AC Raíz» terminó el 28 de noviembre de 2025"]),
        (other_list, ["(MPCEI) no se puede comprobar: falta", "(MDT) no se puede comprobar"]),
        (forged_list, ["(MPCEI) no se puede comprobar", "(MDT) no se puede comprobar"]),
        (swap, ["(MPCEI) está en el lugar de otro ministerio: nombra a MDT",
                "(MDT) está en el lugar de otro ministerio: nombra a MPCEI"]),
        (name_nobody, ["(MDT) no nombra al ministerio ni a quien firma"]),
        (same_key, ["está dos veces en SIGNING_PKCS12"]),
        (expire, ["(MPCEI) terminó el 25 de noviembre de 2026"]),
        (too_early, ["(MPCEI) vale solo desde el 27 de noviembre de 2026"]),
        (no_signing, ["(MPCEI) no es para firmar"]),
        (stranger, ["(MPCEI) no viene de una autoridad", "(MDT) no viene de una autoridad"]),
    ],
)  # fmt: skip
def test_keys_that_must_not_sign_are_refused_by_name(
    office: Office, spoil: Callable[[Office], None], said: list[str]
) -> None:
    spoil(office)
    found = office.objections()
    assert len(found) == len(said), found
    for sentence, part in zip(found, said, strict=True):
        assert part in sentence
    assert all(objection.waits for objection in office.signer().objections(SNAPSHOT))
    assert list(office.signer().state(MINISTRIES).problems) == found


def test_the_key_of_one_ministry_with_the_certificate_of_the_other_is_no_pair(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    # cryptography writes no such file; other programs do.
    mixed = (KEYS[2], office.authority.issue(0), [office.authority.certificate])
    monkeypatch.setattr(
        "review_service.adapters.pdf_signer.pkcs12.load_key_and_certificates", lambda *_: mixed
    )
    with pytest.raises(SigningError, match=r"certificado de 1\.p12 no son pareja") as caught:
        office.signer()
    assert caught.value.retryable


def test_keys_of_too_few_ministries_are_counted(office: Office) -> None:
    one = make_snapshot(ministries=MINISTRIES[:1])
    (objection,) = office.signer().objections(one)
    assert "2 claves para 1 ministerios" in objection.sentence


def test_what_ends_within_sixty_days_is_told_and_still_signs(office: Office) -> None:
    office.put(0, office.authority.issue(0, end=NOW + 59 * DAY))
    office.put(1, office.authority.issue(1, end=NOW + 61 * DAY))
    office.put_list(office.authority.crl(lasting=8 * DAY))
    assert office.objections() == []
    first, second = office.signer().state(MINISTRIES).endings
    assert first.startswith("La lista de revocación de «AC Raíz» termina el 3 de diciembre de 2026")
    assert second.startswith(f"El certificado de «{NAMES[0]}» termina el 24 de enero de 2027")


def test_a_self_made_authority_is_known_by_its_certificates(tmp_path: Path, office: Office) -> None:
    keys = demonstration_keys(tmp_path / "demo", ministries=MINISTRIES)
    assert keys.signer().is_demonstration(SNAPSHOT)
    assert keys.signer().objections(SNAPSHOT) == []
    moved = SigningSettings(
        folder=tmp_path / "none",
        pkcs12_files=keys.pkcs12_files,
        passwords=(keys.password, keys.password),
        revocation_lists=(),
        authorities=(),
    )
    assert InstalledKeys(moved).is_demonstration(SNAPSHOT)
    assert not office.signer().is_demonstration(SNAPSHOT)


def test_a_certificate_that_vouches_for_itself_is_a_demonstration(office: Office) -> None:
    own = Authority(name=NAMES[1], key=KEYS[2], names=NAMES, now=NOW)
    office.put(1, own.certificate)
    assert office.signer().is_demonstration(SNAPSHOT)


# --- files that come and go ---


def test_missing_and_wrong_files_stand_still_and_go_on_by_themselves(office: Office) -> None:
    file = office.folder / "2.p12"
    kept = file.read_bytes()
    file.unlink()
    keys = InstalledKeys(office.settings(), now=lambda: NOW)
    (objection,) = keys.objections(SNAPSHOT)
    assert "El archivo de clave 2.p12 no se puede leer" in objection.sentence
    assert objection.waits
    assert keys.state(MINISTRIES).problems == (objection.sentence,)
    with pytest.raises(SigningError, match=r"2\.p12"):
        keys.sign(b"%PDF", snapshot=SNAPSHOT)
    file.write_bytes(kept)
    assert keys.objections(SNAPSHOT) == []


def test_a_wrong_password_is_tried_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []

    def counted(file: Path, *, password: str) -> object:
        opened.append(file)
        return load_key(file, password=password)

    monkeypatch.setattr("review_service.adapters.pdf_signer.load_key", counted)
    office.passwords = ("one", "wrong")
    keys = InstalledKeys(office.settings(), now=lambda: NOW)
    for _ in range(3):
        (objection,) = keys.objections(SNAPSHOT)
        assert "2.p12 no se abre: su contraseña no es la de" in objection.sentence
    assert len(opened) == 2


@pytest.mark.parametrize("name", ["revoked.crl", "root.der"])
def test_a_list_or_an_authority_that_is_none_is_said(office: Office, name: str) -> None:
    (office.folder / name).write_bytes(b"-----BEGIN X509 CRL-----")
    (objection,) = InstalledKeys(office.settings(), now=lambda: NOW).objections(SNAPSHOT)
    assert "SIGNING_REVOCATION_LISTS o SIGNING_AUTHORITIES" in objection.sentence


def test_a_process_without_the_passwords_says_so(office: Office) -> None:
    office.passwords = ()
    (objection,) = InstalledKeys(office.settings(), now=lambda: NOW).objections(SNAPSHOT)
    assert "SIGNING_PASSWORDS tiene 0 claves para 2 archivos" in objection.sentence
