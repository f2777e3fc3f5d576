# ruff: noqa: INP001 -- a program of its own, not a package
"""Breaks 60 lines of domain, services and workers on purpose and counts what the tests catch.

Run it from the checkout: ``python benchmarks/mutation.py [--count 60] [--seed 20261126] [--jobs 2]
[--only SURVIVORS.json] [--json] [--strict]``. Each mutant is one changed line in a copy of the
checkout. First run the module's own test, then those of its part that import it, then the whole
part; the first failure ends it, unless that test fails without the mutant too. Mutants that no test
can tell from the original stand in ``benchmarks/mutation_equivalents.toml``, each with its reason,
and do not count.
"""

import argparse
import ast
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
import venv
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from mutants import Mutant, drawn, mutants_of

from tests.architecture.test_mirror import ELSEWHERE

ROOT: Final = Path(__file__).resolve().parent.parent
EQUIVALENTS: Final = ROOT / "benchmarks/mutation_equivalents.toml"
BAR_PER_CENT: Final = 95.0
SECONDS_A_RUN: Final = 3600.0
"""Limit of one run of pytest, which ends an endless loop by its own limit for each test. A run that
reaches this one shows nothing, so its mutant does not count as caught."""
NOTHING_RAN: Final = "pytest itself"
MOST_UNSTEADY: Final = 5
"""Tests of one run that may fail without the mutant too; after more of them nothing is caught."""
PARTS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "domain": (
        "review_service/domain",
        ("tests/unit/domain", "tests/unit"),
    ),
    "services": (
        "review_service/services",
        ("tests/integration/services", "tests/integration/test_jobs.py",
         "tests/integration/test_rebuilding.py"),
    ),
    "workers": (
        "workers",
        ("tests/unit/workers", "tests/integration/workers", "tests/integration/test_jobs.py",
         "tests/integration/test_antivirus.py", "tests/integration/test_rebuilding.py"),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Result of the tests for one mutant."""

    path: str
    line: int
    operator: str
    before: str
    after: str
    caught_by: str
    """The first test that failed; empty when all passed."""
    equivalent: str
    """Why it behaves as the original does; empty when it does not."""
    seconds: float


def main() -> int:
    """Print a table or one JSON object; 1 with ``--strict`` when less than the bar is caught."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=20261126)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", type=Path, help="an earlier --json: try its survivors again")
    parser.add_argument("--list", action="store_true", help="print the mutants, run nothing")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--strict", action="store_true")
    wanted = parser.parse_args()
    chosen = _again(wanted.only) if wanted.only else _chosen(wanted.count, wanted.seed)
    if wanted.list:
        for mutant in chosen:
            _say(f"{mutant.path}:{mutant.line} {mutant.operator}: {mutant.before} → {mutant.after}")
        return 0
    outcomes = run(chosen, jobs=wanted.jobs)
    told = [outcome for outcome in outcomes if not outcome.equivalent]
    caught = sum(bool(outcome.caught_by) for outcome in told)
    share = 100.0 * caught / len(told) if told else 100.0
    if wanted.json:
        figures = {"caught": caught, "of": len(told), "per_cent": share, "bar": BAR_PER_CENT}
        _say(json.dumps(figures | {"mutants": [asdict(outcome) for outcome in outcomes]}))
    else:
        for outcome in sorted(outcomes, key=lambda one: (bool(one.caught_by), one.path, one.line)):
            word = outcome.caught_by or outcome.equivalent or "SURVIVED"
            _say(f"{outcome.path}:{outcome.line:<5}{outcome.operator:<20}{word}")
        _say(f"caught {caught} of {len(told)}: {share:.1f} %, bar {BAR_PER_CENT:.0f} %")
    return int(wanted.strict and share < BAR_PER_CENT)


def _chosen(count: int, seed: int) -> list[Mutant]:
    groups = {
        part: [
            mutant
            for module in sorted((ROOT / folder).rglob("*.py"))
            for mutant in mutants_of(module, ROOT)
        ]
        for part, (folder, _) in PARTS.items()
    }
    return drawn(groups, count=count, seed=seed)


def _again(file: Path) -> list[Mutant]:
    """Return the survivors of an earlier run, found by what they change, not by line number."""
    earlier = json.loads(file.read_text(encoding="utf-8"))["mutants"]
    wanted = {
        (one["path"], one["operator"], one["before"], one["after"]): None
        for one in earlier
        if not one["caught_by"] and not one["equivalent"]
    }
    return [
        mutant
        for path in sorted({key[0] for key in wanted})
        for mutant in mutants_of(ROOT / path, ROOT)
        if mutant.key in wanted
    ]


def run(mutants: Sequence[Mutant], *, jobs: int) -> list[Outcome]:
    """Try each mutant in one of ``jobs`` copies of the checkout."""
    reasons = _equivalents()
    with tempfile.TemporaryDirectory(prefix="mutants-") as name:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(jobs):
            copies.put(_copy(Path(name) / str(number)))

        def one(mutant: Mutant) -> Outcome:
            started, copy = time.monotonic(), copies.get()
            reason = reasons.get(mutant.key, "")
            try:
                caught_by = "" if reason else _caught_by(mutant, copy)
            finally:
                copies.put(copy)
            seconds = time.monotonic() - started
            sys.stderr.write(f"{mutant.path}:{mutant.line} {caught_by or reason or 'SURVIVED'}\n")
            return Outcome(
                path=mutant.path, line=mutant.line, operator=mutant.operator,
                before=mutant.before, after=mutant.after, caught_by=caught_by,
                equivalent=reason, seconds=round(seconds, 1),
            )  # fmt: skip

        with ThreadPoolExecutor(jobs) as pool:
            return list(pool.map(one, mutants))


def _equivalents() -> dict[tuple[str, str, str, str], str]:
    if not EQUIVALENTS.exists():
        return {}
    listed = tomllib.loads(EQUIVALENTS.read_text(encoding="utf-8")).get("mutant", [])
    return {
        (one["path"], one["operator"], one["before"], one["after"]): one["reason"] for one in listed
    }


def _copy(folder: Path) -> Path:
    """Copy the checkout, with an environment that finds the copy before the original."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 -- whichever the shell finds
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    venv.create(folder / ".venv", with_pip=False)
    (packages,) = (folder / ".venv/lib").glob("python3*/site-packages")
    shared = [place for place in sys.path if place.endswith("site-packages")]
    (packages / "copy.pth").write_text("\n".join([str(folder), *shared]) + "\n", encoding="utf-8")
    return folder


def _caught_by(mutant: Mutant, copy: Path) -> str:
    """Return the first test that fails because of the mutant; empty when all pass."""
    return next(filter(None, (_telling(mutant, copy, tests) for tests in _tests(mutant))), "")


def _telling(mutant: Mutant, copy: Path, tests: Sequence[str]) -> str:
    """Return a test that fails with the mutant and passes without; empty when there is none."""
    target, unsteady = copy / mutant.path, list[str]()
    original = target.read_bytes()
    while len(unsteady) <= MOST_UNSTEADY:
        try:
            target.write_text(mutant.text, encoding="utf-8")
            failing = _failing(copy, [*tests, *(f"--deselect={name}" for name in unsteady)])
        finally:
            target.write_bytes(original)
        if not failing:
            return ""
        # When pytest could not even begin, it can without the mutant.
        again = ["--collect-only", *tests] if failing == NOTHING_RAN else [failing]
        if not _failing(copy, again):
            return failing
        unsteady.append(failing)
    return ""


def _tests(mutant: Mutant) -> Iterator[list[str]]:
    """Yield what to run: the module's own tests, those that import it, the rest of its part."""
    folders = next(
        tests for folder, tests in PARTS.values() if mutant.path.startswith(f"{folder}/")
    )
    importing, mirror = _importing(mutant.path), f"test_{Path(mutant.path).name}"
    named = sorted(str(file.relative_to(ROOT)) for file in (ROOT / "tests").rglob(mirror))
    own = [name for name in named if name.startswith(folders)]
    if mutant.path in ELSEWHERE:
        own = [ELSEWHERE[mutant.path]]
    near = [name for name in importing if name.startswith(folders) and name not in own]
    yield from filter(None, (own, near))
    for folder in folders:
        seen = [name for name in (*own, *near) if name.startswith(folder)]
        if folder not in seen and (ROOT / folder).exists():
            yield [folder, *(f"--ignore={name}" for name in seen)]


def _importing(path: str) -> list[str]:
    """Return the test files that import a module by its name, unit tests first."""
    module = path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    found = [
        str(file.relative_to(ROOT))
        for file in sorted((ROOT / "tests").rglob("test_*.py"))
        if module in _imported(file)
    ]
    return sorted(found, key=lambda name: (not name.startswith("tests/unit"), name))


def _imported(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names


def _failing(copy: Path, tests: Sequence[str]) -> str:
    """Run some tests in a copy until one fails; return its function, or empty when none does.

    Servers of the tests that came with this environment, such as SeaweedFS, are found on the path.
    """
    command = [".venv/bin/python", "-B", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PATH": programs}
    try:
        ran = subprocess.run(  # noqa: S603 -- our own tests
            [*command, *tests], cwd=copy, capture_output=True, text=True, check=False,
            timeout=SECONDS_A_RUN, env=environment,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        sys.stderr.write(f"no end within {SECONDS_A_RUN:.0f} s: {' '.join(tests)}\n")
        return ""
    if ran.returncode in {0, 5}:  # 5: nothing to run there
        return ""
    failed = [
        line.split() for line in ran.stdout.splitlines() if line.startswith(("FAILED ", "ERROR "))
    ]
    return failed[0][1].partition("[")[0] if failed else NOTHING_RAN


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
