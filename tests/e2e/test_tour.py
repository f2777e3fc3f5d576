"""The tour as people play it: the demo itself, each act pressed to its end in a browser."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from review_service.web.demo.acts import Act
from tests.e2e.artisan import heading, press
from tests.e2e.browsing import DESK, PHONE, Visitor
from tests.servers import free_port

START_SECONDS = 400
READY_MS = 120_000
PLAYED = tuple(Act)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demo in a process of its own, as soon as it serves pages; its address."""
    folder, port = tmp_path_factory.mktemp("tour") / "demo", free_port()
    with (folder.parent / "printed").open("w") as printed:
        process = subprocess.Popen(
            [sys.executable, "-m", "review_service.cli", "demo", "--port", str(port)],
            cwd=folder.parent,
            env={**os.environ, "DEMO_DIR": str(folder)},
            stdout=printed,
            stderr=subprocess.STDOUT,
        )
        try:
            base = f"http://localhost:{port}"
            _wait_for_the_pages(process, folder.parent / "printed")
            yield base
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)


def _wait_for_the_pages(process: subprocess.Popen[bytes], printed: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while "Ctrl-C termina todo" not in printed.read_text():
        assert process.poll() is None, printed.read_text()
        assert time.monotonic() < deadline, printed.read_text()
        time.sleep(0.5)


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def visitor(request: pytest.FixtureRequest, browser: Browser, demo: str) -> Iterator[Visitor]:
    """A browser on the demo that must have behaved."""
    opened = Visitor(browser, demo, viewport=PHONE, scripts=request.param)
    yield opened
    problems = opened.watch.problems
    opened.close()
    assert problems == []


def button_of(act: Act) -> str:
    return f'form[action="/demo/recorrido/{act.value}"] button'


def wait_for_button(page: Page, act: Act) -> None:
    """Wait until the act is ready; a test's browser without scripts obeys no ``noscript``."""
    deadline = time.monotonic() + READY_MS / 1000
    while not page.locator("html.js").count() and time.monotonic() < deadline:
        if page.locator(button_of(act)).count():
            break
        time.sleep(1)
        page.reload()
    expect(page.locator(button_of(act))).to_be_visible(timeout=READY_MS)


def begin(page: Page, act: Act) -> None:
    """Press the act's button, once the page that looks again by itself has it."""
    page.goto("/demo")
    wait_for_button(page, act)
    page.locator(button_of(act)).click()


def is_played(page: Page, act: Act) -> None:
    """Expect that the bar and, back on the start page, the card say so."""
    bar = page.get_by_role("complementary")
    expect(bar).to_contain_text(act.words.played)
    bar.get_by_role("link", name="Volver al recorrido").click()
    own = page.locator(".acts > li").filter(has=page.locator(f'img[src*="tour-{act.value}."]'))
    expect(own).to_contain_text("Hecho")


def send_and_confirm(page: Page) -> None:
    press(page, "Declarar y enviar")
    expect(heading(page, "Falta un paso: confirme")).to_be_visible()
    page.get_by_role("link", name="Abrir el enlace del correo").click()
    expect(heading(page, "Confirme su solicitud")).to_be_visible()
    press(page, "Confirmar mi solicitud")


def test_every_act_is_one_press_from_its_end_and_can_be_played(visitor: Visitor) -> None:
    page = visitor.page
    begin(page, Act.ARTISAN)
    expect(heading(page, "Revise y envíe")).to_be_visible()
    expect(page.locator(".thumbs li")).to_have_count(5)
    expect(page.locator(".error-summary:visible, .note.doubt:visible")).to_have_count(0)
    send_and_confirm(page)
    expect(page).to_have_url(re.compile("/comprobante$"))
    is_played(page, Act.ARTISAN)

    for act in (Act.BUSINESS, Act.ENTREPRENEUR):
        begin(page, act)
        if act is Act.BUSINESS:
            expect(page.locator(".answer h2")).to_have_text(
                re.compile("^(Microempresa|Pequeña empresa|Mediana empresa)$")
            )
        send_and_confirm(page)
        expect(page.get_by_text("Su categoría: ")).to_be_visible()
        is_played(page, act)

    begin(page, Act.OFFICER)
    expect(heading(page, "¿Aprobar y emitir el Acuerdo de")).to_be_visible()
    press(page, "Aprobar y emitir")
    expect(page).to_have_url(re.compile("/emitido$"))
    is_played(page, Act.OFFICER)

    begin(page, Act.PASSERBY)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Vigente")
    press(page, "Comparar la copia cambiada")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Alterado")
    is_played(page, Act.PASSERBY)

    begin(page, Act.JOURNALIST)
    expect(heading(page, "Cifras mensuales")).to_be_visible()
    total = page.get_by_role("row", name=re.compile("^Total de 2023 "))
    expect(total).to_contain_text("35.444")
    is_played(page, Act.JOURNALIST)
    for act in PLAYED:  # set up again, with another person
        wait_for_button(page, act)


def test_the_bar_leads_to_the_next_act(browser: Browser, demo: str) -> None:
    opened = Visitor(browser, demo, viewport=DESK)
    page = opened.page
    begin(page, Act.PASSERBY)
    press(page, "Comparar la copia cambiada")
    ahead = page.get_by_role("complementary").get_by_role("button")
    expect(ahead).to_have_text(re.compile("^Acto siguiente: "))
    ahead.click()
    expect(page.get_by_role("complementary")).to_be_visible()
    opened.close()
