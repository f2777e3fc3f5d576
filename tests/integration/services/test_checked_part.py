"""``invariants`` that reads a share of rows and trail finds every change, within all shares."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.adapters.local_store import LocalFileStore
from review_service.adapters.seal_key import SealKey
from review_service.db.base import Base
from review_service.db.database import Database
from review_service.db.models import AgreementRow, ApplicationRow, CounterRow, DocumentRow
from review_service.samples.people import synthetic_ruc
from review_service.services.upkeep import checked_part, row_holding, trail_check
from review_service.services.upkeep.checked_part import Reached, ReachedFile
from review_service.services.upkeep.invariants import Checked, check_again
from review_service.services.upkeep.kept_seals import Sealing, SealPlace
from review_service.services.upkeep.sealing import SealKeeper
from tests.factories import Office, add_taxpayer
from tests.integration.services.busy_office import busy
from tests.integration.services.mutating import TABLES, drawn, unbind
from tests.integration.services.test_indexes import statements
from tests.integration.web.officer.desk_cases import put_case

SEED = 20261127
MORE_TURNS = 2
"""Runs beyond one for each application: the one that ends a turn, and the one that began in it."""
CHANGES, CHANGES_OF_A_TRIAL = 2, 12
"""Random changes of each table, with --all and with --trials."""


@pytest.fixture
def office(office_on_each_database: Office) -> Office:
    """An office on each kind of database, in which much has happened."""
    return busy(office_on_each_database)


@pytest.fixture
def sealing(office: Office, tmp_path: Path) -> Sealing:
    """The seals of the office, one of which is made."""
    store = LocalFileStore(tmp_path / "seals")
    made = Sealing(
        sealer=SealKey.from_secret("a secret of the tests, as long as a secret should be"),
        places=(SealPlace(label="carpeta", store=store),),
        recipients=(),
    )
    SealKeeper(made, office.writing, office.reading).seal_now()
    return made


@pytest.fixture
def reached_file(tmp_path: Path) -> ReachedFile:
    return ReachedFile(tmp_path / "row-check.json")


@pytest.fixture
def small_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each run read one application, and what was written since the run before."""
    monkeypatch.setattr(checked_part, "LEAST", 1)


def run(office: Office, sealing: Sealing, reached_file: ReachedFile) -> Checked:
    return check_again(office.reading, office.store, sealing=sealing, reached_file=reached_file)


def turns(office: Office) -> int:
    """Return in how many runs everything is read, when each reads one application."""
    with office.reading() as uow:
        there = sa.select(sa.func.count()).select_from(ApplicationRow)
        return uow.session.execute(there).scalar_one() + MORE_TURNS


def new_case(office: Office, number: int) -> UUID:
    ruc = synthetic_ruc(300 + number)
    with office.writing() as uow:
        add_taxpayer(uow, ruc)
        uow.commit()
    return put_case(office, ruc=ruc)


def reached_by(reached_file: ReachedFile) -> Reached:
    reached = reached_file.read()
    assert reached is not None
    return reached


@pytest.fixture
def connection(owner: Database) -> Iterator[sa.Connection]:
    """A connection of the owner, whom neither triggers nor foreign keys hold."""
    engine = sa.create_engine(owner.engine.url)
    with engine.connect() as mine:
        unbind(mine)
        mine.commit()
        yield mine
    engine.dispose()


@pytest.mark.usefixtures("small_shares")
@pytest.mark.parametrize("table", TABLES, ids=lambda table: str(table.__tablename__))
def test_each_change_is_found_within_all_shares(
    office: Office,
    sealing: Sealing,
    reached_file: ReachedFile,
    connection: sa.Connection,
    table: type[Base],
    pytestconfig: pytest.Config,
) -> None:
    chance = random.Random(f"{SEED} {table.__tablename__}")  # noqa: S311 -- repeatable, guards nothing
    assert run(office, sealing, reached_file).broken == []
    changes = CHANGES_OF_A_TRIAL if pytestconfig.getoption("--trials") else CHANGES
    missed, made = [], 0
    while made < changes:
        change = drawn(connection, table, chance)
        try:
            connection.execute(change.made)
        except sa.exc.IntegrityError:
            connection.rollback()
            continue
        connection.commit()
        made += 1
        if not any(run(office, sealing, reached_file).broken for _ in range(turns(office))):
            missed.append(change.what)
        connection.execute(change.back)
        connection.commit()
        assert run(office, sealing, reached_file).broken == []
    assert missed == []


@pytest.mark.usefixtures("small_shares")
def test_what_events_tell_of_since_is_read_at_once(
    office: Office, sealing: Sealing, reached_file: ReachedFile, owner: Database
) -> None:
    run(office, sealing, reached_file)
    new = [new_case(office, at) for at in range(3)]
    with owner.writing() as uow:
        uow.session.connection().execute(
            sa.update(ApplicationRow).where(ApplicationRow.id.in_(new)).values(holder="OTRO")
        )
        uow.commit()
    found = run(office, sealing, reached_file)
    assert found.part is not None
    told = {each.detail for each in found.broken if each.name == "row_not_as_in_trail"}
    assert told == {f"applications of {each}" for each in new}


@pytest.mark.usefixtures("small_shares")
def test_after_a_finding_everything_is_read(
    office: Office, sealing: Sealing, reached_file: ReachedFile, owner: Database
) -> None:
    run(office, sealing, reached_file)
    with owner.writing() as uow:
        uow.session.connection().execute(sa.update(DocumentRow).values(file_name="otro.pdf"))
        uow.commit()
    first = next(
        found for _ in range(turns(office)) if (found := run(office, sealing, reached_file)).broken
    )
    assert first.part is not None
    assert reached_file.read() is None
    again = run(office, sealing, reached_file)
    assert again.part is None
    assert len(again.broken) > len(first.broken)


@pytest.mark.usefixtures("small_shares")
def test_the_share_grows_with_the_days(
    office: Office, sealing: Sealing, reached_file: ReachedFile
) -> None:
    run(office, sealing, reached_file)
    for at in range(8):
        new_case(office, at)
    run(office, sealing, reached_file)
    known = reached_by(reached_file)

    def part(days: float) -> checked_part.Part | None:
        with office.reading() as uow:
            ago = replace(known, at=uow.now - timedelta(days=days))
            return checked_part.part_of(uow, ago)

    of_an_hour, of_four = part(0.01), part(4)
    assert of_an_hour is not None
    assert of_four is not None
    assert (of_an_hour.applications, of_four.applications) == (1, 4)
    assert of_four.until - of_four.chain.sequence > of_an_hour.until - of_an_hour.chain.sequence
    assert part(30) is None
    assert part(-1) is None, "the clock went back"


def test_of_many_applications_an_hour_reads_a_little_and_a_month_all(
    office: Office,
    sealing: Sealing,
    reached_file: ReachedFile,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for at in range(8):
        new_case(office, at)
    monkeypatch.setattr(checked_part, "LEAST", 9)
    monkeypatch.setattr(checked_part, "DAYS", 5)
    run(office, sealing, reached_file)
    known = reached_by(reached_file)

    def applications(days: float) -> int | None:
        with office.reading() as uow:
            ago = replace(known, at=uow.now - timedelta(days=days))
            part = checked_part.part_of(uow, ago)
            return None if part is None else part.applications

    assert [applications(days) for days in (0, 1 / 24, 0.5, 1, 5)] == [1, 1, 5, 9, None]


def test_up_to_so_many_applications_everything_is_read_each_time(
    office: Office, sealing: Sealing, reached_file: ReachedFile, owner: Database
) -> None:
    assert run(office, sealing, reached_file).part is None
    with owner.writing() as uow:
        uow.session.connection().execute(sa.update(AgreementRow).values(ruc="1799999999001"))
        uow.commit()
    assert "row_not_as_in_trail" in {one.name for one in run(office, sealing, reached_file).broken}


@pytest.mark.usefixtures("small_shares")
@pytest.mark.parametrize("spoilt", ["", "{}", "[]", '{"at": 7}', "null", "no JSON"])
def test_everything_is_read_when_the_file_says_nothing_that_a_run_wrote(
    office: Office, sealing: Sealing, tmp_path: Path, reached_file: ReachedFile, spoilt: str
) -> None:
    run(office, sealing, reached_file)
    (tmp_path / "row-check.json").write_text(spoilt)
    assert run(office, sealing, reached_file).part is None
    assert run(office, sealing, reached_file).part is not None


@pytest.mark.usefixtures("small_shares")
def test_everything_is_read_when_the_trail_is_another(
    office: Office, sealing: Sealing, reached_file: ReachedFile
) -> None:
    run(office, sealing, reached_file)
    known = reached_by(reached_file)
    reached_file.write(replace(known, events=replace(known.events, hash="0" * 64)))
    assert run(office, sealing, reached_file).part is None


@pytest.mark.usefixtures("small_shares")
def test_nothing_is_noted_while_rows_are_not_all_held(
    office: Office, sealing: Sealing, reached_file: ReachedFile
) -> None:
    row_holding.begin_anew(office.writing(), operator="ana", reason="se volvió atrás")
    run(office, sealing, reached_file)
    assert reached_file.read() is None
    row_holding.go_on(office.reading, office.writing)
    assert run(office, sealing, reached_file).part is None
    assert reached_file.read() is not None


@pytest.mark.usefixtures("small_shares")
def test_uses_of_counters_are_counted_since_the_run_before(
    office: Office, sealing: Sealing, reached_file: ReachedFile, owner: Database
) -> None:
    """Counting all events reads all of them; up to the run before, its file says how many."""
    run(office, sealing, reached_file)
    before = reached_by(reached_file)
    new_case(office, 0)
    with statements(office.database.engine) as asked:
        assert run(office, sealing, reached_file).part is not None
    counting = [
        (sql, list(given.values()) if isinstance(given, dict) else list(given))  # type: ignore[call-overload]
        for sql, given in asked
        if "count(*)" in sql and "FROM events" in sql
    ]
    assert counting
    assert all(before.events.sequence in given for _, given in counting), counting
    with office.reading() as uow:
        assert reached_by(reached_file).uses == trail_check.uses_of_counters(uow)
    with owner.writing() as uow:
        uow.session.connection().execute(
            sa.update(CounterRow).where(CounterRow.year != 0).values(value=CounterRow.value + 1)
        )
        uow.commit()
    found = run(office, sealing, reached_file)
    assert found.part is not None
    assert "counter_not_in_trail" in {each.name for each in found.broken}


@pytest.mark.usefixtures("small_shares")
def test_a_file_of_the_version_before_does_not_make_all_be_read(
    office: Office, sealing: Sealing, tmp_path: Path, reached_file: ReachedFile
) -> None:
    run(office, sealing, reached_file)
    path = tmp_path / "row-check.json"
    told = json.loads(path.read_text())
    uses = told.pop("uses")
    path.write_text(json.dumps(told))
    found = run(office, sealing, reached_file)
    assert (found.broken, found.part is None) == ([], False)
    assert reached_by(reached_file).uses == uses


def test_a_place_that_cannot_be_written_keeps_no_run_from_reading(
    office: Office, sealing: Sealing, tmp_path: Path
) -> None:
    (tmp_path / "no-folder").write_text("")
    nowhere = ReachedFile(tmp_path / "no-folder" / "row-check.json")
    assert run(office, sealing, nowhere).broken == []
    assert nowhere.read() is None
