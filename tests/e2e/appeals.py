"""An appeal for the gallery: against the refused case, open, or none yet."""

from uuid import UUID

import sqlalchemy as sa
from playwright.sync_api import Page, expect

from review_service.db.models import AppealRow, LetterRow
from review_service.domain.appeals import AppealedAct, AppealOutcome
from review_service.domain.letters import LetterKind, LetterState
from review_service.domain.numbering import link_token
from tests.e2e import role_pages
from tests.e2e.artisan import heading
from tests.e2e.gallery import Gallery
from tests.factories import SECRET
from tests.integration.services import appeal_cases

CASE = "refused"


def lodged(gallery: Gallery) -> UUID:
    """Return the letter of the open appeal against the refused case; lodge it where none is."""
    office, case = gallery.stack.office, gallery.ids[CASE]
    with office.reading() as uow:
        found = uow.session.scalars(
            sa.select(AppealRow.letter_id).where(AppealRow.application_id == case)
        ).first()
    return found or appeal_cases.appeal(office, case, ruc=gallery.owners[CASE])


def unlodged(gallery: Gallery) -> None:
    """Let nobody have appealed: a page that was reached before may have let somebody."""
    with gallery.stack.container.writing() as uow:
        gone = sa.select(AppealRow.letter_id)
        uow.session.execute(
            sa.update(LetterRow)
            .where(LetterRow.id.in_(gone), LetterRow.kind == LetterKind.APPEAL)
            .values(state=LetterState.OPEN)
        )
        uow.session.execute(sa.delete(AppealRow))
        uow.commit()


def own(page: Page, gallery: Gallery) -> None:
    """Reach the refused application after it was appealed, as its applicant."""
    lodged(gallery)
    page.goto(gallery.address(CASE))
    expect(page.get_by_text("Usted apeló esta decisión")).to_be_visible()


def receipt(page: Page, gallery: Gallery) -> None:
    """Reach the page of the appeal's letter."""
    page.goto(f"/quejas/carta/{link_token(SECRET, lodged(gallery))}")
    expect(heading(page, "Recibimos su recurso")).to_be_visible()


def tray(page: Page, gallery: Gallery) -> None:
    """Reach the list with an appeal in it."""
    lodged(gallery)
    page.goto("/revision/recursos")


def at_desk(page: Page, gallery: Gallery) -> None:
    """Reach the appeal with the form to decide it, as a supervisor."""
    role_pages.supervise(page, gallery)
    page.goto(f"/revision/recursos/{lodged(gallery)}")
    expect(heading(page, "Recurso Q-")).to_be_visible()


def previewed(page: Page, gallery: Gallery) -> None:
    """Reach the decision as it will be sent."""
    at_desk(page, gallery)
    page.get_by_label("Aceptarlo: la solicitud vuelve a revisión").check()
    page.get_by_label("Motivos").fill(appeal_cases.REASONS)
    page.get_by_label("qué debe hacer quien la revise otra vez").fill(appeal_cases.ORDER)
    page.get_by_role("button", name="Ver la carta antes de enviarla").click()
    expect(
        page.get_by_text(AppealOutcome.ACCEPTED.sentence_on(AppealedAct.REFUSAL))
    ).to_be_visible()


def incomplete(page: Page, gallery: Gallery) -> None:
    """Reach the form that was sent back with its problems."""
    at_desk(page, gallery)
    page.get_by_role("button", name="Ver la carta antes de enviarla").click()
    expect(page.get_by_role("alert")).to_be_visible()


def on_paper(page: Page, gallery: Gallery) -> None:
    """Reach the form to record one that came on paper."""
    unlodged(gallery)
    page.goto(gallery.desk(CASE, "/recurso"))
    expect(heading(page, "Registrar un recurso que llegó en papel")).to_be_visible()
