"""Combinations with which no process starts: each is tried, and stands in the docs."""

import secrets
from pathlib import Path

import pytest

from review_service.bootstrap import Role, build
from review_service.domain.errors import SettingsError
from review_service.settings import Settings
from review_service.unsafe_settings import REFUSED, is_guessable, require_safe
from tests.factories import FORM_SECRET, SECRET

OPERATING = Path(__file__).parents[2] / "docs" / "operating.md"
DEMONSTRATION = {
    "SECRET_KEY": FORM_SECRET,
    "VERIFICATION_KEY": SECRET,
    "DEMONSTRATION": "1",
}
REAL = {
    "SECRET_KEY": FORM_SECRET,
    "VERIFICATION_KEY": SECRET,
    "SIGNING_PKCS12": "/keys/one.p12:/keys/two.p12",
    "PUBLIC_URL": "https://rum.gob.ec",
    "TRUSTED_PROXIES": "1",
}
S3 = {"FILE_STORE": "s3", "S3_ENDPOINT": "store:9000", "S3_ACCESS_KEY": "service"}


def settings_of(env: dict[str, str]) -> Settings:
    return Settings.from_env(env)


@pytest.mark.parametrize("env", [DEMONSTRATION, REAL])
def test_what_fits_together_starts(env: dict[str, str]) -> None:
    require_safe(settings_of(env))
    assert build(settings_of(env), Role.WORKER).settings == settings_of(env)


@pytest.mark.parametrize(
    "relay",
    [
        {"SMTP_HOST": "smtp.gob.ec", "SMTP_SECURITY": "starttls"},
        {"SMTP_HOST": "smtp.gob.ec", "SMTP_SECURITY": "tls"},
        {"SMTP_HOST": "mailpit"},
        {"SMTP_HOST": "10.0.0.4"},
        {},
    ],
)
def test_the_relay_s_password_may_travel_encrypted_or_in_the_own_network(
    relay: dict[str, str],
) -> None:
    require_safe(settings_of(DEMONSTRATION | {"SMTP_PASSWORD": "of the relay"} | relay))
    assert settings_of(DEMONSTRATION | relay).mail.password is None


@pytest.mark.parametrize(
    ("env", "said"),
    [
        (REAL | {"SIGNING_PKCS12": ""}, "necesita las claves de los ministerios"),
        (REAL | {"PUBLIC_URL": "http://localhost:8000"}, "la dirección https pública"),
        (
            DEMONSTRATION
            | {"DEMO_PAGE": "1", "PUBLIC_URL": "https://rum.gob.ec", "TRUSTED_PROXIES": "1"},
            "no publique el servicio en https://rum.gob.ec",
        ),
        (
            DEMONSTRATION | {"DEMO_PAGE": "1", "PUBLIC_URL": "http://8.8.8.8:8000"},
            "cuentas de ejemplo",
        ),
        (
            REAL | {"DEMO_PAGE": "1", "PUBLIC_URL": "https://rum.local"},
            "DEMO_PAGE muestra cuentas de ejemplo",
        ),
        (REAL | {"TRUSTED_PROXIES": "0"}, "TRUSTED_PROXIES"),
        (DEMONSTRATION | {"SECRET_KEY": "a" * 40}, "SECRET_KEY se puede adivinar"),
        (DEMONSTRATION | {"VERIFICATION_KEY": "0123456789" * 4}, "VERIFICATION_KEY se puede"),
        (DEMONSTRATION | {"SECRET_KEY": SECRET}, "SECRET_KEY y VERIFICATION_KEY son iguales"),
        (DEMONSTRATION | {"AUDIT_SEAL_KEY": "ab" * 20}, "AUDIT_SEAL_KEY se puede adivinar"),
        (
            DEMONSTRATION | {"AUDIT_SEAL_KEY": SECRET},
            "VERIFICATION_KEY y AUDIT_SEAL_KEY son iguales",
        ),
        (
            DEMONSTRATION | S3 | {"S3_SECRET_KEY": SECRET},
            "VERIFICATION_KEY y S3_SECRET_KEY son iguales",
        ),
        (DEMONSTRATION | {"REDIS_URL": "redis://:changeme@q/0"}, "REDIS_URL tiene un valor de ej"),
        (DEMONSTRATION | {"SMTP_PASSWORD": "password"}, "SMTP_PASSWORD tiene un valor de ejemplo"),
        (
            DEMONSTRATION | {"SMTP_PASSWORD": "of the relay", "SMTP_HOST": "smtp.gob.ec"},
            "SMTP_PASSWORD viajaría sin cifrar hasta smtp.gob.ec",
        ),
        (
            REAL | {"SIGNING_PASSWORDS": f"{FORM_SECRET}\nanother"},
            "SECRET_KEY y SIGNING_PASSWORDS son iguales",
        ),
    ],
)
def test_an_unsafe_combination_is_refused_with_one_sentence(env: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said) as caught:
        build(settings_of(env), Role.WEB)
    assert "\n" not in str(caught.value)
    assert FORM_SECRET not in str(caught.value)


HALF_LOGINS = {
    "SMTP_USER": "SMTP_USER dice como quién entrar al servidor de correo y falta SMTP_PASSWORD",
    "SMTP_PASSWORD": "SMTP_PASSWORD no sirve sin SMTP_USER",
}


@pytest.mark.parametrize(("name", "said"), HALF_LOGINS.items(), ids=HALF_LOGINS)
def test_who_mails_needs_the_whole_login_of_the_relay(name: str, said: str) -> None:
    settings = settings_of(DEMONSTRATION | {name: "registro"})
    with pytest.raises(SettingsError, match=said):
        build(settings, Role.WORKER)
    for role in set(Role) - {Role.WORKER}:
        build(settings, role)
    build(settings_of(DEMONSTRATION | {name: "registro", "LANES": "issue"}), Role.WORKER)
    whole = dict.fromkeys(HALF_LOGINS, "registro")
    build(settings_of(DEMONSTRATION | whole), Role.WORKER)


def refusal(env: dict[str, str]) -> str:
    """Return why settings are refused; empty where they fit together."""
    try:
        require_safe(settings_of(env))
    except SettingsError as error:
        return str(error)
    return ""


def test_two_keys_may_have_one_password() -> None:
    assert refusal(REAL | {"SIGNING_PASSWORDS": "the same\nthe same"}) == ""


@pytest.mark.parametrize("url", ["http://localhost:8000", "http://192.168.1.20", "http://pc.local"])
def test_the_demo_page_is_for_this_machine_and_its_neighbours(url: str) -> None:
    assert refusal(DEMONSTRATION | {"DEMO_PAGE": "1", "PUBLIC_URL": url}) == ""


@pytest.mark.parametrize(
    "secret",
    ["a" * 40, "ab" * 20, "changeme-" * 4 + "chan", "abcdefghijklmnopqrstuvwxyz012345", "a1b2" * 9],
)
def test_a_secret_that_follows_a_rule_can_be_guessed(secret: str) -> None:
    assert is_guessable(secret)


def test_random_secrets_of_any_alphabet_are_taken() -> None:
    digits = (str(secrets.randbelow(10**32)).zfill(32) for _ in range(200))
    made = [make(n) for make in (secrets.token_hex, secrets.token_urlsafe) for n in [24] * 200]
    assert not any(is_guessable(secret) for secret in [*made, *digits])


def test_the_operating_page_lists_exactly_these() -> None:
    text = OPERATING.read_text(encoding="utf-8")
    part = text.split("<!-- refused -->")[1]
    rows = [line.split("|") for line in part.splitlines() if line.startswith("|")][2:]
    assert [(row[1].strip(), row[2].strip()) for row in rows] == [
        (refused.when, refused.sentence.format(what="…")) for refused in REFUSED
    ]
