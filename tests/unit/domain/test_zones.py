"""Each place of the closed list is of one zone, and each zone has its office."""

from datetime import date

import pytest

from review_service.domain.dated_rules import read_rulebook
from review_service.domain.offices import offices
from review_service.domain.provinces import cantons_of, provinces
from review_service.domain.zones import (
    NO_ZONE,
    cantons_elsewhere,
    cantons_excepted,
    provinces_of,
    zone_named,
    zone_of,
    zone_of_sheet,
    zones,
)


def test_every_canton_is_of_one_zone_that_has_an_office() -> None:
    named = {office.name for office in offices(read_rulebook(None), on=date(2026, 11, 29))}
    assert set(zones()) == named
    assert {zone_of(name, canton) for name in provinces() for canton in cantons_of(name)} == named


@pytest.mark.parametrize(
    ("province", "canton", "zone"),
    [
        ("Imbabura", "Otavalo", "Zonal 1"),
        ("Pichincha", "Cayambe", "Zonal 2"),
        ("Pichincha", "Quito", "Zonal 9"),
        ("Guayas", "Daule", "Zonal 5"),
        ("Guayas", "Guayaquil", "Matriz"),
        ("Loja", "", "Zonal 7"),
        ("Atlántida", "Quito", NO_ZONE),
        ("", "", NO_ZONE),
    ],
)
def test_a_canton_is_of_its_provinces_zone_or_of_its_own(
    province: str, canton: str, zone: str
) -> None:
    assert zone_of(province, canton) == zone


def test_a_sheet_names_its_zone() -> None:
    sheet = {"province": "Imbabura", "canton": "Otavalo"}
    assert zone_of_sheet(sheet) == zone_of("Imbabura", "Otavalo") != NO_ZONE
    assert zone_of_sheet({}) == zone_of_sheet({"province": None}) == NO_ZONE


@pytest.mark.parametrize("zone", zones())
def test_what_a_zone_has_can_be_asked_for_by_provinces_and_exceptions(zone: str) -> None:
    own = {
        (province, canton)
        for province in provinces()
        for canton in cantons_of(province)
        if zone_of(province, canton) == zone
    }
    asked = {
        (province, canton) for province in provinces_of(zone) for canton in cantons_of(province)
    }
    assert own == (asked - set(cantons_elsewhere(zone))) | set(cantons_excepted(zone))


def test_a_unit_names_its_zone_however_it_is_written() -> None:
    assert zone_named("  zonal   1 ") == "Zonal 1"
    assert zone_named("MATRIZ") == "Matriz"
    assert zone_named("Zonal 8") is None
    assert zone_named("") is None
