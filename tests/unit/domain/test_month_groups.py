"""What is told of a month besides its totals, and that its breakdowns do not tell each other."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Any

import pytest

from review_service.domain.disclosure import Hidden
from review_service.domain.month_groups import (
    NO_PROVINCE,
    TIED_TO_TRACK,
    Attention,
    Breakdown,
    MonthGroups,
    from_json,
    groups_of,
    to_json,
)

KINDS = (
    *(
        Attention(
            track="artisan",
            province="Imbabura",
            is_granted=granted,
            was_corrected=corrected,
            seconds=1,
        )
        for granted in (True, False)
        for corrected in (True, False)
    ),
    Attention(
        track="emprendedor", province="Imbabura", is_granted=True, was_corrected=False, seconds=1
    ),
    # A rule decides most of these: nobody is refused, nobody corrects.
    Attention(track="mipyme", province="Imbabura", is_granted=True, was_corrected=False, seconds=0),
)


SMALL = {1, 2, 3, 4}
TIED = (Breakdown.TRACK, Breakdown.OUTCOME, Breakdown.CORRECTION)
Counts = Mapping[Breakdown, Mapping[str, int]]


def counted(some: Iterable[Attention]) -> Counts:
    attentions = list(some)
    return {
        breakdown: {
            key: sum(one.key_of(breakdown) == key for one in attentions) for key in breakdown.keys
        }
        for breakdown in TIED
    }


def within_tracks(some: Iterable[Attention]) -> Counter[tuple[str, str]]:
    """Return how many of each track are in each group of the breakdowns that are tied to it."""
    return Counter(
        (one.key_of(Breakdown.TRACK), one.key_of(breakdown))
        for one in some
        for breakdown in TIED_TO_TRACK
    )


def many(count: int, **changed: object) -> list[Attention]:
    told: dict[str, Any] = {
        "track": "mipyme",
        "province": "Pichincha",
        "is_granted": True,
        "was_corrected": False,
        "seconds": 86_400.0,
        **changed,
    }
    return [Attention(**told)] * count


def test_each_attention_stands_once_in_each_breakdown() -> None:
    some = many(40) + many(9, track="artisan", province="IMBABURA", was_corrected=True)
    some += many(8, track="artisan", province="", is_granted=False)
    shown = groups_of(some).groups
    for breakdown in Breakdown:
        groups = shown[breakdown]
        assert groups is not None
        assert sum(one.count or 0 for one in groups) == 57
    counts = {one.key: one.count for one in shown[Breakdown.PROVINCE] or ()}
    assert (counts["Pichincha"], counts["Imbabura"], counts[NO_PROVINCE]) == (40, 9, 8)
    assert counts["Azuay"] == 0
    tracks = {one.key: one.count for one in shown[Breakdown.TRACK] or ()}
    assert tracks == {"mipyme": 40, "emprendedor": 0, "artesano": 17}


def test_the_time_of_half_and_of_nine_in_ten_is_told_of_enough_cases_only() -> None:
    fast, slow = many(45, seconds=3_600.0), many(5, seconds=864_000.0)
    told = groups_of(fast + slow)
    assert (told.median_days, told.p90_days) == (0.0, 0.0)
    more = groups_of(fast + slow * 2)
    assert (more.median_days, more.p90_days) == (0.0, 10.0)
    assert groups_of(many(49)).p90_days is None
    assert groups_of(many(10)).median_days == 1.0
    assert groups_of(many(9)).median_days is None


def test_a_small_track_hides_the_breakdowns_that_depend_on_it() -> None:
    told = groups_of(many(60) + many(4, track="artisan", is_granted=False, was_corrected=True))
    tracks = told.groups[Breakdown.TRACK]
    assert tracks is not None
    assert [one.hidden for one in tracks] == [Hidden.BESIDE, None, Hidden.FEW]
    assert told.groups[Breakdown.OUTCOME] is None
    assert told.groups[Breakdown.CORRECTION] is None
    assert told.median_days is None
    assert told.groups[Breakdown.PROVINCE] is not None


def test_what_is_small_within_a_track_is_not_told_of_all_tracks() -> None:
    """A MIPYME is never refused: five refused of six artisans are one who was granted."""
    artisan = {"track": "artisan", "was_corrected": True}
    told = groups_of(many(40) + many(5, is_granted=False, **artisan) + many(1, **artisan))
    assert told.groups[Breakdown.OUTCOME] is None
    assert told.groups[Breakdown.CORRECTION] is not None
    more = groups_of(many(40) + many(5, is_granted=False, **artisan) + many(5, **artisan))
    assert [one.count for one in more.groups[Breakdown.OUTCOME] or ()] == [45, 5]


def test_a_month_without_attentions_tells_zeros() -> None:
    groups = groups_of([]).groups
    assert all(one.count == 0 for some in groups.values() for one in some or ())
    assert groups_of([]).median_days is None


def test_what_is_stored_is_what_was_published() -> None:
    told = groups_of(many(60) + many(30, track="artisan") + many(3, province="Azuay"))
    again = from_json(to_json(told))
    assert again == told
    assert {"grupo": "Azuay", "oculto": "few"} in to_json(told)["provincia"]


@pytest.mark.parametrize("total", [*range(11), 13, 15])
def test_the_breakdowns_together_tell_no_hidden_group(total: int) -> None:
    """Every month of so many attentions is published; among those that look alike, groups differ.

    ``KINDS`` holds what a reader may know: that a MIPYME is granted at once and uncorrected.
    """
    alike: Mapping[str, list[tuple[MonthGroups, Counts, Counter[tuple[str, str]]]]]
    alike = defaultdict(list)
    for bars in combinations(range(total + len(KINDS) - 1), len(KINDS) - 1):
        edges = (-1, *bars, total + len(KINDS) - 1)
        some = [
            kind
            for place, kind in enumerate(KINDS)
            for _ in range(edges[place + 1] - edges[place] - 1)
        ]
        shown = groups_of(some)
        without_places = to_json(shown) | {"provincia": None}
        alike[str(without_places)].append((shown, counted(some), within_tracks(some)))
    for possible in alike.values():
        shown = possible[0][0]
        for breakdown in TIED:
            told = shown.groups[breakdown]
            for place, key in enumerate(breakdown.keys):
                values = {counts[breakdown][key] for _, counts, _ in possible}
                group = told[place] if told else None
                if group is None or group.hidden is Hidden.BESIDE:
                    assert len(values) > 1 or not values & SMALL, to_json(shown)
                elif group.hidden is Hidden.FEW:
                    assert values == SMALL, to_json(shown)
                else:
                    assert values == {group.count}
                for track in Breakdown.TRACK.keys:
                    crossed = {cells[track, key] for _, _, cells in possible}
                    assert len(crossed) > 1 or not crossed & SMALL, to_json(shown)
