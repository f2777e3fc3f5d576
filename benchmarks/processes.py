# ruff: noqa: INP001 -- beside the programs that use it, not a package
"""Looks at running processes by the files of Linux."""

import os
import subprocess
from pathlib import Path


def children(pid: int) -> list[int]:
    """Return the processes that this one started and that still run."""
    asked = ["/usr/bin/pgrep", "-P", str(pid)]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603
    return [int(each) for each in answer.stdout.split()]


def rss_mib(pid: int) -> float:
    """Return how much memory a process holds, in MiB; 0 when it has ended."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def cpu_seconds(pid: int) -> float:
    """Return the processor time of a process, of those it started, and of those that ended."""
    try:
        # The name in brackets may hold spaces; what follows does not.
        facts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    own = sum(map(int, facts[11:15])) / os.sysconf("SC_CLK_TCK")
    return own + sum(map(cpu_seconds, children(pid)))
