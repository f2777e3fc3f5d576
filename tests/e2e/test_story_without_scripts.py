"""A renewal with every script switched off, on the embedded default: SQLite and local disk."""

import re
import time
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Page, expect

from review_service.domain.documents import Theme
from review_service.domain.wording import long_date
from review_service.samples.files import PriorAgreement, Scene
from review_service.samples.trades import WOOL
from tests.e2e import artisan, officer
from tests.e2e.artisan import CHECK_MS, follow, heading, press
from tests.e2e.browsing import DESK
from tests.e2e.conftest import OpenBrowser
from tests.e2e.samples import evidence_pdf, pdf, photo, scan_of
from tests.e2e.stack import Person, Stack

REASON = "La página 3 muestra el telar cortado y no se ven sus herramientas."
INSTRUCTION = "Tome una foto del telar completo, de frente y con luz de día."


def sign_in_by_code(page: Page, stack: Stack, person: Person) -> None:
    """Sign in with the code, as when the mailbox is a relative's."""
    artisan.ask_for_link(page, person)
    letter = stack.mailbox.next_letter(person.email)
    page.get_by_label("Código", exact=True).fill(letter.code)
    press(page, "Ingresar")
    expect(heading(page, "Mis solicitudes")).to_be_visible()


def send_the_pdf_of_photos(page: Page) -> None:
    """Upload one ready PDF and say what each page shows."""
    follow(page, "Tengo un PDF listo con las fotos")
    page.get_by_label("PDF con las fotos").set_input_files(
        pdf("mis fotos.pdf", evidence_pdf(seed=31))
    )
    press(page, "Subir el PDF")
    choices = page.get_by_role("combobox", name=re.compile("^La página . muestra"))
    expect(choices).to_have_count(len(Theme), timeout=CHECK_MS)
    for choice, theme in zip(choices.all(), Theme, strict=True):
        choice.select_option(label=theme.heading)
    press(page, "Guardar y seguir")
    expect(heading(page, "Su Acuerdo anterior")).to_be_visible()


def send_the_prior_agreement(page: Page, prior: PriorAgreement) -> None:
    """Upload the scan and see what was read."""
    page.get_by_label("Acuerdo anterior en PDF").set_input_files(
        pdf("acuerdo 2023.pdf", scan_of(prior))
    )
    press(page, "Subir el PDF")
    expect(page.get_by_text("Esto pudimos leer")).to_be_visible(timeout=CHECK_MS)
    for value in (prior.number, prior.ruc, long_date(prior.issued_on)):
        expect(page.get_by_role("definition").filter(has_text=value)).to_be_visible()
    follow(page, "Seguir")


def ask_for_a_better_photo(page: Page, reference: str) -> None:
    """Do the officer's first part: one point is observed, with reason and instruction."""
    officer.open_case(page, reference)
    follow(page, "Pedir corrección C")
    asked = page.get_by_role("group", name="Máquinas y herramientas")
    asked.get_by_role("checkbox").check()
    asked.get_by_label("Qué encontró").fill(REASON)
    asked.get_by_label("Qué debe hacer").fill(INSTRUCTION)
    press(page, "Ver la carta antes de enviarla")
    letter = page.get_by_role("article", name="Carta")
    expect(letter.get_by_text(REASON)).to_be_visible()
    expect(letter.get_by_text(INSTRUCTION)).to_be_visible()
    press(page, "Enviar el pedido de corrección")
    expect(page.get_by_role("alert")).to_have_count(0)


def correct_only_what_was_asked(page: Page, address: str) -> None:
    """Do the applicant's second part."""
    for other in ("datos", "acuerdo-anterior"):
        page.goto(f"{address}/{other}")
        expect(heading(page, "Requiere corrección")).to_be_visible()
        expect(page.get_by_text("Eso ya no se puede cambiar")).to_be_visible()
    follow(page, "Ver qué corregir")
    expect(page.get_by_text(REASON)).to_be_visible()
    press(page, "Enviar la corrección")
    expect(page.get_by_role("alert")).to_be_visible()
    follow(page, "Cambiar las fotos")
    expect(page.get_by_role("region", name=Theme.MACHINERY.heading)).to_be_visible()
    expect(page.get_by_role("region", name=Theme.PEOPLE.heading)).to_have_count(0)
    artisan.choose_photos(page, Theme.MACHINERY, [photo(Scene.TOOLS, seed=32)])
    press(page, "Subir las fotos elegidas")
    see_how_it_goes(page)
    expect(artisan.card_of(page, "herramientas.jpg").get_by_text("Se ve bien")).to_be_visible()
    follow(page, "Volver a la lista")
    expect(page.get_by_role("img", name="herramientas.jpg")).to_be_visible()
    press(page, "Enviar la corrección")
    expect(heading(page, "En revisión")).to_be_visible()


def see_how_it_goes(page: Page) -> None:
    """Follow the link that looks again until every photo is checked."""
    deadline = time.monotonic() + CHECK_MS / 1000
    while artisan.is_shown(again := page.get_by_role("link", name="Ver cómo va")):
        assert time.monotonic() < deadline, "the checks did not end"
        again.first.click()


def approve(page: Page, reference: str) -> str:
    """Do the officer's second part."""
    officer.open_case(page, reference)
    expect(page.get_by_text("Respuesta")).to_be_visible()
    officer.accept_every_point(page)
    follow(page, "Aprobar y emitir A")
    press(page, "Aprobar y emitir")
    return officer.wait_until_issued(page)


def test_a_renewal_is_corrected_and_issued_without_scripts(
    embedded_stack: Stack, open_browser: OpenBrowser, tmp_path: Path
) -> None:
    stack = embedded_stack
    person = stack.newcomer("CACHIMUEL TERÁN LUIS ALBERTO")
    prior = replace(
        PriorAgreement(), holder=person.name, ruc=person.ruc, activity=WOOL.activity.capitalize()
    )
    stack.import_prior(prior, tmp_path)
    phone = open_browser(stack, scripts=False).page
    sign_in_by_code(phone, stack, person)
    address = artisan.start_application(phone, "Quiero renovar mi Acuerdo")
    artisan.fill_in_sheet(phone)
    send_the_pdf_of_photos(phone)
    send_the_prior_agreement(phone, prior)
    artisan.declare_and_send(phone)
    phone.goto(stack.mailbox.next_letter(person.email, about="Confirme").link)
    press(phone, "Confirmar mi solicitud")
    expect(heading(phone, "Recibimos su solicitud")).to_be_visible()
    found = artisan.REFERENCE.search(phone.get_by_role("main").inner_text())
    assert found

    desk = open_browser(stack, viewport=DESK, scripts=False).page
    officer.sign_in(desk, stack.officer())
    ask_for_a_better_photo(desk, found.group())
    stack.mailbox.next_letter(person.email, about="Corrija su solicitud")
    correct_only_what_was_asked(phone, address)
    number = approve(desk, found.group())

    phone.goto(address)
    expect(phone.get_by_text(number)).to_be_visible()
    paper = artisan.download(phone, re.compile("^Descargar mi Acuerdo"))
    assert paper.startswith(b"%PDF-")
    letter = stack.mailbox.next_letter(person.email, about="Acuerdo está listo")
    assert [content for _, content in letter.attachments] == [paper]
    phone.goto("/verificar")
    phone.get_by_label("PDF del documento").set_input_files(pdf("acuerdo.pdf", paper))
    press(phone, "Comparar el PDF")
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Vigente")
    expect(phone.get_by_text("idéntico al que emitimos")).to_be_visible()
