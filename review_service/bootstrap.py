"""Builds the parts of one process; the only module that chooses adapters."""

import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from review_service.adapters.catastro_registry import CatastroRegistry
from review_service.adapters.imported_papers import ImportedPapers
from review_service.adapters.rq_queue import RqJobQueue
from review_service.backup_settings import BackupSettings
from review_service.db.database import Database
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.dated_rules import read_rulebook
from review_service.domain.documents import SupportKind
from review_service.domain.errors import OutsideError, SettingsError
from review_service.domain.institution import Institution, institution_on
from review_service.domain.limits import UploadLimits
from review_service.domain.looked_up import unlisted_sentence
from review_service.domain.needed_papers import looked_up_kinds
from review_service.domain.protection import AntivirusMode
from review_service.domain.rule_checks import require_usable
from review_service.domain.rulebook import DatedRule, unconfirmed_rules, unconfirmed_sentence
from review_service.domain.terms import ecuador_today
from review_service.domain.work import Lane
from review_service.ports import (
    ArchiveCipher,
    FileStore,
    JobQueue,
    PaperReader,
    PaperRegister,
    TaxpayerRegistry,
    VirusScanner,
)
from review_service.services.agreements.issuing import Press
from review_service.services.agreements.printed_facts import IssuingRules
from review_service.services.applicant.confirming import RuleParts
from review_service.services.notifying import PostOffice
from review_service.services.upkeep.kept_seals import Sealing, SealPlace
from review_service.settings import Settings, SigningSettings, StoreKind
from review_service.unsafe_settings import require_safe

if TYPE_CHECKING:
    from review_service.adapters.installed_keys import InstalledKeys
    from review_service.adapters.receipt_printer import ReceiptPrinter


logger = logging.getLogger(__name__)


class Role(StrEnum):
    """The kinds of process that can be built."""

    WEB = "web"
    WORKER = "worker"
    SCHEDULER = "scheduler"
    OPERATOR = "operator"


@dataclass(frozen=True, eq=False)
class Container:
    """The parts of one process. Adapters with heavy imports or keys are built when first asked for.

    The signing keys are read by ``press`` alone, which only the worker asks for.
    """

    settings: Settings
    role: Role
    database: Database
    queue: JobQueue
    store: FileStore
    registry: TaxpayerRegistry
    papers: PaperRegister

    @property
    def limits(self) -> UploadLimits:
        """The limits on uploads."""
        return self.settings.limits

    def reading(self) -> UnitOfWork:
        """Return a new unit of work that only reads."""
        return self.database.reading(by_statement=self.role is Role.WEB)

    def writing(self) -> UnitOfWork:
        """Return a new unit of work that may write."""
        return self.database.writing()

    def institution(self) -> Institution:
        """Return the institution by the rules of today."""
        return _institution(self, ecuador_today())

    @property
    def rulebook(self) -> Mapping[str, Any]:
        """Every dated rule of this installation, by section."""
        return read_rulebook(self.settings.institution_file)

    @property
    def unconfirmed_rules(self) -> tuple[DatedRule, ...]:
        """The rules in force today that the institution has not confirmed."""
        return unconfirmed_rules(self.rulebook, day=ecuador_today())

    @property
    def rules_sentence(self) -> str:
        """One sentence that lists the unconfirmed rules and what follows; empty when none is."""
        return unconfirmed_sentence(
            self.unconfirmed_rules, demonstration=self.settings.demonstration
        )

    def unlisted_papers(self) -> tuple[SupportKind, ...]:
        """Return the papers that rules have looked up today although nobody supplied any.

        Raises ``DatabaseDownError``.
        """
        wanted = looked_up_kinds(self.rulebook, on=ecuador_today())
        if not wanted:
            return ()
        there = self.papers.kinds()
        return tuple(kind for kind in wanted if kind not in there)

    @property
    def issuing_rules(self) -> IssuingRules:
        """What is needed to number an agreement today."""
        return IssuingRules(
            institution=self.institution(),
            rulebook=self.rulebook,
            verification_key=self.settings.verification_key,
            public_url=self.settings.public_url,
            public_host=self.settings.public_host,
            demonstration=self.settings.demonstration,
        )

    def rule_parts(self, network: str) -> RuleParts:
        """Return what a rule needs to decide an application that is confirmed now from there."""
        return RuleParts(
            registry=self.registry,
            papers=self.papers,
            issuing=self.issuing_rules,
            network=network,
            later_share=self.settings.rules.later_share,
            most_per_network=self.settings.rules.most_per_network,
        )

    def press(self, reader: PaperReader) -> Press:
        """Return the parts that render, read back, sign and store the agreement's PDF.

        Only the worker has a ``reader``: it needs the sandbox.
        """
        return _press(self, reader, ecuador_today())

    @property
    def post_office(self) -> PostOffice:
        """What is needed to deliver mail; for the worker."""
        return _post_office(self, ecuador_today())

    @property
    def scan_required(self) -> bool:
        """Whether no file may be opened before the antivirus has read it."""
        return self.settings.antivirus is AntivirusMode.REQUIRED

    @cached_property
    def signing_keys(self) -> "InstalledKeys":
        """The signer with the ministries' keys and their state; for the worker."""
        from review_service.adapters.installed_keys import InstalledKeys  # noqa: PLC0415

        return InstalledKeys(self.settings.signing)

    @cached_property
    def sealing(self) -> Sealing:
        """What is needed to seal the audit trail and to check its seals; opens nothing."""
        from review_service.adapters.local_store import LocalFileStore  # noqa: PLC0415
        from review_service.adapters.seal_key import SealKey  # noqa: PLC0415

        seals = self.settings.seals
        return Sealing(
            sealer=SealKey.from_secret(seals.secret or self.settings.verification_key),
            places=(
                SealPlace(label=f"carpeta {seals.folder}", store=LocalFileStore(seals.folder)),
                SealPlace(label="almacén de archivos", store=self.store),
            ),
            recipients=seals.recipients,
        )

    @cached_property
    def scanner(self) -> VirusScanner | None:
        """The malware scanner; None when scanning is not required."""
        if self.settings.scanner is None:
            return None
        from review_service.adapters.clamd_scanner import ClamdScanner  # noqa: PLC0415

        return ClamdScanner(self.settings.scanner)

    @cached_property
    def receipt_printer(self) -> "ReceiptPrinter":
        """Prints the receipt's PDF in a process of its own; for the web process."""
        from review_service.adapters.receipt_printer import ReceiptPrinter  # noqa: PLC0415

        return ReceiptPrinter()


@lru_cache(maxsize=2)
def _institution(container: Container, day: date) -> Institution:
    return institution_on(day, container.rulebook)


@lru_cache(maxsize=2)
def _press(container: Container, reader: PaperReader, _day: date) -> Press:
    # Made anew each day: a rule of the institution file may begin to hold, keys may be added.
    from review_service.adapters.agreement_pdf import WeasyPrintRenderer  # noqa: PLC0415

    settings = container.settings
    return Press(
        renderer=WeasyPrintRenderer(),
        signer=container.signing_keys,
        store=container.store,
        reader=reader,
        verification_key=settings.verification_key,
        public_url=settings.public_url,
        rulebook=container.rulebook,
    )


@lru_cache(maxsize=2)
def _post_office(container: Container, _day: date) -> PostOffice:
    from review_service.adapters.mail_templates import TemplateComposer  # noqa: PLC0415
    from review_service.adapters.smtp_mailer import SmtpMailer  # noqa: PLC0415

    settings = container.settings
    return PostOffice(
        mailer=SmtpMailer(settings.mail),
        composer=TemplateComposer(sender=settings.mail.sender, institution=container.institution()),
        store=container.store,
        public_url=settings.public_url,
        secret_key=settings.secret_key,
        institution=container.institution(),
    )


def build(settings: Settings, role: Role) -> Container:
    """Return the parts of a process; opens no connection by itself.

    Raises ``SettingsError`` when the settings do not fit together or a rule cannot be used.
    """
    require_safe(settings, mails=role is Role.WORKER and Lane.MAIL in settings.lanes)
    require_usable(read_rulebook(settings.institution_file), day=ecuador_today())
    queue = RqJobQueue(settings.redis_url)
    database = Database(settings.database_url, queue, for_pages=role is Role.WEB)
    return Container(
        settings=settings,
        role=role,
        database=database,
        queue=queue,
        store=_store(settings),
        registry=CatastroRegistry(database.reading),
        papers=ImportedPapers(database.reading),
    )


def warn_of_rules(container: Container) -> None:
    """Log, at the start of a process, what of the rules the institution has still to do.

    Rules that it has not confirmed, and papers that rules have looked up without a list of them.
    """
    if container.rules_sentence:
        logger.warning("rules_unconfirmed", extra={"told": container.rules_sentence})
    if told := unlisted_told(container):
        logger.error("papers_without_a_list", extra={"told": told})


def unlisted_told(container: Container) -> str:
    """Return a sentence on the lists of papers that are missing; empty text where none is.

    Empty too while the database is down, which is told by all else.
    """
    with suppress(OutsideError):
        return unlisted_sentence(container.unlisted_papers())
    return ""


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """The parts that back up and restore an installation; they need no other secret."""

    database: Database
    store: FileStore
    cipher: ArchiveCipher | None
    """None without a key."""


def build_keeping(settings: BackupSettings) -> Keeping:
    """Return the parts of backup and restore. Raises ``SettingsError`` for a key that is none."""
    from review_service.adapters.age_cipher import AgeCipher  # noqa: PLC0415

    key = settings.backup_key
    return Keeping(
        database=Database(settings.database_url, RqJobQueue(settings.redis_url)),
        store=_store(settings),
        cipher=AgeCipher(key) if key is not None else None,
    )


def trusted_authorities(signing: SigningSettings) -> tuple[bytes, ...]:
    """Return the certificates, DER, whose signatures we trust. Raises ``SettingsError``."""
    from review_service.adapters.demonstration_authority import (  # noqa: PLC0415
        known_authorities,
    )

    own = known_authorities(signing.folder)
    return (*own, *(read_file(path) for path in signing.authorities))


def read_file(path: Path) -> bytes:
    """Return a file named by a setting. Raises ``SettingsError`` when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(f"no se puede leer {path} ({error.strerror}).") from error


def _store(settings: Settings | BackupSettings) -> FileStore:
    if settings.store is StoreKind.S3 and settings.s3 is not None:
        from review_service.adapters.s3_store import S3FileStore  # noqa: PLC0415

        return S3FileStore(settings.s3)
    from review_service.adapters.local_store import LocalFileStore  # noqa: PLC0415

    return LocalFileStore(settings.data_dir / "files")
