"""A connection lost in mid-upload: said on the card, tried again, nothing lost, nothing doubled.

So too while papers are read: the page stays, asks again, and goes on when the line is back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from playwright.sync_api import Page, Route, expect

from review_service.db.models import DocumentRow
from review_service.domain.documents import DocumentState, SupportKind, Theme
from review_service.samples.files import Scene
from review_service.services.findings.support_documents import is_settled
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
from tests.e2e.test_emprendedor_story import papers_of
from tests.ventures import open_venture, send_paper
from tests.waiting import until

UPLOAD = "/fotos/subir"
LOOKS_MS = 3000
READING = "Todavía leemos"


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


@contextmanager
def being_read(
    embedded_stack: Stack, open_browser: OpenBrowser, folder: Path
) -> Iterator[tuple[Page, list[str]]]:
    """Give «Revisar» while papers are read, and the addresses asked for; then they are read."""
    person = embedded_stack.newcomer()
    application_id = open_venture(embedded_stack.office, person.ruc)
    for kind, file in papers_of(person, folder).items():
        send_paper(
            embedded_stack.container,
            application_id,
            kind,
            file.read_bytes(),
            ruc=person.ruc,
            name=file.name,
        )

    def is_read() -> bool:
        with embedded_stack.office.reading() as uow:
            return is_settled(uow, application_id)

    until(is_read)
    leave(embedded_stack, application_id, DocumentState.CHECKING)
    page = already_signed_in(open_browser(embedded_stack), embedded_stack, person)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"/solicitudes/{application_id}/revisar")
    expect(page.get_by_text(READING)).to_be_visible()
    yield page, asked
    leave(embedded_stack, application_id, DocumentState.CHECKED)
    expect(page.get_by_text(READING)).to_have_count(0, timeout=CHECK_MS)
    expect(page.get_by_text(SupportKind.PAYROLL.label)).to_be_visible()


def leave(stack: Stack, application_id: UUID, state: DocumentState) -> None:
    """Leave the papers in a state of their reading."""
    with stack.container.writing() as uow:
        of_it = sa.select(DocumentRow).where(DocumentRow.application_id == application_id)
        for row in uow.session.scalars(of_it):
            row.state = state
        uow.commit()


def test_while_papers_are_read_the_page_asks_about_them_and_stays(
    embedded_stack: Stack, open_browser: OpenBrowser, tmp_path: Path
) -> None:
    with being_read(embedded_stack, open_browser, tmp_path) as (page, asked):
        page.wait_for_timeout(LOOKS_MS)
        assert sum(address.endswith("/revisar") for address in asked) == 1
        assert any(address.endswith("/estado") for address in asked)


def test_while_papers_are_read_a_phone_may_lose_its_signal(
    embedded_stack: Stack, open_browser: OpenBrowser, tmp_path: Path
) -> None:
    with being_read(embedded_stack, open_browser, tmp_path) as (page, _):
        page.context.set_offline(True)
        expect(page.get_by_text("No hay conexión.")).to_be_visible()
        page.wait_for_timeout(LOOKS_MS)
        expect(page.get_by_text(READING)).to_be_visible()
        page.context.set_offline(False)


def test_a_question_that_nothing_answers_is_asked_again(
    embedded_stack: Stack, open_browser: OpenBrowser, tmp_path: Path
) -> None:
    """A line that is gone says nothing of it: neither an answer comes nor an error."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    with being_read(embedded_stack, open_browser, tmp_path) as (page, _):
        page.route("**/estado", hold)
        page.wait_for_timeout(LOOKS_MS)
        page.unroute("**/estado")
    assert held
