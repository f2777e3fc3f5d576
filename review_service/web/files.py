"""Sends stored files to the browser, after comparing them with their SHA-256.

Nothing leaves before the last byte was compared; large files wait for that on disk.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import IO
from urllib.parse import quote

from flask import Response, render_template

from review_service.domain.errors import DamagedFileError
from review_service.domain.folding import ascii_only
from review_service.domain.stored_files import FileKind, NamedFile
from review_service.services import stored_files
from review_service.services.upkeep import file_incidents
from review_service.web.context import parts
from review_service.web.security import ATTACHMENT_POLICY

PIECE_BYTES = 64 * 1024
UNAVAILABLE = 503
REBUILT_SECONDS = 60
"""Seconds after which the browser may ask again for a picture that is being rebuilt."""
STAND_IN_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
PICTURE_CACHE = "private, max-age=3600"
"""The image at a URL never changes; only the browser, no proxy, may cache it."""


def picture(file: NamedFile) -> Response:
    """Send one JPEG made in the sandbox, or a drawing that says why not. Raises ``StoreError``.

    One that is lost or changed is made again in the background; the drawing says so meanwhile.
    """
    try:
        response = _stream(file, content_type="image/jpeg")
    except DamagedFileError:
        return _stand_in(file)
    response.headers["Cache-Control"] = PICTURE_CACHE
    return response


def _stand_in(file: NamedFile) -> Response:
    lost = file_incidents.original_is_lost(parts().reading(), file.owner_id)
    drawing = render_template(
        "macros/stand_in.svg", lost=lost, small=file.kind is FileKind.THUMBNAIL
    )
    response = Response(drawing, status=UNAVAILABLE, content_type="image/svg+xml; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = STAND_IN_POLICY
    if not lost:
        response.headers["Retry-After"] = str(REBUILT_SECONDS)
    return response


def download(
    file: NamedFile,
    *,
    name: str,
    content_type: str = "application/octet-stream",
) -> Response:
    """Send a file as a download, never opened inside our pages. Raises ``StoreError``."""
    response = _stream(file, content_type=content_type)
    response.headers.set("Content-Disposition", "attachment", **_named(name))
    return response


def file_name(*words: str, ending: str) -> str:
    """Return a name of our own for a download, such as ``comprobante-AR-2026-000001.pdf``."""
    plain = re.sub(r"[^A-Za-z0-9-]+", "-", "-".join(words)).strip("-")
    return f"{plain}.{ending}"


def _named(name: str) -> dict[str, str]:
    """Return a file name for a header: an ASCII form, and the real name in UTF-8."""
    plain = ascii_only(name)
    if plain == name:
        return {"filename": name}
    return {"filename": plain or "archivo", "filename*": f"UTF-8''{quote(name, safe='')}"}


def _stream(file: NamedFile, *, content_type: str) -> Response:
    # Read here, so that a store that is down or a file that changed becomes a page in words.
    held = ExitStack()
    opened = stored_files.opened(parts().writing, parts().store, file)
    stream, size_bytes = held.enter_context(opened)
    response = Response(_pieces(stream), content_type=content_type)
    response.content_length = size_bytes
    response.call_on_close(held.close)
    response.headers["Content-Security-Policy"] = ATTACHMENT_POLICY
    return response


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    while piece := stream.read(PIECE_BYTES):
        yield piece
