"""Accepted cases are ticked, named once more, and approved one by one with a result for each."""

import re
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from review_service.db.models import ApplicationRow
from review_service.domain.applications import ApplicationState
from review_service.domain.roles import OfficerRole
from tests.factories import OTHER_RUC, Office
from tests.integration.web.officer.desk_cases import (
    WebOffice,
    accept_everything,
    add_reviewer,
    put_case,
    sign_in,
    take,
)


@pytest.fixture
def cases(office: Office, officer_id: UUID) -> list[UUID]:
    """Two cases that R. Andrade holds, looked at and accepted whole."""
    found = [put_case(office), put_case(office, ruc=OTHER_RUC)]
    for each in found:
        take(office, each, officer_id)
        with office.writing() as uow:
            uow.record("pages_viewed", actor=f"officer:{officer_id}", subject_id=each)
            uow.commit()
        accept_everything(office, each, officer_id)
    return found


def state(office: Office, case: UUID) -> ApplicationState:
    with office.reading() as uow:
        return uow.session.get_one(ApplicationRow, case).state


def holder(office: Office, case: UUID) -> str:
    with office.reading() as uow:
        return uow.session.get_one(ApplicationRow, case).holder


def carried(page: str) -> list[str]:
    return re.findall(r'name="caso" value="([^"]+)"', page)


def ways(cases: list[UUID]) -> str:
    return "&".join(f"caso={each}" for each in cases)


def test_each_holder_is_named_before_any_is_approved(
    office: Office, browser: FlaskClient, cases: list[UUID]
) -> None:
    listed = browser.get("/revision/por-emitir").text
    assert len(re.findall(r'form="elegidos"', listed)) == 2
    confirm = browser.get(f"/revision/por-emitir/confirmar?{ways(cases)}").text
    assert "¿Aprobar y emitir estas 2?" in confirm
    assert all(holder(office, each) in confirm for each in cases)
    assert {state(office, each) for each in cases} == {ApplicationState.IN_REVIEW}
    done = browser.post("/revision/por-emitir", data={"caso": carried(confirm)})
    assert done.status_code == 200
    assert "Aprobó 2 de 2 casos" in done.text
    assert {state(office, each) for each in cases} == {ApplicationState.APPROVED}
    again = browser.post("/revision/por-emitir", data={"caso": carried(confirm)}).text
    assert "Aprobó 2 de 2 casos" in again
    assert again.count("Ya la había aprobado") == 2
    assert "Ninguna está lista" in browser.get("/revision/por-emitir").text


def test_all_are_ticked_by_a_second_button_without_scripts(
    browser: FlaskClient, cases: list[UUID]
) -> None:
    del cases
    page = browser.get("/revision/por-emitir?elegir=todos").text
    assert len(re.findall(r"\bchecked>", page)) == 2


def test_nothing_chosen_is_an_answer_and_too_many_are_refused(
    office: Office, browser: FlaskClient, cases: list[UUID]
) -> None:
    for answer in (
        browser.get("/revision/por-emitir/confirmar"),
        browser.post("/revision/por-emitir"),
    ):
        assert answer.status_code == 200
        assert "No eligió ningún caso" in answer.text
        assert 'href="/revision/por-emitir"' in answer.text
    many = [str(cases[0]), *(str(uuid4()) for _ in range(50))]
    for answer in (
        browser.get("/revision/por-emitir/confirmar?" + "&".join(f"caso={each}" for each in many)),
        browser.post("/revision/por-emitir", data={"caso": many}),
    ):
        assert answer.status_code == 422
        assert "No hicimos nada" in answer.text
    assert state(office, cases[0]) is ApplicationState.IN_REVIEW


def test_one_that_nobody_confirmed_in_this_version_is_not_approved(
    office: Office, browser: FlaskClient, cases: list[UUID]
) -> None:
    confirm = browser.get(f"/revision/por-emitir/confirmar?{ways(cases)}").text
    good, other = carried(confirm)
    forged = other.split("|")[0] + "|1.00000000000000000000|"
    done = browser.post("/revision/por-emitir", data={"caso": [forged, good]}).text
    assert "Aprobó 1 de 2 casos" in done
    assert "Cambió desde que usted lo vio" in done
    assert state(office, UUID(other.split("|")[0])) is ApplicationState.IN_REVIEW


def test_a_case_that_is_ready_no_longer_is_left_out_of_the_confirmation(
    web: WebOffice, office: Office, browser: FlaskClient, cases: list[UUID]
) -> None:
    add_reviewer(web, "lpaz", "L. Paz", role=OfficerRole.SUPERVISOR)
    with office.writing() as uow:
        uow.session.get_one(ApplicationRow, cases[0]).claimed_by = None
        uow.commit()
    page = browser.get(f"/revision/por-emitir/confirmar?{ways(cases)}").text
    assert "Una que eligió ya no está lista" in page
    assert holder(office, cases[0]) not in page
    assert (
        "ya no están listas" in browser.get(f"/revision/por-emitir/confirmar?caso={cases[0]}").text
    )
    assert "Ninguna está lista" in sign_in(web, "lpaz").get("/revision/por-emitir").text


def test_who_may_not_decide_is_told_so(web: WebOffice, cases: list[UUID]) -> None:
    add_reviewer(web, "revisa", "M. López", role=OfficerRole.REVIEWER)
    other = sign_in(web, "revisa")
    assert other.get("/revision/por-emitir").status_code == 403
    assert other.post("/revision/por-emitir", data={"caso": str(cases[0])}).status_code == 403
    assert "Listas para emitir" not in other.get("/revision").text
