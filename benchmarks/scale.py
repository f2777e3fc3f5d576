# ruff: noqa: INP001 -- a program of its own, not a package
"""Measures pages and periodic jobs on a database of many applications.

python benchmarks/scale.py [--applications 50000] [--only sqlite|postgresql] [--keep FOLDER]
    [--part pages|jobs] [--rounds 3] [--json] [--strict]

``p95_ms`` is the server's time for a page, search or filter through the whole web application. Each
round asks the same requests, and of each request the least counts, as what else a machine and its
neighbours do is not the page's; p95 is over the requests of a page. ``round_p95_ms``, without a
bar, is p95 of the best round as the clock had it. ``machine_ms`` says how even the machine was: p95
and least of one loop, run after each request.
Each job of the scheduler, by its own table, and each command runs in a process of its own:
``seconds`` without its start, ``rss_mib`` its peak, ``found`` how much it had to do. ``load`` is
the load average before and after. SQLite gets a fifth of the applications. ``--keep`` keeps
the databases, which the next run measures again without filling them.
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
    parser.add_argument("--rounds", type=int, default=3, help="of all pages; the least of each request counts")
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
            loops = [spent for each in rounds for spent in each["machine"]]
            told["machine_ms"] = {"p95": _p95(loops), "least": round(min(loops), 1)}
            told |= page_figures([each["pages"] for each in rounds])
        if options.part in (None, "jobs"):
            jobs = options.job or _process(database, "names", 1)["names"]
            told["jobs"] = {job: _process(database, job, 1) for job in jobs}
        told["load"].append(_load())
        return told


def page_figures(rounds: Sequence[Mapping[str, Sequence[float]]]) -> dict[str, dict[str, float]]:
    """Return ``p95_ms`` and ``round_p95_ms`` by page.

    Each round has, by page, the milliseconds of its requests, the same ones in the same order.
    """
    of_requests: dict[str, float] = {}
    of_rounds: dict[str, float] = {}
    for page in rounds[0]:
        taken = [each[page] for each in rounds]
        of_requests[page] = _p95([min(same) for same in zip(*taken, strict=True)])
        of_rounds[page] = min(_p95(each) for each in taken)
    return {"p95_ms": of_requests, "round_p95_ms": of_rounds}


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

        taken = scale_work.pages(times)
        loops = taken.pop(scale_work.FIXED)
        told: dict[str, Any] = {"pages": taken, "machine": loops}
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
        lines += [f"  a loop, {name}: {ms} ms" for name, ms in told.get("machine_ms", {}).items()]
        as_it_was = told.get("round_p95_ms", {})
        lines += [
            f"  {page:44} {ms:9.1f} ms p95, {as_it_was[page]:9.1f} of the best round"
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
