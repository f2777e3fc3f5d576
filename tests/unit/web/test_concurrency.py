"""Few requests compute at once; those that wait for something else keep nobody."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from review_service.web import concurrency
from review_service.web.concurrency import ConcurrencyLimit, limited
from tests.waiting import until

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LONG = 60.0
FEW, MANY = 3, 12
THREADS = 40


class Application:
    """A WSGI application that does what its query names, and notes who is inside."""

    def __init__(self, limit: ConcurrencyLimit, aside: ConcurrencyLimit | None = None) -> None:
        self.limit = limit
        self.is_open = threading.Event()
        self.does: dict[str, Callable[[], None]] = {"": lambda: None, "wait": self.wait}
        self.began: list[str] = []
        self.inside = self.most = 0
        self._lock = threading.Lock()
        self._ask = limited(self.answer, limit, aside)

    def wait(self) -> None:
        """Stay inside until the test opens."""
        assert self.is_open.wait(LONG)

    def answer(
        self, environ: "WSGIEnvironment", _start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Do what is asked."""
        with self._lock:
            self.began.append(environ["QUERY_STRING"])
            self.inside += 1
            self.most = max(self.most, self.inside)
        try:
            self.does[environ["QUERY_STRING"].split("&")[0]]()
        finally:
            with self._lock:
                self.inside -= 1
        return [b"done"]

    def ask(self, does: str = "", path: str = "/") -> Any:  # noqa: ANN401 -- what WSGI gives
        """Send one request in this thread."""
        return self._ask({"QUERY_STRING": does, "PATH_INFO": path}, lambda *_: lambda _: None)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(MANY) as threads:
        yield threads


@pytest.mark.parametrize("places", [1, 2])
def test_no_more_compute_at_once_than_there_are_places(
    pool: ThreadPoolExecutor, places: int
) -> None:
    application = Application(ConcurrencyLimit(places, longest_seconds=LONG))
    asked = [pool.submit(application.ask, "wait") for _ in range(MANY)]
    until(lambda: application.limit.waiting == MANY - places)
    application.is_open.set()
    assert [each.result(LONG) for each in asked] == [[b"done"]] * MANY
    assert application.most == places
    assert application.limit.waiting == 0


def test_they_begin_in_the_order_in_which_they_came(pool: ThreadPoolExecutor) -> None:
    application = Application(ConcurrencyLimit(longest_seconds=LONG))
    names = [f"wait&{number}" for number in range(MANY)]
    asked = []
    for number, name in enumerate(names):
        asked.append(pool.submit(application.ask, name))
        until(lambda: len(application.began) == 1 and application.limit.waiting == number)  # noqa: B023 -- called here
    application.is_open.set()
    for each in asked:
        each.result(LONG)
    assert application.began == names


def test_who_waits_long_for_something_keeps_nobody(pool: ThreadPoolExecutor) -> None:
    """As a page that waits for a lock in the database."""
    application = Application(ConcurrencyLimit(longest_seconds=0.05))
    hanging = [pool.submit(application.ask, "wait") for _ in range(FEW)]
    assert pool.submit(application.ask).result(LONG) == [b"done"]
    assert not any(each.done() for each in hanging)
    application.is_open.set()
    assert [each.result(LONG) for each in hanging] == [[b"done"]] * FEW


def test_until_then_it_counts() -> None:
    hour = [0.0]
    limit = ConcurrencyLimit(longest_seconds=1.0, now=lambda: hour[0])
    limit.enter()
    with ThreadPoolExecutor(1) as pool:
        second = pool.submit(limit.enter)
        until(lambda: limit.waiting == 1)
        hour[0] = 0.9
        with pytest.raises(TimeoutError):
            second.result(1.5)
        hour[0] = 1.0
        second.result(LONG)


def test_who_gave_the_place_back_keeps_nobody(pool: ThreadPoolExecutor) -> None:
    """As a body that comes slowly, or a store that hangs; the place is given back once."""
    application = Application(ConcurrencyLimit(longest_seconds=LONG))

    def ended() -> None:
        concurrency.end()
        application.wait()
        concurrency.end()

    application.does["ended"] = ended
    hanging = pool.submit(application.ask, "ended")
    until(lambda: application.inside == 1)
    assert pool.submit(application.ask).result(LONG) == [b"done"]
    application.is_open.set()
    assert hanging.result(LONG) == [b"done"]


@contextmanager
def place_given_back() -> Iterator[None]:
    """Give the place back at once; who leaves it waits for another."""
    with concurrency.resuming():
        concurrency.end()
        yield


@pytest.mark.parametrize("away", [concurrency.elsewhere, place_given_back])
def test_who_was_away_kept_nobody_and_waits_again_to_compute(
    pool: ThreadPoolExecutor, away: Callable[[], AbstractContextManager[None]]
) -> None:
    """As a request that waits for the turn of its account, or a form whose body comes slowly."""
    application = Application(ConcurrencyLimit(longest_seconds=LONG))
    is_back, may_go = threading.Event(), threading.Event()

    def leaves() -> None:
        with away():
            assert may_go.wait(LONG)
        is_back.set()

    application.does["leaves"] = leaves
    leaving = pool.submit(application.ask, "leaves")
    until(lambda: application.inside == 1)
    computing = pool.submit(application.ask, "wait")
    until(lambda: application.inside == 1 + 1)
    may_go.set()
    until(lambda: application.limit.waiting == 1)
    assert not is_back.is_set()
    application.is_open.set()
    assert [each.result(LONG) for each in (leaving, computing)] == [[b"done"]] * 2


def test_a_request_that_fails_gives_its_place_back() -> None:
    application = Application(ConcurrencyLimit(longest_seconds=LONG))

    def fails() -> None:
        raise RuntimeError("a mistake")

    application.does["fails"] = fails
    for _ in range(FEW):
        with pytest.raises(RuntimeError, match="a mistake"):
            application.ask("fails")
    assert application.ask() == [b"done"]


def test_health_is_told_whatever_computes(pool: ThreadPoolExecutor) -> None:
    application = Application(ConcurrencyLimit(longest_seconds=LONG))
    computing = pool.submit(application.ask, "wait")
    until(lambda: application.inside == 1)
    assert pool.submit(application.ask, "", "/salud").result(LONG) == [b"done"]
    application.is_open.set()
    computing.result(LONG)


def test_questions_for_health_are_answered_one_after_the_other(pool: ThreadPoolExecutor) -> None:
    """Whoever asks for nothing else than health, without end, takes one thread's share too."""
    application = Application(ConcurrencyLimit(longest_seconds=LONG))
    application.does["look"] = lambda: time.sleep(0.01)
    asked = [pool.submit(application.ask, "look", "/salud") for _ in range(MANY)]
    assert [each.result(LONG) for each in asked] == [[b"done"]] * MANY
    assert application.most == 1


def test_who_kept_the_place_goes_on_at_once(pool: ThreadPoolExecutor) -> None:
    application = Application(ConcurrencyLimit(longest_seconds=LONG))
    entered = []

    def resumes() -> None:
        waiting = pool.submit(application.ask)
        until(lambda: application.limit.waiting == 1)
        with concurrency.resuming():
            pass
        entered.append(waiting.done())

    application.does["resumes"] = resumes
    assert application.ask("resumes") == [b"done"]
    assert entered == [False]


def test_outside_a_request_nobody_takes_or_gives_back_a_place(pool: ThreadPoolExecutor) -> None:
    """A command or the scheduler calls the same services: it waits for no place of requests."""
    application = Application(ConcurrencyLimit(longest_seconds=LONG))
    asked = [pool.submit(application.ask, "wait")]
    until(lambda: application.began == ["wait"])
    asked.append(pool.submit(application.ask))
    until(lambda: application.limit.waiting == 1)
    concurrency.step_aside()
    with concurrency.elsewhere(), concurrency.resuming():
        concurrency.end()
    assert (application.limit.waiting, application.began) == (1, ["wait"])
    application.is_open.set()
    assert [each.result(LONG) for each in asked] == [[b"done"]] * 2


def test_who_steps_aside_keeps_nobody_in_the_line_of_everybody(pool: ThreadPoolExecutor) -> None:
    """They wait for each other, also after they were away for something else."""
    aside = ConcurrencyLimit(longest_seconds=LONG)
    application = Application(ConcurrencyLimit(longest_seconds=LONG), aside)
    computing = []

    def heavy() -> None:
        concurrency.step_aside()
        with concurrency.elsewhere():
            pass
        concurrency.step_aside()  # it stays where it is
        computing.append(threading.get_ident())
        application.wait()

    application.does["heavy"] = heavy
    asked = [pool.submit(application.ask, "heavy") for _ in range(FEW)]
    until(lambda: aside.waiting == FEW - 1 and len(computing) == 1)
    assert [pool.submit(application.ask).result(LONG) for _ in range(FEW)] == [[b"done"]] * FEW
    assert (application.limit.waiting, len(computing)) == (0, 1)
    application.is_open.set()
    assert [each.result(LONG) for each in asked] == [[b"done"]] * FEW
    assert aside.waiting == 0


def test_the_next_request_of_a_thread_stands_in_the_line_of_everybody(
    pool: ThreadPoolExecutor,
) -> None:
    application = Application(
        ConcurrencyLimit(longest_seconds=LONG), ConcurrencyLimit(longest_seconds=LONG)
    )
    application.does["heavy"] = concurrency.step_aside
    with ThreadPoolExecutor(1) as one:
        assert one.submit(application.ask, "heavy").result(LONG) == [b"done"]
        first = one.submit(application.ask, "wait")
        until(lambda: application.inside == 1)
        second = pool.submit(application.ask)
        until(lambda: application.limit.waiting == 1)
        application.is_open.set()
        assert [each.result(LONG) for each in (first, second)] == [[b"done"]] * 2


def test_where_there_is_no_line_aside_one_computes_at_a_time(pool: ThreadPoolExecutor) -> None:
    application = Application(ConcurrencyLimit(longest_seconds=LONG))

    def heavy() -> None:
        concurrency.step_aside()
        application.wait()

    application.does["heavy"] = heavy
    asked = [pool.submit(application.ask, "heavy") for _ in range(2)]
    until(lambda: application.limit.waiting == 1)
    application.is_open.set()
    assert [each.result(LONG) for each in asked] == [[b"done"]] * 2
    assert application.most == 1


def test_who_stands_far_behind_looks_seldom_whether_it_may_go_on(
    pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each look takes the interpreter from the one that computes."""
    limit = ConcurrencyLimit(longest_seconds=0.05, now=lambda: 0.0)
    looked = []
    let_in = limit._let_in  # noqa: SLF001 -- what is counted

    def count() -> None:
        looked.append(threading.get_ident())
        let_in()

    place = limit.enter()
    monkeypatch.setattr(limit, "_let_in", count)
    waits = [pool.submit(limit.enter) for _ in range(MANY)]
    until(lambda: limit.waiting == MANY)
    time.sleep(0.6)
    times = len(looked)
    limit.leave(place)
    for each in waits:
        limit.leave(each.result(LONG))
    assert times < MANY * 0.6 / 0.05 / 2


def test_who_stood_far_behind_goes_on_soon_after_the_last_before_it_waits_for_something() -> None:
    """Those ahead are answered at once, and nobody comes any more who would let it in."""
    hour = [0.0]
    limit = ConcurrencyLimit(longest_seconds=0.2, now=lambda: hour[0])
    began, is_open = [], threading.Event()

    def compute(number: int) -> None:
        place = limit.enter()
        began.append(time.monotonic())
        if number == THREADS - 2:
            assert is_open.wait(LONG)
        limit.leave(place)

    first = limit.enter()
    with ThreadPoolExecutor(THREADS) as pool:
        asked = []
        for number in range(THREADS):
            asked.append(pool.submit(compute, number))
            until(lambda: limit.waiting == number + 1)  # noqa: B023 -- called here
        limit.leave(first)
        until(lambda: len(began) == THREADS - 1)
        hour[0] = 1.0
        asked[-1].result(LONG)
        is_open.set()
    assert began[-1] - began[-2] < THREADS * 0.2 / 2


@pytest.fixture
def two_lines(
    pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> Callable[[float], tuple[Application, Future[Any], Future[Any], list[str]]]:
    """Begin a request that steps aside, then a page, then let the first give way."""

    def begin(seconds: float) -> tuple[Application, Future[Any], Future[Any], list[str]]:
        monkeypatch.setattr(concurrency, "GIVING_WAY_SECONDS", seconds)
        application = Application(
            ConcurrencyLimit(longest_seconds=LONG), ConcurrencyLimit(longest_seconds=LONG)
        )
        is_aside, has_page = threading.Event(), threading.Event()
        went: list[str] = []

        def heavy() -> None:
            concurrency.step_aside()
            is_aside.set()
            assert has_page.wait(LONG)
            for number in range(FEW):
                concurrency.give_way()
                went.append(f"statement {number}")

        def page() -> None:
            has_page.set()
            application.wait()
            went.append("page")

        application.does |= {"heavy": heavy, "page": page}
        first = pool.submit(application.ask, "heavy")
        assert is_aside.wait(LONG)
        second = pool.submit(application.ask, "page")
        assert has_page.wait(LONG)
        return application, first, second, went

    return begin


def test_who_stepped_aside_lets_the_page_of_everybody_end(
    two_lines: Callable[[float], tuple[Application, Future[Any], Future[Any], list[str]]],
) -> None:
    application, heavy, page, went = two_lines(LONG)
    assert not went
    application.is_open.set()
    assert [each.result(LONG) for each in (page, heavy)] == [[b"done"]] * 2
    assert went == ["page", *(f"statement {number}" for number in range(FEW))]


def test_it_gives_way_for_so_long_only(
    two_lines: Callable[[float], tuple[Application, Future[Any], Future[Any], list[str]]],
) -> None:
    """Beside pages without end it is answered all the same."""
    application, heavy, page, went = two_lines(0.01)
    assert heavy.result(LONG) == [b"done"]
    assert went == [f"statement {number}" for number in range(FEW)]
    application.is_open.set()
    assert page.result(LONG) == [b"done"]


def test_who_did_not_step_aside_gives_way_to_nobody(pool: ThreadPoolExecutor) -> None:
    """Nor does the next request of a thread whose last one did, and what is no request."""
    application = Application(
        ConcurrencyLimit(FEW, longest_seconds=LONG), ConcurrencyLimit(longest_seconds=LONG)
    )
    application.does |= {"heavy": concurrency.step_aside, "light": concurrency.give_way}
    with ThreadPoolExecutor(1) as one:
        assert one.submit(application.ask, "heavy").result(LONG) == [b"done"]
        page = pool.submit(application.ask, "wait")
        until(lambda: application.inside == 1)
        assert one.submit(application.ask, "light").result(LONG) == [b"done"]
        one.submit(concurrency.give_way).result(LONG)
    application.is_open.set()
    assert page.result(LONG) == [b"done"]
