"""Days on which terms rest by decree."""

from datetime import date

import pytest

from review_service.domain.errors import InvalidInputError
from review_service.domain.terms import add_business_days
from review_service.services import calendar
from review_service.services.calendar import DecreedDay
from tests.factories import Office

MONDAY = date(2026, 12, 7)
QUITO = DecreedDay(day=MONDAY, canton="Quito", name="Traslado", source="Decreto 1")
CANAR = DecreedDay(day=MONDAY, canton="Cañar", name="Traslado", source="Ordenanza 1")


def last_day(office: Office, canton: str, *, seat: str | None = None) -> date:
    with office.reading() as uow:
        decreed = calendar.decreed_days(uow, canton, seat=seat)
    return add_business_days(date(2026, 12, 4), 1, decreed=decreed)


def test_a_canton_s_day_stops_the_terms_of_that_canton_alone(office: Office) -> None:
    calendar.decree(office.writing(), CANAR)
    assert last_day(office, "Cañar") == date(2026, 12, 8)
    assert last_day(office, "Otavalo") == MONDAY


@pytest.mark.parametrize("written", ["CAÑAR", "Canar", "cantón Cañar ", "CAN\u0303AR"])
def test_a_canton_is_known_however_it_is_written(office: Office, written: str) -> None:
    calendar.decree(office.writing(), CANAR)
    assert last_day(office, written) == date(2026, 12, 8)


def test_a_day_of_the_authority_s_seat_stops_everybody_s_terms(office: Office) -> None:
    calendar.decree(office.writing(), QUITO)
    assert {last_day(office, "Quito"), last_day(office, "Otavalo")} == {date(2026, 12, 8)}
    assert last_day(office, "Otavalo", seat="Cuenca") == MONDAY
    assert last_day(office, "Otavalo", seat="QUITO") == date(2026, 12, 8)


def test_a_day_is_not_added_twice_under_two_spellings(office: Office) -> None:
    calendar.decree(office.writing(), CANAR)
    again = DecreedDay(day=MONDAY, canton="CANAR", name="Fundación", source="Ordenanza 2")
    calendar.decree(office.writing(), again)
    (kept,) = calendar.decrees(office.reading())
    assert (kept.canton, kept.name) == ("Cañar", "Fundación")


def test_the_country_s_day_stops_everybody_s_terms(office: Office) -> None:
    country = DecreedDay(day=MONDAY, canton="", name="Puente", source="Decreto 2")
    calendar.decree(office.writing(), country)
    assert {last_day(office, "Quito"), last_day(office, "Otavalo")} == {date(2026, 12, 8)}


def test_adding_a_day_again_corrects_it(office: Office) -> None:
    calendar.decree(office.writing(), QUITO)
    better = DecreedDay(day=MONDAY, canton="Quito", name="Fundación", source="Decreto 3")
    calendar.decree(office.writing(), better)
    assert calendar.decrees(office.reading()) == [better]


def test_a_day_needs_a_name_and_a_source(office: Office) -> None:
    with pytest.raises(InvalidInputError):
        calendar.decree(
            office.writing(), DecreedDay(day=MONDAY, canton="", name="Puente", source=" ")
        )
    assert calendar.decrees(office.reading()) == []
