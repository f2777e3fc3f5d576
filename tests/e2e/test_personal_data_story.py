"""A holder finds «Mis datos» from the foot of any page and downloads them, without scripts too."""

import json
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.artisan import follow, heading, press
from tests.e2e.conftest import OpenBrowser
from tests.e2e.stack import Stack


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_foot_of_a_page_to_the_archive(
    stack: Stack, open_browser: OpenBrowser, tmp_path: Path, *, scripts: bool
) -> None:
    person = stack.newcomer()
    page = open_browser(stack, scripts=scripts).page
    page.goto("/")
    page.get_by_role("contentinfo").get_by_role("link", name="Datos personales").click()
    follow(page, "La nómina")
    expect(page.get_by_text("Cuánto tiempo")).to_be_visible()
    follow(page, "‹ Sus datos personales")
    follow(page, "Descargar mis datos")
    page.get_by_label("RUC", exact=True).fill(person.ruc)
    press(page, "Enviar el enlace")
    page.get_by_label("Código", exact=True).fill(stack.mailbox.next_letter(person.email).code)
    press(page, "Ingresar")
    expect(heading(page, "Mis datos")).to_be_visible()
    with page.expect_download() as downloading:
        press(page, "Descargar mis datos")
    place = tmp_path / "datos.zip"
    downloading.value.save_as(place)
    with zipfile.ZipFile(place) as found:
        assert json.loads(found.read("data.json"))["ruc"] == person.ruc
        assert "Lo que guardamos de usted" in found.read("resumen.html").decode()
