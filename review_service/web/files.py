"""Stored files on their way to a browser: streamed, never held in memory, never rendered."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import BinaryIO
from urllib.parse import quote

from flask import Response

from review_service.domain.folding import ascii_only
from review_service.web.context import parts
from review_service.web.security import ATTACHMENT_POLICY

PIECE_BYTES = 64 * 1024
PICTURE_CACHE = "private, max-age=3600"
"""Pixels never change under their address; only this browser may keep them."""


def picture(key: str) -> Response:
    """Answer one JPEG that the sandbox made. Raises ``StoreError``."""
    response = _stream(key, content_type="image/jpeg")
    response.headers["Cache-Control"] = PICTURE_CACHE
    return response


def download(
    key: str,
    *,
    name: str,
    size_bytes: int | None = None,
    content_type: str = "application/octet-stream",
) -> Response:
    """Answer a file as a download that no browser opens in our pages. Raises ``StoreError``."""
    response = _stream(key, content_type=content_type)
    response.headers.set("Content-Disposition", "attachment", **_named(name))
    if size_bytes is not None:
        response.content_length = size_bytes
    return response


def file_name(*words: str, ending: str) -> str:
    """Return a name of our own for a download, such as ``comprobante-AR-2026-000001.pdf``."""
    plain = re.sub(r"[^A-Za-z0-9-]+", "-", "-".join(words)).strip("-")
    return f"{plain}.{ending}"


def _named(name: str) -> dict[str, str]:
    """Return a file's name as a header may carry it: ASCII, and beside it what was meant."""
    plain = ascii_only(name)
    if plain == name:
        return {"filename": name}
    return {"filename": plain or "archivo", "filename*": f"UTF-8''{quote(name, safe='')}"}


def _stream(key: str, *, content_type: str) -> Response:
    # Opened here, so that a store that is down becomes an error page and no broken download.
    held = ExitStack()
    stream = held.enter_context(parts().store.open(key))
    response = Response(_pieces(stream), content_type=content_type)
    response.call_on_close(held.close)
    response.headers["Content-Security-Policy"] = ATTACHMENT_POLICY
    return response


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    while piece := stream.read(PIECE_BYTES):
        yield piece
