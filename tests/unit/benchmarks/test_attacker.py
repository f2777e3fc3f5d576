"""The attacker's program attacks when it is told to, and is quiet between."""

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

from attack_moves import NO_REQUEST, Target

PROGRAM = Path(__file__).parents[3] / "benchmarks" / "attacker.py"


def test_it_tells_the_answers_and_the_processor_time_of_each_window(tmp_path: Path) -> None:
    nobody = Target(
        base="", ruc="", application="", officer="", cookie="", own="", sent="", sent_cookie="",
        officer_cookie="", files="",
    )  # fmt: skip
    file = tmp_path / "target.json"
    file.write_text(json.dumps(asdict(nobody)), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(PROGRAM), NO_REQUEST, str(file), "0"],
        input="0\n0.2\n",
        capture_output=True,
        text=True,
        check=True,
        start_new_session=True,
    )
    quiet, busy = map(json.loads, done.stdout.splitlines())
    assert quiet["answers"] == {}
    assert busy["answers"].keys() == {"computed"}
    assert busy["cpu_s"] > quiet["cpu_s"]
