"""A theme that does not apply, on the pages of applicant and officer, in letters and receipts."""

import html
import re
from pathlib import Path
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from werkzeug.test import TestResponse

from review_service.adapters.mail_templates import TemplateComposer
from review_service.domain.applications import ApplicationState, ReviewItem
from review_service.domain.documents import Theme
from review_service.domain.institution import institution_on
from review_service.domain.terms import ecuador_today
from review_service.services.review import correcting
from review_service.services.review.letters import CorrectionItem
from tests.factories import add_officer
from tests.integration.services import steps
from tests.integration.web.applicant.story import draft, send_pdf, send_photos
from tests.integration.web.officer.desk_cases import add_reviewer, make_web, sign_in, version_of
from tests.integration.web.site import Site, Visitor, finish_checks, jpeg

REASON = "Trabajo solo con las manos, sin máquinas ni herramientas."
OWN = "Corto el cabello con las tijeras de cada clienta."
SHOWN = ("workshop", "people", "process")


def words(answer: TestResponse) -> str:
    """Return the text of a page in one line."""
    body = re.sub(r"(?s)<(script|style|head).*?</\1>", " ", answer.text)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def section(answer: TestResponse, theme: Theme) -> str:
    """Return the part of the page of photos on one theme."""
    found = re.search(rf'(?s)<section class="theme"\s+id="{theme.value}".*?</section>', answer.text)
    assert found
    return found.group()


def photographed(site: Site, applicant: Visitor) -> UUID:
    application_id = draft(site)
    for place, theme in enumerate(SHOWN):
        send_photos(applicant, application_id, jpeg(10 * place), theme=theme)
    finish_checks(site.office)
    return application_id


def say(
    applicant: Visitor,
    application_id: UUID,
    reason: str = REASON,
    own: str = "",
    theme: Theme = Theme.MACHINERY,
) -> TestResponse:
    return applicant.post(
        f"/solicitudes/{application_id}/fotos/{theme.value}/no-aplica",
        {"reason": reason, "words": own},
    )


def confirm(site: Site, applicant: Visitor, application_id: UUID) -> None:
    applicant.post(f"/solicitudes/{application_id}/enviar", {"declared": "y"})
    answer = applicant.post(f"/solicitudes/{application_id}/confirmar", {"code": site.code()})
    assert answer.status_code == 303, answer.text


def send_and_take(site: Site, applicant: Visitor, desk: FlaskClient, application_id: UUID) -> None:
    """Confirm the application, and take it as its officer: the next one."""
    confirm(site, applicant, application_id)
    answer = desk.post("/revision/siguiente")
    assert answer.location.endswith(f"/revision/casos/{application_id}")


def ask(site: Site, application_id: UUID) -> None:
    correcting.request_correction(
        site.office.writing(),
        application_id=application_id,
        officer_id=add_officer(site.office, "lpaz"),
        version=version_of(site.office, application_id),
        items=[
            CorrectionItem(
                item=ReviewItem.MACHINERY, reason="Se ven tijeras.", instruction="Muéstrelas bien."
            )
        ],
    )


@pytest.fixture
def desk(site: Site, tmp_path: Path) -> FlaskClient:
    """An officer's browser on the same database."""
    web = make_web(site.office, tmp_path)
    add_reviewer(web)
    return sign_in(web)


def test_only_the_themes_of_the_rule_offer_it(site: Site, applicant: Visitor) -> None:
    page = applicant.get(f"/solicitudes/{photographed(site, applicant)}/fotos")
    for theme in Theme:
        offers = "No aplica a mi trabajo" in section(page, theme)
        assert offers is (theme in {Theme.PEOPLE, Theme.MACHINERY})
    assert REASON in section(page, Theme.MACHINERY)
    assert "Otra razón" in section(page, Theme.MACHINERY)


def test_what_was_said_stands_on_the_pages_until_it_is_sent(site: Site, applicant: Visitor) -> None:
    application_id = photographed(site, applicant)
    answer = say(applicant, application_id, "otra", OWN)
    assert answer.headers["Location"].endswith("/fotos#machinery")
    page = applicant.get(f"/solicitudes/{application_id}/fotos")
    part = html.unescape(section(page, Theme.MACHINERY))
    assert f"<strong>Dijo que no aplica.</strong> {OWN}" in part
    assert "Quien revise lo decide." in part
    assert "Agregar fotos" in part, "photos may still come"
    review = words(applicant.get(f"/solicitudes/{application_id}/revisar"))
    assert f"Sus máquinas y herramientas Usted dice que no aplica: {OWN}" in review
    assert "Falta mostrar" not in review


def test_what_cannot_be_taken_stays_typed_and_is_told_at_its_field(
    site: Site, applicant: Visitor
) -> None:
    application_id = photographed(site, applicant)
    answer = say(applicant, application_id, "otra", "corto")
    assert answer.status_code == 422
    part = section(answer, Theme.MACHINERY)
    assert 'aria-describedby="words-machinery-problem"' in part
    assert ">corto</textarea>" in part
    assert "<details open>" in part
    assert "<details open>" not in section(answer, Theme.PEOPLE)
    assert 'href="#words-machinery"' in answer.text
    empty = say(applicant, application_id, "", "")
    assert 'href="#reason-machinery"' in empty.text
    assert 'id="reason-machinery-problem"' in empty.text


def test_taken_back_its_words_stand_in_the_form_again(site: Site, applicant: Visitor) -> None:
    application_id = photographed(site, applicant)
    say(applicant, application_id, "otra", OWN)
    answer = applicant.post(f"/solicitudes/{application_id}/fotos/machinery/si-aplica")
    assert answer.status_code == 303
    part = html.unescape(
        section(applicant.get(f"/solicitudes/{application_id}/fotos"), Theme.MACHINERY)
    )
    assert "Dijo que no aplica" not in part
    assert f">{OWN}</textarea>" in part
    assert re.search(r'value="otra"\s+checked', part)


def test_photos_beside_it_are_counted_and_asked_about(site: Site, applicant: Visitor) -> None:
    application_id = photographed(site, applicant)
    send_photos(applicant, application_id, jpeg(90), jpeg(95), theme="machinery")
    finish_checks(site.office)
    say(applicant, application_id)
    part = words(applicant.get(f"/solicitudes/{application_id}/fotos"))
    assert "Pero aquí hay 2 fotos de esto." in part


def test_a_page_of_a_pdf_counts_as_a_photo_of_it(site: Site, applicant: Visitor) -> None:
    application_id = photographed(site, applicant)
    send_pdf(applicant, application_id, "pdf")
    finish_checks(site.office)
    applicant.post(f"/solicitudes/{application_id}/pdf/temas", {"page-1": "machinery"})
    say(applicant, application_id)
    part = words(applicant.get(f"/solicitudes/{application_id}/fotos"))
    assert "Pero aquí hay 1 foto de esto." in part
    assert "dígalo en «Fotos»" in applicant.get(f"/solicitudes/{application_id}/pdf").text


def test_a_theme_that_must_be_shown_and_one_that_is_none_are_refused(
    site: Site, applicant: Visitor
) -> None:
    application_id = photographed(site, applicant)
    answer = say(applicant, application_id, "otra", OWN, Theme.WORKSHOP)
    assert answer.headers["Location"] == f"/solicitudes/{application_id}", "turned away"
    assert steps.application(site.office, application_id).not_applicable is None
    for page in ("no-aplica", "si-aplica"):
        answer = applicant.post(f"/solicitudes/{application_id}/fotos/poem/{page}")
        assert answer.status_code == 404


def test_the_receipt_and_the_mail_tell_it(site: Site, applicant: Visitor, tmp_path: Path) -> None:
    application_id = photographed(site, applicant)
    say(applicant, application_id, REASON, OWN)
    confirm(site, applicant, application_id)
    page = words(applicant.get(f"/solicitudes/{application_id}/comprobante"))
    assert f"Dijo que no aplica Sus máquinas y herramientas {REASON} {OWN}" in page
    printed = tmp_path / "comprobante.pdf"
    printed.write_bytes(applicant.get(f"/solicitudes/{application_id}/comprobante.pdf").data)
    text = " ".join(" ".join(each.extract_text() for each in PdfReader(printed).pages).split())
    assert "Dijo que no aplica" in text
    assert "Qué hace" in text
    own = words(applicant.get(f"/solicitudes/{application_id}"))
    assert f"«Sus máquinas y herramientas»: usted dijo que no aplica. {REASON} {OWN}" in own
    assert "Usted dijo que un tema de las fotos no aplica." in own
    [mail] = steps.mails(site.office, "received")
    for body in bodies(mail.event, mail.context):
        assert f"Sus máquinas y herramientas: {REASON} {OWN}" in body


def bodies(event: str, context: dict[str, object]) -> list[str]:
    """Return both bodies of a mail as people read them."""
    composer = TemplateComposer(
        sender="avisos@correo.example", institution=institution_on(ecuador_today())
    )
    message = composer.compose(
        event,
        {**context, "public_url": "http://localhost"},
        recipient="maria@correo.example",
        message_id="<1@correo.example>",
    )
    parts = [part for part in message.walk() if part.get_content_maintype() == "text"]
    assert len(parts) == 2
    return [" ".join(html.unescape(part.get_content()).split()) for part in parts]


def test_the_officer_reads_it_where_the_photos_would_be(
    site: Site, applicant: Visitor, desk: FlaskClient
) -> None:
    application_id = photographed(site, applicant)
    say(applicant, application_id)
    send_and_take(site, applicant, desk, application_id)
    case = words(desk.get(f"/revision/casos/{application_id}"))
    assert f"Sin fotos Aceptar Observar Dice que no aplica: «{REASON}»" in case
    assert "Máquinas y herramientas: dice que no aplica" in case, "in the strip of pages"
    assert "Ninguna página muestra este tema" not in case
    queue = words(desk.get("/revision"))
    assert "dice que no aplica «máquinas y herramientas»" in queue


def test_accepted_it_goes_on_to_the_acuerdo(
    site: Site, applicant: Visitor, desk: FlaskClient
) -> None:
    application_id = photographed(site, applicant)
    say(applicant, application_id)
    send_and_take(site, applicant, desk, application_id)
    for item in ("workshop", "people", "machinery", "process", "data_sheet"):
        answer = desk.post(
            f"/revision/casos/{application_id}/puntos/{item}",
            data={"version": version_of(site.office, application_id), "veredicto": "accepted"},
        )
        assert answer.status_code == 303, answer.text
    page = words(desk.get(f"/revision/casos/{application_id}/aprobar"))
    assert f"No aplica Máquinas y herramientas: {REASON}" in page
    answer = desk.post(
        f"/revision/casos/{application_id}/aprobar",
        data={"version": version_of(site.office, application_id)},
    )
    assert answer.status_code == 303
    assert steps.state(site.office, application_id) is ApplicationState.APPROVED


def test_observed_the_letter_quotes_it_and_ready_words_ask_for_photos(
    site: Site, applicant: Visitor, desk: FlaskClient
) -> None:
    application_id = photographed(site, applicant)
    say(applicant, application_id)
    send_and_take(site, applicant, desk, application_id)
    desk.post(
        f"/revision/casos/{application_id}/puntos/machinery",
        data={"version": version_of(site.office, application_id), "veredicto": "observed"},
    )
    form = words(desk.get(f"/revision/casos/{application_id}/correccion"))
    assert f"Dice que no aplica: «{REASON}» La carta lo dice también." in form
    assert "Usted dice que no aplica, pero su trabajo sí lo necesita." in form
    letter = desk.post(
        f"/revision/casos/{application_id}/correccion",
        data={
            "version": version_of(site.office, application_id),
            "paso": "ver",
            "puntos": "machinery",
            "machinery_reason": "Se ven unas tijeras.",
            "machinery_instruction": "Envíe una foto de ellas.",
        },
    )
    assert f"Usted dijo que no aplica: {REASON}" in words(letter)


def test_asked_for_photos_the_applicant_sends_them_instead(site: Site, applicant: Visitor) -> None:
    application_id = photographed(site, applicant)
    say(applicant, application_id)
    confirm(site, applicant, application_id)
    ask(site, application_id)
    [mail] = steps.mails(site.office, "correction_requested")
    for body in bodies(mail.event, mail.context):
        assert f"Usted dijo que no aplica: {REASON}" in body
    page = words(applicant.get(f"/solicitudes/{application_id}/corregir"))
    assert f"Usted dice que no aplica: {REASON} Agregar fotos o cambiar la razón" in page
    part = section(applicant.get(f"/solicitudes/{application_id}/fotos"), Theme.MACHINERY)
    assert "Quien revisa le pidió:" in part
    assert "Todavía no ha cambiado nada." in page
    say(applicant, application_id, "otra", OWN)
    changed = words(applicant.get(f"/solicitudes/{application_id}/corregir"))
    assert "No hay fotos nuevas." in changed
    assert "Todavía no ha cambiado nada." not in changed
    send_photos(applicant, application_id, jpeg(77), theme="machinery")
    applicant.post(f"/solicitudes/{application_id}/fotos/machinery/si-aplica")
    finish_checks(site.office)
    answer = applicant.post(f"/solicitudes/{application_id}/corregir", {"answer-machinery": ""})
    assert answer.status_code == 303, answer.text
    assert steps.state(site.office, application_id) is ApplicationState.IN_REVIEW


def test_a_letter_of_the_version_before_goes_out_without_it() -> None:
    items = [{"subject": "El taller", "reason": "Falta.", "instruction": "Envíelo."}]
    context: dict[str, object] = {
        "reference": "AR-2026-000001",
        "last_day": "2026-12-11",
        "items": items,
        "path": "/x",
    }
    for body in bodies("correction_requested", context):
        assert "no aplica" not in body


def test_what_is_asked_of_one_who_serves(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    sheet = words(applicant.get(f"/solicitudes/{application_id}/datos"))
    assert "¿Qué hace?" in sheet
    assert "«reparación de calzado»" in sheet
    help_page = words(site.visitor().get("/ayuda"))
    assert "presta un servicio con su oficio" in help_page
