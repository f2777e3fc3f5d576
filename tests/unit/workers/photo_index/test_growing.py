"""What both indexes do alike: they fill up in steps, prove once, and keep a whole state."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from workers.photo_index.growing import GrowingFiles, RowReader, written

VERSION = 3


@dataclass
class Count:
    """How many rows there are."""

    count: int = 0


class Numbers(GrowingFiles[Count, int]):
    """Keeps nothing but how many rows there were, four at once; notes what it was asked."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.proofs = 0
        self.is_broken = False

    def read_all(self) -> Iterator[int]:
        with self._trusted_if_it_ends():
            for number in range(self._state().count):
                if self.is_broken:
                    raise OSError("not whole")
                yield number

    def _state(self) -> Count:
        return Count(int(self._told(VERSION).get("count", 0)))

    def _proven(self, state: Count, last: int, read: RowReader[int]) -> Count:
        self.proofs += 1
        is_shorter = bool(state.count > last or read(0, 1) != [0])
        return self._emptied() if is_shorter else state

    def _next_stop(self, count: int) -> int:
        return count + 4

    def _append(self, state: Count, rows: Sequence[int], upto: int) -> None:
        assert list(rows) == list(range(state.count, upto))
        state.count = upto
        self._tell(VERSION, {"count": upto})

    def _emptied(self) -> Count:
        self._tell(VERSION, {"count": 0})
        return Count()


def rows(after: int, upto: int) -> list[int]:
    return list(range(after, upto))


def test_files_fill_up_in_steps_and_are_proven_once(tmp_path: Path) -> None:
    files = Numbers(tmp_path / "made")
    assert [files.catch_up(last, rows) for last in (10, 11, 11)] == [0, 10, 11]
    assert files.proofs == 1
    assert Numbers(tmp_path / "made").catch_up(11, rows) == 11, "another process goes on"
    assert Numbers(tmp_path / "made").catch_up(3, rows) == 0, "of a shorter database nothing stays"


def test_what_did_not_end_is_proven_anew(tmp_path: Path) -> None:
    files = Numbers(tmp_path)
    files.catch_up(6, rows)
    assert list(files.read_all()) == [0, 1, 2, 3, 4, 5]
    files.catch_up(6, rows)
    assert files.proofs == 1
    files.is_broken = True
    with pytest.raises(OSError, match="not whole"):
        list(files.read_all())
    files.catch_up(6, rows)
    assert files.proofs == 2

    def lost(after: int, upto: int) -> list[int]:
        raise ConnectionError(f"{after} to {upto}")

    with pytest.raises(ConnectionError):
        files.catch_up(9, lost)
    assert files.catch_up(9, rows) == 6
    assert files.proofs == 3


def test_what_was_forgotten_is_filled_again(tmp_path: Path) -> None:
    files = Numbers(tmp_path)
    files.catch_up(6, rows)
    files.forget()
    assert files.catch_up(6, rows) == 0
    assert files.proofs == 2


@pytest.mark.parametrize("told", ["", "[]", "null", '{"count": 6', '{"version": 2, "count": 6}'])
def test_a_state_that_says_nothing_or_of_another_kind_is_empty(tmp_path: Path, told: str) -> None:
    files = Numbers(tmp_path)
    files.catch_up(6, rows)
    assert json.loads((tmp_path / "state.json").read_bytes()) == {"version": VERSION, "count": 6}
    (tmp_path / "state.json").write_text(told)
    assert Numbers(tmp_path).catch_up(6, rows) == 0


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "words.bin"
    written(path, [b"one", b"two"])

    def parts() -> Iterator[bytes]:
        yield b"half"
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        written(path, parts())
    assert path.read_bytes() == b"onetwo"
    written(path, [b"three"])
    assert path.read_bytes() == b"three"
    assert [each.name for each in tmp_path.iterdir()] == ["words.bin"]
