"""No hidden group can be computed, not even by somebody who knows the rule and tries everything.

The solver lists every way in which so many cases can lie in the groups, publishes each, and keeps
those that look the same: what differs among them nobody can know.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations
from random import Random

import pytest

from review_service.domain.disclosure import Group, Hidden, published

Counts = tuple[int, ...]


def ways(total: int, groups: int) -> Iterator[Counts]:
    """Yield every way to spread so many cases over the groups."""
    for bars in combinations(range(total + groups - 1), groups - 1):
        edges = (-1, *bars, total + groups - 1)
        yield tuple(edges[i + 1] - edges[i] - 1 for i in range(groups))


def named(counts: Counts) -> dict[str, int]:
    return {f"g{place}": count for place, count in enumerate(counts)}


def told(counts: Counts) -> tuple[Group, ...] | None:
    return published(named(counts))


def recoverable(counts: Counts) -> list[str]:
    """Return the hidden groups of which the solver leaves too few values.

    It solves by itself, for totals of any size: what is hidden adds up to the total less the rest.
    """
    shown = told(counts)
    assert shown is not None
    few = [one.key for one in shown if one.hidden is Hidden.FEW]
    beside = [one.key for one in shown if one.hidden is Hidden.BESIDE]
    left = sum(counts) - sum(one.count or 0 for one in shown)
    most_of_others = 4 * (len(few) - 1)
    possible = {
        key: [
            value
            for value in range(1, 5)
            if any(
                left - value - others >= 5 * len(beside)
                for others in range(len(few) - 1, most_of_others + 1)
            )
        ]
        for key in few
    }
    return [key for key, values in possible.items() if values != [1, 2, 3, 4]]


@pytest.mark.parametrize("groups", [2, 3, 4])
@pytest.mark.parametrize("total", [*range(19), 23, 28])
def test_whoever_tries_every_way_finds_no_hidden_group(groups: int, total: int) -> None:
    alike: Mapping[tuple[Group, ...] | None, list[Counts]] = defaultdict(list)
    for counts in ways(total, groups):
        alike[told(counts)].append(counts)
    for shown, possible in alike.items():
        for place in range(groups):
            values = {counts[place] for counts in possible}
            group = None if shown is None else shown[place]
            if group is None or group.hidden is Hidden.BESIDE:
                assert len(values) > 1, (shown, possible)
            elif group.hidden is Hidden.FEW:
                assert values == {1, 2, 3, 4}, (shown, possible)
            else:
                assert values == {group.count}
                assert group.count == 0 or (group.count or 0) >= 5


def test_of_many_groups_drawn_at_random_none_can_be_solved() -> None:
    chance, open_ones = Random(44), 0  # noqa: S311 -- the same each time
    for _ in range(3_000):
        groups = chance.randint(3, 25)
        counts = tuple(chance.choice((0, 1, 2, 4, 5, 6, 40, 3_000)) for _ in range(groups))
        if told(counts) is not None:
            open_ones += 1
            assert recoverable(counts) == [], counts
    assert open_ones > 2_000


def test_large_groups_and_empty_ones_are_told() -> None:
    assert published({"a": 120, "b": 0, "c": 5}) == (
        Group(key="a", count=120),
        Group(key="b", count=0),
        Group(key="c", count=5),
    )


def test_a_small_group_takes_the_next_large_one_with_it() -> None:
    shown = published({"a": 3, "b": 0, "c": 90, "d": 70})
    assert shown is not None
    assert [one.hidden for one in shown] == [Hidden.FEW, None, Hidden.BESIDE, None]
    assert [one.count for one in shown] == [None, 0, None, 70]
    turned = published({"a": 90, "b": 70, "c": 3})
    assert turned is not None
    assert [one.hidden for one in turned] == [Hidden.BESIDE, None, Hidden.FEW]


def test_which_one_goes_with_it_does_not_depend_on_sizes() -> None:
    for size in (8, 900):
        shown = published({"a": 3, "b": size, "c": 50})
        assert shown is not None
        assert [one.key for one in shown if one.hidden is Hidden.BESIDE] == ["b"]


@pytest.mark.parametrize("counts", [(3, 900), (1, 0, 0), (4, 4, 4), (2, 5, 800)])
def test_where_too_few_possibilities_are_left_nothing_is_told(counts: Counts) -> None:
    assert told(counts) is None


def test_the_only_group_is_the_total_which_is_told_anyway() -> None:
    assert published({"a": 2}) == (Group(key="a", count=2),)
