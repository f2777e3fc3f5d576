"""A connection lost in mid-upload: said on the card, tried again, nothing lost, nothing doubled."""

from dataclasses import replace

from playwright.sync_api import Page, expect

from review_service.domain.documents import Theme
from review_service.samples.files import Scene
from tests.e2e.artisan import (
    CHECK_MS,
    already_signed_in,
    card_of,
    choose_photos,
    fill_in_sheet,
    follow,
    heading,
    press,
    section_of,
    start_application,
)
from tests.e2e.conftest import OpenBrowser
from tests.e2e.cutting import cutting_proxy
from tests.e2e.samples import evidence_pdf, pdf, photo
from tests.e2e.stack import Stack

UPLOAD = "/fotos/subir"


def photo_page(open_browser: OpenBrowser, stack: Stack) -> Page:
    """Return the photo page of a fresh application."""
    page = already_signed_in(open_browser(stack), stack, stack.newcomer())
    start_application(page)
    fill_in_sheet(page)
    expect(heading(page, "Muéstrenos su taller")).to_be_visible()
    return page


def test_an_answer_that_is_lost_leaves_one_photo(
    embedded_stack: Stack, open_browser: OpenBrowser
) -> None:
    with cutting_proxy(embedded_stack.base, UPLOAD) as proxy:
        page = photo_page(open_browser, replace(embedded_stack, base=proxy.base))
        proxy.cuts = 2
        choose_photos(page, Theme.MACHINERY, [photo(Scene.LOOM, seed=11, name="telar.jpg")])
        card = card_of(page, "telar.jpg")
        expect(card.get_by_text("Se ve bien", exact=True)).to_be_visible(timeout=CHECK_MS)
        assert proxy.requests >= 2
        page.reload()
        expect(section_of(page, Theme.MACHINERY).get_by_role("img")).to_have_count(1)


def test_a_connection_that_stays_away_keeps_the_photo_for_later(
    embedded_stack: Stack, open_browser: OpenBrowser
) -> None:
    page = photo_page(open_browser, embedded_stack)
    page.route(f"**{UPLOAD}", lambda route: route.abort("connectionreset"))
    choose_photos(page, Theme.PEOPLE, [photo(Scene.WEAVER, seed=12, name="tejedora.jpg")])
    section = section_of(page, Theme.PEOPLE)
    expect(section.get_by_text("Todavía no se envía")).to_be_visible()
    page.unroute(f"**{UPLOAD}")
    section.get_by_role("button", name="Reintentar").click()
    card = card_of(page, "tejedora.jpg")
    expect(card.get_by_text("Se ve bien", exact=True)).to_be_visible(timeout=CHECK_MS)


def test_a_phone_without_signal_is_told_and_goes_on_by_itself(
    embedded_stack: Stack, open_browser: OpenBrowser
) -> None:
    page = photo_page(open_browser, embedded_stack)
    page.context.set_offline(True)
    expect(page.get_by_text("No hay conexión.")).to_be_visible()
    choose_photos(page, Theme.PROCESS, [photo(Scene.CLOTH, seed=13, name="tela.jpg")])
    waiting = section_of(page, Theme.PROCESS).get_by_text("Sin conexión", exact=True)
    expect(waiting).to_be_visible()
    page.context.set_offline(False)
    card = card_of(page, "tela.jpg")
    expect(card.get_by_text("Se ve bien", exact=True)).to_be_visible(timeout=CHECK_MS)
    expect(page.get_by_text("No hay conexión.")).to_be_hidden()


def test_verdicts_that_came_without_a_signal_are_shown_once_it_is_back(
    embedded_stack: Stack, open_browser: OpenBrowser
) -> None:
    visitor = open_browser(embedded_stack)
    page = already_signed_in(visitor, embedded_stack, embedded_stack.newcomer())
    start_application(page)
    fill_in_sheet(page)
    follow(page, "Tengo un PDF listo con las fotos")
    page.route("**/estado?*", lambda route: route.abort("connectionreset"))
    page.get_by_label("PDF con las fotos").set_input_files(pdf("fotos.pdf", evidence_pdf(seed=14)))
    press(page, "Subir el PDF")
    page.wait_for_timeout(3000)
    page.unroute("**/estado?*")
    expect(page.get_by_text("Se ve bien", exact=True)).to_have_count(4, timeout=CHECK_MS)
    expect(page.get_by_label("La página 4 muestra")).to_be_visible(timeout=CHECK_MS)
