"""Pages of decisions on their way: undo within the time, recommend, issue, give back."""

import html
import io
import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from werkzeug.test import TestResponse

from review_service.db.models import OfficerRow
from review_service.db.queries.applicant.applications import application_of
from review_service.db.queries.applicant.history import history_of
from review_service.domain.applications import ApplicationState
from review_service.domain.pending_decisions import DecisionPolicy
from review_service.domain.roles import OfficerRole
from review_service.domain.terms import ecuador_today
from review_service.services.review import consulting
from tests.factories import RUC, Office
from tests.integration.services import deciding_steps as deciding
from tests.integration.services import steps
from tests.integration.web.officer.desk_cases import (
    WebOffice,
    accept_everything,
    add_reviewer,
    make_web,
    put_case,
    sign_in,
    take,
    version_of,
)

REASONS = "Las fotos no son de su taller.\nLa actividad no es artesanal."
GIVEN_BACK = "La dirección no coincide con la del RUC: revísela."


def plain(answer: TestResponse) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def stamp_of(page: TestResponse) -> str:
    return page.text.split('name="version" value="')[1].split('"')[0]


def words_of(answer: TestResponse) -> str:
    pages = PdfReader(io.BytesIO(answer.data)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.fixture
def undoing(office: Office, tmp_path: Path) -> WebOffice:
    """A web process in which a decision can be undone for a minute."""
    return make_web(office, tmp_path, UNDO_SECONDS="60")


@pytest.fixture
def four_eyes(office: Office, tmp_path: Path) -> WebOffice:
    """A web process in which one recommends and another one issues."""
    return make_web(office, tmp_path, FOUR_EYES="1")


def to_approve(office: Office, officer_id: UUID) -> UUID:
    case = put_case(office)
    take(office, case, officer_id)
    accept_everything(office, case, officer_id)
    return case


def approve(office: Office, browser: FlaskClient, case: UUID) -> TestResponse:
    data = {"version": version_of(office, case)}
    return browser.post(f"/revision/casos/{case}/aprobar", data=data)


def test_who_approved_is_told_until_when_and_undoes_it(undoing: WebOffice) -> None:
    office, officer_id = undoing.office, add_reviewer(undoing)
    browser, case = sign_in(undoing), to_approve(undoing.office, officer_id)
    assert "tiene 60 segundos para deshacerla" in plain(
        browser.get(f"/revision/casos/{case}/aprobar")
    )
    answer = approve(office, browser, case)
    assert answer.headers["Location"] == f"/revision/casos/{case}/decidida"
    page = browser.get(f"/revision/casos/{case}/decidida")
    assert "Se puede deshacer hasta las" in plain(page)
    assert 'http-equiv="refresh"' in page.text, "without scripts it looks again by itself"
    on_case = browser.get(f"/revision/casos/{case}")
    assert "Aprobada por usted" in plain(on_case)
    assert f"/revision/casos/{case}/deshacer" in on_case.text
    again = browser.get(f"/revision/casos/{case}/aprobar", follow_redirects=True)
    assert "ya no espera esta decisión. Aprobada, se puede deshacer." in plain(again)
    undone = browser.post(f"/revision/casos/{case}/deshacer", data={"version": stamp_of(page)})
    assert undone.headers["Location"] == f"/revision/casos/{case}"
    assert "Deshizo la decisión" in plain(browser.get(f"/revision/casos/{case}"))
    assert deciding.pending(office) == []
    again = browser.post(f"/revision/casos/{case}/deshacer", data={"version": stamp_of(page)})
    assert again.status_code == 409
    assert approve(office, browser, case).status_code == 303


def test_after_its_time_the_page_leads_to_the_number(undoing: WebOffice) -> None:
    office, officer_id = undoing.office, add_reviewer(undoing)
    browser, case = sign_in(undoing), to_approve(undoing.office, officer_id)
    approve(office, browser, case)
    page = browser.get(f"/revision/casos/{case}/decidida")
    deciding.ripen(office)
    deciding.take_effect(office)
    after = browser.get(f"/revision/casos/{case}/decidida")
    assert after.headers["Location"] == f"/revision/casos/{case}/emitido"
    late = browser.post(f"/revision/casos/{case}/deshacer", data={"version": stamp_of(page)})
    assert late.status_code == 409
    assert "Ya no se puede deshacer" in plain(late)


def test_a_colleague_reads_and_changes_nothing(undoing: WebOffice) -> None:
    office, officer_id = undoing.office, add_reviewer(undoing)
    add_reviewer(undoing, "bmena", "B. Mena")
    case = to_approve(office, officer_id)
    approve(office, sign_in(undoing), case)
    colleague = sign_in(undoing, "bmena")
    page = colleague.get(f"/revision/casos/{case}")
    assert "Aprobada por R. Andrade" in plain(page)
    assert "Tomar el caso" not in page.text.split('id="toma"')[1].split("</div>")[0]
    assert f"/revision/casos/{case}/deshacer" not in page.text
    for place, form in (
        ("negar", {"paso": "enviar", "motivos": REASONS}),
        ("aprobar", {}),
        ("puntos/workshop", {"veredicto": "observed"}),
        ("tomar", {}),
        ("deshacer", {}),
    ):
        data = {"version": version_of(office, case), **form}
        answer = colleague.post(f"/revision/casos/{case}/{place}", data=data)
        assert answer.status_code in {403, 409}, place
    assert len(deciding.pending(office)) == 1


def test_a_refusal_can_be_undone_and_nothing_was_sent(undoing: WebOffice) -> None:
    office, officer_id = undoing.office, add_reviewer(undoing)
    browser, case = sign_in(undoing), put_case(undoing.office)
    take(office, case, officer_id)
    steps.observe(office, case, officer_id)
    form = {"version": version_of(office, case), "motivos": REASONS, "paso": "enviar"}
    answer = browser.post(f"/revision/casos/{case}/negar", data=form)
    assert answer.headers["Location"] == f"/revision/casos/{case}/decidida"
    assert steps.mails(office, "refused") == []
    page = browser.get(f"/revision/casos/{case}/decidida")
    assert "Después sale la carta" in plain(page)
    browser.post(f"/revision/casos/{case}/deshacer", data={"version": stamp_of(page)})
    assert steps.state(office, case) is ApplicationState.IN_REVIEW
    assert (deciding.pending(office), steps.mails(office, "refused")) == ([], [])


def test_one_recommends_and_another_issues(four_eyes: WebOffice) -> None:
    office, first = four_eyes.office, add_reviewer(four_eyes)
    add_reviewer(four_eyes, "bmena", "B. Mena")
    case, browser = to_approve(office, first), sign_in(four_eyes)
    assert "¿Recomendar que se apruebe" in plain(browser.get(f"/revision/casos/{case}/aprobar"))
    approve(office, browser, case)
    assert steps.state(office, case) is ApplicationState.IN_REVIEW
    own = browser.get(f"/revision/casos/{case}/recomendacion")
    assert "Usted recomendó" in plain(own)
    assert "Emitir el" not in plain(own)
    refused = browser.post(
        f"/revision/casos/{case}/recomendacion",
        data={"version": stamp_of(own), "paso": "emitir"},
    )
    assert refused.status_code == 403
    colleague = sign_in(four_eyes, "bmena")
    queue = colleague.get("/revision?vista=recomendados")
    assert "Recomendada: aprobar" in plain(queue)
    assert "R. Andrade" in plain(queue)
    led = colleague.get(f"/revision/casos/{case}/aprobar")
    assert led.headers["Location"] == f"/revision/casos/{case}/recomendacion"
    page = colleague.get(f"/revision/casos/{case}/recomendacion")
    assert "R. Andrade recomienda aprobar: TITUAÑA QUILUMBA MARIA" in plain(page)
    assert "CIIU C139209" in plain(page)
    issued = colleague.post(
        f"/revision/casos/{case}/recomendacion",
        data={"version": stamp_of(page), "paso": "emitir"},
    )
    assert issued.headers["Location"] == f"/revision/casos/{case}/emitido"
    assert steps.state(office, case) is ApplicationState.APPROVED


def test_a_recommendation_is_given_back_with_its_reason(four_eyes: WebOffice) -> None:
    office, first = four_eyes.office, add_reviewer(four_eyes)
    add_reviewer(four_eyes, "bmena", "B. Mena")
    case = to_approve(office, first)
    approve(office, sign_in(four_eyes), case)
    colleague = sign_in(four_eyes, "bmena")
    address = f"/revision/casos/{case}/recomendacion"
    stamp = stamp_of(colleague.get(address))
    short = colleague.post(
        address, data={"version": stamp, "paso": "devolver", "motivo_devolucion": "no"}
    )
    assert (short.status_code, 'aria-invalid="true"' in short.text) == (422, True)
    told = colleague.post(
        address, data={"version": stamp, "paso": "devolver", "motivo_devolucion": GIVEN_BACK}
    )
    assert told.status_code == 303
    assert GIVEN_BACK in plain(colleague.get(f"/revision/casos/{case}/historia"))
    assert deciding.pending(office) == []
    assert colleague.post(address, data={"version": stamp, "paso": "emitir"}).status_code == 409


def test_a_reviewer_sees_that_it_is_recommended_and_no_way_to_issue(four_eyes: WebOffice) -> None:
    office, first = four_eyes.office, add_reviewer(four_eyes)
    add_reviewer(four_eyes, "bmena", "B. Mena", role=OfficerRole.REVIEWER)
    case = to_approve(office, first)
    approve(office, sign_in(four_eyes), case)
    reviewer = sign_in(four_eyes, "bmena")
    page = reviewer.get(f"/revision/casos/{case}")
    assert "R. Andrade recomendó aprobar" in plain(page)
    assert "recomendacion" not in page.text
    assert reviewer.get(f"/revision/casos/{case}/recomendacion").status_code == 403


@pytest.mark.parametrize("settings", [{}, {"FOUR_EYES": "1"}], ids=["alone", "four-eyes"])
def test_the_paper_of_a_refusal_is_shown_as_a_draft_first(
    office: Office, tmp_path: Path, settings: dict[str, str]
) -> None:
    web = make_web(office, tmp_path, **settings)
    officer_id, case = add_reviewer(web), put_case(office)
    browser = sign_in(web)
    take(office, case, officer_id)
    steps.observe(office, case, officer_id)
    address = f"/revision/casos/{case}/negar"
    form = {"version": version_of(office, case), "motivos": REASONS}
    letter = browser.post(address, data={**form, "paso": "ver"})
    draft = browser.post(address, data={**form, "paso": "pdf"})
    assert draft.mimetype == "application/pdf"
    words = words_of(draft)
    assert "BORRADOR – SIN FIRMA, SIN NÚMERO Y SIN EFECTO" in words
    for line in REASONS.splitlines():
        assert line in words
        assert line in plain(letter)
    assert "TITUAÑA QUILUMBA MARIA" in words
    assert "artículo 224" in words
    assert steps.state(office, case) is ApplicationState.IN_REVIEW
    browser.post(address, data={**form, "paso": "enviar"})
    if settings:
        add_reviewer(web, "bmena", "B. Mena")
        colleague = sign_in(web, "bmena")
        place = f"/revision/casos/{case}/recomendacion"
        stamp = stamp_of(colleague.get(place))
        shown = colleague.post(place, data={"version": stamp, "paso": "pdf"})
        assert "BORRADOR" in words_of(shown)
    else:
        assert steps.state(office, case) is ApplicationState.REFUSED


def test_an_applicant_sees_no_decision_before_it_takes_effect(undoing: WebOffice) -> None:
    office, officer_id = undoing.office, add_reviewer(undoing)
    case = to_approve(office, officer_id)
    approve(office, sign_in(undoing), case)
    with office.reading() as uow:
        own = application_of(uow, application_id=case, ruc=RUC)
        lines = [line.words for line in history_of(uow, case)]
    assert own.state.label == "En revisión"
    assert not any("decisi" in str(line).lower() for line in lines)


@pytest.mark.parametrize("refuse", [False, True], ids=["approve", "refuse"])
def test_who_issues_is_asked_about_open_questions_first(
    four_eyes: WebOffice, *, refuse: bool
) -> None:
    office, first = four_eyes.office, add_reviewer(four_eyes)
    add_reviewer(four_eyes, "bmena", "B. Mena")
    asked = add_reviewer(four_eyes, "lpaz", "L. Paz")
    case = put_case(office) if refuse else to_approve(office, first)
    if refuse:
        take(office, case, first)
    consulting.ask(
        office.writing(),
        application_id=case,
        officer_id=first,
        colleague_id=asked,
        question="¿Es este el oficio que declara?",
        needed_by=(ecuador_today() + timedelta(days=5)).isoformat(),
    )
    if refuse:
        deciding.refuse(office, case, first, deciding.FOUR_EYES)
    else:
        deciding.approve(office, case, first, deciding.FOUR_EYES)
    colleague, address = sign_in(four_eyes, "bmena"), f"/revision/casos/{case}/recomendacion"
    page = colleague.get(address)
    assert "Decido sin esperar la respuesta de L. Paz" in plain(page)
    form = {"version": stamp_of(page), "paso": "emitir"}
    stopped = colleague.post(address, data=form)
    assert stopped.status_code == 422
    assert "L. Paz todavía no responde" in plain(stopped)
    assert 'href="#sin_respuesta"' in stopped.text
    assert len(deciding.pending(office)) == 1
    done = colleague.post(address, data={**form, "sin_respuesta": "y"})
    assert done.status_code == 303
    ended = ApplicationState.REFUSED if refuse else ApplicationState.APPROVED
    assert steps.state(office, case) is ended


def test_who_recommended_and_was_locked_is_told_to_who_issues(four_eyes: WebOffice) -> None:
    office, first = four_eyes.office, add_reviewer(four_eyes)
    add_reviewer(four_eyes, "bmena", "B. Mena")
    case = to_approve(office, first)
    deciding.approve(office, case, first, deciding.FOUR_EYES)
    with office.writing() as uow:
        uow.session.get_one(OfficerRow, first).active = False
        uow.commit()
    colleague, address = sign_in(four_eyes, "bmena"), f"/revision/casos/{case}/recomendacion"
    form = {"version": stamp_of(colleague.get(address)), "paso": "emitir"}
    told = colleague.post(address, data=form)
    assert told.status_code == 422
    assert "Quien recomendó ya no puede decidir: devuelva la recomendación." in plain(told)
    assert len(deciding.pending(office)) == 1


@pytest.mark.parametrize("policy", [deciding.UNDOABLE, deciding.FOUR_EYES], ids=["undo", "four"])
@pytest.mark.parametrize("refuse", [False, True], ids=["approve", "refuse"])
def test_its_holder_is_told_nothing_of_it_at_the_desk_either(
    undoing: WebOffice, policy: DecisionPolicy, *, refuse: bool
) -> None:
    office, officer_id = undoing.office, add_reviewer(undoing)
    add_reviewer(undoing, "duena", "D. Dueña", number=RUC)
    case = put_case(office)
    take(office, case, officer_id)
    if refuse:
        deciding.refuse(office, case, officer_id, policy)
    else:
        accept_everything(office, case, officer_id)
        deciding.approve(office, case, officer_id, policy)
    own = sign_in(undoing, "duena")
    decided = own.get(f"/revision/casos/{case}/decidida")
    assert (decided.status_code, decided.headers["Location"]) == (303, f"/revision/casos/{case}")
    for path in (
        f"/revision/casos/{case}", "/revision", "/revision?vista=recomendados",
        f"/revision?q={RUC}",
    ):  # fmt: skip
        page = plain(own.get(path))
        for words in ("ecomendada", "ecomendó", "deshacer", "Aprobada", "Negada"):
            assert words not in page, (path, words)
    assert str(case) not in own.get("/revision?vista=recomendados").text
