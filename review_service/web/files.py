"""Sends stored files to the browser, after comparing them with their SHA-256.

Nothing leaves before the last byte was compared; large files wait for that on disk.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import IO

from flask import Response, render_template

from review_service.domain.errors import DamagedFileError
from review_service.domain.file_kinds import HEAD_BYTES
from review_service.domain.given_names import given_name, true_ending
from review_service.domain.stored_files import FileKind, NamedFile
from review_service.services import stored_files
from review_service.services.upkeep import file_incidents
from review_service.web import account_turns
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
    lost = not file.kind.is_derived or file_incidents.original_is_lost(
        parts().reading(), file.owner_id
    )
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
    """Send a file of ours as a download, never opened inside our pages. Raises ``StoreError``.

    ``name`` comes from ``given_names``.
    """
    response = _stream(file, content_type=content_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def attached_pdf(content: bytes, *, name: str) -> Response:
    """Send a PDF that was just printed as a download; ``name`` comes from ``given_names``."""
    response = Response(content, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def download_document(file: NamedFile, *, stem: str) -> Response:
    """Send what an applicant sent as a download; its ending is that of its own first bytes.

    Raises ``StoreError``.
    """
    return _stream(file, content_type="application/octet-stream", stem=stem)


def _stream(file: NamedFile, *, content_type: str, stem: str = "") -> Response:
    # Read here, so that a store that is down or a file that changed becomes a page in words.
    account_turns.end_turn()
    held = ExitStack()
    opened = stored_files.opened(parts().writing, parts().store, file)
    stream, size_bytes = held.enter_context(opened)
    head = stream.read(HEAD_BYTES) if stem else b""
    stream.seek(0)
    response = Response(_pieces(stream), content_type=content_type)
    if stem:
        name = given_name(stem, ending=true_ending(head))
        response.headers.set("Content-Disposition", "attachment", filename=name)
    response.content_length = size_bytes
    response.call_on_close(held.close)
    response.headers["Content-Security-Policy"] = ATTACHMENT_POLICY
    return response


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    while piece := stream.read(PIECE_BYTES):
        yield piece
