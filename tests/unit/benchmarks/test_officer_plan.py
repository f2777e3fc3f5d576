"""The cases of ``benchmarks/officer.py``, and the folders that they are made from."""

import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

from officer_photos import TooFewPhotosError, as_sent, photos_in, round_sizes
from officer_plan import Defect, Plan, planned

PHOTOS = [Path(f"{number}.jpg") for number in range(105)]


def drawn(path: Path, *, side: int = 1000, seed: int = 0) -> None:
    pixels = np.random.default_rng(seed).integers(0, 255, (40, 60, 3), np.uint8)
    Image.fromarray(pixels).resize((side, side * 2 // 3)).save(path)


@pytest.mark.parametrize("seed", range(20))
def test_each_kind_of_defect_comes_and_no_photo_twice_in_a_round(seed: int) -> None:
    rounds = planned(PHOTOS, cases=200, defects=20, seed=seed)
    assert [len(own) for own in rounds] == [25] * 8
    kinds = Counter(plan.defect for own in rounds for plan in own if plan.defect)
    assert kinds.total() == 20
    assert all(3 <= kinds[defect] <= 4 for defect in Defect)
    assert [plan.number for own in rounds for plan in own] == list(range(1, 201))
    for own in rounds:
        photos = [photo for plan in own for photo in plan.photos]
        assert len(photos) == len(set(photos)) == 100


@pytest.mark.parametrize("seed", range(20))
def test_who_copies_comes_after_the_clean_case_it_copies_from(seed: int) -> None:
    for own in planned(PHOTOS, cases=50, defects=12, seed=seed):
        for place, plan in enumerate(own):
            is_copy = plan.defect is not None and plan.defect.is_copy
            assert (plan.source is not None) is is_copy
            if plan.source is not None:
                assert place >= len(own) // 2
                assert owner(own, plan.source) in [one for one in own[: len(own) // 2]
                                                   if one.defect is None]  # fmt: skip


def owner(own: list[Plan], photo: Path) -> Plan:
    [found] = [plan for plan in own if photo in plan.photos]
    return found


def test_the_same_seed_draws_the_same_cases_and_another_one_others() -> None:
    def cases(seed: int) -> list[list[Plan]]:
        return planned(PHOTOS, cases=50, defects=5, seed=seed)

    assert cases(3) == cases(3)
    assert cases(3) != cases(4)


def test_few_photos_make_smaller_rounds() -> None:
    assert round_sizes(200, 105) == [25] * 8
    assert round_sizes(200, 47) == [11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 10, 10, 10, 10, 10,
                                    10, 10, 10, 10]  # fmt: skip
    assert round_sizes(10, 1000) == [10]
    assert round_sizes(5, 8) == [2, 2, 1]


@pytest.mark.parametrize("photos", [8, 9, 13, 20, 47, 99])
@pytest.mark.parametrize("seed", range(5))
def test_two_hundred_cases_can_be_drawn_from_any_folder(photos: int, seed: int) -> None:
    rounds = planned(PHOTOS[:photos], cases=200, defects=20, seed=seed)
    assert sum(map(len, rounds)) == 200
    assert sum(plan.defect is not None for own in rounds for plan in own) == 20


def test_a_folder_without_photos_is_told_how_many_it_needs(tmp_path: Path) -> None:
    with pytest.raises(TooFewPhotosError, match=r"has 0 photos\. The smallest round needs 8"):
        photos_in(tmp_path)
    with pytest.raises(TooFewPhotosError, match="is no folder"):
        photos_in(tmp_path / "nowhere")


def test_what_cannot_be_sent_is_left_out_and_told(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    for number in range(8):
        drawn(tmp_path / "more" / f"{number}.png", seed=number)
    drawn(tmp_path / "small.jpg", side=999)
    (tmp_path / "again.png").write_bytes((tmp_path / "more" / "0.png").read_bytes())
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8 no photo")
    (tmp_path / "notes.txt").write_text("nothing")
    found = photos_in(tmp_path)
    assert len(found.photos) == 8
    assert found.words == "8 photos; 1 shorter than 1000 px; 1 unreadable; 1 twice there"


def test_a_jpeg_is_sent_as_it_is_and_another_picture_as_one(tmp_path: Path) -> None:
    drawn(tmp_path / "a.jpg")
    drawn(tmp_path / "b.png")
    assert as_sent(tmp_path / "a.jpg") == (tmp_path / "a.jpg").read_bytes()
    assert as_sent(tmp_path / "b.png").startswith(b"\xff\xd8\xff")
