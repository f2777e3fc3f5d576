"""A worker steps back behind the pages of the same machine, before it forks anything."""

import subprocess
import sys
from pathlib import Path

import pytest

from workers.__main__ import NICENESS, OWN_GROUP

TOLD = """
import pathlib
def told():
    group = pathlib.Path("/proc/self/autogroup")
    words = group.read_text().split() if group.exists() else []
    return words[-1] if words else "none"
"""
"""The weight of the session's group: a kernel may have no such groups, and a process that is in
none of them (in some containers) reads an empty text."""
PROGRAM = f"""{TOLD}
import os, sys, workers.__main__ as worker
if sys.argv[1:]:
    worker.OWN_GROUP = pathlib.Path(sys.argv[1])
def refuse():
    raise worker.SandboxError(f"{{os.nice(0)}} in {{told()}}")
worker.start_sandbox = refuse
print(os.nice(0), told(), worker.main())
"""


def _run(*arguments: str, is_own: bool = False) -> tuple[str, str, str, str]:
    """Run the worker until its sandbox: niceness and weight of its session before and there."""
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        capture_output=True,
        text=True,
        check=True,
        start_new_session=is_own,
    )
    nice_before, weight_before, code = ran.stdout.split()
    assert code == "1"
    _, _, found = ran.stderr.rpartition("armar: ")
    nice, weight = found.split(" in ")
    return nice_before, weight_before, nice, weight.strip()


def _weight_of_a_new_session() -> str:
    ran = subprocess.run(
        [sys.executable, "-c", f"{TOLD}\nprint(told())"],
        capture_output=True,
        text=True,
        check=True,
        start_new_session=True,
    )
    return ran.stdout.strip()


def test_the_sandbox_is_started_with_less_priority_than_the_pages_have() -> None:
    before, _, nice, _ = _run()
    assert int(nice) == int(before) + NICENESS


def test_its_own_session_weighs_less() -> None:
    if _weight_of_a_new_session() == "none":
        pytest.skip("a kernel or a container without groups of sessions")
    _, _, _, weight = _run(is_own=True)
    assert weight == str(NICENESS)


def test_the_session_of_others_weighs_what_it_weighed() -> None:
    _, before, _, weight = _run()
    assert weight == before


@pytest.mark.parametrize("group", ["/dev/full", "/proc/self/no-such-file"])
def test_where_sessions_cannot_be_weighed_it_starts_all_the_same(group: str) -> None:
    """The kernel refuses the write, or has no such file."""
    before, weight_before, nice, weight = _run(group, is_own=True)
    assert int(nice) == int(before) + NICENESS
    assert weight == weight_before


def test_what_it_writes_is_its_niceness(tmp_path: Path) -> None:
    group = tmp_path / "autogroup"
    _run(str(group), is_own=True)
    assert group.read_text(encoding="ascii") == str(NICENESS)
    assert Path("/proc/self/autogroup") == OWN_GROUP
