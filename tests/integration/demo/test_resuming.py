"""What an interrupted run left is found, withdrawn or sent again; nothing is claimed too early."""

from pathlib import Path
from typing import cast
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.bootstrap import Container
from review_service.db.models import AgreementRow, ApplicationRow, LaterControlRow
from review_service.demo.stage import preparing
from review_service.demo.stage.home import Home, Stories
from review_service.demo.story import cases, seeding
from review_service.demo.story.cases import Case
from review_service.domain.applications import ApplicationState, ReviewItem
from review_service.samples import people, turns
from review_service.samples.people import Person
from review_service.services.applicant import applying
from review_service.services.review import correcting
from review_service.services.review.letters import CorrectionItem
from review_service.services.upkeep import invariants
from review_service.web.demo import start_page
from tests.factories import (
    OTHER_RUC,
    RUC,
    Office,
    add_officer,
    add_taxpayer,
    confirm_business,
    open_business,
    open_draft,
    rule_parts,
)
from tests.integration.web.officer.desk_cases import approve, publish_everything, put_case

CERTIFICATE = "Ya tiene su certificado: descárguelo y verifíquelo."
ACUERDO = "Ya tiene su Acuerdo: descárguelo y verifíquelo."
CORRECTION = "Le pidieron corregir una foto."
REASON = "No se distingue nada: está muy oscura."
INSTRUCTION = "Tome la foto otra vez, de día."
SHOEMAKER = next(case for case in cases.QUEUE if case.person is people.SHOEMAKER)


@pytest.fixture
def container(office: Office) -> Container:
    """An office whose registry knows the sample people."""
    with office.writing() as uow:
        for person in people.EVERYBODY:
            if person.ruc not in {RUC, OTHER_RUC}:  # these it knows
                add_taxpayer(uow, person.ruc, name=person.name)
        uow.commit()
    return cast("Container", office)


def state_of(office: Office, application_id: UUID) -> ApplicationState:
    with office.reading() as uow:
        return uow.session.get_one(ApplicationRow, application_id).state


def waiting(container: Container) -> set[Person]:
    return {case.person for case in seeding.waiting_cases(container)}


def ask(office: Office, application_id: UUID, officer: UUID) -> None:
    with office.reading() as uow:
        version = uow.session.get_one(ApplicationRow, application_id).version
    correcting.request_correction(
        office.writing(),
        application_id=application_id,
        officer_id=officer,
        version=version,
        items=[CorrectionItem(item=ReviewItem.MACHINERY, reason=REASON, instruction=INSTRUCTION)],
    )


def shown(container: Container, folder: Path) -> dict[str, str]:
    """Return what the start page says, and of whom."""
    preparing.make_officers(container)
    (folder / "issued").mkdir(exist_ok=True)
    (folder / "samples").mkdir(exist_ok=True)
    preparing.write_start_page(container, Home(folder=folder))
    return {each.shows: each.ruc for each in start_page.read(folder).people}


def test_a_story_counts_as_told_only_at_its_end(tmp_path: Path) -> None:
    stories = Stories(folder=tmp_path)
    assert (stories.begun, stories.told) == (0, 0)
    stories.note_begun(1)
    assert (stories.begun, stories.told) == (1, 0)
    stories.note_begun(2)
    stories.note_told(2)
    assert (stories.begun, stories.told) == (2, 2)
    (tmp_path / "stories-begun").unlink()  # as an earlier version left it
    assert stories.begun == 2


@pytest.mark.parametrize("how_far", ["draft", "in_review", "correction"])
def test_what_an_interrupted_story_left_is_withdrawn(
    office: Office, container: Container, how_far: str
) -> None:
    ruc = people.STORY[0].ruc
    application_id = open_draft(office, ruc) if how_far == "draft" else put_case(office, ruc=ruc)
    if how_far == "correction":
        ask(office, application_id, add_officer(office))
    seeding.begin_afresh(container, ruc)
    assert state_of(office, application_id) is ApplicationState.WITHDRAWN


def test_a_decided_application_is_left_alone(office: Office, container: Container) -> None:
    application_id = put_case(office, ruc=people.STORY[0].ruc)
    approve(office, application_id, add_officer(office))
    seeding.begin_afresh(container, people.STORY[0].ruc)
    assert state_of(office, application_id) is ApplicationState.APPROVED


def test_a_case_that_was_withdrawn_half_way_is_sent_again(
    office: Office, container: Container
) -> None:
    ruc = people.WEAVER.ruc
    application_id = put_case(office, ruc=ruc)
    assert people.WEAVER not in waiting(container)
    applying.withdraw(office.writing(), application_id=application_id, ruc=ruc)
    assert people.WEAVER in waiting(container)


def test_a_case_waits_until_its_correction_was_asked(office: Office, container: Container) -> None:
    application_id = put_case(office, ruc=people.VISITOR_CORRECTION.ruc)
    assert people.VISITOR_CORRECTION in waiting(container)
    ask(office, application_id, add_officer(office))
    assert people.VISITOR_CORRECTION not in waiting(container)


def test_a_case_waits_until_its_correction_was_answered(
    office: Office, container: Container
) -> None:
    application_id = put_case(office, ruc=SHOEMAKER.person.ruc)
    ask(office, application_id, add_officer(office))
    assert SHOEMAKER.person in waiting(container)


def test_a_case_that_was_decided_before_its_correction_is_not_sent_again(
    office: Office, container: Container
) -> None:
    approve(office, put_case(office, ruc=SHOEMAKER.person.ruc), add_officer(office))
    assert SHOEMAKER.person not in waiting(container)


def test_only_who_holds_an_acuerdo_in_force_is_said_to(
    office: Office, container: Container, tmp_path: Path
) -> None:
    assert ACUERDO not in shown(container, tmp_path)
    second = people.STORY[1].ruc
    approve(office, put_case(office, ruc=second), add_officer(office, "otra"))
    assert ACUERDO not in shown(container, tmp_path)
    publish_everything(office)
    assert shown(container, tmp_path)[ACUERDO] == second
    with office.writing() as uow:
        uow.session.execute(sa.update(AgreementRow).values(valid_until=sa.text("'2020-01-01'")))
        uow.commit()
    assert ACUERDO not in shown(container, tmp_path)


def test_only_who_holds_a_certificate_in_force_is_said_to(
    office: Office, container: Container, tmp_path: Path
) -> None:
    ruc = people.BUSINESS_STORY[2].ruc
    confirm_business(office, open_business(office, ruc), ruc)
    assert CERTIFICATE not in shown(container, tmp_path)
    publish_everything(office, signatures=1)
    said = shown(container, tmp_path)
    assert said[CERTIFICATE] == ruc
    assert ACUERDO not in said


@pytest.mark.parametrize("case", cases.BUSINESSES, ids=lambda case: str(case.person.name))
def test_a_mipyme_s_case_is_found_whole_again(prepared: Container, case: Case) -> None:
    assert case.person in waiting(prepared)
    seeding.send(prepared, case)
    assert case.person not in waiting(prepared)
    with prepared.reading() as uow:
        chosen = sa.select(ApplicationRow).where(ApplicationRow.ruc == case.person.ruc)
        row = uow.session.execute(chosen).scalar_one()
        later = uow.session.get(LaterControlRow, row.id)
    assert invariants.broken_invariants(prepared.reading, prepared.store) == []
    if case.later_control:
        assert (row.state, later is not None) == (ApplicationState.APPROVED, True)
        assert row.decided_rule
    else:
        assert (row.state, later) == (ApplicationState.IN_REVIEW, None)
        assert (case.wish or "no registra un local abierto") in (row.referral or "")


def test_a_certificate_that_nobody_chose_for_later_control_is_not_the_case_s(
    office: Office, container: Container
) -> None:
    ruc = people.GARAGE.ruc
    confirm_business(office, open_business(office, ruc), ruc, parts=rule_parts(office))
    assert people.GARAGE in waiting(container)


def test_a_case_of_another_track_is_not_the_case_s(office: Office, container: Container) -> None:
    put_case(office, ruc=people.IMPORTER.ruc)
    assert people.IMPORTER in waiting(container)


def test_only_who_was_asked_to_correct_is_said_to(
    office: Office, container: Container, tmp_path: Path
) -> None:
    ruc = people.VISITOR_CORRECTION.ruc
    application_id = put_case(office, ruc=ruc)
    assert CORRECTION not in shown(container, tmp_path)
    ask(office, application_id, add_officer(office, "otra"))
    assert shown(container, tmp_path)[CORRECTION] == ruc


def test_who_is_told_of_a_second_time_has_another_name_at_the_register(
    container: Container,
) -> None:
    first, again = (turns.in_turn(people.STORY, run) for run in (0, len(people.STORY)))
    assert (again.ruc, again.name) == (first.ruc, f"{first.name} DE MORA")
    seeding.name_anew(container, again)
    known = container.registry.find(first.ruc)
    assert known is not None
    assert known.name == again.name
