"""A server that speaks just enough S3 to fail in ways that no real one can be made to."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from review_service.settings import S3Settings
from tests.servers import LOOPBACK

Answer = tuple[int, bytes]
"""Status and body."""
NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
BEGUN = (
    f'{XML}<InitiateMultipartUploadResult xmlns="{NAMESPACE}"><Bucket>b</Bucket><Key>k</Key>'
    "<UploadId>one</UploadId></InitiateMultipartUploadResult>"
)


def failing(code: str) -> str:
    """Return the body of an error answer."""
    return f"{XML}<Error><Code>{code}</Code><Message>so it is</Message></Error>"


@contextmanager
def s3_that_joins(join: Callable[[], Answer]) -> Iterator[S3Settings]:
    """Serve an empty bucket that takes every part, and answers with ``join`` when all are sent."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer(404)

        def do_PUT(self) -> None:
            self._take()
            self._answer(200, etag='"e"')

        def do_DELETE(self) -> None:
            self._answer(204)

        def do_POST(self) -> None:
            self._take()
            begins = "uploads" in parse_qs(urlsplit(self.path).query, keep_blank_values=True)
            status, body = (200, BEGUN.encode()) if begins else join()
            self._answer(status, body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def _take(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))

        def _answer(self, status: int, body: bytes = b"", etag: str = "") -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Type", "application/xml")
            if etag:
                self.send_header("ETag", etag)
            self.end_headers()
            self.wfile.write(body)

    with ThreadingHTTPServer((LOOPBACK, 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield S3Settings(
            endpoint=f"{LOOPBACK}:{server.server_port}",
            access_key="a",
            secret_key="b",
            bucket="t-double",
            secure=False,
            region="us-east-1",
        )
        server.shutdown()
