"""A paper Acuerdo and a telephone: each sheet photographed, on a screen of 360 px."""

import re
from uuid import UUID

import pytest
from playwright.sync_api import FilePayload, Page, expect

from review_service.domain.applications import ApplicationKind
from tests.e2e import artisan
from tests.e2e.artisan import CHECK_MS, press
from tests.e2e.browsing import Visitor
from tests.e2e.conftest import OpenBrowser
from tests.e2e.samples import file
from tests.e2e.stack import Person, Stack
from tests.factories import open_draft
from tests.samples.photographed import FACTS, held_sideways, shot

CHOICE = "Voy a fotografiar las hojas"


@pytest.fixture
def person(embedded_stack: Stack) -> Person:
    """Somebody with a draft."""
    return embedded_stack.newcomer()


@pytest.fixture
def renewal(embedded_stack: Stack, person: Person) -> UUID:
    """Somebody's renewal without a paper."""
    return open_draft(embedded_stack.office, ruc=person.ruc, kind=ApplicationKind.RENEWAL)


def sheet(name: str, content: bytes) -> FilePayload:
    return file(name, content, "image/jpeg")


def fits(page: Page) -> None:
    """Expect no part of the page beyond the right edge."""
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0


def sheets_of(page: Page) -> list[str]:
    return [str(card.get_attribute("id")) for card in page.locator("li.photo").all()]


def settled(page: Page, words: str) -> None:
    expect(page.get_by_text(words)).to_be_visible(timeout=CHECK_MS)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_each_sheet_is_photographed_and_read(
    embedded_stack: Stack,
    open_browser: OpenBrowser,
    person: Person,
    renewal: UUID,
    scripts: bool,  # noqa: FBT001 -- a parameter of the test
) -> None:
    visitor: Visitor = open_browser(embedded_stack, scripts=scripts)
    page = artisan.already_signed_in(visitor, embedded_stack, person)
    address = f"/solicitudes/{renewal}/acuerdo-anterior"
    page.goto(address)
    page.get_by_text(CHOICE).click()
    fits(page)
    page.get_by_label("Fotos de las hojas").set_input_files(
        [sheet("1.jpg", held_sideways(shot())), sheet("2.jpg", shot("table"))]
    )
    press(page, "Enviar las fotos")
    see(page, address, "«2 hojas fotografiadas», 2 páginas", scripts=scripts)
    expect(page.get_by_role("definition").filter(has_text=FACTS.number)).to_be_visible()
    fits(page)

    page.get_by_label("Más hojas").set_input_files([sheet("3.jpg", shot(blur=6))])
    press(page, "Agregar las fotos")
    see(page, address, "«3 hojas fotografiadas», 3 páginas", scripts=scripts)
    expect(page.locator("#pagina-3")).to_contain_text("tómela otra vez")

    page.get_by_role("button", name=re.compile("^Antes: mover la hoja 3 ")).click()
    see(page, address, "«3 hojas fotografiadas», 3 páginas", scripts=scripts)
    expect(page.locator("#pagina-2")).to_contain_text("tómela otra vez")

    page.get_by_role("button", name="Quitar la hoja 2").click()
    see(page, address, "«2 hojas fotografiadas», 2 páginas", scripts=scripts)
    fits(page)


def see(page: Page, address: str, words: str, *, scripts: bool) -> None:
    """Wait for the result, which comes by itself, or by looking again where no script runs."""
    if scripts:
        settled(page, words)
        return
    expect(page.get_by_text("Revisando «").or_(page.get_by_text(words)).first).to_be_visible()
    for _ in range(CHECK_MS // 1000):
        if page.get_by_text(words).count():
            return
        page.wait_for_timeout(1000)
        page.goto(address)
    settled(page, words)


def test_what_is_no_photo_is_told_at_the_form(
    embedded_stack: Stack, open_browser: OpenBrowser, person: Person, renewal: UUID
) -> None:
    visitor = open_browser(embedded_stack)
    visitor.watch.expected.append("422")
    page = artisan.already_signed_in(visitor, embedded_stack, person)
    page.goto(f"/solicitudes/{renewal}/acuerdo-anterior")
    page.get_by_text(CHOICE).click()
    page.get_by_label("Fotos de las hojas").set_input_files(
        [file("acuerdo.jpg", b"%PDF-1.7 renamed", "image/jpeg")]
    )
    press(page, "Enviar las fotos")
    form = page.locator("form[data-send=hojas]")
    expect(form).to_contain_text("«acuerdo.jpg» es un PDF, y aquí van fotos de las hojas")
    fits(page)


def test_a_long_name_wraps_and_a_sheet_that_is_damaged_is_sent_anew(
    embedded_stack: Stack, open_browser: OpenBrowser, person: Person, renewal: UUID
) -> None:
    visitor = open_browser(embedded_stack)
    page = artisan.already_signed_in(visitor, embedded_stack, person)
    page.goto(f"/solicitudes/{renewal}/acuerdo-anterior")
    page.get_by_text(CHOICE).click()
    page.get_by_label("Fotos de las hojas").set_input_files(
        [sheet("1.jpg", shot()), sheet("Mi_Acuerdo_anterior_" * 6 + ".jpg", shot()[:-5000])]
    )
    press(page, "Enviar las fotos")
    settled(page, "está dañada o llegó incompleta")
    fits(page)
    press(page, "Cambiar la hoja")
    expect(page.locator("form", has_text="Cambiar la hoja")).to_contain_text(
        "Elija o tome la foto nueva."
    )
    page.get_by_label("Foto nueva de la hoja 2").set_input_files([sheet("2.jpg", shot("table"))])
    press(page, "Cambiar la hoja")
    settled(page, "«2 hojas fotografiadas», 2 páginas")
    fits(page)
