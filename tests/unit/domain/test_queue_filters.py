"""The address carries a filter whole, and what is no filter does no harm."""

from datetime import date, timedelta

import pytest

from review_service.domain.queue_filters import (
    MAX_VALUE,
    NAMES,
    Age,
    CaseFilter,
    place_of,
    place_text,
)

TODAY = date(2026, 11, 29)


def test_a_filter_survives_its_address() -> None:
    whole = CaseFilter(
        track="artisan",
        zone="Zonal 1",
        canton=place_text("Carchi", "Bolívar"),
        kind="new",
        finding="photo_dark",
        age=Age.OLD.value,
        held="libre",
        question="suya",
    )
    assert list(whole.to_address()) == list(NAMES.values())
    assert CaseFilter.from_address(whole.to_address()) == whole
    assert place_of(whole.canton) == ("Carchi", "Bolívar")


def test_no_filter_is_an_empty_address() -> None:
    assert not CaseFilter()
    assert CaseFilter().to_address() == {}
    assert CaseFilter.from_address({}) == CaseFilter()
    assert CaseFilter.from_address({"otra": "cosa"}) == CaseFilter()


def test_one_can_be_taken_out_and_the_others_stay() -> None:
    both = CaseFilter(zone="Zonal 1", kind="new")
    assert both
    assert both.without("zone") == CaseFilter(kind="new")
    assert not both.without("zone", "kind")


def test_what_is_too_long_to_be_chosen_is_left_out() -> None:
    assert not CaseFilter.from_address({"zona": "z" * (MAX_VALUE + 1), "tipo": "  "})


@pytest.mark.parametrize("ago", range(60))
def test_each_day_is_of_one_age(ago: int) -> None:
    day = TODAY - timedelta(days=ago)
    of = []
    for age in Age:
        first, last = age.days(TODAY)
        if (first is None or first <= day) and day <= last:
            of.append(age)
    assert len(of) == 1
    assert of[0].label
