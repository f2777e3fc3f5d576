"""A complaint: written without signing in, confirmed, answered, read by its writer."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.e2e import officer
from tests.e2e.artisan import follow, heading, press
from tests.e2e.conftest import OpenBrowser
from tests.e2e.stack import Stack

ADDRESS = "rosa.de.{}@correo.example"
BODY = "Esperé dos horas en la oficina de Ambato y nadie me atendió."
WRITTEN_DOWN_SECONDS = 20
ANSWER = "Lamentamos la espera. Desde el lunes hay dos personas en esa ventanilla."


@pytest.mark.parametrize("scripts", [True, False])
def test_a_letter_from_the_foot_of_a_page_to_its_answer(
    stack: Stack, open_browser: OpenBrowser, *, scripts: bool
) -> None:
    address = ADDRESS.format("con" if scripts else "sin")
    page = open_browser(stack, scripts=scripts).page
    page.goto("/ayuda")
    page.get_by_role("contentinfo").get_by_role("link", name="Quejas y solicitudes").click()
    follow(page, "Presentar una queja")
    page.get_by_label("Qué pasó").fill(BODY)
    page.get_by_label("Su nombre").fill("Rosa Quishpe")
    page.get_by_label("Su correo").fill("rosa")
    press(page, "Continuar")
    expect(page.get_by_role("alert")).to_contain_text("Escriba un correo")
    expect(page.get_by_label("Qué pasó")).to_have_value(BODY)
    page.get_by_label("Su correo").fill(address)
    press(page, "Continuar")
    expect(heading(page, "Falta un paso: confirme su correo")).to_be_visible()
    page.goto(stack.mailbox.next_letter(address, about="Confirme").link)
    press(page, "Enviar mi carta")
    expect(heading(page, "Recibimos su carta")).to_be_visible()
    number = re.findall(r"Q-\d{4}-\d{6}", page.get_by_role("status").inner_text())[0]
    assert number in stack.mailbox.next_letter(address, about="Recibimos").text

    desk = open_browser(stack, scripts=scripts).page
    officer.sign_in(desk, stack.officer())
    desk.get_by_role("link", name=re.compile("^Cartas")).click()
    follow(desk, number)
    desk.get_by_label("Respuesta").fill(ANSWER)
    press(desk, "Ver la respuesta antes de enviarla")
    expect(desk.get_by_role("article")).to_contain_text(ANSWER)
    press(desk, "Enviar la respuesta")
    expect(desk.get_by_text(f"Respondió la carta {number}")).to_be_visible()

    answered = stack.mailbox.next_letter(address, about="Respuesta")
    assert ANSWER in answered.text
    page.goto(answered.link)
    expect(heading(page, "Respondimos su carta")).to_be_visible()
    expect(page.get_by_text(ANSWER)).to_be_visible()
    told = page.get_by_text("La respuesta salió a su correo")
    deadline = time.monotonic() + WRITTEN_DOWN_SECONDS
    while not told.count() and time.monotonic() < deadline:
        page.wait_for_timeout(300)
        page.reload()  # the relay has the mail a moment before the row says so
    expect(told).to_be_visible()
