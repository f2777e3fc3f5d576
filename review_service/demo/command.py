"""``review-service demo``: starts everything on this machine, tells the story, serves."""

import os
import shutil
import signal
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final

from review_service.bootstrap import Container, Role, build
from review_service.demo import machine, mail_catcher, preparing, sample_files, story
from review_service.demo.errors import (
    EXIT_CANNOT_START,
    EXIT_FAILED,
    CannotStartError,
    StoryFailedError,
)
from review_service.demo.home import Home, choose_folder, opened
from review_service.demo.people import OFFICERS, STORY, STORY_OFFICER
from review_service.demo.processes import Children
from review_service.demo.screen import Screen
from review_service.settings import Settings

START_SECONDS: Final = 60.0
POLL_SECONDS: Final = 0.05
WATCH_SECONDS: Final = 0.5
WORKERS: Final = 2
INTERRUPTED: Final = 128
"""A shell's exit code for a signal is this and its number."""


class _StopError(BaseException):
    """Somebody asked the demo to end; not an ``Exception``, so that nothing swallows it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """The service, up and answering."""

    home: Home
    container: Container
    children: Children
    base: str


def run(*, once: bool, port: int, reset: bool) -> int:
    """Run the demo; prints, and returns the exit code: 0, 1 the story failed, 2 cannot start."""
    screen, folder = Screen(), Path()
    with _ended_by_signals():
        try:
            folder = choose_folder(os.environ, current=Path.cwd())
            machine.require_reader()
            bell = machine.find_bell()
            machine.require_port(port)
            with opened(folder, reset=reset) as home:
                return _run_in(home, screen, once=once, port=port, bell=bell)
        except CannotStartError as error:
            screen.failure(str(error))
            return EXIT_CANNOT_START
        except StoryFailedError as error:
            screen.failure(f"Se esperaba que {error}. Los registros están en {folder / 'logs'}")
            return EXIT_FAILED
        except _StopError as stop:
            screen.line()
            return 0 if stop.number == signal.SIGINT else INTERRUPTED + stop.number


def _run_in(home: Home, screen: Screen, *, once: bool, port: int, bell: str) -> int:
    began = time.monotonic()
    screen.line(f"Demostración en {home.folder}")
    with _service(home, screen, port=port, bell=bell) as running:
        paper = _tell(running, screen)
        screen.line()
        screen.line(f"Todo junto: {time.monotonic() - began:.1f} s".replace(".", ","))
    screen.line(f"issued: {paper}")
    return 0


def _tell(running: Running, screen: Screen) -> Path:
    number = _count_run(running.home)
    stage = story.Stage(
        home=running.home,
        base=running.base,
        person=STORY[number % len(STORY)],
        run=number,
        totp_secret=preparing.second_factor_of(running.container, STORY_OFFICER),
    )
    return story.tell(stage, screen)


def _count_run(home: Home) -> int:
    """Return how many stories were begun here before this one."""
    place = home.folder / "stories"
    number = int(place.read_text(encoding="ascii")) if place.exists() else 0
    place.write_text(str(number + 1), encoding="ascii")
    return number


@contextmanager
def _service(home: Home, screen: Screen, *, port: int, bell: str) -> Iterator[Running]:
    """Start every process, prepare the installation, and end it all in the end."""
    # Short, wherever the folder lies: the path of a socket takes 107 characters at most.
    sockets = Path(tempfile.mkdtemp(prefix="rs-", dir="/tmp"))
    mail = mail_catcher.listen()
    try:
        env = machine.environment(
            home,
            port=port,
            mail_port=mail.getsockname()[1],
            bell_socket=sockets / "bell",
            jail_holds=True,
        )
        with Children(home.logs, env) as children:
            children.start("redis", machine.bell_command(bell, sockets))
            catcher = machine.python(
                "review_service.demo.mail_catcher", str(home.mail), str(mail.fileno())
            )
            children.start("mail", catcher, descriptors=[mail.fileno()])
            container = build(Settings.from_env(env), Role.OPERATOR)
            with screen.step("Base de datos lista"):
                preparing.prepare_database(container)
            _start_service(children, port=port)
            with screen.step("Personas y archivos de prueba listos") as step:
                people = preparing.import_people(container, home)
                preparing.make_officers(container)
                made = sample_files.write(home.samples)
                preparing.write_start_page(container, home)
                step.say(f"{people} contribuyentes, {len(OFFICERS)} cuentas, {made} archivos")
            base = f"http://localhost:{port}"
            with screen.step("Servicio en marcha"):
                _wait_until_healthy(children, base)
            yield Running(home=home, container=container, children=children, base=base)
    finally:
        mail.close()
        shutil.rmtree(sockets, ignore_errors=True)


def _start_service(children: Children, *, port: int) -> None:
    bind = f"{machine.HOST}:{port}"
    command = machine.python("review_service.cli", "web", "--bind", bind, "--workers", "1")
    children.start("web", command)
    for number in range(1, WORKERS + 1):
        children.start(f"worker-{number}", machine.python("workers"))
    children.start("scheduler", machine.python("review_service.cli", "scheduler"))


def _wait_until_healthy(children: Children, base: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if ended := children.ended():
            raise StoryFailedError(f"el proceso «{ended.name}» siguiera en marcha")
        with (
            suppress(OSError),
            urllib.request.urlopen(f"{base}/salud", timeout=5) as answer,  # noqa: S310 -- our own address
        ):
            if b'"status":"ok"' in answer.read().replace(b" ", b""):
                return
        time.sleep(POLL_SECONDS)
    raise StoryFailedError(f"{base}/salud respondiera que todo está bien")


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Turn the first signal into an orderly end; a second one kills."""

    def stop(number: int, _frame: FrameType | None) -> None:
        for each in watched:
            signal.signal(each, signal.default_int_handler)
        raise _StopError(number)

    watched = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    former = {number: signal.signal(number, stop) for number in watched}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
