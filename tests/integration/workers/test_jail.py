"""The jail for real: nothing gets out, nothing runs over, and a death costs one child."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from workers.sandbox.canary import canary
from workers.sandbox.client import Child, Ending, Jail, JailError, Job, events
from workers.sandbox.wire import Frame

TRICKS = "tests.samples.jail_tricks"
PRELOAD = [TRICKS, "workers.sandbox.canary", "threading"]


@pytest.fixture(scope="module")
def jail() -> Iterator[Jail]:
    with Jail(preload=PRELOAD, prepare=[], required=True) as started:
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


def _run(jail: Jail, job: Job, data: bytes = b"document") -> tuple[list[Frame], Ending]:
    frames: list[Frame] = []
    endings: list[Ending] = []
    with _document(data) as document:
        for _, event in events([jail.spawn(job, document)]):
            if isinstance(event, Ending):
                endings.append(event)
            else:
                frames.append(event)
    (ending,) = endings
    return frames, ending


def test_the_canary_finds_every_wall_standing(jail: Jail) -> None:
    report = canary(jail)
    assert (report.missing, report.escaped) == ((), ())
    assert report.is_whole


def test_without_walls_the_canary_would_escape(jail: Jail) -> None:
    job = Job(call="workers.sandbox.canary:probe", cpu_seconds=5, walled=False, quiet_seconds=1.0)
    frames, _ = _run(jail, job)
    held = {frame.header.get("held") for frame in frames}
    assert not held & {"network", "local_socket", "file_read", "folder_list", "process", "code"}


def test_on_an_older_kernel_the_canary_names_the_missing_wall() -> None:
    old = [f"{TRICKS}:pretend_an_old_kernel"]
    with Jail(preload=PRELOAD, prepare=old, required=True) as required:
        report = canary(required)
        assert report.missing == ("landlock",)
        assert not report.is_whole
        frames, ending = _run(required, _job("echo", arguments={"times": 1}))
        assert [frame.header for frame in frames] == [{"missing": ["landlock"]}]
        assert ending.exit_code == 97
    with Jail(preload=PRELOAD, prepare=old, required=False) as lenient:
        assert canary(lenient).missing == ("landlock",)
        frames, ending = _run(lenient, _job("echo", arguments={"times": 1}))
        assert frames[-1].blobs == (b"document",)
        assert ending.is_clean


def test_a_child_streams_its_results_one_by_one(jail: Jail) -> None:
    frames, ending = _run(jail, _job("echo", arguments={"times": 3}), data=b"x" * 300_000)
    assert [frame.header["number"] for frame in frames] == [0, 1, 2]
    assert {frame.blobs for frame in frames} == {(b"x" * 300_000,)}
    assert ending.is_clean
    assert 0 < ending.peak_bytes < jail.base_bytes + (512 << 20)


def test_a_child_sees_neither_environment_nor_other_descriptors(
    jail: Jail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "canary-of-a-secret")
    with Jail(preload=PRELOAD, prepare=[], required=True) as fresh:
        for one in (jail, fresh):
            (frame,), _ = _run(one, _job("surroundings"))
            assert "SECRET_KEY" not in frame.header["environment"]
            assert frame.header["descriptors"] == [0, 1, 2, 3, 4]


def test_a_child_that_falls_leaves_what_it_gave_before(jail: Jail) -> None:
    frames, ending = _run(jail, _job("fall"))
    assert [frame.header for frame in frames] == [{"number": 1}]
    assert ending.exit_code == -signal.SIGSEGV
    assert not ending.is_clean


def test_a_child_without_memory_says_so(jail: Jail) -> None:
    frames, ending = _run(jail, _job("raise_memory"))
    assert frames[-1].header == {"failed": "MemoryError"}
    assert ending.is_clean


def test_a_child_that_spins_is_ended_by_the_kernel(jail: Jail) -> None:
    _, ending = _run(jail, _job("spin", cpu_seconds=1))
    assert ending.exit_code in {-signal.SIGXCPU, -signal.SIGKILL}
    assert 0.5 < ending.cpu_seconds < 3
    assert ending.overran is False


def test_a_child_that_waits_is_ended_for_its_silence(jail: Jail) -> None:
    started = time.monotonic()
    _, ending = _run(jail, _job("wait_forever", quiet_seconds=0.5))
    assert (ending.exit_code, ending.overran) == (-signal.SIGKILL, True)
    assert time.monotonic() - started < 10


def test_a_refused_call_is_an_error_inside_and_no_more(jail: Jail) -> None:
    frames, ending = _run(jail, _job("sleep"))
    assert frames[-1].header == {"failed": "PermissionError"}
    assert ending.is_clean


def test_a_child_that_talks_nonsense_is_ended(jail: Jail) -> None:
    frames, ending = _run(jail, _job("talk_nonsense"))
    assert frames == []
    assert not ending.is_clean


def test_a_slow_reader_is_no_silence_of_the_child(jail: Jail) -> None:
    got = []
    with _document() as document:
        job = _job("echo", arguments={"times": 3}, quiet_seconds=0.4)
        for _, event in events([jail.spawn(job, document)]):
            time.sleep(0.3)
            got.append(event)
    assert isinstance(got[-1], Ending)
    assert got[-1].overran is False
    assert len(got) == 4


def test_children_run_side_by_side_and_may_be_added_on_the_way(jail: Jail) -> None:
    with _document() as document:
        children: list[Child] = [
            jail.spawn(_job("echo", arguments={"times": 2}), document) for _ in range(5)
        ]
        frames = endings = 0
        for _, event in events(children):
            endings += isinstance(event, Ending)
            frames += isinstance(event, Frame)
            if endings == 1 and frames < 100 and len(children) < 6 and endings + frames < 8:
                children.append(jail.spawn(_job("echo", arguments={"times": 2}), document))
    assert endings >= 5
    assert frames == 2 * endings


def test_a_client_that_leaves_takes_its_child_with_it(jail: Jail) -> None:
    with _document() as document:
        child = jail.spawn(_job("spin", cpu_seconds=60), document)
        child.close()
        _, ending = _run(jail, _job("echo", arguments={"times": 1}))
    assert ending.is_clean
    assert _children_of(jail.pid) == []


def _children_of(pid: int | None) -> list[str]:
    """Return the children that still run, waiting a moment for those that are being ended."""
    left: list[str] = []
    for _ in range(50):
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:  # noqa: PTH123
            left = file.read().split()
        if not left:
            break
        time.sleep(0.1)
    return left


def test_a_fork_server_that_is_killed_is_an_error_of_the_jail() -> None:
    with Jail(preload=PRELOAD, prepare=[], required=True) as jail:
        assert jail.pid is not None
        os.kill(jail.pid, signal.SIGKILL)
        with pytest.raises(JailError):
            _ask_often(jail)


def _ask_often(jail: Jail) -> None:
    with _document() as document:
        for _ in range(20):
            list(events([jail.spawn(_job("echo", arguments={"times": 1}), document)]))
            time.sleep(0.05)


def test_a_jail_that_cannot_start_says_so() -> None:
    with pytest.raises(JailError):
        Jail(preload=["no.such.module"], prepare=[], required=True).start()
    with pytest.raises(JailError), _document() as document:
        Jail(preload=[], prepare=[], required=True).spawn(_job("echo"), document)
