"""Rows and parts for tests: few defaults, each test says what matters to it."""

from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zlib import crc32

import sqlalchemy as sa

from review_service.adapters.catastro_registry import CatastroRegistry
from review_service.adapters.imported_papers import ImportedPapers
from review_service.adapters.local_store import LocalFileStore
from review_service.db.database import Database
from review_service.db.models import (
    EstablishmentRow,
    OfficerRow,
    OneUseLinkRow,
    RegisteredEmailRow,
    TaxpayerRow,
)
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationKind, ReviewItem
from review_service.domain.clockwork import Stopwatch
from review_service.domain.dated_rules import read_rulebook
from review_service.domain.documents import DocumentKind, Theme
from review_service.domain.institution import Institution, institution_on
from review_service.domain.limits import UploadLimits
from review_service.domain.numbering import link_code
from review_service.domain.protection import AntivirusMode, Protection
from review_service.domain.roles import OfficerRole
from review_service.domain.ruc import CEDULA_DIGITS
from review_service.domain.signing import SigningState
from review_service.domain.taxpayers import TaxpayerStatus
from review_service.domain.tracks import ARTISAN, MIPYME
from review_service.domain.work import Lane
from review_service.ports import FileStore
from review_service.samples.people import synthetic_ruc
from review_service.services.agreements.printed_facts import IssuingRules
from review_service.services.applicant import applying, confirming, receiving, sending
from review_service.services.applicant.confirming import RuleParts
from review_service.services.applicant.receiving import Received, Upload
from review_service.services.applicant.renewing import ASKED_AS_EVER, Asked
from review_service.services.upkeep import pulses, watching
from review_service.services.upkeep.clockwork import Clock
from review_service.services.upkeep.pulses import Pulse
from review_service.services.upkeep.sweeping import KEY_COLUMNS
from review_service.services.upkeep.watching import Attendance

RUC = "3000000012001"
SCHEDULER = UUID("6f0a1f9e-52a7-4c58-9a2e-1f8d5c7be0aa")
OTHER_RUC = "1792060346001"
SECRET = "a secret of a test that is long enough"
FORM_SECRET = "one more secret of a test, for forms and links"
"""Two settings with one value are refused: see ``unsafe_settings``."""
SHEET = {
    "trade": "Tejidos a mano",
    "ciiu": "C139209",
    "province": "Imbabura",
    "canton": "Otavalo",
    "address": "Calle Sucre 12-40 y Morales",
    "workers": "2",
    "apprentices": "1",
    "phone": "0991234567",
    "notice_email": "",
}
BUSINESS_SHEET = {
    "ciiu": "C139209",
    "employees": "4",
    "sales": "85.000",
    "started_this_year": "",
    "province": "Imbabura",
    "canton": "Otavalo",
    "phone": "0991234567",
    "notice_email": "",
}
"""A microenterprise that agrees with the registry."""


def items_of_a_person(kind: ApplicationKind = ApplicationKind.NEW) -> tuple[ReviewItem, ...]:
    """Return what is judged of an artisan who is no organisation."""
    return tuple(item for item in ARTISAN.items_for(kind) if not item.is_paper)


@dataclass
class RememberedBells:
    """A ``JobQueue`` that only remembers: the tests do the work when they want to."""

    notified: list[UUID] = field(default_factory=list)

    def notify(self, task_id: UUID, *, lane: Lane) -> None:
        """Remember the notice."""
        del lane
        self.notified.append(task_id)

    def ping(self) -> None:
        """Answer."""


@dataclass(frozen=True)
class Office:
    """A database, a store and a registry with a few taxpayers, for tests of services."""

    database: Database
    store: FileStore
    registry: CatastroRegistry
    notices: RememberedBells
    limits: UploadLimits = field(default_factory=UploadLimits)

    @property
    def papers(self) -> ImportedPapers:
        """Return what institutions hold, by the lists that were imported."""
        return ImportedPapers(self.reading)

    def reading(self) -> UnitOfWork:
        """Give a fresh unit that reads."""
        return self.database.reading()

    def writing(self) -> UnitOfWork:
        """Give a fresh unit that writes."""
        return self.database.writing()


def make_office(url: str, folder: Path, store: FileStore | None = None) -> Office:
    """Return an office on a migrated database; its registry comes to know two taxpayers."""
    notices = RememberedBells()
    database = Database(url, notices)
    kept = store or LocalFileStore(folder / "files")
    kept.prepare()
    office = Office(
        database=database,
        store=kept,
        registry=CatastroRegistry(database.reading),
        notices=notices,
    )
    with office.writing() as uow:
        if uow.session.get(TaxpayerRow, RUC) is None:
            add_two_taxpayers(uow)
            uow.commit()
    return office


def add_two_taxpayers(uow: UnitOfWork) -> None:
    """Put ``RUC`` and ``OTHER_RUC`` into the registry."""
    add_taxpayer(uow, RUC, name="TITUAÑA QUILUMBA MARIA")
    add_taxpayer(uow, OTHER_RUC, name="TALLER MAIGUA E HIJOS")


def add_taxpayer(
    uow: UnitOfWork,
    ruc: str,
    *,
    name: str = "CHANGO PILLA SEGUNDO",
    status: TaxpayerStatus = TaxpayerStatus.ACTIVE,
    email: str | None = "maria@correo.example",
    ciiu: str = "C139209",
    taxpayer_type: str = "PERSONA NATURAL",
    activity: str = "Fabricación de otros artículos textiles",
) -> None:
    """Put a taxpayer with one open establishment into the registry."""
    uow.session.add(
        TaxpayerRow(
            ruc=ruc,
            name=name,
            status=status,
            taxpayer_class="RMP",
            taxpayer_type=taxpayer_type,
            started_on=date(2015, 3, 2),
            source="test",
            imported_at=uow.now,
        )
    )
    uow.session.flush()
    uow.session.add(
        EstablishmentRow(
            ruc=ruc,
            number="001",
            trade_name="",
            is_open=True,
            province="Imbabura",
            canton="Otavalo",
            parish="San Luis",
            ciiu=ciiu,
            activity=activity,
        )
    )
    if email:
        uow.session.add(
            RegisteredEmailRow(ruc=ruc, email=email, source="test", imported_at=uow.now)
        )


def add_officer(
    office: Office,
    user_name: str = "randrade",
    *,
    role: OfficerRole = OfficerRole.ISSUER,
    numbered: bool = True,
) -> UUID:
    """Put an officer into the database and return the id; no password is needed here."""
    number = 100_000 + crc32(user_name.encode()) % 900_000  # no applicant's of any test
    officer_id = uuid4()
    with office.writing() as uow:
        uow.session.add(
            OfficerRow(
                id=officer_id,
                user_name=user_name,
                full_name=f"Funcionaria {user_name}",
                unit="Zonal 1",
                password_hash="",
                totp_secret="",
                created_at=uow.now,
                role=role,
                cedula=synthetic_ruc(number)[:CEDULA_DIGITS] if numbered else None,
            )
        )
        uow.commit()
    return officer_id


def attend(
    office: Office,
    *,
    worker_id: UUID | None = None,
    missing: tuple[str, ...] = (),
    escaped: tuple[str, ...] = (),
    sandbox_required: bool = True,
    antivirus: AntivirusMode = AntivirusMode.OFF,
    antivirus_answer: str = "",
    signing: SigningState | None = SigningState(),  # noqa: B008 -- frozen
) -> UUID:
    """Let a worker tell that it is there and what protects it; return its id."""
    told = Attendance(
        worker_id=worker_id or uuid4(),
        host="prueba:1",
        lanes="",
        version="0.1.0",
        proven_seconds_ago=60,
        protection=Protection(
            sandbox_required=sandbox_required,
            missing=missing,
            escaped=escaped,
            landlock=4,
            ocr_engine="tesserocr",
            antivirus=antivirus,
            antivirus_answer=antivirus_answer,
        ),
        signing=signing,
    )
    watching.attend(office.writing(), told)
    beat(office)
    return told.worker_id


def beat(
    office: Office, *, failed_or_late: tuple[str, ...] = (), beside: Stopwatch | None = None
) -> Clock:
    """Let a scheduler give a sign of life; return what it learned of the clock."""
    told = Pulse(
        process_id=SCHEDULER, host="prueba:2", version="0.1.0", failed_or_late=failed_or_late
    )
    return pulses.beat(office.writing(), told, beside=beside)


def open_draft(office: Office, ruc: str = RUC, kind: ApplicationKind = ApplicationKind.NEW) -> UUID:
    """Return a draft with a complete data sheet and no files, whatever is in force already."""
    application_id = applying.open_application(
        office.writing(),
        registry=office.registry,
        ruc=ruc,
        kind=kind,
        asked=Asked(facts_changed=True),
    )
    applying.save_sheet(
        office.writing(), application_id=application_id, ruc=ruc, values=SHEET, kind=kind
    )
    return application_id


def open_business(
    office: Office, ruc: str = RUC, asked: Asked = ASKED_AS_EVER, /, **changed: str
) -> UUID:
    """Return a MIPYME's draft with a complete data sheet."""
    application_id = applying.open_application(
        office.writing(),
        registry=office.registry,
        ruc=ruc,
        kind=ApplicationKind.NEW,
        track=MIPYME,
        asked=asked,
    )
    applying.save_sheet(
        office.writing(),
        application_id=application_id,
        ruc=ruc,
        values={**BUSINESS_SHEET, **changed},
        kind=ApplicationKind.NEW,
    )
    return application_id


def rule_parts(
    office: Office,
    *,
    issuing: IssuingRules | None = None,
    later_share: float = 0.0,
    network: str = "192.0.2.7",
    most_per_network: int = 100,
) -> RuleParts:
    """Return what a rule needs to decide; nothing goes to later control."""
    return RuleParts(
        registry=office.registry,
        papers=office.papers,
        issuing=issuing or issuing_rules(),
        later_share=later_share,
        network=network,
        most_per_network=most_per_network,
    )


def confirm_business(
    office: Office,
    application_id: UUID,
    ruc: str = RUC,
    *,
    wish: str | None = None,
    parts: RuleParts | None = None,
) -> None:
    """Send a MIPYME's draft and confirm it with the mail's code."""
    sending.send(
        office.writing(),
        application_id=application_id,
        ruc=ruc,
        declared=True,
        secret_key=SECRET,
        wish=wish,
    )
    confirming.confirm_by_code(
        office.writing(),
        application_id=application_id,
        ruc=ruc,
        code=confirmation_code(office, application_id),
        secret_key=SECRET,
        parts=parts or rule_parts(office),
    )


def upload(  # noqa: PLR0913 -- what a form may say; most tests say little of it
    office: Office,
    application_id: UUID,
    *,
    content: bytes,
    ruc: str = RUC,
    kind: DocumentKind = DocumentKind.PHOTO,
    theme: Theme | None = Theme.WORKSHOP,
    upload_key: str | None = None,
    file_name: str = "taller.jpg",
    replaces: UUID | None = None,
) -> Received:
    """Send one file as the web would."""
    return receiving.receive(
        office.writing,
        office.store,
        limits=office.limits,
        application_id=application_id,
        ruc=ruc,
        upload=Upload(
            kind=kind,
            theme=theme if kind is DocumentKind.PHOTO else None,
            upload_key=upload_key or uuid4().hex,
            file_name=file_name,
            stream=BytesIO(content),
            replaces=replaces,
        ),
    )


def send_and_confirm(office: Office, application_id: UUID, ruc: str = RUC) -> None:
    """Send a complete draft and confirm it with the mail's code."""
    sending.send(
        office.writing(),
        application_id=application_id,
        ruc=ruc,
        declared=True,
        secret_key=SECRET,
    )
    confirming.confirm_by_code(
        office.writing(),
        application_id=application_id,
        ruc=ruc,
        code=confirmation_code(office, application_id),
        secret_key=SECRET,
    )


def confirmation_code(office: Office, application_id: UUID) -> str:
    """Return the code of the newest confirmation mail."""
    with office.reading() as uow:
        link_id = (
            uow.session.execute(
                sa.select(OneUseLinkRow.id)
                .where(OneUseLinkRow.application_id == application_id)
                .order_by(OneUseLinkRow.created_at.desc())
            )
            .scalars()
            .first()
        )
    if link_id is None:
        raise AssertionError("no confirmation was mailed")
    return link_code(SECRET, link_id)


def issuing_rules(institution: Institution | None = None) -> IssuingRules:
    """Return the rules of the packaged institution of 20 November 2026, as a demonstration."""
    return IssuingRules(
        institution=institution or institution_on(date(2026, 11, 20)),
        rulebook=read_rulebook(None),
        verification_key=SECRET,
        public_url="http://localhost:8000",
        public_host="localhost:8000",
        demonstration=True,
    )


def confirmed_rulebook() -> dict[str, Any]:
    """Return the packaged rules as an institution that has confirmed each of them has them."""
    confirmed_by = {"norm": "Acuerdo 1", "who": "Secretaría General", "day": date(2026, 11, 1)}
    return {
        section: [{**entry, "confirmed_by": confirmed_by} for entry in entries]
        for section, entries in read_rulebook(None).items()
    }


def named_keys(uow: UnitOfWork) -> set[str]:
    """Return every store key that some row names."""
    return {
        key
        for column in KEY_COLUMNS
        for key in uow.session.scalars(sa.select(column).where(column.is_not(None)))
        if key is not None
    }
