"""Starts the whole service with its embedded defaults, and stops all of it."""

import http.client
import json
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from review_service.bootstrap import Container, Role, build
from review_service.demo.stage import machine, mail_catcher, preparing
from review_service.demo.stage.errors import CannotStartError, StoryFailedError
from review_service.demo.stage.home import Home
from review_service.demo.stage.processes import Children
from review_service.demo.stage.screen import Screen
from review_service.samples.accounts import EVERY_OFFICER
from review_service.settings import Settings
from review_service.web.demo import proof

START_SECONDS: Final = 180.0
"""Longest wait for the start, for a loaded machine; a process that ends is noticed at once."""
ANSWER_SECONDS: Final = 5.0
MOST_ANSWER_BYTES: Final = 10_000
SERVER_ERROR: Final = 500
POLL_SECONDS: Final = 0.2
"""More often, and the asking itself would keep the processes from starting."""
SOCKETS: Final = Path("/tmp")  # noqa: S108 -- short, and a fresh folder of our own in it
SOCKET_PREFIX: Final = "rs-demo-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """The running service."""

    home: Home
    container: Container
    children: Children
    base: str
    """Its address, without a slash at the end."""


@contextmanager
def started(
    home: Home, screen: Screen, *, pages: socket.socket, queue: str, workers: int
) -> Iterator[Running]:
    """Start every process and prepare the installation; end it all when the block ends.

    ``pages`` is the listening socket of the pages; the web process inherits it.
    """
    port = pages.getsockname()[1]
    proof.begin_run(home.folder)
    sockets = _socket_folder(home)
    mail = mail_catcher.listen()
    try:
        env = machine.environment(
            home, port=port, mail_port=mail.getsockname()[1], queue_socket=sockets / "queue"
        )
        with Children(home.logs) as children:
            base = env["PUBLIC_URL"]
            container = _prepare(home, screen, children, env=env, queue=(queue, sockets), mail=mail)
            _start_processes(children, env, pages=pages, workers=workers)
            _fill(home, screen, container)
            with screen.step("Servicio en marcha"):
                _wait_until_healthy(children, home.folder, port)
            try:
                yield Running(home=home, container=container, children=children, base=base)
            finally:
                screen.line()
                screen.line("Se detiene todo lo que se inició…")
    finally:
        mail.close()
        shutil.rmtree(sockets, ignore_errors=True)


def _socket_folder(home: Home) -> Path:
    """Return a short path for sockets, which allow 107 characters; removes one left by a kill."""
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
    """Start queue and mail catcher, prepare the database, and test the sandbox."""
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
    with screen.step("Cifras de antes importadas") as step:
        step.say(f"{preparing.import_figures(container)} meses que publicó gob.ec")


def _start_processes(
    children: Children, env: Mapping[str, str], *, pages: socket.socket, workers: int
) -> None:
    address = f"fd://{pages.fileno()}"
    web = machine.python("review_service.cli", "web", "--bind", address, "--workers", "1")
    children.start("web", web, env=env, descriptors=[pages.fileno()])
    pages.close()  # so that the port is closed once the web process ends
    for number in range(1, workers + 1):
        children.start(f"worker-{number}", machine.python("workers"), env=env)
    children.start("scheduler", machine.python("review_service.cli", "scheduler"), env=env)


def _wait_until_healthy(children: Children, folder: Path, port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        children.require_alive()
        if is_ours(folder, port) and _is_healthy(port):
            return
        time.sleep(POLL_SECONDS)
    raise StoryFailedError(f"http://localhost:{port}/salud respondiera que todo está bien")


def is_ours(folder: Path, port: int) -> bool:
    """Whether our own web process answers at the port; False while nobody does.

    Raises ``CannotStartError`` when another program does: it must not hear a word of the story.
    """
    asked = proof.challenge()
    status, said = _ask(port, f"/demo/prueba/{asked}")
    if not status or status >= SERVER_ERROR:
        return False
    if not proof.is_answer(folder, asked, said.decode("utf-8", "replace")):
        raise CannotStartError(
            f"En el puerto {port} responde otro programa y no la demostración: "
            "ciérrelo, o use otro puerto con --port."
        )
    return True


def _is_healthy(port: int) -> bool:
    """Whether every part answers and a worker is there; a sandbox layer may be missing here."""
    with suppress(ValueError, KeyError):
        told = json.loads(_ask(port, "/salud")[1])
        parts = {told["database"], told["store"], told["queue"]}
        return parts == {"ok"} and told["workers"] > 0
    return False


def _ask(port: int, path: str) -> tuple[int, bytes]:
    """Return status and first bytes of an answer, without any proxy; status 0 for no answer."""
    connection = http.client.HTTPConnection(machine.HOST, port, timeout=ANSWER_SECONDS)
    with closing(connection), suppress(OSError, http.client.HTTPException):
        connection.request("GET", path, headers={"Host": f"localhost:{port}"})
        answer = connection.getresponse()
        return answer.status, answer.read(MOST_ANSWER_BYTES)
    return 0, b""


class _Canary:
    """The running sandbox test; its result is stored for this kernel."""

    def __init__(self, home: Home, env: Mapping[str, str]) -> None:
        self._note = home.folder / f"sandbox-{machine.kernel()}"
        self._asking: subprocess.Popen[bytes] | None = None
        if not self._note.exists():
            self._asking = machine.ask_canary(env)

    def holds(self) -> bool:
        """Whether every layer of the sandbox is active here."""
        if self._asking is not None:
            whole = self._asking.wait() == 0
            self._note.write_text("whole" if whole else "partial", encoding="ascii")
        return self._note.read_text(encoding="ascii") == "whole"

    def stop(self) -> None:
        """Stop the test if the demo ends before its result."""
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
