"""What ``benchmarks/processes.py`` reads of processes and of the machine."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

from processes import (
    TICKS,
    children,
    cpu_seconds,
    family,
    machine_time,
    rss_mib,
    session_weighed,
)

AUTOGROUP = Path("/proc/self/autogroup")
WITH_GROUPS = pytest.mark.skipif(
    not (AUTOGROUP.exists() and AUTOGROUP.read_text(encoding="ascii").strip()),
    reason="a kernel that groups sessions: a container may have the file, and empty",
)


def test_what_the_host_took_and_what_was_idle_are_shares_of_all_time() -> None:
    before = machine_time("cpu  100 10 20 500 10 5 5 50 7 7")
    passed = machine_time("cpu  160 10 30 520 10 5 5 60 9 9").since(before)
    assert passed.total == pytest.approx(100 / TICKS)
    assert passed.steal_percent == pytest.approx(10)
    assert passed.idle_percent == pytest.approx(20)
    assert machine_time().total > 0


def test_a_process_is_found_among_its_parent_s_and_its_time_counts() -> None:
    asked = "import sys; sum(range(3_000_000)); print(1, flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", asked], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert child.pid in children(os.getpid())
        assert child.pid in family(os.getpid())
        assert family(child.pid) == [child.pid]
        assert 0 < cpu_seconds(child.pid) < cpu_seconds(os.getpid())
        assert cpu_seconds(child.pid, child.pid) == pytest.approx(2 * cpu_seconds(child.pid))
        assert rss_mib(child.pid) > 1
    assert child.pid not in children(os.getpid())
    assert rss_mib(child.pid) == 0.0


@WITH_GROUPS
@pytest.mark.skipif(os.geteuid() != 0, reason="root alone raises a weight again")
def test_a_session_is_weighed_while_a_block_runs_and_sessions_it_starts_are_not() -> None:
    before = _weight()
    with session_weighed(7) as niceness:
        assert _weight() == niceness
        asked = "print(open('/proc/self/autogroup').read())"
        started = subprocess.run(
            [sys.executable, "-c", asked], capture_output=True, text=True, check=True,
            start_new_session=True,
        )  # fmt: skip
        assert started.stdout.strip().endswith("nice 0")
    assert niceness == 7
    assert _weight() == before


@WITH_GROUPS
def test_where_another_weight_is_refused_the_former_one_is_told() -> None:
    before = _weight()
    with session_weighed(99) as niceness:  # Linux knows -20 to 19
        assert niceness == before
        assert _weight() == before


def _weight() -> int:
    return int(AUTOGROUP.read_text(encoding="ascii").rpartition("nice")[2])
