"""Who skims the queue with one key holds the case in view, and nothing that was passed by."""

from uuid import UUID

import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from review_service.db import claims
from review_service.db.models import ApplicationRow
from tests.e2e.test_desk_focus import Desk, desk, opened, pytestmark
from tests.integration.web.officer.test_queue_filters import OTAVALO, put

__all__ = ["desk", "pytestmark"]


def held(desk: Desk) -> list[UUID]:
    with desk.office.reading() as uow:
        rows = uow.session.scalars(sa.select(ApplicationRow))
        return [row.id for row in rows if claims.holder_of(uow, row) == desk.officer_id]


def press_next(page: Page, left: UUID) -> UUID:
    """Press N on the page of a case; return the case that follows, with its page open."""
    page.keyboard.press("n")
    page.wait_for_url(lambda address: "/casos/" in address and str(left) not in address)
    expect(page.get_by_text("Usted lo tiene abierto")).to_be_visible()
    return UUID(page.url.rpartition("/")[2])


def test_skimming_leaves_no_case_held_but_one_with_a_verdict(browser: Browser, desk: Desk) -> None:
    for day in (1, 2, 3):
        put(desk.office, OTAVALO, days=day)
    visitor = opened(browser, desk)
    page = visitor.page
    page.goto(f"/revision/casos/{desk.case}")
    page.keyboard.press("1")
    expect(page.locator("#puntos").get_by_text("Aceptado", exact=True)).to_be_visible()
    first = press_next(page, desk.case)
    second = press_next(page, first)
    third = press_next(page, second)
    assert len({desk.case, first, second, third}) == 4
    assert set(held(desk)) == {desk.case, third}, "what was passed by is given back"
    assert visitor.watch.problems == []
    visitor.close()
