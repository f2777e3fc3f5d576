"""An original comes from the second host in a real browser: by a ticket, once, without cookies."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.browsing import Visitor
from tests.e2e.test_desk_focus import Desk, desk_of, opened, pytestmark
from tests.integration.web.officer.test_case import document_ids
from tests.servers import free_port

__all__ = ["pytestmark"]

APART = "files.localhost"
"""Browsers lead every name under ``localhost`` to this machine, without asking anybody."""
FETCHED = """(address) => fetch(address, {mode: "no-cors"}).then(() => "read", () => "refused")"""


@pytest.fixture
def apart_desk(tmp_path: Path) -> Iterator[tuple[Desk, str]]:
    """A desk whose originals come from a second host, and the origin of that host."""
    port = free_port()
    with desk_of(tmp_path, port, FILES_HOST=f"{APART}:{port}") as desk:
        yield desk, f"http://{APART}:{port}"


def an_officer(browser: Browser, desk: Desk) -> Visitor:
    visitor = opened(browser, desk)
    visitor.watch.expected.append(f"request to another host: http://{APART}")
    return visitor


def downloaded(page: Page, desk: Desk) -> tuple[str, bytes]:
    """Ask for the first original of the case; return where it came from, and its bytes."""
    document = document_ids(desk.office, desk.case)[0]
    page.goto(f"/revision/casos/{desk.case}/documentos/{document}/original")
    page.get_by_role("radio").first.check()
    with page.expect_download() as started:
        page.get_by_role("button", name="Descargar el original").click()
    return started.value.url, Path(started.value.path()).read_bytes()


def test_an_original_is_downloaded_from_the_second_host_once(
    browser: Browser, apart_desk: tuple[Desk, str]
) -> None:
    desk, origin = apart_desk
    visitor = an_officer(browser, desk)
    page = visitor.page
    address, content = downloaded(page, desk)
    assert address.startswith(f"{origin}/revision/archivo/")
    assert content.startswith(b"\xff\xd8")
    assert visitor.context.cookies(desk.base), "the session is of the host of the pages"
    assert visitor.context.cookies(address) == [], "and the browser sends it to no other"
    stranger = Visitor(browser, desk.base)
    stranger.watch.expected.append(f"request to another host: http://{APART}")
    for each in (page, stranger.page):
        answer = each.goto(address)
        assert answer is not None
        assert answer.status == 410
        assert "ya no sirve" in each.content()
    assert visitor.watch.problems == stranger.watch.problems == []
    stranger.close()
    visitor.close()


def test_the_second_host_shows_no_page_and_no_page_of_ours_reads_from_it(
    browser: Browser, apart_desk: tuple[Desk, str]
) -> None:
    desk, origin = apart_desk
    visitor = an_officer(browser, desk)
    page = visitor.page
    for path in ("/", "/revision", f"/revision/casos/{desk.case}"):
        answer = page.goto(f"{origin}{path}")
        assert answer is not None
        assert answer.status == 404, path
    assert visitor.context.cookies(origin) == []
    document = document_ids(desk.office, desk.case)[0]
    page.goto(f"/revision/casos/{desk.case}/documentos/{document}/original")
    visitor.watch.expected += ["Content Security Policy", "violates"]
    assert page.evaluate(FETCHED, f"{origin}/revision/archivo/x") == "refused"
    assert visitor.watch.problems == []
    visitor.close()
