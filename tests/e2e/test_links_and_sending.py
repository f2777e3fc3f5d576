"""Links opened twice or late, buttons pressed twice, sessions that end meanwhile."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from review_service.db.models import MailRow, OneUseLinkRow, SessionRow
from review_service.domain.documents import Theme
from tests.e2e import artisan
from tests.e2e.artisan import heading, press
from tests.e2e.conftest import OpenBrowser
from tests.e2e.gallery import wait_for_checks
from tests.e2e.samples import SCENES, jpeg
from tests.e2e.stack import Person, Stack
from tests.factories import SHEET, open_draft, upload


def complete_draft(stack: Stack, person: Person, *, seed: int) -> UUID:
    """Return a draft that lacks nothing but the sending."""
    application_id = open_draft(stack.office, ruc=person.ruc)
    for theme in Theme:
        upload(
            stack.office,
            application_id,
            ruc=person.ruc,
            content=jpeg(SCENES[theme][0], seed=seed),
            theme=theme,
        )
    wait_for_checks(stack.office, [application_id])
    return application_id


def test_a_link_lets_nobody_in_twice(stack: Stack, open_browser: OpenBrowser) -> None:
    person = stack.newcomer()
    first, second = open_browser(stack).page, open_browser(stack).page
    artisan.ask_for_link(first, person)
    link = stack.mailbox.next_letter(person.email).link
    first.goto(link)
    second.goto(link)
    press(first, "Ingresar")
    expect(heading(first, "Mis solicitudes")).to_be_visible()
    press(second, "Ingresar")
    expect(heading(second, "Este enlace ya se usó")).to_be_visible()
    second.goto(link)
    expect(heading(second, "Este enlace ya se usó")).to_be_visible()
    second.get_by_role("link", name="Pedir uno nuevo").click()
    expect(second.get_by_label("RUC", exact=True)).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_late_link_and_a_late_code_say_so(
    stack: Stack, open_browser: OpenBrowser, *, scripts: bool
) -> None:
    person = stack.newcomer()
    page = open_browser(stack, scripts=scripts).page
    artisan.ask_for_link(page, person)
    letter = stack.mailbox.next_letter(person.email)
    with stack.container.writing() as uow:
        an_hour = timedelta(hours=1)
        uow.session.execute(
            sa.update(OneUseLinkRow)
            .where(OneUseLinkRow.ruc == person.ruc)
            .values(link_expires_at=uow.now - an_hour, code_expires_at=uow.now - an_hour)
        )
        uow.commit()
    page.get_by_label("Código", exact=True).fill(letter.code)
    press(page, "Ingresar")
    expect(heading(page, "Este código se venció")).to_be_visible()
    page.goto(letter.link)
    expect(heading(page, "Este enlace se venció")).to_be_visible()
    expect(page.get_by_role("link", name="Pedir uno nuevo")).to_be_visible()


def test_a_wrong_code_can_be_typed_again(stack: Stack, open_browser: OpenBrowser) -> None:
    person = stack.newcomer()
    page = open_browser(stack).page
    artisan.ask_for_link(page, person)
    code = stack.mailbox.next_letter(person.email).code
    wrong = str((int(code.replace(" ", "")) + 1) % 1_000_000).zfill(6)
    page.get_by_label("Código", exact=True).fill(wrong)
    press(page, "Ingresar")
    expect(page.get_by_role("alert")).to_contain_text("no es el que enviamos")
    page.get_by_label("Código", exact=True).fill(code)
    press(page, "Ingresar")
    expect(heading(page, "Mis solicitudes")).to_be_visible()


def test_sending_from_two_tabs_sends_once(stack: Stack, open_browser: OpenBrowser) -> None:
    person = stack.newcomer()
    application_id = complete_draft(stack, person, seed=101)
    visitor = open_browser(stack)
    first = artisan.already_signed_in(visitor, stack, person)
    second = visitor.another_tab()
    for tab in (first, second):
        tab.goto(f"/solicitudes/{application_id}/revisar")
    for tab in (first, second):
        artisan.declare_and_send(tab)
    assert _mails_of(stack, application_id) == ["confirm"]
    reference = artisan.confirm_by_code(first, stack, person)
    second.reload()
    expect(second.get_by_text(reference).first).to_be_visible()
    assert _mails_of(stack, application_id) == ["confirm", "received"]


def test_a_double_click_sends_once(stack: Stack, open_browser: OpenBrowser) -> None:
    person = stack.newcomer()
    application_id = complete_draft(stack, person, seed=102)
    page = artisan.already_signed_in(open_browser(stack), stack, person)
    page.goto(f"/solicitudes/{application_id}/revisar")
    page.get_by_role("checkbox", name="Declaro").check()
    page.get_by_role("button", name="Enviar solicitud").dblclick()
    expect(heading(page, "Falta un paso: confirme")).to_be_visible()
    assert _mails_of(stack, application_id) == ["confirm"]


def test_the_confirmation_is_possible_on_another_device(
    stack: Stack, open_browser: OpenBrowser
) -> None:
    person = stack.newcomer()
    application_id = complete_draft(stack, person, seed=103)
    page = artisan.already_signed_in(open_browser(stack), stack, person)
    page.goto(f"/solicitudes/{application_id}/revisar")
    artisan.declare_and_send(page)
    link = stack.mailbox.next_letter(person.email, about="Confirme").link
    other = open_browser(stack).page
    other.goto(link)
    press(other, "Confirmar mi solicitud")
    expect(heading(other, "Confirmada")).to_be_visible()
    other.goto(link)
    expect(heading(other, "Su solicitud ya está confirmada")).to_be_visible()
    page.reload()
    expect(heading(page, "Recibimos su solicitud")).to_be_visible()


def test_a_session_that_ended_leads_back_to_the_same_page(
    stack: Stack, open_browser: OpenBrowser
) -> None:
    person = stack.newcomer()
    visitor = open_browser(stack)
    page = artisan.already_signed_in(visitor, stack, person)
    address = artisan.start_application(page)
    artisan.fill_in_sheet(page)
    _end_sessions(stack, person)
    page.goto(f"{address}/fotos")
    expect(page.get_by_text("Su sesión terminó")).to_be_visible()
    _sign_in_again(page, stack, person)
    expect(heading(page, "Muéstrenos su taller")).to_be_visible()
    page.goto(f"{address}/datos")
    expect(page.get_by_label("¿Qué hace?")).to_have_value(SHEET["trade"])


def _sign_in_again(page: Page, stack: Stack, person: Person) -> None:
    page.get_by_label("RUC", exact=True).fill(person.ruc)
    press(page, "Enviar el enlace")
    code = stack.mailbox.next_letter(person.email).code
    page.get_by_label("Código", exact=True).fill(code)
    press(page, "Ingresar")


def _end_sessions(stack: Stack, person: Person) -> None:
    with stack.container.writing() as uow:
        uow.session.execute(
            sa.update(SessionRow).where(SessionRow.ruc == person.ruc).values(ended_at=uow.now)
        )
        uow.commit()


def _mails_of(stack: Stack, application_id: UUID) -> list[str]:
    with stack.container.reading() as uow:
        return list(
            uow.session.scalars(
                sa.select(MailRow.event)
                .where(MailRow.application_id == application_id)
                .order_by(MailRow.created_at)
            )
        )
