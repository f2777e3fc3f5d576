"""Months by Ecuador's calendar."""

from datetime import UTC, date, datetime

import pytest

from review_service.domain.months import Month, month_named, months_between


def test_a_month_begins_and_ends_at_midnight_in_ecuador() -> None:
    month = Month(2023, 12)
    assert month.begins == datetime(2023, 12, 1, 5, tzinfo=UTC)
    assert month.ends == datetime(2024, 1, 1, 5, tzinfo=UTC)
    assert Month.of(datetime(2024, 1, 1, 4, 59, tzinfo=UTC)) == month
    assert Month.of(date(2024, 1, 1)) == month.next == Month(2024, 1)


def test_months_have_names_for_people_and_for_data() -> None:
    assert Month(2023, 7).label == "julio de 2023"
    assert Month(2023, 7).name == "2023-07"
    assert month_named("2023-07") == Month(2023, 7)


@pytest.mark.parametrize("text", ["", "2023", "2023-13", "2023-00", "23-07", "2023-7", "٢٠٢٣-07"])
def test_what_names_no_month_is_none(text: str) -> None:
    assert month_named(text) is None


def test_every_month_between_two_stands_newest_first() -> None:
    found = months_between(Month(2022, 11), Month(2023, 2))
    assert [month.name for month in found] == ["2023-02", "2023-01", "2022-12", "2022-11"]
    assert months_between(Month(2023, 2), Month(2023, 1)) == ()
