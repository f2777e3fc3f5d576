"""The answer to a request that the server could not read, of which no view ever hears."""

from datetime import date
from functools import lru_cache
from http import HTTPStatus
from typing import Final

from flask import Flask, make_response, render_template
from gunicorn.http.errors import (
    ExpectationFailed,
    InvalidResponseHeader,
    InvalidResponseHeaderName,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
    UnsupportedTransferCoding,
)

from review_service.domain.terms import ecuador_today
from review_service.web.error_pages import unread_page

STATUSES: Final = {
    LimitRequestLine: HTTPStatus.REQUEST_URI_TOO_LONG,
    LimitRequestHeaders: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    ExpectationFailed: HTTPStatus.EXPECTATION_FAILED,
    UnsupportedTransferCoding: HTTPStatus.NOT_IMPLEMENTED,
}
"""Of what the server says of a request; of anything else it is 400."""


def status_of(error: Exception) -> HTTPStatus | None:
    """Return the status for a request that could not be read; None for another failure."""
    is_ours = isinstance(error, InvalidResponseHeader | InvalidResponseHeaderName)
    if is_ours or not isinstance(error, ParseException):
        return None
    return STATUSES.get(type(error), HTTPStatus.BAD_REQUEST)


def answer(app: Flask, status: HTTPStatus) -> bytes:
    """Return the whole answer, as it goes over the wire."""
    return _answer(app, status, ecuador_today())


@lru_cache(maxsize=16)
def _answer(app: Flask, status: HTTPStatus, _day: date) -> bytes:
    # Made once a day: whoever sends nonsense should cost nothing.
    with app.test_request_context("/", base_url="http://localhost"):
        page = render_template("errors/public.html", page=unread_page(status))
        response = app.process_response(make_response(page, status))
        response.headers["Connection"] = "close"
        response.headers["Content-Length"] = str(len(response.get_data()))
    head = "".join(f"{name}: {value}\r\n" for name, value in response.headers)
    first = f"HTTP/1.1 {status.value} {status.phrase}\r\n"
    return f"{first}{head}\r\n".encode("latin-1") + response.get_data()
