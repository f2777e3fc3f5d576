"""Typed forms are whole, and are taken apart within the limit of those that compute."""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from werkzeug.exceptions import ClientDisconnected

from review_service.web import concurrency
from review_service.web.bodies import TYPED_FORM_BYTES
from review_service.web.concurrency import ConcurrencyLimit, limited
from review_service.web.form_fields import MOST_FIELDS, FormRequest
from tests.waiting import until

LONG = 60.0


def asked(body: BytesIO, length: int) -> dict[str, object]:
    """Return the environment of a typed form, as gunicorn gives it."""
    return {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(length),
        "wsgi.input": body,
        "wsgi.input_terminated": True,
    }


def test_a_form_that_breaks_off_is_none() -> None:
    whole = b"field=a+long+word"
    assert FormRequest(asked(BytesIO(whole), len(whole))).form["field"] == "a long word"
    with pytest.raises(ClientDisconnected):
        assert FormRequest(asked(BytesIO(whole[:-1]), len(whole))).form


class Slow(BytesIO):
    """A body that gives the place back while it is waited for, as our sockets do."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.may_come = threading.Event()

    def read(self, size: int | None = -1, /) -> bytes:
        """Return what is there once it may come."""
        concurrency.end()
        assert self.may_come.wait(LONG)
        return super().read(size)


def test_a_form_that_came_slowly_waits_for_a_place_before_it_is_computed() -> None:
    limit, body, read = ConcurrencyLimit(longest_seconds=LONG), Slow(b"a=b"), threading.Event()

    def answer(environ: dict[str, object], *_: object) -> list[bytes]:
        value = FormRequest(environ).form["a"]
        read.set()
        return [value.encode()]

    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(limited(answer, limit), asked(body, 3), lambda *_: lambda _: None)
        place = limit.enter()  # as soon as the body is waited for
        body.may_come.set()
        until(lambda: limit.waiting == 1)
        assert not read.is_set()
        limit.leave(place)
        assert list(asking.result(LONG)) == [b"b"]


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (b"q=\xc3\xb1and\xc3\xba+a%26b", "ñandú a&b"),
        (b"q=\xd1and\xfa", "%D1and%FA"),
        (b"q=%D1and%FA", "%D1and%FA"),
        (b"q=\xed\xa0\x80\xff", "%ED%A0%80%FF"),
        (b"q=a%00b", "a\ufffdb"),
        (b"q=a\0b", "a\ufffdb"),
        (b"q=a%2500b", "a%00b"),
    ],
)
def test_bytes_beyond_ascii_are_read_as_if_they_came_written_out(sent: bytes, read: str) -> None:
    request = FormRequest(
        {**asked(BytesIO(sent), len(sent)), "QUERY_STRING": sent.decode("latin-1")}
    )
    assert request.args["q"] == read
    assert request.form["q"] == read
    assert request.full_path.isascii()


@pytest.mark.parametrize("fields", [1, MOST_FIELDS])
@pytest.mark.parametrize("unit", [b"\xff", b"%ff", b"a%ff", b"%e2%82", b"%", b"+", b"%00"])
def test_no_form_costs_a_call_for_each_of_its_bytes(unit: bytes, fields: int) -> None:
    body = b"&".join([unit * (TYPED_FORM_BYTES // len(unit) // fields - 1)] * fields)
    calls = 0

    def count(_frame: object, event: str, _told: object) -> None:
        nonlocal calls
        calls += event == "call"

    request = FormRequest(asked(BytesIO(body), len(body)))
    sys.setprofile(count)
    try:
        read = request.form
    finally:
        sys.setprofile(None)
    assert sum(len(name) + len(value) for name, value in read.items(multi=True)) > 0
    assert calls < 20 * MOST_FIELDS


def test_nothing_that_no_database_holds_is_read_from_an_address_or_a_form_in_parts() -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="q"\r\n\r\na\0b\r\n--x--\r\n'
    told = {**asked(BytesIO(body), len(body)), "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    request = FormRequest({**told, "PATH_INFO": "/v/a\0b"})
    assert request.form["q"] == "a\ufffdb"
    assert request.path == "/v/a\ufffdb"
