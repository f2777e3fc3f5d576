"""The processes that the demo starts, each in its own session; all end when the demo ends.

Linux shares the processor between sessions: so each has what a unit of an installation has, and a
worker can step back behind the others (``workers/__main__.py``).
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from review_service.demo.stage.errors import StoryFailedError

PR_SET_PDEATHSIG: Final = 1
STOP_SECONDS: Final = 8.0
POLL_SECONDS: Final = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """One process and its log file."""

    name: str
    process: subprocess.Popen[bytes]
    ends_last: bool
    """Stopped last, since the other processes need it to end well."""


class Children:
    """Starts processes and ends them all, also when this process is killed."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._children: list[Child] = []
        self._dies_with_us = _follow_into_death()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def start(
        self,
        name: str,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        descriptors: Sequence[int] = (),
        ends_last: bool = False,
    ) -> Child:
        """Start a process whose output goes to ``<name>.log``; call it from the main thread.

        Linux ends a child when the *thread* that started it ends.
        """
        with (self._logs / f"{name}.log").open("ab") as output:
            process = subprocess.Popen(  # noqa: S603 -- our own commands
                command,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=tuple(descriptors),
                preexec_fn=self._dies_with_us,  # noqa: PLW1509 -- one system call, no lock
            )
        child = Child(name=name, process=process, ends_last=ends_last)
        self._children.append(child)
        return child

    def ended(self) -> Child | None:
        """Return a process that ended by itself (none should), or None."""
        return next((child for child in self._children if child.process.poll() is not None), None)

    def require_alive(self) -> None:
        """Raise ``StoryFailedError`` once a process ended by itself."""
        if ended := self.ended():
            raise StoryFailedError(f"el proceso «{ended.name}» siguiera en marcha")

    def stop(self) -> None:
        """Ask every process to end, and kill those that do not; a second call kills at once."""
        try:
            self._end([child for child in self._children if not child.ends_last])
            self._end(self._children)
        except KeyboardInterrupt:
            pass
        finally:
            self.kill()

    def kill(self) -> None:
        """End every process group now."""
        for child in self._children:
            _signal(child, signal.SIGKILL)
        for child in self._children:
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(timeout=STOP_SECONDS)
        self._children.clear()

    def _end(self, children: Sequence[Child]) -> None:
        for child in children:
            _signal(child, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline and any(map(_is_running, children)):
            time.sleep(POLL_SECONDS)


def _is_running(child: Child) -> bool:
    return child.process.poll() is None


def _signal(child: Child, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.process.pid, number)


def _follow_into_death() -> Callable[[], None] | None:
    """Return what a child runs before its program, so that it ends whenever the demo ends."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def follow() -> None:
        # Not SIGTERM: nobody is left to wait for an orderly end, and every part survives a kill.
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before we could ask
            os._exit(1)

    return follow
