"""Stored files on their way to a browser: streamed, never held in memory, never rendered."""

import re
from contextlib import ExitStack

from flask import Response, send_file

from review_service.web.context import parts
from review_service.web.security import ATTACHMENT_POLICY

PICTURE_CACHE = "private, max-age=3600"
"""Pixels never change under their address; only this browser may keep them."""


def picture(key: str) -> Response:
    """Answer one JPEG that the jail made. Raises ``StoreError``."""
    response = _stream(key, content_type="image/jpeg")
    response.headers["Cache-Control"] = PICTURE_CACHE
    response.headers["Content-Security-Policy"] = ATTACHMENT_POLICY
    return response


def download(key: str, *, name: str, content_type: str = "application/octet-stream") -> Response:
    """Answer a file as a download that no browser opens in our pages. Raises ``StoreError``."""
    response = _stream(key, content_type=content_type, name=name)
    response.headers["Content-Security-Policy"] = ATTACHMENT_POLICY
    return response


def file_name(*words: str, ending: str) -> str:
    """Return a name of our own for a download, such as ``comprobante-AR-2026-000001.pdf``."""
    plain = re.sub(r"[^A-Za-z0-9-]+", "-", "-".join(words)).strip("-")
    return f"{plain}.{ending}"


def _stream(key: str, *, content_type: str, name: str | None = None) -> Response:
    held = ExitStack()
    stream = held.enter_context(parts().store.open(key))
    response = send_file(
        stream,
        mimetype=content_type,
        as_attachment=name is not None,
        download_name=name,
        conditional=False,
        etag=False,
    )
    response.call_on_close(held.close)
    return response
