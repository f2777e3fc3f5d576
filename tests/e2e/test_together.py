"""Officers work together with the keyboard: a question, several cases at once, a list as a file."""

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from review_service.db.models import ApplicationRow, OfficerRow
from review_service.domain.applications import ApplicationState
from review_service.domain.roles import OfficerRole
from review_service.services import sessions
from tests.e2e import judging
from tests.e2e.browsing import Visitor
from tests.e2e.test_desk_focus import Desk, desk_of, opened, pytestmark
from tests.e2e.test_queue_filters import pictured, problems
from tests.factories import OTHER_RUC, add_officer
from tests.integration.web.officer.desk_cases import accept_everything, put_case, take
from tests.integration.web.officer.test_queue_filters import OTAVALO, QUITO, put

__all__ = ["desk", "pytestmark"]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_of(tmp_path, UNSEEN_PAGES="tell") as desk:
        yield desk


def as_supervisor(desk: Desk) -> None:
    with desk.office.writing() as uow:
        uow.session.get_one(OfficerRow, desk.officer_id).role = OfficerRole.SUPERVISOR
        uow.commit()


def tab_to(page: Page, what: str) -> None:
    """Press Tab until the focus is on an element that this selector means."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("what => document.activeElement.matches(what)", what):
            return
    raise AssertionError(f"the keyboard does not reach {what}")


def colleague_of(desk: Desk, browser: Browser) -> tuple[UUID, Visitor]:
    """Return L. Paz, and her own browser."""
    colleague = add_officer(desk.office, "lpaz", role=OfficerRole.REVIEWER)
    with desk.office.writing() as uow:
        uow.session.get_one(OfficerRow, colleague).full_name = "L. Paz"
        token = sessions.start_officer(uow, officer_id=colleague, second_factor=True).token
        uow.commit()
    mine, desk.token = desk.token, token
    visitor = opened(browser, desk)
    desk.token = mine
    return colleague, visitor


def test_a_question_is_asked_and_answered_by_keys(browser: Browser, desk: Desk) -> None:
    _, theirs = colleague_of(desk, browser)
    visitor = opened(browser, desk)
    page = visitor.page
    page.goto(f"/revision/casos/{desk.case}/preguntar")
    assert problems(page) == []
    assert judging.unseen_focus(page) == []
    pictured(page, "ask-a-colleague")
    tab_to(page, "#colega")
    page.keyboard.type("L. Paz")
    tab_to(page, "#pregunta")
    page.keyboard.type("¿Es un telar de pedal?")
    page.get_by_label("Para qué día").fill(page.locator("#para_el").get_attribute("min") or "")
    page.get_by_role("button", name="Preguntar").press("Enter")
    expect(page.get_by_text("Preguntamos.")).to_be_visible()
    other = theirs.page
    other.goto("/revision")
    link = other.get_by_role("link", name="Me preguntan 1 por responder")
    expect(link).to_be_visible()
    link.press("Enter")
    assert problems(other) == []
    pictured(other, "asked-of-me")
    other.get_by_role("link", name="Leer el caso").press("Enter")
    tab_to(other, "#respuesta")
    pictured(other, "answer-a-colleague")
    other.keyboard.type("Sí: se ven los lizos.")
    other.keyboard.press("Tab")
    other.keyboard.press("Enter")
    expect(other.get_by_text("Su respuesta está guardada")).to_be_visible()
    page.goto(f"/revision/casos/{desk.case}")
    expect(page.get_by_text("Sí: se ven los lizos.")).to_be_visible()
    assert problems(page) == []
    pictured(page, "answered")
    assert visitor.watch.problems == []
    assert theirs.watch.problems == []
    theirs.close()
    visitor.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_ticked_cases_are_given_to_a_zone_by_keys(
    browser: Browser, desk: Desk, *, scripts: bool
) -> None:
    as_supervisor(desk)
    cases = [put(desk.office, OTAVALO), put(desk.office, QUITO)]
    visitor = opened(browser, desk, scripts=scripts)
    page = visitor.page
    page.goto("/revision?via=artisan")
    boxes = page.get_by_role("checkbox")
    expect(boxes).to_have_count(3)
    page.get_by_role("button", name="Elegir todos los de esta página").press("Enter")
    for box in boxes.all():
        expect(box).to_be_checked()
    if scripts:
        expect(page.get_by_text("3 elegidos")).to_be_visible()
        boxes.first.press("Space")
        expect(page.get_by_text("2 elegidos")).to_be_visible()
        boxes.first.press("Space")
        assert problems(page) == []
        pictured(page, "queue-ticked")
    page.get_by_role("button", name="Pasar los elegidos").press("Enter")
    expect(page.get_by_role("heading", name="Pasar 3 casos")).to_be_visible()
    if scripts:
        assert problems(page) == []
        assert judging.unseen_focus(page) == []
        pictured(page, "move-many")
    page.get_by_label("Zona").select_option("Zonal 4")
    page.get_by_label("Por qué").fill("Quito tiene menos casos esta semana.")
    page.get_by_role("button", name="Pasar los 3 casos").press("Enter")
    expect(page.get_by_role("heading", name="Pasamos 3 de 3 casos")).to_be_visible()
    if scripts:
        assert problems(page) == []
        pictured(page, "moved-many")
    with desk.office.reading() as uow:
        zones = uow.session.scalars(
            sa.select(ApplicationRow.moved_zone).where(ApplicationRow.id.in_(cases))
        ).all()
    assert zones == ["Zonal 4", "Zonal 4"]
    page.get_by_role("link", name="Volver a la lista").press("Enter")
    assert "via=artisan" in page.url
    page.get_by_role("button", name="Pasar los elegidos").press("Enter")
    expect(page.get_by_role("heading", name="No eligió ningún caso")).to_be_visible()
    assert visitor.watch.problems == []
    visitor.close()


def accepted(desk: Desk) -> list[UUID]:
    """Return two cases that the desk's officer looked at and accepted whole."""
    cases = [desk.case, put_case(desk.office, ruc=OTHER_RUC)]
    take(desk.office, cases[1], desk.officer_id)
    for case in cases:
        with desk.office.writing() as uow:
            uow.record("pages_viewed", actor=f"officer:{desk.officer_id}", subject_id=case)
            uow.commit()
        accept_everything(desk.office, case, desk.officer_id)
    return cases


def test_accepted_cases_are_approved_together_by_keys(browser: Browser, desk: Desk) -> None:
    cases = accepted(desk)
    visitor = opened(browser, desk)
    page = visitor.page
    page.goto("/revision")
    page.get_by_role("link", name="Listas para emitir").press("Enter")
    boxes = page.get_by_role("checkbox")
    expect(boxes).to_have_count(2)
    assert problems(page) == []
    assert judging.unseen_focus(page) == []
    pictured(page, "ready")
    tab_to(page, "input[type=checkbox]")
    page.keyboard.press("Space")
    expect(page.get_by_text("1 elegido")).to_be_visible()
    boxes.last.press("Space")
    expect(page.get_by_text("2 elegidos")).to_be_visible()
    page.get_by_role("button", name="Revisar y aprobar").press("Enter")
    expect(page.get_by_role("heading", name="¿Aprobar y emitir estas 2?")).to_be_visible()
    assert problems(page) == []
    pictured(page, "confirm-issuing")
    page.get_by_role("button", name="Aprobar y emitir las 2").press("Enter")
    expect(page.get_by_role("heading", name="Aprobó 2 de 2 casos")).to_be_visible()
    assert problems(page) == []
    pictured(page, "issued-many")
    with desk.office.reading() as uow:
        states = {uow.session.get_one(ApplicationRow, each).state for each in cases}
    assert states == {ApplicationState.APPROVED}
    assert visitor.watch.problems == []
    visitor.close()


def test_pages_that_were_not_on_the_screen_hold_a_case_back(
    browser: Browser, tmp_path: Path
) -> None:
    with desk_of(tmp_path, UNSEEN_PAGES="stop") as desk:
        accepted(desk)
        visitor = opened(browser, desk)
        page = visitor.page
        page.goto("/revision/por-emitir")
        boxes = page.get_by_role("checkbox")
        expect(boxes).to_have_count(2)
        for box in boxes.all():
            expect(box).to_be_disabled()
        expect(page.get_by_text("Faltan ver").first).to_be_visible()
        pictured(page, "ready-unseen")
        visitor.close()


def test_a_list_is_downloaded_by_keys(browser: Browser, desk: Desk) -> None:
    as_supervisor(desk)
    put(desk.office, QUITO)
    visitor = opened(browser, desk)
    page = visitor.page
    page.goto("/revision?zona=Zonal+9")
    with page.expect_download() as coming:
        page.get_by_role("button", name="CSV").press("Enter")
    text = Path(coming.value.path()).read_text("utf-8-sig")
    assert coming.value.suggested_filename.endswith(".csv")
    assert len(list(csv.reader(StringIO(text)))) == 2
    with page.expect_download() as coming:
        page.get_by_role("button", name="Excel (XLSX)").press("Enter")
    assert Path(coming.value.path()).read_bytes()[:2] == b"PK"
    assert visitor.watch.problems == []
    visitor.close()
