"""Pages nearer, turned, moved, all at once and side by side: with keys, pointer and zoomed."""

from collections.abc import Iterator
from io import BytesIO
from uuid import UUID

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from review_service.domain.reports import Box, ReadField
from tests.e2e import judging
from tests.e2e.browsing import Visitor
from tests.e2e.test_desk_focus import NARROW, ZOOMED, Desk, desk, focused, opened, pytestmark
from tests.factories import OTHER_RUC
from tests.integration.web.officer.desk_cases import Scan, ScannedPage, put_case, take

__all__ = ["desk", "pytestmark"]

WIDTH, HEIGHT = 1200, 1600
BOX = Box(left=300, top=400, width=240, height=80)
ROOM = 6
"""Pixels around a value that was read, on each side (``view.html``)."""
SCANNED = 5
CLOSE = 0.02
PLACES = """() => {
  const place = (found) => document.querySelector(found).getBoundingClientRect();
  const [picture, box] = [place("#vista image"), place("#vista .boxes rect")];
  return [(box.left - picture.left) / picture.width, (box.top - picture.top) / picture.height,
          box.width / picture.width, box.height / picture.height, picture.width];
}"""
"""Where the first box is on the picture, in shares of it as it is drawn, and how wide that is."""


@pytest.fixture
def visitor(browser: Browser, desk: Desk) -> Iterator[Visitor]:
    """An officer at the scan of a case, on which a value was read."""
    desk.case = scanned(desk)
    visitor = opened(browser, desk)
    yield visitor
    assert visitor.watch.problems == []
    visitor.close()


def scanned(desk: Desk) -> UUID:
    drawn = BytesIO()
    Image.radial_gradient("L").resize((WIDTH, HEIGHT)).save(drawn, "JPEG")
    read = ReadField(name="ruc", value=OTHER_RUC, confidence=90, page=1, box=BOX)
    sheet = ScannedPage(jpeg=drawn.getvalue(), width_px=WIDTH, height_px=HEIGHT)
    case = put_case(desk.office, ruc=OTHER_RUC, scan=Scan(pages=(sheet,), fields=(read,)))
    take(desk.office, case, desk.officer_id)
    return case


def at_the_scan(visitor: Visitor, desk: Desk) -> Page:
    page = visitor.page
    page.goto(f"/revision/casos/{desk.case}?pagina={SCANNED}")
    page.wait_for_load_state("load")
    page.wait_for_function("() => document.querySelector('#vista image').decode().then(() => true)")
    return page


def view(page: Page) -> Locator:
    return page.locator("#vista .view").first


def is_box_in_place(page: Page, *, turned: int = 0) -> bool:
    """Whether the box is where the value is on the picture, turned so many times to the right."""
    left, top = (BOX.left - ROOM) / WIDTH, (BOX.top - ROOM) / HEIGHT
    width, height = (BOX.width + 2 * ROOM) / WIDTH, (BOX.height + 2 * ROOM) / HEIGHT
    for _ in range(turned):
        left, top, width, height = 1 - top - height, left, height, width
    drawn = page.evaluate(PLACES)
    pairs = zip(drawn, (left, top, width, height), strict=False)
    return all(abs(one - other) < CLOSE for one, other in pairs)


def drawn_width(page: Page) -> float:
    return float(page.evaluate(PLACES)[4])


def scrolled(page: Page) -> tuple[float, float]:
    left, top = view(page).evaluate("(view) => [view.scrollLeft, view.scrollTop]")
    return left, top


def test_keys_zoom_to_the_pixel_and_turn_and_what_was_read_stays_in_its_place(
    visitor: Visitor, desk: Desk
) -> None:
    page = at_the_scan(visitor, desk)
    told = page.locator("#dicho")
    whole = drawn_width(page)
    assert whole < WIDTH
    assert is_box_in_place(page)
    for key, words, width in (
        ("+", "Página al 100 %.", WIDTH),
        ("+", "Página al 200 %.", 2 * WIDTH),
        ("-", "Página al 100 %.", WIDTH),
        ("-", "Página entera.", whole),
        ("z", "Página al 100 %.", WIDTH),
    ):
        page.keyboard.press(key)
        expect(told).to_have_text(words)
        assert drawn_width(page) == pytest.approx(width, abs=1), words
        assert is_box_in_place(page), words
    page.keyboard.press("r")
    expect(told).to_have_text("Girada 90 grados.")
    assert drawn_width(page) == pytest.approx(HEIGHT, abs=1)
    assert is_box_in_place(page, turned=1)
    page.keyboard.press("z")
    page.keyboard.press("r")
    assert is_box_in_place(page, turned=2)
    assert page.locator("#vista svg").evaluate("(drawn) => drawn.hasAttribute('width')") is False


def test_arrows_move_a_picture_that_is_near_and_turn_pages_when_it_is_whole(
    visitor: Visitor, desk: Desk
) -> None:
    page = at_the_scan(visitor, desk)
    page.keyboard.press("z")
    before = scrolled(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    after = scrolled(page)
    assert after[0] > before[0]
    assert after[1] > before[1]
    expect(page.locator("#vista").get_by_text("5 de 5")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    assert scrolled(page) == (before[0], after[1])
    page.keyboard.press("z")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#vista").get_by_text("4 de 5")).to_be_visible()


def test_the_hand_moves_it_and_the_wheel_goes_nearer_under_the_pointer(
    visitor: Visitor, desk: Desk
) -> None:
    page = at_the_scan(visitor, desk)
    box = view(page).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 3
    under = (
        f"() => {{ const at = document.querySelector('#vista image').getBoundingClientRect();"
        f" return [({x} - at.left) / at.width, ({y} - at.top) / at.height]; }}"
    )
    share = page.evaluate(under)
    whole = drawn_width(page)
    page.mouse.move(x, y)
    for _ in range(8):
        page.mouse.wheel(0, -120)
        page.wait_for_timeout(30)
    assert drawn_width(page) > 2 * whole
    assert page.evaluate(under) == pytest.approx(share, abs=0.02)
    assert is_box_in_place(page)
    before = scrolled(page)
    page.mouse.down()
    page.mouse.move(x - 60, y - 50, steps=3)
    page.mouse.up()
    after = scrolled(page)
    assert (after[0] - before[0], after[1] - before[1]) == pytest.approx((60, 50), abs=2)
    for _ in range(20):
        page.mouse.wheel(0, 120)
        page.wait_for_timeout(30)
    assert drawn_width(page) == pytest.approx(whole, abs=1), "no smaller than whole"
    expect(page.get_by_role("link", name="100 %")).to_be_visible()


def test_all_pages_at_once_and_back_with_keys(visitor: Visitor, desk: Desk) -> None:
    page = at_the_scan(visitor, desk)
    page.keyboard.press("h")
    sheet = page.locator(".contact-sheet")
    expect(sheet.get_by_role("listitem")).to_have_count(SCANNED)
    expect(page.locator("#dicho")).to_have_text("Todas las páginas: 5.")
    assert judging.barriers(page) == []
    sheet.get_by_role("link", name="Página 2").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#vista").get_by_text("2 de 5")).to_be_visible()
    page.keyboard.press("h")
    expect(sheet).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#vista").get_by_text("2 de 5")).to_be_visible()


def test_two_pages_zoom_together_and_one_turns(visitor: Visitor, desk: Desk) -> None:
    page = at_the_scan(visitor, desk)
    page.keyboard.press("d")
    views = page.locator("#vista .view")
    expect(views).to_have_count(2)
    expect(page.locator("#dicho")).to_have_text("Página 5 de 5, y al lado: Página 1: El taller.")
    page.keyboard.press("z")
    expect(page.locator("#vista .view.zoomed")).to_have_count(2)
    views.nth(1).focus()
    page.keyboard.press("r")
    turns = page.locator("#vista svg[data-turn]")
    assert [each.get_attribute("data-turn") for each in turns.all()] == ["0", "90"]
    page.keyboard.press("k")
    expect(page.locator("#vista").get_by_text("4 de 5")).to_be_visible()
    expect(views).to_have_count(2)
    page.get_by_label("Al lado", exact=True).select_option(
        label="Página 3: Máquinas y herramientas"
    )
    page.get_by_role("button", name="Ver", exact=True).click()
    expect(page.locator("figcaption").nth(1)).to_have_text("Página 3: Máquinas y herramientas")
    page.keyboard.press("d")
    expect(views).to_have_count(1)


def test_a_page_counts_as_seen_alone_and_not_beside_another(visitor: Visitor, desk: Desk) -> None:
    page = visitor.page
    page.clock.install(time=0)
    page.clock.pause_at(1)
    page.goto(f"/revision/casos/{desk.case}")
    page.wait_for_load_state("load")
    unseen, views = page.locator("#tira .unseen"), page.locator("#vista .view")
    expect(unseen).to_have_count(SCANNED)
    for shown, left in ((2, SCANNED), (1, SCANNED - 1)):
        page.keyboard.press("d")
        expect(views).to_have_count(shown)
        for _ in range(20):
            page.clock.run_for(500)
            page.wait_for_timeout(20)
        expect(unseen).to_have_count(left)


def test_without_scripts_links_do_the_same(browser: Browser, desk: Desk) -> None:
    case = scanned(desk)
    visitor = opened(browser, desk, scripts=False)
    page = visitor.page
    page.goto(f"/revision/casos/{case}?pagina={SCANNED}")
    for link, width in (("Acercar", WIDTH), ("Acercar", 2 * WIDTH), ("Alejar", WIDTH)):
        page.get_by_role("link", name=link).click()
        assert page.locator("#vista svg").get_attribute("width") == str(width)
    page.get_by_role("link", name="Girar").click()
    assert page.locator("#vista svg").get_attribute("width") == str(HEIGHT)
    page.get_by_role("link", name="Dos páginas").click()
    expect(page.locator("#vista .view")).to_have_count(2)
    page.get_by_role("link", name="Todas").click()
    expect(page.locator(".contact-sheet")).to_be_visible()
    visitor.close()


@pytest.mark.parametrize("window", [NARROW, ZOOMED], ids=["320", "200-percent"])
@pytest.mark.parametrize("how", ["", "hojas=1", "zoom=200"])
def test_each_way_of_looking_fits_a_small_and_a_zoomed_window(
    browser: Browser, desk: Desk, window: ViewportSize, how: str
) -> None:
    case = scanned(desk)
    visitor = opened(browser, desk, window)
    page = visitor.page
    page.goto(f"/revision/casos/{case}?pagina={SCANNED}&{how}")
    page.wait_for_load_state("load")
    if not how:
        page.get_by_role("link", name="Dos páginas").click()
        expect(page.locator("#vista .view")).to_have_count(2)
    assert judging.barriers(page) == []
    assert judging.layout(page) == []
    assert judging.unseen_focus(page) == []
    assert focused(page)
    visitor.close()
