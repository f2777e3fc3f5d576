"""A worker steps back behind the pages of the same machine, before it forks anything."""

import subprocess
import sys

from workers.__main__ import NICENESS

PROGRAM = """
import os, workers.__main__ as worker
def refuse():
    raise worker.SandboxError(str(os.nice(0)))
worker.start_sandbox = refuse
print(os.nice(0), worker.main())
"""


def test_the_sandbox_is_started_with_less_priority_than_the_pages_have() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    before, code = ran.stdout.split()
    assert code == "1"
    assert f"armar: {int(before) + NICENESS}" in ran.stderr
