"""An appeal against a deemed withdrawal on the officers' desk: recorded, decided, in its case."""

from uuid import UUID

import pytest
from flask.testing import FlaskClient

from review_service.db.models import AppealRow
from review_service.domain.applications import ApplicationState
from review_service.domain.roles import OfficerRole
from review_service.domain.terms import ecuador_today
from tests.factories import RUC, Office, add_officer
from tests.integration.services import appeal_cases, loop_cases, steps
from tests.integration.services.appeal_cases import ORDER, WHY_WITHDRAWN, WORDS
from tests.integration.web.officer.desk_cases import WebOffice, add_reviewer, sign_in
from tests.integration.web.officer.test_appeals import LIST, form
from tests.integration.web.officer.test_correction_loop import asked
from tests.integration.web.officer.test_deciding import plain


@pytest.fixture
def signer(office: Office) -> UUID:
    return add_officer(office, "lpaz")


@pytest.fixture
def withdrawn(office: Office, signer: UUID) -> UUID:
    case = asked(office)
    loop_cases.end_term(office, case)
    loop_cases.log(office, case)
    loop_cases.sign(office, case, officer_id=signer, words=WHY_WITHDRAWN)
    steps.hand_over(office, "withdrawn")
    return case


@pytest.fixture
def desk(web: WebOffice) -> FlaskClient:
    """The browser of a supervisor who did not sign it."""
    add_reviewer(web, "jefa", "J. Efa", role=OfficerRole.SUPERVISOR)
    return sign_in(web, "jefa")


def test_one_on_paper_is_recorded_from_the_case(
    desk: FlaskClient, office: Office, withdrawn: UUID
) -> None:
    case = f"/revision/casos/{withdrawn}"
    assert f'href="{case}/recurso"' in desk.get(case).text
    page = desk.get(f"{case}/recurso")
    assert "Contra la desistimiento" not in plain(page)
    assert "Contra el desistimiento de Funcionaria lpaz" in plain(page)
    version = page.text.split('name="version" value="')[1].split('"')[0]
    typed = {"version": version, "dia_recurso": ecuador_today().isoformat(), "recurso": WORDS}
    assert desk.post(f"{case}/recurso", data=typed).status_code == 303
    assert len(steps.rows(office, AppealRow)) == 1
    assert f'href="{case}/recurso"' not in desk.get(case).text, "one is appealed once"


def test_who_accepts_it_sees_that_the_correction_is_asked_for_again(
    desk: FlaskClient, office: Office, withdrawn: UUID
) -> None:
    letter_id = appeal_cases.appeal(office, withdrawn, ruc=RUC)
    address = f"{LIST}/{letter_id}"
    page = plain(desk.get(address))
    for words in (WHY_WITHDRAWN, "Desistimiento de Funcionaria lpaz", "con un plazo nuevo"):
        assert words in page
    shown = plain(desk.post(address, data=form(office, letter_id, "ver")))
    assert "Su solicitud sigue, con un plazo nuevo para corregir." in shown
    assert "En otro correo le pedimos otra vez lo que debe corregir" in shown
    assert "no tiene que hacer nada" not in shown
    assert desk.post(address, data=form(office, letter_id, "enviar")).status_code == 303
    assert steps.state(office, withdrawn) is ApplicationState.CORRECTION_REQUESTED
    case = plain(desk.get(f"/revision/casos/{withdrawn}"))
    assert f"Vuelve a corrección: {ORDER}" in case
