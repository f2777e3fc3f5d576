"""The sandbox for real: nothing gets out, nothing runs over, and a death costs one child."""

import os
import selectors
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from tests.busy_machine import LAST_IN_LINE, full_processor
from workers.sandbox import client, deadline
from workers.sandbox.calls import Call
from workers.sandbox.canary import canary
from workers.sandbox.client import (
    MOST_SILENCES,
    Child,
    Ending,
    Job,
    Sandbox,
    SandboxError,
    events,
)
from workers.sandbox.deadline import usage
from workers.sandbox.wire import Frame

TRICKS = "tests.samples.sandbox_tricks"
PRELOAD = [TRICKS, "workers.sandbox.canary", "threading"]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(preload=PRELOAD, prepare=[], required=True) as started:
        yield started


@contextmanager
def _document(data: bytes = b"document") -> Iterator[int]:
    memory = os.memfd_create("document")
    try:
        os.write(memory, data)
        yield memory
    finally:
        os.close(memory)


def _job(name: str, **options: object) -> Job:
    return Job(**({"call": f"{TRICKS}:{name}", "cpu_seconds": 5} | options))  # type: ignore[arg-type]


def _run(sandbox: Sandbox, job: Job, data: bytes = b"document") -> tuple[list[Frame], Ending]:
    frames: list[Frame] = []
    endings: list[Ending] = []
    with _document(data) as document:
        for _, event in events([sandbox.spawn(job, document)]):
            if isinstance(event, Ending):
                endings.append(event)
            else:
                frames.append(event)
    (ending,) = endings
    return frames, ending


def test_the_canary_finds_every_wall_standing(sandbox: Sandbox) -> None:
    report = canary(sandbox)
    assert (report.missing, report.escaped) == ((), ())
    assert report.is_whole


def test_without_walls_the_canary_would_escape(sandbox: Sandbox) -> None:
    job = Job(call=Call.TRY_TO_ESCAPE, cpu_seconds=5, walled=False, quiet_seconds=1.0)
    frames, _ = _run(sandbox, job)
    held = {frame.header.get("held") for frame in frames}
    assert not held & {"network", "local_socket", "file_read", "folder_list", "process", "code"}


def test_on_an_older_kernel_the_canary_names_the_missing_wall() -> None:
    old = [f"{TRICKS}:pretend_an_old_kernel"]
    with Sandbox(preload=PRELOAD, prepare=old, required=True) as required:
        report = canary(required)
        assert report.missing == ("landlock",)
        assert not report.is_whole
        frames, ending = _run(required, _job("echo", arguments={"times": 1}))
        assert [frame.header for frame in frames] == [{"missing": ["landlock"]}]
        assert ending.exit_code == 97
    with Sandbox(preload=PRELOAD, prepare=old, required=False) as lenient:
        assert canary(lenient).missing == ("landlock",)
        frames, ending = _run(lenient, _job("echo", arguments={"times": 1}))
        assert frames[-1].blobs == (b"document",)
        assert ending.is_clean


def test_a_child_streams_its_results_one_by_one(sandbox: Sandbox) -> None:
    frames, ending = _run(sandbox, _job("echo", arguments={"times": 3}), data=b"x" * 300_000)
    assert [frame.header["number"] for frame in frames] == [0, 1, 2]
    assert {frame.blobs for frame in frames} == {(b"x" * 300_000,)}
    assert ending.is_clean
    assert 0 < ending.peak_bytes < sandbox.base_bytes + (512 << 20)


def test_a_child_sees_neither_environment_nor_other_descriptors(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "canary-of-a-secret")
    with Sandbox(preload=PRELOAD, prepare=[], required=True) as fresh:
        for one in (sandbox, fresh):
            (frame,), _ = _run(one, _job("surroundings"))
            assert "SECRET_KEY" not in frame.header["environment"]
            assert frame.header["descriptors"] == [0, 1, 2, 3, 4]


def test_a_child_that_falls_leaves_what_it_gave_before(sandbox: Sandbox) -> None:
    frames, ending = _run(sandbox, _job("fall"))
    assert [frame.header for frame in frames] == [{"number": 1}]
    assert ending.exit_code == -signal.SIGSEGV
    assert not ending.is_clean


def test_a_child_without_memory_says_so(sandbox: Sandbox) -> None:
    frames, ending = _run(sandbox, _job("raise_memory"))
    assert frames[-1].header == {"failed": "MemoryError"}
    assert ending.is_clean


def test_a_child_that_spins_is_ended_by_the_kernel(sandbox: Sandbox) -> None:
    _, ending = _run(sandbox, _job("spin", cpu_seconds=1))
    assert ending.exit_code in {-signal.SIGXCPU, -signal.SIGKILL}
    assert 0.5 < ending.cpu_seconds < 3
    assert ending.overran is False


def test_a_child_that_waits_is_ended_for_its_silence(sandbox: Sandbox) -> None:
    started = time.monotonic()
    _, ending = _run(sandbox, _job("wait_forever", quiet_seconds=0.5))
    assert (ending.exit_code, ending.overran) == (-signal.SIGKILL, True)
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("trick", ["spin", "wait_forever"])
def test_a_silent_child_has_only_its_waits_for_a_processor_more(
    sandbox: Sandbox, trick: str
) -> None:
    with _document() as document, ThreadPoolExecutor(1) as other:
        began = time.monotonic()
        child = sandbox.spawn(_job(trick, cpu_seconds=60, quiet_seconds=0.5), document)
        waited = other.submit(_waited_by, sandbox.pid)
        (ending,) = [event for _, event in events([child]) if isinstance(event, Ending)]
        took = time.monotonic() - began
    assert (ending.exit_code, ending.overran) == (-signal.SIGKILL, True)
    assert 0.5 <= took < 0.5 + waited.result() + 0.5


def _waited_by(server: int | None) -> float:
    """Return how long the fork server's first child waited for a processor in its life."""
    pids: list[str] = []
    while not pids:
        pids = _running_children_of(server)
    waited = 0.0
    while (seen := usage(int(pids[0]))) is not None:
        waited = seen.waited
        time.sleep(0.01)
    return waited


def test_a_machine_that_was_stopped_is_no_silence_of_the_child(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a container that is paused, or a virtual machine that is moved."""
    wait = selectors.DefaultSelector.select
    pauses = iter([1.5])

    def stopped(selector: Any, timeout: float) -> Any:  # noqa: ANN401 -- whatever it gives
        if (seconds := next(pauses, None)) is None:
            return wait(selector, timeout)
        (pid,) = _running_children_of(sandbox.pid)
        os.kill(int(pid), signal.SIGSTOP)
        time.sleep(timeout + seconds)
        os.kill(int(pid), signal.SIGCONT)
        return []

    with _document() as document:
        job = _job("work", arguments={"seconds": 0.05}, quiet_seconds=1.0)
        child = sandbox.spawn(job, document)
        while not _running_children_of(sandbox.pid):
            pass
        monkeypatch.setattr(selectors.DefaultSelector, "select", stopped)
        got = [event for _, event in events([child])]
    assert [type(event) for event in got] == [Frame, Ending]


@contextmanager
def _starved(sandbox: Sandbox) -> Iterator[None]:
    """Give the fork server, and what it forks, hardly a turn on one processor."""
    assert sandbox.pid is not None
    with full_processor() as processor:
        os.sched_setaffinity(sandbox.pid, {processor})
        os.setpriority(os.PRIO_PROCESS, sandbox.pid, LAST_IN_LINE)
        yield


STARVED: Final[dict[str, Any]] = {"arguments": {"seconds": 0.03}, "quiet_seconds": 1.5}


def test_a_child_without_turns_is_not_silent() -> None:
    with Sandbox(preload=PRELOAD, prepare=[], required=True) as fresh, _starved(fresh):
        began = time.monotonic()
        frames, ending = _run(fresh, _job("work", **STARVED))
        took = time.monotonic() - began
    assert [frame.header for frame in frames] == [{"worked": True}]
    assert ending.is_clean
    assert not ending.overran
    assert took > 1.5  # by the clock it was silent for too long


def test_where_the_kernel_does_not_tell_waits_they_are_silence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(deadline, "_PROC", tmp_path)
    with Sandbox(preload=PRELOAD, prepare=[], required=True) as fresh, _starved(fresh):
        frames, ending = _run(fresh, _job("work", **STARVED))
    assert frames == []
    assert ending.overran


def test_a_child_that_makes_itself_wait_is_ended_all_the_same() -> None:
    with Sandbox(preload=PRELOAD, prepare=[], required=True) as fresh, _starved(fresh):
        began = time.monotonic()
        _, ending = _run(fresh, _job("give_way", cpu_seconds=60, quiet_seconds=0.5))
        took = time.monotonic() - began
    assert ending.overran
    assert took < MOST_SILENCES * 0.5 + 5  # the kernel's signal waits for a turn too


def test_a_fork_server_without_turns_may_take_longer_to_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client, "START_SECONDS", 1.0)
    ours = os.sched_getaffinity(0)
    with full_processor(programs=4) as processor:
        os.sched_setaffinity(0, {processor})
        try:
            began = time.monotonic()
            with Sandbox(preload=PRELOAD, prepare=[f"{TRICKS}:prepare_with_work"], required=True):
                took = time.monotonic() - began
        finally:
            os.sched_setaffinity(0, ours)
    assert took > 1.0


def test_a_fork_server_that_hangs_while_it_starts_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client, "START_SECONDS", 1.0)
    monkeypatch.setattr(client, "STOP_SECONDS", 0.1)
    began = time.monotonic()
    with pytest.raises(SandboxError):
        Sandbox(preload=PRELOAD, prepare=[f"{TRICKS}:prepare_for_ever"], required=True).start()
    assert time.monotonic() - began < 6


def test_a_refused_call_is_an_error_inside_and_no_more(sandbox: Sandbox) -> None:
    frames, ending = _run(sandbox, _job("sleep"))
    assert frames[-1].header == {"failed": "PermissionError"}
    assert ending.is_clean


def test_a_child_that_talks_nonsense_is_ended(sandbox: Sandbox) -> None:
    frames, ending = _run(sandbox, _job("talk_nonsense"))
    assert frames == []
    assert not ending.is_clean


def test_a_slow_reader_is_no_silence_of_the_child(sandbox: Sandbox) -> None:
    got = []
    with _document() as document:
        job = _job("echo", arguments={"times": 3}, quiet_seconds=0.4)
        for _, event in events([sandbox.spawn(job, document)]):
            time.sleep(0.3)
            got.append(event)
    assert isinstance(got[-1], Ending)
    assert got[-1].overran is False
    assert len(got) == 4


def test_children_run_side_by_side_and_may_be_added_on_the_way(sandbox: Sandbox) -> None:
    with _document() as document:
        children: list[Child] = [
            sandbox.spawn(_job("echo", arguments={"times": 2}), document) for _ in range(5)
        ]
        frames = endings = 0
        for _, event in events(children):
            endings += isinstance(event, Ending)
            frames += isinstance(event, Frame)
            if endings == 1 and frames < 100 and len(children) < 6 and endings + frames < 8:
                children.append(sandbox.spawn(_job("echo", arguments={"times": 2}), document))
    assert endings >= 5
    assert frames == 2 * endings


def test_a_client_that_leaves_takes_its_child_with_it(sandbox: Sandbox) -> None:
    with _document() as document:
        child = sandbox.spawn(_job("spin", cpu_seconds=60), document)
        child.close()
        _, ending = _run(sandbox, _job("echo", arguments={"times": 1}))
    assert ending.is_clean
    assert _children_of(sandbox.pid) == []


def _children_of(pid: int | None) -> list[str]:
    """Return the children that still run, waiting a moment for those that are being ended."""
    left: list[str] = []
    for _ in range(50):
        left = _running_children_of(pid)
        if not left:
            break
        time.sleep(0.1)
    return left


def _running_children_of(pid: int | None) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()


def test_a_fork_server_that_is_killed_is_an_error_of_the_sandbox() -> None:
    with Sandbox(preload=PRELOAD, prepare=[], required=True) as sandbox:
        assert sandbox.pid is not None
        os.kill(sandbox.pid, signal.SIGKILL)
        with pytest.raises(SandboxError):
            _ask_often(sandbox)


def _ask_often(sandbox: Sandbox) -> None:
    with _document() as document:
        for _ in range(20):
            list(events([sandbox.spawn(_job("echo", arguments={"times": 1}), document)]))
            time.sleep(0.05)


def test_a_sandbox_that_cannot_start_says_so() -> None:
    with pytest.raises(SandboxError):
        Sandbox(preload=["no.such.module"], prepare=[], required=True).start()
    with pytest.raises(SandboxError), _document() as document:
        Sandbox(preload=[], prepare=[], required=True).spawn(_job("echo"), document)
