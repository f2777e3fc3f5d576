"""What is said of the walls and the scanner of all workers together."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from review_service.domain.protection import (
    UNSEEN_AFTER,
    AntivirusMode,
    AntivirusWord,
    Protection,
    SandboxWord,
    Wall,
    WorkerSeen,
    antivirus_word,
    present,
    sandbox_word,
)

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
WHOLE = Protection(
    sandbox_required=True,
    missing=(),
    escaped=(),
    landlock=4,
    ocr_engine="tesserocr",
    antivirus=AntivirusMode.REQUIRED,
    antivirus_answer="ClamAV 1.4",
)


def worker(protection: Protection = WHOLE, *, ago: timedelta = timedelta()) -> WorkerSeen:
    return WorkerSeen(
        id=UUID(int=1),
        host="h",
        lanes="intake",
        version="1",
        started_at=NOW,
        proven_at=NOW,
        seen_at=NOW - ago,
        antivirus_since=None,
        protection=protection,
    )


def test_a_worker_is_gone_after_two_silent_minutes() -> None:
    here, gone = worker(ago=UNSEEN_AFTER), worker(ago=UNSEEN_AFTER + timedelta(seconds=1))
    assert present([here, gone], now=NOW) == (here,)


def test_one_missing_wall_or_one_escape_makes_the_sandbox_partial() -> None:
    assert sandbox_word([worker()]) is SandboxWord.WHOLE
    for change in ({"missing": ("seccomp",)}, {"escaped": ("network",)}):
        assert sandbox_word([worker(), worker(replace(WHOLE, **change))]) is SandboxWord.PARTIAL  # type: ignore[arg-type]


def test_nothing_is_known_without_a_worker() -> None:
    assert sandbox_word([]) is SandboxWord.UNKNOWN
    assert antivirus_word([]) is AntivirusWord.UNKNOWN


def test_the_worst_worker_speaks_for_the_scanner() -> None:
    silent = worker(replace(WHOLE, antivirus_answer=""))
    off = worker(replace(WHOLE, antivirus=AntivirusMode.OFF))
    assert antivirus_word([worker()]) is AntivirusWord.OK
    assert antivirus_word([worker(), silent]) is AntivirusWord.DOWN
    assert antivirus_word([worker(), silent, off]) is AntivirusWord.OFF


def test_each_wall_tells_whether_it_holds() -> None:
    walls = replace(WHOLE, missing=("rlimits",), escaped=("signal", "network")).walls
    assert [state.wall for state in walls if not state.holds] == [Wall.RLIMITS, Wall.CANARY]
    details = {state.wall: state.detail for state in walls}
    assert details[Wall.LANDLOCK] == "versión 4"
    assert details[Wall.CANARY] == "network, signal"


def test_a_scanner_that_is_not_required_does_not_scan() -> None:
    assert WHOLE.scans is True
    assert replace(WHOLE, antivirus=AntivirusMode.OFF).scans is False
