"""The attack: accepted pages swapped by another PDF in a correction, through the real pages."""

from uuid import UUID

import pytest

from review_service.db.models import ApplicationRow, ReviewItemRow
from review_service.domain.applications import ApplicationState, ItemVerdict, ReviewItem
from review_service.domain.documents import Theme
from review_service.domain.errors import InvalidInputError
from review_service.services.review import correcting, reviewing
from review_service.services.review.letters import CorrectionItem
from tests.factories import add_officer, issuing_rules, items_of_a_person
from tests.integration.web.applicant.story import draft, send_pdf
from tests.integration.web.site import Site, Visitor, finish_checks, pdf

ASKED = ReviewItem.PROCESS
REASON = "No se ve cómo se hace la pieza."
INSTRUCTION = "Muestre los pasos del trabajo."


def row_of(site: Site, application_id: UUID) -> ApplicationRow:
    with site.office.reading() as uow:
        return uow.session.get_one(ApplicationRow, application_id)


def judge(site: Site, application_id: UUID, officer_id: UUID, item: ReviewItem) -> None:
    reviewing.judge(
        site.office.writing(),
        application_id=application_id,
        officer_id=officer_id,
        version=row_of(site, application_id).version,
        item=item,
        verdict=ItemVerdict.ACCEPTED,
    )


@pytest.fixture
def case(site: Site, applicant: Visitor) -> tuple[UUID, UUID]:
    """One PDF covers four themes; three are accepted, the fourth is asked for."""
    application_id = draft(site)
    send_pdf(applicant, application_id, "pdf")
    finish_checks(site.office, pages=4)
    data = {f"page-{number}": theme.value for number, theme in enumerate(Theme, 1)}
    applicant.post(f"/solicitudes/{application_id}/pdf/temas", data)
    applicant.post(f"/solicitudes/{application_id}/enviar", {"declared": "y"})
    applicant.post(f"/solicitudes/{application_id}/confirmar", {"code": site.code()})
    officer_id = add_officer(site.office)
    for item in items_of_a_person():
        if item is not ASKED:
            judge(site, application_id, officer_id, item)
    correcting.request_correction(
        site.office.writing(),
        application_id=application_id,
        officer_id=officer_id,
        version=row_of(site, application_id).version,
        items=[CorrectionItem(item=ASKED, reason=REASON, instruction=INSTRUCTION)],
    )
    return application_id, officer_id


def test_another_pdf_with_no_page_assigned_is_not_approved_after_judging_one_item(
    site: Site, applicant: Visitor, case: tuple[UUID, UUID]
) -> None:
    application_id, _ = case
    send_pdf(applicant, application_id, "pdf", pdf("something else"))
    finish_checks(site.office, pages=4, red=120)
    answer = applicant.post(
        f"/solicitudes/{application_id}/corregir", {f"answer-{ASKED.value}": "Aquí está."}
    )
    assert answer.status_code == 422
    assert row_of(site, application_id).state is ApplicationState.CORRECTION_REQUESTED


def test_the_pages_say_what_may_be_done_and_what_is_opened_again(
    site: Site, applicant: Visitor, case: tuple[UUID, UUID]
) -> None:
    application_id, officer_id = case
    path = f"/solicitudes/{application_id}"
    shown = applicant.get(f"{path}/pdf").text
    assert "subir fotos sueltas solo de lo pedido" in shown
    assert shown.count("Nadie le pidió cambiarla") == 3
    assert "Quitar el PDF" not in shown
    send_pdf(applicant, application_id, "pdf", pdf("something else"))
    finish_checks(site.office, pages=4, red=120)
    assert "Quitar este PDF y volver al anterior" in applicant.get(f"{path}/pdf").text
    assert applicant.get(f"{path}/pdf").text.count("Elija qué muestra") == 4
    before = applicant.get(f"{path}/corregir").text
    assert "cambió y se revisará otra vez" in before
    assert before.count("No queda nada que lo muestre") == 3
    data = {f"page-{number}": theme.value for number, theme in enumerate(Theme, 1)}
    applicant.post(f"{path}/pdf/temas", data)
    answer = applicant.post(f"{path}/corregir", {f"answer-{ASKED.value}": "Aquí está."})
    assert answer.status_code == 303
    with site.office.reading() as uow:
        entries = uow.session.query(ReviewItemRow).filter_by(application_id=application_id)
        judged = [entry.item for entry in entries if entry.verdict is ItemVerdict.ACCEPTED]
    assert judged == [ReviewItem.DATA_SHEET]
    judge(site, application_id, officer_id, ASKED)
    with pytest.raises(InvalidInputError, match="items"):
        reviewing.approve(
            site.office.writing(),
            application_id=application_id,
            officer_id=officer_id,
            version=row_of(site, application_id).version,
            rules=issuing_rules(),
        )


def test_a_refused_pdf_leaves_the_former_and_can_be_put_away(
    applicant: Visitor, case: tuple[UUID, UUID]
) -> None:
    application_id, _ = case
    path = f"/solicitudes/{application_id}/pdf"
    send_pdf(applicant, application_id, "pdf", b"<html>no</html>")
    shown = applicant.get(path).text
    assert "No pudimos aceptar «papel.pdf»" in shown
    assert "En su solicitud sigue «papel.pdf»" in shown
    assert shown.count("miniatura.jpg") == 4
    away = shown.split("/quitar")[0].rsplit('"', 1)[1] + "/quitar"
    assert applicant.post(away, {"page": "pdf"}).headers["Location"] == path
    assert "No pudimos aceptar" not in applicant.get(path).text


def test_another_file_with_the_same_pages_keeps_each_under_its_theme(
    site: Site, applicant: Visitor, case: tuple[UUID, UUID]
) -> None:
    application_id, _ = case
    send_pdf(applicant, application_id, "pdf", pdf("the same pages in another file"))
    finish_checks(site.office, pages=4)  # whose pictures are so alike that two are the same
    answer = applicant.post(
        f"/solicitudes/{application_id}/corregir", {f"answer-{ASKED.value}": "No tengo otra."}
    )
    assert answer.status_code == 303
    with site.office.reading() as uow:
        entries = uow.session.query(ReviewItemRow).filter_by(application_id=application_id)
        open_items = [one.item for one in entries if one.verdict is not ItemVerdict.ACCEPTED]
    assert open_items == [ASKED]
