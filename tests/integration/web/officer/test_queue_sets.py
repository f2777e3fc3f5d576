"""Whatever filters are combined, the queue shows and counts what a plain reading of all cases says.

The cases are many and of every kind: moved to a zone, given, held, corrected, referred to a person,
with findings that count and such that do not, and with a decision that waits.
"""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from review_service.db.models import ApplicationRow, CorrectionRow, DocumentRow, FindingRow
from review_service.db.queries.officer import queue_conditions
from review_service.db.queries.officer.case_groups import case_groups, promise_of
from review_service.db.queries.officer.queue import (
    MOST_COUNTED,
    Onlooker,
    counts_of,
    queue_page,
    search_page,
)
from review_service.db.queries.officer.queue_conditions import QueueFilter
from review_service.db.queries.officer.queue_counts import filter_counts
from review_service.db.queued_cases import GROUPS, TABLE
from review_service.domain.applications import ApplicationKind, ApplicationState
from review_service.domain.documents import DocumentKind, DocumentState
from review_service.domain.findings import Severity
from review_service.domain.queue_filters import Age, CaseFilter, Held, place_text
from review_service.domain.zones import zone_of
from tests.copied_cases import copied
from tests.factories import Office, add_officer
from tests.integration.services import steps

ME, OTHER = UUID(int=1), UUID(int=2)
PLACES = (
    ("Pichincha", "Quito"),
    ("Pichincha", "Cayambe"),
    ("Imbabura", "Otavalo"),
    ("Carchi", "Bolívar"),
    ("Manabí", "Bolívar"),
    ("Guayas", "Guayaquil"),
    ("Guayas", "Durán"),
    ("", ""),
)
DAYS = (0, 2, 5, 9, 20, 29, 40, 400)
CODES = ("photo_dark", "photo_blurred", "text_missing")
ELDEST = {Age.NEW: 3, Age.WAITING: 10, Age.OLD: 30, Age.OLDEST: 10_000}
"""Days that a case of an age has waited, at most."""
MANY, LATE = 90, 30
"""Cases, and how many of them are past the promised term."""
ROUNDS = 40


@dataclass(frozen=True)
class Case:
    """What a plain reading knows of a case in review."""

    id: UUID
    place: int
    values: Mapping[str, str]
    findings: frozenset[str]
    is_corrected: bool
    is_clean: bool

    def matches(self, asked: CaseFilter) -> bool:
        """Whether it has all that is asked for."""
        return all(
            value in self.findings if name == "finding" else self.values[name] == value
            for name, value in asked.chosen()
        )


@pytest.fixture
def cases(office: Office) -> list[Case]:
    """Put many cases in review, in the order in which they are due."""
    return sorted(_put_many(office), key=lambda case: case.place)


@copied
def _put_many(office: Office) -> list[Case]:
    chance = random.Random(20261130)  # noqa: S311 -- the same at every run
    officer_id = add_officer(office, "pregunta")
    return [_put(office, chance, number, officer_id) for number in range(MANY)]


def _put(office: Office, chance: random.Random, number: int, officer_id: UUID) -> Case:
    province, canton = chance.choice(PLACES)
    track, kind = chance.choice(("artisan", "mipyme")), chance.choice(list(ApplicationKind))
    days, moved = chance.choice(DAYS), chance.choice((None, None, None, "Zonal 1", "Zonal 5"))
    held = chance.choice((Held.FREE, Held.FREE, Held.FREE, Held.MINE, Held.OTHERS))
    is_corrected, is_referred, is_given = (chance.random() < part for part in (0.3, 0.2, 0.2))
    in_check = chance.random() < 0.1
    case, file, gone = uuid4(), uuid4(), uuid4()
    for identifier in (file, gone):
        office.store.put(identifier.hex, BytesIO(b"?"))
    live = {code for code in CODES if chance.random() < 0.2}
    with office.writing() as uow:
        now = uow.now
        row = ApplicationRow(
            id=case,
            reference=f"AR-2026-{number:06d}",
            ruc=f"17900{number:05d}001",
            holder=chance.choice(("CHANGO PILLA", "QUITUANA LEMA")),
            track=track,
            kind=kind,
            state=ApplicationState.CORRECTION_REQUESTED,
            sheet={},
            registry_facts={},
            created_at=now,
            changed_at=now,
            sent_at=now,
            confirmed_at=now - timedelta(days=days),
            due_at=now + timedelta(minutes=number * 7 % MANY - LATE),
            moved_zone=moved,
            assigned_to=ME if is_given else None,
            referral="Supera el límite." if is_referred else None,
        )
        if held is not Held.FREE:
            row.claimed_by, row.claimed_at = ME if held is Held.MINE else OTHER, now
            row.claimed_until = now + timedelta(hours=1)
        uow.session.add(row)
        uow.session.flush()
        for identifier, removed in ((file, None), (gone, now)):
            uow.session.add(
                DocumentRow(
                    id=identifier,
                    application_id=case,
                    kind=DocumentKind.EVIDENCE,
                    state=DocumentState.CHECKING if in_check else DocumentState.CHECKED,
                    upload_key=identifier.hex,
                    file_name="a.pdf",
                    size_bytes=1,
                    sha256="0" * 64,
                    storage_key=identifier.hex,
                    page_count=1,
                    pages_checked=1,
                    comment="",
                    created_at=now,
                    checked_at=now,
                    round=0,
                    assembled=False,
                    removed_at=removed,
                )
            )
        uow.session.flush()
        for code in CODES:
            at, severity = (file, Severity.DOUBT) if code in live else (gone, Severity.DOUBT)
            if code not in live and chance.random() < 0.5:
                at, severity = file, Severity.NOTE
            uow.session.add(
                FindingRow(
                    application_id=case,
                    document_id=at,
                    check_name="c",
                    code=code,
                    severity=severity,
                    message="m",
                    advice="",
                )
            )
        if is_corrected:
            uow.session.add(steps.correction(case, officer_id, asked_at=now, answered_at=now))
        uow.commit()
    with office.writing() as uow:  # then it comes into review, at its place
        row = uow.session.get_one(ApplicationRow, case)
        row.state = ApplicationState.IN_REVIEW
        row.sheet = {"province": province, "canton": canton} if canton else {}
        uow.commit()
    age = next(age for age in Age if days <= ELDEST[age])
    values = {
        "track": track,
        "zone": moved or zone_of(province, canton),
        "kind": kind.value,
        "canton": place_text(province, canton) if canton else "",
        "age": age.value,
        "held": held.value,
        "question": "",
    }
    return Case(
        id=case,
        place=number * 7 % MANY,
        values=values,
        findings=frozenset(live),
        is_corrected=is_corrected,
        is_clean=not live and not in_check and not is_referred,
    )


def _asked(chance: random.Random, cases: list[Case]) -> CaseFilter:
    """Return some filters, most of them as one of the cases has them."""
    some = chance.choice(cases)
    values = {**some.values, "finding": chance.choice(CODES)}
    names = chance.sample(
        ["track", "zone", "canton", "kind", "age", "held", "finding"],
        chance.choice((0, 1, 2, 3, 4)),
    )
    return CaseFilter(**{name: values[name] for name in names})


def _walked(
    office: Office, view: QueueFilter, asked: CaseFilter, *, most_found: int | None, own_zone: str
) -> list[UUID]:
    found: list[UUID] = []
    cursor = None
    with office.reading() as uow:
        while True:
            page = queue_page(
                uow,
                chosen=view,
                asked=asked,
                cursor=cursor,
                size=7,
                most_found=most_found,
                who=Onlooker(id=ME, own_zone=own_zone),
            )
            found += [entry.id for entry in page.entries]
            cursor = page.after
            if cursor is None:
                return found


@pytest.mark.parametrize("most", [5_000, 11])
def test_filters_show_and_count_what_a_plain_reading_says(
    office: Office, cases: list[Case], monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """Read by few, by many, and part by part; where not all are counted the list is still whole."""
    monkeypatch.setattr(queue_conditions, "MOST_RARE", 0 if most < MANY else 1_000)
    for name in ("MOST_ASKED", "MOST_ASKED_COUNTED", "MOST_LOOKED_AT"):
        monkeypatch.setattr(queue_conditions, name, most)
    chance = random.Random(8)  # noqa: S311
    for _ in range(ROUNDS):
        asked, own_zone = _asked(chance, cases), chance.choice(("", "Zonal 1"))
        view = chance.choice((QueueFilter.TO_REVIEW, QueueFilter.CORRECTED, QueueFilter.CLEAN))
        shown = [case for case in cases if _is_in(view, case)]
        wanted = [case for case in shown if case.matches(asked)]
        if own_zone and not asked.zone:
            wanted.sort(key=lambda case: case.values["zone"] != own_zone)
        with office.reading() as uow:
            counts = filter_counts(uow, view, asked, me=ME)
            groups, promise = case_groups(uow), promise_of(uow)
        assert groups.promise == promise, (view, asked)
        assert groups.is_cut == (most < promise.open), (view, asked)
        known = None if counts.is_cut else counts.total
        for most_found in {known, None, MOST_COUNTED + 1 if known else None}:
            found = _walked(office, view, asked, most_found=most_found, own_zone=own_zone)
            assert found == [case.id for case in wanted], (view, asked, most_found)
        if counts.is_cut:
            continue
        assert counts.total == len(wanted), (view, asked)
        for name in ("track", "zone", "canton", "kind", "age", "held"):
            others = asked.without(name)
            expected = Counter(case.values[name] for case in shown if case.matches(others))
            told = {k: n for k, n in counts.by_value[name].items() if k != Held.ASSIGNED}
            assert told == {k: n for k, n in expected.items() if k}, (view, asked, name)
        codes = Counter(
            code
            for case in shown
            if case.matches(asked.without("finding"))
            for code in case.findings
        )
        assert counts.by_value["finding"] == codes, (view, asked)


def _is_in(view: QueueFilter, case: Case) -> bool:
    is_it = {QueueFilter.CORRECTED: case.is_corrected, QueueFilter.CLEAN: case.is_clean}
    return is_it.get(view, True)


def test_views_are_counted_as_a_plain_reading_says(office: Office, cases: list[Case]) -> None:
    with office.reading() as uow:
        counts = counts_of(uow)
    for view in (QueueFilter.TO_REVIEW, QueueFilter.CORRECTED, QueueFilter.CLEAN):
        assert counts[view] == sum(_is_in(view, case) for case in cases), view


@pytest.mark.parametrize("looked_at", [6_000, 20, 0])
def test_a_search_with_filters_finds_what_a_plain_reading_says(
    office: Office, cases: list[Case], monkeypatch: pytest.MonkeyPatch, looked_at: int
) -> None:
    monkeypatch.setattr("review_service.db.queries.keyset.NARROW_LOOKED_AT", looked_at)
    with office.reading() as uow:
        names = dict(uow.session.execute(sa.select(ApplicationRow.id, ApplicationRow.holder)).all())
    chance = random.Random(9)  # noqa: S311
    for _ in range(ROUNDS // 3):
        asked = _asked(chance, cases)
        if not asked:
            continue
        wanted = [case.id for case in cases if case.matches(asked) and "PILLA" in names[case.id]]
        found: list[UUID] = []
        cursor = None
        while True:
            with office.reading() as uow:
                page = search_page(uow, text="pilla", asked=asked, cursor=cursor, size=4, me=ME)
            assert not page.is_partial
            found += [entry.id for entry in page.entries]
            cursor = page.after
            if cursor is None:
                break
        assert found == wanted, asked


def test_the_row_says_its_group_and_whether_it_was_corrected_or_referred(
    office: Office, officer_id: UUID, cases: list[Case]
) -> None:
    """As it changes: another kind of place, an answer, a rule that refers it."""
    case = cases[0].id
    both = sa.join(TABLE, GROUPS, GROUPS.c.id == TABLE.c.group_id)
    chosen = sa.select(
        GROUPS.c.track, GROUPS.c.canton, TABLE.c.is_corrected, TABLE.c.is_referred
    ).select_from(both)

    def row(case: UUID) -> tuple[object, ...]:
        with office.reading() as uow:
            return tuple(uow.session.execute(chosen.where(TABLE.c.application_id == case)).one())

    def change(statement: sa.Update | sa.Delete) -> None:
        with office.writing() as uow:
            uow.session.execute(statement)
            uow.commit()

    application = sa.update(ApplicationRow).where(ApplicationRow.id == case)
    corrections = CorrectionRow.application_id == case
    change(sa.delete(CorrectionRow).where(corrections))
    change(application.values(referral=None, sheet={"canton": "Loja"}, track="mipyme"))
    assert row(case) == ("mipyme", "Loja", False, False)
    change(application.values(referral="Supera el límite."))
    assert row(case) == ("mipyme", "Loja", False, True)
    with office.writing() as uow:
        uow.session.add(steps.correction(case, officer_id, asked_at=uow.now, number=2))
        uow.commit()
    assert row(case) == ("mipyme", "Loja", False, True)
    with office.reading() as uow:
        now = uow.now
    change(sa.update(CorrectionRow).where(corrections).values(answered_at=now))
    assert row(case) == ("mipyme", "Loja", True, True)
    columns = (GROUPS.c.track, GROUPS.c.kind, GROUPS.c.province, GROUPS.c.canton)
    with office.reading() as uow:
        groups = uow.session.execute(sa.select(*columns)).all()
    assert len(groups) == len(set(groups))
