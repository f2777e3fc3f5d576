"""Connections that never finish their request, and somebody who only wants a page."""

import os
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

import pytest
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import TConn

from review_service.db.engine import make_engine
from review_service.db.migrate import migrate
from review_service.demo.stage.processes import Children
from review_service.web import concurrency, patience
from review_service.web.concurrency import ConcurrencyLimit, limited
from review_service.web.patience import PacedSocket, PatientWorker, unless_left
from tests.factories import FORM_SECRET, SECRET
from tests.servers import LOOPBACK, free_port
from tests.waiting import until

TRICKLE = b"POST /verificar/archivo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n"


@contextmanager
def web_process(tmp_path: Path, url: str = "", **environment: str) -> Iterator[int]:
    """Run one web process, as the command starts it, on a database of its own; give its port."""
    if not url:
        url = f"sqlite:///{tmp_path}/review.db"
        engine = make_engine(url)
        migrate(engine)
        engine.dispose()
    number = free_port()
    env = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": url,
        "SECRET_KEY": FORM_SECRET,
        "DEMONSTRATION": "1",
        "VERIFICATION_KEY": SECRET,
        **environment,
    }
    command = [sys.executable, "-m", "review_service.cli", "web", f"--bind={LOOPBACK}:{number}"]
    with Children(tmp_path) as children:
        children.start("web", [*command, "--workers=1"], env=env)
        until(lambda: answers(number))
        yield number


def answers(port: int) -> bool:
    """Whether a page comes: the port is open some seconds before a process takes connections."""
    try:
        with urlopen(f"http://{LOOPBACK}:{port}/ayuda", timeout=60) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def page_while_others_trickle(port: int, *, slow: int) -> float:
    """Open connections that send a byte at a time, and ask for a page three times meanwhile.

    Return the longest that it took, in seconds.
    """
    longest = 0.0
    with ExitStack() as held:
        trickles = []
        for place in range(slow):
            one = held.enter_context(socket.create_connection((LOOPBACK, port), timeout=5))
            one.sendall(TRICKLE + (b"\r\n" if place % 2 else b""))
            trickles.append(one)
        for _round in range(3):
            for one in trickles:
                with suppress(OSError):  # it was ended
                    one.sendall(b"x")
            started = time.monotonic()
            with urlopen(f"http://{LOOPBACK}:{port}/ayuda", timeout=60) as answer:
                assert answer.status == 200
            longest = max(longest, time.monotonic() - started)
    return longest


@pytest.mark.parametrize(("slow", "within_seconds"), [(50, 5), (100, 12)])
def test_a_page_is_answered_while_others_trickle(
    tmp_path: Path, slow: int, within_seconds: float
) -> None:
    """A process has 64 threads: with more trickles than that each has less time."""
    with web_process(tmp_path) as port:
        assert page_while_others_trickle(port, slow=slow) < within_seconds


@pytest.fixture
def pair() -> Iterator[tuple[PacedSocket, socket.socket]]:
    """Both ends of one connection, ours paced."""
    ours, theirs = socket.socketpair()
    with PacedSocket(fileno=ours.detach()) as paced, theirs:
        paced.begin()
        yield paced, theirs


def test_who_brings_a_file_gives_way_before_each_piece_of_it(
    pair: tuple[PacedSocket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    paced, theirs = pair
    went: list[bytes] = []
    monkeypatch.setattr(concurrency, "give_way", lambda: went.append(b"way"))
    theirs.sendall(b"firstother")
    went.append(paced.recv(5))
    went.append(paced.recv(5))
    assert went == [b"way", b"first", b"way", b"other"]


def test_what_comes_in_time_is_taken(pair: tuple[PacedSocket, socket.socket]) -> None:
    paced, theirs = pair
    theirs.sendall(b"hello")
    assert paced.recv(10) == b"hello"
    assert paced.gettimeout() is None


def test_a_body_that_comes_slowly_keeps_nobody_from_computing(
    pair: tuple[PacedSocket, socket.socket],
) -> None:
    paced, theirs = pair
    limit = ConcurrencyLimit(longest_seconds=60.0)

    came = threading.Event()

    def reads(*_: object) -> list[bytes]:
        came.set()
        return [paced.recv(10)]

    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(limited(reads, limit), {}, lambda *_: lambda _: None)
        assert came.wait(20)
        limit.leave(limit.enter())  # would wait for a minute
        theirs.sendall(b"hello")
        assert list(answer.result(20)) == [b"hello"]


def test_a_body_that_is_there_keeps_its_place(pair: tuple[PacedSocket, socket.socket]) -> None:
    """Else each form that comes in two pieces would stand in line twice."""
    paced, theirs = pair
    theirs.sendall(b"hello")
    limit = ConcurrencyLimit(longest_seconds=60.0)

    def reads(*_: object) -> list[bytes]:
        with ThreadPoolExecutor(1) as pool:
            other = pool.submit(limit.enter)
            until(lambda: limit.waiting == 1)
            piece = paced.recv(10)
            kept = limit.waiting
            concurrency.end()
            other.result(20)
        return [piece, str(kept).encode()]

    assert list(limited(reads, limit)({}, lambda *_: lambda _: None)) == [b"hello", b"1"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_no_page_is_made_for_whoever_has_hung_up(
    pair: tuple[PacedSocket, socket.socket], method: str
) -> None:
    paced, theirs = pair
    assert asked_on(paced, method) == [b"page"]
    theirs.sendall(b"GET /the-next-one")
    assert asked_on(paced, method) == [b"page"]
    assert paced.recv(20) == b"GET /the-next-one"
    theirs.close()
    with pytest.raises(ConnectionResetError):
        asked_on(paced, method)


def test_what_somebody_sent_is_done_although_they_have_hung_up(
    pair: tuple[PacedSocket, socket.socket],
) -> None:
    paced, theirs = pair
    theirs.close()
    assert asked_on(paced, "POST") == [b"page"]


def asked_on(connection: PacedSocket, method: str) -> list[bytes]:
    """Return the answer of an application to one request of a connection."""
    environ = {"REQUEST_METHOD": method, "gunicorn.socket": connection}
    return list(unless_left(lambda *_: [b"page"])(environ, lambda *_: lambda _: None))


def test_silence_looks_like_a_broken_connection(
    pair: tuple[PacedSocket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "SILENCE_SECONDS", 0.05)
    with pytest.raises(ConnectionResetError):
        pair[0].recv(10)


def test_a_trickle_ends_and_a_slow_phone_does_not(
    pair: tuple[PacedSocket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "GRACE_SECONDS", 0.1)
    paced, theirs = pair
    for _piece in range(4):
        theirs.sendall(b"y" * 1024)
        time.sleep(0.05)
        assert paced.recv(2048)
    paced.begin()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(_send_crumbs, theirs)
        with pytest.raises(ConnectionResetError):
            _take_all(paced)


def test_what_the_service_took_itself_is_no_slowness_of_the_peer(
    pair: tuple[PacedSocket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "GRACE_SECONDS", 1.0)
    paced, theirs = pair
    paced.begin()
    time.sleep(1.5)  # a machine full of work
    sending = threading.Timer(0.2, theirs.sendall, [b"the rest"])
    sending.start()
    assert paced.recv(100) == b"the rest"
    sending.join()


def _send_crumbs(theirs: socket.socket) -> None:
    for _piece in range(20):
        theirs.sendall(b"y")
        time.sleep(0.05)


def _take_all(paced: PacedSocket) -> None:
    for _piece in range(20):
        paced.recv(10)


def test_what_came_long_ago_is_taken_however_late(
    pair: tuple[PacedSocket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a body whose request stood in line for long."""
    monkeypatch.setattr(patience, "GRACE_SECONDS", 0.0)
    paced, theirs = pair
    theirs.sendall(b"hello")
    time.sleep(0.05)
    assert paced.recv(10) == b"hello"


@pytest.mark.parametrize("others", [0, 1])
def test_a_kept_connection_is_closed_where_others_stand_in_line(
    monkeypatch: pytest.MonkeyPatch, others: int
) -> None:
    """Else it comes back to this process, whatever the other one has to do."""
    limit = ConcurrencyLimit(longest_seconds=60.0)
    monkeypatch.setattr(concurrency, "OF_PROCESS", limit)
    place = limit.enter()
    with ThreadPoolExecutor(1) as pool:
        waits = [pool.submit(limit.enter) for _ in range(others)]
        until(lambda: limit.waiting == others)
        answer = answered_by_a_worker()
        limit.leave(place)
        for each in waits:
            limit.leave(each.result(20))
    assert ("close" in answer) is bool(others)
    assert ("keep-alive" in answer) is not bool(others)


def answered_by_a_worker() -> str:
    """Return the ``Connection`` header with which a worker answers one request."""
    cfg = Config()
    worker = PatientWorker(1, os.getpid(), [], None, 30, cfg, Logger(cfg))
    worker.keepalived_conns = deque()

    def page(_environ: object, start: Callable[..., object]) -> list[bytes]:
        start("200 OK", [("Content-Length", "4")])
        return [b"page"]

    worker.wsgi = page
    with (
        closing(worker.tmp),
        socket.create_server((LOOPBACK, 0)) as server,
        socket.create_connection(server.getsockname()) as theirs,
    ):
        ours, address = server.accept()
        theirs.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        with closing(TConn(cfg, ours, address, server.getsockname())) as taken:
            worker.handle(taken)
            head = theirs.recv(4096).decode().lower()
    (told,) = [line for line in head.split("\r\n") if line.startswith("connection:")]
    return told
