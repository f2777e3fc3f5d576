# ruff: noqa: INP001 -- a program of its own, not a package
"""Measures pages and periodic jobs on a database of many applications.

python benchmarks/scale.py [--applications 50000] [--only sqlite|postgresql] [--keep FOLDER]
    [--part pages|jobs] [--rounds 3] [--json] [--strict]

``p95_ms`` is the server's time for a page, search or filter through the whole web application, at
the speed at which a fixed loop takes ``LOOP_MS``. Such a loop runs after each request, and what a
request took by the clock is divided by how much slower the loops around it were: the speed of a
shared machine changes by the second, by more than twice. Each round asks the same requests, and of
each the least counts; p95 is over the requests of a page. ``clock_p95_ms``, without a bar, is p95
of the best round as the clock had it, and ``loop_ms`` says what the loop took.
Each job of the scheduler, by its own table, and each command runs in a process of its own:
``seconds`` without its start, ``rss_mib`` its peak, ``found`` how much it had to do. ``load`` is
the load average before and after. SQLite gets a fifth of the applications. ``--keep`` keeps
the databases, which the next run measures again without filling them; one that other rows filled
ends it, and so does a page that only sends elsewhere or is too busy.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scale_database import Filled, filled

BAR_PAGE_MS: Final = 50.0
BAR_JOB_SECONDS: Final = 60.0
BAR_JOB_MIB: Final = 300.0
SQLITE_SHARE: Final = 5
LOOP_MS: Final = 0.92
"""What the loop takes on the machine of the published figures when nothing slows it."""
AROUND: Final = 2
"""Loops before and after a request that tell how fast the machine was, beside its own."""
Taken = tuple[float, float]
"""Milliseconds of a request, and of the loop right after it."""
WHOLE: Final = ("audit_verify", "invariants_whole")
"""What reads everything: no bar of time, but of memory."""


def main() -> int:
    """Fill, measure, print a table or one JSON object; 1 when a bar is missed."""
    options = _options()
    if options.inside:
        return _inside(options.inside, options.times)
    with tempfile.TemporaryDirectory(prefix="scale-") as temporary:
        folder = Path(options.keep or temporary)
        Path(temporary).chmod(0o755)
        figures = {
            kind: _measured(kind, count, folder, options)
            for kind, count in (
                ("postgresql", options.applications),
                ("sqlite", options.applications // SQLITE_SHARE),
            )
            if options.only in (None, kind)
        }
    missed = [each for kind in figures for each in _missed(kind, figures[kind])]
    told = {"bars": {"page_ms": BAR_PAGE_MS, "job_seconds": BAR_JOB_SECONDS,
                     "job_rss_mib": BAR_JOB_MIB}, "missed": missed, **figures}  # fmt: skip
    sys.stdout.write(json.dumps(told) + "\n" if options.json else _table(figures, missed))
    return 1 if missed and options.strict else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--applications", type=int, default=50_000)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--keep", help="folder of the databases; else they are deleted")
    parser.add_argument("--part", choices=("pages", "jobs"))
    parser.add_argument("--times", type=int, default=20, help="requests of each page")
    parser.add_argument("--rounds", type=int, default=3, help="of all pages; the least counts")
    parser.add_argument("--job", action="append", help="measure these jobs only")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a bar is missed")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    return parser.parse_args()


def _measured(kind: str, count: int, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    with filled(kind, count, folder) as database:
        told: dict[str, Any] = {"applications": count, "load": [_load()]}
        if options.part in (None, "pages"):
            rounds = [_process(database, "pages", options.times) for _ in range(options.rounds)]
            loops = [loop for each in rounds for taken in each.values() for _, loop in taken]
            told["loop_ms"] = {"least": round(min(loops), 2), "p95": _p95(loops)}
            told |= page_figures(rounds)
        if options.part in (None, "jobs"):
            jobs = options.job or _process(database, "names", 1)["names"]
            told["jobs"] = {job: _process(database, job, 1) for job in jobs}
        told["load"].append(_load())
        return told


def page_figures(rounds: Sequence[Mapping[str, Sequence[Taken]]]) -> dict[str, dict[str, float]]:
    """Return ``p95_ms`` and ``clock_p95_ms`` by page; rounds have the same requests in order."""
    at_speed: dict[str, float] = {}
    by_clock: dict[str, float] = {}
    for page in rounds[0]:
        of_page = [each[page] for each in rounds]
        same = zip(*map(_at_speed, of_page), strict=True)
        at_speed[page] = _p95([min(each) for each in same])
        by_clock[page] = min(_p95([spent for spent, _ in taken]) for taken in of_page)
    return {"p95_ms": at_speed, "clock_p95_ms": by_clock}


def _at_speed(taken: Sequence[Taken]) -> list[float]:
    """Return what requests would take if the loop took ``LOOP_MS``."""
    loops = [loop for _, loop in taken]
    around = (loops[max(0, at - AROUND) : at + AROUND + 1] for at in range(len(loops)))
    return [
        spent * LOOP_MS / statistics.median(near)
        for (spent, _), near in zip(taken, around, strict=True)
    ]


def _load() -> float:
    return round(os.getloadavg()[0], 1)


def _process(database: Filled, name: str, times: int) -> dict[str, Any]:
    """Run one measurement in a process of its own; return what it prints."""
    done = subprocess.run(  # noqa: S603 -- ourselves
        [sys.executable, __file__, "--inside", name, "--times", str(times)],
        env=database.environment,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{name} ended with {done.returncode}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _inside(name: str, times: int) -> int:
    """Measure in this process; only it loads the service."""
    if name == "pages":
        import scale_work  # noqa: PLC0415

        told: dict[str, Any] = scale_work.pages(times)
    else:
        import scale_jobs  # noqa: PLC0415

        told = (
            {"names": [*scale_jobs.periodic(), *scale_jobs.COMMANDS]}
            if name == "names"
            else _job(scale_jobs, name)
        )
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


def _job(jobs: Any, name: str) -> dict[str, Any]:  # noqa: ANN401 -- a module
    here = jobs.parts()
    jobs.prepare(name, here)
    Path("/proc/self/clear_refs").write_text("5")  # the peak of memory begins anew
    began = time.monotonic()
    found = jobs.run(name, here)
    seconds = round(time.monotonic() - began, 2)
    return {"seconds": seconds, "rss_mib": _peak_mib(), "found": found}


def _peak_mib() -> int:
    """Return the most memory since the job began; what started this program does not count."""
    status = Path("/proc/self/status").read_text()
    line = next(each for each in status.splitlines() if each.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


def _p95(milliseconds: Sequence[float]) -> float:
    return round(statistics.quantiles(milliseconds, n=20, method="inclusive")[-1], 1)


def _missed(kind: str, figures: dict[str, Any]) -> list[str]:
    pages, jobs = figures.get("p95_ms", {}), figures.get("jobs", {})
    return [
        *(f"{kind} {page}: {ms} ms" for page, ms in pages.items() if ms > BAR_PAGE_MS),
        *(
            f"{kind} {job}: {told['seconds']} s"
            for job, told in jobs.items()
            if job not in WHOLE and told["seconds"] > BAR_JOB_SECONDS
        ),
        *(
            f"{kind} {job}: {told['rss_mib']} MiB"
            for job, told in jobs.items()
            if told["rss_mib"] > BAR_JOB_MIB
        ),
    ]


def _table(figures: dict[str, Any], missed: list[str]) -> str:
    lines = []
    for kind, told in figures.items():
        lines.append(f"{kind}, {told['applications']} applications, load {told['load']}")
        lines += [f"  the loop, {name}: {ms} ms" for name, ms in told.get("loop_ms", {}).items()]
        by_clock = told.get("clock_p95_ms", {})
        lines += [
            f"  {page:44} {ms:9.1f} ms p95, {by_clock[page]:9.1f} by the clock"
            for page, ms in told.get("p95_ms", {}).items()
        ]
        lines += [
            f"  {job:32} {each['seconds']:9.2f} s {each['rss_mib']:6} MiB  found {each['found']}"
            for job, each in told.get("jobs", {}).items()
        ]
    lines += [f"bar missed: {each}" for each in missed] or ["every bar is reached"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
