# ruff: noqa: INP001 -- beside the program that uses it, not a package
"""Short windows of ``attack.py``: honest people with the attack and without it, in pairs.

The order within a pair is drawn; both windows see the same honest requests in the same order. After
each the service may end what is left of it, so that a window does not pay for the one before.
"""

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from attack_moves import MOVES
from attack_people import People
from attack_ratio import Pair, Row, compared, p99, pooled
from attack_visits import KINDS, Taken, visit
from processes import MachineTime, children, cpu_seconds, machine_time, rss_mib

from tests.e2e.stack import Stack

SETTLE_SECONDS: Final = 0.5
"""After each window, once nothing waits any more."""
QUIET_SECONDS: Final = 30.0
"""Longest wait for what a window left in the queue."""
LEAD_SECONDS: Final = 0.3
"""The attack begins so long before honest people, and ends so long after the last has begun."""
SAMPLE_SECONDS: Final = 0.2
WEB: Final = ("review_service.cli web", "gunicorn")
OTHERS: Final = ("-m workers", "review_service.cli scheduler")
Answers = Counter[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What was seen in a few seconds."""

    taken: Taken
    rss_mib: float
    cpu_seconds: float
    machine: MachineTime
    attacker_cpu_seconds: float = 0.0


@dataclass(slots=True, kw_only=True)
class Measured:
    """The windows of one attack."""

    attack: str
    beside: list[Window] = field(default_factory=list)
    without: list[Window] = field(default_factory=list)
    answers: Answers = field(default_factory=Counter)

    def row(self, *, seconds: float, seed: int) -> Row:
        """Return the line of the table; ``seconds`` is a window's length."""
        both = zip(self.beside, self.without, strict=True)
        pairs = [
            Pair(beside=on.taken.milliseconds, without=off.taken.milliseconds) for on, off in both
        ]
        move = MOVES.get(self.attack)
        problem = ""
        if move is not None:
            whole = (seconds + 2 * LEAD_SECONDS) * len(pairs)
            problem = move.answers.problem(self.answers, seconds=whole)
        return Row(
            attack=self.attack,
            of_issue=move is not None and move.of_issue,
            pairs=len(pairs),
            ratio=compared(pairs, KINDS, seed=seed),
            kind_ratios={kind: compared(pairs, (kind,), seed=seed) for kind in KINDS},
            p99_ms={kind: p99(pooled((each.beside for each in pairs), kind)) for kind in KINDS},
            p99_ms_without={
                kind: p99(pooled((each.without for each in pairs), kind)) for kind in KINDS
            },
            failed=sum(each.taken.failed for each in self.beside),
            failed_without=sum(each.taken.failed for each in self.without),
            rss_mib=max(each.rss_mib for each in self.beside),
            cpu_s=sum(each.cpu_seconds for each in self.beside),
            cpu_s_without=sum(each.cpu_seconds for each in self.without),
            attacker_cpu_s=sum(each.attacker_cpu_seconds for each in self.beside),
            steal_percent=[each.machine.steal_percent for each in self.beside],
            steal_percent_without=[each.machine.steal_percent for each in self.without],
            answers=dict(self.answers),
            problem=problem,
        )


@dataclass(frozen=True, kw_only=True)
class Windows:
    """Where, by whom and how long it is measured."""

    stack: Stack
    people: People
    rate: float
    seconds: float
    niceness: int
    chance: random.Random

    def enough(
        self, measured: Measured, attacker: "Attacker", *, pairs: int, least: int, ends_at: float
    ) -> None:
        """Take so many pairs; fewer once the time is over."""
        while len(measured.beside) < pairs:
            if len(measured.beside) >= least and time.monotonic() > ends_at:
                return
            self.pair(measured, attacker)

    def pair(self, measured: Measured, attacker: "Attacker | None") -> None:
        """Take one pair; without an attacker both windows are alike."""
        seed, is_first = self.chance.randrange(1 << 30), self.chance.random() < 1 / 2
        for is_beside in (is_first, not is_first):
            if is_beside:
                measured.beside.append(self._window(attacker, seed))
                measured.answers += attacker.answers if attacker else Counter()
            else:
                measured.without.append(self._window(None, seed))
            self.settle()

    def settle(self) -> None:
        """Let what is left be done."""
        until = time.monotonic() + QUIET_SECONDS
        while People.waiting(self.stack) and time.monotonic() < until:
            time.sleep(0.1)
        time.sleep(SETTLE_SECONDS)

    @contextmanager
    def attacker(self, name: str) -> Iterator["Attacker"]:
        """Start an attacker with an applicant of their own; quiet until told to attack."""
        file = self.stack.logs / "target.json"
        file.write_text(json.dumps(asdict(self.people.target(self.stack))), encoding="utf-8")
        program = Path(__file__).with_name("attacker.py")
        with subprocess.Popen(  # noqa: S603 -- our own program
            [sys.executable, str(program), name, str(file), str(self.niceness)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # time is shared between sessions: see attacker.py
        ) as process:
            attacker = Attacker(process)
            attacker.attack(0.0)
            attacker.end()  # it is ready
            yield attacker

    def _window(self, attacker: "Attacker | None", seed: int) -> Window:
        watch = _Watch()
        with watch:
            if attacker:
                attacker.attack(self.seconds + 2 * LEAD_SECONDS)
            time.sleep(LEAD_SECONDS)
            taken = visit(self.stack, self.people, rate=self.rate, seconds=self.seconds, seed=seed)
            if attacker:
                attacker.end()
        return Window(
            taken=taken,
            rss_mib=watch.rss_mib,
            cpu_seconds=watch.cpu_seconds,
            machine=watch.machine,
            attacker_cpu_seconds=attacker.cpu_seconds if attacker else 0.0,
        )


class Attacker:
    """The program of the attacker, and what it told of the last time."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.answers: Answers = Counter()
        self.cpu_seconds = 0.0
        self._process = process

    def attack(self, seconds: float) -> None:
        """Let it attack for so long from now on."""
        if self._process.stdin:
            self._process.stdin.write(f"{seconds}\n")
            self._process.stdin.flush()

    def end(self) -> None:
        """Wait until it is quiet again."""
        said = json.loads(self._process.stdout.readline()) if self._process.stdout else {}
        self.answers = Counter(said["answers"])
        self.cpu_seconds = said["cpu_s"]


class _Watch:
    """Looks at the service's processes and at the machine while the block runs."""

    def __init__(self) -> None:
        self.rss_mib, self.cpu_seconds = 0.0, 0.0
        self.machine = machine_time()
        self._service = service()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> None:
        self._began = cpu_seconds(*self._service)
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self.cpu_seconds = cpu_seconds(*self._service) - self._began
        self.machine = machine_time().since(self.machine)

    def _run(self) -> None:
        """Note the largest process; children of the sandbox have limits of their own."""
        while not self._over.wait(SAMPLE_SECONDS):
            own = [*self._service, *(child for pid in web() for child in children(pid))]
            self.rss_mib = max([self.rss_mib, *map(rss_mib, own)])


def web() -> list[int]:
    """Return the process that each web process is a child of."""
    return _named(WEB)


def service() -> list[int]:
    """Return the processes of the service that this one started."""
    return _named((*WEB, *OTHERS))


def _named(words: Sequence[str]) -> list[int]:
    return [pid for pid in children(os.getpid()) if any(word in _command(pid) for word in words)]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""
