"""The queue is filtered by its address: what each filter shows and counts, and how it is undone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from review_service.db import queued_cases
from review_service.db.models import ApplicationRow
from review_service.db.queries.keyset import Cursor
from review_service.db.queries.officer import queue_conditions, queue_counts
from review_service.db.queries.officer.queue import Onlooker, queue_page
from review_service.db.queries.officer.queue_conditions import QueueFilter
from review_service.db.queries.officer.queue_counts import filter_counts
from review_service.db.queued_cases import TABLE
from review_service.domain.applications import ApplicationKind, ApplicationState
from review_service.domain.queue_filters import Age, CaseFilter, Held, place_text
from review_service.services.review import claiming
from tests.factories import Office
from tests.integration.web.officer.desk_cases import WebOffice, add_reviewer, put_case
from tests.integration.web.officer.test_queue import DARK_CASE

QUITO = {"province": "Pichincha", "canton": "Quito"}
CAYAMBE = {"province": "Pichincha", "canton": "Cayambe"}
OTAVALO = {"province": "Imbabura", "canton": "Otavalo"}
BOLIVAR = {"province": "Carchi", "canton": "Bolívar"}


def put(
    office: Office,
    place: dict[str, str],
    *,
    track: str = "artisan",
    kind: ApplicationKind = ApplicationKind.NEW,
    days: int = 0,
) -> UUID:
    """Put a bare application in review that came in some days ago."""
    identifier = uuid4()
    with office.writing() as uow:
        came_in = uow.now - timedelta(days=days)
        uow.session.add(
            ApplicationRow(
                id=identifier,
                reference=f"AR-2026-{identifier.hex[:6]}",
                ruc="1790000000001",
                holder="CHANGO PILLA SEGUNDO",
                track=track,
                kind=kind,
                state=ApplicationState.IN_REVIEW,
                sheet={**place},
                registry_facts={},
                created_at=came_in,
                changed_at=came_in,
                sent_at=came_in,
                confirmed_at=came_in,
                due_at=came_in + timedelta(days=3),
            )
        )
        uow.commit()
    return identifier


def shown(
    office: Office, asked: CaseFilter, *, me: UUID | None = None, size: int = 25
) -> set[UUID]:
    with office.reading() as uow:
        page = queue_page(
            uow,
            chosen=QueueFilter.TO_REVIEW,
            asked=asked,
            cursor=None,
            who=Onlooker(id=me) if me else None,
            size=size,
        )
    return {entry.id for entry in page.entries}


def test_each_filter_shows_what_it_says_and_counts_it(web: WebOffice, office: Office) -> None:
    me, other = add_reviewer(web), UUID(int=5)
    quito = put(office, QUITO, track="mipyme", days=40)
    cayambe = put(office, CAYAMBE, kind=ApplicationKind.RENEWAL, days=6)
    bolivar = put(office, BOLIVAR, days=20)
    dark = put_case(office, shots=DARK_CASE)
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, dark)
        row.sheet = {**row.sheet, **OTAVALO}
        held = uow.session.get_one(ApplicationRow, cayambe)
        held.claimed_by, held.claimed_at = other, uow.now
        held.claimed_until = uow.now + timedelta(minutes=5)
        uow.commit()
    claiming.take(
        office.writing(),
        application_id=dark,
        officer_id=me,
        reason="Espera en la sala desde la mañana.",
    )
    expected = {
        CaseFilter(): {quito, cayambe, bolivar, dark},
        CaseFilter(track="mipyme"): {quito},
        CaseFilter(track="artisan"): {cayambe, bolivar, dark},
        CaseFilter(zone="Zonal 1"): {bolivar, dark},
        CaseFilter(zone="Zonal 2"): {cayambe},
        CaseFilter(zone="Zonal 9"): {quito},
        CaseFilter(canton=place_text("Carchi", "Bolívar")): {bolivar},
        CaseFilter(canton=place_text("Manabí", "Bolívar")): set(),
        CaseFilter(kind="renewal"): {cayambe},
        CaseFilter(finding="photo_dark"): {dark},
        CaseFilter(finding="photo_blurred"): set(),
        CaseFilter(age=Age.NEW): {dark},
        CaseFilter(age=Age.WAITING): {cayambe},
        CaseFilter(age=Age.OLD): {bolivar},
        CaseFilter(age=Age.OLDEST): {quito},
        CaseFilter(held=Held.MINE): {dark},
        CaseFilter(held=Held.OTHERS): {cayambe},
        CaseFilter(held=Held.FREE): {quito, bolivar},
        CaseFilter(zone="Zonal 1", age=Age.OLD, held=Held.FREE): {bolivar},
        CaseFilter(zone="Zonal 1", track="mipyme"): set(),
        CaseFilter(age="nunca"): set(),
        CaseFilter(held="nobody"): set(),
        CaseFilter(zone="Zonal 8"): set(),
    }
    for asked, cases in expected.items():
        assert shown(office, asked, me=me) == cases, asked
        with office.reading() as uow:
            counts = filter_counts(uow, QueueFilter.TO_REVIEW, asked, me=me)
        assert counts.total == len(cases), asked
        assert not counts.is_cut
        for name, values in counts.by_value.items():
            for value, number in values.items():
                if value:
                    would = replace(asked, **{name: value})
                    assert len(shown(office, would, me=me)) == number, (asked, name, value)


def test_a_filter_holds_in_the_other_views_too(office: Office) -> None:
    clean, elsewhere = put(office, OTAVALO), put(office, QUITO)
    put_case(office, shots=DARK_CASE)
    with office.reading() as uow:
        page = queue_page(
            uow,
            chosen=QueueFilter.CLEAN,
            asked=CaseFilter(zone="Zonal 1"),
            cursor=None,
        )
    assert [entry.id for entry in page.entries] == [clean]
    assert elsewhere not in {entry.id for entry in page.entries}


def walk(
    office: Office, asked: CaseFilter, *, size: int, own_zone: str = ""
) -> Iterator[list[UUID]]:
    cursor = None
    who = Onlooker(id=UUID(int=1), own_zone=own_zone)
    with office.reading() as uow:
        while True:
            page = queue_page(
                uow, chosen=QueueFilter.TO_REVIEW, asked=asked, cursor=cursor, who=who, size=size
            )
            yield [entry.id for entry in page.entries]
            cursor = page.after
            if cursor is None:
                return


def test_pages_of_a_filter_hold_each_of_its_cases_once(office: Office) -> None:
    own = [put(office, OTAVALO, days=n) for n in range(7)]
    for n in range(7):
        put(office, QUITO, days=n)
    pages = list(walk(office, CaseFilter(zone="Zonal 1"), size=3))
    assert [len(page) for page in pages] == [3, 3, 1]
    assert [case for page in pages for case in page] == own[::-1]


def test_a_long_queue_is_looked_through_part_by_part(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first rows are others: the page says so, and its cursor leads on to what is wanted."""
    for module in (queued_cases, queue_conditions):
        monkeypatch.setattr(module, "MOST_LOOKED_AT", 3)
    for n in range(7):
        put(office, QUITO, days=30 + n)
    own = put(office, OTAVALO)
    pages = list(walk(office, CaseFilter(zone="Zonal 1"), size=2))
    assert pages == [[], [], [own]]
    with office.reading() as uow:
        first = queue_page(
            uow, chosen=QueueFilter.TO_REVIEW, asked=CaseFilter(zone="Zonal 1"), cursor=None
        )
        counts = filter_counts(
            uow, QueueFilter.TO_REVIEW, CaseFilter(zone="Zonal 1"), me=UUID(int=1)
        )
    assert first.is_partial
    assert counts.is_cut
    assert counts.total == 0


def test_the_row_of_the_queue_follows_the_application(office: Office) -> None:
    case = put(office, OTAVALO)

    def kept() -> list[tuple[object, ...]]:
        with office.reading() as uow:
            chosen = sa.select(TABLE.c.canton, TABLE.c.track, TABLE.c.due_at)
            return [tuple(row) for row in uow.session.execute(chosen)]

    def change(**values: object) -> None:
        with office.writing() as uow:
            uow.session.execute(
                sa.update(ApplicationRow).where(ApplicationRow.id == case).values(**values)
            )
            uow.commit()

    due = datetime.fromisoformat("2026-12-24T22:00:00+00:00")
    change(sheet=CAYAMBE, due_at=due)
    assert kept() == [("Cayambe", "artisan", due)]
    change(state=ApplicationState.WITHDRAWN)
    assert kept() == []
    change(state=ApplicationState.IN_REVIEW, sheet={})
    assert kept() == [("", "artisan", due)]
    with office.writing() as uow:
        uow.session.execute(sa.delete(ApplicationRow).where(ApplicationRow.id == case))
        uow.commit()
    assert kept() == []


def test_the_bar_says_what_is_chosen_and_each_choice_can_be_taken_back(
    browser: FlaskClient, office: Office
) -> None:
    put(office, OTAVALO)
    put(office, QUITO)
    page = browser.get("/revision").text
    assert "Zonal 1 (1)" in page
    assert "Otavalo, Imbabura (1)" in page
    assert "Filtros puestos" not in page
    page = browser.get("/revision?zona=Zonal+1&tipo=new").text
    assert "<strong>1</strong> solicitud" in page
    assert "Quitar el filtro </span>Zona: Zonal 1" in page
    assert 'href="/revision?vista=por-revisar&amp;tipo=new"' in page
    assert 'href="/revision?vista=vencen-hoy&amp;zona=Zonal+1&amp;tipo=new"' in page
    assert page.count('class="ref"') == 1


def test_findings_that_were_not_all_counted_bear_a_plus(
    browser: FlaskClient, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(2):
        put(office, QUITO, days=n)
    with office.reading() as uow:
        whole = filter_counts(uow, QueueFilter.TO_REVIEW, CaseFilter(), me=UUID(int=1))
    assert not whole.are_findings_cut
    monkeypatch.setattr(queue_counts, "MOST_WITH_FINDINGS", 1)
    with office.reading() as uow:
        cut = filter_counts(uow, QueueFilter.TO_REVIEW, CaseFilter(), me=UUID(int=1))
    assert cut.are_findings_cut
    assert not cut.is_cut
    assert browser.get("/revision").status_code == 200


def test_an_empty_list_says_how_to_widen_it(browser: FlaskClient, office: Office) -> None:
    put(office, OTAVALO)
    page = browser.get("/revision?zona=Zonal+7&tipo=new").text
    assert "Ninguna solicitud es así en «Por revisar»" in page
    assert "Sin «Zona: Zonal 7»" in page
    assert "Todas las de «Por revisar»" in page


@pytest.mark.parametrize("text", ["%00", "<b>", "z" * 500, "%F0%9F%98%80"])
def test_what_is_no_filter_finds_nothing_and_breaks_nothing(
    browser: FlaskClient, office: Office, text: str
) -> None:
    put(office, OTAVALO)
    for name in ("via", "zona", "canton", "tipo", "alerta", "antiguedad", "la-tiene"):
        answer = browser.get(f"/revision?{name}={text}")
        assert answer.status_code == 200
        assert "<b>" not in answer.text


def test_the_own_zone_comes_first_and_each_case_once(office: Office) -> None:
    others = [put(office, QUITO, days=9 - n) for n in range(4)]
    own = [put(office, OTAVALO, days=4 - n) for n in range(4)]
    pages = list(walk(office, CaseFilter(), size=3, own_zone="Zonal 1"))
    assert [len(page) for page in pages] == [3, 3, 2]
    assert [case for page in pages for case in page] == [*own, *others]
    assert list(walk(office, CaseFilter(zone="Zonal 9"), size=9, own_zone="Zonal 1")) == [others]


def test_a_filtered_list_with_the_own_zone_first_does_not_end_before_its_cases(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is wanted lies beyond the rows that are looked at for a page, in both parts."""
    monkeypatch.setattr(queue_conditions, "MOST_LOOKED_AT", 3)
    for n in range(7):
        put(office, QUITO, days=40 + n)
        put(office, OTAVALO, days=20 + n)
    own = put(office, OTAVALO, kind=ApplicationKind.RENEWAL)
    others = put(office, QUITO, kind=ApplicationKind.RENEWAL, days=30)
    asked = CaseFilter(kind="renewal")
    pages = list(walk(office, asked, size=2, own_zone="Zonal 1"))
    assert [case for page in pages for case in page] == [own, others]
    who = Onlooker(id=UUID(int=1), own_zone="Zonal 1")
    with office.reading() as uow:
        first = queue_page(
            uow, chosen=QueueFilter.TO_REVIEW, asked=asked, cursor=None, who=who, size=2
        )
    assert first.is_partial


def test_the_own_zone_stands_first_however_many_others_are_due_before(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_conditions, "MOST_LOOKED_AT", 3)
    others = [put(office, QUITO, days=40 - n) for n in range(7)]
    own = [put(office, OTAVALO, days=4 - n) for n in range(2)]
    pages = list(walk(office, CaseFilter(), size=3, own_zone="Zonal 1"))
    assert [case for page in pages for case in page] == [*own, *others]


def test_the_way_back_leads_over_the_end_of_the_own_zone(office: Office) -> None:
    for place in (QUITO, OTAVALO):
        for n in range(4):
            put(office, place, days=n)
    who = Onlooker(id=UUID(int=1), own_zone="Zonal 1")
    forth, back = [], []
    with office.reading() as uow:
        page = queue_page(uow, chosen=QueueFilter.TO_REVIEW, cursor=None, who=who, size=3)
        while page.after is not None:
            forth.append([entry.id for entry in page.entries])
            after = Cursor.from_text(page.after.to_text())
            page = queue_page(uow, chosen=QueueFilter.TO_REVIEW, cursor=after, who=who, size=3)
        while page.before is not None:
            page = queue_page(
                uow, chosen=QueueFilter.TO_REVIEW, cursor=page.before, who=who, size=3
            )
            back.append([entry.id for entry in page.entries])
    assert back == forth[::-1]


def test_a_case_moved_to_a_zone_is_of_that_zone(browser: FlaskClient, office: Office) -> None:
    moved, own = put(office, QUITO), put(office, OTAVALO)
    with office.writing() as uow:
        uow.session.get_one(ApplicationRow, moved).moved_zone = "Zonal 1"
        uow.commit()
    assert shown(office, CaseFilter(zone="Zonal 1")) == {moved, own}
    assert shown(office, CaseFilter(zone="Zonal 9")) == set()
    page = browser.get("/revision").text
    assert "Su zona: Zonal 1" in page
    assert "Otras zonas" not in page
    put(office, QUITO)
    assert "Otras zonas" in browser.get("/revision").text


def test_what_was_given_to_the_officer_can_be_filtered(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    given = put(office, QUITO)
    put(office, QUITO)
    with office.writing() as uow:
        uow.session.get_one(ApplicationRow, given).assigned_to = officer_id
        uow.commit()
    assert shown(office, CaseFilter(held=Held.ASSIGNED), me=officer_id) == {given}
    page = browser.get("/revision").text
    assert "Asignada a usted (1)" in page
    assert "<small>Asignada a usted</small>" in page
