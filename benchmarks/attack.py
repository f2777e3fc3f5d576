# ruff: noqa: INP001 -- a program of its own, not a package
"""Measures what one attacker at a time costs honest people, on the service's real processes.

python benchmarks/attack.py [--seconds 30] [--rate 10] [--only WORD] [--json] [--strict]

PostgreSQL, Redis, gunicorn, two workers, the scheduler and the load share this machine. The
honest mix runs beside each attack of ``attack_moves.py``, and alone before and after each of them:
a verification by the QR of a published Acuerdo, the sign-in page, an applicant's own page, and an
upload until it is checked. Requests begin when their time has come, whether the former were
answered or not.

``honest_p99_ratio`` is the 99th percentile beside the attack divided by that without, of times that
are each divided by the median of their kind without an attack, so that pages and uploads weigh
alike. «Without» is what was taken alone just before and just after. ``alone_ratio`` is the
slower of those two p99 divided by the faster one: from 2 on something else disturbed the machine,
the ratio says nothing, and the attack is told as missed.

``rss_mib`` is the largest web, worker or scheduler process, ``cpu_s`` the processor time of
all processes of the service during the attack. Children of the sandbox have limits of their own and
count for ``cpu_s`` only. The attacker has the least priority
(nice 19): what slows honest people is the service's work, not the attacker's own.
``attacker_cpu_s`` tells how much it got, ``answers`` how many requests came of it, by status. An
attack that was not answered as ``attack_moves.py`` expects measures nothing and is told as missed.
There is no proxy in front; ``compose`` has one.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from attack_answers import told
from attack_moves import ATTACKS
from attack_people import People, prepare
from attack_visits import KINDS, Taken, visit
from processes import children, rss_mib

from tests.conftest import _create_database, _postgres_url
from tests.e2e.stack import Stack, running
from tests.servers import ServerRoom, start_postgres, start_redis
from tests.smtp_sink import smtp_sink

BAR_RATIO: Final = 2.0
BAR_RSS_MIB: Final = 500.0
BAR_ALONE: Final = 2.0
"""From here on the machine was not quiet enough to tell."""
ALONE_SHARE: Final = 0.4
"""Seconds alone before each attack and at the end, for each second of an attack."""
WORKERS: Final = 2
WEB_PROCESSES: Final = 2
"""The default of ``review-service web``."""
WARM_SECONDS: Final = 6.0
REST_SECONDS: Final = 3.0
"""Between two attacks, so that one does not pay for the other."""
QUIET_SECONDS: Final = 30.0
"""Longest wait for what an attack left in the queue."""
SAMPLE_SECONDS: Final = 0.2
TICKS: Final = os.sysconf("SC_CLK_TCK")
WEB: Final = ("review_service.cli web", "gunicorn")
OTHERS: Final = ("-m workers", "review_service.cli scheduler")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one attack did."""

    attack: str
    before: Taken
    taken: Taken
    rss_mib: float
    cpu_seconds: float
    answers: Mapping[str, int]
    attacker_cpu_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table."""

    attack: str
    of_issue: bool
    honest_p99_ratio: float
    alone_ratio: float
    p99_ms: Mapping[str, float]
    answers: Mapping[str, int]
    problem: str
    """Why the attack did not take place as meant; empty when it did."""
    attacker_cpu_s: float
    failed: int
    rss_mib: float
    cpu_s: float

    @property
    def holds(self) -> bool:
        """Whether both bars hold, no request failed, the attack took place, on a quiet machine."""
        few = self.honest_p99_ratio < BAR_RATIO and self.rss_mib <= BAR_RSS_MIB
        is_told = not self.problem and self.alone_ratio < BAR_ALONE
        return few and not self.failed and is_told


def main() -> int:
    """Measure, print a table or one JSON object; 1 when anything is missed, if ``--strict``."""
    options = _options()
    load = round(os.getloadavg()[0], 2)
    measured = list[Measured]()
    with _served() as stack:
        people = prepare(stack)
        visit(stack, people, rate=options.rate, seconds=WARM_SECONDS)
        for name in ATTACKS:
            if options.only in name:
                before = _alone(stack, people, options)
                measured.append(_measured(stack, people, name, options, before))
                sys.stderr.write(f"{name}: {told(measured[-1].answers)}\n")
                _rest(stack)
        after = _alone(stack, people, options)
    alone = Taken()
    for each in (*(each.before for each in measured), after):
        alone.add(each)
    rows = _rows(alone, after, measured, options.seconds)
    result = {
        "cores": len(os.sched_getaffinity(0)),
        "load": load,
        "seconds": options.seconds,
        "without": {kind: _rounded(_p99(alone.of(kind))) for kind in KINDS},
        "medians_without": {kind: _rounded(statistics.median(alone.of(kind))) for kind in KINDS},
        "bar_ratio": BAR_RATIO,
        "bar_rss_mib": BAR_RSS_MIB,
        "attacks": [{**asdict(row), "holds": row.holds} for row in rows],
    }
    missed = [row.attack for row in rows if not row.holds]
    if options.json:
        sys.stdout.write(json.dumps(result) + "\n")
    else:
        sys.stdout.write("".join(map(_line, rows)))
        sys.stdout.write(f"without: p99 {result['without']} ms, median ")
        sys.stdout.write(f"{result['medians_without']} ms; {result['cores']} cores, ")
        sys.stdout.write(f"load average before {load}\n")
        sys.stdout.write(f"missed: {', '.join(missed) or 'none'}\n")
    return 1 if missed and options.strict else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=30.0, help="of each attack")
    parser.add_argument("--rate", type=float, default=10.0, help="honest requests a second")
    parser.add_argument("--only", default="", help="attacks whose name holds this word")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--strict", action="store_true", help="exit 1 when anything is missed")
    options = parser.parse_args()
    if not any(options.only in name for name in ATTACKS):
        parser.error(f"no attack is named so; there are: {', '.join(ATTACKS)}")
    return options


@contextmanager
def _served() -> Iterator[Stack]:
    room = ServerRoom.open()
    try:
        with tempfile.TemporaryDirectory(prefix="attack-") as name, smtp_sink() as sink:
            redis = room.server("redis", start_redis)
            postgres = room.server("postgres", start_postgres)
            url = _postgres_url(postgres, _create_database(postgres, "template1"))
            queue = f"redis://:{redis.password}@{redis.endpoint}/0"
            with running(
                Path(name),
                database_url=url,
                redis_url=queue,
                sink=sink,
                more={"TRUSTED_PROXIES": "1"},
                workers=WORKERS,
                web_processes=WEB_PROCESSES,
            ) as stack:
                yield stack
    finally:
        room.close()


def _alone(stack: Stack, people: People, options: argparse.Namespace) -> Taken:
    return visit(stack, people, rate=options.rate, seconds=options.seconds * ALONE_SHARE)


def _measured(
    stack: Stack, people: People, name: str, options: argparse.Namespace, before: Taken
) -> Measured:
    target = replace(people.target(stack), seconds=options.seconds + 2)
    file = stack.logs / "target.json"
    file.write_text(json.dumps(asdict(target)), encoding="utf-8")
    program = Path(__file__).with_name("attack_moves.py")
    watch = _Watch()
    attacker = subprocess.Popen(  # noqa: S603 -- our own program
        [sys.executable, str(program), name, str(file)], stdout=subprocess.PIPE, text=True
    )
    with watch:
        time.sleep(1.0)  # until the attacker has begun
        taken = visit(stack, people, rate=options.rate, seconds=options.seconds)
    said = json.loads(attacker.communicate()[0] or "{}")
    return Measured(
        attack=name,
        before=before,
        taken=taken,
        rss_mib=watch.rss_mib,
        cpu_seconds=watch.cpu_seconds,
        answers=said.get("answers", {}),
        attacker_cpu_seconds=said.get("cpu_s", 0.0),
    )


def _rows(alone: Taken, after: Taken, measured: Sequence[Measured], seconds: float) -> list[Row]:
    """Compare each attack with what was taken just before and just after it."""
    medians = {kind: statistics.median(alone.of(kind)) for kind in KINDS}

    def p99(taken: Taken) -> float:
        return _p99(_weighed(taken, medians))

    def disturbance(*times: float) -> float:
        return round(max(times) / min(times), 2)

    beside = [*(each.before for each in measured[1:]), after]
    return [
        Row(
            attack=each.attack,
            of_issue=ATTACKS[each.attack].of_issue,
            honest_p99_ratio=round(p99(each.taken) / p99(each.before.joined(next_alone)), 2),
            alone_ratio=disturbance(p99(each.before), p99(next_alone)),
            p99_ms={kind: _rounded(_p99(each.taken.of(kind))) for kind in KINDS},
            answers=each.answers,
            problem=ATTACKS[each.attack].answers.problem(each.answers, seconds=seconds),
            attacker_cpu_s=each.attacker_cpu_seconds,
            failed=each.taken.failed,
            rss_mib=round(each.rss_mib),
            cpu_s=round(each.cpu_seconds, 1),
        )
        for each, next_alone in zip(measured, beside, strict=True)
    ]


def _rest(stack: Stack) -> None:
    """Let what the attack left be done."""
    time.sleep(REST_SECONDS)
    until = time.monotonic() + QUIET_SECONDS
    while time.monotonic() < until and People.waiting(stack):
        time.sleep(0.5)


class _Watch:
    """Samples memory and processor time of the service's own processes while the block runs."""

    def __init__(self) -> None:
        self.rss_mib, self.cpu_seconds = 0.0, 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> None:
        self._began = _cpu_of(_service())
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self.cpu_seconds = _cpu_of(_service()) - self._began

    def _run(self) -> None:
        while not self._over.wait(SAMPLE_SECONDS):
            self.rss_mib = max([self.rss_mib, *(rss_mib(pid) for pid in _service())])


def _service() -> list[int]:
    """Return the processes that this one started, and those of gunicorn; no sandbox child."""
    own = {pid: _command(pid) for pid in children(os.getpid())}
    web = [pid for pid, command in own.items() if any(name in command for name in WEB)]
    others = [pid for pid, command in own.items() if any(name in command for name in OTHERS)]
    return web + others + [child for pid in web for child in children(pid)]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def _cpu_of(pids: Sequence[int]) -> float:
    """Return processor seconds of these processes and of their children that have ended."""
    total = 0
    for pid in pids:
        try:
            told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += sum(map(int, told[11:15]))
    return total / TICKS


def _weighed(taken: Taken, medians: Mapping[str, float]) -> list[float]:
    return [each / medians[kind] for kind in KINDS for each in taken.of(kind)]


def _p99(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[98]


def _rounded(milliseconds: float) -> float:
    return round(milliseconds, 1)


def _line(row: Row) -> str:
    times = "  ".join(f"{kind} {row.p99_ms[kind]:7.0f}" for kind in KINDS)
    mark = "" if row.holds else "  MISSED"
    mark += f" ({row.failed} failed)" if row.failed else ""
    mark += f" ({row.problem})" if row.problem else ""
    return (
        f"{row.attack:38} ratio {row.honest_p99_ratio:6.2f} (alone {row.alone_ratio:4.2f})  "
        f"{times} ms  {row.rss_mib:4.0f} MiB  {row.cpu_s:5.1f} s  "
        f"(attacker {row.attacker_cpu_s:4.1f} s)  {told(row.answers)}{mark}\n"
    )


if __name__ == "__main__":
    sys.exit(main())
