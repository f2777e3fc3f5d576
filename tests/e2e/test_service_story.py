"""A service from the entry to the Acuerdo, one theme «no aplica», 320 px wide, without scripts."""

import io
import re

from playwright.sync_api import Page, ViewportSize, expect
from pypdf import PdfReader

from review_service.domain.documents import Theme
from review_service.samples.trades import SHOE_REPAIR
from tests.e2e import artisan, officer
from tests.e2e.artisan import follow, heading, press, section_of
from tests.e2e.browsing import DESK
from tests.e2e.conftest import OpenBrowser
from tests.e2e.samples import SCENES, photo
from tests.e2e.stack import Stack
from tests.e2e.test_story_without_scripts import see_how_it_goes, sign_in_by_code

NARROW = ViewportSize(width=320, height=640)
OWN = "Coso y pego a mano; las hormas son de la zapatería de al lado."


def send_photos_of_three_themes(page: Page) -> None:
    """Send one photo of each theme but the machines."""
    for theme in (Theme.WORKSHOP, Theme.PEOPLE, Theme.PROCESS):
        artisan.choose_photos(page, theme, [photo(SCENES[theme][0], seed=51)])
        section_of(page, theme).get_by_role("button", name="Subir las fotos elegidas").click()
    see_how_it_goes(page)


def say_that_there_are_no_machines(page: Page) -> None:
    """Say it by the keyboard: first without a reason, then with one."""
    part = section_of(page, Theme.MACHINERY)
    part.locator("summary").focus()
    page.keyboard.press("Enter")
    part.get_by_role("button", name="Decir que no aplica").press("Enter")
    page.get_by_role("link", name="Elija por qué no aplica, o escríbalo.").click()
    part.get_by_role("radio", name="Otra razón").press("Space")
    part.get_by_label(re.compile("^Con sus palabras")).fill(OWN)
    part.get_by_role("button", name="Decir que no aplica").press("Enter")
    expect(part.get_by_text("Dijo que no aplica.")).to_be_visible()
    expect(part.get_by_text(OWN).first).to_be_visible()


def decide(page: Page, reference: str) -> str:
    """Read the reason where the photos would be, accept it, and issue; return the number."""
    page.set_viewport_size(NARROW)
    page.goto("/revision")
    expect(
        page.get_by_role("table").get_by_text("dice que no aplica «máquinas y herramientas»")
    ).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    page.set_viewport_size(DESK)
    officer.open_case(page, reference)
    point = page.locator("#punto-machinery")
    expect(point.get_by_text(f"Dice que no aplica: «{OWN}»")).to_be_visible()
    officer.accept_every_point(page)
    follow(page, "Aprobar y emitir A")
    expect(page.get_by_text("3 años")).to_be_visible()
    press(page, "Aprobar y emitir")
    return officer.wait_until_issued(page)


def test_a_repairer_of_shoes_goes_from_the_entry_to_the_acuerdo(
    embedded_stack: Stack, open_browser: OpenBrowser
) -> None:
    stack = embedded_stack
    person = stack.newcomer("YUMBO ANDI PEDRO", trade=SHOE_REPAIR)
    phone = open_browser(stack, viewport=NARROW, scripts=False).page
    phone.goto("/")
    expect(phone.get_by_text("repara, tapiza, corta el cabello").first).to_be_visible()
    sign_in_by_code(phone, stack, person)
    address = artisan.start_application(phone)
    artisan.fill_in_sheet(phone, SHOE_REPAIR.words)
    send_photos_of_three_themes(phone)
    say_that_there_are_no_machines(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    follow(phone, "Guardar y seguir")
    expect(phone.get_by_text(f"Usted dice que no aplica: {OWN}")).to_be_visible()
    expect(phone.get_by_text("Falta mostrar")).to_have_count(0)
    artisan.declare_and_send(phone)
    reference = artisan.confirm_by_code(phone, stack, person)
    expect(heading(phone, "Recibimos su solicitud")).to_be_visible()
    expect(phone.get_by_text("Dijo que no aplica")).to_be_visible()

    desk = open_browser(stack, viewport=DESK, scripts=False).page
    officer.sign_in(desk, stack.officer())
    number = decide(desk, reference)

    letter = stack.mailbox.next_letter(person.email, about="Acuerdo está listo")
    phone.goto(address)
    expect(phone.get_by_text(number)).to_be_visible()
    paper = artisan.download(phone, re.compile("^Descargar mi Acuerdo"))
    assert [content for _, content in letter.attachments] == [paper]
    pages = PdfReader(io.BytesIO(paper)).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert "por su actividad artesanal, «Reparación de calzado» (CIIU S952301" in text
    assert "la evidencia de su taller y de los servicios que presta" in text
