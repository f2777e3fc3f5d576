"""Sends the sample cases through the services; the running workers check them as usual."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from review_service.bootstrap import Container
from review_service.db.models import (
    ApplicationRow,
    CorrectionRow,
    LaterControlRow,
    LinkPurpose,
    OfficerRow,
    OneUseLinkRow,
    TaxpayerRow,
)
from review_service.db.unit_of_work import UnitOfWork
from review_service.demo.story import cases
from review_service.demo.story.cases import Case, Picture
from review_service.demo.story.drafting import (
    SEED_STEP,
    Sender,
    draft,
    photo_of,
    seed_of,
    send_photo,
    wait_for_checks,
)
from review_service.domain.applications import TRANSITIONS, ApplicationState
from review_service.domain.correction_reasons import catalogue
from review_service.domain.numbering import link_token
from review_service.domain.terms import (
    business_days_between,
    ecuador_day,
    ecuador_today,
    review_due,
)
from review_service.samples import files
from review_service.samples.accounts import STORY_OFFICER
from review_service.samples.files import Flaw
from review_service.samples.people import Person
from review_service.services.applicant import applying, confirming, sending
from review_service.services.review import correcting
from review_service.services.review.letters import CorrectionItem

NETWORK: Final = "192.0.2.1"
"""Of no browser, so that the certificates of visitors are counted apart from these."""


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
    sender = Sender(container=container, person=case.person, back=_time_back(container, case))
    application_id = draft(sender, case)
    if case.comment:
        _explain(sender, application_id, case)
    confirm(sender, application_id, case)
    if case.correction is not None:
        _correct(sender, application_id, case)
    wait_for_checks(container, application_id)


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


def _explain(sender: Sender, application_id: UUID, case: Case) -> None:
    flawed = next(picture for picture in case.pictures if picture.flaw is not Flaw.NONE)
    applying.comment(
        sender.writing(),
        application_id=application_id,
        ruc=sender.person.ruc,
        document_id=photo_of(sender.container, application_id, flawed.scene),
        text=case.comment,
    )


def confirm(sender: Sender, application_id: UUID, case: Case) -> None:
    """Send a draft, and confirm it with the mailed link."""
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


def _correct(sender: Sender, application_id: UUID, case: Case) -> None:
    """Ask for the correction, and answer it when the case says so."""
    asked = case.correction
    if asked is None:
        return
    container, ruc = sender.container, sender.person.ruc
    wait_for_checks(container, application_id)
    reasons = catalogue(on=ecuador_today(), document=container.rulebook)
    correcting.request_correction(
        sender.writing(),
        application_id=application_id,
        officer_id=_officer_id(container),
        version=version_of(container, application_id),
        items=[
            CorrectionItem(
                item=asked.item,
                reason=asked.reason,
                instruction=asked.instruction,
                code=asked.code,
                basis=next((each.basis for each in reasons if each.code == asked.code), ""),
            )
        ],
    )
    if asked.answer is None:
        return
    flawed = next(picture for picture in case.pictures if picture.flaw is not Flaw.NONE)
    former = photo_of(container, application_id, flawed.scene)
    applying.remove_document(
        sender.writing(), application_id=application_id, ruc=ruc, document_id=former
    )
    better = files.photo(flawed.scene, seed=seed_of(case) + SEED_STEP - 1)
    send_photo(sender, application_id, Picture(scene=flawed.scene), better)
    wait_for_checks(container, application_id)
    correcting.answer(
        sender.writing(),
        application_id=application_id,
        ruc=ruc,
        answers={asked.item: asked.answer},
    )


def version_of(container: Container, application_id: UUID) -> int:
    """Return the version of an application."""
    with container.reading() as uow:
        return uow.session.get_one(ApplicationRow, application_id).version


def _officer_id(container: Container) -> UUID:
    with container.reading() as uow:
        return uow.session.execute(
            sa.select(OfficerRow.id).where(OfficerRow.user_name == STORY_OFFICER.user_name)
        ).scalar_one()
