"""What a browser fetches before an officer sees a case: what is in sight, small if shown small."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Response, ViewportSize, expect

from review_service.db.models import SessionKind
from review_service.web.auth import COOKIES
from tests.e2e.browsing import Visitor
from tests.e2e.weighed_cases import WeighedCase, weighed_case

PHOTOS = 14
MOST_SMALL_BYTES = 20_000
"""Of one picture of the strip, on average."""
MOST_BYTES = 700_000
"""Of everything that comes before the officer has done anything."""


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WeighedCase]:
    """Give a case whose pictures are as workers make them."""
    with weighed_case(tmp_path_factory.mktemp("desk"), pages=PHOTOS) as made:
        yield made


@pytest.mark.parametrize("width", [360, 1280])
def test_a_case_of_many_photos_loads_what_is_in_sight(
    browser: Browser, case: WeighedCase, width: int
) -> None:
    visitor = Visitor(browser, case.base, viewport=ViewportSize(width=width, height=800))
    visitor.sign_in_as(COOKIES[SessionKind.OFFICER], case.token)
    fetched: dict[str, int] = {}

    def note(response: Response) -> None:
        if response.status == 200:
            fetched[response.url] = len(response.body())

    visitor.page.on("response", note)
    visitor.page.goto(f"{case.base}/revision/casos/{case.case_id}", wait_until="networkidle")
    small = {url: size for url, size in fetched.items() if url.endswith("miniatura.jpg")}
    large = [url for url in fetched if url.endswith(".jpg") and url not in small]
    assert [url.rpartition("/")[2] for url in large] == ["vista.jpg"], "nothing comes in full"
    assert 3 <= len(small) <= PHOTOS
    assert sum(small.values()) <= MOST_SMALL_BYTES * len(small)
    assert sum(fetched.values()) <= MOST_BYTES, fetched


def test_the_picture_comes_in_full_when_it_is_drawn_larger_than_its_preview(
    browser: Browser, case: WeighedCase
) -> None:
    visitor = Visitor(browser, case.base, viewport=ViewportSize(width=1280, height=800))
    visitor.sign_in_as(COOKIES[SessionKind.OFFICER], case.token)
    page = visitor.page
    page.goto(f"{case.base}/revision/casos/{case.case_id}", wait_until="networkidle")
    shown = page.locator("#vista image.full")
    assert (shown.get_attribute("href") or "").endswith("/vista.jpg")
    with page.expect_response(lambda answer: answer.url.endswith("/1.jpg")):
        page.keyboard.press("z")
    expect(shown).to_have_count(1)
    expect(shown).to_have_attribute("href", re.compile(r"/1\.jpg$"))
    page.keyboard.press("j")  # the next page is whole again, and small
    expect(shown).to_have_attribute("href", re.compile(r"/vista\.jpg$"))
    assert visitor.watch.problems == []
    visitor.close()


def test_a_sharp_screen_gets_the_picture_in_full_at_once(
    browser: Browser, case: WeighedCase
) -> None:
    visitor = Visitor(browser, case.base, viewport=ViewportSize(width=1900, height=1200), scale=2)
    visitor.sign_in_as(COOKIES[SessionKind.OFFICER], case.token)
    visitor.page.goto(f"{case.base}/revision/casos/{case.case_id}")
    shown = visitor.page.locator("#vista image.full")
    expect(shown).to_have_count(1)
    expect(shown).to_have_attribute("href", re.compile(r"/1\.jpg$"))
    visitor.close()
