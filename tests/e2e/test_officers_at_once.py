"""Two officers at the same case, and doors that stay closed."""

import re
from collections.abc import Callable
from uuid import UUID

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, Response, expect

from review_service.db.models import AgreementRow, ApplicationRow
from review_service.domain.claims import LEAVING
from review_service.domain.roles import OfficerRole
from tests.e2e import artisan, officer
from tests.e2e.artisan import heading, press
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
    """Observe a point and refuse, as far as the last button."""
    page.goto(case)
    officer.observe_a_point(page)
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


def test_the_second_officer_sees_who_has_it_and_who_decided_what(
    stack: Stack, person: Person, open_browser: OpenBrowser
) -> None:
    """A supervisor takes over what a colleague is deciding in three windows."""
    application_id = case_of(stack, person, seed=301)
    case = f"/revision/casos/{application_id}"
    lucia = stack.officer("Lucía Paz", role=OfficerRole.SUPERVISOR)
    first = officer.already_signed_in(open_browser(stack, viewport=DESK), stack, lucia)
    late = open_browser(stack, viewport=DESK)
    late.watch.expected.append("409")
    second = officer.already_signed_in(late, stack, stack.officer("Raúl Andrade"))
    second.goto(case)
    officer.take(second)
    tabs = []
    for begin, last_button in LATE:
        tab = late.another_tab()
        begin(tab, case)
        tabs.append((tab, last_button))
    first.goto(case)
    decide = first.get_by_role("region", name="Qué decidir")
    expect(decide.get_by_text("Raúl Andrade lo tiene abierto")).to_be_visible()
    expect(first.get_by_role("button", name="Aceptar")).to_have_count(0)
    officer.take(first)
    for page in (second, *(tab for tab, _ in tabs)):
        page.bring_to_front()
        expect(page.get_by_text(re.compile("^Lucía Paz lo tiene abierto")).first).to_be_visible()
    second.bring_to_front()
    expect(second.get_by_role("button", name="Aceptar")).to_have_count(0)
    officer.accept_every_point(first)
    press(first, "Aprobar y emitir")
    number = officer.wait_until_issued(first)
    for tab, last_button in tabs:
        tab.bring_to_front()
        press(tab, last_button)
        _was_too_late(tab)
    second.bring_to_front()
    expect(second.get_by_text("Lo decidió Lucía Paz")).to_be_visible()
    with stack.container.reading() as uow:
        assert uow.session.scalars(
            sa.select(AgreementRow.number).where(AgreementRow.application_id == application_id)
        ).all() == [number]


def test_a_case_is_taken_judged_and_given_back_by_keys(
    stack: Stack, person: Person, open_browser: OpenBrowser
) -> None:
    application_id = case_of(stack, person, seed=303)
    page = officer.already_signed_in(
        open_browser(stack, viewport=DESK), stack, stack.officer("Raúl Andrade")
    )
    page.goto(f"/revision/casos/{application_id}")
    page.keyboard.press("m")
    why = page.get_by_label("Por qué esta antes")
    if artisan.is_shown(why):  # other tests' cases wait before it: the key leads to what is missing
        expect(why).to_be_focused()
        page.keyboard.type(officer.OUT_OF_ORDER)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    expect(page.get_by_text("Usted lo tiene abierto")).to_be_visible()
    page.keyboard.press("1")
    expect(page.locator("#puntos").get_by_text("Aceptado", exact=True)).to_be_visible()
    page.get_by_role("button", name="Soltar").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Soltó el caso")).to_be_visible()
    with stack.container.reading() as uow:
        assert uow.session.get_one(ApplicationRow, application_id).claimed_by is None


def test_who_leaves_the_page_gives_the_case_back_soon(
    stack: Stack, person: Person, open_browser: OpenBrowser
) -> None:
    application_id = case_of(stack, person, seed=304)
    account = stack.officer("Raúl Andrade")
    page = officer.already_signed_in(open_browser(stack, viewport=DESK), stack, account)
    page.goto(f"/revision/casos/{application_id}")
    with page.expect_response(_keeps_the_case):  # who leaves before the script came says nothing
        officer.take(page)
    page.get_by_role("link", name="Bandeja").click()
    expect(heading(page, "Bandeja de solicitudes")).to_be_attached()

    def is_left() -> bool:
        with stack.container.reading() as uow:
            row = uow.session.get_one(ApplicationRow, application_id)
            assert row.claimed_by == account.id
            assert row.claimed_until is not None
            return row.claimed_until - uow.now <= LEAVING

    for _ in range(100):
        if is_left():
            break
        page.wait_for_timeout(100)
    assert is_left()


def _keeps_the_case(response: Response) -> bool:
    return response.request.method == "POST" and response.url.endswith("/revision/presencia")


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
