# ruff: noqa: INP001 -- beside the programs that use it, not a package
"""Looks at running processes, and at the whole machine, by the files of Linux."""

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

TICKS: Final = os.sysconf("SC_CLK_TCK")
PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineTime:
    """Seconds of all processors together since the machine started."""

    total: float
    idle: float
    steal: float
    """Taken by the host for others while something here wanted to compute."""

    def since(self, earlier: "MachineTime") -> "MachineTime":
        """Return what passed between two looks."""
        return MachineTime(
            total=self.total - earlier.total,
            idle=self.idle - earlier.idle,
            steal=self.steal - earlier.steal,
        )

    @property
    def steal_percent(self) -> float:
        """Share of the time that the host gave to others, in percent."""
        return 100 * self.steal / self.total if self.total else 0.0

    @property
    def idle_percent(self) -> float:
        """Share of the time in which nothing computed, in percent."""
        return 100 * self.idle / self.total if self.total else 0.0


def machine_time(line: str | None = None) -> MachineTime:
    """Return what the first line of ``/proc/stat`` says, or the given one."""
    if line is None:
        line = Path("/proc/stat").read_text().partition("\n")[0]
    user, nice, system, idle, waiting, irq, soft, steal = map(int, line.split()[1:9])
    total = user + nice + system + idle + waiting + irq + soft + steal
    return MachineTime(total=total / TICKS, idle=(idle + waiting) / TICKS, steal=steal / TICKS)


@contextmanager
def session_weighed(niceness: int) -> Iterator[int]:
    """Give this program's session another share of the processor while the block runs.

    Linux shares time between sessions first (autogroups, ``man 7 sched``). Sessions that the block
    starts have the ordinary weight. Yields the niceness that is in force: the former one where the
    kernel allows no other, as to anybody but root below 0, and 0 where it has no such groups.
    """
    group = Path("/proc/self/autogroup")
    try:
        before = int(group.read_text(encoding="ascii").rpartition("nice")[2])
    except (OSError, ValueError):
        yield 0
        return
    try:
        group.write_text(str(niceness), encoding="ascii")
    except OSError:
        yield before
        return
    try:
        yield niceness
    finally:
        with suppress(OSError):  # nobody but root may raise it again
            group.write_text(str(before), encoding="ascii")


def children(pid: int) -> list[int]:
    """Return the processes that this one started and that still run."""
    return _families().get(pid, [])


def family(pid: int) -> list[int]:
    """Return a process and all that it and they started, of those that still run."""
    return _family(pid, _families())


def rss_mib(pid: int) -> float:
    """Return how much memory a process holds, in MiB; 0 when it has ended."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * PAGE_BYTES / 2**20


def cpu_seconds(*pids: int) -> float:
    """Return the processor time of processes, of those they started, and of those that ended."""
    families = _families()
    facts = (_facts(each) for pid in pids for each in _family(pid, families))
    return sum(sum(map(int, each[11:15])) for each in facts if each) / TICKS


def _family(pid: int, families: Mapping[int, Sequence[int]]) -> list[int]:
    return [pid, *(each for child in families.get(pid, ()) for each in _family(child, families))]


def _families() -> dict[int, list[int]]:
    """Return the children of each process, from one look at all; no program is started for it."""
    found = defaultdict[int, list[int]](list)
    for name in os.listdir("/proc"):  # noqa: PTH208 -- asked several times a second
        if name.isdigit() and (facts := _facts(int(name))):
            found[int(facts[1])].append(int(name))
    return dict(found)


def _facts(pid: int) -> list[str]:
    """Return what ``/proc`` says of a process, from its state on; nothing when it has ended."""
    try:
        # The name in brackets may hold spaces; what follows does not.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
