"""Tests of ending connections without waiting for their peers."""

import selectors
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest

from review_service.web.lingering import LINGER_SECONDS, MOST_BYTES, Lingering
from tests.servers import LOOPBACK


@dataclass(slots=True)
class Clock:
    """A clock that stands still until a test moves it."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@dataclass(slots=True)
class Room:
    """Two connections at most, with a selector and a clock."""

    held: ExitStack
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    clock: Clock = field(default_factory=Clock)

    def lingering(self) -> Lingering:
        return Lingering(self.selector, most=2, now=self.clock)

    def pair(self) -> tuple[socket.socket, socket.socket]:
        ours, theirs = socket.socketpair()
        return self.held.enter_context(ours), self.held.enter_context(theirs)

    def dispatch(self) -> None:
        for key, _ in self.selector.select(0):
            key.data(key.fileobj)


@pytest.fixture
def room() -> Iterator[Room]:
    with ExitStack() as held:
        made = Room(held)
        held.callback(made.selector.close)
        yield made


def is_open(ours: socket.socket) -> bool:
    return ours.fileno() != -1


def test_the_peer_hears_at_once_that_nothing_more_comes(room: Room) -> None:
    lingering = room.lingering()
    ours, theirs = room.pair()
    lingering.add(ours)
    assert theirs.recv(10) == b""
    assert is_open(ours)


def test_it_is_closed_once_the_peer_has_closed(room: Room) -> None:
    lingering = room.lingering()
    ours, theirs = room.pair()
    lingering.add(ours)
    room.dispatch()
    assert is_open(ours)
    theirs.close()
    room.dispatch()
    assert not is_open(ours)
    assert len(lingering) == 0


def test_a_peer_that_stays_is_given_its_time_only(room: Room) -> None:
    lingering = room.lingering()
    early, _early_peer = room.pair()
    late, _late_peer = room.pair()
    lingering.add(early)
    room.clock.seconds = 1.0
    lingering.add(late)
    room.clock.seconds = LINGER_SECONDS
    lingering.close_overdue()
    assert (is_open(early), is_open(late)) == (False, True)


def test_one_more_than_may_wait_closes_the_oldest(room: Room) -> None:
    lingering = room.lingering()
    pairs = [room.pair() for _ in range(3)]
    for ours, _ in pairs:
        lingering.add(ours)
    assert [is_open(ours) for ours, _ in pairs] == [False, True, True]
    assert len(lingering) == 2


def test_what_still_comes_is_taken_up_to_a_limit(room: Room) -> None:
    lingering = room.lingering()
    ours, theirs = room.pair()
    lingering.add(ours)
    theirs.sendall(b"x" * (MOST_BYTES - 1))
    room.dispatch()
    assert is_open(ours)
    theirs.sendall(b"x")
    room.dispatch()
    assert not is_open(ours)


def test_a_peer_that_has_gone_is_not_waited_for(room: Room) -> None:
    lingering = room.lingering()
    with socket.create_server((LOOPBACK, 0)) as server:
        theirs = socket.create_connection(server.getsockname())
        ours, _ = server.accept()
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        theirs.close()  # resets the connection
        lingering.add(ours)
        room.dispatch()
    assert not is_open(ours)
    assert len(lingering) == 0


def test_all_are_closed_when_the_process_ends(room: Room) -> None:
    lingering = room.lingering()
    pairs = [room.pair() for _ in range(2)]
    for ours, _ in pairs:
        lingering.add(ours)
    lingering.close_all()
    assert not any(is_open(ours) for ours, _ in pairs)
