"""The words on disk: they grow, survive a change of process, and are filled again when wrong."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from review_service.domain.likeness import FEATURE_FIELDS, Likeness
from workers.photo_index import word_files
from workers.photo_index.described import read, searched_words
from workers.photo_index.index import PhotoIndex
from workers.photo_index.word_files import WordFiles

RECORD = np.dtype([*FEATURE_FIELDS])


def features(seed: int, *, noise: int = 0) -> bytes:
    """Return made-up features; with noise those of a copy."""
    rng = np.random.default_rng(seed)
    rows = np.zeros(80, RECORD)
    rows["x"], rows["y"] = rng.integers(0, 512 * 64, 80), rng.integers(0, 384 * 64, 80)
    about = rng.normal(0, 30, (80, 32))
    if noise:
        about += np.random.default_rng(noise).normal(0, 1, (80, 32))
    rows["described"] = np.clip(np.round(about), -127, 127)
    return np.array([512, 384], "<u2").tobytes() + rows.tobytes()


class Source:
    """Stands in for the database; counts what is read of it."""

    def __init__(self, seeds: Sequence[int | None]) -> None:
        self.seeds = list(seeds)
        self.reads = 0

    def __call__(self, after: int, upto: int) -> list[tuple[int, bytes | None]]:
        self.reads += upto - after
        return [
            (after + 1 + at, features(seed))
            for at, seed in enumerate(self.seeds[after:upto])
            if seed is not None
        ]


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_files, "BLOCK", 8)
    monkeypatch.setattr(word_files, "READ_AT_ONCE", 3)
    monkeypatch.setattr(word_files, "SAMPLED", 4)


def found(files: WordFiles, seed: int, last: int) -> dict[int, int]:
    """Return how many words each position shares with a copy of a photo."""
    asked = read(features(seed, noise=1))
    assert asked is not None
    return {
        int(position): int(shared)
        for part in files.sharing([searched_words(asked)], last)
        for position, shared in zip(part.positions, part.shared, strict=True)
    }


def test_copies_are_found_in_sealed_blocks_and_in_the_tail(tmp_path: Path) -> None:
    files, source = WordFiles(tmp_path), Source(range(100, 121))
    assert files.catch_up(21, source) == 0
    assert len(list(tmp_path.glob("words-*.bin"))) == 2
    for seed in (100, 107, 108, 115, 116, 120):
        shared = found(files, seed, 21)
        assert max(shared, key=lambda at: shared[at]) == seed - 99
        assert shared[seed - 99] > 40


def test_the_files_grow_without_being_filled_again(tmp_path: Path) -> None:
    source = Source(range(100, 130))
    WordFiles(tmp_path).catch_up(10, source)
    source.reads = 0
    again = WordFiles(tmp_path)
    assert again.catch_up(21, source) == 10
    assert source.reads <= 11 + 8, "what is new, and a few samples"
    assert found(again, 120, 21)[21] > 40
    assert found(again, 103, 21)[4] > 40


def test_photos_that_are_gone_or_have_no_features_leave_a_gap(tmp_path: Path) -> None:
    files, source = WordFiles(tmp_path), Source([100, None, 102, None, 104])
    files.catch_up(5, source)
    assert set(found(files, 102, 5)) == {3}


def test_a_word_that_many_have_finds_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word_files, "MOST_OFTEN", 5)
    monkeypatch.setattr(word_files, "LEAST_OFTEN_ALLOWED", 5)
    files = WordFiles(tmp_path)
    files.catch_up(15, Source([100] * 15))
    assert found(files, 100, 15) == {}


@pytest.mark.parametrize("name", ["words-00000.bin", "tail.bin", "state.json"])
def test_damaged_files_are_filled_again(tmp_path: Path, name: str) -> None:
    source = Source(range(100, 112))
    WordFiles(tmp_path).catch_up(12, source)
    damaged = bytearray((tmp_path / name).read_bytes())
    damaged[len(damaged) // 2 if name != "tail.bin" else 8] ^= 0xFF
    (tmp_path / name).write_bytes(damaged)
    if name.endswith(".bin"):
        assert WordFiles(tmp_path).damaged() == (int(name == "tail.bin"),)
    files = WordFiles(tmp_path)
    assert files.catch_up(12, source) == 0
    assert found(files, 104, 12)[5] > 40
    assert files.damaged() == ()


def test_features_that_were_deleted_since_are_no_fault(tmp_path: Path) -> None:
    WordFiles(tmp_path).catch_up(12, Source(range(100, 112)))

    def forgotten(after: int, upto: int) -> list[tuple[int, bytes | None]]:
        return [(at, None) for at in range(after + 1, upto + 1)]

    assert WordFiles(tmp_path).catch_up(12, forgotten) == 12


def test_photos_that_come_together_do_not_hide_what_they_are_copies_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word_files, "BLOCK", 64)
    index, source = PhotoIndex(tmp_path), Source([7, *range(100, 104), *[7] * 50])
    index.catch_up_features(55, source)
    together = [
        Likeness(position=at, forms=b"", views=b"", features=features(7, noise=1))
        for at in range(6, 56)
    ]
    assert {(each.earlier, each.later) for each in index.sharing(together)} == {
        (1, at) for at in range(6, 56)
    }


def test_files_of_another_database_are_filled_again(tmp_path: Path) -> None:
    WordFiles(tmp_path).catch_up(12, Source(range(100, 112)))
    files = WordFiles(tmp_path)
    assert files.catch_up(12, Source(range(200, 212))) == 0
    assert found(files, 204, 12)[5] > 40
    assert WordFiles(tmp_path).catch_up(3, Source(range(200, 203))) == 0, "and of a shorter one"


def test_a_search_beyond_the_files_is_refused(tmp_path: Path) -> None:
    files = WordFiles(tmp_path)
    files.catch_up(3, Source(range(100, 103)))
    with pytest.raises(OSError, match="not whole"):
        list(files.sharing([], 4))
    files.forget()
    with pytest.raises(OSError, match="not whole"):
        list(files.sharing([], 3))
    assert files.size() == 0


def test_the_index_names_the_best_earlier_photos_only(tmp_path: Path) -> None:
    index, source = PhotoIndex(tmp_path), Source(range(100, 120))
    index.catch_up_features(20, source)
    asked = Likeness(position=13, forms=b"", views=b"", features=features(104, noise=1))
    late = Likeness(position=3, forms=b"", views=b"", features=features(104, noise=1))
    bare = Likeness(position=14, forms=b"", views=b"")
    (best,) = index.sharing([asked, late, bare])
    assert (best.earlier, best.later, best.is_mirrored) == (5, 13, False)
    assert index.sharing([bare]) == []
    assert index.health().damaged_words == ()
