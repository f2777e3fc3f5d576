# ruff: noqa: INP001 -- a program of its own, not a package
"""Kills every process of the service again and again and counts what is lost, doubled or missing.

python benchmarks/kills.py [--kills 50] [--seed N] [--pace SECONDS] [--every SECONDS]
    [--set NAME=VALUE] [--json] [--strict]

Web, two workers and the scheduler run at default clocks on PostgreSQL, Redis, SeaweedFS and a mail
server, each started anew as its unit in ``docker/systemd`` says. Artisans apply over HTTP with
photos, an officer approves, the Acuerdo is signed and mailed. Meanwhile each kind of process is
killed (SIGKILL) so many times at random moments, a worker by preference in the middle of a task,
web while somebody waits for an answer; and once each Redis hangs, is emptied and stops, PostgreSQL
restarts at once, the store is full (it answers as MinIO does then), gives wrong bytes, and the mail
relay refuses.

Recovery begins with the kill and ends when what was in hand is done: the task; every request, made
again by who sent it; the scheduler's next sign of life. A fault's recovery begins when it ends, and
is over when all that waited then is done. No task is killed twice: one whose worker dies at each of
three attempts is put aside for a person, as it should be.

SMTP cannot tell a worker that died whether its message was taken: it is sent again under the same
Message-ID, by which mailboxes know it. Those are counted beside, as ``repeated``.
"""

import argparse
import json
import math
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from kills_counting import (
    BAR_P95_SECONDS,
    KINDS,
    Outcome,
    doubled,
    gaps,
    lost,
    missed,
    recoveries,
    repeated,
)
from kills_faults import BETWEEN, FAULTS, Faults, Killer, Watch
from kills_found import is_settled, look
from kills_people import People
from kills_stack import Parts, installed

END_SECONDS: Final = 1200.0
"""How long all that was begun may take to end once nothing is broken any more."""
LONGEST: Final = 3
"""Times its pace that the breaking may take, for waits in between."""
LEAST_PAUSE: Final = 10.0
LEAST_WITHIN: Final = 0.5
SHOWN: Final = 20
HEAD: Final = (
    "{applications} applications, {files} files, {issued} Acuerdos, {mails} mails in {minutes} min;"
    " {cores} cores, load {load}"
)


def main() -> int:
    """Break, count, print a table or one JSON object; 1 when a bar is missed and asked for."""
    options = _options()
    began = time.monotonic()
    more = dict(each.split("=", 1) for each in options.set)
    with tempfile.TemporaryDirectory(prefix="kills-") as name, installed(Path(name), more) as parts:
        told, outcome = _measured(parts, options)
    told["minutes"] = round((time.monotonic() - began) / 60, 1)
    bars = missed(outcome, least_kills=options.kills)
    told["missed"] = bars
    sys.stdout.write(json.dumps(told) + "\n" if options.json else _table(told))
    return 1 if bars and options.strict else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=50, help="of each process")
    parser.add_argument("--seed", type=int, default=20261127)
    parser.add_argument("--pace", type=float, default=34.0, help="seconds from kill to kill")
    parser.add_argument("--every", type=float, default=12.0, help="seconds from artisan to artisan")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE",
        help="a setting that is not the default one, to see that the bars can be missed: "
        "--set LEASE_SECONDS=400",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a bar is missed")
    return parser.parse_args()


def _measured(parts: Parts, options: argparse.Namespace) -> tuple[dict[str, Any], Outcome]:
    people = People(parts=parts, seed=options.seed, every_seconds=options.every)
    watch = Watch()
    killers = [
        Killer(
            kind=kind, parts=parts, people=people, watch=watch, kills=options.kills,
            pace_seconds=options.pace, chance=_chance(options.seed, kind),
        )
        for kind in KINDS
    ]  # fmt: skip
    faults = Faults(
        parts=parts, people=people, watch=watch, chance=_chance(options.seed, "faults"),
        pace_seconds=max(LEAST_PAUSE, options.pace * options.kills / (len(FAULTS) + 1) - 25),
    )  # fmt: skip
    people.begin()
    watch.begin()
    over = threading.Event()
    runs = [*(killer.run for killer in killers), faults.run]
    threads = [threading.Thread(target=run, args=(over,), daemon=True) for run in runs]
    for thread in threads:
        thread.start()
    in_time = _wait(threads, watch, seconds=LONGEST * options.pace * options.kills + END_SECONDS)
    over.set()
    ended = time.monotonic() + END_SECONDS
    all_walked = people.end(seconds=END_SECONDS)
    while time.monotonic() < ended and (watch.waiting or not is_settled(parts)):
        time.sleep(1)
    watch.end()
    told, outcome = _counted(parts, people, watch, killers, all_walked=all_walked and in_time)
    return {**told, "settings": options.set}, outcome


def _chance(seed: int, what: str) -> random.Random:
    return random.Random(f"{seed}-{what}")  # noqa: S311 -- repeatable, guards nothing


def _wait(threads: Sequence[threading.Thread], watch: Watch, *, seconds: float) -> bool:
    """Wait until all is broken that is to be broken; False when that takes longer.

    Say now and then how far it is.
    """
    told_at = time.monotonic()
    ends_at = told_at + seconds
    while any(thread.is_alive() for thread in threads):
        time.sleep(1)
        if time.monotonic() > ends_at:
            return False
        if time.monotonic() - told_at > 60:  # noqa: PLR2004 -- a minute
            told_at = time.monotonic()
            count = Counter(blow.name for blow in watch.blows)
            sys.stderr.write(f"{dict(count)}, {len(watch.waiting)} not over\n")
    return True


def _counted(
    parts: Parts, people: People, watch: Watch, killers: Sequence[Killer], *, all_walked: bool
) -> tuple[dict[str, Any], Outcome]:
    found = look(parts)
    orders = [("invariants", "--whole", "--bytes"), ("audit", "verify")]
    answers = {" ".join(order): parts.command(*order) for order in orders}
    broken = [f"{name}: {answer.stdout}{answer.stderr}".strip()
              for name, answer in answers.items() if answer.returncode]  # fmt: skip
    troubles = list(people.troubles) + ([] if all_walked else ["some artisans are not done"])
    issued = sum(each.state == "published" for each in found.agreements)
    outcome = Outcome(
        kills={kind: _seconds(watch, kind) for kind in KINDS},
        faults={name: _seconds(watch, name) for name in FAULTS},
        lost=lost(people.cases, found) + troubles,
        doubled=doubled(people.cases, found),
        gaps=gaps(found),
        broken=broken,
        wanted_faults=tuple(FAULTS),
        met={
            "Acuerdos issued": (issued, 1),
            "pieces read wrong": (parts.relay.changed, 1),
            "files refused as full": (parts.relay.refused, 1),
            "workers killed within a task": _within_a_task(killers),
        },
    )
    told = {
        "cores": len(os.sched_getaffinity(0)),
        "load": round(os.getloadavg()[0], 2),
        "bar_p95_seconds": BAR_P95_SECONDS,
        "applications": len(people.cases),
        "files": sum(case.files.total() for case in people.cases),
        "issued": issued,
        "mails": sum(found.caught.values()),
        "kills": {kind: _figures(seconds) for kind, seconds in outcome.kills.items()},
        "killed_in": {killer.kind: dict(killer.deaths.most_common()) for killer in killers},
        "faults": {name: [_told(each) for each in seconds]
                   for name, seconds in outcome.faults.items()},
        "slowest": _slowest(watch),
        "wrong_pieces": parts.relay.changed,
        "files_refused": parts.relay.refused,
        "unexpected_exits": parts.unexpected_exits,
        "lost": list(outcome.lost),
        "doubled": list(outcome.doubled),
        "gaps": list(outcome.gaps),
        "broken": broken,
        "repeated": repeated(found),
        "said": {name: answer.stdout.splitlines()[:2] for name, answer in answers.items()},
    }  # fmt: skip
    return told, outcome


def _within_a_task(killers: Sequence[Killer]) -> tuple[int, int]:
    """Return how many workers were killed in the middle of a task, and how many should be."""
    deaths = next(killer.deaths for killer in killers if killer.kind == "worker")
    return deaths.total() - deaths[BETWEEN], math.ceil(LEAST_WITHIN * deaths.total())


def _seconds(watch: Watch, name: str) -> list[float]:
    return [math.inf if blow.seconds is None else blow.seconds for blow in watch.of(name)]


def _figures(seconds: Sequence[float]) -> dict[str, Any]:
    figures = asdict(recoveries(seconds))
    return {name: _told(value) for name, value in figures.items()}


def _told(value: float) -> float | str:
    """Return a figure that JSON can hold."""
    return "never" if math.isinf(value) else round(value, 1)


def _slowest(watch: Watch) -> list[str]:
    ordered = sorted(watch.blows, key=lambda blow: blow.seconds or math.inf, reverse=True)
    return [f"{blow.name}, {blow.in_hand}: {_told(blow.seconds or math.inf)} s"
            for blow in ordered[:8]]  # fmt: skip


def _table(told: Mapping[str, Any]) -> str:
    lines = [
        HEAD.format_map(told),
        f"{'killed':28} {'times':>5} {'p50 s':>7} {'p95 s':>7} {'max s':>7}   in the middle of",
    ]
    if told["settings"]:
        lines.append(f"not at default clocks: {', '.join(told['settings'])}")
    for kind, row in told["kills"].items():
        within = ", ".join(f"{what} {count}" for what, count in told["killed_in"][kind].items())
        lines.append(
            f"{kind:28} {row['count']:5} {row['p50']:>7} {row['p95']:>7} {row['longest']:>7}   "
            f"{within}"
        )
    lines += [f"{name:28} recovered {', '.join(f'{each} s' for each in seconds) or 'not tried'}"
              for name, seconds in told["faults"].items()]  # fmt: skip
    lines += [f"slowest: {each}" for each in told["slowest"][:3]]
    lines += [
        f"pieces read wrong: {told['wrong_pieces']}; refused as full: {told['files_refused']}",
        f"ended by themselves: {told['unexpected_exits'] or 'none'}",
        f"messages sent again under one Message-ID: {len(told['repeated'])}",
    ]
    for name in ("lost", "doubled", "gaps", "broken"):
        lines.append(f"{name}: {len(told[name])}")
        lines += [f"  {each}" for each in told[name][:SHOWN]]
    lines += [f"{name}: {' '.join(said)}" for name, said in told["said"].items()]
    lines.append(f"missed: {'; '.join(told['missed']) or 'none'}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
