"""What people see of a case near or past its legal term, and of one that nobody judged."""

import os
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, ViewportSize, expect

from review_service.db.models import (
    ApplicationRow,
    CorrectionRow,
    MailRow,
    OfficerRow,
    SessionKind,
)
from review_service.domain.roles import OfficerRole
from review_service.services import sessions
from review_service.services.review import reviewing
from review_service.web.auth import COOKIES
from tests.e2e import judging
from tests.e2e.browsing import Visitor
from tests.e2e.test_desk_focus import DESK, Desk, desk_of, opened
from tests.factories import RUC
from tests.integration.services import loop_cases, steps
from tests.integration.services.deciding_steps import institution

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

PHONE = ViewportSize(width=360, height=740)
VIEWPORTS = pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["1280", "360"])
PICTURES = os.environ.get("PICTURES", "")
"""Folder for pictures to look at; none are made without it."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_of(tmp_path) as made:
        yield made


def looked_at(page: Page, name: str) -> list[str]:
    """Take the picture and return what stands in somebody's way."""
    if PICTURES:
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)
    return judging.barriers(page) + judging.structure(page)


def promote(desk: Desk) -> None:
    with desk.office.writing() as uow:
        uow.session.get_one(OfficerRow, desk.officer_id).role = OfficerRole.SUPERVISOR
        uow.commit()


def overdue_correction(desk: Desk) -> str:
    """Return the path of the case, whose legal term is over while a correction is waited for."""
    case = desk.case
    loop_cases.ask(desk.office, case, officer_id=desk.officer_id)
    with desk.office.writing() as uow:
        for row in uow.session.scalars(sa.select(CorrectionRow)):
            row.asked_at -= timedelta(days=50)
        for mail in uow.session.scalars(sa.select(MailRow)):
            mail.created_at -= timedelta(days=50)
            mail.sent_at = mail.created_at
        uow.commit()
    loop_cases.end_term(desk.office, case)
    loop_cases.log(desk.office, case)
    with desk.office.writing() as uow:
        uow.session.get_one(ApplicationRow, case).confirmed_at = uow.now - timedelta(days=100)
        uow.commit()
    return f"/revision/casos/{case}"


@VIEWPORTS
def test_a_refusal_that_nothing_carries_leads_back_to_the_case(
    browser: Browser, desk: Desk, viewport: ViewportSize
) -> None:
    with closing(opened(browser, desk, viewport)) as visitor:
        page = visitor.page
        page.goto(f"/revision/casos/{desk.case}/negar")
        expect(page.get_by_role("status").filter(has_text="Observe en el caso")).to_be_visible()
        expect(page.get_by_label("Motivos")).to_have_count(0)
        assert looked_at(page, "negar-sin-observar") == []
        page.get_by_role("link", name="Volver al caso").click()
        expect(page.get_by_role("region", name="Qué decidir")).to_be_visible()


@VIEWPORTS
def test_a_case_that_waits_for_its_applicant_is_told_beside_the_list(
    browser: Browser, desk: Desk, viewport: ViewportSize
) -> None:
    path = overdue_correction(desk)
    promote(desk)
    with closing(opened(browser, desk, viewport)) as visitor:
        page = visitor.page
        page.goto("/revision?vista=plazo-legal")
        waiting = page.get_by_role("region", name="Esperan a la persona")
        expect(waiting).to_contain_text("plazo legal vencido")
        expect(page.get_by_role("link", name="Plazo legal: 1")).to_be_visible()
        expect(page.get_by_role("link", name="Plazo legal 1", exact=True)).to_be_visible()
        expect(page.get_by_text("Nada en «Plazo legal»")).to_have_count(0)
        assert looked_at(page, "plazo-legal-esperan") == []
        waiting.get_by_role("link").click()
        expect(page).to_have_url(f"{desk.base}{path}")


@VIEWPORTS
@pytest.mark.parametrize("is_supervisor", [False, True])
def test_a_withdrawal_after_the_legal_term_asks_a_supervisor_why(
    browser: Browser, desk: Desk, viewport: ViewportSize, *, is_supervisor: bool
) -> None:
    path = overdue_correction(desk)
    if is_supervisor:
        promote(desk)
    with closing(opened(browser, desk, viewport)) as visitor:
        page = visitor.page
        page.goto(f"{path}/desistimiento")
        why = page.get_by_label("Por qué se resuelve después del plazo legal")
        expect(why).to_have_count(int(is_supervisor))
        assert looked_at(page, f"desistimiento-tarde-{is_supervisor}") == []
        if is_supervisor:
            page.get_by_role("button", name="Ver la resolución antes de firmarla").click()
            expect(page.get_by_role("alert")).to_be_visible()
            why.fill("La persona estuvo en el hospital y pidió que esperáramos.")
            page.get_by_role("button", name="Ver la resolución antes de firmarla").click()
            expect(page.get_by_role("heading", name="Esta es la resolución")).to_be_visible()


def refuse_late(desk: Desk) -> None:
    """Let a supervisor refuse the case after its legal term."""
    promote(desk)
    steps.observe(desk.office, desk.case, desk.officer_id)
    with desk.office.writing() as uow:
        uow.session.get_one(ApplicationRow, desk.case).confirmed_at = uow.now - timedelta(days=100)
        uow.commit()
    reviewing.refuse(
        desk.office.writing(),
        application_id=desk.case,
        officer_id=desk.officer_id,
        version=steps.application(desk.office, desk.case).version,
        reasons="Las fotos muestran un almacén de productos terminados, no un taller.",
        late_reason="El expediente esperó un informe de la otra unidad.",
        institution=institution(),
    )


@VIEWPORTS
def test_who_was_refused_late_has_a_statement_that_anybody_can_check(
    browser: Browser, desk: Desk, viewport: ViewportSize, tmp_path: Path
) -> None:
    refuse_late(desk)
    with desk.office.writing() as uow:
        token = sessions.start_applicant(uow, ruc=RUC).token
        uow.commit()
    with closing(Visitor(browser, desk.base, viewport=viewport)) as visitor:
        visitor.sign_in_as(COOKIES[SessionKind.APPLICANT], token)
        page = visitor.page
        page.goto(f"/solicitudes/{desk.case}")
        expect(page.get_by_text("El plazo legal terminó el")).to_be_visible()
        assert looked_at(page, "solicitud-negada-tarde") == []
        with page.expect_download() as asked:
            page.get_by_role("link", name="constancia").click()
        statement = Path(PICTURES or tmp_path) / "constancia.pdf"
        asked.value.save_as(statement)
    with closing(Visitor(browser, desk.base, viewport=viewport)) as anybody:
        page = anybody.page
        page.goto("/verificar")
        page.get_by_label("PDF del documento").set_input_files(statement)
        page.get_by_role("button", name="Comparar el PDF").click()
        expect(page.get_by_role("heading", name="Es nuestra constancia")).to_be_visible()
        assert looked_at(page, "verificar-constancia") == []
