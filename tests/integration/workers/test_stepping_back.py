"""A worker steps back behind the pages of the same machine, before it forks anything."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from workers.__main__ import NICENESS, OWN_GROUP

PROGRAM = """
import os, pathlib, workers.__main__ as worker
def refuse():
    group = pathlib.Path("/proc/self/autogroup")
    told = group.read_text().split()[-1] if group.exists() else "none"
    raise worker.SandboxError(f"{os.nice(0)} in {told}")
worker.start_sandbox = refuse
print(os.nice(0), worker.main())
"""


def test_the_sandbox_is_started_with_less_priority_than_the_pages_have() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    before, code = ran.stdout.split()
    assert code == "1"
    assert f"armar: {int(before) + NICENESS} in" in ran.stderr


@pytest.mark.skipif(not OWN_GROUP.exists(), reason="a kernel without groups of sessions")
@pytest.mark.parametrize("is_own", [True, False])
def test_its_session_weighs_less_where_it_is_its_own(*, is_own: bool) -> None:
    before = Path(OWN_GROUP).read_text(encoding="ascii").split()[-1]
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=True,
        start_new_session=is_own,
    )
    found = re.search(r" in (-?\d+)", ran.stderr)
    assert found is not None
    assert found.group(1) == (str(NICENESS) if is_own else before)
