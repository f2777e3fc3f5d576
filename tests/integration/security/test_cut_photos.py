"""A line that breaks while a photo is sent, and the same form sent again, to a real web process."""

import socket
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from uuid import UUID

import pytest

from review_service.db.engine import make_engine
from review_service.db.migrate import migrate
from review_service.db.models import LetterPhotoRow
from review_service.domain.letters import LetterKind
from review_service.domain.numbering import link_token
from tests.factories import SECRET, Office, make_office
from tests.integration.security.test_slow_clients import web_process
from tests.integration.services import letter_cases, steps
from tests.integration.services.steps import JPEG
from tests.servers import LOOPBACK

BOUNDARY = "----rum"
PHOTO = JPEG + bytes(300_000)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office on the database and the files of a web process."""
    url = f"sqlite:///{tmp_path}/review.db"
    engine = make_engine(url)
    migrate(engine)
    engine.dispose()
    made = make_office(url, tmp_path)
    yield made
    made.database.engine.dispose()


@pytest.fixture
def port(office: Office, tmp_path: Path) -> Iterator[int]:
    url = office.database.engine.url.render_as_string(hide_password=False)
    with web_process(tmp_path, url) as number:
        yield number


@pytest.fixture
def letter_id(office: Office) -> UUID:
    return letter_cases.received(office, LetterKind.FALSE_DOCUMENT)


def path_of(letter_id: UUID) -> str:
    return f"/quejas/carta/{link_token(SECRET, letter_id)}/foto"


def form() -> bytes:
    head = (
        f"--{BOUNDARY}\r\n"
        'Content-Disposition: form-data; name="foto"; filename="papel.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    return head.encode() + PHOTO + f"\r\n--{BOUNDARY}--\r\n".encode()


def send_half(port: int, path: str) -> None:
    """Send half of the form and close; return once the process has closed it too."""
    body = form()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with closing(socket.create_connection((LOOPBACK, port), timeout=60)) as line:
        line.sendall(head.encode() + body[: len(body) // 2])
        line.shutdown(socket.SHUT_WR)
        while line.recv(65_536):
            pass


def send(port: int, path: str) -> HTTPResponse:
    with closing(HTTPConnection(LOOPBACK, port, timeout=60)) as line:
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        line.request("POST", path, form(), {"Content-Type": kind})
        answer = line.getresponse()
        answer.read()
        return answer


def stored(folder: Path) -> list[str]:
    """Return all files of the store, those that are still being written too."""
    files = folder / "files"
    return [path.relative_to(files).as_posix() for path in files.rglob("*") if path.is_file()]


def test_half_a_photo_leaves_nothing_and_may_be_sent_again_and_again(
    office: Office, port: int, letter_id: UUID, tmp_path: Path
) -> None:
    send_half(port, path_of(letter_id))
    assert steps.rows(office, LetterPhotoRow) == []
    assert stored(tmp_path) == []
    for _ in range(2):
        answer = send(port, path_of(letter_id))
        assert (answer.status, answer.headers["Location"]) == (
            303,
            path_of(letter_id).removesuffix("/foto"),
        )
        [row] = steps.rows(office, LetterPhotoRow)
        assert stored(tmp_path) == [row.staging_key]
