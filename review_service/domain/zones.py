"""The zones of the institution: whose work a case is, by the province and canton of its place.

Each zone has the name of its office in ``offices``; a few cantons are of another zone than their
province. What a case names that is no place of the closed list is of no zone.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from review_service.domain.dated_rules import packaged_rules
from review_service.domain.provinces import provinces_with

NO_ZONE: Final = ""
"""Of a case whose province is not in the closed list."""


def zones() -> tuple[str, ...]:
    """Return the names of the zones, in the order of the rules."""
    return tuple(str(entry["name"]) for entry in packaged_rules("zones")["zones"])


def zone_of_sheet(sheet: Mapping[str, Any]) -> str:
    """Return the zone of an application by its data sheet; empty as ``zone_of`` says."""
    return zone_of(str(sheet.get("province") or ""), str(sheet.get("canton") or ""))


def zone_of(province: str, canton: str) -> str:
    """Return the zone of a place by its official names; ``NO_ZONE`` where none has it."""
    return _excepted().get((province, canton)) or _by_province().get(province, NO_ZONE)


def provinces_of(zone: str) -> tuple[str, ...]:
    """Return the provinces of a zone, without the cantons that ``cantons_elsewhere`` names."""
    return tuple(name for name, its in _by_province().items() if its == zone)


def cantons_excepted(zone: str) -> tuple[tuple[str, str], ...]:
    """Return province and canton of those that are of this zone and not of their province's."""
    return tuple(place for place, its in _excepted().items() if its == zone)


def cantons_elsewhere(zone: str) -> tuple[tuple[str, str], ...]:
    """Return province and canton of those of the zone's provinces that are of another zone."""
    own = provinces_of(zone)
    return tuple(place for place, its in _excepted().items() if place[0] in own and its != zone)


def zone_named(text: str) -> str | None:
    """Return the zone that an officer's unit or an address names; None for any other text."""
    return {name.casefold(): name for name in zones()}.get(" ".join(text.split()).casefold())


@cache
def _by_province() -> Mapping[str, str]:
    return MappingProxyType(
        {
            str(province): str(entry["name"])
            for entry in packaged_rules("zones")["zones"]
            for province in entry.get("provinces", ())
        }
    )


@cache
def _excepted() -> Mapping[tuple[str, str], str]:
    return MappingProxyType(
        {
            (province, str(canton)): str(entry["name"])
            for entry in packaged_rules("zones")["zones"]
            for canton in entry.get("cantons", ())
            for province in provinces_with(canton)
        }
    )
