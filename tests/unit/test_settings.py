"""Settings: read once from the environment, loud about what is missing, silent about secrets."""

from pathlib import Path

import pytest

from review_service.domain.errors import SettingsError
from review_service.domain.pending_decisions import DecisionPolicy
from review_service.domain.protection import AntivirusMode
from review_service.settings import RENAMED, MailSecurity, Settings, StoreKind

LEAST = {"SECRET_KEY": "s" * 32, "VERIFICATION_KEY": "v" * 32}
S3 = {
    "FILE_STORE": "s3",
    "S3_ENDPOINT": "minio:9000",
    "S3_ACCESS_KEY": "service",
    "S3_SECRET_KEY": "a long secret of the store",
}


def read(**env: str) -> Settings:
    return Settings.from_env({**LEAST, **env})


def test_two_secrets_are_enough_to_begin_with() -> None:
    settings = read(DATA_DIR="/data")
    assert settings.database_url == "sqlite:////data/review.db"
    assert settings.redis_url == "redis://127.0.0.1:6379/0"
    assert settings.public_url == "http://localhost:8000"
    assert settings.public_host == "localhost:8000"
    assert settings.store is StoreKind.LOCAL
    assert settings.s3 is None
    assert settings.mail.security is MailSecurity.NONE
    assert settings.signing.folder == Path("/data/signing")
    assert settings.work.max_attempts == 3
    assert not settings.demonstration
    assert not settings.demo_page
    assert not settings.is_https


@pytest.mark.parametrize("missing", sorted(LEAST))
def test_a_missing_secret_is_named(missing: str) -> None:
    env = {name: value for name, value in LEAST.items() if name != missing}
    with pytest.raises(SettingsError, match=f"falta {missing} .o {missing}_FILE"):
        Settings.from_env(env)


@pytest.mark.parametrize("length", [32, 33])
def test_a_long_secret_is_taken(length: int) -> None:
    assert len(read(SECRET_KEY="x" * length).secret_key) == length


@pytest.mark.parametrize("secret", ["x" * 31, "changeme"])
def test_a_short_or_sample_secret_is_refused(secret: str) -> None:
    with pytest.raises(SettingsError, match="SECRET_KEY debe ser una clave"):
        read(SECRET_KEY=secret)


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("f" * 40 + "\n")
    assert read(SECRET_KEY_FILE=str(file)).secret_key == "f" * 40
    with pytest.raises(SettingsError, match="SECRET_KEY_FILE: no se puede leer"):
        read(SECRET_KEY_FILE=str(tmp_path / "nothing"))


def test_an_empty_file_is_a_missing_value(tmp_path: Path) -> None:
    file = tmp_path / "empty"
    file.write_text("\n")
    with pytest.raises(SettingsError, match="falta S3_ENDPOINT"):
        read(**{**S3, "S3_ENDPOINT": "", "S3_ENDPOINT_FILE": str(file)})


def test_no_secret_shows_when_settings_are_printed() -> None:
    settings = read(
        **S3,
        SECRET_KEY="hidden-" * 6,
        VERIFICATION_KEY="concealed-" * 4,
        AUDIT_SEAL_KEY="sealed-with-" * 4,
        DATABASE_URL="postgresql://u:dbpass@h/d",
        REDIS_URL="redis://:bellpass@h/0",
        SMTP_PASSWORD="mailpass",
        SIGNING_PKCS12="/keys/one.p12",
        SIGNING_PASSWORDS="pinpass",
    )
    shown = repr(settings)
    for secret in (
        "hidden",
        "concealed",
        "dbpass",
        "bellpass",
        "mailpass",
        "pinpass",
        "a long",
        "sealed-",
    ):
        assert secret not in shown


def test_the_store_of_s3_needs_its_account() -> None:
    settings = read(**S3)
    assert settings.s3 is not None
    assert settings.s3.secure
    assert settings.s3.bucket == "review-service"
    for missing in ("S3_ENDPOINT", "S3_ACCESS_KEY", "S3_SECRET_KEY"):
        with pytest.raises(SettingsError, match=missing):
            read(**{**S3, missing: ""})
    with pytest.raises(SettingsError, match="valor de ejemplo"):
        read(**{**S3, "S3_SECRET_KEY": "minioadmin"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FILE_STORE", "ftp"),
        ("PUBLIC_URL", "rum.gob.ec"),
        ("PUBLIC_URL", "https://rum.gob.ec/path"),
        ("PUBLIC_URL", "javascript://x"),
        ("TRUSTED_PROXIES", "-1"),
        ("TRUSTED_PROXIES", "²"),
        ("SMTP_PORT", "smtp"),
        ("SMTP_SECURITY", "ssl"),
        ("PUBLIC_URL", "https://rum.gob.ec?x=1"),
        ("PUBLIC_URL", "https://rum.gob.ec#x"),
        ("PUBLIC_URL", "https://user:word@rum.gob.ec"),
        ("PUBLIC_URL", "https://rum.gob.ec\nX"),
        ("PUBLIC_URL", "https://rum .gob.ec"),
        ("SMTP_TIMEOUT_SECONDS", "0"),
        ("SMTP_TIMEOUT_SECONDS", "nan"),
        ("LEASE_SECONDS", "0"),
        ("LEASE_SECONDS", "ten"),
        ("RECONCILE_SECONDS", "0"),
        ("RECONCILE_SECONDS", "soon"),
        ("MAX_ATTEMPTS", "0"),
        ("PHOTO_MAX_BYTES", "0"),
        ("DEMONSTRATION", "maybe"),
        ("SIGNING_PASSWORDS", "one for no key"),
    ],
)
def test_a_wrong_value_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read(**{name: value})


@pytest.mark.parametrize(
    ("text", "value"), [("1", True), ("true", True), ("YES", True), ("0", False), ("no", False)]
)
def test_a_switch_has_several_spellings(text: str, *, value: bool) -> None:
    assert read(DEMONSTRATION=text).demonstration is value


def test_the_limits_and_clocks_can_be_set() -> None:
    settings = read(PHOTO_MAX_BYTES="7", EVIDENCE_MAX_PAGES="2", LEASE_SECONDS="3")
    assert settings.limits.photo_bytes == 7
    assert settings.limits.evidence_pages == 2
    assert settings.work.lease_seconds == 3


def test_an_https_address_makes_cookies_strict() -> None:
    settings = read(PUBLIC_URL="https://rum.gob.ec/")
    assert settings.is_https
    assert settings.public_url == "https://rum.gob.ec"
    assert settings.public_host == "rum.gob.ec"


def test_two_keys_need_two_passwords() -> None:
    signing = read(SIGNING_PKCS12="/keys/a.p12:/keys/b.p12", SIGNING_PASSWORDS="1\n2").signing
    assert signing.pkcs12_files == (Path("/keys/a.p12"), Path("/keys/b.p12"))
    assert signing.passwords == ("1", "2")


def test_a_process_that_signs_nothing_needs_no_passwords() -> None:
    signing = read(SIGNING_PKCS12="/keys/a.p12:/keys/b.p12").signing
    assert len(signing.pkcs12_files) == 2
    assert signing.passwords == ()


def test_the_certificates_of_the_store_are_a_setting() -> None:
    settings = read(**S3, SSL_CERT_FILE="/etc/store.pem")
    assert settings.s3 is not None
    assert settings.s3.certificates == Path("/etc/store.pem")


@pytest.mark.parametrize("old", sorted(RENAMED))
def test_a_former_name_is_refused_with_the_new_one(old: str) -> None:
    with pytest.raises(SettingsError, match=f"{old} ahora se llama {RENAMED[old]}"):
        read(**{old: "1"})


def test_without_a_word_there_is_no_antivirus() -> None:
    settings = read()
    assert settings.antivirus is AntivirusMode.OFF
    assert settings.scanner is None


def test_a_required_antivirus_is_reached_by_socket_or_by_host() -> None:
    local = read(ANTIVIRUS="required", CLAMD_SOCKET="/run/clamd.sock").scanner
    assert local is not None
    assert local.socket == Path("/run/clamd.sock")
    remote = read(ANTIVIRUS="required", CLAMD_HOST="clamd", CLAMD_PORT="3311").scanner
    assert remote is not None
    assert (remote.socket, remote.host, remote.port) == (None, "clamd", 3311)


@pytest.mark.parametrize("where", [{}, {"CLAMD_SOCKET": "/run/a", "CLAMD_HOST": "clamd"}])
def test_a_required_antivirus_without_one_place_stops_the_start(where: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="CLAMD_SOCKET o CLAMD_HOST"):
        read(ANTIVIRUS="required", **where)


def test_another_word_for_the_antivirus_is_refused() -> None:
    with pytest.raises(SettingsError, match="ANTIVIRUS puede ser off o required"):
        read(ANTIVIRUS="best-effort", CLAMD_HOST="clamd")


def test_seals_go_to_the_folder_and_the_addresses_that_are_named() -> None:
    seals = read().seals
    assert (seals.secret, seals.recipients) == (None, ())
    assert seals.folder == read().data_dir / "audit"
    seals = read(AUDIT_SEAL_FOLDER="/keep/here", AUDIT_SEAL_MAIL="a@b.example, c@d.example").seals
    assert str(seals.folder) == "/keep/here"
    assert seals.recipients == ("a@b.example", "c@d.example")
    with pytest.raises(SettingsError, match="AUDIT_SEAL_MAIL: «nadie» no es"):
        read(AUDIT_SEAL_MAIL="nadie")
    with pytest.raises(SettingsError, match="AUDIT_SEAL_KEY debe ser una clave"):
        read(AUDIT_SEAL_KEY="short")


@pytest.mark.parametrize(
    "wrong",
    ["https://antes.example", "antes.example/v", "a b", "x@antes.example", "antes:port", "[", ":8"],
)
def test_a_former_host_is_a_bare_host(wrong: str) -> None:
    with pytest.raises(SettingsError, match="FORMER_HOSTS"):
        read(FORMER_HOSTS=f"otro.example,{wrong}")


def test_papers_carry_the_host_of_today_or_a_former_one() -> None:
    assert read().printed_hosts == ("localhost:8000",)
    settings = read(FORMER_HOSTS=" antes.example:8443, muy-antes.example ,")
    assert settings.printed_hosts == ("localhost:8000", "antes.example:8443", "muy-antes.example")


def test_approving_stops_at_unseen_pages_unless_an_installation_says_otherwise() -> None:
    assert read().unseen_pages == "stop"
    assert read().decisions.stops_unseen is True
    assert read(UNSEEN_PAGES="tell").unseen_pages == "tell"
    assert read(UNSEEN_PAGES="tell").decisions.stops_unseen is False
    with pytest.raises(SettingsError, match="UNSEEN_PAGES puede ser stop o tell"):
        read(UNSEEN_PAGES="no")


def test_a_decision_can_be_undone_for_a_minute_but_in_a_demonstration() -> None:
    assert read().decisions == DecisionPolicy(undo_seconds=60, four_eyes=False, stops_unseen=True)
    assert read(DEMONSTRATION="1").decisions.is_at_once
    assert read(DEMONSTRATION="1", UNDO_SECONDS="5").decisions.undo_seconds == 5
    assert not read(UNDO_SECONDS="0", FOUR_EYES="1").decisions.is_at_once
    with pytest.raises(SettingsError, match="UNDO_SECONDS"):
        read(UNDO_SECONDS="a minute")


def test_a_one_time_code_is_fresh_for_a_quarter_of_an_hour() -> None:
    assert read().fresh_factor_minutes == 15
    with pytest.raises(SettingsError, match="FRESH_FACTOR_MINUTES"):
        read(FRESH_FACTOR_MINUTES="0")


def test_originals_come_from_the_pages_own_host_unless_another_is_named() -> None:
    assert read().files_host == ""
    settings = read(PUBLIC_URL="https://registro.example", FILES_HOST="archivos.example:8443")
    assert settings.files_host == "archivos.example:8443"
    plain = read(PUBLIC_URL="https://registro.example", FILES_HOST="archivos.example:443")
    assert plain.files_host == "archivos.example", "browsers leave the usual port out"


@pytest.mark.parametrize(
    "wrong",
    ["registro.example", "registro.example:81", "a.registro.example", "example", "a.b, c.d", "x/y"],
)
def test_the_host_of_originals_shares_nothing_with_that_of_the_pages(wrong: str) -> None:
    with pytest.raises(SettingsError, match="FILES_HOST"):
        read(PUBLIC_URL="https://registro.example", FILES_HOST=wrong)
