"""A refused artisan appeals; somebody else accepts; it is reviewed again and issued."""

import re
from uuid import UUID

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from review_service.db.models import AppealRow
from review_service.domain.roles import OfficerRole
from tests.e2e import artisan, officer
from tests.e2e.artisan import follow, heading, press
from tests.e2e.browsing import DESK
from tests.e2e.conftest import OpenBrowser
from tests.e2e.stack import Stack
from tests.e2e.test_officers_at_once import case_of, refuse
from tests.integration.services.appeal_cases import ORDER, REASONS, WORDS


def refused(page: Page, case: str) -> None:
    """Take the case and refuse it."""
    page.goto(case)
    officer.take(page)
    refuse(page, case)
    press(page, "Negar y enviar la carta")
    expect(page.get_by_text(re.compile("^Negó la solicitud"))).to_be_visible()


def appealed(page: Page, application_id: UUID) -> str:
    """Appeal on the phone; return the number of the receipt."""
    page.goto(f"/solicitudes/{application_id}")
    follow(page, "Presentar apelación")
    page.get_by_label("Por qué apela").fill(WORDS)
    press(page, "Enviar mi carta")
    expect(heading(page, "Recibimos su recurso")).to_be_visible()
    told = page.get_by_role("status").filter(has_text="Recibimos su recurso").inner_text()
    return str(re.findall(r"Q-\d{4}-\d{6}", told)[0])


def accepted(page: Page, number: str) -> None:
    """Accept the appeal from the queue on, as it will be sent."""
    page.goto("/revision")
    page.get_by_role("listitem").get_by_role("link", name=re.compile("^Recursos")).click()
    follow(page, number)
    expect(page.get_by_text(WORDS)).to_be_visible()
    page.get_by_label("Aceptarlo: la solicitud vuelve a revisión").check()
    page.get_by_label("Motivos").fill(REASONS)
    page.get_by_label("qué debe hacer quien la revise otra vez").fill(ORDER)
    press(page, "Ver la carta antes de enviarla")
    expect(page.get_by_role("article")).to_contain_text(ORDER)
    press(page, "Decidir y enviar la carta")
    expect(page.get_by_text(f"Decidió el recurso {number}")).to_be_visible()


def approved(page: Page, case: str, *, scripts: bool) -> None:
    """Review the case again as the order says, and issue it."""
    page.goto(case)
    expect(page.get_by_text(f"Vuelve a revisión: {ORDER}")).to_be_visible()
    officer.take(page)
    officer.accept_every_point(page)
    if not scripts:
        page.goto(f"{case}/aprobar")
    press(page, "Aprobar y emitir")
    officer.wait_until_issued(page)


@pytest.mark.parametrize("scripts", [True, False])
def test_from_a_refusal_to_the_acuerdo_by_an_appeal(
    stack: Stack, open_browser: OpenBrowser, *, scripts: bool
) -> None:
    def desk(name: str, role: OfficerRole = OfficerRole.ISSUER) -> Page:
        visitor = open_browser(stack, viewport=DESK, scripts=scripts)
        return officer.already_signed_in(visitor, stack, stack.officer(name, role=role))

    person = stack.newcomer("ANDRANGO TUQUERRES BLANCA")
    application_id = case_of(stack, person, seed=911 if scripts else 912)
    case = f"/revision/casos/{application_id}"
    refused(desk("L. Paz"), case)
    refusal = stack.mailbox.next_letter(person.email, about="Decisión sobre su solicitud")
    assert "Presentar apelación" in refusal.text

    phone = artisan.already_signed_in(open_browser(stack, scripts=scripts), stack, person)
    number = appealed(phone, application_id)
    assert number in stack.mailbox.next_letter(person.email, about="Recibimos su carta").text

    accepted(desk("C. Vera", OfficerRole.SUPERVISOR), number)
    decided = stack.mailbox.next_letter(person.email, about="Decisión sobre su recurso")
    assert ORDER in decided.text
    phone.goto(decided.link)
    expect(heading(phone, "Decidimos su recurso")).to_be_visible()
    phone.goto(f"/solicitudes/{application_id}")
    expect(heading(phone, "En revisión")).to_be_visible()
    expect(phone.get_by_text(ORDER)).to_be_visible()

    approved(desk("R. Andrade"), case, scripts=scripts)
    stack.mailbox.next_letter(person.email, about="Acuerdo está listo")
    phone.reload()
    expect(heading(phone, "Aprobado")).to_be_visible()
    with stack.container.reading() as uow:
        kept = uow.session.scalars(
            sa.select(AppealRow).where(AppealRow.application_id == application_id)
        ).one()
    assert "almacén" in kept.act_reasons, "what was decided first stays"
