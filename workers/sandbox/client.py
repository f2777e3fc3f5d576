"""The worker's side of the sandbox: starts the fork server, asks for children, reads results."""

import contextlib
import json
import math
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from workers.sandbox import policy, wire
from workers.sandbox.deadline import Deadline
from workers.sandbox.settings import SandboxSettings

START_SECONDS: Final = 60
"""Loading every parser takes a third of a second on a quiet machine, seconds on a cold disk."""
STOP_SECONDS: Final = 5
"""After that it is killed, and its children with it; nothing is lost by it."""
READ_BYTES: Final = 1 << 20
QUIET_SECONDS: Final = 15.0
"""A child that sends nothing for so long is ended. Source: nothing over 15 s per hostile file."""
WALL_FOR_CPU: Final = 10
"""Seconds of the wall for one of CPU, on a machine full of work; then talking helps no more."""
MOST_SILENCES: Final = 8
"""So many times its limit a child, or the server's start, may take that waits for a processor."""
MOST_LIVES: Final = 2
"""The same for the whole life of a child: 630 s for twelve pages of an agreement."""
_BOOT: Final = """
import json, sys
plan = json.loads(sys.argv[1])
sys.path[:] = plan.pop("path")
from workers.sandbox.server import main
main(plan.pop("control_fd"), **plan)
"""


class SandboxError(RuntimeError):
    """The sandbox itself does not work; no document is to blame."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One call in one child."""

    call: str
    """``module:function``; the module was preloaded, the function takes a descriptor first."""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    cpu_seconds: int = 10
    room_bytes: int = policy.ROOM_BYTES
    quiet_seconds: float = QUIET_SECONDS
    walled: bool = True
    """False only for the engine that must start a program of its own."""

    def scaled(self, scale: float) -> Self:
        """Return the same job with its times multiplied, for a slower machine."""
        return replace(
            self,
            cpu_seconds=max(1, math.ceil(self.cpu_seconds * scale)),
            quiet_seconds=self.quiet_seconds * scale,
        )

    @property
    def most_seconds(self) -> float:
        """How long it may run at all: a taken-over child could send a word now and then."""
        return self.quiet_seconds + WALL_FOR_CPU * self.cpu_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a child ended."""

    exit_code: int
    """0 when it finished; minus the signal's number when it was ended by one."""
    cpu_seconds: float
    peak_bytes: int
    overran: bool
    """The parent ended it for its silence."""

    @property
    def is_clean(self) -> bool:
        """Whether the child ended by itself with exit code 0."""
        return self.exit_code == 0

    @property
    def hit_cpu_limit(self) -> bool:
        """Whether the processor time was used up."""
        ended_by = {-signal.SIGXCPU, -signal.SIGPROF, -signal.SIGKILL}
        return not self.overran and self.exit_code in ended_by


class Child:
    """One running child; give it to ``events``."""

    def __init__(
        self, job: Job, results: socket.socket, notice: socket.socket, *, server: int | None = None
    ) -> None:
        self.job = job
        self.results = results
        self.notice = notice
        self.reader = wire.FrameReader()
        self.overran = False
        self.ending: Ending | None = None
        self._is_known = False
        self._last_word: Mapping[str, Any] | None = None
        self._silence = Deadline(job.quiet_seconds, most=MOST_SILENCES * job.quiet_seconds)
        self._life = Deadline(job.most_seconds, most=MOST_LIVES * job.most_seconds)
        self._server = server
        self._wait_for_server()  # it has to begin the child

    def left(self) -> float:
        """Return for how many seconds the child may be left alone; 0 when its time is over.

        What it waits for a processor counts for neither limit, up to some times the limit. A child
        can make itself wait where others are at work (``sched_yield``), so that is its most.
        """
        self._meet()
        if self.overran:  # being ended already
            return self._silence.left()
        return min(self._silence.left(), self._life.left())

    def spoke(self) -> None:
        """Begin the silence anew: it sent something, or was asked to end."""
        self._meet()
        self._silence.restart()

    def postpone(self, seconds: float) -> None:
        """Leave out so much of the time that has just passed."""
        self._silence.postpone(seconds)
        self._life.postpone(seconds)

    def close_results(self) -> None:
        """Read no more of what it sends: the server has to say now how it ended."""
        self.results.close()
        self._is_known = True
        self._wait_for_server()

    def last_word(self) -> Mapping[str, Any] | None:
        """Wait for the server's message on how the child ended; None when the server is gone."""
        while self._last_word is None and self._hear():
            pass
        return self._last_word

    def _meet(self) -> None:
        """Learn the process id, if the server has told it by now."""
        if not self._is_known and self._last_word is None and self.notice.fileno() >= 0:
            with contextlib.suppress(BlockingIOError):
                self._hear(socket.MSG_DONTWAIT)

    def _hear(self, flags: int = 0) -> bool:
        """Take one message of the server; whether there was one."""
        raw = b""
        for _ in range(2):
            # A wish of ours that it never read resets the socket: said once, before what it sent.
            with contextlib.suppress(ConnectionResetError):
                raw = self.notice.recv(wire.MAX_REQUEST_BYTES, flags)
                break
        if not raw:
            return False
        told = json.loads(raw)
        if "pid" in told:
            self._is_known = True
            self._watch(int(told["pid"]), is_new=True)
        else:
            self._last_word = told
        return True

    def _wait_for_server(self) -> None:
        if self._server is not None:
            self._watch(self._server, is_new=False)

    def _watch(self, pid: int, *, is_new: bool) -> None:
        self._silence.watch(pid, is_new=is_new)
        self._life.watch(pid, is_new=is_new)

    def end(self) -> None:
        """Ask the server to end the child."""
        with contextlib.suppress(OSError):
            self.notice.send(b"end")

    def close(self) -> None:
        """Close the sockets; the server ends a child that still runs."""
        self.results.close()
        self.notice.close()


class Sandbox:
    """One fork server; ``spawn`` asks it for a child."""

    def __init__(
        self,
        *,
        preload: Sequence[str],
        prepare: Sequence[str],
        required: bool,
        settings: SandboxSettings | None = None,
    ) -> None:
        self._preload, self._prepare, self.required = list(preload), list(prepare), required
        self._settings = settings or SandboxSettings.from_env()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self.base_bytes = 0
        """Address space of a child before it does anything."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.stop()

    @property
    def pid(self) -> int | None:
        """Process id of the fork server, None when it does not run."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Start the fork server with an empty environment and wait until it is ready.

        Raises ``SandboxError``.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        plan = {
            "path": [entry or str(Path.cwd()) for entry in sys.path],
            "control_fd": theirs.fileno(),
            "preload": self._preload,
            "prepare": self._prepare,
            "required": self.required,
        }
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 -- our own interpreter
                [sys.executable, "-I", "-B", "-c", _BOOT, json.dumps(plan)],
                env=_bare_environment(self._settings),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
        self._control = ours
        try:
            answer = json.loads(_first_word(ours, self._process.pid) or b"{}")
        except (OSError, ValueError) as error:
            self.stop()
            raise SandboxError("the fork server did not start") from error
        if not answer.get("ready"):
            self.stop()
            raise SandboxError("the fork server ended while it started")
        ours.settimeout(None)
        self.base_bytes = int(answer["size_bytes"])

    def stop(self) -> None:
        """End the fork server and whatever it still runs."""
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            try:
                self._process.wait(timeout=STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def spawn(self, job: Job, document: int) -> Child:
        """Fork one child that works on an open descriptor; ``SANDBOX_CPU_SCALE`` scales its times.

        Raises ``SandboxError``.
        """
        job = job.scaled(self._settings.cpu_scale)
        if self._control is None:
            raise SandboxError("the sandbox was not started")
        results, child_results = socket.socketpair()
        notice, child_notice = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        request = {
            "call": job.call,
            "arguments": dict(job.arguments),
            "cpu_seconds": job.cpu_seconds,
            "room_bytes": job.room_bytes,
            "walled": job.walled,
        }
        descriptors = (document, child_results.fileno(), child_notice.fileno())
        with child_results, child_notice:
            try:
                wire.send_request(self._control, request, descriptors)
            except (OSError, wire.WireError) as error:
                results.close()
                notice.close()
                raise SandboxError("the fork server took no request") from error
        return Child(job, results, notice, server=self.pid)


def events(children: list[Child]) -> Iterator[tuple[Child, wire.Frame | Ending]]:
    """Yield what the children send, as it comes; children may be added while this runs.

    Each child's last event is its ``Ending``; by then it has left the list. Whoever stops
    listening ends those that still run. Raises ``SandboxError`` when the fork server went away.
    """
    try:
        while children:
            yield from _round(children)
    finally:
        for child in children:
            child.close()


def _round(children: list[Child]) -> Iterator[tuple[Child, wire.Frame | Ending]]:
    """Wait once and yield what came."""
    with selectors.DefaultSelector() as selector:
        for child in children:
            source = child.notice if child.results.fileno() < 0 else child.results
            selector.register(source, selectors.EVENT_READ, child)
        wait = min(child.left() for child in children)
        due = time.monotonic() + wait
        ready = [key.data for key, _ in selector.select(wait)]
    woken = time.monotonic()
    for child in children:  # woken late: the machine was stopped, or so full that nobody had a turn
        child.postpone(max(0.0, woken - due))
    _end_the_silent([child for child in children if child not in ready])
    for child in ready:
        yield from ((child, event) for event in _read(child))
        if child.ending is not None:
            children.remove(child)
            child.close()
            yield child, child.ending
    spent = time.monotonic() - woken
    for child in children:  # the caller's own work is no silence of theirs
        child.postpone(spent)


def _read(child: Child) -> list[wire.Frame]:
    """Read frames until the stream ends, then the server's notice of the end."""
    if child.results.fileno() < 0:
        child.ending = _ending(child)
        return []
    data = child.results.recv(READ_BYTES)
    if not data:
        child.close_results()
        return []
    try:
        frames = child.reader.feed(data)
    except wire.WireError:
        child.end()
        child.close_results()
        return []
    if frames:
        child.spoke()
    return frames


def _ending(child: Child) -> Ending:
    told = child.last_word()
    if told is None:
        raise SandboxError("the fork server went away")
    return Ending(
        exit_code=int(told["exit"]),
        cpu_seconds=float(told["cpu_seconds"]),
        peak_bytes=int(told["peak_bytes"]),
        overran=child.overran,
    )


def _end_the_silent(children: Sequence[Child]) -> None:
    for child in children:
        if child.left() <= 0:
            child.overran = True
            child.spoke()
            child.end()


def _first_word(control: socket.socket, server: int) -> bytes:
    """Wait until the fork server says that it is ready. Raises ``OSError`` when it takes too long.

    What it waits for a processor is no time that it takes.
    """
    deadline = Deadline(START_SECONDS, most=MOST_SILENCES * START_SECONDS)
    deadline.watch(server, is_new=True)
    while (left := deadline.left()) > 0:
        control.settimeout(left)
        with contextlib.suppress(TimeoutError):
            return control.recv(wire.MAX_REQUEST_BYTES)
    raise TimeoutError("no word of the fork server")


def _bare_environment(settings: SandboxSettings) -> dict[str, str]:
    """Return the only variables a child may see: no secret, one thread everywhere."""
    bare = {"LANG": "C.UTF-8", "OMP_THREAD_LIMIT": "1", "OPENBLAS_NUM_THREADS": "1"}
    for name in ("PATH", "TMPDIR"):
        if name in os.environ:
            bare[name] = os.environ[name]
    return bare | settings.variables
