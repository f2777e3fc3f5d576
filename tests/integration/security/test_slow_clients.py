"""Fifty connections that never finish their request, and somebody who only wants a page."""

import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.request import urlopen

import pytest

from review_service.db.engine import make_engine
from review_service.db.migrate import migrate
from review_service.demo.stage.processes import Children
from review_service.web import patience
from review_service.web.patience import PacedSocket
from tests.factories import FORM_SECRET, SECRET
from tests.servers import LOOPBACK, free_port

SLOW = 50
TRICKLE = b"POST /verificar/archivo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n"


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """One web process, as the command starts it."""
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
    }
    command = [sys.executable, "-m", "review_service.cli", "web", f"--bind={LOOPBACK}:{number}"]
    with Children(tmp_path) as children:
        children.start("web", [*command, "--workers=1"], env=env)
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline:
            try:
                socket.create_connection((LOOPBACK, number), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield number


def test_a_page_is_answered_while_fifty_others_trickle(port: int) -> None:
    with ExitStack() as held:
        slow = []
        for place in range(SLOW):
            one = held.enter_context(socket.create_connection((LOOPBACK, port), timeout=5))
            one.sendall(TRICKLE + (b"\r\n" if place % 2 else b""))
            slow.append(one)
        for _round in range(3):
            for one in slow:
                one.sendall(b"x")
            started = time.monotonic()
            with urlopen(f"http://{LOOPBACK}:{port}/ayuda", timeout=10) as answer:
                assert answer.status == 200
            assert time.monotonic() - started < 5


@pytest.fixture
def pair() -> Iterator[tuple[PacedSocket, socket.socket]]:
    """Both ends of one connection, ours paced."""
    ours, theirs = socket.socketpair()
    with PacedSocket(fileno=ours.detach()) as paced, theirs:
        paced.begin()
        yield paced, theirs


def test_what_comes_in_time_is_taken(pair: tuple[PacedSocket, socket.socket]) -> None:
    paced, theirs = pair
    theirs.sendall(b"hello")
    assert paced.recv(10) == b"hello"
    assert paced.gettimeout() is None


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
    with pytest.raises(ConnectionResetError):
        _take_crumbs(paced, theirs)


def _take_crumbs(paced: PacedSocket, theirs: socket.socket) -> None:
    for _piece in range(20):
        theirs.sendall(b"y")
        time.sleep(0.05)
        paced.recv(10)
