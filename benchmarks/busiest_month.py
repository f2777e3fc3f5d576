# ruff: noqa: INP001 -- a program of its own, not a package
"""A busiest hour at its pace in real time, then a tenth of the busiest month all at once.

python benchmarks/busiest_month.py [--minutes 60] [--an-hour 200] [--at-once 642] [--seed N]
    [--json] [--strict]

Web, two workers with their sandbox and the scheduler run at default settings on PostgreSQL, Redis,
SeaweedFS and a mail server, each started anew as its unit in ``docker/systemd`` says
(``kills_stack.py``). Everybody applies in the web pages, from opening a draft to «Confirmar» with
the mailed code, each from an address of its own. A MIPYME then follows its page until it has the
certificate. So does an emprendedor, who sends papers before and waits until each was read
(``busiest_papers.py``); of five, one has a paper that has expired: an officer decides in the pages,
one case at a time. An artisan sends four photos of 4,000 pixels, and its case waits for an officer
of another day.

First ``--an-hour`` applications an hour come at random moments, for ``--minutes``. Then so many
people as ``--at-once`` says open their first page in the same moment. That part lasts until each
has what there is to have, and no check and no mail waits any more; its bar is 20 minutes.
``--at-once 0`` measures the first part alone, ``--minutes 0`` the second.

What is assumed: 200 applications in a busiest hour; of 100 people 90 MIPYMES, 5 emprendedores and
5 artisans (``busiest_people.py``, ``MIX``). What is on record: 6,417 in March 2023.

Nothing may be *late*: no document or notice of the hour after more than five minutes, none of those
at once after more than twenty, no answer overdue. Nothing may be *lost* or *doubled*: what the
service said «yes» to is there once, handed over, in the state that is right for its track, each
certificate signed, stored as it was fetched, in force on the page of its QR; numbers without a gap.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from busiest_counting import (
    AN_HOUR,
    AT_ONCE,
    BAR_AT_ONCE_SECONDS,
    BAR_NOTICE_SECONDS,
    BUSIEST_MONTH,
    LISTS,
    Outcome,
    arrivals,
    late,
    missed,
    wrong_ends,
)
from busiest_found import check_seconds, ended, not_in_force, notices
from busiest_machine import MachineWatch
from busiest_people import Album, Mailbox, Shared, Walk, businesses, crowd, present
from certificates_found import broken, not_verified, unproven
from kills_counting import doubled, gaps, lost, recoveries
from kills_found import is_settled, look
from kills_people import People
from kills_stack import Parts, installed

ALBUM_SETS: Final = 2
"""Of ten photos each."""
END_SECONDS: Final = 2400.0
"""How long what was begun may take to end."""
TOLD_SECONDS: Final = 30.0
SHOWN: Final = 20


@dataclass(frozen=True, kw_only=True)
class Part:
    """One of the two parts: who came, and what the machine did meanwhile."""

    walks: Sequence[Walk]
    watch: MachineWatch
    bar: float
    """Longest time from an act to its notice, in seconds."""


def main() -> int:
    """Measure, count, print a table or one JSON object; 1 when a bar is missed and asked for."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="busiest-") as name, installed(Path(name), {}) as parts:
        told, outcome = _measured(parts, options, Path(name))
    told["missed"] = missed(outcome)
    sys.stdout.write(json.dumps(told) + "\n" if options.json else _table(told))
    return 1 if told["missed"] and options.strict else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=60.0, help="of the paced part; 0: none")
    parser.add_argument("--an-hour", type=int, default=AN_HOUR, help="applications in that part")
    parser.add_argument("--at-once", type=int, default=AT_ONCE, help="0: none")
    parser.add_argument("--seed", type=int, default=20261128)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a bar is missed")
    return parser.parse_args()


def _measured(
    parts: Parts, options: argparse.Namespace, folder: Path
) -> tuple[dict[str, Any], Outcome]:
    people = People(parts=parts, seed=options.seed, every_seconds=0.0)
    chance = random.Random(options.seed)  # noqa: S311 -- repeatable
    shared = Shared(
        mailbox=Mailbox(parts.sink),
        album=Album(sets=ALBUM_SETS, seed=options.seed),
        officer=parts.stack.officer(),
    )
    paced = round(options.an_hour * options.minutes / 60)
    seconds = options.minutes * 60

    def mixed(count: int, first: int) -> list[Walk]:
        return crowd(people, count, shared=shared, chance=chance, first=first)

    walks, everybody_at_once = mixed(paced, 1), mixed(options.at_once, paced + 1)
    for walk in (*walks, *everybody_at_once):
        walk.pack()
    moments = arrivals(paced, seconds=seconds, chance=chance)
    hour = _taken(parts, walks, moments, least=seconds, bar=BAR_NOTICE_SECONDS)
    for walk in everybody_at_once:
        walk.prepare()
    at_once = _taken(parts, everybody_at_once, [0.0] * options.at_once, bar=BAR_AT_ONCE_SECONDS)
    outcome = _outcome(parts, people, (hour, at_once), folder)
    _, changes = present()
    return {
        "cores": len(os.sched_getaffinity(0)),
        "load": round(os.getloadavg()[0], 2),
        "seed": options.seed,
        "an_hour": options.an_hour,
        "minutes": options.minutes,
        "busiest_month": BUSIEST_MONTH,
        "mix_changed": changes,
        "hour": _facts(parts, hour),
        "at_once": _facts(parts, at_once),
        "at_once_s": round(outcome.at_once_seconds, 1),
        "bar_at_once_s": BAR_AT_ONCE_SECONDS,
        "unexpected_exits": parts.unexpected_exits,
        **{name: list(getattr(outcome, name)) for name in LISTS},
    }, outcome


def _taken(
    parts: Parts, walks: Sequence[Walk], moments: Sequence[float], *, bar: float, least: float = 0.0
) -> Part:
    """Let each begin at its moment; return when nobody waits and nothing is left to be done.

    That is not before ``least`` seconds have passed.
    """
    with MachineWatch(parts) as watch:
        began = time.monotonic()
        threads = [
            threading.Thread(target=_begin, args=(walk, began + moment), daemon=True)
            for walk, moment in zip(walks, moments, strict=True)
        ]
        for thread in threads:
            thread.start()
        ends_at = began + least + END_SECONDS
        told_at = began
        while time.monotonic() < ends_at:
            is_over = time.monotonic() > began + least
            if is_over and not any(map(threading.Thread.is_alive, threads)) and is_settled(parts):
                break
            time.sleep(0.25)
            if time.monotonic() > told_at + TOLD_SECONDS:
                told_at = time.monotonic()
                over = sum(walk.is_over for walk in walks)
                sys.stderr.write(f"{told_at - began:5.0f} s: {over} of {len(walks)} are done\n")
    return Part(walks=walks, watch=watch, bar=bar)


def _begin(walk: Walk, moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))
    walk.go()


def _outcome(parts: Parts, people: People, both: Sequence[Part], folder: Path) -> Outcome:
    found = look(parts)
    with parts.stack.container.reading() as uow:
        now = uow.now
    certified = [one for part in both for one in businesses(part.walks)]
    ends = {id(part): ended(parts, part.walks) for part in both}
    return Outcome(
        at_once_seconds=both[-1].watch.seconds,
        late=[
            each
            for part in both
            for each in late(ends[id(part)], notices(parts, part.walks), now=now, bar=part.bar)
        ],
        lost=lost(people.cases, found),
        doubled=doubled(people.cases, found),
        gaps=gaps(found),
        wrong_ends=[each for part in both for each in wrong_ends(ends[id(part)])],
        unproven=[
            *unproven(parts, certified),
            *not_verified(parts, certified, folder),
            *not_in_force(parts),
        ],
        broken=broken(parts),
        troubles=[*people.troubles, *_unfinished(both)],
    )


def _unfinished(both: Sequence[Part]) -> list[str]:
    """Name those who are still on their way when the time is over."""
    return [f"{walk.track.key} {walk.number}: is not done" for part in both for walk in part.walks
            if not walk.is_over]  # fmt: skip


def _facts(parts: Parts, part: Part) -> dict[str, Any]:
    watch, cores = part.watch, len(os.sched_getaffinity(0))
    steps = defaultdict[str, dict[str, list[float]]](lambda: defaultdict(list))
    counts = defaultdict[str, int](int)
    for walk in part.walks:
        counts[walk.track.key] += 1
        for name, seconds in walk.steps.items():
            steps[walk.track.key][name].append(seconds)
    handed = [each.seconds for each in notices(parts, part.walks) if each.seconds is not None]
    steps["in the background"] = {
        "a file, received to checked": check_seconds(parts, part.walks),
        "a mail, written to handed over": handed,
    }
    machine = watch.machine
    return {
        "applications": dict(counts),
        "seconds": round(watch.seconds, 1),
        "steps_s": {
            track: {name: _quantiles(times) for name, times in named.items() if times}
            for track, named in steps.items()
        },
        "longest_queue": watch.longest_queue,
        "oldest_waited_s": round(watch.oldest_seconds, 1),
        "told_before": max(
            (number for one in businesses(part.walks) for _, number in one.told), default=0
        ),
        "processes": {
            kind: {
                "cpu_s": round(used.cpu_seconds, 1),
                "machine_percent": round(100 * used.cpu_seconds / (watch.seconds * cores), 1),
                "largest_mib": round(used.largest_mib),
                "together_mib": round(used.together_mib),
            }
            for kind, used in watch.used.items()
        },
        "idle_percent": round(machine.idle_percent, 1),
        "steal_percent": round(machine.steal_percent, 1),
    }


def _quantiles(seconds: Sequence[float]) -> dict[str, float]:
    figures = asdict(recoveries(seconds))
    return {name: round(figures[name], 2) for name in ("count", "p50", "p95", "longest")}


HEADS: Final = (
    ("hour", "{an_hour} applications an hour (an assumption), for {minutes} minutes"),
    ("at_once", "at once, of {busiest_month} in the busiest month on record"),
)


def _table(told: Mapping[str, Any]) -> str:
    lines = ["{cores} cores, load {load}; 90/5/5 is an assumption".format_map(told)]
    lines += [f"  {change}" for change in told["mix_changed"]]
    for name, head in HEADS:
        lines += ["", head.format_map(told), *_part_lines(told[name])]
    lines += ["", f"at once: all done after {told['at_once_s']} s, bar {told['bar_at_once_s']} s"]
    lines.append(f"ended by themselves: {told['unexpected_exits'] or 'none'}")
    for name in LISTS:
        lines.append(f"{name.replace('_', ' ')}: {len(told[name])}")
        lines += [f"  {each}" for each in told[name][:SHOWN]]
    lines.append(f"missed: {'; '.join(told['missed']) or 'none'}")
    return "\n".join(lines) + "\n"


def _part_lines(part: Mapping[str, Any]) -> list[str]:
    who = ", ".join(f"{count} {key}" for key, count in part["applications"].items())
    lines = [f"  {who or 'nobody'}; {part['seconds']} s in all"]
    for track, steps in part["steps_s"].items():
        lines.append(f"  {track:36} {'times':>5} {'p50 s':>8} {'p95 s':>8} {'max s':>8}")
        lines += [f"    {name:34} {row['count']:5} {row['p50']:8.2f} {row['p95']:8.2f} "
                  f"{row['longest']:8.2f}" for name, row in steps.items()]  # fmt: skip
    lines.append(
        "  longest queue {longest_queue} tasks, the oldest waited {oldest_waited_s} s; pages said "
        "at most {told_before} come before".format_map(part)
    )
    lines.append(f"  {'process':24} {'cpu s':>8} {'machine %':>10} {'largest MiB':>12} together")
    lines += [f"    {kind:22} {row['cpu_s']:8.1f} {row['machine_percent']:10.1f} "
              f"{row['largest_mib']:12} {row['together_mib']:8}"
              for kind, row in part["processes"].items()]  # fmt: skip
    return [*lines, "  idle {idle_percent} %, steal {steal_percent} %".format_map(part)]


if __name__ == "__main__":
    sys.exit(main())
