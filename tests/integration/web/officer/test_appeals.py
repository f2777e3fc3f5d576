"""Appeals on the officers' desk: a list, a decision as it will be sent, an order on the case."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from review_service.db.appeals import appeal_stamp
from review_service.db.models import AppealRow, ApplicationRow, LetterRow
from review_service.domain.appeals import AppealOutcome
from review_service.domain.applications import ApplicationState
from review_service.domain.roles import OfficerRole
from review_service.domain.terms import ecuador_day, ecuador_today
from tests.factories import OTHER_RUC, RUC, Office, add_officer
from tests.integration.services import appeal_cases, letter_cases, steps
from tests.integration.services.appeal_cases import ORDER, REASONS, WHY_REFUSED, WORDS
from tests.integration.web.officer.desk_cases import (
    WebOffice,
    add_reviewer,
    put_case,
    sign_in,
)
from tests.integration.web.officer.test_deciding import plain

LIST = "/revision/recursos"


@pytest.fixture
def supervisor(web: WebOffice) -> UUID:
    return add_reviewer(web, "jefa", "J. Efa", role=OfficerRole.SUPERVISOR)


@pytest.fixture
def desk(web: WebOffice, supervisor: UUID) -> FlaskClient:  # noqa: ARG001 -- it must exist
    """The supervisor's browser."""
    return sign_in(web, "jefa")


@pytest.fixture
def refused(office: Office, officer_id: UUID) -> UUID:
    return appeal_cases.refuse(office, officer_id, application_id=put_case(office))


@pytest.fixture
def appeal(office: Office, refused: UUID) -> UUID:
    return appeal_cases.appeal(office, refused)


def form(office: Office, letter_id: UUID, step: str, **changes: str) -> dict[str, str]:
    stamp = appeal_stamp(appeal_cases.stored(office, letter_id))
    return {
        "version": stamp, "paso": step, "decision": "accepted", "motivos": REASONS,
        "orden": ORDER, **changes,
    }  # fmt: skip


def due(office: Office, letter_id: UUID, *, days: int) -> None:
    with office.writing() as uow:
        uow.session.get_one(LetterRow, letter_id).due_on = ecuador_day(uow.now) + timedelta(days)
        uow.commit()


def test_an_empty_list_says_so(desk: FlaskClient) -> None:
    assert "Ningún recurso por decidir" in desk.get(LIST).text
    assert "Todavía no se decidió ningún recurso" in desk.get(f"{LIST}?vista=decididos").text
    assert "Recursos <span>0</span>" in desk.get("/revision").text


def test_queue_list_case_and_letter_lead_to_an_appeal_with_its_term(
    desk: FlaskClient, office: Office, refused: UUID, appeal: UUID
) -> None:
    number = letter_cases.letter(office, appeal).number
    assert "Recursos <span>1</span>" in desk.get("/revision").text
    page = plain(desk.get(LIST))
    assert str(number) in page
    assert "quedan 1" in page
    address = f'href="{LIST}/{appeal}"'
    for path in (LIST, f"/revision/casos/{refused}", f"/revision/cartas/{appeal}"):
        assert address in desk.get(path).text, path
    assert "<textarea" not in desk.get(f"/revision/cartas/{appeal}").text
    shown = plain(desk.get(f"{LIST}/{appeal}"))
    for words in (WORDS, WHY_REFUSED, "Negativa de R. Andrade", "en línea"):
        assert words in shown


def test_who_decides_is_warned_on_every_page_before_the_end(
    web: WebOffice, browser: FlaskClient, desk: FlaskClient, office: Office, appeal: UUID
) -> None:
    assert "Recursos: 1" not in desk.get("/revision/acuerdos").text
    due(office, appeal, days=0)
    web.app.extensions["remembered"].clear()
    assert "Recursos: 1" in desk.get("/revision/acuerdos").text
    assert "Recursos: 1" not in browser.get("/revision/acuerdos").text, "an issuer decides none"
    assert "vence hoy" in plain(desk.get(LIST))
    due(office, appeal, days=-9)
    web.app.extensions["remembered"].clear()
    assert "venció sin decisión" in plain(desk.get(LIST))
    assert "1 con el plazo vencido" in plain(desk.get("/revision/panel"))


def test_a_decision_is_seen_before_it_is_sent(
    desk: FlaskClient, office: Office, refused: UUID, appeal: UUID, supervisor: UUID
) -> None:
    address = f"{LIST}/{appeal}"
    shown = desk.post(address, data=form(office, appeal, "ver")).text
    assert "Aceptamos su recurso. Su solicitud vuelve a revisión." in shown
    for words in (REASONS, ORDER):
        assert f"<li>{words}</li>" in shown
    assert appeal_cases.stored(office, appeal).outcome is None
    again = desk.post(address, data=form(office, appeal, "editar")).text
    assert f">{ORDER}</textarea>" in again
    assert re.search(r'value="accepted"\s+checked', again)
    sent = desk.post(address, data=form(office, appeal, "enviar"))
    assert (sent.status_code, sent.headers["Location"]) == (303, LIST)
    assert appeal_cases.stored(office, appeal).decided_by == supervisor
    assert steps.state(office, refused) is ApplicationState.IN_REVIEW
    case = plain(desk.get(f"/revision/casos/{refused}"))
    assert f"Vuelve a revisión: {ORDER}" in case
    assert WHY_REFUSED in case, "the decision of before stays in sight"
    story = plain(desk.get(f"/revision/casos/{refused}/historia"))
    for words in ("Decidió el recurso: aceptado", "Devolvió la solicitud a revisión", ORDER,
                  "Presentó un recurso contra la decisión", "Negó la solicitud"):  # fmt: skip
        assert words in story
    decided = plain(desk.get(f"{LIST}?vista=decididos"))
    assert "Aceptado" in decided
    assert "J. Efa" in decided


def test_who_keeps_it_goes_on_to_the_case(
    desk: FlaskClient, office: Office, refused: UUID, appeal: UUID, supervisor: UUID
) -> None:
    sent = desk.post(f"{LIST}/{appeal}", data=form(office, appeal, "enviar", la_reviso_yo="1"))
    assert sent.headers["Location"] == f"/revision/casos/{refused}"
    assert steps.application(office, refused).assigned_to == supervisor
    assert "Asignado a usted" in plain(desk.get(f"/revision/casos/{refused}"))


def test_what_is_missing_is_said_at_its_field_and_the_words_stay(
    desk: FlaskClient, office: Office, appeal: UUID
) -> None:
    page = desk.post(f"{LIST}/{appeal}", data=form(office, appeal, "ver", decision="", orden="Ya."))
    assert page.status_code == 422
    assert 'href="#decision"' in page.text
    assert f">{REASONS}</textarea>" in page.text
    page = desk.post(f"{LIST}/{appeal}", data=form(office, appeal, "ver", orden="Ya."))
    assert 'href="#orden"' in page.text
    assert ">Ya.</textarea>" in page.text


def test_who_comes_second_sees_the_decision_and_keeps_the_words(
    desk: FlaskClient, office: Office, appeal: UUID
) -> None:
    late = form(office, appeal, "enviar", motivos="Otra decisión, que llegó tarde a todo esto.")
    other = add_officer(office, "bmena", role=OfficerRole.SUPERVISOR)
    appeal_cases.decide(office, appeal, other, appeal_cases.ruling(AppealOutcome.REJECTED))
    page = desk.post(f"{LIST}/{appeal}", data=late)
    assert page.status_code == 409
    assert "Funcionaria bmena lo decidió antes" in page.text
    assert "Otra decisión, que llegó tarde" in page.text
    assert appeal_cases.stored(office, appeal).decided_by == other


def test_who_refused_and_who_may_not_are_told_who_decides(
    web: WebOffice, browser: FlaskClient, desk: FlaskClient, office: Office, supervisor: UUID,
    appeal: UUID,
) -> None:  # fmt: skip
    page = plain(browser.get(f"{LIST}/{appeal}"))
    assert "Un recurso lo decide quien supervisa" in page
    assert "Pueden decidirlo: J. Efa" in page
    assert browser.post(f"{LIST}/{appeal}", data=form(office, appeal, "enviar")).status_code == 403
    case = appeal_cases.refuse(office, supervisor, application_id=put_case(office, ruc=OTHER_RUC))
    own = appeal_cases.appeal(office, case, ruc=OTHER_RUC)
    page = plain(desk.get(f"{LIST}/{own}"))
    assert "Usted tomó la decisión que se apela" in page
    assert "Ninguna otra cuenta puede todavía" in page
    assert desk.post(f"{LIST}/{own}", data=form(office, own, "enviar")).status_code == 403
    assert appeal_cases.stored(office, own).outcome is None
    assert web.office is office


def test_the_day_of_one_on_paper_is_corrected_with_a_reason(
    desk: FlaskClient, office: Office, refused: UUID
) -> None:
    letter_id = appeal_cases.on_paper(office, refused, add_officer(office, "registra"))
    address = f"{LIST}/{letter_id}"
    assert "Corregir el día en que ingresó" in desk.get(address).text
    version = {"version": appeal_stamp(appeal_cases.stored(office, letter_id))}
    typed = {"dia_recurso": "mañana", "motivo_dia": "No."}
    wrong = desk.post(f"{address}/dia", data={**version, **typed})
    assert wrong.status_code == 422
    for words in ('href="#dia_recurso"', 'href="#motivo_dia"', ">No.</textarea>"):
        assert words in wrong.text
    right = {
        "dia_recurso": ecuador_today().isoformat(),
        "motivo_dia": "El sello dice otro día, no ese.",
    }
    assert desk.post(f"{address}/dia", data={**version, **right}).status_code == 303


def test_its_holder_is_not_told_why_the_day_was_corrected(
    web: WebOffice, desk: FlaskClient, office: Office, refused: UUID
) -> None:
    with office.writing() as uow:  # it was decided nine days ago
        row = uow.session.get_one(ApplicationRow, refused)
        assert row.decided_at is not None
        row.decided_at -= timedelta(days=9)
        uow.commit()
    letter_id = appeal_cases.on_paper(office, refused, add_officer(office, "registra"))
    right = {
        "version": appeal_stamp(appeal_cases.stored(office, letter_id)),
        "dia_recurso": (ecuador_today() - timedelta(days=1)).isoformat(),
        "motivo_dia": "El sello dice otro día, no ese.",
    }
    assert desk.post(f"{LIST}/{letter_id}/dia", data=right).status_code == 303
    assert right["motivo_dia"] in plain(desk.get(f"{LIST}/{letter_id}"))
    add_reviewer(web, "duena", "D. Dueña", number=RUC)
    own = sign_in(web, "duena").get(f"{LIST}/{letter_id}")
    assert own.status_code == 200
    assert right["motivo_dia"] not in plain(own)


def test_one_that_came_online_offers_no_other_day(desk: FlaskClient, appeal: UUID) -> None:
    assert "Corregir el día" not in desk.get(f"{LIST}/{appeal}").text


def test_a_late_one_offers_only_not_to_admit_it(
    desk: FlaskClient, office: Office, refused: UUID
) -> None:
    appeal_cases.let_the_days_pass(office)
    letter_id = appeal_cases.appeal(office, refused)
    page = desk.get(f"{LIST}/{letter_id}").text
    assert "fuera de plazo" in page
    assert re.findall(r'name="decision"\s+value="(\w+)"', page) == ["inadmitted"]
    assert 'name="orden"' not in page
    answer = desk.post(f"{LIST}/{letter_id}", data=form(office, letter_id, "ver"))
    assert answer.status_code == 422


def test_one_that_came_on_paper_is_recorded_from_the_case(
    web: WebOffice, office: Office, refused: UUID
) -> None:
    colleague = add_reviewer(web, "lpaz", "L. Paz")
    browser = sign_in(web, "lpaz")
    address = f"/revision/casos/{refused}/recurso"
    assert f'href="{address}"' in browser.get(f"/revision/casos/{refused}").text
    page = browser.get(address).text
    assert "Registrar un recurso que llegó en papel" in page
    [version] = re.findall(r'name="version"\s+value="([^"]+)"', page)
    day = ecuador_today().isoformat()
    assert f'value="{day}"' not in page, (
        "the day is that of the stamp: nobody leaves today's by mistake"
    )
    wrong = browser.post(
        address, data={"version": version, "dia_recurso": "ayer", "recurso": "muy mal"}
    )
    assert wrong.status_code == 422
    assert 'href="#dia_recurso"' in wrong.text
    assert ">muy mal</textarea>" in wrong.text
    sent = browser.post(address, data={"version": version, "dia_recurso": day, "recurso": WORDS})
    [row] = steps.rows(office, AppealRow)
    assert (sent.status_code, sent.headers["Location"]) == (303, f"{LIST}/{row.letter_id}")
    assert row.recorded_by == colleague
    assert "en papel; lo registró L. Paz" in plain(browser.get(f"{LIST}/{row.letter_id}"))
    assert browser.get(address).status_code == 409
    assert f'href="{address}"' not in browser.get(f"/revision/casos/{refused}").text
