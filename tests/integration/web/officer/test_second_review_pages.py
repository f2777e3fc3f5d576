"""An officer takes a drawn case, sees it without the decision, and says what to do."""

from uuid import UUID

import pytest
from flask.testing import FlaskClient

from review_service.domain.roles import OfficerRole
from review_service.services.review import second_reviewing
from tests.factories import Office
from tests.integration.web.officer.desk_cases import (
    WebOffice,
    add_reviewer,
    approve,
    put_case,
    sign_in,
)
from tests.integration.web.officer.test_checks import SHOTS
from tests.integration.web.officer.test_deciding import plain

LOOKS = "/revision/segundas"
FIGURES = "/revision/panel/segundas"
WHY = "La foto del taller está tan oscura que no se ve nada de él."


@pytest.fixture
def drawn(web: WebOffice, office: Office, officer_id: UUID) -> UUID:
    """A case with dark photos that R. Andrade approved, drawn."""
    del web
    case = put_case(office, shots=SHOTS)
    approve(office, case, officer_id)
    second_reviewing.draw(office.reading, office.writing, key="k", share=1.0)
    return case


@pytest.fixture
def second(web: WebOffice) -> FlaskClient:
    """L. Paz's browser."""
    add_reviewer(web, "lpaz", "L. Paz")
    return sign_in(web, "lpaz")


def test_a_drawn_case_is_seen_without_its_decision_and_answered(
    web: WebOffice, drawn: UUID, second: FlaskClient
) -> None:
    taken = second.post(f"{LOOKS}/siguiente")
    assert taken.status_code == 303
    address = taken.headers["Location"]
    assert str(drawn) not in address
    page = second.get(address)
    words = plain(page)
    assert "¿qué haría usted?" in words
    assert "Foto oscura" in words
    for hidden in ("AR-2026", "R. Andrade", "Aprobad", "Aceptado", f"/revision/casos/{drawn}"):
        assert hidden not in words
    assert "Seguir con el que tiene" in second.get(LOOKS).text
    missing = second.post(address, data={"motivo": "No."})
    assert missing.status_code == 422
    assert "Diga qué haría usted con este caso." in missing.text
    short = second.post(address, data={"opinion": "correct", "motivo": "No."})
    assert short.status_code == 422
    assert 'value="correct" checked' in " ".join(short.text.split())
    answer = second.post(address, data={"opinion": "correct", "motivo": WHY})
    assert (answer.status_code, answer.headers["Location"]) == (303, LOOKS)
    assert "se decidió otra cosa" in second.get(LOOKS).text
    assert second.get(address).status_code == 404
    add_reviewer(web, "supervisa", "S. Paredes", role=OfficerRole.SUPERVISOR)
    supervisor = sign_in(web, "supervisa")
    told = supervisor.get(FIGURES)
    words = plain(told)
    assert "Coinciden: 0 % (0 de 1)" in words
    assert "R. Andrade la aprobó. L. Paz: pediría corregir algo." in words
    assert WHY in words
    review = address.rpartition("/")[2]
    wrong = supervisor.post(f"{FIGURES}/{review}", data={f"motivo-{review}": "Corto"})
    assert wrong.status_code == 422
    assert ">Corto</textarea>" in wrong.text
    settled = supervisor.post(f"{FIGURES}/{review}", data={f"motivo-{review}": WHY})
    assert settled.headers["Location"] == FIGURES
    assert "(S. Paredes)" in supervisor.get(FIGURES).text


def test_without_a_drawn_case_it_says_so(second: FlaskClient) -> None:
    assert second.post(f"{LOOKS}/siguiente").headers["Location"] == LOOKS
    assert "No hay casos por mirar otra vez." in second.get(LOOKS).text


def test_figures_are_the_supervisors_alone(second: FlaskClient, web: WebOffice) -> None:
    assert second.get(FIGURES).status_code == 403
    add_reviewer(web, "supervisa", "S. Paredes", role=OfficerRole.SUPERVISOR)
    assert "Nadie ha respondido" in sign_in(web, "supervisa").get(FIGURES).text
