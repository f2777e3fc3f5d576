"""What officers of each role see: their role, the buttons it grants, or words."""

from dataclasses import replace
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from review_service.db.models import DocumentRow, EventRow, OfficerRow
from review_service.domain.roles import GRANTS, OfficerRole, Permission
from tests.factories import RUC, Office
from tests.integration.web.officer.desk_cases import (
    ALL_THEMES,
    DARK,
    WebOffice,
    accept_everything,
    add_reviewer,
    put_case,
    sign_in,
    take,
)
from tests.integration.web.officer.test_case import NUMBER, field, scan


def case_page(client: FlaskClient, case: UUID) -> str:
    answer = client.get(f"/revision/casos/{case}")
    assert answer.status_code == 200
    return " ".join(answer.text.split())


def as_role(
    web: WebOffice, role: OfficerRole, number: str | None = None, *, holding: UUID | None = None
) -> FlaskClient:
    officer_id = add_reviewer(web, role=role, number=number)
    if holding is not None and Permission.REVIEW in GRANTS[role]:
        take(web.office, holding, officer_id)
    return sign_in(web)


def actions(office: Office) -> list[str]:
    with office.reading() as uow:
        return list(uow.session.scalars(sa.select(EventRow.action).order_by(EventRow.sequence)))


@pytest.mark.parametrize(
    ("role", "judges", "decides", "sees_files"),
    [
        (OfficerRole.REVIEWER, True, False, True),
        (OfficerRole.ISSUER, True, True, True),
        (OfficerRole.SUPERVISOR, True, True, True),
        (OfficerRole.AUDITOR, False, False, False),
    ],
)
def test_a_button_is_there_only_for_whom_it_works(
    web: WebOffice, role: OfficerRole, *, judges: bool, decides: bool, sees_files: bool
) -> None:
    case = put_case(web.office)
    accept_everything(web.office, case, add_reviewer(web, "lpaz", "L. Paz"))
    page = case_page(as_role(web, role, holding=case), case)
    assert role.label in page
    assert ('value="observed"' in page) is judges
    assert ("Pedir corrección <kbd>" in page) is judges
    assert ("Aprobar y emitir" in page) is decides
    assert ("Negar <kbd>" in page) is decides
    assert ("miniatura.jpg" in page) is sees_files
    assert ("/original" in page) is sees_files
    assert ('data-page="1"' in page) is sees_files


@pytest.mark.parametrize(
    ("role", "sees_files"), [(OfficerRole.REVIEWER, True), (OfficerRole.AUDITOR, False)]
)
def test_what_leads_to_a_page_is_there_only_for_who_may_open_it(
    web: WebOffice, role: OfficerRole, *, sees_files: bool
) -> None:
    shots = (*ALL_THEMES[:-1], replace(ALL_THEMES[-1], findings=(DARK,)))
    case = put_case(web.office, shots=shots, scan=scan(field("number", NUMBER)))
    page = case_page(as_role(web, role), case)
    assert DARK.message in page
    for way in ("Ver página", "data-page=", "/miniatura.jpg", 'class="crop"'):
        assert (way in page) is sees_files, way


def test_a_theme_that_no_page_shows_has_an_alert_and_is_not_said_to_have_none(
    web: WebOffice,
) -> None:
    case = put_case(web.office, shots=ALL_THEMES[:-1])
    page = case_page(as_role(web, OfficerRole.REVIEWER), case)
    assert page.count("Ninguna página muestra este tema") == 1
    assert page.count("<span>sin alertas</span>") == len(ALL_THEMES)


def test_a_direct_post_is_refused_in_words(web: WebOffice) -> None:
    case = put_case(web.office)
    client = as_role(web, OfficerRole.REVIEWER)
    answer = client.post(f"/revision/casos/{case}/aprobar", data={"version": "3"})
    assert answer.status_code == 403
    page = " ".join(answer.text.split())
    assert "Su rol es «Revisión»" in page
    assert "aprobar y negar solicitudes" in page
    assert "no se aplicó" in page


@pytest.mark.parametrize(
    ("role", "first"),
    [
        (OfficerRole.REVIEWER, "/revision"),
        (OfficerRole.AUDITOR, "/revision"),
        (OfficerRole.ADMIN, "/revision/salud"),
        (OfficerRole.SIGNATORY, "/revision/cuenta"),
    ],
)
def test_signing_in_leads_to_what_the_role_may_see(
    web: WebOffice, role: OfficerRole, first: str
) -> None:
    client = as_role(web, role)
    assert client.get("/revision/inicio").headers["Location"] == first
    assert client.get(first).status_code == 200


def test_an_own_case_says_so_names_others_and_offers_nothing(web: WebOffice) -> None:
    case = put_case(web.office)
    accept_everything(web.office, case, add_reviewer(web, "lpaz", "L. Paz"))
    add_reviewer(web, "bmena", "B. Mena", role=OfficerRole.REVIEWER)
    client = as_role(web, OfficerRole.ISSUER, RUC)
    page = case_page(client, case)
    assert "Esta solicitud es suya" in page
    assert "L. Paz (Zonal 1)" in page
    assert "B. Mena" not in page
    assert "R. Andrade (Zonal 1)" not in page
    assert 'name="veredicto"' not in page
    assert "suya" in client.get("/revision").text
    answer = client.post(f"/revision/casos/{case}/aprobar", data={"version": "3"})
    assert answer.status_code == 403
    assert "la decide otra persona" in answer.text
    assert "L. Paz (Zonal 1)" in answer.text
    assert client.post("/revision/siguiente").headers["Location"] == "/revision"


def test_an_officer_without_a_number_is_asked_for_it_once_and_led_on(web: WebOffice) -> None:
    case = put_case(web.office)
    officer_id = add_reviewer(web)
    with web.office.writing() as uow:
        uow.session.get_one(OfficerRow, officer_id).cedula = None
        uow.commit()
    client = sign_in(web)
    asked = client.get(f"/revision/casos/{case}")
    assert (asked.status_code, asked.headers["Location"]) == (303, "/revision/cuenta")
    page = client.get("/revision/cuenta").text
    assert "su cédula" in page
    assert "Bandeja" not in page
    wrong = client.post("/revision/cuenta", data={"number": "1710034066"})
    assert wrong.status_code == 422
    assert "no es una cédula" in wrong.text
    right = client.post("/revision/cuenta", data={"number": "1710034065"})
    assert (right.status_code, right.headers["Location"]) == (303, f"/revision/casos/{case}")
    shown = client.get("/revision/cuenta").text
    assert "17••••••65" in shown
    assert "1710034065" not in shown
    assert client.post("/revision/cuenta", data={"number": "1710034065"}).status_code in {403, 422}
    assert "officer_cedula_given" in actions(web.office)


def test_looking_is_an_event_once_however_many_pages_are_turned(web: WebOffice) -> None:
    case = put_case(web.office)
    client = as_role(web, OfficerRole.REVIEWER)
    with web.office.reading() as uow:
        document = uow.session.scalars(
            sa.select(DocumentRow.id).where(DocumentRow.application_id == case)
        ).first()
    for _ in range(3):
        case_page(client, case)
        answer = client.get(f"/revision/casos/{case}/paginas/{document}/1.jpg", buffered=True)
        assert answer.status_code == 200
    seen = actions(web.office)
    # The window of a quarter of an hour may turn once in the middle of the test.
    assert 1 <= seen.count("case_viewed") <= 2
    assert 1 <= seen.count("pages_viewed") <= 2
