"""A deemed withdrawal is appealed from the phone; upheld, the correction is asked for again."""

from uuid import UUID

from playwright.sync_api import Page, expect

from review_service.domain.roles import OfficerRole
from tests.e2e import artisan, officer
from tests.e2e.artisan import follow, heading, press
from tests.e2e.browsing import DESK, PHONE
from tests.e2e.conftest import OpenBrowser
from tests.e2e.stack import Stack
from tests.e2e.test_appeal_story import appealed
from tests.e2e.test_unanswered_correction import asked, end_term, wait_for_the_term
from tests.integration.services.appeal_cases import ORDER, REASONS, WORDS


def previewed(page: Page, application_id: UUID) -> None:
    """Write a call down and show the resolution as it will be sent."""
    page.goto(f"/revision/casos/{application_id}")
    page.get_by_label("Qué pasó").select_option(label="No contestó")
    press(page, "Anotar el intento")
    page.goto(f"/revision/casos/{application_id}/desistimiento")
    press(page, "Ver la resolución antes de firmarla")
    expect(page.get_by_role("button", name="Ver el PDF (borrador)")).to_be_visible()


def signed(page: Page, application_id: UUID) -> None:
    """Sign what is previewed, and see it on the case."""
    with page.expect_download() as draft:
        press(page, "Ver el PDF (borrador)")
    assert draft.value.suggested_filename.startswith("borrador-desistimiento")
    press(page, "Firmar el desistimiento y enviarlo")
    page.goto(f"/revision/casos/{application_id}")
    with page.expect_download() as paper:
        follow(page, "La resolución (PDF)")
    assert paper.value.suggested_filename.startswith("desistimiento")


def ruling(page: Page, number: str) -> None:
    """Show the decision that upholds the appeal as it will be sent."""
    page.goto("/revision/recursos")
    follow(page, number)
    expect(page.get_by_text(WORDS)).to_be_visible()
    page.get_by_label("Aceptarlo: se pide otra vez la corrección").check()
    page.get_by_label("Motivos").fill(REASONS)
    page.get_by_label("qué debe hacer quien la revise otra vez").fill(ORDER)
    press(page, "Ver la carta antes de enviarla")
    expect(page.get_by_role("article")).to_contain_text("En otro correo le pedimos otra vez")


def test_from_a_deemed_withdrawal_back_to_the_correction(
    stack: Stack, open_browser: OpenBrowser
) -> None:
    person, account = stack.newcomer("CHIMBO AGUINDA ROSA"), stack.officer("Lucía Paz")
    application_id = asked(stack, person, account, seed=951)
    desk = officer.already_signed_in(open_browser(stack, viewport=DESK), stack, account)
    wait_for_the_term(desk, application_id)
    end_term(stack, application_id)
    previewed(desk, application_id)
    signed(desk, application_id)
    told = stack.mailbox.next_letter(person.email, about="desistida")
    assert "Presentar apelación" in told.text

    phone = artisan.already_signed_in(
        open_browser(stack, viewport=PHONE, scripts=False), stack, person
    )
    number = appealed(phone, application_id)
    phone.goto(f"/solicitudes/{application_id}")
    expect(phone.get_by_text("Usted apeló esta decisión")).to_be_visible()

    chief = stack.officer("C. Vera", role=OfficerRole.SUPERVISOR)
    other = officer.already_signed_in(open_browser(stack, viewport=DESK), stack, chief)
    ruling(other, number)
    press(other, "Decidir y enviar la carta")
    expect(other.get_by_text(f"Decidió el recurso {number}")).to_be_visible()
    for _ in range(2):  # the first request, and the same again
        stack.mailbox.next_letter(person.email, about="Corrija su solicitud")
    phone.reload()
    expect(heading(phone, "Requiere corrección")).to_be_visible()
    expect(phone.get_by_text(ORDER)).to_be_visible()
    follow(phone, "Ver qué corregir")
