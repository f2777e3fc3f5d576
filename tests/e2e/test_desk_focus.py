"""Where the focus is after each action at the desk, and that a small or zoomed window fits it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect
from werkzeug.serving import ThreadedWSGIServer

from review_service.db.models import OfficerRow, ReviewItemRow, SessionKind
from review_service.domain.applications import ItemVerdict, ReviewItem
from review_service.domain.documents import Theme
from review_service.domain.roles import OfficerRole
from review_service.services import sessions
from review_service.web.auth import COOKIES
from tests.conftest import migrate_to_head
from tests.e2e.browsing import Visitor
from tests.factories import Office, make_office
from tests.integration.web.officer.desk_cases import (
    Shot,
    add_reviewer,
    jpeg,
    make_web,
    put_case,
    take,
)

# Werkzeug leaves the file of an answer open when the browser went before it was sent whole.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

DESK = ViewportSize(width=1280, height=800)
ZOOMED = ViewportSize(width=640, height=360)
"""A window of 1280 by 720 at 200 %."""
NARROW = ViewportSize(width=320, height=640)
"""A window of 1280 at 400 %, which WCAG 1.4.10 asks for."""
TABS = 45
UNDER_THE_BAR = """() => {
  const at = document.activeElement, bar = document.querySelector("#decidir");
  const top = bar.getBoundingClientRect().top, place = at.getBoundingClientRect();
  const hidden = place.bottom > top + 1 && place.height < top;
  return at !== document.body && !bar.contains(at) && hidden ? at.outerHTML.slice(0, 90) : "";
}"""
"""Of what has the focus and would fit above the bar of decisions."""
LEAST_SEEN_PX = 300
"""Of a case above the bar of decisions, in a window of 360."""
READING_MS = 1_000
"""After which a key may send what others receive: that of ``early_keys.js`` and some frames."""
LONG_WORD = "9a3f" * 16
"""As long as a SHA-256, which somebody pastes."""
PAGES = (
    "/revision", "/revision?q=nada", "/revision/textos?q=taller", "/revision/acuerdos",
    "/revision/salud", "/revision/cuenta", "/revision/ingresar",
    *(f"/revision{page}?q={LONG_WORD}" for page in ("", "/textos", "/acuerdos")),
)  # fmt: skip
OF_A_CASE = ("", "/correccion", "/negar")


class Desk:
    """One case on a running site, and a signed-in officer."""

    def __init__(self, office: Office, folder: Path, port: int = 0, **environment: str) -> None:
        self.office = office
        site = {"PUBLIC_URL": "http://127.0.0.1", "UNSEEN_PAGES": "stop", **environment}
        web = make_web(office, folder, **site)
        self.officer_id = officer_id = add_reviewer(web)
        shots = [Shot(theme=theme, jpeg=jpeg((40 * n, 90, 90))) for n, theme in enumerate(Theme)]
        self.case: UUID = put_case(office, shots=shots)
        take(office, self.case, officer_id)
        with office.writing() as uow:
            self.token = sessions.start_officer(
                uow, officer_id=officer_id, second_factor=True
            ).token
            uow.commit()
        self.server = ThreadedWSGIServer("127.0.0.1", port, web.app)
        self.server.daemon_threads = False  # closing it waits for the answers on their way
        self.base = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def verdict(self, item: ReviewItem) -> ItemVerdict:
        with self.office.reading() as uow:
            return uow.session.get_one(ReviewItemRow, (self.case, item)).verdict


@contextmanager
def desk_of(folder: Path, port: int = 0, **environment: str) -> Iterator[Desk]:
    """Let a site run whose settings these are, at any free port unless one is given."""
    url = f"sqlite:///{folder / 'desk.db'}"
    migrate_to_head(url)
    office = make_office(url, folder)
    desk = Desk(office, folder, port, **environment)
    yield desk
    desk.server.shutdown()
    desk.server.server_close()
    office.database.engine.dispose()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_of(tmp_path) as desk:
        yield desk


def opened(
    browser: Browser, desk: Desk, viewport: ViewportSize = DESK, *, scripts: bool = True
) -> Visitor:
    visitor = Visitor(browser, desk.base, viewport=viewport, scripts=scripts)
    visitor.sign_in_as(COOKIES[SessionKind.OFFICER], desk.token)
    return visitor


def focused(page: Page) -> str:
    """Return what has the focus: its id, or its own words."""
    said = page.evaluate(
        "() => { const at = document.activeElement;"
        " return at.id || at.getAttribute('aria-label') || at.textContent.trim() || at.tagName; }"
    )
    return str(said)


def test_a_verdict_by_key_leaves_the_focus_on_a_point_where_enter_does_nothing(
    browser: Browser, desk: Desk
) -> None:
    visitor = opened(browser, desk)
    page = visitor.page
    page.goto(f"/revision/casos/{desk.case}")
    page.keyboard.press("2")
    point = page.locator("#punto-people")
    expect(point.get_by_text("Aceptado")).to_be_visible()
    assert focused(page) == "punto-machinery", "the next open point"
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert desk.verdict(ReviewItem.PEOPLE) is ItemVerdict.ACCEPTED
    page.keyboard.press("Shift+2")
    expect(point.get_by_text("Observado")).to_be_visible()
    assert focused(page) == "punto-people"
    page.keyboard.press("Tab")
    assert focused(page) == "2" or page.locator("#punto-people :focus").count() == 1
    visitor.close()


def test_a_verdict_by_button_leaves_the_focus_there_too(browser: Browser, desk: Desk) -> None:
    visitor = opened(browser, desk)
    page = visitor.page
    page.goto(f"/revision/casos/{desk.case}")
    page.locator("#punto-workshop").get_by_role("button", name="Aceptar").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#punto-workshop").get_by_text("Aceptado")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert focused(page) == "punto-people"
    assert desk.verdict(ReviewItem.WORKSHOP) is ItemVerdict.ACCEPTED
    visitor.close()


def test_turning_a_page_keeps_the_focus_on_what_turned_it(browser: Browser, desk: Desk) -> None:
    visitor = opened(browser, desk)
    page = visitor.page
    page.goto(f"/revision/casos/{desk.case}")
    forward = page.get_by_role("link", name="Página siguiente")
    forward.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#vista").get_by_text("2 de 4")).to_be_visible()
    assert focused(page) == "Página siguiente"
    for place in (3, 4):
        page.keyboard.press("Enter")
        expect(page.locator("#vista").get_by_text(f"{place} de 4")).to_be_visible()
    expect(page.locator("#vista")).to_be_focused()
    assert focused(page) == "vista", "there is no next page: the image has it"
    visitor.close()


def test_without_scripts_a_verdict_leads_to_the_next_point(browser: Browser, desk: Desk) -> None:
    visitor = Visitor(browser, desk.base, viewport=DESK, scripts=False)
    visitor.sign_in_as(COOKIES[SessionKind.OFFICER], desk.token)
    page = visitor.page
    page.goto(f"/revision/casos/{desk.case}")
    page.locator("#punto-people").get_by_role("button", name="Aceptar").click()
    assert page.url.endswith("pagina=3&sigue=punto-machinery#punto-machinery")
    assert page.locator("#punto-machinery").get_attribute("tabindex") == "-1"
    visitor.close()


def test_at_200_percent_most_of_the_window_shows_the_case(browser: Browser, desk: Desk) -> None:
    visitor = opened(browser, desk, ZOOMED)
    page = visitor.page
    page.goto(f"/revision/casos/{desk.case}")
    seen = page.evaluate(
        "() => { const bar = document.querySelector('#decidir').getBoundingClientRect();"
        " return Math.min(innerHeight, Math.max(0, bar.top)); }"
    )
    assert seen >= LEAST_SEEN_PX
    page.evaluate("() => scrollTo(0, document.body.scrollHeight)")
    expect(page.locator("#decidir")).to_be_in_viewport()
    visitor.close()


@pytest.mark.parametrize("window", [(360, 740), (640, 500)])
def test_the_bar_of_decisions_covers_nothing_that_has_the_focus(
    browser: Browser, desk: Desk, window: tuple[int, int]
) -> None:
    width, height = window
    visitor = opened(browser, desk, ViewportSize(width=width, height=height))
    page = visitor.page
    page.goto(f"/revision/casos/{desk.case}")
    page.wait_for_load_state("load")
    covered = []
    for _ in range(TABS):
        page.keyboard.press("Tab")
        covered.append(page.evaluate(UNDER_THE_BAR))
    assert [each for each in covered if each] == []
    visitor.close()


def test_no_page_of_officers_scrolls_sideways_at_320_px(browser: Browser, desk: Desk) -> None:
    visitor = opened(browser, desk, NARROW)
    page = visitor.page
    wide = {}
    for path in (*PAGES, *(f"/revision/casos/{desk.case}{part}" for part in OF_A_CASE)):
        page.goto(path)
        width = page.evaluate("() => document.documentElement.scrollWidth")
        if width > NARROW["width"]:
            wide[path.replace(str(desk.case), "…")] = width
    assert wide == {}
    visitor.close()


MOST_OF_THE_BAR_PX = 160
"""Of what stands above a case on a telephone, for somebody who may open every page; what a finger
touches in it has the 24 pixels of WCAG 2.5.8 at least."""


def test_on_a_telephone_the_bar_leaves_room_for_the_case(browser: Browser, desk: Desk) -> None:
    with desk.office.writing() as uow:
        uow.session.get_one(OfficerRow, desk.officer_id).role = OfficerRole.SUPERVISOR
        uow.commit()
    visitor = opened(browser, desk, ViewportSize(width=360, height=740))
    page = visitor.page
    page.goto(f"/revision/casos/{desk.case}")
    bar = page.locator("header.bar")
    box = bar.bounding_box()
    assert box is not None
    assert box["height"] <= MOST_OF_THE_BAR_PX
    assert not page.evaluate(
        "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    for way in bar.locator("a:visible, button:visible, summary:visible").all():
        place = way.bounding_box()
        assert place is not None
        assert min(place["width"], place["height"]) >= 24, way.inner_text()
    visitor.close()
