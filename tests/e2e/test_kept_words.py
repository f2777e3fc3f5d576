"""What somebody types is saved while it is typed, and comes back after signing in again."""

import os

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from review_service.db.models import SessionRow
from tests.e2e.artisan import already_signed_in, press
from tests.e2e.browsing import DESK, PHONE
from tests.e2e.conftest import OpenBrowser
from tests.e2e.stack import Person, Stack
from tests.factories import open_draft

TYPED = "Tejidos a mano en telar de pedal, con lana de Otavalo"
TRADE = "¿Qué hace?"


@pytest.fixture
def person(embedded_stack: Stack) -> Person:
    """Somebody with a draft."""
    return embedded_stack.newcomer()


@pytest.fixture
def page(embedded_stack: Stack, person: Person, open_browser: OpenBrowser) -> Page:
    """The data sheet of that draft, on a phone."""
    draft = open_draft(embedded_stack.office, ruc=person.ruc)
    phone = open_browser(embedded_stack)
    page = already_signed_in(phone, embedded_stack, person)
    page.goto(f"/solicitudes/{draft}/datos")
    return page


def test_what_is_typed_is_saved_and_stands_there_when_the_page_is_opened_again(page: Page) -> None:
    with page.expect_response("**/solicitudes/borrador"):
        page.get_by_label(TRADE).fill(TYPED)
    expect(page.get_by_role("status").get_by_text("Guardado a las")).to_be_visible()
    page.goto(page.url)
    expect(page.get_by_label(TRADE)).to_have_value(TYPED)
    expect(page.get_by_text("todavía no lo envió")).to_be_visible()


def test_a_form_sent_after_the_session_ended_comes_back_with_its_words(
    page: Page, embedded_stack: Stack, person: Person, open_browser: OpenBrowser
) -> None:
    sheet = page.url
    page.get_by_label(TRADE).fill(TYPED)
    ended = sa.update(SessionRow).where(SessionRow.ruc == person.ruc)
    with embedded_stack.container.writing() as uow:
        uow.session.execute(ended.values(ended_at=uow.now))
        uow.commit()
    press(page, "Guardar y seguir")
    expect(page.get_by_text("Lo que escribió está guardado")).to_be_visible()
    _picture(page, "ended")
    for size, viewport in (("360", PHONE), ("1280", DESK)):
        other = open_browser(embedded_stack, viewport=viewport)
        already_signed_in(other, embedded_stack, person).goto(sheet)
        expect(other.page.get_by_label(TRADE)).to_have_value(TYPED)
        expect(other.page.get_by_text("no llegó a enviarse")).to_be_visible()
        _picture(other.page, size)


def _picture(page: Page, name: str) -> None:
    if folder := os.environ.get("KEPT_PICTURES"):
        page.screenshot(path=f"{folder}/kept-{name}.png", full_page=True)
