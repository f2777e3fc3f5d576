"""Cases are ticked in a list of the queue and given away together; each has its result."""

import html
import re
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from review_service.db.models import ApplicationRow
from review_service.domain.chosen_cases import MOST_AT_ONCE
from review_service.domain.roles import OfficerRole
from tests.factories import OTHER_RUC, Office
from tests.integration.web.officer.desk_cases import WebOffice, add_reviewer, put_case, sign_in

WHY = "La oficina de Quito tiene menos casos esta semana."
LIST = "vista=por-revisar&via=artisan"


@pytest.fixture
def supervisor(web: WebOffice) -> FlaskClient:
    add_reviewer(web, "lpaz", "L. Paz", role=OfficerRole.SUPERVISOR)
    return sign_in(web, "lpaz")


@pytest.fixture
def cases(office: Office) -> list[UUID]:
    return [put_case(office), put_case(office, ruc=OTHER_RUC)]


def carried(page: str) -> list[str]:
    return re.findall(r'name="caso" value="([^"]+)"', page)


def assigned(office: Office, case: UUID) -> UUID | None:
    with office.reading() as uow:
        return uow.session.get_one(ApplicationRow, case).assigned_to


def test_ticked_cases_go_to_an_officer_and_the_way_back_is_the_same_list(
    office: Office, supervisor: FlaskClient, officer_id: UUID, cases: list[UUID]
) -> None:
    ways = "&".join(f"caso={each}" for each in cases)
    form = supervisor.get(f"/revision/pasar?{LIST}&{ways}").text
    assert "Pasar 2 casos" in form
    data = {
        "caso": carried(form),
        "lista": LIST,
        "para": str(officer_id),
        "zona": "",
        "motivo": WHY,
    }
    done = supervisor.post("/revision/pasar", data=data)
    assert done.status_code == 200
    assert "Pasamos 2 de 2 casos" in done.text
    assert f'href="/revision?{LIST}"' in html.unescape(done.text)
    assert [assigned(office, each) for each in cases] == [officer_id, officer_id]
    again = supervisor.post("/revision/pasar", data=data).text
    assert "Pasamos 0 de 2 casos" in again
    assert "Otra persona lo pasó mientras tanto" in again


def test_every_row_of_the_page_is_ticked_by_a_second_button_without_scripts(
    supervisor: FlaskClient, cases: list[UUID]
) -> None:
    plain = supervisor.get(f"/revision?{LIST}").text
    assert len(re.findall(r'form="elegidos"', plain)) == len(cases)
    assert "checked" not in plain
    assert 'formaction="/revision"' in plain
    ticked = supervisor.get(f"/revision?{LIST}&elegir=todos&caso={cases[0]}").text
    assert len(re.findall(r"\bchecked>", ticked)) == len(cases)
    one = supervisor.get(f"/revision?{LIST}&caso={cases[0]}").text
    assert len(re.findall(r"\bchecked>", one)) == 1


def test_nothing_chosen_is_an_answer(supervisor: FlaskClient, cases: list[UUID]) -> None:
    del cases
    for answer in (
        supervisor.get(f"/revision/pasar?{LIST}"),
        supervisor.post("/revision/pasar", data={"lista": LIST, "motivo": WHY}),
    ):
        assert answer.status_code == 200
        assert "No eligió ningún caso" in answer.text
        assert f'href="/revision?{LIST}"' in html.unescape(answer.text)


def test_more_than_fifty_are_refused_and_nothing_is_done(
    office: Office, supervisor: FlaskClient, officer_id: UUID, cases: list[UUID]
) -> None:
    many = [str(cases[0]), *(str(uuid4()) for _ in range(MOST_AT_ONCE))]
    ways = "&".join(f"caso={each}" for each in many)
    for answer in (
        supervisor.get(f"/revision/pasar?{ways}"),
        supervisor.post(
            "/revision/pasar",
            data={"caso": many, "para": str(officer_id), "motivo": WHY},
        ),
    ):
        assert answer.status_code == 422
        assert "Eligió más de 50 casos. No hicimos nada" in answer.text
    assert assigned(office, cases[0]) is None


def test_without_a_reason_the_form_stands_with_its_words(
    office: Office, supervisor: FlaskClient, officer_id: UUID, cases: list[UUID]
) -> None:
    form = supervisor.get(f"/revision/pasar?caso={cases[0]}").text
    data = {"caso": carried(form), "para": str(officer_id), "zona": "Zonal 9", "motivo": "corto"}
    answer = supervisor.post("/revision/pasar", data=data)
    assert answer.status_code == 422
    assert 'id="motivo-problema"' in answer.text
    assert ">corto</textarea>" in answer.text
    assert carried(answer.text) == carried(form)
    assert re.search(r'value="Zonal 9"\s+selected', answer.text)
    assert assigned(office, cases[0]) is None


def test_only_who_may_move_work_sees_boxes(browser: FlaskClient, cases: list[UUID]) -> None:
    page = browser.get("/revision").text
    assert f"/revision/casos/{cases[0]}" in page
    assert 'form="elegidos"' not in page
    assert browser.get(f"/revision/pasar?caso={cases[0]}").status_code == 403
    assert browser.post("/revision/pasar", data={"caso": str(cases[0])}).status_code == 403
