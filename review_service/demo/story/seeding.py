"""Sends the sample cases through the services; the running workers check them as usual."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import Final
from uuid import UUID, uuid4

import sqlalchemy as sa

from review_service.bootstrap import Container
from review_service.db.models import (
    ApplicationRow,
    CorrectionRow,
    DocumentRow,
    LaterControlRow,
    LinkPurpose,
    OfficerRow,
    OneUseLinkRow,
    TaxpayerRow,
)
from review_service.db.unit_of_work import UnitOfWork
from review_service.demo.stage.errors import StoryFailedError
from review_service.demo.story import cases
from review_service.demo.story.cases import Case, Picture
from review_service.domain.applications import TRANSITIONS, ApplicationKind, ApplicationState
from review_service.domain.data_sheet import DataSheet, typed_values
from review_service.domain.documents import DocumentKind, DocumentState, Theme
from review_service.domain.numbering import link_token
from review_service.domain.terms import business_days_between, ecuador_day, review_due
from review_service.domain.tracks import ARTISAN, EMPRENDEDOR, MIPYME
from review_service.samples import files, people
from review_service.samples.accounts import STORY_OFFICER
from review_service.samples.files import Flaw, Scene
from review_service.samples.people import Person
from review_service.samples.scan import scanned_agreement
from review_service.samples.support_papers import paper
from review_service.services.applicant import applying, confirming, receiving, sending
from review_service.services.applicant.receiving import Upload
from review_service.services.review import correcting
from review_service.services.review.letters import CorrectionItem

CHECK_SECONDS: Final = 180.0
POLL_SECONDS: Final = 0.1
SEED_STEP: Final = 20
NETWORK: Final = "192.0.2.1"
"""Of no browser, so that the certificates of visitors are counted apart from these."""


class EarlierUnit(UnitOfWork):
    """A unit of work with a past time, so that the sample cases were sent on different days."""

    def __init__(self, container: Container, back: timedelta) -> None:
        super().__init__(container.database.engine, container.queue, writes=True)
        self._back = back

    def _database_time(self) -> datetime:
        return super()._database_time() - self._back


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sender:
    """An applicant whose actions have a past time."""

    container: Container
    person: Person
    back: timedelta

    def writing(self) -> UnitOfWork:
        """Return a unit of work with that time."""
        return EarlierUnit(self.container, self.back)


def waiting_cases(container: Container) -> Iterator[Case]:
    """Yield the sample cases that were not sent yet, or only in part by an interrupted run."""
    with container.reading() as uow:
        left = [
            case
            for case in cases.EVERY_CASE
            if not any(_is_whole(uow, row, case) for row in _sent(uow, case))
        ]
    yield from left


def _sent(uow: UnitOfWork, case: Case) -> list[ApplicationRow]:
    """Return the person's applications of the case's track that were sent and not withdrawn."""
    unsent = (
        ApplicationState.DRAFT,
        ApplicationState.AWAITING_CONFIRMATION,
        ApplicationState.WITHDRAWN,
    )
    chosen = sa.select(ApplicationRow).where(
        ApplicationRow.ruc == case.person.ruc,
        ApplicationRow.track == case.track.key,
        ApplicationRow.state.not_in(unsent),
    )
    return list(uow.session.execute(chosen).scalars())


def _is_whole(uow: UnitOfWork, row: ApplicationRow, case: Case) -> bool:
    """Whether the case has the state it should have, or was decided meanwhile."""
    if case.later_control:
        return uow.session.get(LaterControlRow, row.id) is not None
    if case.correction is None or ApplicationState.WITHDRAWN not in TRANSITIONS[row.state]:
        return True
    asked = sa.select(CorrectionRow).where(CorrectionRow.application_id == row.id)
    corrections = list(uow.session.execute(asked).scalars())
    is_answered = all(each.answered_at is not None for each in corrections)
    return bool(corrections) and (case.correction.answer is None or is_answered)


def begin_afresh(container: Container, ruc: str) -> None:
    """Withdraw what an interrupted run left open, so that the case can be sent again."""
    open_states = [
        state for state, next_ones in TRANSITIONS.items() if ApplicationState.WITHDRAWN in next_ones
    ]
    chosen = sa.select(ApplicationRow.id).where(
        ApplicationRow.ruc == ruc, ApplicationRow.state.in_(open_states)
    )
    with container.reading() as uow:
        left = list(uow.session.execute(chosen).scalars())
    for application_id in left:
        applying.withdraw(container.writing(), application_id=application_id, ruc=ruc)


def name_anew(container: Container, person: Person) -> None:
    """Let the register call a person as the run does."""
    with container.writing() as uow:
        uow.session.execute(
            sa.update(TaxpayerRow).where(TaxpayerRow.ruc == person.ruc).values(name=person.name)
        )
        uow.commit()


def send(container: Container, case: Case) -> None:
    """Send one case and wait until its checks have ended. Raises ``StoryFailedError``."""
    ruc = case.person.ruc
    begin_afresh(container, ruc)
    sender = _Sender(container=container, person=case.person, back=_time_back(container, case))
    kind = ApplicationKind.RENEWAL if case.prior else ApplicationKind.NEW
    application_id = applying.open_application(
        sender.writing(), registry=container.registry, ruc=ruc, kind=kind, track=case.track
    )
    applying.save_sheet(
        sender.writing(),
        application_id=application_id,
        ruc=ruc,
        values=_sheet(container, application_id, case),
        kind=kind,
    )
    _upload(sender, application_id, case)
    _send_papers(sender, application_id, case)
    _wait_for_checks(container, application_id)
    if case.as_pdf:
        _sort_pages(sender, application_id, case)
    if case.comment:
        _explain(sender, application_id, case)
    _confirm(sender, application_id, case)
    if case.correction is not None:
        _correct(sender, application_id, case)
    _wait_for_checks(container, application_id)


def _time_back(container: Container, case: Case) -> timedelta:
    """Return the time since a case was sent, from the business days that it has waited."""
    with container.reading() as uow:
        now = uow.now
    today, back = ecuador_day(now), timedelta()
    while business_days_between(today - back, today) < case.days_waiting:
        back += timedelta(days=1)
    while back and review_due(now - back) < now:  # so that no sample case is overdue
        back -= timedelta(days=1)
    return back


def _upload(sender: _Sender, application_id: UUID, case: Case) -> None:
    if case.as_pdf:
        pdf = files.evidence_pdf([_jpeg(case, place) for place in range(len(case.pictures))])
        _receive(sender, application_id, DocumentKind.EVIDENCE, "fotos-del-taller.pdf", pdf)
    else:
        for place, picture in enumerate(case.pictures):
            _photo(sender, application_id, picture, _jpeg(case, place))
    if case.prior is not None:
        scan = scanned_agreement(case.prior, seed=_seed(case.person))
        _receive(sender, application_id, DocumentKind.AGREEMENT, "acuerdo-anterior.pdf", scan)


def _send_papers(sender: _Sender, application_id: UUID, case: Case) -> None:
    with sender.writing() as uow:
        sent_on = ecuador_day(uow.now)
    for each in case.papers:
        owner = each.owner or case.person
        if owner.size and each.employees is not None:
            owner = replace(owner, size=replace(owner.size, employees=each.employees))
        pdf = paper(owner, each.kind, issued_on=sent_on - timedelta(days=each.days_old))
        name = f"{each.kind.slug}.pdf"
        _receive(sender, application_id, each.place.document_kind, name, pdf)


def _photo(sender: _Sender, application_id: UUID, picture: Picture, jpeg: bytes) -> None:
    name = f"{picture.scene.value}.jpg"
    theme = picture.scene.theme
    _receive(sender, application_id, DocumentKind.PHOTO, name, jpeg, theme=theme)


def _receive(
    sender: _Sender,
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


def _sort_pages(sender: _Sender, application_id: UUID, case: Case) -> None:
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


def _explain(sender: _Sender, application_id: UUID, case: Case) -> None:
    flawed = next(picture for picture in case.pictures if picture.flaw is not Flaw.NONE)
    applying.comment(
        sender.writing(),
        application_id=application_id,
        ruc=sender.person.ruc,
        document_id=_photo_of(sender.container, application_id, flawed.scene),
        text=case.comment,
    )


def _confirm(sender: _Sender, application_id: UUID, case: Case) -> None:
    container = sender.container
    secret_key = container.settings.secret_key
    sending.send(
        sender.writing(),
        application_id=application_id,
        ruc=sender.person.ruc,
        declared=True,
        secret_key=secret_key,
        rulebook=container.rulebook,
        wish=case.wish,
    )
    with container.reading() as uow:
        link_id = uow.session.execute(
            sa.select(OneUseLinkRow.id).where(
                OneUseLinkRow.application_id == application_id,
                OneUseLinkRow.purpose == LinkPurpose.CONFIRM,
            )
        ).scalar_one()
    chance = 1.0 if case.later_control else 0.0
    confirming.confirm_by_link(
        sender.writing(),
        token=link_token(secret_key, link_id),
        parts=replace(container.rule_parts(NETWORK), later_share=chance),
    )


def _correct(sender: _Sender, application_id: UUID, case: Case) -> None:
    """Ask for the correction, and answer it when the case says so."""
    asked = case.correction
    if asked is None:
        return
    container, ruc = sender.container, sender.person.ruc
    _wait_for_checks(container, application_id)
    correcting.request_correction(
        sender.writing(),
        application_id=application_id,
        officer_id=_officer_id(container),
        version=_version(container, application_id),
        items=[CorrectionItem(item=asked.item, reason=asked.reason, instruction=asked.instruction)],
    )
    if asked.answer is None:
        return
    flawed = next(picture for picture in case.pictures if picture.flaw is not Flaw.NONE)
    former = _photo_of(container, application_id, flawed.scene)
    applying.remove_document(
        sender.writing(), application_id=application_id, ruc=ruc, document_id=former
    )
    better = files.photo(flawed.scene, seed=_seed(case.person) + SEED_STEP - 1)
    _photo(sender, application_id, Picture(scene=flawed.scene), better)
    _wait_for_checks(container, application_id)
    correcting.answer(
        sender.writing(),
        application_id=application_id,
        ruc=ruc,
        answers={asked.item: asked.answer},
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
    return files.photo(picture.scene, seed=_seed(case.person) + place, flaw=picture.flaw)


def _seed(person: Person) -> int:
    """Return the seed of the person's photos, so that no two sample people share one."""
    return 20_000 + SEED_STEP * people.EVERYBODY.index(person)


def _sheet(container: Container, application_id: UUID, case: Case) -> dict[str, str]:
    with container.reading() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        prefilled = typed_values(DataSheet.from_json(row.sheet))
    of_track = {
        ARTISAN.key: people.sheet_of,
        MIPYME.key: people.business_sheet_of,
        EMPRENDEDOR.key: people.venture_sheet_of,
    }[case.track.key]
    return prefilled | of_track(case.person) | dict(case.changed)


def _documents(container: Container, application_id: UUID, kind: DocumentKind) -> list[UUID]:
    with container.reading() as uow:
        return [
            row.id
            for row in uow.session.execute(_given(application_id)).scalars()
            if row.kind is kind
        ]


def _photo_of(container: Container, application_id: UUID, scene: Scene) -> UUID:
    with container.reading() as uow:
        rows = uow.session.execute(_given(application_id)).scalars()
        return next(row.id for row in rows if row.file_name == f"{scene.value}.jpg")


def _given(application_id: UUID) -> sa.Select[DocumentRow]:
    return sa.select(DocumentRow).where(
        DocumentRow.application_id == application_id,
        DocumentRow.removed_at.is_(None),
        DocumentRow.assembled.is_(False),
    )


def _wait_for_checks(container: Container, application_id: UUID) -> None:
    deadline = time.monotonic() + CHECK_SECONDS
    while time.monotonic() < deadline:
        with container.reading() as uow:
            states = [row.state for row in uow.session.execute(_given(application_id)).scalars()]
        if DocumentState.REFUSED in states:
            raise StoryFailedError("se aceptaran los archivos de los casos de prueba")
        if all(state.is_final for state in states):
            return
        time.sleep(POLL_SECONDS)
    raise StoryFailedError("terminaran los controles de los casos de prueba")


def _version(container: Container, application_id: UUID) -> int:
    with container.reading() as uow:
        return uow.session.get_one(ApplicationRow, application_id).version


def _officer_id(container: Container) -> UUID:
    with container.reading() as uow:
        return uow.session.execute(
            sa.select(OfficerRow.id).where(OfficerRow.user_name == STORY_OFFICER.user_name)
        ).scalar_one()
