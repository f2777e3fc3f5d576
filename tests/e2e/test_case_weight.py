"""What a browser fetches before an officer sees a case: what is in sight, small if shown small."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Response, ViewportSize

from review_service.db.models import SessionKind
from review_service.web.auth import COOKIES
from tests.e2e.browsing import Visitor
from tests.e2e.weighed_cases import WeighedCase, weighed_case

PHOTOS = 14
MOST_SMALL_BYTES = 20_000
"""Of one picture of the strip, on average."""
MOST_BYTES = 1_000_000
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
    assert len(large) == 1, "only the page in sight comes in full"
    assert 3 <= len(small) <= PHOTOS
    assert sum(small.values()) <= MOST_SMALL_BYTES * len(small)
    assert sum(fetched.values()) <= MOST_BYTES, fetched
