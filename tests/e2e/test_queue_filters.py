"""The queue is filtered with the keyboard alone, and everybody can use each of its states."""

import os
import re
from pathlib import Path

import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from review_service.db.models import ApplicationRow, DocumentRow, FindingRow, OfficerRow
from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Severity
from review_service.domain.roles import OfficerRole
from tests.e2e import judging
from tests.e2e.browsing import DESK, PHONE
from tests.e2e.test_desk_focus import Desk, desk, opened, pytestmark
from tests.factories import OTHER_RUC
from tests.integration.web.officer.test_legal_terms import alarmed
from tests.integration.web.officer.test_queue_filters import OTAVALO, QUITO, put
from tests.integration.web.officer.test_text_search import put_text

__all__ = ["desk", "pytestmark"]
PICTURES = os.environ.get("PICTURES", "")
"""Folder for pictures to look at; none are made without it."""


def pictured(page: Page, name: str) -> None:
    if PICTURES:
        for viewport in (PHONE, DESK):
            page.set_viewport_size(viewport)
            path = Path(PICTURES) / f"{name}-{viewport['width']}.png"
            page.screenshot(path=path, full_page=True)


def problems(page: Page) -> list[str]:
    found = judging.barriers(page) + judging.structure(page) + judging.layout(page)
    page.set_viewport_size(DESK)
    return found


def test_a_filter_is_chosen_and_taken_back_by_keys(browser: Browser, desk: Desk) -> None:
    put(desk.office, OTAVALO, days=5)
    put(desk.office, QUITO, days=40)
    visitor = opened(browser, desk)
    page = visitor.page
    page.goto("/revision")
    rows = page.locator("[data-row]")
    expect(rows).to_have_count(3)
    page.keyboard.press("f")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "via"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "zona"
    page.keyboard.type("Zonal 9")
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.tagName") == "SELECT":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(rows).to_have_count(1)
    assert "zona=Zonal+9" in page.url
    expect(page.get_by_role("status").get_by_text("1 solicitud")).to_be_visible()
    assert problems(page) == []
    pictured(page, "queue-filtered")
    page.get_by_role("link", name="Quitar el filtro Zona: Zonal 9").focus()
    page.keyboard.press("Enter")
    expect(rows).to_have_count(3)
    assert visitor.watch.problems == []
    visitor.close()


def test_no_row_is_wider_than_a_small_screen(browser: Browser, desk: Desk) -> None:
    """With the longest words that a row may say, as a supervisor, who ticks cases."""
    alarmed(desk.office, desk.case)
    with desk.office.writing() as uow:
        uow.session.get_one(OfficerRow, desk.officer_id).role = OfficerRole.SUPERVISOR
        row = uow.session.get_one(ApplicationRow, desk.case)
        row.holder = "CAIZABANDA CHIQUITO TOALOMBO GUADALUPE DELIA MARÍA"
        document = uow.session.scalars(
            sa.select(DocumentRow.id).where(DocumentRow.application_id == desk.case)
        ).first()
        uow.session.add_all(
            FindingRow(
                application_id=desk.case,
                document_id=document,
                check_name="a check",
                code=code,
                severity=Severity.BAD,
                message="Se ve así.",
                advice="",
            )
            for code in (
                FindingCode.SUPPORT_NAMES_HOLDER,
                FindingCode.PRIOR_AGREEMENT_HOLDER_RENAMED,
                FindingCode.PRIOR_AGREEMENT_RUC_DIFFERS,
            )
        )
        uow.commit()
    visitor = opened(browser, desk)
    page = visitor.page
    wide = {}
    for width in (1280, 1100, 1024, 970):
        page.set_viewport_size({"width": width, "height": 768})
        page.goto("/revision")
        expect(page.locator("td small").get_by_text("plazo legal")).to_be_visible()
        expect(page.locator("td.tick").get_by_role("checkbox")).to_have_count(1)
        drawn = page.evaluate("() => document.documentElement.scrollWidth")
        if drawn > width:
            wide[width] = drawn
    assert wide == {}
    visitor.close()


def test_who_filters_too_much_is_told_how_to_see_more(browser: Browser, desk: Desk) -> None:
    visitor = opened(browser, desk)
    page = visitor.page
    page.goto("/revision?zona=Zonal+7&antiguedad=mas-de-30")
    expect(page.get_by_role("heading", name="Ninguna solicitud es así")).to_be_visible()
    assert problems(page) == []
    assert judging.unseen_focus(page) == []
    pictured(page, "queue-filtered-empty")
    page.get_by_role("link", name="Todas las de «Por revisar»").click()
    expect(page.locator("[data-row]")).to_have_count(1)
    visitor.close()


def test_one_box_finds_everything_by_keys(browser: Browser, desk: Desk) -> None:
    scanned = put_text(desk.office, "Acuerdo de la titular de telares Maigua", ruc=OTHER_RUC)
    put(desk.office, OTAVALO)
    visitor = opened(browser, desk)
    page = visitor.page
    page.goto("/revision")
    page.keyboard.press("/")
    page.keyboard.type("maigua")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Solicitudes", exact=True)).to_be_visible()
    expect(page.get_by_text("Coincide: Nombre")).to_be_visible()
    expect(page.get_by_role("heading", name="Palabras en las páginas")).to_be_visible()
    assert problems(page) == []
    assert judging.unseen_focus(page) == []
    pictured(page, "search-everything")
    page.goto("/revision?q=telares")
    page.locator(".hits h3 a").press("Enter")
    expect(page).to_have_url(re.compile(f"/revision/casos/{scanned}"))
    visitor.close()


def test_a_list_is_saved_and_found_again_by_keys(browser: Browser, desk: Desk) -> None:
    put(desk.office, OTAVALO)
    visitor = opened(browser, desk)
    page = visitor.page
    page.goto("/revision?zona=Zonal+1&tipo=new")
    page.keyboard.press("v")
    page.keyboard.press("Tab")
    page.keyboard.type("Zona 1, nuevas")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Guardamos la vista")).to_be_visible()
    page.goto("/revision")
    page.keyboard.press("v")
    page.keyboard.press("Tab")
    assert problems(page) == []
    pictured(page, "saved-views")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("zona=Zonal"))
    page.goto("/revision/vistas")
    assert problems(page) == []
    assert judging.unseen_focus(page) == []
    pictured(page, "saved-views-kept")
    page.get_by_role("button", name="Quitar").press("Enter")
    expect(page.get_by_role("heading", name="Todavía no hay vistas guardadas")).to_be_visible()
    visitor.close()


def test_a_supervisor_gives_a_case_away_by_keys(browser: Browser, desk: Desk) -> None:
    with desk.office.writing() as uow:
        uow.session.get_one(OfficerRow, desk.officer_id).role = OfficerRole.SUPERVISOR
        uow.commit()
    elsewhere = put(desk.office, QUITO)
    visitor = opened(browser, desk)
    page = visitor.page
    page.goto(f"/revision/casos/{elsewhere}/pasar")
    assert problems(page) == []
    assert judging.unseen_focus(page) == []
    pictured(page, "move-case")
    page.get_by_label("A quién").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("La oficina de Quito tiene menos casos esta semana.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Pasamos el caso")).to_be_visible()
    assert problems(page) == []
    page.goto("/revision")
    expect(page.get_by_text("Otras zonas")).to_be_visible()
    expect(page.locator("td small", has_text="Asignada a usted")).to_be_visible()
    assert problems(page) == []
    pictured(page, "queue-zones")
    visitor.close()
