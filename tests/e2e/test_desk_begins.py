"""What has the focus where a case, a form or an answer is opened, so that no key is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from review_service.db.models import ApplicationRow
from review_service.domain.applications import ApplicationState
from review_service.domain.roles import OfficerRole
from review_service.services.review import claiming
from tests.e2e.artisan import heading
from tests.e2e.browsing import Visitor
from tests.e2e.test_desk_focus import READING_MS, Desk, desk, desk_of, opened, pytestmark
from tests.e2e.test_desk_slow_line import SCRIPT, Held
from tests.factories import add_officer
from tests.integration.web.officer.desk_cases import accept_everything

__all__ = ["desk", "pytestmark"]

REASONS = "El taller no existe en la dirección declarada (Acuerdo, artículo 4)."


@pytest.fixture
def visitor(browser: Browser, desk: Desk) -> Iterator[Visitor]:
    visitor = opened(browser, desk)
    yield visitor
    visitor.close()


def test_a_case_that_nobody_has_begins_at_taking_it_and_then_at_its_first_point(
    visitor: Visitor, desk: Desk
) -> None:
    claiming.give_back(desk.office.writing(), application_id=desk.case, officer_id=desk.officer_id)
    page = visitor.page
    page.goto(f"/revision/casos/{desk.case}")
    expect(page.locator("#decidir").get_by_role("button", name="Tomar")).to_be_focused()
    expect(page.get_by_role("heading", name="Puntos", exact=True)).to_be_visible()
    page.keyboard.press("m")
    expect(page.get_by_text("Usted lo tiene abierto")).to_be_visible()
    expect(page.locator("#punto-workshop")).to_be_focused()


def test_a_case_that_is_accepted_whole_begins_at_its_decision(visitor: Visitor, desk: Desk) -> None:
    accept_everything(desk.office, desk.case, desk.officer_id)
    page = visitor.page
    page.goto(f"/revision/casos/{desk.case}")
    expect(page.get_by_role("link", name="Aprobar y emitir")).to_be_focused()


def test_a_refusal_is_written_read_sent_and_undone_by_keys_alone(
    browser: Browser, tmp_path: Path
) -> None:
    with desk_of(tmp_path, UNDO_SECONDS="60", UNSEEN_PAGES="tell") as desk:
        visitor = opened(browser, desk)
        page = visitor.page
        page.goto(f"/revision/casos/{desk.case}")
        page.wait_for_load_state("load")
        page.keyboard.press("Shift+1")
        expect(page.locator("#punto-workshop").get_by_text("Observado")).to_be_visible()
        page.keyboard.down("x")
        reasons = page.get_by_label("Motivos")
        expect(reasons).to_be_focused()
        page.keyboard.down("x")  # it is held, and no word of the reasons
        page.keyboard.up("x")
        page.keyboard.type(REASONS)
        expect(reasons).to_have_value(REASONS)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        send = page.get_by_role("button", name="Negar y enviar la carta")
        expect(send).to_be_focused()
        page.wait_for_timeout(READING_MS)
        page.keyboard.press("Enter")
        expect(heading(page, "Negada")).to_be_focused()
        page.keyboard.press("u")
        expect(page.locator("#punto-people")).to_be_focused()
        visitor.close()


def test_the_forms_beside_a_case_begin_at_their_first_field(visitor: Visitor, desk: Desk) -> None:
    add_officer(desk.office, "lpaz", role=OfficerRole.REVIEWER)
    page = visitor.page
    page.goto(f"/revision/casos/{desk.case}/preguntar")
    expect(page.get_by_label("A quién")).to_be_focused()
    page.goto(f"/revision/casos/{desk.case}")
    page.locator(".side").get_by_role("link", name=".jpg").first.press("Enter")
    expect(page.get_by_role("radio").first).to_be_focused()


def test_what_cannot_be_taken_back_is_read_before_it_is_sent(
    browser: Browser, tmp_path: Path
) -> None:
    with desk_of(tmp_path, UNDO_SECONDS="0", UNSEEN_PAGES="tell") as desk:
        visitor = opened(browser, desk)
        page = visitor.page
        page.goto(f"/revision/casos/{desk.case}")
        page.wait_for_load_state("load")
        page.keyboard.press("Shift+1")
        expect(page.locator("#punto-workshop").get_by_text("Observado")).to_be_visible()
        page.keyboard.press("x")
        expect(page.get_by_label("Motivos")).to_be_focused()
        page.keyboard.type(REASONS)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(heading(page, "Esta es la carta")).to_be_focused()
        visitor.close()


@pytest.mark.parametrize(("part", "region"), [("notas", "en-notas"), ("vista", "vista")])
def test_a_link_to_a_part_of_a_case_leads_there_also_for_the_next_tab(
    visitor: Visitor, desk: Desk, part: str, region: str
) -> None:
    """As after a note was written, or from a text that was found."""
    page = visitor.page
    page.goto(f"/revision/casos/{desk.case}#{part}")
    page.wait_for_load_state("load")
    settle(page)
    page.keyboard.press("Tab")
    expect(page.locator(f"#{region} :focus")).to_have_count(1)


def test_who_clicked_before_the_pictures_came_stays_there(visitor: Visitor, desk: Desk) -> None:
    page = visitor.page
    held = Held(page, "**/paginas/**")
    page.goto(f"/revision/casos/{desk.case}", wait_until="commit")
    expect(page.locator("#punto-workshop")).to_be_focused()
    page.locator("#cabecera h1").click()
    held.let_go()
    page.wait_for_load_state("load")
    settle(page)
    expect(page.locator("#punto-workshop")).not_to_be_focused()


def settle(page: Page) -> None:
    """Wait until what follows the end of loading is done, which takes a frame and a moment."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 100)))")


def see_the_letter(page: Page, desk: Desk) -> None:
    """Ask for a correction of the page in view, as far as its letter."""
    page.goto(f"/revision/casos/{desk.case}")
    page.wait_for_load_state("load")
    page.keyboard.press("o")
    asked = page.get_by_role("group", name="El taller")
    expect(asked.get_by_role("link").first).to_be_focused()
    page.keyboard.press("2")
    expect(page.get_by_role("button", name="Ver la carta antes de enviarla")).to_be_focused()
    page.keyboard.press("Enter")
    expect(heading(page, "Esta es la carta")).to_be_visible()


def state(desk: Desk) -> ApplicationState:
    with desk.office.reading() as uow:
        return uow.session.get_one(ApplicationRow, desk.case).state


def test_a_key_that_is_pressed_twice_sends_no_letter_unread(visitor: Visitor, desk: Desk) -> None:
    page = visitor.page
    see_the_letter(page, desk)
    send = page.get_by_role("button", name="Enviar el pedido de corrección")
    expect(send).to_be_focused()
    for key in ("Enter", "Space"):
        page.keyboard.press(key)
    page.wait_for_timeout(READING_MS)
    expect(send).to_be_focused()
    assert state(desk) is ApplicationState.IN_REVIEW
    page.keyboard.press("Enter")
    expect(send).to_have_count(0)
    assert state(desk) is ApplicationState.CORRECTION_REQUESTED


def test_who_has_read_a_letter_sends_it_also_before_all_scripts_have_come(
    visitor: Visitor, desk: Desk
) -> None:
    page = visitor.page
    page.goto(f"/revision/casos/{desk.case}/correccion?punto=workshop&motivo=2")
    page.wait_for_load_state("load")
    held = Held(page, SCRIPT)
    page.get_by_role("button", name="Ver la carta antes de enviarla").press(
        "Enter", no_wait_after=True
    )
    send = page.get_by_role("button", name="Enviar el pedido de corrección")
    expect(send).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_timeout(READING_MS)
    assert state(desk) is ApplicationState.IN_REVIEW
    page.keyboard.press("Enter")
    expect(send).to_have_count(0)
    held.let_go()
    assert state(desk) is ApplicationState.CORRECTION_REQUESTED


def test_on_a_telephone_a_letter_begins_at_its_heading(browser: Browser, desk: Desk) -> None:
    visitor = opened(browser, desk, ViewportSize(width=360, height=740))
    page = visitor.page
    see_the_letter(page, desk)
    expect(heading(page, "Esta es la carta")).to_be_focused()
    expect(heading(page, "Esta es la carta")).to_be_in_viewport()
    visitor.close()
