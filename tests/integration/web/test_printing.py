"""Public pages on paper: no heading alone at the end of a sheet, no sheet half empty."""

from collections.abc import Iterator
from threading import Thread

import pypdfium2
import pytest
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from review_service.domain.dated_rules import read_rulebook
from review_service.domain.personal_data import data_uses
from review_service.domain.terms import ecuador_today
from tests.chromium_program import chromium_program
from tests.integration.web.site import Site
from tests.servers import LOOPBACK

HEADINGS = [use.heading for use in data_uses(read_rulebook(None), on=ecuador_today())]


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.fixture
def page(site: Site) -> Iterator[Page]:
    """A real browser, signed in, on a real server."""
    cookies = (site.applicant().client._cookies or {}).values()  # noqa: SLF001 -- no other way to them
    server = make_server(LOOPBACK, 0, site.app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    base = f"http://{LOOPBACK}:{server.server_port}"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium_program(), args=["--no-sandbox"]
            )
            context = browser.new_context(base_url=base)
            context.add_cookies(
                [{"name": each.key, "value": each.value, "url": base} for each in cookies]
            )
            yield context.new_page()
            browser.close()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def sheets(page: Page) -> list[list[str]]:
    """Return the lines of each sheet that the browser prints."""
    with pypdfium2.PdfDocument(page.pdf(format="A4")) as document:
        texts = [str(each.get_textpage().get_text_bounded()) for each in document]
    return [[line.strip() for line in text.splitlines() if line.strip()] for text in texts]


def test_the_register_of_personal_data_fills_its_sheets(page: Page) -> None:
    page.goto("/datos-personales/registro")
    printed = sheets(page)
    assert len(printed) <= 0.7 * len(HEADINGS), "two kinds of data on most sheets"
    assert all(sheet[-1] not in HEADINGS for sheet in printed)
    full = max(map(len, printed))
    assert all(len(sheet) > full / 2 for sheet in printed[:-1])
    told = {line for sheet in printed for line in sheet}
    assert told >= set(HEADINGS)


def test_what_the_archive_brings_is_printed_and_no_form(page: Page) -> None:
    page.goto("/solicitudes/mis-datos")
    printed = sheets(page)
    assert len(printed) == 1
    assert "Qué trae" in printed[0]
    assert "Son de esas personas." in printed[0], "what is left out is unfolded"
    assert not [line for line in printed[0] if "Descargar" in line]
