"""When a document may be renewed, from which day a new one holds, and how one stands on a day."""

from datetime import date, timedelta
from typing import Any

import pytest

from review_service.domain.dated_rules import read_rulebook
from review_service.domain.errors import SettingsError
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.renewals import Standing, Term, begins_on, changed_facts, opens_on

END = date(2027, 11, 27)
TODAY = date(2026, 11, 28)
FORMER = {
    "holder": "MARÍA TITUAÑA",
    "category": "Microempresa",
    "ciiu": "C131202",
    "canton": "Otavalo",
    "province": "Imbabura",
    "legal_basis": ["Artículo 53"],
}


def test_the_packaged_windows_open_so_many_days_before_the_end() -> None:
    rules = read_rulebook(None)
    assert opens_on(rules, IssuedKind.AGREEMENT, END, day=TODAY) == date(2027, 9, 28)
    assert opens_on(rules, IssuedKind.CERTIFICATE, END, day=TODAY) == date(2027, 10, 28)


def test_the_window_of_the_day_counts() -> None:
    def entry(days: int, **changed: date) -> dict[str, Any]:
        first = {"kind": "certificate", "days": days, "source": "prueba"}
        return {**first, "valid_from": date(2018, 12, 1), **changed}

    rules = {
        "renewal_windows": [
            entry(30, valid_to=TODAY),
            entry(15, valid_from=TODAY + timedelta(days=1)),
        ]
    }
    kind = IssuedKind.CERTIFICATE
    assert opens_on(rules, kind, END, day=TODAY) == END - timedelta(days=30)
    assert opens_on(rules, kind, END, day=TODAY + timedelta(days=1)) == END - timedelta(days=15)
    with pytest.raises(SettingsError, match="agreement"):
        opens_on(rules, IssuedKind.AGREEMENT, END, day=TODAY)


def test_a_first_document_begins_when_it_is_issued() -> None:
    assert begins_on(TODAY, former_end=None, has_changed=False) == TODAY


@pytest.mark.parametrize(
    ("end", "begins"),
    [
        (TODAY - timedelta(days=1), TODAY),
        (TODAY, TODAY + timedelta(days=1)),
        (TODAY + timedelta(days=30), TODAY + timedelta(days=31)),
        (date(2026, 12, 31), date(2027, 1, 1)),
    ],
)
def test_a_renewal_begins_the_day_after_the_former_ends(end: date, begins: date) -> None:
    assert begins_on(TODAY, former_end=end, has_changed=False) == begins


def test_what_answers_changed_facts_begins_at_once() -> None:
    assert begins_on(TODAY, former_end=END, has_changed=True) == TODAY


def test_the_same_facts_however_they_are_spelled_are_no_change() -> None:
    now = {**FORMER, "holder": " Maria  Tituana", "legal_basis": ["otra"], "number": "2"}
    assert changed_facts(FORMER, now) == ()


@pytest.mark.parametrize(
    ("fact", "value", "told"),
    [
        ("holder", "Rosa Chimbo", "el nombre"),
        ("category", "Pequeña empresa", "la categoría"),
        ("ciiu", "C1071", "la actividad"),
        ("canton", "Cotacachi", "el lugar"),
        ("province", "Carchi", "el lugar"),
    ],
)
def test_each_fact_of_the_holder_is_compared(fact: str, value: str, told: str) -> None:
    assert changed_facts(FORMER, {**FORMER, fact: value}) == (told,)


def test_what_only_an_acuerdo_says_is_compared_where_both_say_it() -> None:
    acuerdo = {"trade": "tejidos a mano", "workshop_address": "calle Sucre N4-12"}
    assert changed_facts({**FORMER, **acuerdo}, {**FORMER, **acuerdo}) == ()
    moved = {**FORMER, **acuerdo, "workshop_address": "calle Bolívar 3"}
    assert changed_facts({**FORMER, **acuerdo}, moved) == ("el lugar",)
    assert changed_facts(FORMER, moved) == ()


def test_other_workshops_are_compared_also_where_the_former_document_has_none() -> None:
    one, two = "Sucre 1, Otavalo, Imbabura", "Quito 2, Cotacachi, Imbabura"
    now = {**FORMER, "other_workshops": (one,)}
    assert changed_facts(FORMER, now) == ("los otros talleres",)
    assert changed_facts({**FORMER, "other_workshops": [one]}, now) == ()
    assert changed_facts({**FORMER, "other_workshops": [one, two]}, now) == ("los otros talleres",)
    assert changed_facts(FORMER, {**FORMER, "other_workshops": ()}) == ()
    assert changed_facts(FORMER, FORMER) == ()


def test_a_damaged_snapshot_says_nothing() -> None:
    assert changed_facts(["holder"], FORMER) == ()


TERM = Term(valid_from=date(2026, 1, 1), valid_until=date(2026, 12, 31))


@pytest.mark.parametrize(
    ("on", "standing"),
    [
        (date(2025, 12, 31), Standing.NOT_YET),
        (date(2026, 1, 1), Standing.IN_FORCE),
        (date(2026, 12, 31), Standing.IN_FORCE),
        (date(2027, 1, 1), Standing.EXPIRED),
    ],
)
def test_a_document_stands_by_its_days(on: date, standing: Standing) -> None:
    assert TERM.standing(on) is standing


@pytest.mark.parametrize(
    ("followed_from", "on", "standing"),
    [
        (date(2026, 6, 1), date(2026, 5, 31), Standing.IN_FORCE),
        (date(2026, 6, 1), date(2026, 6, 1), Standing.SUPERSEDED),
        (date(2026, 6, 1), date(2027, 6, 1), Standing.SUPERSEDED),
        (date(2027, 1, 1), date(2026, 12, 31), Standing.IN_FORCE),
        (date(2027, 1, 1), date(2027, 1, 1), Standing.EXPIRED),
        (date(2025, 12, 1), date(2025, 12, 5), Standing.SUPERSEDED),
    ],
)
def test_what_followed_before_its_end_took_its_place(
    followed_from: date, on: date, standing: Standing
) -> None:
    term = Term(TERM.valid_from, TERM.valid_until, followed_from)
    assert term.standing(on) is standing
    assert term.superseded_on == (None if followed_from.year == 2027 else followed_from)
