"""Unsafe combinations of settings, refused at start; a test compares the table with the docs."""

import ipaddress
import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final
from urllib.parse import urlsplit

from review_service.domain.errors import SettingsError
from review_service.setting_values import SAMPLE_SECRETS
from review_service.settings import MailSecurity, Settings

LEAST_SIGNS: Final = 6
"""Fewest different characters of a secret; 32 random digits have fewer once in 20 million."""
LEAST_BITS: Final = 64.0
"""Fewest bits of entropy, by character frequency; 32 random hexadecimal digits have 110."""
_LOCAL_NAMES: Final = (".localhost", ".local", ".internal", ".test")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """One combination that is refused."""

    when: str
    """English, for the table in docs/operating.md."""
    sentence: str
    """Spanish, with what to do; ``{what}`` stands for what ``found`` names."""
    found: Callable[[Settings], Iterable[str]]
    """Function that returns what is wrong, usually a setting's name; empty when all is well."""
    only_who_mails: bool = False
    """Whether it is refused only by the process that mails, as no other has the password."""


def require_safe(settings: Settings, *, mails: bool = False) -> None:
    """Return when the settings fit together; ``mails``: the process logs in at the relay.

    Raises ``SettingsError``, one sentence.
    """
    for refused in REFUSED:
        if refused.only_who_mails and not mails:
            continue
        for what in refused.found(settings):
            raise SettingsError(refused.sentence.format(what=what))


def is_guessable(secret: str) -> bool:
    """Whether a secret is a repetition, a run such as «abcdef…», or has too few characters."""
    count = len(secret)
    repeats = any(
        secret == (secret[:unit] * (count // unit + 1))[:count] for unit in range(1, count // 2 + 1)
    )
    steps = Counter(ord(after) - ord(before) for before, after in pairwise(secret))
    is_run = bool(steps) and steps.most_common(1)[0][1] > count * 2 // 3
    often = Counter(secret)
    bits = -sum(times * math.log2(times / count) for times in often.values())
    return repeats or is_run or len(often) < LEAST_SIGNS or bits < LEAST_BITS


def _without_keys(settings: Settings) -> Iterable[str]:
    if not settings.demonstration and not settings.signing.pkcs12_files:
        yield "SIGNING_PKCS12"


def _real_without_https(settings: Settings) -> Iterable[str]:
    if not settings.demonstration and not settings.is_https:
        yield settings.public_url


def _demo_page_in_public(settings: Settings) -> Iterable[str]:
    if settings.demo_page and _is_public(settings.public_url):
        yield settings.public_url


def _demo_page_for_real(settings: Settings) -> Iterable[str]:
    if settings.demo_page and not settings.demonstration:
        yield "DEMO_PAGE"


def _https_without_proxy(settings: Settings) -> Iterable[str]:
    if settings.is_https and settings.trusted_proxies == 0:
        yield settings.public_url


def _password_in_clear(settings: Settings) -> Iterable[str]:
    mail = settings.mail
    if mail.password and mail.security is MailSecurity.NONE and _is_public_host(mail.host):
        yield mail.host


def _user_without_password(settings: Settings) -> Iterable[str]:
    if settings.mail.user and not settings.mail.password:
        yield "SMTP_PASSWORD"


def _password_without_user(settings: Settings) -> Iterable[str]:
    if settings.mail.password and not settings.mail.user:
        yield "SMTP_USER"


def _guessable(settings: Settings) -> Iterable[str]:
    made = ("SECRET_KEY", "VERIFICATION_KEY", "AUDIT_SEAL_KEY")
    return (name for name, value in _secrets(settings) if name in made and is_guessable(value))


def _sample(settings: Settings) -> Iterable[str]:
    return (name for name, value in _secrets(settings) if value.lower() in SAMPLE_SECRETS)


def _equal(settings: Settings) -> Iterable[str]:
    names: dict[str, str] = {}
    for name, value in _secrets(settings):
        other = names.setdefault(value, name)
        if other != name:
            yield f"{other} y {name}"


def _secrets(settings: Settings) -> Iterable[tuple[str, str]]:
    """Yield each secret that is set, with the name of its setting."""
    given: list[tuple[str, str | None]] = [
        ("SECRET_KEY", settings.secret_key),
        ("VERIFICATION_KEY", settings.verification_key),
        ("AUDIT_SEAL_KEY", settings.seals.secret),
        ("DATABASE_URL", urlsplit(settings.database_url).password),
        ("REDIS_URL", urlsplit(settings.redis_url).password),
        ("S3_SECRET_KEY", settings.s3.secret_key if settings.s3 else None),
        ("SMTP_PASSWORD", settings.mail.password),
        *(("SIGNING_PASSWORDS", password) for password in settings.signing.passwords),
    ]
    return ((name, value) for name, value in given if value)


def _is_public(url: str) -> bool:
    """Whether the URL may be reachable from the internet: its host is not a private one."""
    return _is_public_host(urlsplit(url).hostname or "")


def _is_public_host(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith(_LOCAL_NAMES)


REFUSED: Final[tuple[Refused, ...]] = (
    Refused(
        when="`DEMONSTRATION=0` without `SIGNING_PKCS12`",
        sentence="Un servicio real (DEMONSTRATION=0) necesita las claves de los ministerios: "
        "nombre sus archivos en {what}, o use DEMONSTRATION=1 para una demostración.",
        found=_without_keys,
    ),
    Refused(
        when="`DEMONSTRATION=0` with a `PUBLIC_URL` that is not https",
        sentence="Un servicio real (DEMONSTRATION=0) imprime su dirección en cada Acuerdo: ponga "
        "en PUBLIC_URL la dirección https pública, no {what}.",
        found=_real_without_https,
    ),
    Refused(
        when="`DEMO_PAGE=1` with a public address",
        sentence="DEMO_PAGE muestra cuentas de ejemplo con sus claves: quítelo, o no publique el "
        "servicio en {what}.",
        found=_demo_page_in_public,
    ),
    Refused(
        when="`DEMO_PAGE=1` with `DEMONSTRATION=0`",
        sentence="{what} muestra cuentas de ejemplo con sus claves: quítelo de un servicio real.",
        found=_demo_page_for_real,
    ),
    Refused(
        when="an https `PUBLIC_URL` with `TRUSTED_PROXIES=0`",
        sentence="Con {what} hay un proxy delante que termina TLS: diga cuántos son en "
        "TRUSTED_PROXIES (por lo general 1), o todas las visitas parecerán venir de él.",
        found=_https_without_proxy,
    ),
    Refused(
        when="`SMTP_PASSWORD` with `SMTP_SECURITY=none` and a public `SMTP_HOST`",
        sentence="SMTP_PASSWORD viajaría sin cifrar hasta {what}: ponga SMTP_SECURITY en starttls "
        "o tls.",
        found=_password_in_clear,
    ),
    Refused(
        when="in a worker that mails: `SMTP_USER` without `SMTP_PASSWORD`",
        sentence="SMTP_USER dice como quién entrar al servidor de correo y falta {what}: póngala "
        "en el proceso «worker», o quite SMTP_USER si el servidor no pide clave.",
        found=_user_without_password,
        only_who_mails=True,
    ),
    Refused(
        when="in a worker that mails: `SMTP_PASSWORD` without `SMTP_USER`",
        sentence="SMTP_PASSWORD no sirve sin {what}: diga como quién entrar al servidor de correo, "
        "o quite SMTP_PASSWORD si el servidor no pide clave.",
        found=_password_without_user,
        only_who_mails=True,
    ),
    Refused(
        when="a sample value as a secret or password",
        sentence="{what} tiene un valor de ejemplo: póngale una clave propia, por ejemplo la de "
        "«openssl rand -base64 36».",
        found=_sample,
    ),
    Refused(
        when="`SECRET_KEY`, `VERIFICATION_KEY` or `AUDIT_SEAL_KEY` that can be guessed: repeated, "
        "a run, or of few different characters",
        sentence="{what} se puede adivinar: use una clave al azar, por ejemplo la de "
        "«openssl rand -base64 36».",
        found=_guessable,
    ),
    Refused(
        when="two secrets or passwords that are equal",
        sentence="{what} son iguales: quien conoce una conoce la otra. Use una clave distinta para "
        "cada una.",
        found=_equal,
    ),
)
"""In order; only the first that applies is reported."""
