"""Many pages that one account asks for at once are computed one after the other."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from flask.testing import FlaskClient

from review_service.services.sessions import applicant_account
from review_service.web import account_turns
from review_service.web.account_turns import AccountTurns
from tests.factories import OTHER_RUC, RUC
from tests.integration.web.site import Site, Visitor

AT_ONCE = 4
PAGE = "/solicitudes"
WAIT_SECONDS = 20


@dataclass
class SlowPage:
    """A view that takes its time and counts how many are inside at once."""

    inside: int = 0
    most: int = 0
    is_open: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def show(self) -> str:
        """Answer after a while, or when it is opened."""
        with self._lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        self.is_open.wait(0.2)
        with self._lock:
            self.inside -= 1
        return "page"


@pytest.fixture
def slow(site: Site) -> Iterator[SlowPage]:
    """The page of the own applications, made slow."""
    page = SlowPage()
    site.app.view_functions["applicant.applications"] = page.show
    yield page
    page.is_open.set()


def with_cookies_of(visitor: Visitor) -> FlaskClient:
    """Return another window of the same browser."""
    client = visitor.site.app.test_client()
    cookie = visitor.client.get_cookie("solicitante")
    assert cookie is not None
    client.set_cookie("solicitante", cookie.value)
    return client


def ask(windows: Sequence[FlaskClient]) -> list[int]:
    """Ask for the page in every window in the same instant; return the statuses."""
    barrier = threading.Barrier(len(windows))

    def one(window: FlaskClient) -> int:
        barrier.wait(WAIT_SECONDS)
        return window.get(PAGE, buffered=True).status_code

    with ThreadPoolExecutor(len(windows)) as pool:
        return list(pool.map(one, windows))


def until(is_so: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + WAIT_SECONDS
    while not is_so():
        assert time.monotonic() < ends_at
        time.sleep(0.01)


def test_one_account_computes_one_page_at_a_time(applicant: Visitor, slow: SlowPage) -> None:
    assert ask([with_cookies_of(applicant) for _ in range(AT_ONCE)]) == [200] * AT_ONCE
    assert slow.most == 1


def test_another_session_of_the_same_account_waits_too(
    site: Site, applicant: Visitor, slow: SlowPage
) -> None:
    second = site.applicant(RUC)
    assert ask([with_cookies_of(each) for each in (applicant, second)]) == [200, 200]
    assert slow.most == 1


def test_two_accounts_do_not_wait_for_each_other(
    site: Site, applicant: Visitor, slow: SlowPage
) -> None:
    other = site.applicant(OTHER_RUC)
    windows = [with_cookies_of(each) for each in (applicant, other)]
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(window.get, PAGE, buffered=True) for window in windows]
        until(lambda: slow.most == len(windows))
        slow.is_open.set()
        assert [each.result().status_code for each in asked] == [200, 200]


@pytest.mark.usefixtures("slow")
def test_whoever_asks_for_too_many_is_told_so_at_once(
    applicant: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account_turns, "MOST_WAITING", 1)
    windows = [with_cookies_of(applicant) for _ in range(3)]
    assert sorted(ask(windows)) == [200, 200, 429]
    assert applicant.get(PAGE).status_code == 200


def test_a_page_that_fails_gives_its_turn_back(
    site: Site, applicant: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> str:
        raise RuntimeError("a mistake")

    monkeypatch.setitem(site.app.view_functions, "applicant.applications", broken)
    monkeypatch.setattr(account_turns, "LONGEST_WAIT_SECONDS", 0.5)
    site.app.config["PROPAGATE_EXCEPTIONS"] = False
    assert [applicant.get(PAGE).status_code for _ in range(3)] == [500, 500, 500]


@pytest.mark.usefixtures("slow")
def test_whoever_waits_too_long_is_told_to_come_again(
    applicant: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account_turns, "LONGEST_WAIT_SECONDS", 0.01)
    answers = ask([with_cookies_of(applicant) for _ in range(2)])
    assert sorted(answers) == [200, 429]


def busy(seconds: float) -> None:
    """Use so much of a processor."""
    until_then = time.thread_time() + seconds
    while time.thread_time() < until_then:
        pass


def times(
    turns: AccountTurns, account: str, *, count: int, seconds: float, beside: str = ""
) -> list[float]:
    """Take turns one after the other that compute so long; return how long each waited."""
    waited = []
    for _ in range(count):
        turns.come(beside)
        turns.come(account)
        began = time.monotonic()
        turns.take(account)
        waited.append(time.monotonic() - began)
        busy(seconds)
        turns.give_back(account)
    return waited


def test_an_account_that_computes_without_end_gets_its_share_and_others_do_not_wait() -> None:
    turns = AccountTurns(0.1)
    waited = times(turns, "one", count=5, seconds=0.04)
    assert max(waited[:3]) < 0.3
    assert min(waited[4:]) > 0.3
    assert max(times(turns, "other", count=1, seconds=0.04)) < 0.1


def test_an_account_that_is_alone_waits_for_nothing() -> None:
    turns = AccountTurns()
    turns.line("one").used = 2.0
    assert max(times(turns, "one", count=3, seconds=0.02, beside="one")) < 0.1


def test_a_rest_frees_what_was_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account_turns, "SHARE", 1.0)
    turns = AccountTurns()
    turns.line("one").used = 1.2
    time.sleep(0.3)
    assert max(times(turns, "one", count=1, seconds=0)) < 0.1


def test_accounts_that_used_nothing_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account_turns, "MOST_REMEMBERED", 3)
    turns = AccountTurns()
    turns.line("busy").used = 5.0
    for number in range(5):
        times(turns, str(number), count=1, seconds=0)
    assert turns.line("busy").used == 5.0
    assert turns.remembered <= 5


def test_the_files_of_one_s_own_pages_are_nobody_else(site: Site, applicant: Visitor) -> None:
    turns = site.app.extensions[account_turns.EXTENSION]
    time.sleep(account_turns.OTHERS_SECONDS + 0.1)
    applicant.get(PAGE)
    applicant.get("/static/css/tokens.css")
    assert not turns.has_others(applicant_account(RUC))
    site.visitor().get("/ayuda")
    assert turns.has_others(applicant_account(RUC))
