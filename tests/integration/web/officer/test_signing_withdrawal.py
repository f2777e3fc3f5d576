"""What the officer is asked, refused and shown again before a resolution is signed."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from review_service.db.models import ApplicationRow, ConsultationRow
from review_service.domain.applications import ApplicationState
from review_service.domain.correction_loop import Obstacle
from review_service.domain.roles import OfficerRole
from review_service.domain.terms import ecuador_day
from review_service.services import sessions
from review_service.services.review import contacting, withdrawing
from tests.factories import RUC, Office
from tests.integration.services import loop_cases, steps
from tests.integration.web.officer.desk_cases import WebOffice, add_reviewer, make_web, sign_in
from tests.integration.web.officer.test_correction_loop import asked, log

LATE = "La persona estuvo en el hospital y pidió que esperáramos."
MARK = re.compile(r'name="carta" value="([0-9a-f]{64})"')


@pytest.fixture
def case(office: Office) -> UUID:
    """A case that can be resolved: its term is over, and somebody tried to tell the person."""
    return resolvable(office)


def resolvable(office: Office, by: UUID | None = None) -> UUID:
    case = asked(office, by=by)
    loop_cases.end_term(office, case)
    loop_cases.log(office, case)
    return case


def post(browser: FlaskClient, case: UUID, step: str, **more: str) -> TestResponse:
    return browser.post(f"/revision/casos/{case}/desistimiento", data={"paso": step, **more})


def mark_in(answer: TestResponse) -> str:
    found = MARK.search(answer.text)
    assert found is not None
    return found[1]


def test_a_letter_that_became_another_is_shown_again_and_not_signed(
    browser: FlaskClient, office: Office, case: UUID
) -> None:
    read = mark_in(post(browser, case, "ver"))
    with office.writing() as uow:
        sessions.start_applicant(uow, ruc=RUC)
        uow.commit()
    again = post(browser, case, "firmar", carta=read)
    assert again.status_code == 409
    assert "la resolución cambió desde que usted la vio" in again.text
    assert "usted usó el servicio" in again.text
    assert steps.state(office, case) is ApplicationState.CORRECTION_REQUESTED
    assert post(browser, case, "firmar", carta=mark_in(again)).status_code == 303
    assert steps.state(office, case) is ApplicationState.WITHDRAWN


def test_who_signs_without_an_answer_says_so(
    web: WebOffice, browser: FlaskClient, office: Office, officer_id: UUID, case: UUID
) -> None:
    colleague = add_reviewer(web, "lpaz", "L. Paz", role=OfficerRole.REVIEWER)
    with office.writing() as uow:
        uow.session.add(
            ConsultationRow(
                application_id=case,
                asked_by=officer_id,
                asked_of=colleague,
                question="¿Llamó usted a la persona?",
                needed_by=ecuador_day(uow.now) + timedelta(days=2),
                asked_at=uow.now,
            )
        )
        uow.commit()
    preview = post(browser, case, "ver")
    assert "Decido sin esperar la respuesta de L. Paz" in preview.text
    refused = post(browser, case, "firmar", carta=mark_in(preview))
    assert refused.status_code == 422
    assert "L. Paz todavía no responde su pregunta." in refused.text
    assert steps.state(office, case) is ApplicationState.CORRECTION_REQUESTED
    done = post(browser, case, "firmar", carta=mark_in(refused), sin_respuesta="y")
    assert done.status_code == 303
    assert steps.state(office, case) is ApplicationState.WITHDRAWN


def outlive_the_legal_term(office: Office, case: UUID) -> None:
    """Let the case have been received so long ago that its legal term is over."""
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, case)
        row.confirmed_at = uow.now - timedelta(days=100)
        uow.commit()


def test_after_the_legal_term_a_supervisor_signs_and_says_why(
    web: WebOffice, browser: FlaskClient, office: Office, case: UUID
) -> None:
    outlive_the_legal_term(office, case)
    for page in (
        browser.get(f"/revision/casos/{case}/desistimiento"),
        post(browser, case, "ver", motivo_tarde=LATE),
        post(browser, case, "firmar", motivo_tarde=LATE),
    ):
        assert "Ahora lo resuelve una persona de Supervisión" in page.text
        assert 'value="firmar"' not in page.text
    assert steps.state(office, case) is ApplicationState.CORRECTION_REQUESTED
    add_reviewer(web, "jefa", "J. Efa", role=OfficerRole.SUPERVISOR)
    boss = sign_in(web, "jefa")
    form = boss.get(f"/revision/casos/{case}/desistimiento").text
    assert re.findall(r'id="([^"]*)"[^>]*autofocus', form) == ["motivo_tarde"], "it must be written"
    for step in ("ver", "firmar"):
        refused = post(boss, case, step, resolucion="Se llamó dos veces.")
        assert refused.status_code == 422
        assert 'href="#motivo_tarde"' in refused.text
        assert "Se llamó dos veces." in refused.text
    preview = post(boss, case, "ver", motivo_tarde=LATE)
    assert f'name="motivo_tarde" value="{LATE}"' in preview.text
    assert preview.text.count(LATE) == 1, "the letter says nothing of it"
    done = post(boss, case, "firmar", motivo_tarde=LATE, carta=mark_in(preview))
    assert done.status_code == 303
    assert steps.state(office, case) is ApplicationState.WITHDRAWN
    (event,) = steps.events(office, "withdrawn_late")
    assert event.details["reason"] == LATE


def test_with_four_eyes_who_asked_is_told_that_another_signs(
    office: Office, tmp_path: Path
) -> None:
    web = make_web(office, tmp_path, FOUR_EYES="1")
    case = resolvable(office, by=add_reviewer(web))
    add_reviewer(web, "bmena", "B. Mena")
    own = sign_in(web)
    for step in ("ver", "firmar"):
        refused = post(own, case, step)
        assert refused.status_code == 422
        assert withdrawing.OWN_REQUEST in refused.text
    assert post(sign_in(web, "bmena"), case, "firmar").status_code == 303
    assert steps.state(office, case) is ApplicationState.WITHDRAWN


def test_the_mail_to_the_second_address_is_offered_by_its_button_alone(
    browser: FlaskClient, office: Office, case: UUID
) -> None:
    page = browser.get(f"/revision/casos/{case}").text
    form = page.split('id="medio"')[1].split("</form>")[0]
    assert 'value="phone"' in form
    assert 'value="second_address"' not in form
    assert 'value="sent"' not in form
    told = log(browser, case, medio="second_address", resultado_aviso="sent")
    assert contacting.BY_THE_SERVICE in told
    assert len(loop_cases.loop(office, case).attempts) == 1


def test_who_was_not_told_is_sent_the_notice_again(browser: FlaskClient, office: Office) -> None:
    case = asked(office, is_told=False)
    page = browser.get(f"/revision/casos/{case}/desistimiento").text
    assert Obstacle.NOT_TOLD.sentence in page
    assert "pida a quien administra el servicio que anote la notificación" in page
