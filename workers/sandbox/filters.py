"""The seccomp allow-list: the few calls that a parser in memory needs, as a BPF program."""

import platform
import struct
from types import MappingProxyType
from typing import Final

LOAD, JUMP_EQUAL, JUMP_SET, JUMP_GREATER_EQUAL, RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
ALLOW: Final = 0x7FFF0000
KILL_PROCESS: Final = 0x80000000
REFUSE: Final = 0x00050001
"""Answer EPERM: the call does nothing and honest code that merely tries goes on."""
OFFSET_CALL, OFFSET_ARCHITECTURE, OFFSET_ARGUMENTS = 0, 4, 16
X32_BIT: Final = 0x40000000
PROT_EXEC: Final = 0x4
AT_EMPTY_PATH: Final = 0x1000

# number on x86_64, number on aarch64 (None: the architecture has no such call)
_CALLS: Final = MappingProxyType(
    {
        "read": (0, 63),
        "write": (1, 64),
        "close": (3, 57),
        "fstat": (5, 80),
        "lseek": (8, 62),
        "munmap": (11, 215),
        "brk": (12, 214),
        "rt_sigaction": (13, 134),
        "rt_sigprocmask": (14, 135),
        "rt_sigreturn": (15, 139),
        "pread64": (17, 67),
        "readv": (19, 65),
        "writev": (20, 66),
        "sched_yield": (24, 124),
        "mremap": (25, 216),
        "mincore": (27, 232),
        "madvise": (28, 233),
        "dup": (32, 23),
        "getitimer": (36, 102),
        "setitimer": (38, 103),
        "getpid": (39, 172),
        "exit": (60, 93),
        "uname": (63, 160),
        "gettimeofday": (96, 169),
        "getrusage": (98, 165),
        "sysinfo": (99, 179),
        "times": (100, 153),
        "getuid": (102, 174),
        "getgid": (104, 176),
        "geteuid": (107, 175),
        "getegid": (108, 177),
        "sigaltstack": (131, 132),
        "gettid": (186, 178),
        "time": (201, None),
        "futex": (202, 98),
        "sched_getaffinity": (204, 123),
        "restart_syscall": (219, 128),
        "clock_gettime": (228, 113),
        "clock_getres": (229, 114),
        "exit_group": (231, 94),
        "getcpu": (309, 168),
        "getrandom": (318, 278),
        "membarrier": (324, 283),
        "rseq": (334, 293),
    }
)
_MMAP, _MPROTECT, _NEWFSTATAT, _TGKILL = (9, 222), (10, 226), (262, 79), (234, 131)
_ARCHITECTURES: Final = MappingProxyType({"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)})


class UnknownArchitectureError(RuntimeError):
    """There is no table of call numbers for this machine."""


def _instruction(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", code, yes, no, value)


def _argument(index: int) -> int:
    """Return the offset of the low half of an argument; both machines are little-endian."""
    return OFFSET_ARGUMENTS + 8 * index


def _allow(number: int) -> list[bytes]:
    return [_instruction(JUMP_EQUAL, number, 0, 1), _instruction(RETURN, ALLOW)]


def _allow_when(number: int, offset: int, test: bytes, *, holds: bool) -> list[bytes]:
    """Allow the call when the test on one argument holds (or fails), else refuse it."""
    verdicts = [ALLOW, REFUSE] if holds else [REFUSE, ALLOW]
    return [
        _instruction(JUMP_EQUAL, number, 0, 4),
        _instruction(LOAD, offset),
        test,
        *(_instruction(RETURN, verdict) for verdict in verdicts),
    ]


def program(pid: int) -> bytes:
    """Return the filter for the child ``pid``: everything that is not listed answers EPERM.

    No new executable memory, ``stat`` on open files only, signals to itself only (abort needs it).
    Raises ``UnknownArchitectureError``.
    """
    machine = platform.machine()
    if machine not in _ARCHITECTURES:
        raise UnknownArchitectureError(f"no system call table for {machine}")
    audit, column = _ARCHITECTURES[machine]
    executable = _instruction(JUMP_SET, PROT_EXEC, 0, 1)
    lines = [
        _instruction(LOAD, OFFSET_ARCHITECTURE),
        _instruction(JUMP_EQUAL, audit, 1, 0),
        _instruction(RETURN, KILL_PROCESS),
        _instruction(LOAD, OFFSET_CALL),
        _instruction(JUMP_GREATER_EQUAL, X32_BIT, 0, 1),
        _instruction(RETURN, KILL_PROCESS),
    ]
    for numbers in _CALLS.values():
        number = numbers[column]
        if number is not None:
            lines += _allow(number)
    lines += _allow_when(_MMAP[column], _argument(2), executable, holds=False)
    lines += _allow_when(_MPROTECT[column], _argument(2), executable, holds=False)
    lines += _allow_when(
        _NEWFSTATAT[column], _argument(3), _instruction(JUMP_SET, AT_EMPTY_PATH, 0, 1), holds=True
    )
    lines += _allow_when(
        _TGKILL[column], _argument(0), _instruction(JUMP_EQUAL, pid, 0, 1), holds=True
    )
    lines.append(_instruction(RETURN, REFUSE))
    return b"".join(lines)
