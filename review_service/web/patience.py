"""How long a connection is waited for: slow phones are welcome, silence and trickles are not."""

import errno
import math
import socket
import time
from typing import Any, Final

from gunicorn.workers.gthread import TConn, ThreadWorker

GRACE_SECONDS: Final = 30.0
"""What any request may take, however little of it comes."""
LEAST_BYTES_A_SECOND: Final = 1024
"""After that, the mean speed below which it is ended. The slowest mobile network gives thrice."""
SILENCE_SECONDS: Final = 60.0
"""Between two pieces of a request, and until the other side takes what we send."""


class PacedSocket(socket.socket):
    """A connection whose other side must keep sending; too slow looks like one that broke."""

    began = 0.0
    taken = 0

    def begin(self) -> None:
        """Count anew: another request starts."""
        self.began, self.taken = time.monotonic(), 0

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """Receive as ever, but not for ever. Raises ``ConnectionResetError``."""
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
    """Threads that nobody can hold by sending one byte now and then."""

    def handle(self, conn: TConn) -> Any:  # noqa: ANN401 -- gunicorn's own answers
        """Serve one request of a connection, at a pace."""
        if not isinstance(conn.sock, PacedSocket):
            conn.sock = PacedSocket(fileno=conn.sock.detach())
            if conn.sock.family != socket.AF_UNIX:
                wait = int(SILENCE_SECONDS * 1000)
                conn.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, wait)
        conn.sock.begin()
        return super().handle(conn)
