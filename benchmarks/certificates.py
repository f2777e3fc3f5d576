# ruff: noqa: INP001 -- a program of its own, not a package
"""Times a certificate from «Confirmar» to the file, alone and with 500 MIPYMES at once.

python benchmarks/certificates.py [--alone 20] [--count 500] [--json] [--strict]

Web, two workers with their sandbox and the scheduler run at default settings on PostgreSQL, Redis,
SeaweedFS and a mail server, each started anew as its unit in ``docker/systemd`` says. Applications
are prepared by services; people confirm them in the web pages with the mailed code, each from an
address of its own.

Alone: one after the other, until the signed PDF is there. So many MIPYMES come first, with the
first document of each worker among them: their figures are ``alone_p95_s`` and its like. As many
emprendedores follow, whose papers were read before (``alone_by_track``).

At once: everybody, MIPYMES all, presses «Confirmar» in the same moment, then looks at the page as
often as the page asks for it, and fetches the file. When half of the documents are published both
workers are killed (SIGKILL), each in the middle of one. Afterwards every number, file, signature,
mail and row is looked at.

``per_hour_2_cores`` is the pace of the middle four fifths of the documents, kills and waiting
people included; web, databases and this program share the cores with the workers.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from certificates_burst import Burst, burst, settle
from certificates_counting import (
    BAR_ALONE_P95_SECONDS,
    Outcome,
    missed,
    per_hour,
    rises,
    wrong_numbers,
)
from certificates_found import broken, not_verified, unproven
from certificates_people import Business, prepared, sent_venture, venture_draft
from kills_counting import Acknowledged, doubled, lost, recoveries
from kills_found import look
from kills_stack import Parts, installed
from processes import cpu_seconds

from review_service.domain.tracks import EMPRENDEDOR, MIPYME
from tests.factories import FORM_SECRET

MOST: Final = 790
"""Synthetic RUCs that the stack has for newcomers."""


def main() -> int:
    """Measure, count, print a table or one JSON object; 1 when a bar is missed and asked for."""
    options = _options()
    with (
        tempfile.TemporaryDirectory(prefix="certificates-") as name,
        installed(Path(name), {}) as parts,
    ):
        told, outcome = _measured(parts, options, Path(name))
    told["missed"] = missed(outcome)
    sys.stdout.write(json.dumps(told) + "\n" if options.json else _table(told))
    return 1 if told["missed"] and options.strict else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--alone", type=int, default=20, help="of each track, one after the other")
    parser.add_argument("--count", type=int, default=500, help="at once")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a bar is missed")
    options = parser.parse_args()
    if options.alone < 1 or options.count < 1 or 2 * options.alone + options.count > MOST:
        parser.error(f"at least one of each, at most {MOST} together; those alone come twice")
    return options


def _measured(
    parts: Parts, options: argparse.Namespace, folder: Path
) -> tuple[dict[str, Any], Outcome]:
    stack = parts.stack
    businesses = [
        prepared(stack, secret_key=FORM_SECRET) for _ in range(options.alone + options.count)
    ]
    drafts = [venture_draft(stack) for _ in range(options.alone)]
    settle(parts)
    ventures = [sent_venture(stack, draft, secret_key=FORM_SECRET) for draft in drafts]
    settle(parts)
    first_ones, crowd = businesses[: options.alone], businesses[options.alone :]
    seconds, worker_cpu = _alone(parts, first_ones)
    venture_seconds, venture_cpu = _alone(parts, ventures)
    alone = {MIPYME.key: seconds, EMPRENDEDOR.key: venture_seconds}
    at_once = burst(parts, crowd)
    settle(parts)
    cpu = _cpu(parts)
    everybody = [*businesses, *ventures]
    outcome = _outcome(parts, everybody, alone, at_once, folder)
    burst_seconds = max(at_once.published, default=0.0)
    first = [one.told[0][1] for one in crowd if one.told]
    return {
        "cores": len(os.sched_getaffinity(0)),
        "load": round(os.getloadavg()[0], 2),
        "alone": options.alone,
        "alone_p50_s": round(statistics.median(seconds), 2),
        "alone_p95_s": round(outcome.alone_p95_s[MIPYME.key], 2),
        "alone_first_s": round(seconds[0], 2),
        "alone_by_track": {track: _quantiles(times) for track, times in alone.items()},
        "bar_alone_p95_s": BAR_ALONE_P95_SECONDS,
        "count": options.count,
        f"burst_{options.count}_s": round(burst_seconds, 1),
        "burst_answered_s": round(at_once.confirmed, 1),
        "burst_fetched_s": round(at_once.fetched, 1),
        "per_hour_2_cores": round(per_hour(at_once.published)),
        "told_people": outcome.told,
        "told_most": max(first, default=0),
        "looks": sum(len(one.told) for one in crowd),
        "asked_again": dict(sum((one.repeats for one in everybody), Counter())),
        "killed_within": outcome.killed,
        "worker_cpu_s": round(worker_cpu, 3),
        "worker_cpu_emprendedor_s": round(venture_cpu, 3),
        **cpu,
        "unexpected_exits": parts.unexpected_exits,
        **{name: found for name, found in asdict(outcome).items() if isinstance(found, list)},
    }, outcome


def _alone(parts: Parts, people: Sequence[Business]) -> tuple[list[float], float]:
    """Return the seconds of each, and the workers' processor time of one with its mail."""
    pids = [worker.pid for worker in parts.of("worker")]
    before, seconds = sum(map(cpu_seconds, pids)), []
    for one in people:
        one.open_form()
        one.confirm()
        seconds.append(one.fetch_at_once())
    settle(parts)
    return seconds, (sum(map(cpu_seconds, pids)) - before) / len(people)


def _quantiles(seconds: Sequence[float]) -> dict[str, float]:
    return {name: round(figure, 2) for name, figure in asdict(recoveries(seconds)).items()}


def _cpu(parts: Parts) -> Mapping[str, float]:
    answer = subprocess.run(  # noqa: S603 -- our own program
        [sys.executable, __file__.replace("certificates.py", "certificates_cpu.py")],
        env=dict(parts.stack.env),
        capture_output=True,
        text=True,
        check=True,
    )
    told: dict[str, float] = json.loads(answer.stdout)
    return told


def _outcome(
    parts: Parts,
    everybody: Sequence[Business],
    alone: Mapping[str, Sequence[float]],
    at_once: Burst,
    folder: Path,
) -> Outcome:
    found = look(parts)
    cases = [
        Acknowledged(
            application=str(one.application_id), address=one.email, is_sent=True, is_approved=True
        )
        for one in everybody
    ]
    crowd = at_once.crowd.businesses
    since = at_once.crowd.all_confirmed_at
    return Outcome(
        alone_p95_s={track: recoveries(times).p95 for track, times in alone.items()},
        wrong_numbers=wrong_numbers(
            [each.serial for each in found.agreements], count=len(everybody)
        ),
        unproven=[*unproven(parts, everybody), *not_verified(parts, everybody, folder)],
        lost=lost(cases, found),
        doubled=doubled(cases, found),
        broken=broken(parts),
        troubles=at_once.crowd.troubles,
        rises=sum(rises(one.told, since=since) for one in crowd),
        told=sum(any(number for _, number in one.told) for one in crowd),
        killed=at_once.killed,
    )


ALONE: Final = (
    "p50 {alone_p50_s} s, p95 {alone_p95_s} s (bar {bar_alone_p95_s:.0f} s), "
    "the first {alone_first_s} s"
)
AT_ONCE: Final = (
    "all answered after {burst_answered_s} s, published after {burst_s} s, "
    "fetched after {burst_fetched_s} s"
)
PROCESSOR: Final = (
    "render {render_cpu_s} (first {first_render_cpu_s}), "
    "sign {sign_cpu_s} (first {first_sign_cpu_s}), check {check_cpu_s}"
)
ROWS: Final = (
    ("alone, «Confirmar» to the file", ALONE),
    ("by track", "{alone_by_track}"),
    ("at once", AT_ONCE),
    ("certificates an hour", "{per_hour_2_cores}"),
    ("told how many before", "{told_people} people, at first at most {told_most}"),
    ("looks at the page", "{looks}"),
    ("requests made again", "{asked_again}"),
    ("workers killed within one", "{killed_within}"),
    ("processor seconds", PROCESSOR),
    (
        "of the worker for one",
        "{worker_cpu_s}, an emprendedor's {worker_cpu_emprendedor_s}, mail included",
    ),
    ("ended by themselves", "{unexpected_exits}"),
)
SHOWN: Final = 20


def _table(told: Mapping[str, Any]) -> str:
    facts = {**told, "burst_s": told[f"burst_{told['count']}_s"]}
    lines = ["{alone} alone, {count} at once; {cores} cores, load {load}".format_map(told)]
    lines += [f"{name:32}{words.format_map(facts)}" for name, words in ROWS]
    for name in ("wrong_numbers", "unproven", "lost", "doubled", "broken", "troubles"):
        lines.append(f"{name.replace('_', ' '):32}{len(told[name])}")
        lines += [f"  {each}" for each in told[name][:SHOWN]]
    lines.append(f"missed: {'; '.join(told['missed']) or 'none'}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
