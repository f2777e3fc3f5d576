"""Who applies in ``benchmarks/busiest_month.py``: a track is one entry of its table."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

from busiest_people import MIX, Artisan, Share, present

from review_service.domain.tracks import ARTISAN, MIPYME, TRACKS

TWO = {MIPYME.key: MIPYME, ARTISAN.key: ARTISAN}


def test_the_shares_are_a_hundred() -> None:
    assert sum(share.percent for share in MIX.values()) == 100


def test_the_share_of_a_track_that_nobody_can_apply_in_goes_to_artisans_and_is_told() -> None:
    percents, told = present(MIX, TWO)
    assert percents == {"mipyme": 90, "artisan": 10}
    assert len(told) == 1
    assert "emprendedor" in told[0]


def test_each_track_of_this_version_has_a_share() -> None:
    assert TRACKS.keys() <= MIX.keys()


def test_a_track_with_a_person_has_its_own_share() -> None:
    some = {**MIX, "emprendedor": Share(percent=5, walk=Artisan, ends_in=frozenset())}
    percents, told = present(some, {**TWO, "emprendedor": ARTISAN})
    assert percents == {"mipyme": 90, "emprendedor": 5, "artisan": 5}
    assert told == []
