"""Type and size of a body are decided by its route and by who asks, before it is read."""

import tracemalloc
from io import BytesIO

import pytest
from werkzeug.test import TestResponse

from review_service.web.bodies import DRAIN_BYTES, STRANGERS_DRAIN_BYTES, TYPED_FORM_BYTES
from review_service.web.form_fields import MOST_FIELDS
from tests.factories import RUC, open_draft
from tests.integration.web.site import JSON, Site, Visitor

MEBIBYTE = 1024 * 1024
TYPED = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=x"


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


class Counted(BytesIO):
    """A body of one field that counts how much of it was read; it holds none of it."""

    def __init__(self, length: int) -> None:
        super().__init__()
        self.length = length
        self.taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        """Return as many bytes as were asked for and are left."""
        left = self.length - self.taken
        count = left if size is None or size < 0 else min(size, left)
        self.taken += count
        return b"a" * count


def send(
    visitor: Visitor, path: str, kind: str, length: int, **more: object
) -> tuple[TestResponse, Counted]:
    body = Counted(length)
    answer = visitor.client.post(
        path,
        input_stream=body,
        content_type=kind,
        environ_overrides={"CONTENT_LENGTH": str(length)},
        buffered=True,
        **more,
    )
    return answer, body


@pytest.fixture
def path(site: Site) -> str:
    return f"/solicitudes/{open_draft(site.office, RUC)}/fotos/subir"


@pytest.mark.parametrize("route", ["/verificar", "/quejas/nueva/queja", "/ingresar"])
def test_a_packed_form_is_refused_before_it_is_read(visitor: Visitor, route: str) -> None:
    packed = {"Content-Encoding": "gzip"}
    answer, body = send(visitor, route, TYPED, TYPED_FORM_BYTES, headers=packed)
    assert answer.status_code == 415
    assert "<h1>" in answer.text
    assert answer.headers["Connection"] == "close"
    assert body.taken == TYPED_FORM_BYTES, "what is left is read after the answer, not taken apart"


@pytest.mark.parametrize("kind", [TYPED, PARTS])
def test_of_a_stranger_s_upload_nothing_is_read_before_the_door(
    visitor: Visitor, path: str, kind: str
) -> None:
    answer, body = send(visitor, path, kind, 60 * MEBIBYTE)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/ingresar")
    assert answer.headers["Connection"] == "close"
    assert body.taken <= STRANGERS_DRAIN_BYTES


def test_a_photo_behind_no_letter_is_not_read(visitor: Visitor) -> None:
    answer, body = send(visitor, "/quejas/carta/nobody/foto", PARTS, 16 * MEBIBYTE)
    assert answer.status_code == 410
    assert answer.headers["Connection"] == "close"
    assert body.taken <= STRANGERS_DRAIN_BYTES


def test_a_script_without_a_session_is_told_so_whatever_it_brings(
    visitor: Visitor, path: str
) -> None:
    answer, body = send(visitor, path, PARTS, 60 * MEBIBYTE, headers=JSON)
    assert answer.status_code == 401
    assert body.taken <= STRANGERS_DRAIN_BYTES


def test_a_typed_form_is_small_also_where_files_are_taken(
    visitor: Visitor, applicant: Visitor, path: str
) -> None:
    tracemalloc.start()
    try:
        for who, where in ((visitor, "/verificar/archivo"), (applicant, path)):
            answer, body = send(who, where, TYPED, 20 * MEBIBYTE)
            assert answer.status_code == 413
            assert body.taken <= DRAIN_BYTES
        assert tracemalloc.get_traced_memory()[1] < 16 * MEBIBYTE
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("length", "status"), [(TYPED_FORM_BYTES, 400), (TYPED_FORM_BYTES + 1, 413)]
)
def test_the_limit_of_a_typed_form_on_both_sides(
    visitor: Visitor, length: int, status: int
) -> None:
    answer, _ = send(visitor, "/ingresar", TYPED, length)
    assert answer.status_code == status


@pytest.mark.parametrize(("fields", "status"), [(MOST_FIELDS, 422), (MOST_FIELDS + 1, 413)])
def test_a_typed_form_of_too_many_fields_is_not_taken_apart(
    visitor: Visitor, fields: int, status: int
) -> None:
    body = "&".join(["a="] * fields)
    answer = visitor.client.post("/verificar", data=body, content_type=TYPED, buffered=True)
    assert answer.status_code == status


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "", "application/octet-stream"])
def test_what_is_no_form_is_not_read(visitor: Visitor, kind: str) -> None:
    answer, body = send(visitor, "/verificar/archivo", kind, 1000)
    assert answer.status_code == 415
    assert body.taken <= 1000


def test_a_body_without_a_length_is_not_read(visitor: Visitor) -> None:
    body = Counted(1000)
    answer = visitor.client.post(
        "/verificar/archivo",
        input_stream=body,
        content_type=PARTS,
        headers={"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": ""},
    )
    assert answer.status_code == 411
    assert body.taken == 0


def test_half_a_form_is_not_taken_for_a_whole_one(visitor: Visitor) -> None:
    """Its sender has gone: nobody would read a page."""
    answer = visitor.client.post(
        "/verificar",
        input_stream=BytesIO(b"number=MPCEIP-20"),
        content_type=TYPED,
        environ_overrides={"CONTENT_LENGTH": "60", "wsgi.input_terminated": True},
    )
    assert (answer.status_code, answer.text) == (400, "")
