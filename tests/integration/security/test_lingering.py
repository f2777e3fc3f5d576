"""Connections that the server ends and the peer keeps open, and somebody who only wants a page."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.integration.security.test_slow_clients import web_process
from tests.servers import LOOPBACK
from tests.waiting import LONGEST_SECONDS

ASKED_ONCE = b"GET /ayuda HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
LINGERING = 20
NO_WAIT_SECONDS = 1.0
"""Gunicorn lingers two seconds for each of them, one after another."""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Port of one web process."""
    folder: Path = tmp_path_factory.mktemp("lingering")
    with web_process(folder) as number:
        yield number


def connected(port: int, held: ExitStack) -> socket.socket:
    return held.enter_context(socket.create_connection((LOOPBACK, port), timeout=20))


def read_to_the_end(line: socket.socket) -> bytes:
    taken = b""
    while piece := line.recv(65536):
        taken += piece
    return taken


def test_a_page_is_answered_while_peers_keep_ended_connections_open(port: int) -> None:
    with ExitStack() as held:
        lines = [connected(port, held) for _ in range(LINGERING)]
        for line in lines:
            line.sendall(ASKED_ONCE)
        for line in lines:
            assert line.recv(16)
        started = time.monotonic()
        with urlopen(f"http://{LOOPBACK}:{port}/ayuda", timeout=60) as answer:
            assert answer.status == 200
        assert time.monotonic() - started < NO_WAIT_SECONDS


def test_who_sends_on_gets_the_whole_answer(port: int) -> None:
    """Bytes that nobody read when a connection is closed would cut off the end of the answer."""
    with ExitStack() as held:
        line = connected(port, held)
        line.sendall(ASKED_ONCE + b"x" * 20_000)
        assert read_to_the_end(line).endswith(b"</html>")


def test_an_ended_connection_is_closed_although_the_peer_keeps_it_open(port: int) -> None:
    with ExitStack() as held:
        line = connected(port, held)
        line.sendall(ASKED_ONCE)
        read_to_the_end(line)
        assert is_refused_in_time(line)


def test_who_sends_without_end_is_cut_off(port: int) -> None:
    with ExitStack() as held:
        line = connected(port, held)
        line.sendall(ASKED_ONCE)
        read_to_the_end(line)
        assert is_refused_in_time(line, b"x" * 65536)


def is_refused_in_time(line: socket.socket, sent: bytes = b"x") -> bool:
    """Whether what is sent is refused before long."""
    ends_at = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < ends_at:
        try:
            line.sendall(sent)
        except OSError:
            return True
        time.sleep(0.01)
    return False
