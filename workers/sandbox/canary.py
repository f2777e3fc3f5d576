"""The canary: a child that tries to break out, so that the sandbox is proven and not believed."""

import ctypes
import mmap
import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from workers.sandbox import client, policy, wire
from workers.sandbox.calls import Call
from workers.sandbox.server import EXIT_WALL_MISSING

CANARY_ROOM_BYTES: Final = 64 * policy.MEBIBYTE
"""Small, so that the memory probe is quick."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryReport:
    """What the canary found; both empty means that every wall stands."""

    missing: tuple[str, ...]
    """Walls that this kernel could not build."""
    escaped: tuple[str, ...]
    """What a walled-in child could still do."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing and nothing escaped."""
        return not self.missing and not self.escaped


def _open_network() -> None:
    socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()


def _open_local_socket() -> None:
    socket.socket(socket.AF_UNIX, socket.SOCK_STREAM).close()


def _read_file() -> None:
    os.close(os.open("/etc/passwd", os.O_RDONLY))


def _list_folder() -> None:
    os.scandir("/").close()


def _write_file() -> None:
    os.close(os.open("/tmp", os.O_TMPFILE | os.O_WRONLY))  # noqa: S108 -- must be refused


def _run_program() -> None:
    os.execv("/bin/true", ["/bin/true"])  # noqa: S606 -- must be refused


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def _signal_parent() -> None:
    os.kill(os.getppid(), 0)


def _take_memory() -> None:
    mmap.mmap(-1, CANARY_ROOM_BYTES + policy.MEBIBYTE).close()


def _make_code() -> None:
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC).close()


def _trace() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(0, 0, 0, 0) != 0:  # PTRACE_TRACEME
        raise OSError(ctypes.get_errno(), "ptrace")


_PROBES: Final = MappingProxyType[str, Callable[[], None]](
    {
        "network": _open_network,
        "local_socket": _open_local_socket,
        "file_read": _read_file,
        "folder_list": _list_folder,
        "file_write": _write_file,
        "process": _fork,
        "signal": _signal_parent,
        "trace": _trace,
        "code": _make_code,
        "memory": _take_memory,
        "program": _run_program,  # last: a success replaces this process
    }
)


def probe(_document: int) -> Iterator[wire.Frame]:
    """Try every way out, in the child; yield each probe's name and whether it was held."""
    for name, attempt in _PROBES.items():
        yield wire.Frame(header={"trying": name})
        try:
            attempt()
        except (OSError, MemoryError):
            yield wire.Frame(header={"held": name})


def canary(sandbox: client.Sandbox) -> CanaryReport:
    """Send the canary into the sandbox and say what it found. Raises ``SandboxError``."""
    job = client.Job(call=Call.TRY_TO_ESCAPE, cpu_seconds=5, room_bytes=CANARY_ROOM_BYTES)
    missing: tuple[str, ...] = ()
    held: set[str] = set()
    with Path(os.devnull).open("rb") as nothing:
        for _, event in client.events([sandbox.spawn(job, nothing.fileno())]):
            if isinstance(event, client.Ending):
                if event.exit_code == EXIT_WALL_MISSING:
                    missing = missing or ("unknown",)
                continue
            missing = wire.missing_walls(event) or missing
            if "held" in event.header:
                held.add(str(event.header["held"]))
    escaped = tuple(name for name in _PROBES if name not in held)
    return CanaryReport(missing=missing, escaped=escaped)
