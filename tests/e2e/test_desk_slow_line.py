"""On a slow line nothing that an officer presses is lost, and no late answer hides a verdict."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from review_service.domain.applications import ItemVerdict, ReviewItem
from tests.e2e.browsing import Visitor
from tests.e2e.test_desk_focus import Desk, desk, opened, pytestmark

__all__ = ["desk", "pytestmark"]

SCRIPT = "**/js/officer.js*"
UNCHANGED = "if-none-match"


class Held:
    """Requests of a page that wait until the test lets them go on."""

    def __init__(self, page: Page, pattern: str, *, method: str = "GET") -> None:
        self._method = method
        self._holds = True
        self._routes: list[Route] = []
        page.route(pattern, self._hold)

    def _hold(self, route: Route) -> None:
        if self._holds and route.request.method == self._method:
            self._routes.append(route)
        else:
            route.fallback()

    def let_go(self) -> None:
        """Let them through, and all that come later."""
        self._holds = False
        for route in self._routes:
            route.continue_()


@pytest.fixture
def visitor(browser: Browser, desk: Desk) -> Iterator[Visitor]:
    visitor = opened(browser, desk)
    yield visitor
    visitor.close()


def test_a_key_before_the_script_has_come_is_answered_when_it_comes(
    visitor: Visitor, desk: Desk
) -> None:
    page = visitor.page
    held = Held(page, SCRIPT)
    page.goto(f"/revision/casos/{desk.case}", wait_until="commit")
    expect(page.get_by_text("Usted lo tiene abierto")).to_be_visible()
    page.keyboard.press("2")
    page.keyboard.press("Shift+3")
    held.let_go()
    expect(page.locator("#punto-people").get_by_text("Aceptado")).to_be_visible()
    expect(page.locator("#punto-machinery").get_by_text("Observado")).to_be_visible()


def test_keys_in_quick_succession_are_all_answered(visitor: Visitor, desk: Desk) -> None:
    page = visitor.page
    page.goto(f"/revision/casos/{desk.case}")
    page.wait_for_load_state("load")
    for key in ("j", "1", "j", "2", "Shift+3"):
        page.keyboard.press(key)
    expect(page.locator("#punto-machinery").get_by_text("Observado")).to_be_visible()
    expect(page.locator("#punto-people").get_by_text("Aceptado")).to_be_visible()
    expect(page.locator("#punto-workshop").get_by_text("Aceptado")).to_be_visible()
    expect(page.locator("#vista").get_by_text("3 de 4")).to_be_visible()


def test_buttons_pressed_one_upon_the_other_all_count(visitor: Visitor, desk: Desk) -> None:
    page = visitor.page
    page.goto(f"/revision/casos/{desk.case}")
    page.wait_for_load_state("load")
    page.evaluate(
        "() => [...document.querySelectorAll('#puntos button')]"
        ".filter(each => each.textContent.includes('Aceptar')).slice(0, 3)"
        ".forEach(each => each.click())"
    )
    for point in ("workshop", "people", "machinery"):
        expect(page.locator(f"#punto-{point}").get_by_text("Aceptado")).to_be_visible()


def test_what_was_written_before_the_script_came_is_no_key(visitor: Visitor) -> None:
    page = visitor.page
    held = Held(page, SCRIPT)
    page.goto("/revision", wait_until="commit")
    box = page.get_by_role("searchbox").first
    box.fill("")
    box.press_sequentially("b2?")
    held.let_go()
    page.wait_for_load_state("load")
    expect(box).to_have_value("b2?")
    expect(page.locator("details.keys")).not_to_have_attribute("open", "")


def test_a_late_look_at_the_case_does_not_hide_a_verdict(visitor: Visitor, desk: Desk) -> None:
    page = visitor.page
    before: list[tuple[Route, str]] = []

    def hold(route: Route, request: Request) -> None:
        if request.resource_type == "fetch" and request.method == "GET":
            before.append((route, route.fetch().text()))
        else:
            route.fallback()

    page.goto(f"/revision/casos/{desk.case}")
    page.route(f"**/revision/casos/{desk.case}", hold)
    with page.expect_request(lambda each: each.resource_type == "fetch" and not _asks(each)):
        page.route("**/revision/presencia*", told_of_a_change)
    page.unroute("**/revision/presencia*")
    page.keyboard.press("2")
    point = page.locator("#punto-people")
    expect(point.get_by_text("Aceptado")).to_be_visible()
    assert desk.verdict(ReviewItem.PEOPLE) is ItemVerdict.ACCEPTED
    for route, text in before:
        route.fulfill(body=text, content_type="text/html")
    page.wait_for_timeout(300)
    expect(point.get_by_text("Aceptado")).to_be_visible(timeout=1)


def test_a_look_asked_for_beside_a_verdict_does_not_bring_back_the_former_page(
    visitor: Visitor, desk: Desk
) -> None:
    """It asks for the page that was shown before the verdict walked on, and comes after it."""
    page = visitor.page
    page.goto(f"/revision/casos/{desk.case}?pagina=1")
    page.wait_for_load_state("load")
    case = f"**/revision/casos/{desk.case}"
    verdict = Held(page, f"{case}/puntos/*", method="POST")
    page.keyboard.press("1")
    looks = Held(page, f"{case}*", method="GET")
    with page.expect_response(lambda each: "/presencia?" in each.url and each.status == 200):
        page.route("**/revision/presencia*", told_of_a_change)
    page.unroute("**/revision/presencia*")
    page.wait_for_timeout(300)
    verdict.let_go()
    expect(page.locator("#vista").get_by_text("2 de 4")).to_be_visible()
    looks.let_go()
    page.wait_for_timeout(500)
    expect(page.locator("#puntos [name=pagina]").first).to_have_value("2", timeout=1)


def _asks(request: Request) -> bool:
    return "/presencia" in request.url or request.method != "GET"


def told_of_a_change(route: Route) -> None:
    """Let the small question be answered as if somebody had changed the case."""
    if route.request.method != "GET":
        route.fallback()
        return
    asked = {name: value for name, value in route.request.headers.items() if name != UNCHANGED}
    answer = route.fetch(headers=asked).json()
    for each in answer["cases"].values():
        each["mark"] = "another"
    route.fulfill(json=answer)
