"""What the machine lacks is said in one sentence with the cure; what it has is used."""

import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from review_service.demo.stage import machine
from review_service.demo.stage.errors import CannotStartError
from review_service.demo.stage.home import Home
from review_service.settings import Settings
from tests.servers import LOOPBACK, free_port


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as server:
        server.bind((LOOPBACK, 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_free_port_is_fine() -> None:
    port = free_port()
    with machine.listen(port) as pages:
        assert pages.getsockname() == (LOOPBACK, port)
        with pytest.raises(CannotStartError):
            machine.listen(port)


def test_without_a_port_it_is_the_usual_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "USUAL_PORT", free_port())
    with machine.listen(None, any_other=True) as pages:
        assert pages.getsockname()[1] == machine.USUAL_PORT


def test_a_story_alone_takes_another_where_the_usual_one_is_taken(
    monkeypatch: pytest.MonkeyPatch, taken_port: int
) -> None:
    monkeypatch.setattr(machine, "USUAL_PORT", taken_port)
    with machine.listen(None, any_other=True) as pages:
        assert pages.getsockname()[1] not in {0, taken_port}
    with pytest.raises(CannotStartError, match=f"ya usa el puerto {taken_port}"):
        machine.listen(None)


def test_a_port_that_another_program_has_on_the_newer_loopback_is_taken() -> None:
    """A browser asks it first for «localhost»."""
    with socket.socket(socket.AF_INET6) as server:
        server.bind(("::1", 0))
        server.listen()
        port = server.getsockname()[1]
        with pytest.raises(CannotStartError, match=f"ya usa el puerto {port}.* --port "):
            machine.listen(port)


def test_a_taken_port_is_said_with_another_that_is_free(taken_port: int) -> None:
    with pytest.raises(CannotStartError, match=f"ya usa el puerto {taken_port}") as caught:
        machine.listen(taken_port)
    machine.listen(int(str(caught.value).rsplit(" ", 1)[-1])).close()


@pytest.mark.parametrize("port", [-1, 0, 65536])
def test_a_port_that_cannot_be_is_said(port: int) -> None:
    with pytest.raises(CannotStartError, match="no existe"):
        machine.listen(port)


def test_missing_programs_are_said_with_what_installs_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CannotStartError, match="apt-get install redis-server"):
        machine.find_queue_server()
    with pytest.raises(CannotStartError, match="apt-get install tesseract-ocr tesseract-ocr-spa"):
        machine.require_reader()


def test_a_reader_without_spanish_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script(tmp_path / "tesseract", "echo 'List of available languages (1):'; echo eng")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(CannotStartError, match="le falta el español"):
        machine.require_reader()


def test_valkey_is_a_queue_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script(tmp_path / "valkey-server", "true")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert machine.find_queue_server() == str(tmp_path / "valkey-server")


def test_the_processes_get_settings_that_stand_and_none_of_ours(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://production/rum")
    monkeypatch.setenv("S3_SECRET_KEY", "somebody else's")
    env = machine.environment(
        Home(folder=tmp_path), port=8123, mail_port=2525, queue_socket=Path("/run/rs-x/queue")
    )
    settings = Settings.from_env(env)
    assert settings.database_url == f"sqlite:///{tmp_path}/review.db"
    assert settings.redis_url == "unix:///run/rs-x/queue"
    assert settings.public_url == "http://localhost:8123"
    assert (settings.mail.host, settings.mail.port) == ("127.0.0.1", 2525)
    assert settings.demonstration
    assert settings.demo_page
    assert "S3_SECRET_KEY" not in env


def test_the_queue_listens_on_no_port(tmp_path: Path) -> None:
    command = machine.queue_command("redis-server", tmp_path)
    assert command[command.index("--port") + 1] == "0"
    assert command[command.index("--unixsocketperm") + 1] == "700"


def script(place: Path, body: str) -> None:
    place.write_text(f"#!/bin/sh\n{body}\n")
    place.chmod(stat.S_IRWXU)
