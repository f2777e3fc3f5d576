"""Starts the whole service on the embedded default, and ends all of it."""

import json
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from review_service.bootstrap import Container, Role, build
from review_service.demo.stage import machine, mail_catcher, preparing
from review_service.demo.stage.errors import StoryFailedError
from review_service.demo.stage.home import Home
from review_service.demo.stage.processes import Children
from review_service.demo.stage.screen import Screen
from review_service.samples.people import EVERY_OFFICER
from review_service.settings import Settings

START_SECONDS: Final = 60.0
POLL_SECONDS: Final = 0.05
SOCKETS: Final = Path("/tmp")  # noqa: S108 -- short, and a fresh folder of our own in it
SOCKET_PREFIX: Final = "rs-demo-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """The service, up and answering."""

    home: Home
    container: Container
    children: Children
    base: str
    """Its address, without a slash at the end."""


@contextmanager
def started(
    home: Home, screen: Screen, *, port: int, queue: str, workers: int
) -> Iterator[Running]:
    """Start every process and prepare the installation; end it all when the block ends."""
    sockets = _socket_folder(home)
    mail = mail_catcher.listen()
    try:
        env = machine.environment(
            home, port=port, mail_port=mail.getsockname()[1], queue_socket=sockets / "queue"
        )
        with Children(home.logs) as children:
            base = env["PUBLIC_URL"]
            container = _prepare(home, screen, children, env=env, queue=(queue, sockets), mail=mail)
            _start_processes(children, env, port=port, workers=workers)
            _fill(home, screen, container)
            with screen.step("Servicio en marcha"):
                _wait_until_healthy(children, base)
            try:
                yield Running(home=home, container=container, children=children, base=base)
            finally:
                screen.line()
                screen.line("Se detiene todo lo que se inició…")
    finally:
        mail.close()
        shutil.rmtree(sockets, ignore_errors=True)


def _socket_folder(home: Home) -> Path:
    """Return a short path, as that of a socket takes 107 characters; a killed demo left one."""
    note = home.folder / "sockets"
    if note.exists():
        left = Path(note.read_text(encoding="utf-8"))
        if left.parent == SOCKETS and left.name.startswith(SOCKET_PREFIX):
            shutil.rmtree(left, ignore_errors=True)
    made = Path(tempfile.mkdtemp(prefix=SOCKET_PREFIX, dir=SOCKETS))
    note.write_text(str(made), encoding="utf-8")
    return made


def _prepare(
    home: Home,
    screen: Screen,
    children: Children,
    *,
    env: dict[str, str],
    queue: tuple[str, Path],
    mail: socket.socket,
) -> Container:
    """Start queue and mail, bring the database up, and ask what the sandbox can be here."""
    with _canary(home, env) as sandbox:
        children.start("redis", machine.queue_command(*queue), env=env, ends_last=True)
        children.start(
            "mail",
            machine.python(
                "review_service.demo.stage.mail_catcher", f"{home.mail}", f"{mail.fileno()}"
            ),
            env=env,
            descriptors=[mail.fileno()],
            ends_last=True,
        )
        container = build(Settings.from_env(env), Role.OPERATOR)
        with screen.step("Base de datos lista"):
            preparing.prepare_database(container)
        with screen.step("Entorno aislado para abrir documentos listo") as step:
            if not sandbox.holds():
                env["SANDBOX"] = "best-effort"
                step.say("este sistema no permite todas sus paredes: se usan las que hay")
    return container


def _fill(home: Home, screen: Screen, container: Container) -> None:
    with screen.step("Personas de prueba listas") as step:
        count = preparing.import_people(container, home)
        preparing.make_officers(container)
        preparing.write_start_page(container, home)
        step.say(f"{count} contribuyentes y {len(EVERY_OFFICER)} funcionarios")


def _start_processes(
    children: Children, env: Mapping[str, str], *, port: int, workers: int
) -> None:
    address = f"{machine.HOST}:{port}"
    web = machine.python("review_service.cli", "web", "--bind", address, "--workers", "1")
    children.start("web", web, env=env)
    for number in range(1, workers + 1):
        children.start(f"worker-{number}", machine.python("workers"), env=env)
    children.start("scheduler", machine.python("review_service.cli", "scheduler"), env=env)


def _wait_until_healthy(children: Children, base: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if ended := children.ended():
            raise StoryFailedError(f"el proceso «{ended.name}» siguiera en marcha")
        if _is_healthy(base):
            return
        time.sleep(POLL_SECONDS)
    raise StoryFailedError(f"{base}/salud respondiera que todo está bien")


def _is_healthy(base: str) -> bool:
    """Whether every part answers and a worker is there; its sandbox may lack a wall here."""
    with (
        suppress(OSError, ValueError),
        urllib.request.urlopen(f"{base}/salud", timeout=5) as answer,  # noqa: S310 -- our own address
    ):
        told = json.load(answer)
        parts = {told["database"], told["store"], told["queue"]}
        return parts == {"ok"} and told["workers"] > 0
    return False


class _Canary:
    """The canary on its way; what it found is remembered for this kernel."""

    def __init__(self, home: Home, env: Mapping[str, str]) -> None:
        self._note = home.folder / f"sandbox-{machine.kernel()}"
        self._asking: subprocess.Popen[bytes] | None = None
        if not self._note.exists():
            self._asking = machine.ask_canary(env)

    def holds(self) -> bool:
        """Whether every wall of the sandbox stands here."""
        if self._asking is not None:
            whole = self._asking.wait() == 0
            self._note.write_text("whole" if whole else "partial", encoding="ascii")
        return self._note.read_text(encoding="ascii") == "whole"

    def stop(self) -> None:
        """End it when the demo ends before its answer."""
        if self._asking is not None and self._asking.poll() is None:
            self._asking.kill()
            self._asking.wait()


@contextmanager
def _canary(home: Home, env: Mapping[str, str]) -> Iterator[_Canary]:
    canary = _Canary(home, env)
    try:
        yield canary
    finally:
        canary.stop()
