"""Files that could not be sent yet: they wait, say so truly, go on by themselves, and warn."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from playwright.sync_api import Locator, Page, Route, expect

from review_service.db.models import DocumentRow, SessionKind, SessionRow
from review_service.domain.documents import Theme
from review_service.samples.files import Scene
from review_service.services import sessions
from review_service.web.auth import COOKIES
from tests.e2e.artisan import (
    CHECK_MS,
    already_signed_in,
    card_of,
    choose_photos,
    press,
    section_of,
)
from tests.e2e.browsing import Visitor
from tests.e2e.conftest import OpenBrowser
from tests.e2e.samples import evidence_pdf, pdf, photo
from tests.e2e.stack import Person, Stack
from tests.factories import open_draft
from tests.proxy import PROXY

UPLOAD = "**/fotos/subir"
PAGE_OF_PROXY = PROXY / "pages" / "413.html"
LONG_MS = 10 * 60 * 1000
WARNS = """() => {
  const leaving = new Event("beforeunload", { cancelable: true });
  window.dispatchEvent(leaving);
  return leaving.defaultPrevented;
}"""


@pytest.fixture
def person(embedded_stack: Stack) -> Person:
    """Somebody with a draft."""
    return embedded_stack.newcomer()


@pytest.fixture
def draft(embedded_stack: Stack, person: Person) -> UUID:
    """Somebody's draft without files."""
    return open_draft(embedded_stack.office, ruc=person.ruc)


@pytest.fixture
def phone(embedded_stack: Stack, person: Person, open_browser: OpenBrowser) -> Visitor:
    """Somebody's phone, signed in."""
    visitor = open_browser(embedded_stack)
    already_signed_in(visitor, embedded_stack, person)
    return visitor


@pytest.fixture
def page(phone: Visitor, draft: UUID) -> Page:
    """The page of photos, on a clock that the test turns forward."""
    phone.page.clock.install()
    phone.page.goto(f"/solicitudes/{draft}/fotos")
    return phone.page


def lose_all(route: Route) -> None:
    """Break every connection."""
    route.abort("connectionreset")


def count_and_lose_all(page: Page) -> list[str]:
    """Break every connection; return a list that grows by each try."""
    tries: list[str] = []

    def lose(route: Route) -> None:
        tries.append(route.request.url)
        lose_all(route)

    page.route(UPLOAD, lose)
    return tries


def warns(page: Page) -> bool:
    """Whether leaving the page asks first."""
    return bool(page.evaluate(WARNS))


def files_of(stack: Stack, application_id: UUID) -> list[str]:
    """Return the names of the files that arrived."""
    asked = sa.select(DocumentRow.file_name).where(DocumentRow.application_id == application_id)
    with stack.container.reading() as uow:
        return list(uow.session.scalars(asked))


def sees_no_claim(card: Locator) -> None:
    """Expect that the card claims nothing that is not so."""
    expect(card).not_to_contain_text("no se perdió")
    expect(card).to_contain_text("todavía no está en su solicitud")
    expect(card).to_contain_text("No cierre esta página")


def test_a_photo_waits_for_minutes_and_goes_on_as_soon_as_there_is_a_connection(
    embedded_stack: Stack, page: Page, draft: UUID
) -> None:
    page.route(UPLOAD, lose_all)
    choose_photos(page, Theme.PEOPLE, [photo(Scene.WEAVER, seed=31, name="tejedora.jpg")])
    card = card_of(page, "tejedora.jpg")
    expect(card.get_by_text("Todavía no se envía")).to_be_visible()
    sees_no_claim(card)
    for _ in range(20):
        page.clock.run_for(LONG_MS // 20)
        page.wait_for_timeout(20)
    expect(card.get_by_text("Todavía no se envía")).to_be_visible()
    sees_no_claim(card)
    assert warns(page)
    page.unroute(UPLOAD)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(section_of(page, Theme.PEOPLE).locator("li[data-id]")).to_have_count(1)
    assert files_of(embedded_stack, draft) == ["tejedora.jpg"]
    assert not warns(page)


def test_a_photo_goes_on_by_itself_without_any_event(
    embedded_stack: Stack, page: Page, draft: UUID
) -> None:
    page.route(UPLOAD, lose_all)
    choose_photos(page, Theme.PEOPLE, [photo(Scene.WEAVER, seed=32, name="tejedora.jpg")])
    expect(card_of(page, "tejedora.jpg").get_by_text("Todavía no se envía")).to_be_visible()
    page.clock.run_for(60_000)
    page.unroute(UPLOAD)
    page.clock.run_for(40_000)
    expect(section_of(page, Theme.PEOPLE).locator("li[data-id]")).to_have_count(1)
    assert files_of(embedded_stack, draft) == ["tejedora.jpg"]


def test_tries_again_ever_more_seldom(page: Page) -> None:
    tries = count_and_lose_all(page)
    choose_photos(page, Theme.PEOPLE, [photo(Scene.WEAVER, seed=33, name="tejedora.jpg")])
    expect(card_of(page, "tejedora.jpg").get_by_text("Todavía no se envía")).to_be_visible()
    for _ in range(120):
        page.clock.run_for(5_000)
        page.wait_for_timeout(10)
    assert 15 <= len(tries) <= 40, "ten minutes, at most every 30 s once it lasts"


def test_one_photo_that_does_not_get_through_does_not_hold_up_the_others(
    embedded_stack: Stack, page: Page, draft: UUID
) -> None:
    def lose_the_large(route: Route) -> None:
        body = route.request.post_data_buffer or b""
        if b'filename="pesada.jpg"' in body:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(UPLOAD, lose_the_large)
    photos = [
        photo(Scene.WEAVER, seed=34, name="pesada.jpg"),
        photo(Scene.FACADE, seed=35, name="ligera.jpg"),
    ]
    choose_photos(page, Theme.PEOPLE, photos)
    expect(card_of(page, "pesada.jpg").get_by_text("Todavía no se envía")).to_be_visible()
    expect(page.get_by_text("2 fotos todavía no se envían.")).to_be_visible()
    for _ in range(10):
        page.clock.run_for(10_000)
        page.wait_for_timeout(50)
    expect(section_of(page, Theme.PEOPLE).locator("li[data-id]")).to_have_count(1)
    assert files_of(embedded_stack, draft) == ["ligera.jpg"]
    expect(page.get_by_text("1 foto todavía no se envía.")).to_be_visible()
    assert warns(page)


def test_a_photo_that_waits_can_be_tried_at_once_or_given_up(page: Page) -> None:
    tries = count_and_lose_all(page)
    choose_photos(page, Theme.PEOPLE, [photo(Scene.WEAVER, seed=36, name="tejedora.jpg")])
    card = card_of(page, "tejedora.jpg")
    card.get_by_role("button", name="Reintentar").click()
    expect(card.get_by_text("Todavía no se envía")).to_be_visible()
    assert len(tries) >= 2
    card.get_by_role("button", name="Descartar").click()
    expect(card).to_have_count(0)
    assert not warns(page)
    before = len(tries)
    page.clock.run_for(60_000)
    page.wait_for_timeout(100)
    assert len(tries) == before, "what was given up is not sent"


def test_a_service_that_is_down_is_waited_for_in_its_own_words(
    embedded_stack: Stack, phone: Visitor, page: Page, draft: UUID
) -> None:
    phone.watch.expected.append("503")
    said = '{"heading": "No podemos guardar archivos en este momento", "message": "-"}'
    page.route(
        UPLOAD,
        lambda route: route.fulfill(status=503, content_type="application/json", body=said),
    )
    choose_photos(page, Theme.PEOPLE, [photo(Scene.WEAVER, seed=37, name="tejedora.jpg")])
    card = card_of(page, "tejedora.jpg")
    expect(card).to_contain_text("No podemos guardar archivos en este momento.")
    sees_no_claim(card)
    page.clock.run_for(LONG_MS)
    page.unroute(UPLOAD)
    page.clock.run_for(40_000)
    expect(section_of(page, Theme.PEOPLE).locator("li[data-id]")).to_have_count(1)
    assert files_of(embedded_stack, draft) == ["tejedora.jpg"]


def test_an_answer_that_never_came_is_not_called_lost(page: Page) -> None:
    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    page.route(UPLOAD, lose_the_answer)
    choose_photos(page, Theme.PEOPLE, [photo(Scene.WEAVER, seed=38, name="tejedora.jpg")])
    card = card_of(page, "tejedora.jpg")
    expect(card).to_contain_text("No cierre esta página")
    expect(card).not_to_contain_text("no se perdió")


def test_a_pdf_waits_and_goes_on_by_itself_too(
    embedded_stack: Stack, phone: Visitor, draft: UUID
) -> None:
    page = phone.page
    page.clock.install()
    page.goto(f"/solicitudes/{draft}/pdf")
    page.route("**/pdf/subir", lose_all)
    page.get_by_label("PDF con las fotos").set_input_files(pdf("fotos.pdf", evidence_pdf(seed=39)))
    press(page, "Subir el PDF")
    waiting = page.locator("form[data-send=pdf]")
    expect(waiting).to_contain_text("Todavía no se envía")
    page.clock.run_for(LONG_MS)
    sees_no_claim(waiting)
    sending = waiting.get_by_role("button", name="Subir el PDF")
    expect(sending).to_have_attribute("aria-disabled", "true")
    assert warns(page)
    page.unroute("**/pdf/subir")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.get_by_text("Revisando «fotos.pdf»")).to_be_visible(timeout=CHECK_MS)
    assert files_of(embedded_stack, draft) == ["fotos.pdf"]
    assert not warns(page)


@pytest.mark.parametrize("body", [PAGE_OF_PROXY.read_text("utf-8"), ""], ids=["page", "empty"])
def test_what_is_too_large_for_the_proxy_is_told_and_not_sent_again(
    phone: Visitor, page: Page, body: str
) -> None:
    phone.watch.expected.append("413")
    tries: list[str] = []

    def refuse(route: Route) -> None:
        tries.append(route.request.url)
        route.fulfill(status=413, content_type="text/html; charset=utf-8", body=body)

    page.route(UPLOAD, refuse)
    choose_photos(page, Theme.PEOPLE, [photo(Scene.WEAVER, seed=42, name="tejedora.jpg")])
    card = card_of(page, "tejedora.jpg")
    expect(card).to_contain_text("El archivo es demasiado grande. Elija uno más pequeño.")
    expect(card.get_by_role("button", name="Reintentar")).to_be_hidden()
    page.clock.run_for(LONG_MS)
    assert len(tries) == 1
    assert not warns(page)


def test_a_pdf_too_large_for_the_proxy_is_told(phone: Visitor, draft: UUID) -> None:
    phone.watch.expected.append("413")
    page = phone.page
    page.goto(f"/solicitudes/{draft}/pdf")
    page.route("**/pdf/subir", lambda route: route.fulfill(status=413, path=PAGE_OF_PROXY))
    page.get_by_label("PDF con las fotos").set_input_files(pdf("fotos.pdf", evidence_pdf(seed=43)))
    press(page, "Subir el PDF")
    told = page.locator("form[data-send=pdf]")
    expect(told).to_contain_text("El archivo es demasiado grande. Elija uno más pequeño.")


def test_a_session_that_ended_keeps_the_photo_until_somebody_signed_in_again(
    embedded_stack: Stack, phone: Visitor, page: Page, person: Person, draft: UUID
) -> None:
    phone.watch.expected += ["401", "400"]
    choose_photos(page, Theme.PEOPLE, [photo(Scene.FACADE, seed=40, name="primera.jpg")])
    first = card_of(page, "primera.jpg")
    expect(first.get_by_text("Se ve bien", exact=True)).to_be_visible(timeout=CHECK_MS)
    ended = sa.update(SessionRow).where(SessionRow.ruc == person.ruc)
    with embedded_stack.container.writing() as uow:
        uow.session.execute(ended.values(ended_at=uow.now))
        uow.commit()
    choose_photos(page, Theme.PEOPLE, [photo(Scene.WEAVER, seed=41, name="tejedora.jpg")])
    card = card_of(page, "tejedora.jpg")
    expect(card.get_by_text("Su sesión terminó", exact=True)).to_be_visible()
    sees_no_claim(card)
    expect(card.get_by_role("link", name="Ingresar en otra pestaña")).to_be_visible()
    page.clock.run_for(60_000)
    expect(card, "the page does not load itself anew").to_have_count(1)
    assert warns(page)
    with embedded_stack.container.writing() as uow:
        signed = sessions.start_applicant(uow, ruc=person.ruc)
        uow.commit()
    phone.sign_in_as(COOKIES[SessionKind.APPLICANT], signed.token)
    phone.context.clear_cookies(name="formulario")
    card.get_by_role("button", name="Reintentar").click()
    expect(section_of(page, Theme.PEOPLE).locator("li[data-id]")).to_have_count(2)
    assert files_of(embedded_stack, draft) == ["primera.jpg", "tejedora.jpg"]
