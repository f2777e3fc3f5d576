# ruff: noqa: INP001 -- a program of its own, not a package
"""Measures what one attacker at a time costs honest people, on the service's real processes.

python benchmarks/attack.py [--attacks WORD,…] [--pairs 6] [--seconds 3.5] [--rate 20]
    [--attacker-nice 19] [--honest-nice -10] [--minutes 28] [--seed N] [--json] [--strict]

PostgreSQL, Redis, gunicorn, two workers, the scheduler and the load share this machine, whose speed
changes from one half minute to the next. Each attack of ``attack_moves.py`` is therefore measured
in pairs of short windows, one with the attack and one without, in an order that is drawn. In every
window honest people do the same: a verification by the QR of a published Acuerdo, the sign-in page,
an applicant's own page, and an upload until it is checked. Requests begin when their time has
come, whether the former were answered or not.

``honest_p99_ratio`` is the 99th percentile of all windows with the attack divided by that of all
windows without, of times that are each divided by the median of their kind without the attack, so
that pages and uploads weigh alike. ``low`` and ``high`` are the ends of its interval: 90 of 100
draws of pairs lie between them. An attack *holds* when the interval is below 2, *misses* when it is
above 2, when something failed, when a process is over 500 MiB, or when the attack was not answered
as ``attack_moves.py`` expects (it measures nothing then), and is *unsure* otherwise: more
``--pairs`` for those ``--attacks`` decide. ``--strict`` ends with 1 when one misses, when more than
a quarter is unsure, or when the measure itself does not hold:

- ``no attack`` has no attack in either window of its pairs, which are taken all along the run. Its
  interval says how much the measure varies, and must lie between 1/2 and 2.
- ``computing, no request`` takes the processor as an attacker's program may and asks nothing of the
  service: a ratio that others have too is then the price of the shared cores, not of the service.

An attacker has a machine of their own, whose time the service does not pay; here it has the same
two cores. ``--attacker-nice 19`` gives its program only the time that nobody else wants, among the
sessions of this machine too (autogroups), so that on a busy machine it hardly attacks; with 0 it
computes as everybody does. ``attacker_cpu_s`` tells what it took, ``steal`` which share of the
machine its host gave to others.

Honest people have machines of their own too: a page that the service has given is theirs, though
the program that asks in their name here waits for one of the two cores. With ``--honest-nice -10``
the session of this program comes before those of the service, whose time alone is then measured,
with the attack and without. That takes root; ``honest_nice`` tells what was in force, and with 0
the measure has the waiting of its own program in it.

``rss_mib`` is the largest web, worker or scheduler process with the attack. ``cpu_s`` is the
processor time of all processes of the service, sandbox included, in the windows with the attack,
``cpu_s_without`` in as many without. Where time runs short, later attacks get fewer pairs, four at
least. There is no proxy in front; ``compose`` has one.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from attack_answers import told
from attack_moves import ATTACKS, NO_REQUEST
from attack_people import prepare
from attack_ratio import BAR_RATIO, BAR_RSS_MIB, LEAST_PAIRS, Ratio, Row, missed
from attack_visits import KINDS, visit
from attack_windows import Measured, Windows
from processes import session_weighed

from tests.conftest import _create_database, _postgres_url
from tests.e2e.stack import Stack, running
from tests.servers import ServerRoom, start_postgres, start_redis
from tests.smtp_sink import smtp_sink

WORKERS: Final = 2
WEB_PROCESSES: Final = 2
"""The default of ``review-service web``."""
WARM_SECONDS: Final = 6.0
NO_ATTACK: Final = "no attack"


def main() -> int:
    """Measure, print a table or one JSON object; 1 when a bar is missed, if ``--strict``."""
    began = time.monotonic()
    options = _options()
    load = round(os.getloadavg()[0], 2)
    with session_weighed(options.honest_nice) as honest_nice, _served() as stack:
        people = prepare(stack)
        visit(stack, people, rate=options.rate, seconds=WARM_SECONDS)
        windows = Windows(
            stack=stack,
            people=people,
            rate=options.rate,
            seconds=options.seconds,
            niceness=options.attacker_nice,
            chance=random.Random(options.seed),  # noqa: S311 -- repeatable
        )
        windows.settle()
        measured = _measured(windows, options, ends_at=began + options.minutes * 60)
    same, computing, *rows = [
        each.row(seconds=options.seconds, seed=options.seed) for each in measured
    ]
    missing = missed(rows, same)
    result = {
        "cores": len(os.sched_getaffinity(0)),
        "load": load,
        "minutes": round((time.monotonic() - began) / 60, 1),
        "window_seconds": options.seconds,
        "rate": options.rate,
        "attacker_nice": options.attacker_nice,
        "honest_nice": honest_nice,
        "seed": options.seed,
        "bar_ratio": BAR_RATIO,
        "bar_rss_mib": BAR_RSS_MIB,
        "no_attack": _facts(same),
        "computing_only": _facts(computing),
        "attacks": [_facts(row) for row in rows],
        "missed": missing,
    }
    if options.json:
        sys.stdout.write(json.dumps(result) + "\n")
    else:
        sys.stdout.write("".join(map(_lines, (same, computing, *rows))))
        sys.stdout.write(
            "{cores} cores, load average before {load}, attacker nice {attacker_nice}, "
            "honest nice {honest_nice}, {minutes} min\n".format_map(result)
        )
        sys.stdout.write(f"missed: {'; '.join(missing) or 'none'}\n")
    return 1 if missing and options.strict else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--attacks", default="", help="those whose names hold one of these words")
    parser.add_argument("--pairs", type=int, default=6, help="of windows, for each attack")
    parser.add_argument("--seconds", type=float, default=3.5, help="of each window")
    parser.add_argument("--rate", type=float, default=20.0, help="honest requests a second")
    parser.add_argument("--attacker-nice", type=int, default=19, choices=range(20), metavar="0–19")
    parser.add_argument(
        "--honest-nice", type=int, default=-10, choices=range(-20, 1), metavar="-20–0"
    )
    parser.add_argument("--minutes", type=float, default=28.0, help="of the whole run")
    parser.add_argument("--seed", type=int, default=20261128)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a bar is missed")
    options = parser.parse_args()
    words = options.attacks.split(",")
    unknown = [word for word in words if not any(word in name for name in ATTACKS)]
    if unknown:
        parser.error(f"no attack is named {unknown}; there are: {'; '.join(ATTACKS)}")
    options.names = [name for name in ATTACKS if any(word in name for word in words)]
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


def _measured(windows: Windows, options: argparse.Namespace, *, ends_at: float) -> list[Measured]:
    """Return no attack, computing alone, and each attack; of the first some pairs after each."""
    names = [NO_REQUEST, *options.names]
    began, same, others = time.monotonic(), Measured(attack=NO_ATTACK), list[Measured]()
    for place, name in enumerate(names, 1):
        one = Measured(attack=name)
        share_ends_at = began + (ends_at - began) * place / len(names)
        with windows.attacker(name) as attacker:
            windows.enough(
                one,
                attacker,
                pairs=options.pairs,
                least=min(LEAST_PAIRS, options.pairs),
                ends_at=share_ends_at,
            )
        while len(same.beside) < options.pairs * place // len(names):
            windows.pair(same, None)
        others.append(one)
        spent = time.monotonic() - began
        sys.stderr.write(f"{spent:4.0f} s, {name}: {len(one.beside)} pairs, {told(one.answers)}\n")
    return [same, *others]


def _facts(row: Row) -> dict[str, Any]:
    return {
        "attack": row.attack,
        "of_issue": row.of_issue,
        "pairs": row.pairs,
        "honest_p99_ratio": round(row.ratio.ratio, 2),
        **_interval(row.ratio),
        "verdict": row.verdict.value,
        "holds": row.verdict.value == "holds",
        "p99_ms": _rounded(row.p99_ms),
        "p99_ms_without": _rounded(row.p99_ms_without),
        "kinds": {
            kind: {"ratio": round(each.ratio, 2), **_interval(each)}
            for kind, each in row.kind_ratios.items()
        },
        "failed": row.failed,
        "failed_without": row.failed_without,
        "rss_mib": round(row.rss_mib),
        "cpu_s": round(row.cpu_s, 1),
        "cpu_s_without": round(row.cpu_s_without, 1),
        "attacker_cpu_s": round(row.attacker_cpu_s, 1),
        "steal_percent": [round(each, 1) for each in row.steal_percent],
        "steal_percent_without": [round(each, 1) for each in row.steal_percent_without],
        "answers": row.answers,
        "problem": row.problem,
    }


def _interval(ratio: Ratio) -> dict[str, float]:
    return {"low": round(ratio.low, 2), "high": round(ratio.high, 2)}


def _rounded(milliseconds: Mapping[str, float]) -> dict[str, float]:
    return {kind: round(each, 1) for kind, each in milliseconds.items()}


def _lines(row: Row) -> str:
    times = "  ".join(
        f"{kind} {row.p99_ms[kind]:5.0f} / {row.p99_ms_without[kind]:5.0f}" for kind in KINDS
    )
    if row.attack == NO_ATTACK:
        verdict = "uneven" if row.is_disturbed else "even"
    else:
        verdict = row.verdict.value
    faults = f" ({', '.join(row.faults)})" if row.faults else ""
    ratio = row.ratio
    return (
        f"{row.attack:38} ratio {ratio.ratio:5.2f} ({ratio.low:5.2f} to {ratio.high:5.2f}) of "
        f"{row.pairs} pairs: {verdict}{faults}\n"
        f"    p99 with / without: {times} ms\n"
        f"    {row.rss_mib:.0f} MiB; processor {row.cpu_s:.1f} / {row.cpu_s_without:.1f} s, "
        f"attacker {row.attacker_cpu_s:.1f} s; steal {_mean(row.steal_percent):.1f} / "
        f"{_mean(row.steal_percent_without):.1f} %; {told(row.answers)}\n"
    )


def _mean(percents: Sequence[float]) -> float:
    return sum(percents) / len(percents) if percents else 0.0


if __name__ == "__main__":
    sys.exit(main())
