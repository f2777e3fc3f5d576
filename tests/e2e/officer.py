"""What an officer does in a browser, by the words on the page."""

from playwright.sync_api import Page, expect

from review_service.db.models import SessionKind
from review_service.services import sessions
from review_service.web.auth import COOKIES
from tests.e2e.artisan import heading, is_shown, press
from tests.e2e.browsing import Visitor
from tests.e2e.stack import PASSWORD, OfficerAccount, Stack

ISSUE_MS = 60_000
OUT_OF_ORDER = "La persona espera en la ventanilla desde la mañana."


def give_password(page: Page, account: OfficerAccount) -> None:
    """Give the first of the two factors."""
    page.goto("/revision/ingresar")
    page.get_by_label("Usuario").fill(account.user_name)
    page.get_by_label("Contraseña").fill(PASSWORD)
    press(page, "Continuar")
    expect(heading(page, "Escriba su código")).to_be_visible()


def sign_in(page: Page, account: OfficerAccount) -> None:
    """Give password and one-time code."""
    give_password(page, account)
    page.get_by_label("Código").fill(account.code())
    press(page, "Ingresar")
    expect(heading(page, "Bandeja de solicitudes")).to_be_attached()


def already_signed_in(visitor: Visitor, stack: Stack, account: OfficerAccount) -> Page:
    """Give the browser a session of that officer; return its page."""
    with stack.container.writing() as uow:
        signed = sessions.start_officer(uow, officer_id=account.id, second_factor=True)
        uow.commit()
    visitor.sign_in_as(COOKIES[SessionKind.OFFICER], signed.token)
    return visitor.page


def open_case(page: Page, reference: str) -> None:
    """Search for the case, open it and take it."""
    page.goto(f"/revision?q={reference}")
    page.get_by_role("link", name=reference, exact=True).click()
    expect(page.get_by_role("region", name="Qué decidir")).to_be_visible()
    take(page)


def take(page: Page) -> None:
    """Take the open case, with a reason where an older one waits or a colleague has it."""
    why = page.get_by_label("Por qué esta antes")
    if is_shown(why):
        why.fill(OUT_OF_ORDER)
    page.locator("#tomar").get_by_role("button").click()
    expect(page.get_by_text("Usted lo tiene abierto")).to_be_visible()


def look_at_every_page(page: Page) -> None:
    """Look at each page of the open case until it counts as seen; without scripts none counts."""
    page.wait_for_load_state("load")
    unseen = page.locator("#tira .unseen")
    while left := unseen.count():
        unseen.first.get_by_role("link").click()
        expect(unseen).to_have_count(left - 1)


def observe_a_point(page: Page) -> None:
    """Observe the first point of the open case, from which a refusal may follow."""
    page.get_by_role("button", name="Observar").first.click()
    expect(page.get_by_text("Observado", exact=True).first).to_be_visible()


def accept_every_point(page: Page) -> None:
    """Look at the pages of the open case and accept its points.

    With scripts the last acceptance leads to the confirmation.
    """
    look_at_every_page(page)
    accept = page.get_by_role("button", name="Aceptar")
    while left := accept.count():
        accept.first.click()
        expect(accept).to_have_count(left - 1)


def wait_until_issued(page: Page) -> str:
    """Wait on the page after approving; return the number of the agreement."""
    expect(heading(page, "Acuerdo emitido")).to_be_visible(timeout=ISSUE_MS)
    return page.locator(".big-number").inner_text()
