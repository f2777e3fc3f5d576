"""The walls around a child: Landlock, seccomp and resource limits, through ctypes, without root."""

import ctypes
import os
import resource
import signal
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from workers.sandbox import filters

MEBIBYTE: Final = 1024 * 1024
ROOM_BYTES: Final = 512 * MEBIBYTE
"""What a child may use beyond its own size after imports. Source: architecture page."""
MAX_OPEN_FILES: Final = 16

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
_SECCOMP_MODE_FILTER: Final = 2
_LANDLOCK_CREATE, _LANDLOCK_RESTRICT = 444, 446
_LANDLOCK_VERSION_FLAG: Final = 1
_FILE_RIGHTS_BY_VERSION: Final = (0, 13, 14, 15, 15, 16)
"""Number of file rights that each Landlock version knows, from version 0 on."""
_NET_RIGHTS: Final = 0b11
_NET_SINCE: Final = 4
_SCOPE_SINCE: Final = 6
_SCOPES: Final = 0b11
"""Abstract unix sockets and signals."""

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one child may use."""

    cpu_seconds: int
    """Hard limit of the whole child."""
    memory_bytes: int
    """Address space, the preloaded parsers included."""


class PolicyError(RuntimeError):
    """A wall could not be built."""


def virtual_size_bytes() -> int:
    """Return the address space that this process maps now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * os.sysconf("SC_PAGE_SIZE")


def die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent ends."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def keep_only(*descriptors: int) -> list[int]:
    """Close every other descriptor, point 0 to 2 at nothing; return the new numbers, from 3 on."""
    spare = [os.dup(descriptor) for descriptor in descriptors]
    nothing = os.open(os.devnull, os.O_RDWR)
    high = [_moved_up(descriptor) for descriptor in (*spare, nothing)]
    for target, descriptor in enumerate((high[-1], high[-1], high[-1], *high[:-1])):
        os.dup2(descriptor, target)
    kept = len(descriptors) + 3
    os.closerange(kept, 1 << 20)
    return list(range(3, kept))


def _moved_up(descriptor: int) -> int:
    """Return a copy numbered over 64, out of the way of the final numbers."""
    import fcntl  # noqa: PLC0415 -- only the child needs it, before its walls stand

    return fcntl.fcntl(descriptor, fcntl.F_DUPFD, 64)


def limit(limits: Limits) -> None:
    """Set the resource limits: memory, CPU, no file growth, no process, no core."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (MAX_OPEN_FILES, MAX_OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_MEMLOCK, (0, 0))


def landlock_version() -> int:
    """Return the kernel's Landlock version, 0 when it has none."""
    return max(0, int(_libc.syscall(_LANDLOCK_CREATE, None, 0, _LANDLOCK_VERSION_FLAG)))


def forbid_new_privileges() -> None:
    """Make set-uid programs powerless; Landlock and seccomp ask for it. Raises ``PolicyError``."""
    if _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise PolicyError(f"no_new_privs: errno {ctypes.get_errno()}")
    _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def close_files_and_network() -> None:
    """Deny every path and every TCP port with Landlock. Raises ``PolicyError``."""
    version = landlock_version()
    if not version:
        raise PolicyError("the kernel has no Landlock")
    known = _FILE_RIGHTS_BY_VERSION[min(version, len(_FILE_RIGHTS_BY_VERSION) - 1)]
    fields = [(1 << known) - 1]
    if version >= _NET_SINCE:
        fields.append(_NET_RIGHTS)
    if version >= _SCOPE_SINCE:
        fields.append(_SCOPES)
    attribute = struct.pack(f"={len(fields)}Q", *fields)
    ruleset = _libc.syscall(_LANDLOCK_CREATE, attribute, len(attribute), 0)
    if ruleset < 0:
        raise PolicyError(f"Landlock ruleset: errno {ctypes.get_errno()}")
    try:
        if _libc.syscall(_LANDLOCK_RESTRICT, ruleset, 0):
            raise PolicyError(f"Landlock restrict: errno {ctypes.get_errno()}")
    finally:
        os.close(ruleset)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def filter_calls() -> None:
    """Install the seccomp allow-list on this process. Raises ``PolicyError``."""
    try:
        code = filters.program(os.getpid())
    except filters.UnknownArchitectureError as error:
        raise PolicyError(str(error)) from error
    attribute = _Program(len(code) // 8, code)
    if _libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(attribute), 0, 0):
        raise PolicyError(f"seccomp: errno {ctypes.get_errno()}")


def enter(limits: Limits) -> tuple[str, ...]:
    """Build every wall around this process; return the names of those that could not be built."""
    missing = []
    for name, build in (
        ("no_new_privs", forbid_new_privileges),
        ("landlock", close_files_and_network),
        ("rlimits", lambda: limit(limits)),
        ("seccomp", filter_calls),
    ):
        try:
            build()
        except (PolicyError, OSError, ValueError):
            missing.append(name)
    return tuple(missing)
