"""The demo tells its story to its own web process alone: another program hears nothing."""

import json
import socket
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from review_service.demo.stage import service
from review_service.demo.stage.errors import CannotStartError
from review_service.web.demo import proof
from tests.integration.web.site import Site
from tests.servers import LOOPBACK, free_port

HEALTHY = {"database": "ok", "store": "ok", "queue": "ok", "workers": 1}


class _Stranger(BaseHTTPRequestHandler):
    """Somebody else's service, in good health."""

    answer = json.dumps(HEALTHY)

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.answer.encode())

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@contextmanager
def answering(handler: type[_Stranger]) -> Iterator[int]:
    with ThreadingHTTPServer((LOOPBACK, 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A folder in which a run has begun."""
    proof.begin_run(tmp_path)
    return tmp_path


def test_another_program_in_good_health_is_told_apart(run: Path) -> None:
    with (
        answering(_Stranger) as port,
        pytest.raises(CannotStartError, match=f"En el puerto {port} responde otro programa"),
    ):
        service.is_ours(run, port)


def test_the_demo_of_another_folder_is_another_program(run: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    proof.begin_run(other)

    class Theirs(_Stranger):
        def do_GET(self) -> None:
            self.answer = proof.answer(other, self.path.rsplit("/", 1)[-1])
            super().do_GET()

    with answering(Theirs) as port:
        assert service.is_ours(other, port)
        with pytest.raises(CannotStartError):
            service.is_ours(run, port)


def test_nobody_there_is_not_yet(run: Path) -> None:
    assert not service.is_ours(run, free_port())


def test_an_answer_is_good_for_its_question_and_its_run(run: Path) -> None:
    asked = proof.challenge()
    said = proof.answer(run, asked)
    assert proof.is_answer(run, asked, said)
    assert not proof.is_answer(run, proof.challenge(), said)
    assert not proof.is_answer(run, asked, "")
    assert not proof.is_answer(run, asked, "ñ")
    proof.begin_run(run)
    assert not proof.is_answer(run, asked, said)


def test_the_secret_of_a_run_is_ours_alone(run: Path) -> None:
    assert stat.S_IMODE((run / proof.FILE).stat().st_mode) == 0o600
    assert stat.S_IMODE((run / proof.FILE).parent.stat().st_mode) == 0o700


def test_the_page_answers_the_question(demo_site: Site, demo_folder: Path) -> None:
    asked = proof.challenge()
    assert demo_site.visitor().get(f"/demo/prueba/{asked}").status_code == 404
    proof.begin_run(demo_folder)
    answer = demo_site.visitor().get(f"/demo/prueba/{asked}")
    assert proof.is_answer(demo_folder, asked, answer.text)


def test_the_address_of_a_dead_web_process_answers_no_more(run: Path) -> None:
    with socket.socket() as pages:
        pages.bind((LOOPBACK, 0))
        pages.listen()
        port = pages.getsockname()[1]
    assert not service.is_ours(run, port)
