"""The answer on paper says when it was asked, and where."""

import re
from collections.abc import Iterator

import pypdfium2
import pytest
from playwright.sync_api import Page, sync_playwright

from tests.chromium_program import chromium_program
from tests.integration.web.verify.conftest import Paper


@pytest.fixture
def database_kind() -> str:
    """One kind of database is enough for a sheet of paper."""
    return "sqlite"


@pytest.fixture
def page(port: int) -> Iterator[Page]:
    """A real browser on a real server."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_program(), args=["--no-sandbox"]
        )
        yield browser.new_page(base_url=f"http://127.0.0.1:{port}")
        browser.close()


def printed(page: Page) -> str:
    """Return the words of the one sheet that the browser prints."""
    with pypdfium2.PdfDocument(page.pdf(format="A4")) as document:
        (sheet,) = [str(each.get_textpage().get_text_bounded()) for each in document]
    return " ".join(sheet.split())


def test_the_answer_is_one_sheet_with_day_hour_and_host(page: Page, paper: Paper) -> None:
    page.goto(f"/v/{paper.token}")
    sheet = printed(page)
    for words in (
        "Vigente",
        paper.number,
        "TITUAÑA QUILUMBA MARIA",
        "Compare el nombre con la cédula",
    ):
        assert words in sheet
    assert re.search(
        r"Consultado en localhost:8000 el \d+ de \w+ de \d{4} a las \d\dh\d\d, hora de Ecuador",
        sheet,
    )
    for words in ("Verificar otro", "Imprimir", "¿Tiene el PDF?", "Mis solicitudes"):
        assert words not in sheet
    assert "Sin validez legal." in sheet


def test_what_is_not_in_the_register_is_printed_with_it_too(page: Page) -> None:
    page.goto("/verificar")
    page.get_by_label("Número del documento").fill("MPCEI-MDT-2026-999999")
    page.get_by_label("Código", exact=True).fill("0000-0000-0000")
    page.get_by_role("button", name="Verificar", exact=True).click()
    page.get_by_role("heading", name="No consta").wait_for()
    sheet = printed(page)
    assert "Consultado en localhost:8000 el " in sheet
    assert "Número consultado: MPCEI-MDT-2026-999999." in sheet
