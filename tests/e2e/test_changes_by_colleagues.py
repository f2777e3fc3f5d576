"""What a colleague or a check does to a case shows on its open page, and takes no word away."""

from uuid import UUID

import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from review_service.db.models import ConsultationRow, DocumentRow, TaskRow
from review_service.domain.terms import ecuador_today
from review_service.domain.work import TaskKind, TaskState
from review_service.services.review import consulting, internal_notes
from tests.e2e.test_desk_focus import Desk, focused, opened, pytestmark
from tests.e2e.test_queue_filters import pictured, problems
from tests.e2e.test_together import colleague_of, desk
from tests.integration.services import steps

__all__ = ["desk", "pytestmark"]

SOON_MS = 12_000
"""Two rounds of the small question, and the page that is then read anew."""


def ask(desk: Desk, colleague: UUID) -> UUID:
    """Let the holder of the desk's case ask the colleague; return the question."""
    consulting.ask(
        desk.office.writing(),
        application_id=desk.case,
        officer_id=desk.officer_id,
        colleague_id=colleague,
        question="¿Es un telar de pedal?",
        needed_by=ecuador_today().isoformat(),
    )
    with desk.office.reading() as uow:
        return uow.session.scalars(sa.select(ConsultationRow.id)).one()


def note(desk: Desk, colleague: UUID, body: str) -> None:
    internal_notes.write(
        desk.office.writing(), application_id=desk.case, officer_id=colleague, body=body
    )


def test_a_note_and_an_answer_of_a_colleague_appear_on_the_open_page(
    browser: Browser, desk: Desk
) -> None:
    colleague, theirs = colleague_of(desk, browser)
    theirs.close()
    question = ask(desk, colleague)
    visitor = opened(browser, desk)
    page = visitor.page
    page.goto(f"/revision/casos/{desk.case}")
    expect(page.get_by_text("Sin respuesta todavía.")).to_have_count(0)
    place = focused(page)
    page.evaluate("window.stays = true")
    note(desk, colleague, "Llamé al taller: abren el lunes.")
    expect(page.get_by_text("Llamé al taller")).to_be_attached(timeout=SOON_MS)
    expect(page.locator("#dicho")).to_have_text("Cambió: Notas internas.")
    consulting.answer(
        desk.office.writing(),
        application_id=desk.case,
        consultation_id=question,
        officer_id=colleague,
        text="Sí: se ven los lizos.",
    )
    expect(page.get_by_text("Sí: se ven los lizos.")).to_be_attached(timeout=SOON_MS)
    expect(page.locator("#dicho")).to_have_text("Cambió: Preguntas a colegas.")
    assert page.evaluate("window.stays") is True, "the page was not loaded anew"
    assert focused(page) == place
    assert problems(page) == []
    pictured(page, "told-by-a-colleague")
    assert visitor.watch.problems == []
    visitor.close()


def test_words_that_are_being_typed_stay_and_what_changed_shows_afterwards(
    browser: Browser, desk: Desk
) -> None:
    colleague, theirs = colleague_of(desk, browser)
    theirs.close()
    visitor = opened(browser, desk)
    page = visitor.page
    page.goto(f"/revision/casos/{desk.case}")
    mine = page.get_by_label("Nota nueva")
    mine.fill("A medias")
    _told(page, lambda: note(desk, colleague, "Una nota de Paz."))
    assert mine.input_value() == "A medias"
    expect(mine).to_be_focused()
    expect(page.get_by_text("Una nota de Paz.")).to_have_count(0)
    page.locator("#punto-people").focus()
    page.wait_for_timeout(2500)
    assert mine.input_value() == "A medias", "typed and not sent, with the focus elsewhere"
    mine.fill("")
    page.locator("#punto-people").focus()
    expect(page.get_by_text("Una nota de Paz.")).to_be_attached(timeout=SOON_MS)
    assert visitor.watch.problems == []
    visitor.close()


def _told(page: Page, act: object) -> None:
    """Let something happen and wait until the page heard of it."""
    before = page.locator("#presencia").get_attribute("data-mark") or ""
    assert callable(act)
    act()
    expect(page.locator("#presencia")).not_to_have_attribute("data-mark", before, timeout=SOON_MS)


def test_a_search_that_ends_lets_the_open_page_approve(browser: Browser, desk: Desk) -> None:
    """Nobody looks again at a page that says that photos are compared: it says when they were."""
    steps.accept_all(desk.office, desk.case, desk.officer_id)
    with desk.office.writing() as uow:
        document = uow.session.scalars(
            sa.select(DocumentRow.id).where(DocumentRow.application_id == desk.case)
        ).first()
        assert document is not None
        uow.enqueue(TaskKind.FIND_RESEMBLING, document)
        uow.commit()
    visitor = opened(browser, desk)
    page = visitor.page
    page.goto(f"/revision/casos/{desk.case}")
    said = page.locator("#decidir [role=status]")
    expect(said).to_contain_text("Las fotos todavía se comparan")
    page.evaluate("window.stays = true")
    with desk.office.writing() as uow:
        uow.session.execute(
            sa.update(TaskRow).where(TaskRow.subject_id == document).values(state=TaskState.DONE)
        )
        uow.commit()
    expect(said).to_contain_text("Todo aceptado", timeout=SOON_MS)
    assert page.evaluate("window.stays") is True, "the page was not loaded anew"
    assert problems(page) == []
    pictured(page, "search-ended")
    assert visitor.watch.problems == []
    visitor.close()
