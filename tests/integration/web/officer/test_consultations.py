"""«Me preguntan»: asked on a case, counted in the bar, answered where the case is read."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from review_service.db.models import ApplicationRow, ConsultationRow, EventRow
from review_service.domain.applications import ApplicationState
from review_service.domain.roles import OfficerRole
from review_service.domain.terms import ecuador_today
from tests.factories import OTHER_RUC, RUC, Office
from tests.integration.services import steps
from tests.integration.web.officer.desk_cases import (
    WebOffice,
    accept_everything,
    add_reviewer,
    put_case,
    sign_in,
    take,
)

ASKED = "¿Lo de la página 3 es un telar de pedal?"
ANSWERED = "Sí, es de pedal: se ven los lizos <b>."
COUNT = re.compile(r'Me preguntan <span class="count">(\d+)<')


@pytest.fixture
def colleague_id(web: WebOffice) -> UUID:
    return add_reviewer(web, "lpaz", "L. Paz", role=OfficerRole.REVIEWER)


@pytest.fixture
def colleague(web: WebOffice, colleague_id: UUID) -> FlaskClient:  # noqa: ARG001 -- it must exist
    return sign_in(web, "lpaz")


@pytest.fixture
def case(office: Office, officer_id: UUID) -> UUID:
    """A case that R. Andrade holds."""
    found = put_case(office)
    take(office, found, officer_id)
    return found


def field(page: str, name: str, *, within: str = "") -> str:
    part = page[page.index(within) :] if within else page
    found = re.search(rf'name="{name}"\s+value="([^"]*)"', part)
    assert found is not None
    return found[1]


def ask(browser: FlaskClient, case: UUID, colleague: UUID, *, days: int = 2) -> None:
    address = f"/revision/casos/{case}/preguntar"
    page = browser.get(address).text
    answer = browser.post(
        address,
        data={
            "version": field(page, "version"),
            "colega": str(colleague),
            "pregunta": ASKED,
            "para_el": (ecuador_today() + timedelta(days=days)).isoformat(),
        },
    )
    assert (answer.status_code, answer.location) == (303, f"/revision/casos/{case}#consultas")


def act(browser: FlaskClient, case: UUID, what: str, **more: str) -> str:
    """Send one of the forms on the case; return the page that follows."""
    page = browser.get(f"/revision/casos/{case}").text
    mark = f"/consultas/{what}"
    form = {
        "version": field(page, "version", within=mark),
        "consulta": field(page, "consulta", within=mark),
        **more,
    }
    address = f"/revision/casos/{case}{mark}"
    return browser.post(address, data=form, follow_redirects=True).text


def counted(browser: FlaskClient) -> int:
    found = COUNT.search(browser.get("/revision/cuenta").text)
    return int(found[1]) if found else 0


def test_a_question_is_asked_read_and_answered_and_the_case_stays(
    office: Office, browser: FlaskClient, case: UUID, colleague: FlaskClient, colleague_id: UUID
) -> None:
    assert "Preguntar a un colega…" in browser.get(f"/revision/casos/{case}").text
    ask(browser, case, colleague_id)
    assert counted(colleague) == 1
    listed = colleague.get("/revision/consultas").text
    assert ASKED in listed
    assert f'href="/revision/casos/{case}#consultas"' in listed
    read = colleague.get(f"/revision/casos/{case}").text
    assert "R. Andrade lo tiene abierto" in read
    assert "Preguntar a un colega…" not in read
    assert "Su respuesta está guardada" in act(colleague, case, "responder", respuesta=ANSWERED)
    assert counted(colleague) == 0
    assert "Nadie espera una respuesta suya" in colleague.get("/revision/consultas").text
    told = browser.get(f"/revision/casos/{case}").text
    assert "L. Paz respondió" in told
    assert "Sí, es de pedal: se ven los lizos &lt;b&gt;." in told
    assert "L. Paz respondió" in browser.get("/revision/consultas").text
    with office.reading() as uow:
        row = uow.session.get_one(ApplicationRow, case)
        assert row.claimed_by is not None
        assert row.claimed_by != colleague_id


def test_reading_an_address_asks_answers_and_takes_nothing(
    office: Office, browser: FlaskClient, case: UUID, colleague: FlaskClient, colleague_id: UUID
) -> None:
    ask(browser, case, colleague_id)
    for address in ("/consultas", f"/casos/{case}", f"/casos/{case}/historia"):
        assert colleague.get(f"/revision{address}").status_code == 200
    with office.reading() as uow:
        row = uow.session.scalars(sa.select(ConsultationRow)).one()
        claimed_by = uow.session.get_one(ApplicationRow, case).claimed_by
    assert (row.answer, row.answered_at, row.withdrawn_at) == ("", None, None)
    assert claimed_by != colleague_id


def test_what_is_wrong_is_told_at_its_field_and_the_words_stay(
    browser: FlaskClient, case: UUID, colleague_id: UUID
) -> None:
    address = f"/revision/casos/{case}/preguntar"
    version = field(browser.get(address).text, "version")
    answer = browser.post(
        address,
        data={
            "version": version,
            "colega": str(colleague_id),
            "pregunta": ASKED,
            "para_el": "ayer",
        },
    )
    assert answer.status_code == 422
    assert 'id="para_el-problema"' in answer.text
    assert f">{ASKED}</textarea>" in answer.text
    assert re.search(rf'value="{colleague_id}"\s+selected', answer.text)
    assert field(answer.text, "version") == version


def test_an_empty_answer_is_told_at_its_field(
    browser: FlaskClient, case: UUID, colleague: FlaskClient, colleague_id: UUID
) -> None:
    ask(browser, case, colleague_id)
    assert 'id="respuesta-problema"' in act(colleague, case, "responder", respuesta=" ")


def test_who_does_not_hold_the_case_is_led_back_to_it(
    web: WebOffice, case: UUID, office: Office
) -> None:
    add_reviewer(web, "mlopez", "M. López")
    other = sign_in(web, "mlopez")
    answer = other.get(f"/revision/casos/{case}/preguntar")
    assert (answer.status_code, answer.location) == (303, f"/revision/casos/{case}")
    with office.reading() as uow:
        assert uow.session.scalars(sa.select(ConsultationRow)).all() == []


def test_a_reminder_is_told_once_a_day_and_a_question_is_taken_back(
    browser: FlaskClient, case: UUID, colleague: FlaskClient, colleague_id: UUID
) -> None:
    ask(browser, case, colleague_id)
    assert "Se lo recordamos" in act(browser, case, "recordar")
    assert "Ya se lo recordó hoy" in act(browser, case, "recordar")
    assert "se lo recordó el" in colleague.get("/revision/consultas").text
    told = act(browser, case, "retirar")
    assert "Retiró la pregunta" in told
    assert "sin respuesta." in told
    assert ASKED not in colleague.get("/revision/consultas").text


def test_the_queue_marks_filters_and_counts_cases_with_a_question(
    office: Office, browser: FlaskClient, case: UUID, colleague: FlaskClient, colleague_id: UUID
) -> None:
    other = put_case(office, ruc=OTHER_RUC)
    ask(browser, case, colleague_id)
    page = browser.get("/revision").text
    assert page.count("pregunta abierta</span>") == 1
    assert re.search(r"Con una que usted hizo \(1\)", page)
    assert "Con una para usted" not in page
    assert re.search(r"Con una para usted \(1\)", colleague.get("/revision").text)
    for value, who in (("abierta", browser), ("suya", browser), ("a-usted", colleague)):
        shown = who.get(f"/revision?pregunta={value}").text
        assert f"/revision/casos/{case}" in shown
        assert f"/revision/casos/{other}" not in shown
    for value, who in (("suya", colleague), ("a-usted", browser), ("x", browser)):
        assert f"/revision/casos/{case}" not in who.get(f"/revision?pregunta={value}").text


def test_deciding_without_the_answer_is_asked_first_and_not_forbidden(
    office: Office, browser: FlaskClient, case: UUID, officer_id: UUID, colleague_id: UUID
) -> None:
    ask(browser, case, colleague_id)
    accept_everything(office, case, officer_id)
    address = f"/revision/casos/{case}/aprobar"
    page = browser.get(address).text
    assert "Decido sin esperar la respuesta de L. Paz" in page
    form = {"version": field(page, "version")}
    stopped = browser.post(address, data=form)
    assert stopped.status_code == 422
    assert "L. Paz todavía no responde" in stopped.text
    with office.reading() as uow:
        assert uow.session.get_one(ApplicationRow, case).state is ApplicationState.IN_REVIEW
    done = browser.post(address, data={**form, "sin_respuesta": "y"})
    assert done.status_code == 303
    with office.reading() as uow:
        assert uow.session.get_one(ApplicationRow, case).state is ApplicationState.APPROVED
    assert "El caso se decidió sin su respuesta" in browser.get(f"/revision/casos/{case}").text


def test_refusing_without_the_answer_is_asked_at_the_letter(
    office: Office, browser: FlaskClient, case: UUID, officer_id: UUID, colleague_id: UUID
) -> None:
    ask(browser, case, colleague_id)
    steps.observe(office, case, officer_id)
    address = f"/revision/casos/{case}/negar"
    form = {
        "version": field(browser.get(address).text, "version"),
        "motivos": "No muestra que la materia prima sea la del oficio que declara.",
    }
    letter = browser.post(address, data=form)
    assert letter.status_code == 200
    assert "Decido sin esperar la respuesta de L. Paz" in letter.text
    stopped = browser.post(address, data={**form, "paso": "enviar"})
    assert stopped.status_code == 422
    assert "L. Paz todavía no responde" in stopped.text
    sent = browser.post(address, data={**form, "paso": "enviar", "sin_respuesta": "y"})
    assert sent.status_code == 303
    with office.reading() as uow:
        assert uow.session.get_one(ApplicationRow, case).state is ApplicationState.REFUSED


def test_the_owner_and_the_auditor_see_what_they_may(
    web: WebOffice, browser: FlaskClient, case: UUID, colleague_id: UUID
) -> None:
    ask(browser, case, colleague_id)
    add_reviewer(web, "duena", "D. Dueña", number=RUC)
    assert ASKED not in sign_in(web, "duena").get(f"/revision/casos/{case}").text
    add_reviewer(web, "auditoria", "A. Ruiz", role=OfficerRole.AUDITOR)
    auditor = sign_in(web, "auditoria")
    page = auditor.get(f"/revision/casos/{case}").text
    assert ASKED in page
    assert "/consultas/" not in page
    assert auditor.get("/revision/consultas").status_code == 403
    assert ASKED in auditor.get(f"/revision/casos/{case}/historia").text


def test_each_act_is_an_event(
    office: Office, browser: FlaskClient, case: UUID, colleague: FlaskClient, colleague_id: UUID
) -> None:
    ask(browser, case, colleague_id)
    act(browser, case, "recordar")
    act(colleague, case, "responder", respuesta=ANSWERED)
    with office.reading() as uow:
        found = uow.session.scalars(
            sa.select(EventRow.action)
            .where(EventRow.subject_id == case, EventRow.action.like("colleague_%"))
            .order_by(EventRow.sequence)
        ).all()
    assert found == ["colleague_asked", "colleague_reminded", "colleague_answered"]
