"""Time limits for slow connections: slow phones are served, stalled connections are closed."""

import errno
import math
import socket
import time
from typing import Any, Final

from gunicorn.workers.gthread import TConn, ThreadWorker

GRACE_SECONDS: Final = 30.0
"""Seconds allowed for any request, however slowly it arrives."""
LEAST_BYTES_A_SECOND: Final = 1024
"""Least mean speed after ``GRACE_SECONDS``; the slowest mobile network is three times faster."""
SILENCE_SECONDS: Final = 60.0
"""Longest pause between two pieces of a request, or of an answer that is being sent."""


class PacedSocket(socket.socket):
    """A socket with a least receiving speed; a slower peer is treated as a broken connection."""

    began = 0.0
    taken = 0

    def begin(self) -> None:
        """Start counting time and bytes again, for the next request."""
        self.began, self.taken = time.monotonic(), 0

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """Receive at most ``size`` bytes. Raises ``ConnectionResetError`` for a slow peer."""
        allowed = self.began + GRACE_SECONDS + self.taken / LEAST_BYTES_A_SECOND
        left = allowed - time.monotonic()
        if left <= 0:
            raise ConnectionResetError(errno.ECONNRESET, "too slow")
        former = self.gettimeout()
        self.settimeout(min(left, SILENCE_SECONDS, math.inf if former is None else former))
        try:
            data = super().recv(size, flags)
        except TimeoutError as error:
            raise ConnectionResetError(errno.ECONNRESET, "silent") from error
        finally:
            self.settimeout(former)
        self.taken += len(data)
        return data


class PatientWorker(ThreadWorker):  # type: ignore[misc]  # the package has no types
    """Gunicorn's thread worker, with these limits on every connection."""

    def handle(self, conn: TConn) -> Any:  # noqa: ANN401 -- gunicorn's own answers
        """Serve one request of a connection under these limits."""
        if not isinstance(conn.sock, PacedSocket):
            conn.sock = PacedSocket(fileno=conn.sock.detach())
            if conn.sock.family != socket.AF_UNIX:
                wait = int(SILENCE_SECONDS * 1000)
                conn.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, wait)
        conn.sock.begin()
        return super().handle(conn)
