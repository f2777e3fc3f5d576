"""One application in every state, so that every page can be looked at."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db import claims, open_checks
from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    DocumentRow,
    FieldRow,
    LinkPurpose,
    ReviewItemRow,
)
from review_service.demo.stage import preparing
from review_service.demo.stage.home import Home
from review_service.demo.story import cases, seeding
from review_service.domain.agreements import AgreementState
from review_service.domain.applications import (
    ApplicationKind,
    ApplicationState,
    ItemVerdict,
    ReviewItem,
)
from review_service.domain.documents import DocumentKind, Theme
from review_service.domain.numbering import (
    link_token,
    spaced,
    verification_code,
    verification_token,
)
from review_service.domain.reports import AgreementField, FieldOutcome
from review_service.samples import people, sheets
from review_service.samples.files import Flaw, Scene
from review_service.services.applicant import applying, confirming, registering, sending
from review_service.services.review import reviewing
from tests.e2e import (
    associations,
    businesses,
    doubtful,
    excused,
    second_addresses,
    unanswered,
    ventures,
)
from tests.e2e.samples import NAMES, evidence_pdf, jpeg, scan_of
from tests.e2e.stack import OfficerAccount, Stack
from tests.factories import SECRET, Office, confirmation_code, upload
from tests.integration.services import steps
from workers.fields.prior.choice import DOUBT_CONFIDENCE

PATIENCE_SECONDS = 120
YEARS_AGO = 4
IN_REVIEW = (
    *cases.QUEUE[:4],
    *(case for case in cases.QUEUE if case.person in associations.IN_QUEUE),
    cases.QUEUE[-1],
    cases.ASKED_TO_CORRECT,
)
"""Enough for every kind of case; the pictures show the whole queue."""
REASONS = (
    "Las fotos muestran un almacén de productos terminados, no un taller de producción "
    "(Acuerdo Interministerial, artículo 4).\n"
    "La actividad declarada no consta entre las actividades de su RUC."
)
NEWCOMERS = {
    "approvable": "CONEJO MORALES LUZ MARÍA",
    "awaiting": "PAUCAR TOAPANTA SEGUNDO JOSÉ",
    "withdrawn": "VERA PINARGOTE CARLOS JULIO",
}


@dataclass
class Gallery:
    """The cases by name, and who may look at them."""

    stack: Stack
    home: Home
    officer: OfficerAccount
    colleague: OfficerAccount
    ids: dict[str, UUID] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)

    def address(self, name: str, part: str = "") -> str:
        """Return the applicant's address of a case, or of a part of it."""
        return f"/solicitudes/{self.ids[name]}{part}"

    def desk(self, name: str, part: str = "") -> str:
        """Return the officer's address of a case, or of a part of it."""
        return f"/revision/casos/{self.ids[name]}{part}"

    def take(self, name: str, by: OfficerAccount | None = None) -> None:
        """Let an officer hold a case that is in review, R. Andrade unless another is named."""
        with self.stack.container.writing() as uow:
            row = uow.session.get_one(ApplicationRow, self.ids[name])
            if row.state is ApplicationState.IN_REVIEW:
                claims.hold(uow, row, officer_id=(by or self.officer).id)
                uow.commit()

    def free(self, name: str) -> None:
        """Let nobody hold a case."""
        with self.stack.container.writing() as uow:
            row = uow.session.get_one(ApplicationRow, self.ids[name])
            row.claimed_by = row.claimed_at = row.claimed_until = None
            uow.commit()

    def fresh_link(
        self, purpose: LinkPurpose, name: str, *, expired: bool = False, used: bool = False
    ) -> str:
        """Return the path of a mailed link."""
        with self.stack.container.writing() as uow:
            link = registering.add_link(
                uow,
                purpose=purpose,
                ruc=self.owners[name],
                secret_key=SECRET,
                life=timedelta(minutes=-1 if expired else 15),
                application_id=self.ids[name] if purpose is LinkPurpose.CONFIRM else None,
            )
            link_id, link.used_at = link.id, uow.now if used else None
            uow.commit()
        start = "/confirmar/" if purpose is LinkPurpose.CONFIRM else "/ingresar/enlace/"
        return start + link_token(SECRET, link_id)

    @cached_property
    def paper(self) -> bytes:
        """The issued agreement."""
        with self.stack.container.reading() as uow:
            key = _agreement(uow.session, self.ids["issued"]).storage_key
        assert key is not None
        with self.stack.container.store.open(key) as stream:
            return stream.read()

    def number_and_code(self, name: str) -> tuple[str, str]:
        """Return what stands beside the QR of an issued agreement."""
        with self.stack.container.reading() as uow:
            row = _agreement(uow.session, self.ids[name])
            return row.number, spaced(verification_code(SECRET, row.id))

    def scanned(self, name: str) -> str:
        """Return the path that the QR of an issued agreement leads to."""
        with self.stack.container.reading() as uow:
            return f"/v/{verification_token(SECRET, _agreement(uow.session, self.ids[name]).id)}"


def hang(stack: Stack, folder: Path, *, whole_queue: bool) -> Gallery:
    """Make every case through the services; the running workers check and issue."""
    home = Home(folder=folder)
    for place in (home.registry, home.samples, home.issued, home.mail):
        place.mkdir(parents=True, exist_ok=True)
    preparing.import_people(stack.container, home)
    preparing.import_figures(stack.container)
    preparing.make_officers(stack.container)
    gallery = Gallery(
        stack=stack,
        home=home,
        officer=stack.officer("R. Andrade"),
        colleague=stack.officer("L. Paz"),
    )
    gallery.owners["nobody"] = stack.newcomer("CHIMBO AGUALONGO ANA LUCÍA").ruc
    _drafts(gallery)
    _sent(gallery)
    _decided(gallery)
    _doubtful(gallery)
    _second_addresses(gallery)
    businesses.bring(gallery)
    ventures.bring(gallery)
    associations.bring(gallery)
    excused.bring(gallery)
    unanswered.begin(gallery)
    late = (*excused.BOTH, *unanswered.NAMED)
    wait_for_checks(gallery.stack.office, [gallery.ids[name] for name in late])
    unanswered.bring(gallery)
    queue = cases.EVERY_CASE if whole_queue else IN_REVIEW
    for case in queue:
        seeding.send(stack.container, case)
    _name_the_queue(gallery)
    _doubt_a_day(gallery)
    return gallery


def _drafts(gallery: Gallery) -> None:
    office = gallery.stack.office
    draft = _open(gallery, "draft", people.VISITOR_NEW.ruc, ApplicationKind.NEW)
    shots = (
        (Scene.WORKSHOP, Flaw.NONE),
        (Scene.WEAVER, Flaw.NONE),
        (Scene.LOOM, Flaw.DARK),
        (Scene.TOOLS, Flaw.NONE),
    )
    for scene, flaw in shots:
        _photo(office, draft, people.VISITOR_NEW.ruc, scene, seed=60, flaw=flaw)
    upload(
        office,
        draft,
        ruc=people.VISITOR_NEW.ruc,
        content=b"<!doctype html><title>Mis fotos</title>",
        theme=Theme.PROCESS,
        file_name="proceso.jpg",
    )
    renewal = _open(gallery, "renewal", people.VISITOR_RENEWAL.ruc, ApplicationKind.RENEWAL)
    _fill(gallery, "renewal", ApplicationKind.RENEWAL)
    scenes = (Scene.FACADE, Scene.HANDS, Scene.TOOLS, Scene.POTS)
    pdf = upload(
        office,
        renewal,
        ruc=people.VISITOR_RENEWAL.ruc,
        kind=DocumentKind.EVIDENCE,
        content=evidence_pdf(seed=61, scenes=scenes),
        file_name="fotos del taller.pdf",
    )
    assert people.VISITOR_RENEWAL.prior is not None
    upload(
        office,
        renewal,
        ruc=people.VISITOR_RENEWAL.ruc,
        kind=DocumentKind.AGREEMENT,
        content=scan_of(people.VISITOR_RENEWAL.prior),
        file_name="acuerdo anterior.pdf",
    )
    wait_for_checks(office, [draft, renewal])
    applying.assign_themes(
        office.writing(),
        application_id=renewal,
        ruc=people.VISITOR_RENEWAL.ruc,
        document_id=pdf.document_id,
        themes={place: scene.theme for place, scene in enumerate(scenes, start=1)},
    )
    empty = gallery.stack.newcomer("GUAMÁN PILLA NARCISA DEL ROCÍO")
    _open(gallery, "empty", empty.ruc, ApplicationKind.NEW)


def _doubtful(gallery: Gallery) -> None:
    """Make a draft with doubtful photos, and one whose pages are still coming in."""
    office = gallery.stack.office
    for name in ("doubtful", "running"):
        ruc = gallery.stack.newcomer().ruc
        application_id = _open(gallery, name, ruc, ApplicationKind.NEW)
        document_id = doubtful.bring(office, application_id, ruc)
        wait_for_checks(office, [application_id])
        if name == "doubtful":
            doubtful.comment(office, application_id, ruc, document_id)
        else:
            doubtful.look_again(office, document_id)


def _second_addresses(gallery: Gallery) -> None:
    for name in second_addresses.NAMES:
        ruc = gallery.stack.newcomer().ruc
        application_id = _open(gallery, name, ruc, ApplicationKind.NEW)
        _fill(gallery, name, ApplicationKind.NEW, notice_email=name + second_addresses.GIVEN)
        second_addresses.bring(gallery.stack.office, name, application_id, ruc)


def _sent(gallery: Gallery) -> None:
    """Make what was sent: the first three are to be decided, the others stay as they are."""
    office = gallery.stack.office
    named = {
        "issued": people.STORY[0].ruc,
        "expired": people.STORY[1].ruc,
        "refused": people.STORY[2].ruc,
    }
    for name, who in NEWCOMERS.items():
        named[name] = gallery.stack.newcomer(who).ruc
    for place, (name, ruc) in enumerate(named.items()):
        application_id = _open(gallery, name, ruc, ApplicationKind.NEW)
        _fill(gallery, name, ApplicationKind.NEW)
        for scene in (Scene.WORKSHOP, Scene.WEAVER, Scene.TOOLS, Scene.CLOTH):
            _photo(office, application_id, ruc, scene, seed=70 + place)
    wait_for_checks(office, gallery.ids.values())
    for name, ruc in named.items():
        sending.send(
            office.writing(),
            application_id=gallery.ids[name],
            ruc=ruc,
            declared=True,
            secret_key=SECRET,
        )
    for name in ("issued", "expired", "refused", "approvable"):
        confirming.confirm_by_code(
            office.writing(),
            application_id=gallery.ids[name],
            ruc=named[name],
            code=confirmation_code(office, gallery.ids[name]),
            secret_key=SECRET,
        )
    applying.withdraw(
        office.writing(), application_id=gallery.ids["withdrawn"], ruc=named["withdrawn"]
    )


def _decided(gallery: Gallery) -> None:
    container, office = gallery.stack.container, gallery.stack.office
    for name in ("issued", "expired", "approvable"):
        _accept_everything(gallery, name)
    for name in ("issued", "expired"):
        reviewing.approve(
            office.writing(),
            application_id=gallery.ids[name],
            officer_id=gallery.officer.id,
            version=version_of(office, gallery.ids[name]),
            rules=container.issuing_rules,
        )
    steps.observe(office, gallery.ids["refused"], gallery.colleague.id)
    reviewing.refuse(
        office.writing(),
        application_id=gallery.ids["refused"],
        officer_id=gallery.colleague.id,
        version=version_of(office, gallery.ids["refused"]),
        reasons=REASONS,
        institution=container.institution(),
    )
    for name in ("issued", "expired"):
        _wait_until_published(office, gallery.ids[name])
    with office.writing() as uow:
        _issue_years_ago(_agreement(uow.session, gallery.ids["expired"]))
        uow.commit()


def _issue_years_ago(row: AgreementRow) -> None:
    def earlier(day: date) -> date:
        return day.replace(year=day.year - YEARS_AGO)

    row.valid_from, row.valid_until = earlier(row.valid_from), earlier(row.valid_until)
    dates = {
        name: earlier(date.fromisoformat(value)).isoformat()
        for name, value in row.snapshot.items()
        if name in {"issued_on", "valid_from", "valid_until"}
    }
    row.snapshot = {**row.snapshot, **dates}


def _name_the_queue(gallery: Gallery) -> None:
    named = {
        "differs": people.HATTER,
        "dark": people.WEAVER,
        "corrected": people.SHOEMAKER,
        "correct": people.VISITOR_CORRECTION,
        "resembles": people.CHOCOLATIER,
        associations.WAITING: people.JEWELLERS,
        associations.ARTISAN: people.JEWELLER,
    }
    with gallery.stack.container.reading() as uow:
        for name, person in named.items():
            gallery.owners[name] = person.ruc
            gallery.ids[name] = uow.session.execute(
                sa.select(ApplicationRow.id).where(ApplicationRow.ruc == person.ruc)
            ).scalar_one()


def _doubt_a_day(gallery: Gallery) -> None:
    """Let the last day of a prior Acuerdo be one of two, as where ink touches it."""
    with gallery.stack.office.writing() as uow:
        row = uow.session.execute(
            sa.select(FieldRow)
            .join(DocumentRow, DocumentRow.id == FieldRow.document_id)
            .where(
                DocumentRow.application_id == gallery.ids["differs"],
                FieldRow.name == AgreementField.VALID_UNTIL.value,
            )
        ).scalar_one()
        day = date.fromisoformat(row.value)
        row.candidates = [day.replace(year=day.year + 1).isoformat()]
        row.confidence, row.outcome = DOUBT_CONFIDENCE, FieldOutcome.UNREADABLE.value
        uow.commit()


def _open(gallery: Gallery, name: str, ruc: str, kind: ApplicationKind) -> UUID:
    office = gallery.stack.office
    gallery.owners[name] = ruc
    gallery.ids[name] = applying.open_application(
        office.writing(), registry=office.registry, ruc=ruc, kind=kind
    )
    return gallery.ids[name]


def _fill(gallery: Gallery, name: str, kind: ApplicationKind, **more: str) -> None:
    office = gallery.stack.office
    with office.reading() as uow:
        sheet = uow.session.get_one(ApplicationRow, gallery.ids[name]).sheet
    ruc = gallery.owners[name]
    person = next((each for each in people.EVERYBODY if each.ruc == ruc), people.WEAVER)
    prefilled = {field: str(value) for field, value in sheet.items()}
    applying.save_sheet(
        office.writing(),
        application_id=gallery.ids[name],
        ruc=gallery.owners[name],
        values=prefilled | sheets.sheet_of(person) | more,
        kind=kind,
    )


def _photo(
    office: Office,
    application_id: UUID,
    ruc: str,
    scene: Scene,
    *,
    seed: int,
    flaw: Flaw = Flaw.NONE,
) -> None:
    upload(
        office,
        application_id,
        ruc=ruc,
        content=jpeg(scene, seed=seed, flaw=flaw),
        theme=scene.theme,
        file_name=NAMES[scene],
    )


def _accept_everything(gallery: Gallery, name: str) -> None:
    office, application_id = gallery.stack.office, gallery.ids[name]
    with office.reading() as uow:
        items: list[ReviewItem] = list(
            uow.session.scalars(
                sa.select(ReviewItemRow.item).where(ReviewItemRow.application_id == application_id)
            )
        )
    for item in items:
        reviewing.judge(
            office.writing(),
            application_id=application_id,
            officer_id=gallery.officer.id,
            version=version_of(office, application_id),
            item=item,
            verdict=ItemVerdict.ACCEPTED,
        )


def version_of(office: Office, application_id: UUID) -> int:
    """Return the version of a case as it stands."""
    with office.reading() as uow:
        return uow.session.get_one(ApplicationRow, application_id).version


def wait_for_checks(office: Office, application_ids: Iterable[UUID]) -> None:
    """Wait until the workers have checked every file of these, and compared their photos."""
    wanted = list(application_ids)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with office.reading() as uow:
            is_open = uow.session.scalar(
                sa.select(DocumentRow.id)
                .where(DocumentRow.application_id.in_(wanted), open_checks.is_open())
                .limit(1)
            )
        if is_open is None:
            return
        time.sleep(0.1)
    raise AssertionError("the checks did not end")


def _wait_until_published(office: Office, application_id: UUID) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with office.reading() as uow:
            if _agreement(uow.session, application_id).state is AgreementState.PUBLISHED:
                return
        time.sleep(0.1)
    raise AssertionError("the agreement was not issued")


def _agreement(session: Session, application_id: UUID) -> AgreementRow:
    return session.execute(
        sa.select(AgreementRow).where(AgreementRow.application_id == application_id)
    ).scalar_one()
