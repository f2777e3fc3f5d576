"""A correction that nobody sends: more days, a call that is written down, a resolution."""

from datetime import timedelta
from uuid import UUID

from playwright.sync_api import Page, expect

from review_service.db.models import ApplicationRow
from review_service.domain.applications import ApplicationState, ReviewItem
from review_service.domain.terms import ecuador_day
from review_service.services.review import correcting
from review_service.services.review.letters import CorrectionItem
from tests.e2e import artisan, officer
from tests.e2e.artisan import follow, heading, press
from tests.e2e.browsing import DESK, PHONE
from tests.e2e.conftest import OpenBrowser
from tests.e2e.stack import OfficerAccount, Person, Stack
from tests.e2e.test_links_and_sending import complete_draft
from tests.factories import send_and_confirm

WORDS = "No se ve el taller por dentro."


def asked(stack: Stack, person: Person, account: OfficerAccount, *, seed: int) -> UUID:
    """Return a case whose correction was asked for, and whose notice the worker mailed."""
    application_id = complete_draft(stack, person, seed=seed)
    send_and_confirm(stack.office, application_id, ruc=person.ruc)
    with stack.container.reading() as uow:
        version = uow.session.get_one(ApplicationRow, application_id).version
    correcting.request_correction(
        stack.container.writing(),
        application_id=application_id,
        officer_id=account.id,
        version=version,
        items=[CorrectionItem(item=ReviewItem.WORKSHOP, reason=WORDS, instruction=WORDS)],
    )
    return application_id


def wait_for_the_term(page: Page, application_id: UUID) -> None:
    """Wait until the notice left: the page of the case says until when."""
    for _ in range(100):
        page.goto(f"/revision/casos/{application_id}")
        if page.get_by_text("Entregado el").count():
            return
        page.wait_for_timeout(200)
    raise AssertionError("the notice did not leave")


def end_term(stack: Stack, application_id: UUID) -> None:
    with stack.container.writing() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        row.correct_by = ecuador_day(uow.now) - timedelta(days=1)
        uow.commit()


def test_more_days_a_call_and_a_signed_resolution(stack: Stack, open_browser: OpenBrowser) -> None:
    person = stack.newcomer("GUAMÁN SISA MARÍA LUZ")
    account = stack.officer("Lucía Paz")
    application_id = asked(stack, person, account, seed=411)
    desk = officer.already_signed_in(open_browser(stack, viewport=DESK), stack, account)
    wait_for_the_term(desk, application_id)
    expect(desk.get_by_text("No consta que lo haya visto").first).to_be_visible()

    phone = artisan.already_signed_in(
        open_browser(stack, viewport=PHONE, scripts=False), stack, person
    )
    phone.goto(f"/solicitudes/{application_id}/corregir")
    phone.get_by_label("Por qué necesita más días").fill("Estoy fuera hasta el lunes.")
    press(phone, "Pedir la prórroga")
    expect(phone.get_by_text("Mientras no le respondamos, su plazo no termina")).to_be_visible()

    desk.goto("/revision?vista=prorrogas")
    desk.locator(f'a[href$="{application_id}"]').first.click()
    desk.get_by_label("Días hábiles más").select_option("3")
    press(desk, "Responder la prórroga")
    expect(desk.get_by_text("3 días hábiles más").first).to_be_visible()
    phone.reload()
    expect(phone.get_by_text("Le dimos 3 días hábiles más")).to_be_visible()

    end_term(stack, application_id)
    phone.reload()
    expect(phone.get_by_text("todavía puede enviar su corrección")).to_be_visible()
    desk.goto("/revision?vista=desistimientos")
    desk.locator(f'a[href$="{application_id}"]').first.click()
    desk.get_by_label("Qué pasó").select_option(label="No contestó")
    desk.get_by_label("Nota (si hace falta)").fill("Timbró cinco veces.")
    press(desk, "Anotar el intento")
    expect(desk.get_by_text("Timbró cinco veces.").first).to_be_visible()
    follow_first(desk, "Resolver el desistimiento")
    press(desk, "Ver la resolución antes de firmarla")
    letter = desk.get_by_role("article", name="Carta")
    expect(letter).to_contain_text("con la prórroga")
    expect(letter).to_contain_text("Resuelve: Lucía Paz")
    press(desk, "Firmar el desistimiento y enviarlo")
    expect(heading(desk, "Bandeja de solicitudes")).to_be_attached()
    with stack.container.reading() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        assert row.state is ApplicationState.WITHDRAWN
    phone.goto(f"/solicitudes/{application_id}")
    expect(heading(phone, "Desistida")).to_be_visible()
    follow(phone, "Empezar otra solicitud")


def follow_first(page: Page, words: str) -> None:
    """Follow the first link of those words: the bar and the part of the case both have it."""
    page.get_by_role("link", name=words, exact=True).first.click()
