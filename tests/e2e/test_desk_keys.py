"""How many keys a decision takes, and what has the focus after each; what stops a hasty one."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Locator, Page, expect

from review_service.db.models import ApplicationRow, CorrectionRow
from review_service.domain.applications import ApplicationState, ItemVerdict, ReviewItem
from review_service.domain.documents import Theme
from review_service.services.review import claiming
from review_service.web.officer.shortcuts import SHORTCUTS
from tests.e2e.artisan import heading
from tests.e2e.browsing import Visitor
from tests.e2e.test_desk_focus import READING_MS, Desk, desk, desk_of, focused, opened, pytestmark
from tests.e2e.test_desk_slow_line import told_of_a_change
from tests.factories import OTHER_RUC
from tests.integration.web.officer.desk_cases import put_case

__all__ = ["desk", "pytestmark"]

PAGES = len(Theme)
POINTS = ("workshop", "people", "machinery", "process", "data_sheet")
LONG_ENOUGH_MS = 500
TEMPLATES = Path(__file__).parents[2] / "templates" / "officer"


class Keyboard:
    """Presses keys and counts them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def press(self, key: str) -> None:
        """Press one key."""
        self.count += 1
        self.page.keyboard.press(key)


@pytest.fixture
def visitor(browser: Browser, desk: Desk) -> Iterator[Visitor]:
    visitor = opened(browser, desk)
    yield visitor
    visitor.close()


def state(desk: Desk) -> ApplicationState:
    with desk.office.reading() as uow:
        return uow.session.get_one(ApplicationRow, desk.case).state


def give_back(desk: Desk) -> None:
    claiming.give_back(desk.office.writing(), application_id=desk.case, officer_id=desk.officer_id)


def has_seen(page: Page, *positions: int) -> None:
    """Wait until these pages are no longer dotted."""
    for position in positions:
        entry = page.locator(f"#tira [data-position='{position}']")
        expect(entry).not_to_have_class(re.compile("unseen"))


def test_a_clean_case_is_approved_with_its_pages_and_three_keys(
    visitor: Visitor, desk: Desk
) -> None:
    give_back(desk)
    page = visitor.page
    page.goto("/revision")
    keys = Keyboard(page)
    keys.press("n")
    expect(page.locator("#punto-workshop")).to_be_focused()
    for place, following in enumerate(POINTS[1:], 1):
        has_seen(page, place)
        keys.press(str(place))
        expect(page.locator(f"#punto-{following}")).to_be_focused()
        shown = min(place + 1, PAGES)
        expect(page.locator("#vista").get_by_text(f"{shown} de {PAGES}")).to_be_visible()
    keys.press("5")
    expect(heading(page, "¿Aprobar y emitir el Acuerdo de")).to_be_visible()
    confirm = page.get_by_role("button", name="Aprobar y emitir")
    expect(confirm).to_be_focused()
    holder = page.locator("dl.sheet strong").first.inner_text()
    assert holder in page.locator(f"#{confirm.get_attribute('aria-describedby')}").inner_text()
    page.wait_for_timeout(READING_MS)
    keys.press("Enter")
    expect(heading(page, "Aprobada: se está emitiendo el Acuerdo")).to_be_visible()
    assert state(desk) is ApplicationState.APPROVED
    assert keys.count == PAGES + 3


def test_what_was_not_looked_at_is_dotted_and_stops_an_approval(
    visitor: Visitor, desk: Desk
) -> None:
    page = visitor.page
    told = accept_without_looking(page, desk)
    expect(page.locator("#tira .unseen")).to_have_count(PAGES)
    expect(page.locator("#tira [data-position='2'] a")).to_contain_text("sin ver")
    expect(page.locator("#dicho")).to_contain_text("Faltan ver 1, 2, 3, 4 antes de aprobar")
    assert focused(page) == "Ver la página 1"
    page.keyboard.press("a")
    expect(heading(page, "¿Aprobar")).to_have_count(0)
    for place in range(1, PAGES + 1):
        page.keyboard.press("Enter")
        expect(page.locator("#vista").get_by_text(f"{place} de {PAGES}")).to_be_visible()
        _until(page, lambda place=place: has_no_dots(page, place))
    expect(told).to_have_count(0)
    expect(page.get_by_role("link", name="Aprobar y emitir")).to_be_focused()
    page.keyboard.press("Enter")
    expect(heading(page, "¿Aprobar y emitir el Acuerdo de")).to_be_visible()
    assert state(desk) is ApplicationState.IN_REVIEW


def accept_without_looking(page: Page, desk: Desk) -> Locator:
    """Accept every point while no time passes; return the line that says what was not seen."""
    stop_its_clock(page)
    page.goto(f"/revision/casos/{desk.case}")
    page.wait_for_load_state("load")
    for key in "12345":
        page.keyboard.press(key)
    told = page.locator("#faltan-ver")
    expect(told).to_have_text("Faltan ver 1, 2, 3, 4.")
    return told


def stop_its_clock(page: Page) -> None:
    """Let time pass in the page only where the test lets it."""
    page.clock.install(time=0)
    page.clock.pause_at(1)


def test_a_change_by_a_colleague_takes_away_nothing_of_what_is_left_to_see(
    visitor: Visitor, desk: Desk
) -> None:
    page = visitor.page
    told = accept_without_looking(page, desk)
    page.route("**/revision/presencia*", told_of_a_change)
    page.evaluate("() => { document.querySelector('#decidir .why').dataset.old = 'yes'; }")
    _until(page, lambda: page.locator("#decidir .why[data-old]").count() == 0)
    left = [str(place) for place in range(1, PAGES + 1) if not has_no_dots(page, place)]
    expect(told.get_by_role("link")).to_have_text(left)
    expect(told.get_by_role("link").first).to_be_focused()


def has_no_dots(page: Page, position: int) -> bool:
    entry = page.locator(f"#tira [data-position='{position}']")
    return "unseen" not in (entry.get_attribute("class") or "")


def _until(page: Page, is_so: object) -> None:
    """Let the page's own clock go on until it is so: no real half second is measured."""
    assert callable(is_so)
    for _ in range(200):
        if is_so():
            return
        page.clock.run_for(LONG_ENOUGH_MS)
        page.wait_for_timeout(20)
    pytest.fail("it never was")


def test_a_page_is_not_seen_before_half_a_second_has_passed(visitor: Visitor, desk: Desk) -> None:
    page = visitor.page
    stop_its_clock(page)
    page.goto(f"/revision/casos/{desk.case}")
    page.wait_for_load_state("load")
    page.wait_for_function("() => document.querySelector('#vista image').decode().then(() => true)")
    for _ in range(3):
        page.clock.run_for(LONG_ENOUGH_MS // 5)
    assert not has_no_dots(page, 1)
    _until(page, lambda: has_no_dots(page, 1))
    assert not has_no_dots(page, 2)


def test_a_key_that_is_held_says_one_thing(visitor: Visitor, desk: Desk) -> None:
    page = visitor.page
    page.goto(f"/revision/casos/{desk.case}")
    page.wait_for_load_state("load")
    for _ in range(6):
        page.keyboard.down("1")
    page.keyboard.up("1")
    expect(page.locator("#punto-people")).to_be_focused()
    for _ in range(6):
        page.keyboard.down("j")
    page.keyboard.up("j")
    expect(page.locator("#vista").get_by_text(f"3 de {PAGES}")).to_be_visible()
    assert desk.verdict(ReviewItem.WORKSHOP) is ItemVerdict.ACCEPTED
    assert desk.verdict(ReviewItem.PEOPLE) is ItemVerdict.PENDING


def test_an_enter_that_is_held_confirms_nothing(visitor: Visitor, desk: Desk) -> None:
    page = visitor.page
    page.goto(f"/revision/casos/{desk.case}")
    for place in range(1, PAGES + 1):
        has_seen(page, place)
        page.keyboard.press(str(place))
    expect(page.locator("#punto-data_sheet")).to_be_focused()
    page.locator("#punto-data_sheet").get_by_role("button", name="Aceptar").focus()
    page.keyboard.down("Enter")
    confirm = page.get_by_role("button", name="Aprobar y emitir")
    expect(confirm).to_be_focused()
    for _ in range(5):
        page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    page.reload()
    assert state(desk) is ApplicationState.IN_REVIEW
    page.wait_for_timeout(READING_MS)
    page.keyboard.press("Enter")
    expect(heading(page, "Aprobada: se está emitiendo el Acuerdo")).to_be_visible()


def test_a_screen_reader_is_told_what_a_key_did(visitor: Visitor, desk: Desk) -> None:
    page = visitor.page
    page.goto(f"/revision/casos/{desk.case}")
    told = page.get_by_role("status").and_(page.locator("#dicho"))
    for key, words in (
        ("2", "Personas trabajando: aceptado. Sigue Máquinas y herramientas. Página 3 (3 de 4)"),
        ("j", "Página 4 (4 de 4)"),
        ("+", "Página al 400 %."),
        ("r", "Girada 90 grados."),
        ("Shift+3", "Máquinas y herramientas: observado."),
    ):
        page.keyboard.press(key)
        expect(told).to_contain_text(words)


def test_at_200_percent_the_focus_goes_to_the_picture_of_the_next_point(
    browser: Browser, desk: Desk
) -> None:
    visitor = opened(browser, desk, {"width": 640, "height": 400})
    page = visitor.page
    page.goto(f"/revision/casos/{desk.case}")
    page.wait_for_load_state("load")
    page.keyboard.press("1")
    expect(page.locator("#vista").get_by_text(f"2 de {PAGES}")).to_be_visible()
    expect(page.locator("#vista .view")).to_be_focused()
    expect(page.locator("#vista .view")).to_be_in_viewport(ratio=0.5)
    visitor.close()


MOST_KEYS_OF_A_CORRECTION = 8


def test_a_correction_of_the_page_in_view_takes_at_most_eight_keys(
    visitor: Visitor, desk: Desk
) -> None:
    give_back(desk)
    following = put_case(desk.office, ruc=OTHER_RUC)
    page = visitor.page
    page.goto("/revision")
    keys = Keyboard(page)
    keys.press("n")
    expect(page.locator("#punto-workshop")).to_be_focused()
    for place in (2, 3):
        keys.press("j")
        expect(page.locator("#vista").get_by_text(f"{place} de {PAGES}")).to_be_visible()
        expect(page.locator("#punto-workshop")).to_be_focused()
    keys.press("o")
    asked = page.get_by_role("group", name="Máquinas y herramientas")
    expect(asked.get_by_role("checkbox")).to_be_checked()
    expect(asked.get_by_role("link").first).to_be_focused()
    keys.press("2")
    expect(page.get_by_role("button", name="Ver la carta antes de enviarla")).to_be_focused()
    found = asked.get_by_label("Qué encontró").input_value()
    assert re.fullmatch(r"La foto «.+» \(página 3\) está muy oscura\.", found)
    expect(page.locator("#dicho")).to_contain_text(f"Motivo 2: {found}")
    keys.press("Enter")
    expect(page.get_by_role("article", name="Carta")).to_contain_text(found)
    send = page.get_by_role("button", name="Enviar el pedido de corrección")
    expect(send).to_be_focused()
    page.wait_for_timeout(READING_MS)
    keys.press("Enter")
    expect(page).to_have_url(re.compile(str(following)))
    expect(page.locator("#punto-workshop")).to_be_focused()
    assert state(desk) is ApplicationState.CORRECTION_REQUESTED
    assert keys.count <= MOST_KEYS_OF_A_CORRECTION
    with desk.office.reading() as uow:
        (asked_for,) = uow.session.scalars(sa.select(CorrectionRow)).all()
    assert (asked_for.item, asked_for.reason) == (ReviewItem.MACHINERY, found)


def test_an_installation_may_only_be_told_of_unseen_pages(browser: Browser, tmp_path: Path) -> None:
    with desk_of(tmp_path, UNSEEN_PAGES="tell") as desk:
        visitor = opened(browser, desk)
        page = visitor.page
        stop_its_clock(page)
        page.goto(f"/revision/casos/{desk.case}")
        page.wait_for_load_state("load")
        expect(page.locator("#tira .unseen")).to_have_count(PAGES)
        for key in "12345":
            page.keyboard.press(key)
        expect(heading(page, "¿Aprobar y emitir el Acuerdo de")).to_be_visible()
        visitor.close()


def test_the_sheet_of_keys_opens_and_closes_by_its_key(visitor: Visitor, desk: Desk) -> None:
    page = visitor.page
    for width in (1280, 640, 320):
        page.set_viewport_size({"width": width, "height": 720})
        page.goto(f"/revision/casos/{desk.case}")
        page.wait_for_load_state("load")
        sheet = page.locator(".key-sheet")
        expect(sheet).to_be_hidden()
        page.keyboard.press("?")
        expect(sheet).to_be_visible()
        box = sheet.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        expect(sheet.get_by_role("link", name="Cambiar o apagar las teclas")).to_be_visible()
        page.keyboard.press("Escape")
        expect(sheet).to_be_hidden()
        assert focused(page) == "? Atajos"


def change_keys(page: Page) -> None:
    page.goto("/revision/cuenta#atajos")
    expect(page.get_by_role("heading", name="Atajos de teclado")).to_be_visible()


def test_a_key_is_changed_for_this_browser(visitor: Visitor, desk: Desk) -> None:
    page = visitor.page
    change_keys(page)
    box = page.get_by_label("Página siguiente")
    box.fill("k")
    page.get_by_role("button", name="Guardar las teclas").click()
    expect(page.get_by_text("una tecla distinta")).to_be_visible()
    box.fill("l")
    page.get_by_role("button", name="Guardar las teclas").click()
    expect(page.get_by_text("Guardado en este navegador.")).to_be_visible()
    page.goto(f"/revision/casos/{desk.case}")
    page.wait_for_load_state("load")
    page.keyboard.press("j")
    page.keyboard.press("l")
    expect(page.locator("#vista").get_by_text(f"2 de {PAGES}")).to_be_visible()
    change_keys(page)
    page.get_by_role("button", name="Volver a las del comienzo").click()
    expect(box).to_have_value("J")


def test_single_keys_are_switched_off_and_what_has_the_focus_still_answers(
    visitor: Visitor, desk: Desk
) -> None:
    page = visitor.page
    change_keys(page)
    page.get_by_role("checkbox", name="Apagar las teclas").check()
    page.get_by_role("button", name="Guardar las teclas").click()
    page.goto(f"/revision/casos/{desk.case}")
    page.wait_for_load_state("load")
    for key in ("1", "Shift+2", "j", "c", "?"):
        page.keyboard.press(key)
    page.keyboard.press("ArrowRight")
    expect(page.locator("#vista").get_by_text(f"2 de {PAGES}")).to_be_visible()
    expect(page.locator(".key-sheet")).to_be_hidden()
    assert desk.verdict(ReviewItem.WORKSHOP) is ItemVerdict.PENDING
    assert desk.verdict(ReviewItem.PEOPLE) is ItemVerdict.PENDING
    page.locator("#punto-workshop").get_by_role("button", name="Aceptar").press("Enter")
    expect(page.locator("#punto-people")).to_be_focused()


def test_each_single_key_of_the_pages_may_be_changed() -> None:
    """Every ``data-key`` of the officers' templates is in the form, or is a digit."""
    drawn = {
        key
        for path in TEMPLATES.rglob("*.html")
        for found in re.findall(r'data-key="([^"{]+)"', path.read_text(encoding="utf-8"))
        for key in found.split()
        if len(key) == 1
    }
    assert drawn == set(SHORTCUTS)
