"""A MIPYME at a phone's width: with the keyboard alone, and without a script."""

import re
import time

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e import artisan
from tests.e2e.artisan import CHECK_MS, follow, heading, press
from tests.e2e.conftest import OpenBrowser
from tests.e2e.stack import Person, Stack

PRINT = re.compile("^Imprimir certificado")


def reload_until(page: Page, wanted: Locator) -> None:
    """Press the page's own link until it is there, as one does without scripts."""
    deadline = time.monotonic() + CHECK_MS / 1000
    while not artisan.is_shown(wanted) and time.monotonic() < deadline:
        time.sleep(0.3)
        follow(page, "Ver si ya está listo")


def begin(page: Page) -> None:
    """Choose the track and open the draft."""
    follow(page, "Empezar una solicitud")
    follow(page, "Certificado RUM de mi MIPYME")
    press(page, "Empezar")
    expect(heading(page, "Datos de su negocio")).to_be_visible()


def fill_in(page: Page, *, sales: str = "85.000") -> None:
    page.get_by_label("¿A cuántas personas emplea?").fill("4")
    page.get_by_label("Ventas brutas del año").fill(sales)
    page.get_by_label("Su teléfono").fill("0991234567")
    press(page, "Guardar y seguir")


def confirm_by_code(page: Page, stack: Stack, person: Person) -> None:
    expect(heading(page, "Falta un paso: confirme")).to_be_visible()
    page.get_by_label("Código", exact=True).fill(
        stack.mailbox.next_letter(person.email, about="Confirme").code
    )
    press(page, "Confirmar mi solicitud")
    expect(page.get_by_text("Su categoría: Microempresa")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_ruc_to_the_printed_certificate(
    stack: Stack, open_browser: OpenBrowser, *, scripts: bool
) -> None:
    person = stack.newcomer()
    page = open_browser(stack, scripts=scripts).page
    artisan.sign_in_by_mail(page, stack, person)
    begin(page)
    fill_in(page)
    expect(page.get_by_role("heading", name="Microempresa")).to_be_visible()
    page.get_by_role("checkbox", name="Declaro").check()
    press(page, "Enviar solicitud")
    confirm_by_code(page, stack, person)
    ready = page.get_by_role("link", name=PRINT)
    if not scripts:
        reload_until(page, ready)
    expect(ready).to_be_visible(timeout=CHECK_MS)
    assert artisan.download(page, PRINT).startswith(b"%PDF-")


def test_over_the_limits_a_person_is_asked_for(stack: Stack, open_browser: OpenBrowser) -> None:
    person = stack.newcomer()
    page = open_browser(stack).page
    artisan.sign_in_by_mail(page, stack, person)
    begin(page)
    fill_in(page, sales="9.000.000")
    press(page, "Enviar solicitud")
    page.get_by_role("link", name=re.compile("pida que lo revise una persona")).click()
    door = page.get_by_role("checkbox", name=re.compile("^Pido que lo revise"))
    expect(door).to_be_focused()
    page.keyboard.press("Space")
    page.get_by_label("¿Qué debe saber esa persona?").fill("Son de dos años")
    page.get_by_role("checkbox", name="Declaro").check()
    press(page, "Enviar solicitud")
    expect(heading(page, "Falta un paso: confirme")).to_be_visible()
    page.get_by_label("Código", exact=True).fill(
        stack.mailbox.next_letter(person.email, about="Confirme").code
    )
    press(page, "Confirmar mi solicitud")
    expect(heading(page, "Recibimos su solicitud")).to_be_visible()
