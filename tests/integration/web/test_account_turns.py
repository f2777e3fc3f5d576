"""Many pages that one account asks for at once are computed one after the other."""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from io import BytesIO
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from review_service.domain.errors import TooManyAtOnceError
from review_service.domain.stored_files import FileKind, NamedFile
from review_service.services import stored_files
from review_service.services.sessions import applicant_account
from review_service.web import account_turns, files
from review_service.web.account_turns import AccountTurns, Clocks
from review_service.web.bodies import TYPED_FORM_BYTES
from review_service.web.concurrency import ConcurrencyLimit, limited
from tests.factories import OTHER_RUC, RUC
from tests.integration.services import steps
from tests.integration.web.officer.desk_cases import WebOffice, add_reviewer, sign_in
from tests.integration.web.site import Site, Visitor
from tests.waiting import until

AT_ONCE = 4
FILE = NamedFile(
    key="a", kind=FileKind.THUMBNAIL, application_id=uuid4(), owner_id=uuid4(), sha256=None
)
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


def test_one_account_computes_one_page_at_a_time(applicant: Visitor, slow: SlowPage) -> None:
    assert ask([with_cookies_of(applicant) for _ in range(AT_ONCE)]) == [200] * AT_ONCE
    assert slow.most == 1


def test_a_page_that_is_asked_for_with_a_body_waits_too(applicant: Visitor, slow: SlowPage) -> None:
    """Only a view that takes files may be sent them without a turn."""
    windows = [with_cookies_of(applicant) for _ in range(2)]
    body = bytes(2 * TYPED_FORM_BYTES)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda window: window.get(PAGE, data=body, buffered=True), windows))
    assert slow.most == 1


def test_a_store_that_hangs_keeps_nobody_from_a_page_that_needs_none(
    site: Site, applicant: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    hung, answers = threading.Event(), threading.Event()

    @contextmanager
    def opened(*_given: object) -> Iterator[tuple[BytesIO, int]]:
        hung.set()
        answers.wait(WAIT_SECONDS)
        yield BytesIO(b"picture"), 7

    monkeypatch.setattr(stored_files, "opened", opened)
    own = steps.ready_draft(site.office)
    site.app.view_functions["applicant.thumbnail"] = lambda **_given: files.picture(FILE)
    with ThreadPoolExecutor(1) as pool:
        picture = f"/solicitudes/{own}/paginas/{own}/1/miniatura.jpg"
        asked = pool.submit(with_cookies_of(applicant).get, picture, buffered=True)
        assert hung.wait(WAIT_SECONDS)
        assert with_cookies_of(applicant).get(PAGE).status_code == 200
        assert not asked.done()
        answers.set()
        assert asked.result().data == b"picture"


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


@dataclass
class Hand:
    """Clocks that go on only when somebody computes or rests."""

    at: float = field(default_factory=time.monotonic)
    computed: float = 0.0
    rested: list[float] = field(default_factory=list)

    def rest(self, seconds: float) -> None:
        """Rest so long, and note it."""
        self.rested.append(seconds)
        self.at += seconds

    def compute(self, seconds: float) -> None:
        """Use so much of a processor."""
        self.at += seconds
        self.computed += seconds

    @property
    def clocks(self) -> Clocks:
        """The clocks that read it."""
        return Clocks(now=lambda: self.at, used=lambda: self.computed, rest=self.rest)


def page(turns: AccountTurns, hand: Hand, account: str, seconds: float, *, beside: str) -> float:
    """Take a turn that computes so long; return how long it rested before."""
    before = len(hand.rested)
    turns.come(beside)
    turns.come(account)
    turns.take(account)
    hand.compute(seconds)
    turns.give_back(account)
    return sum(hand.rested[before:])


def test_an_account_that_computes_without_end_gets_its_share_and_others_do_not_wait() -> None:
    hand = Hand()
    turns = AccountTurns(hand.clocks)
    began = hand.at
    a_page = account_turns.FREE_SECONDS / 3
    rested = [page(turns, hand, "one", a_page, beside="") for _ in range(20)]
    assert rested[:3] == [0, 0, 0]
    assert min(rested[5:]) > 0.5
    assert max(rested) <= account_turns.LONGEST_REST_SECONDS
    assert hand.computed == pytest.approx(
        account_turns.FREE_SECONDS + account_turns.SHARE * (hand.at - began), abs=2.5 * a_page
    )
    assert page(turns, hand, "other", a_page, beside="one") == 0


def test_an_account_that_is_alone_waits_for_nothing() -> None:
    hand = Hand()
    turns = AccountTurns(hand.clocks)
    assert [page(turns, hand, "one", 1.0, beside="one") for _ in range(5)] == [0] * 5


def test_a_rest_frees_what_was_used() -> None:
    hand = Hand()
    turns = AccountTurns(hand.clocks)
    for _ in range(2):
        page(turns, hand, "one", 1.0, beside="one")
    assert page(turns, hand, "one", 0.1, beside="") > 0
    hand.at += 30
    assert page(turns, hand, "one", 0.1, beside="") == 0


def stands_in(turns: AccountTurns, pool: ThreadPoolExecutor, account: str) -> Future[None]:
    """Let a thread come for the turn of the account; return when it stands in line."""
    before = turns.present(account)
    coming = pool.submit(turns.take, account)
    until(lambda: turns.present(account) > before or coming.done())
    return coming


def test_two_accounts_together_hold_no_more_threads_than_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who has most waiting is refused for the sake of who has fewer."""
    monkeypatch.setattr(account_turns, "MOST_WAITING", 4)
    turns = AccountTurns()
    with ThreadPoolExecutor(9) as pool:
        greedy = [stands_in(turns, pool, "greedy") for _ in range(5)]
        assert isinstance(stands_in(turns, pool, "greedy").exception(), TooManyAtOnceError)
        other = [stands_in(turns, pool, "other") for _ in range(3)]
        until(lambda: greedy[4].done() and greedy[3].done())
        assert [type(each.exception()) for each in greedy[3:]] == [TooManyAtOnceError] * 2
        assert isinstance(stands_in(turns, pool, "other").exception(), TooManyAtOnceError)
        assert (turns.present("greedy"), turns.present("other")) == (3, 3)
        for account, asked in (("greedy", greedy[:3]), ("other", other)):
            for each in asked:
                each.result(WAIT_SECONDS)
                turns.give_back(account)
    assert (turns.present("greedy"), turns.present("other")) == (0, 0)


def test_accounts_that_used_nothing_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account_turns, "MOST_REMEMBERED", 3)
    hand = Hand()
    turns = AccountTurns(hand.clocks)
    page(turns, hand, "busy", 5.0, beside="busy")
    for number in range(5):
        page(turns, hand, str(number), 0, beside="")
    assert "busy" in turns.remembered
    assert len(turns.remembered) <= 4


def officer_of(site: Site) -> FlaskClient:
    """Return the browser of an officer who is signed in."""
    site.app.config["WTF_CSRF_ENABLED"] = False
    web = WebOffice(office=site.office, app=site.app)
    add_reviewer(web)
    return sign_in(web)


@pytest.fixture
def hand(site: Site) -> Hand:
    """The clocks of the site's own turns."""
    made = Hand()
    turns = site.app.extensions[account_turns.EXTENSION]
    turns.clocks = made.clocks
    turns.free_seconds = 0.0
    return made


@pytest.mark.parametrize("where", [PAGE, "/revision/"])
def test_who_used_the_share_rests_beside_somebody_else_and_not_alone(
    site: Site, applicant: Visitor, hand: Hand, where: str
) -> None:
    """Officers and applicants alike."""
    client = applicant.client if where == PAGE else officer_of(site)

    def show() -> str:
        hand.compute(1.0)
        return "page"

    endpoint, _ = site.app.url_map.bind("").match(where)
    site.app.view_functions[endpoint] = show
    hand.at += 1000
    client.get(where)
    client.get(where)
    assert hand.rested == [], "alone"
    site.visitor().get("/ayuda")
    client.get(where)
    assert len(hand.rested) == 1


def test_a_file_on_its_way_waits_for_no_page(
    applicant: Visitor, slow: SlowPage, site: Site
) -> None:
    own = steps.ready_draft(site.office)
    site.app.config["WTF_CSRF_ENABLED"] = False
    receive = site.app.view_functions["applicant.upload_photos"]
    site.app.view_functions["applicant.upload_photos"] = wraps(receive)(lambda **_given: "taken")
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(with_cookies_of(applicant).get, PAGE, buffered=True)
        until(lambda: slow.inside == 1)
        sent = with_cookies_of(applicant).post(
            f"/solicitudes/{own}/fotos/subir",
            data=bytes(2 * TYPED_FORM_BYTES),
            content_type="multipart/form-data; boundary=x",
            buffered=True,
        )
        still_inside = slow.inside
        slow.is_open.set()
        assert asked.result().status_code == 200
    assert sent.text == "taken"
    assert still_inside == 1, "it was answered while the page was still computed"


def test_files_count_for_the_share_of_their_account(
    site: Site, applicant: Visitor, hand: Hand
) -> None:
    own = steps.ready_draft(site.office)
    site.app.config["WTF_CSRF_ENABLED"] = False
    receive = site.app.view_functions["applicant.upload_photos"]

    def take(**_given: object) -> str:
        hand.compute(0.2)
        return "taken"

    site.app.view_functions["applicant.upload_photos"] = wraps(receive)(take)
    for _ in range(2):
        site.visitor().get("/ayuda")
        applicant.client.post(
            f"/solicitudes/{own}/fotos/subir",
            data=b"",
            content_type="multipart/form-data; boundary=x",
        )
    assert hand.rested == [pytest.approx(0.2 / account_turns.SHARE)]


def test_the_files_of_one_s_own_pages_are_nobody_else(
    site: Site, applicant: Visitor, hand: Hand
) -> None:
    turns = site.app.extensions[account_turns.EXTENSION]
    hand.at += account_turns.OTHERS_SECONDS + 0.1
    applicant.get(PAGE)
    applicant.get("/static/css/tokens.css")
    assert not turns.has_others(applicant_account(RUC))
    site.visitor().get("/ayuda")
    assert turns.has_others(applicant_account(RUC))


def test_who_waits_for_the_turn_of_an_account_keeps_no_stranger_waiting(
    site: Site, applicant: Visitor
) -> None:
    """Of two places one is computed in; the other is free, although a second window waits."""
    held, began = threading.Event(), threading.Event()

    def hold() -> str:
        began.set()
        assert held.wait(WAIT_SECONDS)
        return "page"

    site.app.view_functions["applicant.applications"] = hold
    limit = ConcurrencyLimit(2, longest_seconds=WAIT_SECONDS)
    site.app.wsgi_app = limited(site.app.wsgi_app, limit)  # type: ignore[assignment,method-assign]
    turns = site.app.extensions[account_turns.EXTENSION]
    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(window.get, PAGE, buffered=True) for window in
                 [with_cookies_of(applicant) for _ in range(2)]]  # fmt: skip
        assert began.wait(WAIT_SECONDS)
        until(lambda: turns.present(applicant_account(RUC)) == 2)
        stranger = pool.submit(site.visitor().get, "/ayuda")
        status = stranger.result(WAIT_SECONDS / 2).status_code
        held.set()
        assert status == 200
        assert [each.result(WAIT_SECONDS).status_code for each in asked] == [200, 200]


@pytest.fixture
def lines(site: Site) -> tuple[ConcurrencyLimit, ConcurrencyLimit]:
    """The line of everybody and the one aside, as a web process has them."""
    everybody, aside = (ConcurrencyLimit(longest_seconds=WAIT_SECONDS) for _ in range(2))
    site.app.wsgi_app = limited(site.app.wsgi_app, everybody, aside)  # type: ignore[assignment,method-assign]
    return everybody, aside


@dataclass
class Holding:
    """A view that stays inside until it is opened."""

    began: threading.Event = field(default_factory=threading.Event)
    is_open: threading.Event = field(default_factory=threading.Event)

    def show(self) -> str:
        """Answer once it is opened."""
        self.began.set()
        assert self.is_open.wait(WAIT_SECONDS)
        return "page"


@pytest.mark.usefixtures("lines")
def test_files_that_are_received_keep_no_stranger_waiting(site: Site, applicant: Visitor) -> None:
    own, held = steps.ready_draft(site.office), Holding()
    site.app.config["WTF_CSRF_ENABLED"] = False
    receive = site.app.view_functions["applicant.upload_photos"]
    site.app.view_functions["applicant.upload_photos"] = wraps(receive)(
        lambda **_given: held.show()
    )
    with ThreadPoolExecutor(2) as pool:
        sending = pool.submit(
            with_cookies_of(applicant).post,
            f"/solicitudes/{own}/fotos/subir",
            data=b"",
            content_type="multipart/form-data; boundary=x",
            buffered=True,
        )
        assert held.began.wait(WAIT_SECONDS)
        stranger = pool.submit(site.visitor().get, "/ayuda")
        status = stranger.result(WAIT_SECONDS / 2).status_code
        still_held = not sending.done()
        held.is_open.set()
        assert (status, still_held, sending.result(WAIT_SECONDS).text) == (200, True, "page")


@pytest.mark.usefixtures("lines")
def test_forms_of_strangers_keep_no_other_stranger_waiting(site: Site) -> None:
    """They hash passwords, write and mail: each costs many times what a page does."""
    held = Holding()
    site.app.config["WTF_CSRF_ENABLED"] = False
    site.app.view_functions["access.ask_for_link"] = held.show
    with ThreadPoolExecutor(2) as pool:
        sending = pool.submit(site.visitor().client.post, "/ingresar", data={"ruc": RUC})
        assert held.began.wait(WAIT_SECONDS)
        reader = pool.submit(site.visitor().get, "/ayuda")
        status = reader.result(WAIT_SECONDS / 2).status_code
        still_held = not sending.done()
        held.is_open.set()
        assert (status, still_held, sending.result(WAIT_SECONDS).text) == (200, True, "page")


@pytest.mark.parametrize("used", [0.0, 2 * account_turns.LIGHT_SECONDS])
def test_who_computed_a_lot_just_now_keeps_no_stranger_waiting(
    site: Site, applicant: Visitor, lines: tuple[ConcurrencyLimit, ConcurrencyLimit], used: float
) -> None:
    """Anybody else stands in the line of everybody, in which one computes at a time."""
    everybody, held = lines[0], Holding()
    site.app.view_functions["applicant.applications"] = held.show
    turns = site.app.extensions[account_turns.EXTENSION]
    turns.charge(applicant_account(RUC), used)
    with ThreadPoolExecutor(2) as pool:
        asked = pool.submit(with_cookies_of(applicant).get, PAGE, buffered=True)
        assert held.began.wait(WAIT_SECONDS)
        stranger = pool.submit(site.visitor().get, "/ayuda")
        until(lambda: stranger.done() or everybody.waiting > 0)
        was_first = stranger.done()
        held.is_open.set()
        assert [each.result(WAIT_SECONDS).status_code for each in (asked, stranger)] == [200, 200]
    assert was_first is (used > 0)


def test_an_account_is_light_again_after_a_while() -> None:
    hand = Hand()
    turns = AccountTurns(hand.clocks)
    assert turns.is_light("one")
    page(turns, hand, "one", 2 * account_turns.LIGHT_SECONDS, beside="")
    assert (turns.is_light("one"), turns.is_light("other")) == (False, True)
    hand.at += account_turns.LIGHT_SECONDS / account_turns.SHARE + 0.01
    assert turns.is_light("one")
