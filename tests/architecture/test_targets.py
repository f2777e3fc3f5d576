"""What the targets of ``scripts/test`` name is there, and CI runs all that it should."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]

TARGETS = (ROOT / "scripts/test").read_text("utf-8")


def test_every_path_that_a_target_names_is_there() -> None:
    named = set(re.findall(r"\btests/(?:e2e|integration)[\w/]*(?:\.py)?", TARGETS))
    assert "tests/e2e" in named
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_ci_runs_the_targets_that_leave_out_each_others_tests() -> None:
    """``--all`` leaves out those of the other two, to stay short; a comment runs nothing."""
    targets = {"--all", "--evidence", "--system"}
    lines = {line.strip() for line in (ROOT / ".ci/run").read_text("utf-8").splitlines()}
    assert {f"scripts/test {target}" for target in targets} <= lines
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text("utf-8"))
    job = workflow["jobs"]["test"]
    assert set(job["strategy"]["matrix"]["target"]) == targets
    assert "scripts/test ${{ matrix.target }}" in [step.get("run") for step in job["steps"]]


def test_the_help_names_every_target() -> None:
    told = set(re.findall(r"^#   scripts/test (--\w+)", TARGETS, re.MULTILINE))
    assert told == {"--all", "--evidence", "--system", "--trials"}


def test_every_test_that_does_more_in_a_trial_is_in_that_target(tmp_path: Path) -> None:
    """What only ``--trials`` runs would else be run by nothing."""
    told = [each for each in asked_of_pytest(tmp_path, "--trials") if each.startswith("tests/")]
    doing_more = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tests").rglob("test_*.py")
        if path != Path(__file__)
        and re.search(r"mark\.trial\b|getoption\(\"--trials\"\)", path.read_text("utf-8"))
    ]
    assert sorted(doing_more) == sorted(told)


def test_no_test_is_in_two_targets() -> None:
    evidence, system = (
        set(re.findall(r"\btests/\S+", TARGETS.split(f'\n{name}="')[1].split('"')[0]))
        for name in ("EVIDENCE", "SYSTEM")
    )
    assert evidence
    assert system
    beside = {(one, other) for one in evidence for other in system if one in other or other in one}
    assert beside == set()


def asked_of_pytest(folder: Path, *arguments: str) -> list[str]:
    """Return what ``scripts/test`` with these arguments gives to pytest."""
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\nprintf '%s\\n' \"$@\"\n", "utf-8")
    python.chmod(0o755)
    choice = TARGETS[TARGETS.index('\nEVIDENCE="') :]
    done = subprocess.run(
        ["/bin/sh", "-c", f"VENV={folder}\n{choice}", "sh", *arguments],
        capture_output=True,
        check=True,
        text=True,
    )
    return done.stdout.split()


def test_every_test_is_in_exactly_one_target(tmp_path: Path) -> None:
    left_out = [
        each.removeprefix("--ignore=")
        for each in asked_of_pytest(tmp_path / "all", "--all", "-q")
        if each.startswith("--ignore=")
    ]
    others = [
        each
        for target in ("--evidence", "--system")
        for each in asked_of_pytest(tmp_path / target, target)
        if each.startswith("tests/")
    ]
    assert sorted(left_out) == sorted(others)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        name = path.relative_to(ROOT).as_posix()
        holding = [each for each in others if name == each or name.startswith(f"{each}/")]
        assert len(holding) <= 1, name


@pytest.mark.parametrize("target", ["--evidence", "--system", "--trials"])
def test_an_option_beside_a_target_changes_nothing_of_what_runs(
    tmp_path: Path, target: str
) -> None:
    alone = asked_of_pytest(tmp_path / "alone", target)
    assert [each for each in alone if each.startswith("tests/")]
    assert asked_of_pytest(tmp_path / "beside", target, "-q") == [*alone, "-q"]
