"""The demo as people start it: the whole story over real pages, and an orderly end."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest

from review_service.demo.stage import machine
from review_service.demo.stage.home import NOTE
from review_service.demo.story import cases
from tests.servers import LOOPBACK, free_port

pytestmark = pytest.mark.slow
PATIENCE_SECONDS = 240


@dataclass
class Demo:
    """A demo in a process of its own."""

    process: subprocess.Popen[str]
    folder: Path
    port: int

    def finish(self) -> str:
        """Wait for its end and return what it printed."""
        printed, _ = self.process.communicate(timeout=PATIENCE_SECONDS)
        return printed

    def read_until(self, words: str) -> str:
        """Return what it printed since the last time, up to the line with the words."""
        assert self.process.stdout is not None
        printed = ""
        for line in self.process.stdout:
            printed += line
            if words in line:
                return printed
        raise AssertionError(f"never printed {words!r}, only:\n{printed}")

    def page(self, path: str) -> str:
        """Open one of its pages."""
        with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
            return str(answer.read().decode())

    def family(self) -> list[str]:
        """Return the command lines of every process that knows the folder."""
        needle = str(self.folder).encode()
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                knows = (
                    needle in (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
                )
                if knows and int(entry.name) != os.getpid():
                    found.append((entry / "cmdline").read_text())
            except OSError:
                continue
        return [command for command in found if command]


@pytest.fixture
def demos() -> Iterator[list[Demo]]:
    started: list[Demo] = []
    yield started
    for demo in started:
        if demo.process.poll() is None:
            demo.process.kill()
        demo.process.communicate()


def start(demos: list[Demo], folder: Path, *options: str, port: int | None = None) -> Demo:
    port = port or free_port()
    command = [sys.executable, "-m", "review_service.cli", "demo", "--port", str(port), *options]
    process = subprocess.Popen(
        command,
        cwd=folder.parent,
        env={**os.environ, "DEMO_DIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    demos.append(Demo(process=process, folder=folder, port=port))
    return demos[-1]


def expect_the_whole_story(demo: Demo, printed: str) -> Path:
    """Expect that a run with ``--once`` came to its end and left nothing; return the Acuerdo."""
    assert demo.process.returncode == 0, printed
    *_, certified, last = printed.rstrip().splitlines()
    certificate = Path(certified.removeprefix("certificate: "))
    assert certificate.name.startswith("Certificado-RUM-")
    assert last.startswith("issued: ")
    paper = Path(last.removeprefix("issued: "))
    for each in (certificate, paper):
        assert each.is_absolute()
        assert each.read_bytes().startswith(b"%PDF-")
    assert "su categoría: " in printed
    assert printed.count("«Vigente»") == 6
    assert printed.count("«Alterado»") == 3
    assert "muy oscura" in printed
    assert "\x1b" not in printed
    assert demo.family() == []
    return paper


def expect_an_orderly_end(demo: Demo, number: signal.Signals) -> None:
    """Expect that the signal ended everything in the middle of the story."""
    printed = demo.finish()
    assert demo.process.returncode == 128 + number
    assert "issued" not in printed
    assert "Traceback" not in printed
    assert demo.family() == []


@pytest.mark.trial
def test_once_more_in_the_same_folder_issues_the_next_number(
    demos: list[Demo], tmp_path: Path
) -> None:
    folder = tmp_path / "demo"
    for number in (1, 2):
        demo = start(demos, folder, "--once")
        printed = demo.finish()
        paper = expect_the_whole_story(demo, printed)
        assert re.search(rf"-\d{{4}}-{number:06d}\.pdf$", paper.name)
        assert ("no permite todas sus paredes" in printed) is (number == 2)
        (folder / f"sandbox-{machine.kernel()}").write_text("partial")


def test_interrupted_it_is_told_anew(demos: list[Demo], tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    interrupted = start(demos, folder, "--once")
    interrupted.read_until("Sube 8 fotos")  # the MIPYME has its certificate by now
    interrupted.process.send_signal(signal.SIGINT)
    expect_an_orderly_end(interrupted, signal.SIGINT)

    once = start(demos, folder, "--once")
    printed = once.finish()
    assert "quedó a medias" in printed
    assert "no permite todas sus paredes" not in printed
    assert re.search(r"-\d{4}-000001\.pdf$", expect_the_whole_story(once, printed).name)


@pytest.mark.trial
def test_told_once_it_is_served_with_a_full_queue_until_it_is_stopped(
    demos: list[Demo], tmp_path: Path
) -> None:
    folder = tmp_path / "demo"
    once = start(demos, folder, "--once")
    expect_the_whole_story(once, once.finish())

    (folder / f"sandbox-{machine.kernel()}").write_text("partial")
    demo = start(demos, folder)
    demo.read_until("no permite todas sus paredes")
    assert "artesana" not in demo.read_until("Ctrl-C termina todo")  # the story was told already
    page = demo.page("/demo")
    assert "colibri-nube-tambor-7" in page
    with closing(sqlite3.connect(folder / "review.db")) as database:
        holders = database.execute("SELECT kind, ruc FROM agreements WHERE state = 'published'")
        held = dict(holders.fetchall())
    for kind, word in (("agreement", "Acuerdo"), ("certificate", "certificado")):
        assert f"{word.lower()}-cambiado.pdf" in page
        said = [row for row in page.split("<li>") if f"Ya tiene su {word}" in row]
        assert len(said) == 1
        assert held[kind] in said[0]
    demo.read_until("Bandeja de revisión con casos de prueba")
    assert f"{len(cases.EVERY_CASE)} casos" in demo.read_until("casos")
    assert "Corrija su solicitud" in demo.page("/demo/correos")
    demo.process.send_signal(signal.SIGINT)
    printed = demo.finish()
    assert demo.process.returncode == 0, printed
    assert demo.family() == []

    again = start(demos, folder)
    again.read_until("Ctrl-C termina todo")
    assert "Corrija su solicitud" in again.page("/demo/correos")
    again.process.send_signal(signal.SIGTERM)
    assert "Bandeja" not in again.finish()  # the queue is full


@pytest.mark.trial
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_in_the_middle_of_the_story_ends_everything(
    demos: list[Demo], tmp_path: Path, number: signal.Signals
) -> None:
    demo = start(demos, tmp_path / "demo", "--once")
    demo.read_until("Escribe su RUC")
    demo.process.send_signal(number)
    expect_an_orderly_end(demo, number)


@pytest.mark.trial
def test_killed_it_takes_everything_along(demos: list[Demo], tmp_path: Path) -> None:
    demo = start(demos, tmp_path / "demo", "--once")
    demo.read_until("Escribe su RUC")
    assert len(demo.family()) >= 5
    demo.process.kill()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while demo.family():
        assert time.monotonic() < deadline, demo.family()
        time.sleep(0.2)
    left = Path((demo.folder / "sockets").read_text())
    assert left.is_dir()
    again = start(demos, demo.folder, "--once")
    again.read_until("Base de datos")
    assert not left.exists()
    again.process.send_signal(signal.SIGINT)
    again.finish()


@pytest.mark.trial
def test_a_reset_starts_over(demos: list[Demo], tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    (folder / "mail").mkdir(parents=True)
    (folder / "mail" / "old.eml").touch()
    (folder / NOTE).touch()
    (folder / "stories").write_text("7")
    demo = start(demos, folder, "--once", "--reset")
    printed = demo.finish()
    assert demo.process.returncode == 0, printed
    assert not (folder / "mail" / "old.eml").exists()
    assert (folder / "stories").read_text() == "1"


def test_a_taken_port_stops_it_before_anything_is_sent(demos: list[Demo], tmp_path: Path) -> None:
    with socket.socket() as stranger:
        stranger.bind((LOOPBACK, 0))
        stranger.listen()
        demo = start(demos, tmp_path / "demo", port=stranger.getsockname()[1])
        (sentence,) = demo.finish().splitlines()
    assert demo.process.returncode == 2
    assert f"ya usa el puerto {demo.port}" in sentence
    assert re.search(r"--port \d+", sentence)
    assert not (tmp_path / "demo").exists()


def test_what_it_cannot_start_with_is_one_sentence(demos: list[Demo], tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "letter.txt").touch()
    demo = start(demos, other, "--once")
    printed = demo.finish()
    assert demo.process.returncode == 2
    assert len(printed.splitlines()) == 1
    assert "otras cosas" in printed
    assert "DEMO_DIR=" in printed
