"""Correct only what was asked, with the officer's words beside it."""

from uuid import UUID

import pytest

from review_service.db.models import ApplicationRow
from review_service.domain.applications import ReviewItem
from review_service.services.review import correcting, reviewing
from review_service.services.review.letters import CorrectionItem
from tests.factories import SHEET, add_officer, issuing_rules
from tests.integration.services import steps
from tests.integration.web.applicant.story import confirmed, send_photos
from tests.integration.web.site import Site, Visitor, finish_checks, jpeg

REASON = "La foto de las herramientas está borrosa."
INSTRUCTION = "Tome otra foto de día, con el teléfono apoyado."


def version(site: Site, application_id: UUID) -> int:
    with site.office.reading() as uow:
        return uow.session.get_one(ApplicationRow, application_id).version


@pytest.fixture
def asked(site: Site, applicant: Visitor) -> UUID:
    """An application of which one theme and the data sheet are to be corrected."""
    application_id = confirmed(site, applicant)
    correcting.request_correction(
        site.office.writing(),
        application_id=application_id,
        officer_id=add_officer(site.office),
        version=version(site, application_id),
        items=[
            CorrectionItem(item=item, reason=REASON, instruction=INSTRUCTION)
            for item in (ReviewItem.MACHINERY, ReviewItem.DATA_SHEET)
        ],
    )
    return application_id


def test_the_application_says_what_to_do_and_by_when(applicant: Visitor, asked: UUID) -> None:
    shown = applicant.get(f"/solicitudes/{asked}").text
    assert "Requiere corrección" in shown
    assert "Ver qué corregir" in shown


def test_lists_only_what_was_asked_with_the_officers_words(applicant: Visitor, asked: UUID) -> None:
    shown = applicant.get(f"/solicitudes/{asked}/corregir").text
    assert shown.count(REASON) == 2
    assert shown.count(INSTRUCTION) == 2
    assert "Sus máquinas y herramientas" in shown
    assert "Usted y quienes trabajan con usted" not in shown
    assert "Todavía no ha cambiado nada" in shown


def test_the_photo_page_offers_only_the_asked_theme(applicant: Visitor, asked: UUID) -> None:
    shown = applicant.get(f"/solicitudes/{asked}/fotos").text
    assert REASON in shown
    assert 'id="machinery"' in shown
    assert 'id="people"' not in shown


def test_the_sheet_shows_the_officers_words_and_keeps_the_kind(
    applicant: Visitor, asked: UUID
) -> None:
    shown = applicant.get(f"/solicitudes/{asked}/datos").text
    assert INSTRUCTION in shown
    assert 'name="kind"' not in shown


@pytest.mark.parametrize("page", ["acuerdo-anterior"])
def test_what_was_not_asked_leads_back(applicant: Visitor, asked: UUID, page: str) -> None:
    answer = applicant.get(f"/solicitudes/{asked}/{page}")
    assert answer.headers["Location"] == f"/solicitudes/{asked}"


def test_a_photo_of_another_theme_is_not_taken(applicant: Visitor, asked: UUID) -> None:
    answer = send_photos(applicant, asked, jpeg(200), theme="people", as_script=True)
    assert answer.status_code == 403


def test_sending_without_a_change_or_an_answer_names_each_item(
    applicant: Visitor, asked: UUID
) -> None:
    answer = applicant.post(f"/solicitudes/{asked}/corregir", {"answer-machinery": "  "})
    assert answer.status_code == 422
    assert 'href="#answer-machinery"' in answer.text
    assert 'href="#answer-data_sheet"' in answer.text


def test_shows_before_and_after_and_goes_back_to_review(
    site: Site, applicant: Visitor, asked: UUID
) -> None:
    send_photos(applicant, asked, jpeg(201), theme="machinery")
    finish_checks(site.office)
    saved = applicant.post(f"/solicitudes/{asked}/datos", {**SHEET, "address": "Bolívar 8-11"})
    assert saved.headers["Location"] == f"/solicitudes/{asked}/corregir"
    shown = applicant.get(f"/solicitudes/{asked}/corregir").text
    assert shown.count("miniatura.jpg") == 2
    assert "Ya cambió los datos" in shown
    answer = applicant.post(f"/solicitudes/{asked}/corregir", {"answer-machinery": "Tomé otra."})
    assert answer.status_code == 303
    after = applicant.get(f"/solicitudes/{asked}").text
    assert "En revisión" in after
    assert "Usted envió la corrección." in after
    assert "«Tomé otra.»" in after


def test_an_answer_alone_is_enough_and_a_second_click_changes_nothing(
    applicant: Visitor, asked: UUID
) -> None:
    data = {"answer-machinery": "No puedo, se vendió.", "answer-data_sheet": "Está bien así."}
    for _ in range(2):
        assert applicant.post(f"/solicitudes/{asked}/corregir", data).status_code == 303
    assert applicant.get(f"/solicitudes/{asked}").text.count("Usted envió la corrección.") >= 1
    assert applicant.get(f"/solicitudes/{asked}/corregir").status_code == 303


def test_the_receipt_still_lists_what_was_received_first(
    site: Site, applicant: Visitor, asked: UUID
) -> None:
    before = applicant.get(f"/solicitudes/{asked}/comprobante").text
    send_photos(applicant, asked, jpeg(202), theme="machinery")
    finish_checks(site.office)
    after = applicant.get(f"/solicitudes/{asked}/comprobante").text
    assert before.count('class="hash"') == after.count('class="hash"') == 4


def test_a_refusal_gives_its_reasons_and_what_can_be_done(site: Site, applicant: Visitor) -> None:
    application_id = confirmed(site, applicant)
    steps.observe(site.office, application_id)
    reviewing.refuse(
        site.office.writing(),
        application_id=application_id,
        officer_id=add_officer(site.office),
        version=version(site, application_id),
        reasons="Las fotos muestran una fábrica y no un taller de artesano.",
        institution=issuing_rules().institution,
    )
    shown = applicant.get(f"/solicitudes/{application_id}").text
    assert "Negada" in shown
    assert "Las fotos muestran una fábrica" in shown
    assert "Qué puede hacer" in shown
    assert "Retirar esta solicitud" not in shown
