"""The index: exact within the radius, growing, surviving restarts, mending itself."""

import json
import multiprocessing
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from review_service.domain.likeness import (
    CUTS,
    FORMS,
    HASH_BYTES,
    PLANES,
    RADIUS,
    Enrolled,
    Hit,
    Likeness,
)
from workers.photo_index import files
from workers.photo_index.index import MOST_HITS, PhotoIndex
from workers.photo_index.search import Searched, brute_force, columns_of

FORMS_BYTES, VIEWS_BYTES = 8 * HASH_BYTES, 51 * HASH_BYTES


def flipped(hashed: bytes, bits: Sequence[int]) -> bytes:
    """Return a hash with some bits changed."""
    number = int.from_bytes(hashed)
    for bit in bits:
        number ^= 1 << bit
    return number.to_bytes(HASH_BYTES)


def random_hashes(count: int, seed: int) -> list[bytes]:
    raw = np.random.default_rng(seed).bytes(count * HASH_BYTES)
    return [raw[at : at + HASH_BYTES] for at in range(0, len(raw), HASH_BYTES)]


class Table:
    """Stands in for the database: what is enrolled, and how often it was asked."""

    def __init__(self, rows: dict[int, bytes]) -> None:
        self.rows = rows
        self.read = 0

    def __call__(self, after: int, upto: int) -> list[Enrolled]:
        found = [
            Enrolled(position=position, hashes=self.rows[position])
            for position in range(after + 1, upto + 1)
            if position in self.rows
        ]
        self.read += len(found)
        return found


def table(count: int, seed: int = 1) -> Table:
    hashes = random_hashes(count * PLANES, seed)
    return Table(
        {
            position: b"".join(hashes[(position - 1) * PLANES : position * PLANES])
            for position in range(1, count + 1)
        }
    )


def likeness(position: int, seen: bytes, *, forms: bytes = b"", views: bytes = b"") -> Likeness:
    """Return a photo whose other forms and views are like nothing."""
    filler = random_hashes(8 + 51, seed=position + 10_000)
    return Likeness(
        position=position,
        forms=seen + (forms or b"".join(filler[:7])),
        views=views or b"".join(filler[8:]),
    )


@pytest.mark.parametrize("seed", range(6))
def test_finds_exactly_what_counting_every_pair_finds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    stored = random_hashes(3000, seed)
    sought = [
        flipped(
            stored[rng.integers(len(stored))], rng.choice(256, size=bits, replace=False).tolist()
        )
        for bits in (*range(26, 36), *range(26, 36), 0, 1, 60)
    ]
    expected = brute_force(columns_of(b"".join(stored)), sought)
    found = Searched(b"".join(sought)).near(columns_of(b"".join(stored)))
    assert found.stored.tolist() == expected.stored.tolist()
    assert found.searched.tolist() == expected.searched.tolist()
    assert found.distance.tolist() == expected.distance.tolist()
    assert expected.distance.max() == RADIUS


@pytest.mark.parametrize("spread", ["even", "one word", "one couple", "two a word"])
def test_finds_the_radius_itself_however_the_bits_lie(spread: str) -> None:
    (hashed,) = random_hashes(1, 5)
    bits = {
        "even": [bit * 8 for bit in range(RADIUS)],
        "one word": [*range(16), *range(16, 31)],
        "one couple": list(range(31)),
        "two a word": [word * 16 + place for word in range(16) for place in (3, 11)][:31],
    }[spread]
    assert len(set(bits)) == RADIUS
    searched = Searched(flipped(hashed, bits))
    assert searched.near(columns_of(hashed)).distance.tolist() == [RADIUS]
    beyond = flipped(hashed, [*bits, 255])
    assert Searched(beyond).near(columns_of(hashed)).distance.tolist() == []


def test_finds_the_same_where_bits_go_together() -> None:
    rng = np.random.default_rng(3)
    scene = rng.normal(size=(40, 256))
    mixed = scene[rng.integers(40, size=4000)] + rng.normal(size=(4000, 256)) * 0.3
    hashes: NDArray[np.uint8] = np.packbits(mixed > 0, axis=1)
    sought = [row.tobytes() for row in hashes[:200]]
    stored = columns_of(hashes.tobytes())
    expected, found = brute_force(stored, sought), Searched(b"".join(sought)).near(stored)
    assert expected.stored.size > 1000
    assert np.array_equal(found.stored, expected.stored)
    assert np.array_equal(found.distance, expected.distance)


def test_bounds_what_it_weighs_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.photo_index.search.MOST_PAIRS", 50)
    (hashed,) = random_hashes(1, 8)
    stored = columns_of(hashed * 300)
    found = Searched(hashed * 3).near(stored)
    assert found.stored.size == 900
    assert set(found.distance.tolist()) == {0}


def test_says_which_earlier_photo_in_which_form_and_how_near(tmp_path: Path) -> None:
    rows = table(50)
    seen = flipped(rows.rows[7][:HASH_BYTES], range(12))
    photo = likeness(51, random_hashes(1, 99)[0], forms=seen + b"".join(random_hashes(6, 77)))
    made = PhotoIndex(tmp_path)
    made.catch_up(50, rows)
    assert made.search([photo]) == [
        Hit(earlier=7, later=51, distance=12, turned=1, asked=seen, plane=0)
    ]


@pytest.mark.parametrize("plane", [1, 2])
def test_finds_a_photo_that_lost_its_edges(tmp_path: Path, plane: int) -> None:
    rows = table(50)
    cut = rows.rows[9][plane * HASH_BYTES :][:HASH_BYTES]
    made = PhotoIndex(tmp_path)
    made.catch_up(50, rows)
    (hit,) = made.search([likeness(51, flipped(cut, range(31)))])
    assert (hit.earlier, hit.distance, hit.turned, hit.plane) == (9, 31, 0, plane)
    assert made.search([likeness(51, flipped(cut, range(32)))]) == []


@pytest.mark.parametrize(("view", "turned"), [(0, 0), (13, 5), (23, 7), (24, 0), (50, 0)])
def test_finds_a_photo_that_gained_a_border(tmp_path: Path, view: int, turned: int) -> None:
    rows = table(50)
    views = random_hashes(51, 55)
    views[view] = rows.rows[11][:HASH_BYTES]
    made = PhotoIndex(tmp_path)
    made.catch_up(50, rows)
    (hit,) = made.search([likeness(51, random_hashes(1, 4)[0], views=b"".join(views))])
    assert (hit.earlier, hit.distance, hit.turned) == (11, 0, turned)


def test_looks_only_at_what_came_before(tmp_path: Path) -> None:
    rows = table(50)
    made = PhotoIndex(tmp_path)
    made.catch_up(50, rows)
    assert made.search([likeness(20, rows.rows[20][:HASH_BYTES])]) == []
    assert made.search([likeness(20, rows.rows[21][:HASH_BYTES])]) == []
    assert [hit.earlier for hit in made.search([likeness(20, rows.rows[19][:HASH_BYTES])])] == [19]
    assert made.search([]) == []


def test_a_form_that_everybody_sends_floods_nobody(tmp_path: Path) -> None:
    rows = table(400)
    (form,) = random_hashes(1, 70)
    for position in range(100, 300):
        near = flipped(form, range(position % 7))
        rows.rows[position] = near + rows.rows[position][HASH_BYTES:]
    made = PhotoIndex(tmp_path)
    made.catch_up(400, rows)
    hits = made.search([likeness(401, form)])
    assert len(hits) == MOST_HITS
    assert [hit.distance for hit in hits] == sorted(hit.distance for hit in hits)
    assert hits[0].distance == 0


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a file hold 64 positions, so that a few hundred make many."""
    monkeypatch.setattr(files, "BLOCK", 64)
    monkeypatch.setattr(files, "READ_AT_ONCE", 40)


@pytest.mark.usefixtures("small_blocks")
def test_grows_by_what_is_new_only(tmp_path: Path) -> None:
    rows = table(300)
    made = PhotoIndex(tmp_path)
    assert made.catch_up(130, rows) == 0
    assert rows.read == 130
    assert made.catch_up(300, rows) == 130
    assert rows.read == 300
    for position in (1, 64, 65, 128, 130, 131, 300):
        photo = likeness(301, rows.rows[position][:HASH_BYTES])
        assert [hit.earlier for hit in made.search([photo])] == [position]
    assert made.health().blocks == 5
    assert made.health().count == 300


@pytest.mark.usefixtures("small_blocks")
def test_a_new_process_goes_on_with_the_files_it_finds(tmp_path: Path) -> None:
    rows = table(300)
    PhotoIndex(tmp_path).catch_up(300, rows)
    rows.read = 0
    again = PhotoIndex(tmp_path)
    assert again.catch_up(300, rows) == 300
    assert 0 < rows.read <= files.SAMPLES + 1
    assert len(again.search([likeness(301, rows.rows[5][:HASH_BYTES])])) == 1


def spoil_block(folder: Path) -> None:
    path = folder / "block-00002.bin"
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)


def cut_block(folder: Path) -> None:
    path = folder / "block-00001.bin"
    path.write_bytes(path.read_bytes()[:-1])


def lose_block(folder: Path) -> None:
    (folder / "block-00003.bin").unlink()


def lose_state(folder: Path) -> None:
    (folder / "state.json").unlink()


def garble_state(folder: Path) -> None:
    (folder / "state.json").write_text('{"version": 1, "count": "many"')


def older_kind(folder: Path) -> None:
    state = json.loads((folder / "state.json").read_bytes())
    (folder / "state.json").write_text(json.dumps({**state, "version": 0}))


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize(
    "spoil", [spoil_block, cut_block, lose_block, lose_state, garble_state, older_kind]
)
def test_takes_anew_from_the_database_what_is_damaged_or_older(
    tmp_path: Path, spoil: object
) -> None:
    rows = table(300)
    PhotoIndex(tmp_path).catch_up(300, rows)
    assert callable(spoil)
    spoil(tmp_path)
    made = PhotoIndex(tmp_path)
    made.catch_up(300, rows)
    assert made.health().damaged == ()
    assert made.health().count == 300
    for position in range(1, 301, 13):
        photo = likeness(301, rows.rows[position][:HASH_BYTES])
        assert [hit.earlier for hit in made.search([photo])] == [position]


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("spoil", [cut_block, lose_block, lose_state, garble_state])
def test_a_search_that_finds_its_files_spoilt_fails_and_the_next_attempt_mends_them(
    tmp_path: Path, spoil: object
) -> None:
    rows = table(300)
    made = PhotoIndex(tmp_path)
    made.catch_up(300, rows)
    assert callable(spoil)
    spoil(tmp_path)
    photo = likeness(301, rows.rows[299][:HASH_BYTES])
    with pytest.raises(OSError, match="not whole"):
        made.search([photo])
    made.catch_up(300, rows)
    assert [hit.earlier for hit in made.search([photo])] == [299]


@pytest.mark.usefixtures("small_blocks")
def test_filling_that_fails_over_a_lost_file_proves_the_files_at_the_next_attempt(
    tmp_path: Path,
) -> None:
    rows = table(300)
    made = PhotoIndex(tmp_path)
    made.catch_up(250, rows)
    lose_block(tmp_path)
    with pytest.raises(OSError, match="block-00003"):
        made.catch_up(300, rows)
    made.catch_up(300, rows)
    assert made.health().damaged == ()
    assert made.health().count == 300


def test_a_search_beside_a_rebuild_is_never_quietly_incomplete(tmp_path: Path) -> None:
    rows = table(30)
    made = PhotoIndex(tmp_path)
    made.catch_up(30, rows)
    PhotoIndex(tmp_path).forget()
    with pytest.raises(OSError, match="not whole"):
        made.search([likeness(31, rows.rows[7][:HASH_BYTES])])


@pytest.mark.usefixtures("small_blocks")
def test_begins_anew_when_the_database_is_another_or_went_back(tmp_path: Path) -> None:
    PhotoIndex(tmp_path).catch_up(300, table(300, seed=1))
    other = table(300, seed=2)
    made = PhotoIndex(tmp_path)
    assert made.catch_up(300, other) == 0
    assert len(made.search([likeness(301, other.rows[300][:HASH_BYTES])])) == 1
    back = PhotoIndex(tmp_path)
    assert back.catch_up(200, other) == 0
    assert back.health().count == 200


def test_names_the_damaged_files_without_touching_them(tmp_path: Path) -> None:
    rows = table(30)
    made = PhotoIndex(tmp_path)
    made.catch_up(30, rows)
    assert made.health().damaged == ()
    path = tmp_path / "block-00000.bin"
    path.write_bytes(b"\1" + path.read_bytes()[1:])
    assert made.health().damaged == (0,)


def test_photos_that_are_gone_leave_a_place_like_nothing(tmp_path: Path) -> None:
    rows = table(30)
    del rows.rows[12]
    made = PhotoIndex(tmp_path)
    made.catch_up(30, rows)
    assert made.health().count == 30
    assert len(made.search([likeness(31, rows.rows[13][:HASH_BYTES])])) == 1


def _fill(folder: Path, last: int) -> None:
    made = PhotoIndex(folder)
    for upto in range(1, last + 1, 7):
        made.catch_up(upto, table(last))
    made.catch_up(last, table(last))


def test_several_processes_fill_one_folder_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    others = [context.Process(target=_fill, args=(tmp_path, 90)) for _ in range(4)]
    for each in others:
        each.start()
    for each in others:
        each.join(60)
    assert [each.exitcode for each in others] == [0] * 4
    made = PhotoIndex(tmp_path)
    rows = table(90)
    made.catch_up(90, rows)
    assert made.health().damaged == ()
    assert rows.read <= files.SAMPLES + 1
    for position in (1, 45, 90):
        photo = likeness(91, rows.rows[position][:HASH_BYTES])
        assert [hit.earlier for hit in made.search([photo])] == [position]


def test_a_forgotten_index_is_filled_again(tmp_path: Path) -> None:
    rows = table(30)
    made = PhotoIndex(tmp_path)
    made.catch_up(30, rows)
    made.forget()
    assert made.health().count == 0
    assert made.catch_up(30, rows) == 0
    assert made.health().count == 30


def test_the_index_and_the_hash_agree_on_the_order_of_the_views() -> None:
    assert FORMS_BYTES == 8 * HASH_BYTES
    assert FORMS * len(CUTS) == 24
    assert CUTS[2] < 0 < CUTS[0] < CUTS[1]
    assert VIEWS_BYTES // HASH_BYTES == 51
