"""The officer's pages while a correction is waited for, and a case that came back corrected."""

import re
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from review_service.db.models import DocumentRow
from review_service.domain.applications import ApplicationState, ReviewItem
from review_service.domain.documents import Theme
from review_service.domain.roles import OfficerRole
from review_service.domain.terms import ecuador_today
from review_service.services.applicant import extending
from review_service.services.review import correcting
from review_service.services.review.letters import CorrectionItem
from tests.factories import RUC, Office, upload
from tests.integration.services import loop_cases, steps
from tests.integration.web.applicant.test_refusal_paper import words_of
from tests.integration.web.officer.desk_cases import (
    Shot,
    WebOffice,
    add_reviewer,
    check_documents,
    jpeg,
    judge,
    put_case,
    sign_in,
    take,
    version_of,
)

WORDS = "No se ve el taller por dentro."


def asked(office: Office, *items: ReviewItem, is_told: bool = True, by: UUID | None = None) -> UUID:
    case = put_case(office)
    correcting.request_correction(
        office.writing(),
        application_id=case,
        officer_id=by or loop_cases.officer(office),
        version=version_of(office, case),
        items=[
            CorrectionItem(item=item, reason=WORDS, instruction=WORDS)
            for item in items or (ReviewItem.WORKSHOP,)
        ],
    )
    if is_told:
        steps.hand_over(office, "correction_requested")
    return case


def ask_for_days(office: Office, case: UUID) -> None:
    extending.ask(
        office.writing(), application_id=case, ruc=RUC, reason="Estoy fuera de la ciudad."
    )


def log(browser: FlaskClient, case: UUID, **more: str) -> str:
    form = {
        "medio": "phone",
        "resultado_aviso": "not_reached",
        "el_dia": ecuador_today().isoformat(),
        "nota_aviso": "Timbró y nadie contestó.",
        **more,
    }
    answer = browser.post(f"/revision/casos/{case}/avisos", data=form)
    assert answer.status_code == 303, answer.text
    return browser.get(f"/revision/casos/{case}").text


def test_the_case_says_that_nothing_shows_it_was_seen_and_keeps_attempts(
    browser: FlaskClient, office: Office
) -> None:
    case = asked(office)
    page = browser.get(f"/revision/casos/{case}").text
    assert "No consta que lo haya visto" in page
    assert "Nadie ha anotado un intento" in page
    assert "Escriba qué día fue" in log(browser, case, el_dia="ayer")
    page = log(browser, case)
    assert "Timbró y nadie contestó." in page
    history = browser.get(f"/revision/casos/{case}/historia").text
    assert "Intentó avisar por otro medio: Teléfono, no contestó." in history


def test_days_are_given_from_the_case_and_from_the_queue(
    browser: FlaskClient, office: Office
) -> None:
    case = asked(office)
    before = steps.application(office, case).correct_by
    ask_for_days(office, case)
    listed = browser.get("/revision?vista=prorrogas").text
    assert f"/revision/casos/{case}" in listed
    page = browser.get(f"/revision/casos/{case}").text
    assert "Estoy fuera de la ciudad." in page
    wrong = browser.post(f"/revision/casos/{case}/prorroga", data={"dias": ""})
    assert wrong.status_code == 303
    assert "Elija de 1 a 5 días hábiles" in browser.get(f"/revision/casos/{case}").text
    browser.post(f"/revision/casos/{case}/prorroga", data={"dias": "2"})
    page = browser.get(f"/revision/casos/{case}").text
    assert "2 días hábiles más" in page
    after = steps.application(office, case).correct_by
    assert before is not None
    assert after is not None
    assert after > before
    assert f"/revision/casos/{case}" not in browser.get("/revision?vista=prorrogas").text


def test_what_was_not_answered_in_time_is_marked_and_can_only_be_given(
    browser: FlaskClient, office: Office
) -> None:
    case = asked(office)
    ask_for_days(office, case)
    loop_cases.end_term(office, case)
    page = browser.get(f"/revision/casos/{case}").text
    assert "solo se puede dar, desde hoy" in page
    assert "Ninguno: no se da" not in page
    assert "terminó el" in browser.get("/revision?vista=prorrogas").text
    assert f"/revision/casos/{case}" not in browser.get("/revision?vista=desistimientos").text


def test_a_withdrawal_is_previewed_as_it_is_sent_and_then_signed(
    browser: FlaskClient, office: Office
) -> None:
    case = asked(office)
    loop_cases.end_term(office, case)
    assert f"/revision/casos/{case}" in browser.get("/revision?vista=desistimientos").text
    address = f"/revision/casos/{case}/desistimiento"
    assert "No consta que la persona lo haya visto" in browser.get(address).text
    too_early = browser.post(address, data={"paso": "firmar"})
    assert too_early.status_code == 422
    log(browser, case)
    assert "Ver la resolución antes de firmarla" in browser.get(address).text
    preview = browser.post(address, data={"paso": "ver", "resolucion": "Se miró el caso entero."})
    assert preview.status_code == 200
    letter = preview.text.split("<article")[1].split("</article>")[0]
    for words in (
        "artículo 140",
        "No consta que haya ingresado",
        "(teléfono): no pudimos hablar con usted",
        "Se miró el caso entero.",
        "Resuelve: R. Andrade, Zonal 1.",
        "apelación",
    ):
        assert words in letter, words
    assert steps.state(office, case) is ApplicationState.CORRECTION_REQUESTED
    back = browser.post(address, data={"paso": "editar", "resolucion": "Se miró el caso entero."})
    assert "Se miró el caso entero." in back.text
    signed = browser.post(address, data={"paso": "firmar", "resolucion": "Se miró el caso entero."})
    assert signed.status_code == 303
    assert steps.state(office, case) is ApplicationState.WITHDRAWN
    page = browser.get(f"/revision/casos/{case}").text
    assert "Lo decidió R. Andrade" in page
    (mail,) = steps.mails(office, "withdrawn")
    assert mail.context["words"] == ["Se miró el caso entero."]
    again = browser.post(address, data={"paso": "firmar"})
    assert again.status_code == 409


def test_the_paper_of_a_withdrawal_is_a_draft_before_it_is_signed(
    browser: FlaskClient, office: Office
) -> None:
    case = asked(office)
    loop_cases.end_term(office, case)
    log(browser, case)
    address = f"/revision/casos/{case}/desistimiento"
    typed = {"resolucion": "Se miró el caso entero."}
    assert 'value="pdf"' in browser.post(address, data={"paso": "ver", **typed}).text
    draft = browser.post(address, data={"paso": "pdf", **typed})
    assert draft.mimetype == "application/pdf"
    words = words_of(draft.data)
    for said in ("BORRADOR", "Se miró el caso entero.", "Resolvería: R. Andrade"):
        assert said in words
    assert steps.state(office, case) is ApplicationState.CORRECTION_REQUESTED
    assert browser.get(f"{address}.pdf").status_code == 404, "nobody signed it"
    loop_cases.sign(office, case, words="Se miró el caso entero.")
    assert f'href="{address}.pdf"' in browser.get(f"/revision/casos/{case}").text
    signed = words_of(browser.get(f"{address}.pdf").data)
    assert "BORRADOR" not in signed
    assert "Se miró el caso entero." in signed


def test_a_notice_is_begun_anew_with_a_reason(browser: FlaskClient, office: Office) -> None:
    case = asked(office)
    loop_cases.end_term(office, case)
    address = f"/revision/casos/{case}/desistimiento/aviso"
    assert browser.post(address, data={"motivo_aviso": "No."}).status_code == 422
    done = browser.post(
        address, data={"motivo_aviso": "El correo del SRI era de su contador anterior."}
    )
    assert done.status_code == 303
    assert "Ningún plazo corre" in browser.get(f"/revision/casos/{case}").text
    assert len(steps.mails(office, "correction_requested")) == 2


def test_a_reviewer_logs_and_gives_days_and_signs_nothing(web: WebOffice, office: Office) -> None:
    add_reviewer(web, "lpaz", "L. Paz", role=OfficerRole.REVIEWER)
    browser = sign_in(web, "lpaz")
    case = asked(office)
    loop_cases.end_term(office, case)
    page = log(browser, case)
    assert "Resolver el desistimiento" not in page
    assert browser.get(f"/revision/casos/{case}/desistimiento").status_code == 403
    answer = browser.post(f"/revision/casos/{case}/desistimiento", data={"paso": "firmar"})
    assert answer.status_code == 403


@pytest.fixture
def corrected(office: Office, officer_id: UUID) -> UUID:
    """A case that came back: another photo of the machines, the workshop answered in words."""
    case = asked(office, ReviewItem.WORKSHOP, ReviewItem.MACHINERY)
    with office.reading() as uow:
        former = uow.session.scalars(
            sa.select(DocumentRow.id).where(
                DocumentRow.application_id == case, DocumentRow.theme == Theme.MACHINERY
            )
        ).one()
    received = upload(
        office,
        case,
        replaces=former,
        content=jpeg((10, 200, 90)),
        theme=Theme.MACHINERY,
        file_name="otra.jpg",
    )
    check_documents(
        office,
        {received.document_id: Shot(theme=Theme.MACHINERY, jpeg=jpeg((10, 200, 90)))},
    )
    correcting.answer(
        office.writing(),
        application_id=case,
        ruc=RUC,
        answers={ReviewItem.WORKSHOP: "No tengo otra foto."},
    )
    take(office, case, officer_id)
    return case


def test_a_corrected_case_opens_at_what_changed_old_beside_new(
    browser: FlaskClient, office: Office, corrected: UUID
) -> None:
    page = browser.get(f"/revision/casos/{corrected}").text
    with office.reading() as uow:
        fresh = uow.session.scalars(
            sa.select(DocumentRow.id).where(
                DocumentRow.application_id == corrected, DocumentRow.file_name == "otra.jpg"
            )
        ).one()
    view = page.split('id="vista"')[1].split("</section>")[0]
    assert f'data-leaf="{fresh}-1"' in page.split('id="vista"')[1][:400]
    assert "Antes de corregir" in view
    assert "Volvió corregida." in page
    points = page.split('<ul class="items">')[1]
    machinery = points.split('id="punto-machinery"')[1].split("</li>\n            <li")[0]
    assert "Cambió" in machinery
    workshop = points.split('id="punto-workshop"')[1].split('id="punto-')[0]
    assert "Respondió" in workshop
    elsewhere = browser.get(f"/revision/casos/{corrected}?pagina=1").text
    assert "Antes de corregir" not in elsewhere.split('id="vista"')[1].split("</section>")[0]


def test_after_one_point_the_next_is_another_that_came_back(
    browser: FlaskClient, office: Office, officer_id: UUID, corrected: UUID
) -> None:
    version = version_of(office, corrected)
    answer = browser.post(
        f"/revision/casos/{corrected}/puntos/machinery",
        data={"version": version, "veredicto": "accepted"},
    )
    assert "sigue=punto-workshop" in answer.headers["Location"]
    judge(office, corrected, officer_id, item=ReviewItem.WORKSHOP, version=version)
    page = browser.get(f"/revision/casos/{corrected}").text
    assert "Volvió corregida." not in page
    assert not re.search(r'class="tag[^"]*">[^<]*<[^>]*>[^<]*Cambió', page)
