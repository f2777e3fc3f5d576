"""Where few cases are left of a long queue they are read at once, and in the same pages."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.models import ApplicationRow, DocumentRow, FindingRow
from review_service.db.queries.keyset import Cursor, Page
from review_service.db.queries.officer import queue_conditions
from review_service.db.queries.officer.queue import Onlooker, queue_page
from review_service.db.queries.officer.queue_conditions import QueueFilter
from review_service.db.queries.officer.queue_counts import filter_counts
from review_service.db.queries.officer.queue_entries import QueueEntry
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationState
from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Severity
from review_service.domain.queue_filters import CaseFilter
from tests.factories import Office
from tests.integration.web.officer.desk_cases import put_case
from tests.integration.web.officer.test_queue import DARK_CASE
from tests.integration.web.officer.test_queue_filters import OTAVALO, QUITO, put

ME = UUID(int=1)
DARK = FindingCode.PHOTO_DARK


def page_at(
    office: Office,
    cursor: Cursor | None,
    *,
    most_found: int | None,
    own_zone: str = "",
    asked: CaseFilter | None = None,
) -> Page[QueueEntry]:
    with office.reading() as uow:
        return queue_page(
            uow,
            chosen=QueueFilter.TO_REVIEW,
            cursor=cursor,
            asked=asked,
            who=Onlooker(id=ME, own_zone=own_zone),
            size=3,
            most_found=most_found,
        )


def add_finding(uow: UnitOfWork, case: UUID, severity: Severity) -> None:
    """Add one of the whole application."""
    uow.session.add(
        FindingRow(
            application_id=case,
            check_name="exposure",
            code=DARK.value,
            severity=severity,
            message="Oscura.",
            advice="",
        )
    )


@pytest.mark.parametrize("own_zone", ["", "Zonal 1"])
def test_pages_of_few_are_those_of_many_both_ways(office: Office, own_zone: str) -> None:
    for place in (QUITO, OTAVALO):
        for day in (0, 0, 3, 3, 9):
            put(office, place, days=day)
    cursors: list[Cursor | None] = [None]
    for cursor in cursors:
        few, many = (
            page_at(office, cursor, most_found=known, own_zone=own_zone) for known in (10, None)
        )
        assert [each.id for each in few.entries] == [each.id for each in many.entries]
        assert (few.before, few.after) == (many.before, many.after)
        cursors += [
            each for each in (few.after, few.before) if each is not None and each not in cursors
        ]
    assert len(cursors) == 7


def test_nothing_is_read_where_nothing_was_counted(office: Office) -> None:
    put(office, QUITO)
    assert page_at(office, None, most_found=0).entries == ()
    assert len(page_at(office, None, most_found=1).entries) == 1


def test_a_case_that_came_since_it_was_counted_is_shown(office: Office) -> None:
    for day in range(5):
        put(office, QUITO, days=day)
    assert len(page_at(office, None, most_found=1).entries) == 3


@pytest.mark.parametrize("most_rare", [0, 1_000])
def test_a_finding_leads_to_its_cases_where_few_have_it(
    office: Office, monkeypatch: pytest.MonkeyPatch, most_rare: int
) -> None:
    """Findings of replaced documents, notes, and cases that left the queue do not count."""
    monkeypatch.setattr(queue_conditions, "MOST_RARE", most_rare)
    dark, noted, decided = (put(office, QUITO) for _ in range(3))
    replaced = put_case(office, shots=DARK_CASE)
    with office.writing() as uow:
        uow.session.execute(
            sa.update(DocumentRow)
            .where(DocumentRow.application_id == replaced)
            .values(removed_at=uow.now)
        )
        for case, severity in (
            (dark, Severity.DOUBT), (noted, Severity.NOTE), (decided, Severity.DOUBT),
        ):  # fmt: skip
            add_finding(uow, case, severity)
        uow.session.get_one(ApplicationRow, decided).state = ApplicationState.CORRECTION_REQUESTED
        uow.commit()
    asked = CaseFilter(finding=DARK.value)
    page = page_at(office, None, most_found=None, asked=asked)
    assert [each.id for each in page.entries] == [dark]
    with office.reading() as uow:
        counts = filter_counts(uow, QueueFilter.TO_REVIEW, asked, me=ME)
    assert counts.total == 1


def test_a_rare_finding_is_found_however_long_the_queue(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_conditions, "MOST_ASKED", 2)
    for day in range(9):
        put(office, QUITO, days=40 + day)
    dark = put(office, QUITO)
    with office.writing() as uow:
        add_finding(uow, dark, Severity.DOUBT)
        uow.commit()
    asked = CaseFilter(finding=DARK.value)
    page = page_at(office, None, most_found=None, asked=asked)
    assert ([each.id for each in page.entries], page.is_partial) == ([dark], False)
    none = CaseFilter(finding=FindingCode.PHOTO_TINY.value)
    page = page_at(office, None, most_found=None, asked=none)
    assert (page.entries, page.is_partial) == ((), False)
