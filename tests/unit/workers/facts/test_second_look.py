"""What a child says of the lines that it read again is checked before it is believed."""

import json

import pytest

from tests.samples.laid_out import laid_out
from workers.facts.headers import row_of
from workers.facts.second_look import (
    MOST_WAYS,
    LineReadings,
    Strip,
    from_header,
    strip_of,
    to_header,
)
from workers.facts.values import FactsError


def test_strips_and_readings_come_back_as_they_went() -> None:
    strip = Strip(left=10, right=900, middle=120.5, height=24.0, slope=-0.01)
    assert strip_of(strip.row()) == strip
    words = laid_out((10, 100, "ACUERDO"), (140, 100, "Nro."))
    rows = [row_of(word) for word in words]
    sent = to_header([([rows, rows[:1]], rows[1:]), ([], [])])
    header = json.loads(json.dumps(sent))
    assert from_header(header, count=2) == (
        LineReadings(ways=(words, words[:1]), signs=words[1:]),
        LineReadings(),
    )


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"strips": []},
        {"strips": [3]},
        {"strips": [{"ways": 3, "signs": []}]},
        {"strips": [{"ways": [[["a"]]], "signs": []}]},
        {"strips": [{"ways": []}]},
    ],
)
def test_nonsense_of_a_child_is_refused(header: dict[str, object]) -> None:
    with pytest.raises(FactsError):
        from_header(header, count=1)


def test_no_strip_has_more_ways_than_there_are() -> None:
    ways: list[list[object]] = [[] for _ in range(MOST_WAYS + 3)]
    header = {"strips": [{"ways": ways, "signs": []}]}
    assert len(from_header(header, count=1)[0].ways) == MOST_WAYS
