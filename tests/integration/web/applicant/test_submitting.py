"""Review, send once, confirm, and keep the receipt."""

import hashlib
import time
from datetime import timedelta
from io import BytesIO

import pypdf
import pytest
import sqlalchemy as sa

from review_service.db.models import ApplicationRow, MailRow, OneUseLinkRow, RegisteredEmailRow
from review_service.domain.applications import ApplicationKind
from review_service.domain.documents import Theme
from tests.factories import OTHER_RUC, RUC
from tests.integration.services import steps
from tests.integration.services.test_notices import of_case, refuse, sent
from tests.integration.web.applicant.story import complete, confirmed, draft, send_photos
from tests.integration.web.site import Site, Visitor, finish_checks, jpeg


def mails(site: Site, event: str) -> int:
    with site.office.reading() as uow:
        counted = sa.select(sa.func.count(MailRow.id)).where(MailRow.event == event)
        return uow.session.execute(counted).scalar_one()


def test_one_page_shows_all_that_will_be_sent(site: Site, applicant: Visitor) -> None:
    application_id = complete(site, applicant, ApplicationKind.RENEWAL)
    shown = applicant.get(f"/solicitudes/{application_id}/revisar").text
    for words in ("Tejidos a mano", "Calle Sucre 12-40", "0991234567", "papel.pdf", "Renovación"):
        assert words in shown
    for theme in Theme:
        assert theme.heading in shown
    assert "Antes de enviar, falta esto" not in shown


def advice_in(page: str) -> str:
    """Return what a page says that delays the application."""
    return page.partition("Puede enviarla así, pero puede atrasarse")[2].partition("</div>")[0]


def test_says_what_is_missing_with_a_link_to_its_place(site: Site, applicant: Visitor) -> None:
    application_id = draft(site, ApplicationKind.RENEWAL)
    shown = applicant.get(f"/solicitudes/{application_id}/revisar").text
    assert "Antes de enviar, falta esto" in shown
    for page in ("fotos", "acuerdo-anterior"):
        assert f'<a href="/solicitudes/{application_id}/{page}">' in shown


def test_a_theme_without_photos_is_advice_and_no_wall(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    send_photos(applicant, application_id, jpeg())
    finish_checks(site.office)
    shown = applicant.get(f"/solicitudes/{application_id}/revisar").text
    assert "Puede enviarla así, pero puede atrasarse" in shown
    answer = applicant.post(f"/solicitudes/{application_id}/enviar", {"declared": "y"})
    assert answer.status_code == 303


def test_what_only_delays_stays_in_sight_when_it_cannot_be_sent(
    site: Site, applicant: Visitor
) -> None:
    application_id = draft(site)
    send_photos(applicant, application_id, jpeg())
    finish_checks(site.office)
    warned = advice_in(applicant.get(f"/solicitudes/{application_id}/revisar").text)
    assert "<li>" in warned
    answer = applicant.post(f"/solicitudes/{application_id}/enviar")
    assert answer.status_code == 422
    assert "No se pudo enviar: falta esto" in answer.text
    assert advice_in(answer.text) == warned


def test_without_the_declaration_nothing_is_sent(site: Site, applicant: Visitor) -> None:
    application_id = complete(site, applicant)
    answer = applicant.post(f"/solicitudes/{application_id}/enviar")
    assert answer.status_code == 422
    assert 'href="#declared"' in answer.text
    assert mails(site, "confirm") == 0


def test_an_incomplete_draft_is_not_sent(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    answer = applicant.post(f"/solicitudes/{application_id}/enviar", {"declared": "y"})
    assert answer.status_code == 422
    assert "No se pudo enviar" in answer.text


def test_a_second_click_on_send_changes_nothing(site: Site, applicant: Visitor) -> None:
    application_id = complete(site, applicant)
    path = f"/solicitudes/{application_id}/enviar"
    answers = [applicant.post(path, {"declared": "y"}) for _ in range(3)]
    assert {answer.headers["Location"] for answer in answers} == {
        f"/solicitudes/{application_id}/confirmar"
    }
    assert mails(site, "confirm") == 1


def test_says_where_the_mail_went_and_until_when(site: Site, applicant: Visitor) -> None:
    application_id = complete(site, applicant)
    applicant.post(f"/solicitudes/{application_id}/enviar", {"declared": "y"})
    waiting = applicant.get(f"/solicitudes/{application_id}/confirmar").text
    assert "ma•••@correo.example" in waiting
    assert "Tiene hasta el" not in waiting
    assert "Tendrá 72 horas desde que el mensaje salga" in waiting
    steps.hand_over(site.office, "confirm")
    assert "Tiene hasta el" in applicant.get(f"/solicitudes/{application_id}/confirmar").text


def test_the_code_confirms_and_leads_to_the_receipt(site: Site, applicant: Visitor) -> None:
    application_id = confirmed(site, applicant)
    path = f"/solicitudes/{application_id}/confirmar"
    assert applicant.get(path).headers["Location"].endswith("/comprobante")
    assert applicant.post(path, {"code": "123456"}).headers["Location"].endswith("/comprobante")
    assert mails(site, "received") == 1


@pytest.mark.parametrize("typed", ["", "no es"])
def test_a_wrong_code_keeps_the_form(site: Site, applicant: Visitor, typed: str) -> None:
    application_id = complete(site, applicant)
    applicant.post(f"/solicitudes/{application_id}/enviar", {"declared": "y"})
    answer = applicant.post(f"/solicitudes/{application_id}/confirmar", {"code": typed})
    assert answer.status_code == 422
    assert 'href="#code"' in answer.text


def test_an_expired_code_says_to_ask_for_another(site: Site, applicant: Visitor) -> None:
    application_id = complete(site, applicant)
    applicant.post(f"/solicitudes/{application_id}/enviar", {"declared": "y"})
    with site.office.writing() as uow:
        past = uow.now - timedelta(seconds=1)
        uow.session.execute(sa.update(OneUseLinkRow).values(code_expires_at=past))
        uow.commit()
    path = f"/solicitudes/{application_id}/confirmar"
    assert "se venció" in applicant.post(path, {"code": site.code()}).text
    assert applicant.post(f"{path}/otra-vez").status_code == 303
    assert applicant.post(path, {"code": site.code()}).status_code == 303


def test_the_link_confirms_on_any_device_and_only_by_its_button(
    site: Site, applicant: Visitor
) -> None:
    application_id = complete(site, applicant)
    applicant.post(f"/solicitudes/{application_id}/enviar", {"declared": "y"})
    path = f"/confirmar/{site.token()}"
    phone = site.visitor()
    opened = phone.get(path)
    assert opened.headers["Referrer-Policy"] == "no-referrer"
    assert "Confirmar mi solicitud" in opened.text
    assert "Por confirmar" in applicant.get(f"/solicitudes/{application_id}").text
    answer = phone.post(path, page=path, follow_redirects=True)
    assert "Recibimos su solicitud" in answer.text
    assert "En revisión" in applicant.get(f"/solicitudes/{application_id}").text
    again = phone.get(path)
    assert again.status_code == 410
    assert "ya está confirmada" in again.text


def test_who_is_signed_in_goes_on_to_the_receipt(site: Site, applicant: Visitor) -> None:
    application_id = complete(site, applicant)
    applicant.post(f"/solicitudes/{application_id}/enviar", {"declared": "y"})
    path = f"/confirmar/{site.token()}"
    answer = applicant.post(path, page=path)
    assert answer.headers["Location"] == f"/solicitudes/{application_id}/comprobante"


def test_who_is_signed_in_as_somebody_else_is_told_that_it_is_confirmed(
    site: Site, applicant: Visitor
) -> None:
    application_id = complete(site, applicant)
    applicant.post(f"/solicitudes/{application_id}/enviar", {"declared": "y"})
    path = f"/confirmar/{site.token()}"
    other = site.applicant(OTHER_RUC)
    answer = other.post(path, page=path, follow_redirects=True)
    assert answer.status_code == 200
    assert "Recibimos su solicitud" in answer.text


def test_a_wrong_link_leads_back_to_the_applications(visitor: Visitor) -> None:
    answer = visitor.get("/confirmar/abc")
    assert answer.status_code == 410
    assert 'href="/solicitudes"' in answer.text


def test_the_receipt_holds_reference_hour_and_the_hash_of_each_file(
    site: Site, applicant: Visitor
) -> None:
    application_id = confirmed(site, applicant, ApplicationKind.RENEWAL)
    with site.office.reading() as uow:
        reference = uow.session.get_one(ApplicationRow, application_id).reference
    shown = applicant.get(f"/solicitudes/{application_id}/comprobante").text
    assert reference in shown
    for place in range(len(Theme)):
        assert hashlib.sha256(jpeg(10 * place)).hexdigest() in shown
    assert "Le responderemos hasta el" in shown


def test_the_receipt_on_paper_says_the_same(site: Site, applicant: Visitor) -> None:
    application_id = confirmed(site, applicant)
    answer = applicant.get(f"/solicitudes/{application_id}/comprobante.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=comprobante-AR-")
    paper = pypdf.PdfReader(BytesIO(answer.data))
    words = " ".join(page.extract_text() for page in paper.pages)
    for place in range(len(Theme)):
        digest = hashlib.sha256(jpeg(10 * place)).hexdigest()
        assert digest[:32] in words
        assert digest[32:] in words
    assert "Comprobante de recepción" in words


def test_there_is_no_receipt_before_the_confirmation(site: Site, applicant: Visitor) -> None:
    application_id = complete(site, applicant)
    for page in ("comprobante", "comprobante.pdf"):
        assert applicant.get(f"/solicitudes/{application_id}/{page}").status_code == 404


def test_a_draft_cannot_be_confirmed(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    answer = applicant.get(f"/solicitudes/{application_id}/confirmar")
    assert answer.headers["Location"] == f"/solicitudes/{application_id}"


@pytest.mark.parametrize("page", ["", "/confirmar"])
def test_what_was_sent_and_not_confirmed_is_a_draft_again_by_one_press(
    site: Site, applicant: Visitor, page: str
) -> None:
    application_id = complete(site, applicant)
    path = f"/solicitudes/{application_id}"
    applicant.post(f"{path}/enviar", {"declared": "y"})
    assert f'action="{path}/volver-a-borrador"' in applicant.get(f"{path}{page}").text
    token = site.token()
    answer = applicant.post(f"{path}/volver-a-borrador", page=f"{path}{page}")
    assert answer.headers["Location"] == f"{path}/revisar"
    shown = applicant.get(path).text
    assert "Borrador" in shown
    assert "Usted la volvió a borrador" in shown
    over = site.visitor().get(f"/confirmar/{token}")
    assert over.status_code == 410
    assert "volvió a ser un borrador" in over.text
    assert applicant.get(f"{path}/datos").status_code == 200


def test_a_receipt_is_printed_once(
    site: Site, applicant: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/solicitudes/{confirmed(site, applicant)}/comprobante.pdf"
    first = applicant.get(path).data

    def again(*_: object) -> bytes:
        raise AssertionError("it was printed already")

    monkeypatch.setattr(type(site.container.receipt_printer), "render", again)
    assert applicant.get(path).data == first


def test_printing_a_receipt_takes_no_time_of_the_web_process(
    site: Site, applicant: Visitor
) -> None:
    """Drawing one takes half a second of a processor, and loading what draws it as much."""
    path = f"/solicitudes/{confirmed(site, applicant)}/comprobante.pdf"
    applicant.get(path.removesuffix(".pdf"))
    began = time.process_time()
    assert applicant.get(path).data.startswith(b"%PDF-")
    assert time.process_time() - began < 0.25


def test_a_receipt_that_says_something_else_is_printed_anew(site: Site, applicant: Visitor) -> None:
    application_id = confirmed(site, applicant)
    path = f"/solicitudes/{application_id}/comprobante.pdf"
    first = applicant.get(path).data
    with site.office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        row.holder = "OTRO NOMBRE"
        uow.commit()
    second = applicant.get(path).data
    assert second != first
    assert applicant.get(path).data == second


@pytest.mark.parametrize(
    ("fate", "words", "never"),
    [
        ("waits", "Estamos escribiendo a", "hasta la fecha de arriba"),
        ("refused", "ese correo lo rechazó", "Spam"),
        ("delivered", "Tiene hasta el", "Estamos escribiendo"),
    ],
)
def test_the_page_to_confirm_says_how_far_its_message_has_come(
    site: Site, applicant: Visitor, fate: str, words: str, never: str
) -> None:
    application_id = sent(site.office)
    if fate == "refused":
        refuse(site.office, of_case(site.office, "confirm", application_id).id)
    if fate == "delivered":
        steps.hand_over(site.office, "confirm")
    page = applicant.get(f"/solicitudes/{application_id}/confirmar").text
    assert words in page
    assert never not in page


def test_who_changed_a_dead_address_at_the_register_gets_the_mail(
    site: Site, applicant: Visitor
) -> None:
    application_id = sent(site.office)
    refuse(site.office, of_case(site.office, "confirm", application_id).id)
    with site.office.writing() as uow:
        uow.session.get_one(RegisteredEmailRow, RUC).email = "nueva@correo.example"
        uow.commit()
    page = f"/solicitudes/{application_id}/confirmar"
    assert applicant.post(f"{page}/otra-vez", page=page).status_code == 303
    newest = steps.mails(site.office, "confirm")[-1]
    assert newest.recipient == "nueva@correo.example"
    assert "nu•••@correo.example" in applicant.get(page).text
