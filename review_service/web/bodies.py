"""What a request may bring, decided by its route and by who asks, before a byte of it is read."""

import time
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

from flask import Flask, Response, abort, current_app, request

from review_service.domain.limits import UploadLimits
from review_service.web.auth import asker
from review_service.web.context import parts

P = ParamSpec("P")
R = TypeVar("R")
BodyLimit = Callable[[UploadLimits], int]

TYPED_FORM: Final = "application/x-www-form-urlencoded"
FILE_FORM: Final = "multipart/form-data"
TYPED_FORM_BYTES: Final = 256 * 1024
"""Most bytes of a form without files: it is read and taken apart in memory, as a whole."""
FORM_ROOM: Final = 1024 * 1024
"""Most bytes of a form in parts, without its files."""
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
DRAIN_BYTES: Final = 64 * 1024 * 1024
DRAIN_SECONDS: Final = 10
STRANGERS_DRAIN_BYTES: Final = 1024 * 1024
STRANGERS_DRAIN_SECONDS: Final = 2
DRAIN_CHUNK: Final = 256 * 1024
READ: Final = frozenset({"form", "files", "stream", "data"})
"""Attributes that a request has cached once its body was read."""


def takes_files(
    limit: BodyLimit, *, too_large: Callable[[UploadLimits], str]
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Allow a view to receive files up to the limit, besides the form's other fields.

    ``too_large`` gives the sentence for a larger one; it names the limit.
    """

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        view.body_limit = limit  # type: ignore[attr-defined]
        view.too_large_sentence = too_large  # type: ignore[attr-defined]
        return view

    return mark


def install(app: Flask) -> None:
    """Decide on each body behind the guard and before anything reads it."""
    app.before_request(admit)
    app.after_request(_leave_no_bytes)


def admit() -> None:
    """Set the most bytes that may be read; refuse what has no length, another type or more.

    No browser packs a form, and nothing here would unpack it. Raises 411, 415 or 413.
    """
    if request.method in SAFE_METHODS:
        return
    if request.content_length is None:
        if "Transfer-Encoding" in request.headers:
            abort(411)
        return
    is_packed = request.headers.get("Content-Encoding", "identity").lower() != "identity"
    if request.content_length and (is_packed or request.mimetype not in {TYPED_FORM, FILE_FORM}):
        abort(415)
    request.max_content_length = _most_bytes()
    if request.content_length > request.max_content_length:
        abort(413)


def admit_words() -> bool:
    """Allow a form to be read before it is known who sent it; False where it is too large.

    So its words are kept when a session has ended (``kept``), while files of strangers stay unread.
    """
    most = {TYPED_FORM: TYPED_FORM_BYTES, FILE_FORM: FORM_ROOM}.get(request.mimetype, 0)
    if request.content_length is None or request.content_length > most:
        return False
    request.max_content_length = most
    return True


def drain_after(response: Response) -> None:
    """Read what is left of the body once the answer is out, and end the connection.

    A connection closed on unread bytes is reset, and the browser would never show our page. Of
    somebody who is not signed in less is read, so that nobody holds a thread for long.
    """
    stream = request.environ["wsgi.input"]
    most, seconds = STRANGERS_DRAIN_BYTES, STRANGERS_DRAIN_SECONDS
    if asker() is not None:
        most, seconds = DRAIN_BYTES, DRAIN_SECONDS
    left = min(request.content_length or 0, most)

    def drain() -> None:
        nonlocal left
        until = time.monotonic() + seconds
        while left > 0 and time.monotonic() < until:
            chunk = stream.read(min(DRAIN_CHUNK, left))
            if not chunk:
                return
            left -= len(chunk)

    response.headers["Connection"] = "close"
    response.call_on_close(drain)


def _most_bytes() -> int:
    if request.mimetype != FILE_FORM:
        return TYPED_FORM_BYTES
    view = current_app.view_functions.get(request.endpoint or "")
    limit: BodyLimit | None = getattr(view, "body_limit", None)
    return FORM_ROOM if limit is None else limit(parts().limits) + FORM_ROOM


def _leave_no_bytes(response: Response) -> Response:
    if request.content_length and not READ & vars(request).keys():
        drain_after(response)
    return response
