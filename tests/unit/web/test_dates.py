"""How templates say days, hours and sizes."""

from datetime import UTC, date, datetime

import pytest

from review_service.web.dates import iso, lately, moment, size

EVENING = datetime(2026, 11, 21, 3, 4, tzinfo=UTC)


def test_tells_a_moment_in_ecuadors_time_though_it_is_kept_in_utc() -> None:
    assert moment(EVENING) == "20 de noviembre de 2026, 22h04"


def test_writes_a_moment_for_machines_with_its_zone() -> None:
    assert iso(EVENING) == "2026-11-20T22:04-05:00"


def test_writes_a_day_for_machines() -> None:
    assert iso(date(2026, 11, 20)) == "2026-11-20"


@pytest.mark.parametrize(
    ("size_bytes", "words"),
    [
        (0, "1 kB"),
        (1024, "1 kB"),
        (1024 * 1024 - 1, "1024 kB"),
        (1024 * 1024, "1 MB"),
        (15 * 1024 * 1024, "15 MB"),
        (2_516_582, "2,4 MB"),
    ],
)
def test_says_sizes_as_people_read_them(size_bytes: int, words: str) -> None:
    assert size(size_bytes) == words


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (datetime(2026, 11, 21, 4, 59, tzinfo=UTC), "a las 22h04"),
        (datetime(2026, 11, 21, 5, 0, tzinfo=UTC), "el 20 de noviembre de 2026, 22h04"),
    ],
)
def test_names_the_day_only_when_it_is_not_today_in_ecuador(now: datetime, words: str) -> None:
    assert lately(EVENING, now=now) == words
