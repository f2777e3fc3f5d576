"""What the targets of ``scripts/test`` name is there, and CI runs all that it should."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]

TARGETS = (ROOT / "scripts/test").read_text("utf-8")


def test_every_path_that_a_target_names_is_there() -> None:
    named = set(re.findall(r"\btests/(?:e2e|integration)[\w/]*(?:\.py)?", TARGETS))
    assert "tests/e2e" in named
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_ci_runs_the_targets_that_leave_out_each_others_tests() -> None:
    """``--all`` leaves out those of the other two, to stay short."""
    for file in (".ci/run", ".github/workflows/ci.yml"):
        told = (ROOT / file).read_text("utf-8")
        assert {"--all", "--evidence", "--system"} <= set(re.findall(r"--\w+", told)), file


def test_no_test_is_in_two_targets() -> None:
    evidence, system = (
        set(re.findall(r"\btests/\S+", TARGETS.split(f'\n{name}="')[1].split('"')[0]))
        for name in ("EVIDENCE", "SYSTEM")
    )
    assert evidence
    assert system
    beside = {(one, other) for one in evidence for other in system if one in other or other in one}
    assert beside == set()
