"""Time limits for slow connections: slow phones are served, stalled connections are closed."""

import errno
import logging
import math
import socket
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from flask import Flask
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import TConn, ThreadWorker

from review_service.web import concurrency, unread
from review_service.web.lingering import Lingering

if TYPE_CHECKING:
    from concurrent.futures import Future

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

logger = logging.getLogger(__name__)
GRACE_SECONDS: Final = 30.0
"""Seconds allowed for any request, however slowly it arrives."""
LEAST_BYTES_A_SECOND: Final = 1024
"""Least mean speed after ``GRACE_SECONDS``; the slowest mobile network is three times faster."""
CROWDED_GRACE_SECONDS: Final = 5.0
"""The same while most threads wait for slow connections: others wait for a free one."""
CROWDED_SHARE: Final = 0.75
"""Share of the threads that may wait for slow connections before that holds."""
LOOK_SECONDS: Final = 1.0
"""How often a waiting thread looks whether that holds."""
SILENCE_SECONDS: Final = 60.0
"""Longest pause between two pieces of a request, or of an answer that is being sent."""
CHANGE_NOTHING: Final = frozenset({"GET", "HEAD"})
"""Requests that need no answer once nobody waits for it."""


class Waiting:
    """How many threads of a process wait for a piece of a request now."""

    def __init__(self, threads: float = math.inf) -> None:
        """``threads`` is how many the process has."""
        self._most = threads * CROWDED_SHARE
        self._count = 0
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        with self._lock:
            self._count += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._count -= 1

    @property
    def grace_seconds(self) -> float:
        """Seconds that any request may take, however slowly it arrives."""
        return CROWDED_GRACE_SECONDS if self._count > self._most else GRACE_SECONDS


class PacedSocket(socket.socket):
    """A socket with a least receiving speed; a slower peer is treated as a broken connection."""

    waited = 0.0
    """Seconds spent on waiting for the peer; what the service takes itself is not its slowness."""
    taken = 0
    waiting = Waiting()

    def begin(self) -> None:
        """Start counting time and bytes again, for the next request."""
        self.waited, self.taken = 0.0, 0

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """Receive at most ``size`` bytes. Raises ``ConnectionResetError`` for a slow peer."""
        former = self.gettimeout()
        silence = min(SILENCE_SECONDS, math.inf if former is None else former)
        concurrency.give_way()  # to take a large file apart costs as much as some pages
        try:
            data = self._at_hand(size, flags)
            if data is None:
                concurrency.end()  # a body that comes slowly keeps nobody from computing
                with self.waiting:
                    data = self._next(size, flags, silence)
        finally:
            self.settimeout(former)
        self.taken += len(data)
        return data

    @property
    def is_left(self) -> bool:
        """Whether the peer has hung up. As proxies do, take a half-closed connection for that."""
        try:
            return self._at_hand(1, socket.MSG_PEEK) == b""
        except OSError:
            return True
        finally:
            self.settimeout(None)

    def _at_hand(self, size: int, flags: int) -> bytes | None:
        self.settimeout(0)
        try:
            return super().recv(size, flags)
        except BlockingIOError:
            return None

    def _next(self, size: int, flags: int, silence: float) -> bytes:
        began = time.monotonic() - self.waited
        silent_until = time.monotonic() + silence
        try:
            while True:
                allowed = self.waiting.grace_seconds + self.taken / LEAST_BYTES_A_SECOND
                left = min(began + allowed, silent_until) - time.monotonic()
                if left <= 0:
                    raise ConnectionResetError(errno.ECONNRESET, "too slow")
                self.settimeout(min(left, LOOK_SECONDS))
                with suppress(TimeoutError):
                    return super().recv(size, flags)
        finally:
            self.waited = time.monotonic() - began


def unless_left(application: "WSGIApplication") -> "WSGIApplication":
    """Wrap an application so that no page is made for whoever has hung up, as while in line."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        peer = environ.get("gunicorn.socket")
        changes_nothing = environ["REQUEST_METHOD"] in CHANGE_NOTHING
        if changes_nothing and isinstance(peer, PacedSocket) and peer.is_left:
            raise ConnectionResetError(errno.ECONNRESET, "nobody waits for the answer")
        return application(environ, start_response)

    return answer


class PatientWorker(ThreadWorker):  # type: ignore[misc]  # the package has no types
    """Gunicorn's thread worker, with these limits on every connection."""

    _waiting = Waiting()
    _lingering: Lingering

    def init_process(self) -> None:
        """Begin to count this process's threads."""
        self._waiting = Waiting(self.cfg.threads)
        super().init_process()

    def run(self) -> None:
        """Take connections until the process is told to stop."""
        self._lingering = Lingering(self.poller, most=self.worker_connections)
        super().run()
        self._lingering.close_all()

    def murder_pending(self) -> None:
        """Close what has waited too long, as the loop asks after each look at the connections."""
        super().murder_pending()
        self._lingering.close_overdue()

    def finish_request(self, conn: TConn, fs: "Future[Any]") -> None:
        """Keep the connection for its next request, or end it without waiting for its peer."""
        if fs.cancelled() or fs.exception() or fs.result():
            super().finish_request(conn, fs)
            return
        self.nr_conns -= 1
        self._lingering.add(conn.sock)

    def handle(self, conn: TConn) -> Any:  # noqa: ANN401 -- gunicorn's own answers
        """Serve one request of a connection under these limits."""
        if not isinstance(conn.sock, PacedSocket):
            conn.sock = PacedSocket(fileno=conn.sock.detach())
            conn.sock.waiting = self._waiting
            if conn.sock.family != socket.AF_UNIX:
                wait = int(SILENCE_SECONDS * 1000)
                conn.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, wait)
        conn.sock.begin()
        return super().handle(conn)

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:  # noqa: ANN401 -- gunicorn's own
        """Answer a request that cannot be read with a page of ours.

        Gunicorn would log its sender and its address, which may hold a token.
        """
        status = unread.status_of(exc)
        if status is None or not isinstance(self.wsgi, Flask):
            super().handle_error(req, client, addr, exc)
            return
        logger.info("request_unread", extra={"status": status.value, "why": type(exc).__name__})
        with suppress(OSError):  # nobody waits for the answer
            write_nonblock(client, unread.answer(self.wsgi, status))

    def handle_request(self, req: Any, conn: TConn) -> Any:  # noqa: ANN401 -- gunicorn's own
        """Answer; close the connection then, where others stand in line.

        Its next request is then taken by whichever process is free, not by this one again.
        """
        if concurrency.OF_PROCESS.waiting:
            req.force_close()
        return super().handle_request(req, conn)
