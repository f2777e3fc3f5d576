"""Makes the drafts of the sample cases through the services, with checked photos and papers."""

import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import Final
from uuid import UUID, uuid4

import sqlalchemy as sa

from review_service.bootstrap import Container
from review_service.db.models import ApplicationRow, DocumentRow
from review_service.db.open_checks import is_in_search
from review_service.db.unit_of_work import UnitOfWork
from review_service.demo.stage.errors import StoryFailedError
from review_service.demo.story import cases
from review_service.demo.story.cases import Case, Picture
from review_service.domain.applications import ApplicationKind
from review_service.domain.data_sheet import DataSheet, typed_values
from review_service.domain.documents import DocumentKind, DocumentState, Theme
from review_service.domain.terms import ecuador_day
from review_service.domain.tracks import ARTISAN, EMPRENDEDOR, MIPYME
from review_service.samples import files, people, sheets
from review_service.samples.files import Scene
from review_service.samples.people import Person
from review_service.samples.scan import scanned_agreement
from review_service.samples.support_papers import paper
from review_service.services.applicant import applying, own_agreement, receiving
from review_service.services.applicant.receiving import Upload
from review_service.services.applicant.renewing import Asked, renewal_of

CHECK_SECONDS: Final = 180.0
POLL_SECONDS: Final = 0.1
SEED_STEP: Final = 20
SERIES_STEP: Final = 100_000
"""Between the photos of a person and those of the same person in a later series."""


class EarlierUnit(UnitOfWork):
    """A unit of work with a past time, so that the sample cases were sent on different days."""

    def __init__(self, container: Container, back: timedelta) -> None:
        super().__init__(container.database.engine, container.queue, writes=True)
        self._back = back

    def _database_time(self) -> datetime:
        return super()._database_time() - self._back


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """An applicant whose actions have a past time."""

    container: Container
    person: Person
    back: timedelta = timedelta()

    def writing(self) -> UnitOfWork:
        """Return a unit of work with that time."""
        return EarlierUnit(self.container, self.back)


def draft(sender: Sender, case: Case) -> UUID:
    """Make one case ready to be sent, all its checks done. Raises ``StoryFailedError``."""
    container, ruc = sender.container, case.person.ruc
    kind, asked = _opening(container, case)
    application_id = applying.open_application(
        sender.writing(),
        registry=container.registry,
        ruc=ruc,
        kind=kind,
        track=case.track,
        asked=asked,
    )
    applying.save_sheet(
        sender.writing(),
        application_id=application_id,
        ruc=ruc,
        values=_sheet(container, application_id, case),
        kind=kind,
    )
    if asked.facts_changed:
        own_agreement.attach(
            sender.writing, container.store, application_id=application_id, ruc=ruc
        )
    _upload(sender, application_id, case)
    _send_papers(sender, application_id, case)
    wait_for_checks(container, application_id)
    if case.as_pdf:
        _sort_pages(sender, application_id, case)
    return application_id


def _opening(container: Container, case: Case) -> tuple[ApplicationKind, Asked]:
    """Return what is asked for: who holds a document of the track says that facts changed."""
    with container.reading() as uow:
        holds = renewal_of(uow, ruc=case.person.ruc, track=case.track) is not None
    if holds and case.prior is None:
        return ApplicationKind.RENEWAL, Asked(facts_changed=True)
    return ApplicationKind.RENEWAL if case.prior else ApplicationKind.NEW, Asked()


def _upload(sender: Sender, application_id: UUID, case: Case) -> None:
    if case.as_pdf:
        pdf = files.evidence_pdf([_jpeg(case, place) for place in range(len(case.pictures))])
        _receive(sender, application_id, DocumentKind.EVIDENCE, "fotos-del-taller.pdf", pdf)
    else:
        for place, picture in enumerate(case.pictures):
            send_photo(sender, application_id, picture, _jpeg(case, place))
    if case.prior is not None:
        scan = scanned_agreement(case.prior, seed=seed_of(case))
        _receive(sender, application_id, DocumentKind.AGREEMENT, "acuerdo-anterior.pdf", scan)


def _send_papers(sender: Sender, application_id: UUID, case: Case) -> None:
    with sender.writing() as uow:
        sent_on = ecuador_day(uow.now)
    for each in case.papers:
        owner = each.owner or case.person
        if owner.size and each.employees is not None:
            owner = replace(owner, size=replace(owner.size, employees=each.employees))
        pdf = paper(owner, each.kind, issued_on=sent_on - timedelta(days=each.days_old))
        name = f"{each.kind.slug}.pdf"
        _receive(sender, application_id, each.place.document_kind, name, pdf)


def send_photo(sender: Sender, application_id: UUID, picture: Picture, jpeg: bytes) -> None:
    """Upload one photo under its theme."""
    name = f"{picture.scene.value}.jpg"
    theme = picture.scene.theme
    _receive(sender, application_id, DocumentKind.PHOTO, name, jpeg, theme=theme)


def _receive(
    sender: Sender,
    application_id: UUID,
    kind: DocumentKind,
    name: str,
    content: bytes,
    *,
    theme: Theme | None = None,
) -> None:
    container = sender.container
    receiving.receive(
        sender.writing,
        container.store,
        limits=container.limits,
        application_id=application_id,
        ruc=sender.person.ruc,
        upload=Upload(
            kind=kind,
            theme=theme,
            upload_key=str(uuid4()),
            file_name=name,
            stream=BytesIO(content),
        ),
    )


def _sort_pages(sender: Sender, application_id: UUID, case: Case) -> None:
    [document_id] = _documents(sender.container, application_id, DocumentKind.EVIDENCE)
    applying.assign_themes(
        sender.writing(),
        application_id=application_id,
        ruc=sender.person.ruc,
        document_id=document_id,
        themes={
            number: picture.scene.theme for number, picture in enumerate(case.pictures, start=1)
        },
    )


def _jpeg(case: Case, place: int) -> bytes:
    picture = case.pictures[place]
    if picture.taken_by is not None:
        theirs = next(each for each in cases.QUEUE if each.person == picture.taken_by)
        place = next(
            number for number, each in enumerate(theirs.pictures) if each.scene is picture.scene
        )
        jpeg = _jpeg(theirs, place)
        return files.passed_on(jpeg) if picture.passed_on else jpeg
    return files.photo(picture.scene, seed=seed_of(case) + place, flaw=picture.flaw)


def seed_of(case: Case) -> int:
    """Return the seed of a case's photos, so that no two sample people or series share one."""
    place = [person.ruc for person in people.EVERYBODY].index(case.person.ruc)
    return 20_000 + SEED_STEP * place + SERIES_STEP * case.series


def _sheet(container: Container, application_id: UUID, case: Case) -> dict[str, str]:
    with container.reading() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        prefilled = typed_values(DataSheet.from_json(row.sheet))
    of_track = {
        ARTISAN.key: sheets.sheet_of,
        MIPYME.key: sheets.business_sheet_of,
        EMPRENDEDOR.key: sheets.venture_sheet_of,
    }[case.track.key]
    return prefilled | of_track(case.person) | dict(case.changed)


def _documents(container: Container, application_id: UUID, kind: DocumentKind) -> list[UUID]:
    with container.reading() as uow:
        return [
            row.id
            for row in uow.session.execute(_given(application_id)).scalars()
            if row.kind is kind
        ]


def photo_of(container: Container, application_id: UUID, scene: Scene) -> UUID:
    """Return the id of the photo of that scene."""
    with container.reading() as uow:
        rows = uow.session.execute(_given(application_id)).scalars()
        return next(row.id for row in rows if row.file_name == f"{scene.value}.jpg")


def _given(application_id: UUID) -> sa.Select[DocumentRow]:
    return sa.select(DocumentRow).where(
        DocumentRow.application_id == application_id,
        DocumentRow.removed_at.is_(None),
        DocumentRow.assembled.is_(False),
    )


def wait_for_checks(container: Container, application_id: UUID) -> None:
    """Wait until every file was checked and its photos compared. Raises ``StoryFailedError``."""
    deadline = time.monotonic() + CHECK_SECONDS
    while time.monotonic() < deadline:
        with container.reading() as uow:
            states = [row.state for row in uow.session.execute(_given(application_id)).scalars()]
            is_compared = not uow.session.scalars(
                sa.select(DocumentRow.id)
                .where(DocumentRow.application_id == application_id, is_in_search())
                .limit(1)
            ).first()
        if DocumentState.REFUSED in states:
            raise StoryFailedError("se aceptaran los archivos de los casos de prueba")
        if all(state.is_final for state in states) and is_compared:
            return
        time.sleep(POLL_SECONDS)
    raise StoryFailedError("terminaran los controles de los casos de prueba")
