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
