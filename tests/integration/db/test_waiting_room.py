"""While every connection is in use few threads wait for one, and they keep nobody else."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import pytest

from review_service.db.database import Database
from review_service.db.engine import MOST_CONNECTIONS
from review_service.db.waiting_room import MOST_WAITING
from review_service.domain.errors import DatabaseDownError
from tests.factories import RememberedBells
from tests.waiting import until

LONGEST_SECONDS = 60.0


@dataclass
class Told:
    """What threads did around their wait."""

    went: list[str] = field(default_factory=list)

    @contextmanager
    def waits(self) -> Iterator[None]:
        """Note that a thread goes, and that it is back."""
        self.went.append("gone")
        yield
        self.went.append("back")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database whose threads are watched, and which has nothing in it."""
    made = Database(database_url, RememberedBells())
    yield made
    made.engine.dispose()


@pytest.fixture
def told(database: Database) -> Told:
    """Who waits in its room."""
    watched = Told()
    database.waiting_room.while_waiting = watched.waits
    return watched


def ask(database: Database) -> None:
    """Use a connection, as a page does."""
    with database.reading():
        pass


def test_nobody_waits_for_a_connection_that_is_free(database: Database, told: Told) -> None:
    with ExitStack() as held:
        for _ in range(MOST_CONNECTIONS - 1):
            held.enter_context(database.reading())
        ask(database)
    assert told.went == []


def test_few_wait_for_a_connection_and_others_are_told_so_at_once(
    database: Database, told: Told
) -> None:
    with ThreadPoolExecutor(MOST_WAITING) as pool:
        with ExitStack() as held:
            for _ in range(MOST_CONNECTIONS):
                held.enter_context(database.reading())
            waiting: list[Future[None]] = [pool.submit(ask, database) for _ in range(MOST_WAITING)]
            until(lambda: told.went == ["gone"] * MOST_WAITING)
            with pytest.raises(DatabaseDownError):
                ask(database)
            assert not any(each.done() for each in waiting)
        for each in waiting:
            each.result(LONGEST_SECONDS)
    assert sorted(told.went) == ["back"] * MOST_WAITING + ["gone"] * MOST_WAITING
    ask(database)
    assert len(told.went) == 2 * MOST_WAITING


def test_who_waits_too_long_hears_that_the_database_is_down(
    database: Database, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database.engine.pool, "_timeout", 0.01)
    with ExitStack() as held:
        for _ in range(MOST_CONNECTIONS):
            held.enter_context(database.reading())
        for _ in range(MOST_WAITING + 1):  # each leaves the room again
            with pytest.raises(DatabaseDownError):
                ask(database)
    assert told.went == ["gone"] * (MOST_WAITING + 1)
    ask(database)
