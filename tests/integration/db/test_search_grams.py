"""A search finds the same, whichever way the frequency of its letters makes it go."""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from review_service.db import search_grams
from review_service.db.database import Database
from review_service.db.engine import make_engine
from review_service.db.models import ApplicationRow
from review_service.db.queries import keyset
from review_service.db.queries.officer.queue import search_page
from review_service.db.search_grams import GramShares, gram_shares, grams_of
from review_service.domain.applications import ApplicationKind, ApplicationState
from tests.asked_statements import asked_of
from tests.conftest import FreshDatabase, as_owner, owner_url, service_url, set_up

SYLLABLES = ("chi", "ma", "ba", "qui", "tu", "ana", "lum", "go", "ñe")
TRADES = ("tejidos de lana", "filigrana", "tallado en madera")
MANY = 120
PAGE = 7


@pytest.fixture
def names(database: Database) -> dict[UUID, str]:
    """Names and trades of many applications, by id; the last is the newest. A tenth is a draft."""
    chance, told = random.Random(20261126), {}  # noqa: S311 -- the same names at every run
    with database.writing() as uow:
        for number in range(MANY):
            holder = " ".join(
                "".join(chance.choices(SYLLABLES, k=chance.choice((2, 3)))) for _ in range(2)
            )
            row = ApplicationRow(
                id=uuid4(),
                reference=f"AR-2026-{number + 1:06d}",
                ruc=f"30000{number:05d}001",
                holder=holder.upper(),
                kind=ApplicationKind.NEW,
                state=ApplicationState.IN_REVIEW,
                sheet={"trade": chance.choice(TRADES)},
                registry_facts={},
                created_at=uow.now - timedelta(minutes=MANY - number),
                changed_at=uow.now,
                confirmed_at=uow.now if number % 10 else None,
            )
            uow.session.add(row)
            if number % 10:
                told[row.id] = f"{holder} {row.sheet['trade']}".replace("ñ", "n")
        uow.commit()
    return told


@pytest.fixture(params=["unknown", "counted"])
def shares(request: pytest.FixtureRequest, database: Database, names: object) -> str:
    """Let the database count how frequent groups of letters are, or not."""
    del names
    if request.param == "counted":
        as_owner(database.engine, "ANALYZE")
    return str(request.param)


@pytest.mark.parametrize(
    ("few", "frequent", "looked_at", "worth"),
    [
        (4_000, 2.0, 3_000, 3),
        (3, 2.0, 0, 3),
        (3, 2.0, 3_000, 3),
        (0, 0.0, 5, 3),
        (0, 0.0, 3_000, 3),
        (0, 0.0, 40, 0.3),
        (0, 0.0, 3_000, 0.3),
    ],
)
def test_each_way_finds_the_same_in_the_same_order(
    database: Database,
    names: dict[UUID, str],
    shares: str,
    monkeypatch: pytest.MonkeyPatch,
    few: int,
    frequent: float,
    looked_at: int,
    worth: float,
) -> None:
    del shares
    monkeypatch.setattr(keyset, "PAGES_WORTH", worth)
    monkeypatch.setattr(keyset, "FEW", few)
    monkeypatch.setattr(keyset, "FREQUENT_SHARE", frequent)
    monkeypatch.setattr(keyset, "NEWEST_LOOKED_AT", looked_at)
    for text in (
        "chima",
        "ana",
        "quitu lana",
        "filigrana",
        "lana filigrana",
        "ñego",
        "zzz",
        "mach",
    ):
        words = text.replace("ñ", "n").split()
        wanted = [
            each for each, name in reversed(names.items()) if all(word in name for word in words)
        ]
        pages = list(pages_of(database, text))
        assert [each for page in pages for each in page] == wanted, text
        assert all(len(page) == PAGE for page in pages[:-1])
        assert [list(each) for each in pages_back(database, text)] == pages[-2::-1], text


def pages_of(database: Database, text: str) -> Iterator[list[UUID]]:
    """Yield the ids of each page, from the first to the last."""
    cursor, more = None, True
    while more:
        with database.reading() as uow:
            page = search_page(uow, text=text, cursor=cursor, size=PAGE)
        yield [entry.id for entry in page.entries]
        cursor, more = page.after, page.after is not None


def pages_back(database: Database, text: str) -> Iterator[list[UUID]]:
    """Yield the ids of each page before the last, going back."""
    cursor, last = None, None
    while True:
        with database.reading() as uow:
            page = search_page(uow, text=text, cursor=cursor, size=PAGE)
        if page.after is None:
            break
        cursor = page.after
    last = page.before
    while last is not None:
        with database.reading() as uow:
            page = search_page(uow, text=text, cursor=last, size=PAGE)
        yield [entry.id for entry in page.entries]
        last = page.before


@pytest.mark.parametrize("database_kind", ["postgresql"])
@pytest.mark.parametrize(("text", "looks"), [("chi", 2), ("zzz", 1)])
def test_the_rest_of_the_newest_is_looked_at_where_the_first_say_that_they_fill_a_page(
    database: Database,
    names: dict[UUID, str],
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    looks: int,
) -> None:
    """As a family name of one in a hundred, whose letters stand in a tenth of all names."""
    told = GramShares({"chi": 1.0, "zzz": 1.0})
    monkeypatch.setattr(search_grams, "_asked", lambda _session: told)
    monkeypatch.setattr(keyset, "PAGES_WORTH", 1)
    with asked_of(database.engine, "application_search") as asked, database.reading() as uow:
        page = search_page(uow, text=text, cursor=None, size=PAGE)
    wanted = [each for each, name in reversed(names.items()) if text in name]
    assert [entry.id for entry in page.entries] == wanted[:PAGE]
    by_index = ["search_grams" in each for each in asked]
    assert (by_index.count(False), any(by_index)) == (looks, looks == 1)
    assert (page.after is not None) is (len(wanted) > PAGE)


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_the_rarest_groups_of_each_word_are_asked_for(
    database: Database, names: dict[UUID, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert names
    told = GramShares({"chi": 0.5, "him": 0.2, "ima": 0.1, "mab": 0.3, "aba": 0.4, "lan": 0.01})
    monkeypatch.setattr(search_grams, "_asked", lambda _session: told)
    assert told.rarest(grams_of("chimaba"), 2) == ("ima", "him")
    assert told.share_of("zzz") == 0.01
    monkeypatch.setattr(keyset, "FREQUENT_SHARE", 2.0)
    asked = asked_for(database, "chimaba"), asked_for(database, "chimaba lana")
    assert asked == (["aba", "him", "ima", "mab"], ["ana", "him", "ima", "lan"])


def asked_for(database: Database, text: str) -> list[str]:
    """Return the groups that a search asks the index for."""
    found: list[list[str]] = []

    def note(*told: object) -> None:
        found.extend(each for each in told[3].values() if isinstance(each, list))  # type: ignore[attr-defined]

    sa.event.listen(database.engine, "before_cursor_execute", note)
    with database.reading() as uow:
        search_page(uow, text=text, cursor=None)
    sa.event.remove(database.engine, "before_cursor_execute", note)
    return found[0]


def test_what_is_counted_is_asked_for_once(
    database: Database, names: dict[UUID, str], shares: str
) -> None:
    assert names
    for least in (1, 0):
        with asked_of(database.engine, "frequent_search_grams") as asked, database.reading() as uow:
            known = gram_shares(uow.session)
            is_told = shares == "counted" and uow.session.get_bind().dialect.name == "postgresql"
        assert (known is not None) is is_told
        assert len(asked) == (least if database.engine.dialect.name == "postgresql" else 0)


FIFTY: Final = (
    "INSERT INTO application_search (application_id, numbers, names) "
    "SELECT gen_random_uuid(), 'ar2026000001', 'chimaba' FROM generate_series(1, 50)"
)


def test_the_role_of_the_processes_is_told_too(fresh_database_url: FreshDatabase) -> None:
    """PostgreSQL shows what it counted of an index to the owner only."""
    url = fresh_database_url("postgresql", prepare=set_up)
    engine = make_engine(owner_url(url))
    with engine.begin() as connection:
        connection.exec_driver_sql("SET session_replication_role = replica")
        connection.exec_driver_sql(FIFTY)
        connection.exec_driver_sql("ANALYZE application_search")
    engine.dispose()
    service = make_engine(service_url(url))
    with service.connect() as connection:
        told = connection.exec_driver_sql("SELECT gram, share FROM frequent_search_grams()").all()
        direct = connection.exec_driver_sql(
            "SELECT 1 FROM pg_stats WHERE tablename = 'ix_application_search_grams'"
        ).all()
    service.dispose()
    assert direct == []
    assert {"chi", "him", "ima", "mab", "aba"} <= {row.gram for row in told}
    assert {row.share for row in told} == {1.0}
