"""The settings of an installation, read once from the environment; wrong values are refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from review_service import setting_values as read
from review_service.domain.errors import SettingsError
from review_service.domain.limits import UploadLimits
from review_service.domain.pending_decisions import DecisionPolicy
from review_service.domain.protection import AntivirusMode
from review_service.domain.request_limits import CERTIFICATES
from review_service.domain.work import Lane

LANES_IN_ORDER = (Lane.MAIL, Lane.ISSUE, Lane.INTAKE, Lane.OCR)
"""Lanes by priority: quick work that somebody waits for comes before slow work."""
OWN_ADDRESS = "http://localhost:8000"
OWN_QUEUE = "redis://127.0.0.1:6379/0"
RENAMED = {"JAIL": "SANDBOX", "JAIL_CPU_SCALE": "SANDBOX_CPU_SCALE"}
"""Former names of settings, refused with their new one. The sandbox's own settings are read in
``workers/sandbox/settings.py``, before this file is loaded."""


class StoreKind(StrEnum):
    """The kinds of file store."""

    LOCAL = "local"
    S3 = "s3"


class MailSecurity(StrEnum):
    """How the connection to the relay is protected."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


WHOLE_PERCENT = 100
UNDO_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Settings:
    """An S3-compatible server."""

    endpoint: str
    """Host and port, without ``https://``."""
    access_key: str
    secret_key: str = field(repr=False)
    bucket: str
    secure: bool
    region: str
    certificates: Path | None = None
    """File with the trusted certificates, PEM; None for those of certifi."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """The mail relay."""

    host: str
    port: int
    security: MailSecurity
    user: str | None
    password: str | None = field(repr=False)
    sender: str
    """Address of the From line."""
    timeout_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningSettings:
    """Keys of the ministries, one PKCS#12 file each, in the order of the institution file."""

    folder: Path
    """Where the demonstration authority keeps its files."""
    pkcs12_files: tuple[Path, ...]
    """Empty: the demonstration authority signs. Named in every process, read by the worker only."""
    passwords: tuple[str, ...] = field(repr=False)
    revocation_lists: tuple[Path, ...]
    """CRL files, DER, embedded into each paper so that checking needs no network."""
    authorities: tuple[Path, ...]
    """Certificates, DER, that ``verify`` trusts beside the demonstration authority."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannerSettings:
    """A clamd daemon: a local socket, or host and port."""

    socket: Path | None
    host: str
    port: int
    timeout_seconds: float
    """For one whole file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealSettings:
    """Seals of the audit trail: their key, and where they are given out."""

    secret: str | None = field(repr=False)
    """None: the key is derived from the verification key, which the web process holds too."""
    folder: Path
    """Folder where seals are kept, beside the copies in the file store."""
    recipients: tuple[str, ...]
    """Addresses that get each seal by mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkSettings:
    """Intervals and timeouts of background work, in seconds unless the name says otherwise."""

    lease_seconds: int
    reconcile_seconds: float
    max_attempts: int
    retry_seconds: int
    """Wait before the second attempt; doubled for each one after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSettings:
    """How closely officers look at what rules grant."""

    later_share: float
    """Share of what rules grant that goes to later control, 0 to 1."""
    second_share: float
    """Of what officers decide, from 0 to 1, drawn for a second review."""
    most_per_network: int
    """Certificates in a day from one network address; those after it go to an officer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of one installation."""

    data_dir: Path
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    public_url: str
    former_hosts: tuple[str, ...]
    """Under which papers were printed before, each with its port if any."""
    files_host: str
    """From which originals are given out, with its port if any; empty for the public one."""
    trusted_proxies: int
    """Number of reverse proxies before the web process; 0 trusts no forwarded header."""
    secret_key: str = field(repr=False)
    """Signs form tokens and keys the one-use links."""
    verification_key: str = field(repr=False)
    """Derives the QR tokens and typed codes; changing it invalidates printed papers."""
    store: StoreKind
    s3: S3Settings | None
    mail: MailSettings
    signing: SigningSettings
    seals: SealSettings
    work: WorkSettings
    limits: UploadLimits
    rules: RuleSettings
    institution_file: Path | None
    demonstration: bool
    demo_page: bool
    """Serves the demo's start page with sample accounts. Never set it in a real installation."""
    antivirus: AntivirusMode
    scanner: ScannerSettings | None
    """Set if and only if the antivirus is required."""
    lanes: tuple[Lane, ...]
    """The lanes that a worker serves, in order of priority."""
    photo_text: bool
    """Reads the text inside photos after all checks: officers can then search signs and labels."""
    decisions: DecisionPolicy
    """Whether officers' decisions can be undone first, and are issued by another officer."""
    fresh_factor_minutes: int
    """How long an officer decides after a one-time code before another one is asked for."""
    unseen_pages: str
    """What approving does where pages were not on the officer's screen: ``stop`` or ``tell``."""
    log_level: str

    @property
    def is_https(self) -> bool:
        """Whether browsers reach the service over TLS."""
        return self.public_url.startswith("https://")

    @property
    def picked_lanes(self) -> str:
        """The lanes that a worker serves, in words; empty for all."""
        return "" if len(self.lanes) == len(Lane) else ",".join(self.lanes)

    @property
    def public_host(self) -> str:
        """Host of ``public_url``, printed in words beside each QR."""
        return urlsplit(self.public_url).netloc

    @property
    def printed_hosts(self) -> tuple[str, ...]:
        """Hosts that stand in the QR of a paper of ours, that of today first."""
        return (self.public_host, *self.former_hosts)

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Read every setting; raise ``SettingsError`` naming the first that is missing or wrong."""
        for old, new in RENAMED.items():
            if old in env:
                raise SettingsError(f"{old} ahora se llama {new}: cámbiele el nombre.")
        folder = data_dir(env)
        store = read.choice(env, "FILE_STORE", StoreKind, StoreKind.LOCAL)
        return cls(
            data_dir=folder,
            database_url=read.text_or(env, "DATABASE_URL", own_database(folder)),
            redis_url=read.text_or(env, "REDIS_URL", OWN_QUEUE),
            public_url=read.url(env, "PUBLIC_URL", OWN_ADDRESS),
            former_hosts=read.hosts(env, "FORMER_HOSTS"),
            files_host=read.host_apart(env, "FILES_HOST", "PUBLIC_URL", OWN_ADDRESS),
            trusted_proxies=read.integer(env, "TRUSTED_PROXIES", 0),
            secret_key=read.secret(env, "SECRET_KEY"),
            verification_key=read.secret(env, "VERIFICATION_KEY"),
            store=store,
            s3=s3_server(env) if store is StoreKind.S3 else None,
            mail=_mail(env),
            signing=signing_settings(env),
            seals=_seals(env, folder),
            work=_work(env),
            limits=_limits(env),
            rules=_rules(env),
            institution_file=read.path(env, "INSTITUTION_FILE"),
            demonstration=read.flag(env, "DEMONSTRATION", default=False),
            demo_page=read.flag(env, "DEMO_PAGE", default=False),
            antivirus=_antivirus(env),
            scanner=_scanner(env) if _antivirus(env) is AntivirusMode.REQUIRED else None,
            lanes=_lanes(env),
            photo_text=read.one_of(env, "PHOTO_TEXT", ("off", "on")) == "on",
            decisions=_decisions(env),
            fresh_factor_minutes=read.integer(env, "FRESH_FACTOR_MINUTES", 15, least=1),
            unseen_pages=_unseen_pages(env),
            log_level=read.text_or(env, "LOG_LEVEL", "INFO").upper(),
        )


def _rules(env: Mapping[str, str]) -> RuleSettings:
    return RuleSettings(
        later_share=_share(env, "LATER_CONTROL_PERCENT"),
        second_share=_share(env, "SECOND_REVIEW_PERCENT"),
        most_per_network=read.integer(env, "CERTIFICATES_PER_NETWORK", CERTIFICATES.count, least=1),
    )


def _decisions(env: Mapping[str, str]) -> DecisionPolicy:
    """Read how a decision comes to have effect; a demonstration has nothing to undo it for."""
    usual = 0 if read.flag(env, "DEMONSTRATION", default=False) else UNDO_SECONDS
    return DecisionPolicy(
        undo_seconds=read.integer(env, "UNDO_SECONDS", usual),
        four_eyes=read.flag(env, "FOUR_EYES", default=False),
        stops_unseen=_unseen_pages(env) == "stop",
    )


def _unseen_pages(env: Mapping[str, str]) -> str:
    return read.one_of(env, "UNSEEN_PAGES", ("stop", "tell"))


def _share(env: Mapping[str, str], name: str) -> float:
    """Return a share from 0 to 1, given in whole percent."""
    percent = read.integer(env, name, 5)
    if percent > WHOLE_PERCENT:
        raise SettingsError(f"{name} debe ser un número entero de 0 a 100, no «{percent}».")
    return percent / WHOLE_PERCENT


def _lanes(env: Mapping[str, str]) -> tuple[Lane, ...]:
    """Parse ``mail,issue``; empty means all lanes. Raises ``SettingsError`` for unknown ones."""
    picked = {name.strip() for name in read.text_or(env, "LANES", "").split(",") if name.strip()}
    if unknown := picked.difference(lane.value for lane in Lane):
        known = ", ".join(lane.value for lane in LANES_IN_ORDER)
        raise SettingsError(f"LANES: no existe {', '.join(sorted(unknown))}; hay {known}.")
    return tuple(lane for lane in LANES_IN_ORDER if not picked or lane.value in picked)


def s3_server(env: Mapping[str, str]) -> S3Settings:
    """Read how an S3-compatible store is reached. Raises ``SettingsError``."""
    secret_key = read.required(env, "S3_SECRET_KEY")
    if secret_key.lower() in read.SAMPLE_SECRETS:
        raise SettingsError("S3_SECRET_KEY tiene un valor de ejemplo: póngale una clave propia.")
    return S3Settings(
        endpoint=read.required(env, "S3_ENDPOINT"),
        access_key=read.required(env, "S3_ACCESS_KEY"),
        secret_key=secret_key,
        bucket=read.text_or(env, "S3_BUCKET", "review-service"),
        secure=read.flag(env, "S3_SECURE", default=True),
        region=read.text_or(env, "S3_REGION", "us-east-1"),
        certificates=read.path(env, "SSL_CERT_FILE"),
    )


def _mail(env: Mapping[str, str]) -> MailSettings:
    return MailSettings(
        host=read.text_or(env, "SMTP_HOST", "127.0.0.1"),
        port=read.integer(env, "SMTP_PORT", 25),
        security=read.choice(env, "SMTP_SECURITY", MailSecurity, MailSecurity.NONE),
        user=read.given(env, "SMTP_USER"),
        password=read.given(env, "SMTP_PASSWORD"),
        sender=read.text_or(env, "MAIL_FROM", "no-responder@localhost"),
        timeout_seconds=read.seconds(env, "SMTP_TIMEOUT_SECONDS", 20),
    )


def _seals(env: Mapping[str, str], folder: Path) -> SealSettings:
    given = read.given(env, "AUDIT_SEAL_KEY")
    recipients = read.text_or(env, "AUDIT_SEAL_MAIL", "").replace(",", " ").split()
    if wrong := [address for address in recipients if "@" not in address]:
        raise SettingsError(f"AUDIT_SEAL_MAIL: «{wrong[0]}» no es una dirección de correo.")
    return SealSettings(
        secret=None if given is None else read.secret(env, "AUDIT_SEAL_KEY"),
        folder=read.path(env, "AUDIT_SEAL_FOLDER") or folder / "audit",
        recipients=tuple(recipients),
    )


def data_dir(env: Mapping[str, str]) -> Path:
    """Return the folder of an installation's own files."""
    return Path(read.text_or(env, "DATA_DIR", "/var/lib/review-service"))


def signing_settings(env: Mapping[str, str]) -> SigningSettings:
    """Read the settings of signing and trusted authorities, for commands that need no others.

    Raises ``SettingsError``.
    """
    files = read.paths(env, "SIGNING_PKCS12")
    passwords = tuple((read.given(env, "SIGNING_PASSWORDS") or "").splitlines())
    # Only the worker is given the passwords; without them it does not sign, and reports it.
    if passwords and len(passwords) != len(files):
        raise SettingsError(
            "SIGNING_PASSWORDS debe tener una línea por cada archivo de SIGNING_PKCS12."
        )
    return SigningSettings(
        folder=read.path(env, "SIGNING_FOLDER") or data_dir(env) / "signing",
        pkcs12_files=files,
        passwords=passwords,
        revocation_lists=read.paths(env, "SIGNING_REVOCATION_LISTS"),
        authorities=read.paths(env, "SIGNING_AUTHORITIES"),
    )


def own_database(folder: Path) -> str:
    """Return the address of the database in that folder."""
    return f"sqlite:///{folder}/review.db"


def _work(env: Mapping[str, str]) -> WorkSettings:
    return WorkSettings(
        lease_seconds=read.integer(env, "LEASE_SECONDS", 45, least=1),
        reconcile_seconds=read.seconds(env, "RECONCILE_SECONDS", 30),
        max_attempts=read.integer(env, "MAX_ATTEMPTS", 3, least=1),
        retry_seconds=read.integer(env, "RETRY_SECONDS", 20),
    )


def _antivirus(env: Mapping[str, str]) -> AntivirusMode:
    return read.choice(env, "ANTIVIRUS", AntivirusMode, AntivirusMode.OFF)


def _scanner(env: Mapping[str, str]) -> ScannerSettings:
    local, host = read.path(env, "CLAMD_SOCKET"), read.text_or(env, "CLAMD_HOST", "")
    if (local is None) == (not host):
        raise SettingsError("ANTIVIRUS=required necesita CLAMD_SOCKET o CLAMD_HOST, no ambos.")
    return ScannerSettings(
        socket=local,
        host=host,
        port=read.integer(env, "CLAMD_PORT", 3310, least=1),
        timeout_seconds=read.seconds(env, "CLAMD_TIMEOUT_SECONDS", 60),
    )


def _limits(env: Mapping[str, str]) -> UploadLimits:
    default = UploadLimits()
    return UploadLimits(
        evidence_bytes=read.integer(env, "EVIDENCE_MAX_BYTES", default.evidence_bytes, least=1),
        evidence_pages=read.integer(env, "EVIDENCE_MAX_PAGES", default.evidence_pages, least=1),
        agreement_bytes=read.integer(env, "AGREEMENT_MAX_BYTES", default.agreement_bytes, least=1),
        agreement_pages=read.integer(env, "AGREEMENT_MAX_PAGES", default.agreement_pages, least=1),
        support_bytes=read.integer(env, "SUPPORT_MAX_BYTES", default.support_bytes, least=1),
        support_pages=read.integer(env, "SUPPORT_MAX_PAGES", default.support_pages, least=1),
        photo_bytes=read.integer(env, "PHOTO_MAX_BYTES", default.photo_bytes, least=1),
        photos_bytes=read.integer(env, "PHOTOS_MAX_BYTES", default.photos_bytes, least=1),
        photo_pixels=read.integer(env, "PHOTO_MAX_PIXELS", default.photo_pixels, least=1),
    )
