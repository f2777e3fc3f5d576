"""Answers go out compressed with gzip where the browser takes it and nothing can be guessed by it.

The length of a compressed page tells whether a word that somebody else put into its address stands
elsewhere in it too (BREACH). To measure that, another site must make the browser ask with its
session. So a page of a session is compressed only where the browser says that no other site asked:
``docs/security.md``, «Compression».
"""

import gzip
from functools import lru_cache
from typing import Final

from flask import Flask, Response, request

TYPES: Final = frozenset(
    {
        "text/html", "text/css", "text/javascript", "text/plain", "application/javascript",
        "application/json", "image/svg+xml",
    }
)  # fmt: skip
"""What is text; photos and PDF are compressed already."""
LEAST_BYTES: Final = 1024
"""Less fits into one packet anyway."""
LEVEL: Final = 5
"""A case of 100 kB takes 2 ms; the next level takes twice the time for 1 % less."""
STATIC_LEVEL: Final = 9
OK: Final = 200
ASKED_HERE: Final = frozenset({"same-origin", "none"})
"""``Sec-Fetch-Site`` of a page that the person opened, or that our own page asked for."""


def install(app: Flask) -> None:
    """Compress what may be compressed; runs after every other change of the answer."""
    app.after_request(compress)


def compress(response: Response) -> Response:
    """Return the answer, compressed where that helps and gives nothing away."""
    if response.mimetype not in TYPES or response.status_code != OK:
        return response
    response.vary.add("Accept-Encoding")
    is_static = request.endpoint == "static"
    if response.is_streamed and not is_static:
        return response  # what is read from disk piece by piece is not held in memory for this
    if not request.accept_encodings["gzip"] or "Content-Encoding" in response.headers:
        return response
    if not (is_static or may_compress(request.headers.get("Sec-Fetch-Site"))):
        return response
    response.direct_passthrough = False
    plain = response.get_data()
    if len(plain) < LEAST_BYTES:
        return response
    response.set_data(_once(plain) if is_static else gzip.compress(plain, LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    tag, _ = response.get_etag()
    if tag:
        response.set_etag(tag, weak=True)
    return response


def may_compress(asked_from: str | None) -> bool:
    """Whether a page's length can tell nothing: it is nobody's, or no other site asked for it."""
    return not request.cookies or asked_from in ASKED_HERE


@lru_cache(maxsize=64)
def _once(plain: bytes) -> bytes:
    return gzip.compress(plain, STATIC_LEVEL, mtime=0)
