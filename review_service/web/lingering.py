"""Ends connections without waiting for their peers, as RFC 9112 section 9.6 asks.

A connection that is closed while bytes of the peer are unread cuts off the end of the answer. So
our side says first that it has nothing more to send, takes what still comes and throws it away, and
closes once the peer has closed too or ``LINGER_SECONDS`` have passed. Gunicorn does so on the
thread that takes new connections, one after another: twenty peers that keep theirs open made
everybody wait for half a minute. Here a selector tells of all of them at once.
"""

import selectors
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

LINGER_SECONDS: Final = 2.0
"""How long the peer may take to close its side."""
MOST_BYTES: Final = 65_536
"""Bytes that are taken from a peer which sends on instead."""


@dataclass(slots=True)
class _Ended:
    """One connection whose answer was given whole."""

    closes_at: float
    taken: int = 0


class Lingering:
    """The connections of one process that wait for their peers to close."""

    def __init__(
        self,
        selector: selectors.BaseSelector,
        *,
        most: int,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """``most`` is how many may wait at once: the oldest is closed for one more.

        The selector's ``data`` of each is a function to call with the socket once it is readable.
        ``now`` tells the time in seconds.
        """
        self._selector = selector
        self._most = most
        self._now = now
        self._ended: dict[socket.socket, _Ended] = {}
        """In the order in which they close."""

    def __len__(self) -> int:
        """Return how many wait."""
        return len(self._ended)

    def add(self, connection: socket.socket) -> None:
        """Say that nothing more will be sent, and close as soon as the peer has closed."""
        try:
            connection.shutdown(socket.SHUT_WR)
            connection.settimeout(0)
            self._selector.register(connection, selectors.EVENT_READ, self._take)
        except OSError:  # the peer has gone
            connection.close()
            return
        if len(self._ended) >= self._most:
            self._close(next(iter(self._ended)))
        self._ended[connection] = _Ended(closes_at=self._now() + LINGER_SECONDS)

    def close_overdue(self) -> None:
        """Close those whose peers have had their time."""
        now = self._now()
        for connection, ended in list(self._ended.items()):
            if ended.closes_at > now:
                return
            self._close(connection)

    def close_all(self) -> None:
        """Close every one of them now."""
        for connection in list(self._ended):
            self._close(connection)

    def _take(self, connection: socket.socket) -> None:
        ended = self._ended[connection]
        try:
            taken = len(socket.socket.recv(connection, MOST_BYTES))  # not paced: it never waits
        except BlockingIOError:
            return
        except OSError:
            taken = 0
        ended.taken += taken
        if taken == 0 or ended.taken >= MOST_BYTES:
            self._close(connection)

    def _close(self, connection: socket.socket) -> None:
        del self._ended[connection]
        with suppress(KeyError, ValueError):
            self._selector.unregister(connection)
        connection.close()
