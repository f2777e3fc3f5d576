"""The offices that help in person: nine, dated, and none without an address."""

from datetime import date
from typing import Any

import pytest

from review_service.domain.dated_rules import read_rulebook
from review_service.domain.errors import SettingsError
from review_service.domain.offices import offices
from review_service.domain.provinces import provinces
from review_service.domain.rule_checks import require_usable

TODAY = date(2026, 11, 28)


def changed(**values: object) -> dict[str, Any]:
    rulebook = read_rulebook(None)
    first, *others = rulebook["offices"]
    return {**rulebook, "offices": [{**first, **values}, *others]}


def test_the_nine_of_the_procedures_page_stand_and_no_zonal_eight() -> None:
    found = offices(read_rulebook(None), on=TODAY)
    assert [one.city for one in found] == [
        *("Guayaquil", "Esmeraldas", "Tena", "Ambato", "Manta", "Salinas", "Cuenca", "Machala"),
        "Quito",
    ]
    assert [one.name for one in found] == [
        "Matriz", *(f"Zonal {number}" for number in (1, 2, 3, 4, 5, 6, 7, 9)),
    ]  # fmt: skip
    assert {one.province for one in found} <= set(provinces())


def test_no_person_and_no_mailbox_of_a_person_is_told() -> None:
    told = " ".join(
        f"{one.name} {one.address} {one.hours}" for one in offices(read_rulebook(None), on=TODAY)
    )
    assert "@" not in told
    assert "ext" not in told.lower().split()


def test_an_office_that_closed_is_no_longer_shown() -> None:
    found = offices(changed(valid_to=date(2026, 1, 31)), on=TODAY)
    assert [one.city for one in found][:1] == ["Esmeraldas"]
    assert len(found) == 8


@pytest.mark.parametrize("name", ["name", "city", "province", "address", "hours"])
def test_an_office_without_a_word_is_refused_at_start(name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        offices(changed(**{name: " "}), on=TODAY)
    with pytest.raises(SettingsError, match="oficina"):
        require_usable(changed(**{name: " "}), day=TODAY)


def test_two_offices_in_one_place_are_refused() -> None:
    with pytest.raises(SettingsError, match="same place"):
        offices(changed(order=2), on=TODAY)
