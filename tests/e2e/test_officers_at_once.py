"""Two officers at the same case, and doors that stay closed."""

import re
from collections.abc import Callable
from uuid import UUID

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from review_service.db.models import AgreementRow
from tests.e2e import artisan, officer
from tests.e2e.artisan import follow, heading, press
from tests.e2e.browsing import DESK
from tests.e2e.conftest import OpenBrowser
from tests.e2e.stack import Person, Stack
from tests.e2e.test_links_and_sending import complete_draft
from tests.factories import send_and_confirm


@pytest.fixture
def person(stack: Stack) -> Person:
    """Somebody whose application is to be decided."""
    return stack.newcomer("YÁNEZ TIPÁN CARMEN")


def case_of(stack: Stack, person: Person, *, seed: int) -> UUID:
    """Return a confirmed application."""
    application_id = complete_draft(stack, person, seed=seed)
    send_and_confirm(stack.office, application_id, ruc=person.ruc)
    return application_id


def refuse(page: Page, case: str) -> None:
    """Refuse as far as the last button."""
    page.goto(f"{case}/negar")
    page.get_by_label("Motivos").fill("Las fotos muestran un almacén y no un taller de producción.")
    press(page, "Ver la carta antes de enviarla")


def ask(page: Page, case: str) -> None:
    """Ask for a correction as far as the last button."""
    page.goto(f"{case}/correccion")
    asked = page.get_by_role("group", name=re.compile("^El taller"))
    asked.get_by_role("checkbox").check()
    asked.get_by_label("Qué encontró").fill("No se ve el interior del taller.")
    asked.get_by_label("Qué debe hacer").fill("Tome una foto del interior, de día.")
    press(page, "Ver la carta antes de enviarla")


LATE: tuple[tuple[Callable[[Page, str], None], str], ...] = (
    (refuse, "Negar y enviar la carta"),
    (ask, "Enviar el pedido de corrección"),
)


def test_the_second_officer_sees_who_decided_what(
    stack: Stack, person: Person, open_browser: OpenBrowser
) -> None:
    application_id = case_of(stack, person, seed=301)
    case = f"/revision/casos/{application_id}"
    first = officer.already_signed_in(
        open_browser(stack, viewport=DESK), stack, stack.officer("Lucía Paz")
    )
    late = open_browser(stack, viewport=DESK)
    late.watch.expected.append("409")
    second = officer.already_signed_in(late, stack, stack.officer("Raúl Andrade"))
    second.goto(case)
    tabs = []
    for begin, last_button in LATE:
        tab = late.another_tab()
        begin(tab, case)
        tabs.append((tab, last_button))
    first.goto(case)
    officer.accept_every_point(first)
    first.keyboard.press("a")
    press(first, "Aprobar y emitir")
    number = officer.wait_until_issued(first)
    for tab, last_button in tabs:
        press(tab, last_button)
        _was_too_late(tab)
    second.get_by_role("button", name="Aceptar").first.click()
    _was_too_late(second)
    follow(second, "Ver cómo quedó")
    expect(second.get_by_text("Lo decidió Lucía Paz")).to_be_visible()
    with stack.container.reading() as uow:
        assert uow.session.scalars(
            sa.select(AgreementRow.number).where(AgreementRow.application_id == application_id)
        ).all() == [number]


def _was_too_late(page: Page) -> None:
    expect(heading(page, "Otra persona actuó antes")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("Lucía Paz")
    expect(page.get_by_role("alert")).to_contain_text("la aprobó")
    expect(page.get_by_text("no se aplicó")).to_be_visible()


def test_the_password_alone_opens_nothing(stack: Stack, open_browser: OpenBrowser) -> None:
    page = open_browser(stack, viewport=DESK).page
    account = stack.officer()
    page.goto("/revision/ingresar")
    page.get_by_label("Usuario").fill(account.user_name)
    page.get_by_label("Contraseña").fill("otra clave")
    press(page, "Continuar")
    expect(page.get_by_role("alert")).to_be_visible()
    officer.give_password(page, account)
    page.goto("/revision")
    expect(heading(page, "Escriba su código")).to_be_visible()
    page.get_by_label("Código").fill("000000")
    press(page, "Ingresar")
    expect(page.get_by_role("alert")).to_be_visible()
    page.goto("/revision/acuerdos")
    expect(heading(page, "Escriba su código")).to_be_visible()


def test_an_artisan_finds_no_way_to_the_desk_or_to_others(
    stack: Stack, person: Person, open_browser: OpenBrowser
) -> None:
    application_id = complete_draft(stack, person, seed=302)
    page = artisan.already_signed_in(open_browser(stack), stack, stack.newcomer())
    page.goto("/revision")
    expect(heading(page, "Ingreso de funcionarios")).to_be_visible()
    for part in ("", "/fotos", "/revisar", "/comprobante.pdf", "/acuerdo.pdf"):
        page.goto(f"/solicitudes/{application_id}{part}")
        expect(page.get_by_role("heading", name=re.compile("No encontramos"))).to_be_visible()
