"""The queue shows what is due first, page by page, and finds what is searched for."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from review_service.db.models import ApplicationRow, DocumentRow
from review_service.db.queries.keyset import Cursor
from review_service.db.queries.officer import queue
from review_service.db.queries.officer.case_groups import case_groups, promise_of
from review_service.db.queries.officer.queue import (
    counts_of,
    queue_page,
)
from review_service.db.queries.officer.queue_conditions import QueueFilter
from review_service.db.queries.officer.queue_entries import QueueEntry
from review_service.domain.applications import ApplicationKind, ApplicationState, ReviewItem
from review_service.domain.documents import DocumentState, Theme
from review_service.domain.findings import Severity
from review_service.domain.terms import ecuador_day, end_of_day
from review_service.services.review import correcting
from review_service.services.review.letters import CorrectionItem
from review_service.web.officer.queue import COUNTED_SECONDS, groups_name
from review_service.web.remembering import EXTENSION
from tests.factories import OTHER_RUC, RUC, SHEET, Office
from tests.integration.web.officer.desk_cases import (
    ALL_THEMES,
    DARK,
    Shot,
    WebOffice,
    add_reviewer,
    counted,
    put_case,
    version_of,
)

DARK_CASE = (Shot(theme=Theme.WORKSHOP, findings=(DARK,)), *ALL_THEMES[1:])


def put_rows(
    office: Office, due: list[datetime], *, holder: str = "CHANGO PILLA SEGUNDO"
) -> list[UUID]:
    """Put bare applications in review, one for each due date; return their ids."""
    ids = [uuid4() for _ in due]
    with office.writing() as uow:
        for identifier, moment in zip(ids, due, strict=True):
            uow.session.add(
                ApplicationRow(
                    id=identifier,
                    reference=f"AR-2026-{identifier.hex[:6]}",
                    ruc=RUC,
                    holder=holder,
                    kind=ApplicationKind.NEW,
                    state=ApplicationState.IN_REVIEW,
                    sheet={**SHEET, "workers": 2, "apprentices": 1},
                    registry_facts={},
                    created_at=moment,
                    changed_at=moment,
                    sent_at=moment,
                    confirmed_at=moment,
                    due_at=moment,
                )
            )
        uow.commit()
    return ids


def day_end(office: Office, *, days: int = 0) -> datetime:
    """Return the last second of a day from today on, as the database sees today."""
    with office.reading() as uow:
        return end_of_day(ecuador_day(uow.now) + timedelta(days=days))


def walk(office: Office, *, size: int, backwards: bool = False) -> list[list[UUID]]:
    """Read page after page, from the front, or from the last page back to the front."""
    pages: list[list[UUID]] = []
    cursor: Cursor | None = None
    with office.reading() as uow:
        while True:
            page = queue_page(uow, chosen=QueueFilter.TO_REVIEW, cursor=cursor, size=size)
            pages.append([entry.id for entry in page.entries])
            cursor = page.after
            if cursor is None:
                break
        if not backwards:
            return pages
        back = [pages[-1]]
        cursor = page.before
        while cursor is not None:
            page = queue_page(uow, chosen=QueueFilter.TO_REVIEW, cursor=cursor, size=size)
            back.append([entry.id for entry in page.entries])
            cursor = page.before
        return back


def test_pages_hold_every_case_once_in_order_of_due_date(office: Office) -> None:
    start = day_end(office)
    ids = put_rows(office, [start + timedelta(hours=7 * n % 11) for n in range(11)])
    pages = walk(office, size=4)
    assert [len(page) for page in pages] == [4, 4, 3]
    flat = [identifier for page in pages for identifier in page]
    assert sorted(flat) == sorted(ids)
    with office.reading() as uow:
        due = {
            row.id: row.due_at for row in uow.session.execute(sa.select(ApplicationRow)).scalars()
        }
    assert [due[identifier] for identifier in flat] == sorted(due.values())  # type: ignore[type-var]


def test_equal_due_dates_lose_and_double_nobody(office: Office) -> None:
    ids = put_rows(office, [day_end(office)] * 7)
    pages = walk(office, size=2)
    assert [len(page) for page in pages] == [2, 2, 2, 1]
    assert sorted(identifier for page in pages for identifier in page) == sorted(ids)


def test_the_way_back_shows_the_same_pages(office: Office) -> None:
    put_rows(office, [day_end(office, days=n) for n in range(6)])
    assert walk(office, size=2, backwards=True) == list(reversed(walk(office, size=2)))


def test_a_full_last_page_has_no_next_one(office: Office) -> None:
    put_rows(office, [day_end(office, days=n) for n in range(4)])
    assert [len(page) for page in walk(office, size=2)] == [2, 2]


def test_a_case_that_leaves_between_two_pages_pushes_nobody_out(office: Office) -> None:
    ids = put_rows(office, [day_end(office, days=n) for n in range(5)])
    with office.reading() as uow:
        first = queue_page(uow, chosen=QueueFilter.TO_REVIEW, cursor=None, size=2)
    with office.writing() as uow:
        uow.session.execute(
            sa.update(ApplicationRow)
            .where(ApplicationRow.id == ids[0])
            .values(state=ApplicationState.WITHDRAWN)
        )
        uow.commit()
    with office.reading() as uow:
        second = queue_page(uow, chosen=QueueFilter.TO_REVIEW, cursor=first.after, size=2)
    assert [entry.id for entry in second.entries] == ids[2:4]


def test_a_spoilt_cursor_is_the_first_page(browser: FlaskClient, office: Office) -> None:
    put_rows(office, [day_end(office)])
    for text in ("nonsense", "d~20261120T000000.000000~xyz", "~~", "d~~"):
        assert Cursor.from_text(text) is None
        assert "AR-2026-" in browser.get("/revision", query_string={"desde": text}).text


def test_a_cursor_survives_its_address() -> None:
    cursor = Cursor(moment=datetime.fromisoformat("2026-11-20T22:00:00.123456+00:00"), id=uuid4())
    assert Cursor.from_text(cursor.to_text()) == cursor


def test_filters_count_what_they_show(web: WebOffice, office: Office) -> None:
    officer = add_reviewer(web)
    dark = put_case(office, shots=DARK_CASE)
    corrected = put_case(office, ruc=OTHER_RUC)
    correcting.request_correction(
        office.writing(),
        application_id=corrected,
        officer_id=officer,
        version=version_of(office, corrected),
        items=[
            CorrectionItem(
                item=ReviewItem.WORKSHOP, reason="No se ve entero.", instruction="Tome otra foto."
            )
        ],
    )
    correcting.answer(
        office.writing(),
        application_id=corrected,
        ruc=OTHER_RUC,
        answers={ReviewItem.WORKSHOP: "No cabe en una foto"},
    )
    (today,) = put_rows(office, [day_end(office)])
    shown: dict[QueueFilter, set[UUID]] = {}
    with office.reading() as uow:
        for each in QueueFilter:
            page = queue_page(uow, chosen=each, cursor=None)
            shown[each] = {entry.id for entry in page.entries}
        counts = counts_of(uow)
    assert shown == {
        QueueFilter.TO_REVIEW: {dark, corrected, today},
        QueueFilter.DUE_TODAY: {today},
        QueueFilter.LEGAL_TERM: set(),
        QueueFilter.CORRECTED: {corrected},
        QueueFilter.CLEAN: {corrected, today},
        QueueFilter.RECOMMENDED: set(),
        QueueFilter.EXTENSIONS: set(),
        QueueFilter.WITHDRAWALS: set(),
        QueueFilter.LATER: set(),
    }
    assert counts == {each: len(ids) for each, ids in shown.items()}


def test_what_is_due_at_the_last_second_is_due_today(office: Office) -> None:
    last = day_end(office)
    (today, _tomorrow) = put_rows(office, [last, last + timedelta(seconds=1)])
    with office.reading() as uow:
        page = queue_page(uow, chosen=QueueFilter.DUE_TODAY, cursor=None)
    assert [entry.id for entry in page.entries] == [today]


def test_the_worst_finding_comes_first_and_replaced_documents_do_not_count(office: Office) -> None:
    case = put_case(office, shots=DARK_CASE)
    entry = only_entry(office)
    assert [(found.code, found.times) for found in entry.findings] == [("photo_dark", 1)]
    with office.writing() as uow:
        uow.session.execute(sa.update(DocumentRow).values(removed_at=uow.now))
        uow.commit()
    assert only_entry(office).findings == ()
    assert entry.id == case


def test_badly_taken_photos_are_one_doubt_below_a_copied_one(office: Office) -> None:
    moved, very_moved = (
        replace(DARK, code="photo_moved", severity=severity)
        for severity in (Severity.DOUBT, Severity.BAD)
    )
    copied = replace(DARK, code="photo_of_other_applicant", severity=Severity.BAD)
    shots = tuple(
        Shot(theme=theme, findings=found)
        for theme, found in zip(Theme, ((moved,), (very_moved,), (copied,), ()), strict=True)
    )
    put_case(office, shots=shots)
    assert [(found.code, found.severity, found.times) for found in only_entry(office).findings] == [
        ("photo_of_other_applicant", Severity.BAD, 1),
        ("photo_moved", Severity.DOUBT, 2),
    ]


def test_running_checks_are_said_and_keep_a_case_out_of_the_clean_ones(office: Office) -> None:
    put_case(office)
    with office.writing() as uow:
        document = uow.session.scalars(sa.select(DocumentRow).limit(1)).one()
        document.state = DocumentState.CHECKING
        uow.commit()
    with office.reading() as uow:
        assert counts_of(uow)[QueueFilter.CLEAN] == 0
    assert only_entry(office).checks_running


def test_the_promise_counts_what_is_still_in_time(office: Office) -> None:
    with office.reading() as uow:
        now = uow.now
    put_rows(office, [now - timedelta(minutes=1), now + timedelta(hours=1), now])
    with office.reading() as uow:
        promise = promise_of(uow)
        groups = case_groups(uow)
    assert (promise.open, promise.on_time) == (3, 1)
    assert groups.promise == promise


def test_a_filter_is_not_counted_to_its_end(
    browser: FlaskClient, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "MOST_COUNTED", 2)
    with office.reading() as uow:
        now = uow.now
    put_rows(office, [now + timedelta(hours=hours) for hours in range(4)])
    with office.reading() as uow:
        assert counts_of(uow)[QueueFilter.TO_REVIEW] == 3
    assert re.search(r"Por revisar <span>2\+</span>", browser.get("/revision").text)


@pytest.mark.parametrize(("most", "shown"), [(2, 2), (1, 1)])
def test_a_short_queue_is_counted_at_every_page_and_a_long_one_is_not(
    browser: FlaskClient, office: Office, monkeypatch: pytest.MonkeyPatch, most: int, shown: int
) -> None:
    """Whoever decides one of five cases sees four; of thousands, nobody sees the difference."""
    monkeypatch.setattr(queue, "MOST_COUNTED", most)
    with office.reading() as uow:
        now = uow.now
    put_rows(office, [now + timedelta(hours=1), now + timedelta(hours=2)])
    with counted(office, "some_rows") as added, counted(office, "LIMIT") as limited:
        for _ in range(2):
            browser.get("/revision")
    assert len(added) == shown
    assert len([each for each in limited if each.startswith("SELECT (SELECT count")]) == shown


def test_the_filters_of_a_long_queue_are_told_from_the_same_groups_for_some_seconds(
    browser: FlaskClient, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "MOST_COUNTED", 1)
    with office.reading() as uow:
        now = uow.now
    put_rows(office, [now + timedelta(hours=1), now + timedelta(hours=2)])
    with counted(office, "some_rows") as passes:
        for asked in ("", "?via=artisan", "?tipo=new", "?antiguedad=hasta-3"):
            assert browser.get(f"/revision{asked}").status_code == 200
    assert len(passes) == 1
    with counted(office, "some_rows") as passes:
        browser.get("/revision?la-tiene=libre")
    assert len(passes) == 1


def test_numbers_told_from_groups_are_no_older_than_these(
    browser: FlaskClient, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told from groups of five seconds ago they are told again at each page."""
    monkeypatch.setattr(queue, "MOST_COUNTED", 1)
    with office.reading() as uow:
        now = uow.now
    put_rows(office, [now + timedelta(hours=1), now + timedelta(hours=2)])
    browser.get("/revision")
    known = browser.application.extensions[EXTENSION]
    with office.reading() as uow:
        name = groups_name(uow)
    asked_at, groups = known[name]
    for age, times in ((timedelta(), 1), (timedelta(seconds=COUNTED_SECONDS), 3)):
        known[name] = (asked_at, replace(groups, counted_at=groups.counted_at - age))
        known.pop(next((each for each in known if each.startswith("filters")), ""), None)
        with counted(office, "count(DISTINCT findings.application_id)") as told:
            for _ in range(3):
                browser.get("/revision")
        assert len(told) == times


def test_the_page_shows_filters_promise_keys_and_tags(browser: FlaskClient, office: Office) -> None:
    put_case(office, shots=DARK_CASE)
    page = browser.get("/revision").text
    assert re.search(r"Por revisar <span>1</span>", page)
    assert "Compromiso: 3 días hábiles" in page
    assert "1 de 1 a tiempo" in page
    assert "1 foto oscura" in page
    for key in ("J", "K", "Enter", "N", "/"):
        assert f"<kbd>{key}</kbd>" in page


def test_an_empty_queue_says_so(browser: FlaskClient) -> None:
    assert "No hay solicitudes por revisar" in browser.get("/revision").text
    assert "No encontramos «zzz»" in browser.get("/revision?q=zzz").text
    answer = browser.post("/revision/siguiente", follow_redirects=True)
    assert "No queda otra solicitud libre por revisar." in answer.text


def only_entry(office: Office) -> QueueEntry:
    """Return the one line of the queue."""
    with office.reading() as uow:
        (entry,) = queue_page(uow, chosen=QueueFilter.TO_REVIEW, cursor=None).entries
    assert isinstance(entry, QueueEntry)
    return entry
