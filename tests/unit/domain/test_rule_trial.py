"""A rule with other numbers, and which decisions it would have turned."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from review_service.domain import emprendedor, mipyme
from review_service.domain.categories import Category, CategoryFound
from review_service.domain.dated_rules import in_force, read_rulebook
from review_service.domain.errors import InvalidInputError
from review_service.domain.rule_decisions import Referral, RuleDecision
from review_service.domain.rule_trial import (
    LARGEST,
    PastDecision,
    Trial,
    Turn,
    counted,
    triable,
    trial_of,
    turn_of,
)
from tests.factories import confirmed_rulebook
from tests.unit.domain.test_mipyme import ASKED, SHEET

RULES = read_rulebook(None)
DAY = date(2026, 11, 29)
LIMITS = "categories.limits@2018-12-01"
USUAL = "usual_limits.emprendedor@2020-02-28"


def trial(name: str = LIMITS, **typed: str) -> Trial:
    found = trial_of(RULES, name, {key.replace("__", "."): text for key, text in typed.items()})
    assert found is not None
    return found


def test_unconfirmed_rules_with_numbers_can_be_tried() -> None:
    names = {rule.name for rule in triable(RULES, day=DAY)}
    assert {LIMITS, USUAL, "freshness.payroll@2018-12-01"} <= names
    assert not any("prevailing" in name for name in names), "a sentence has no number to try"
    assert triable(confirmed_rulebook(), day=DAY) == ()


def test_its_numbers_have_words() -> None:
    fields = {each.name: (each.label, each.value) for each in trial().fields}
    assert fields["micro.workers"] == ("Microempresa: hasta cuánto en personas", 9)
    assert len(fields) == 6
    assert [each.name for each in trial(USUAL).fields] == ["years", "workers", "sales_usd"]


def test_a_trial_changes_its_own_numbers_and_nothing_else() -> None:
    changed = trial(micro__sales_usd="50.000")
    asked = replace(ASKED, sheet=SHEET, rulebook=changed.rulebook)
    found = mipyme.category_of(asked)
    assert isinstance(found, CategoryFound)
    assert found.category is Category.SMALL, "85,000 dollars are above the tried limit"
    before = mipyme.category_of(ASKED)
    assert isinstance(before, CategoryFound)
    assert before.category is Category.MICRO, "the installation's rules stay"
    kinds = [entry["kind"] for entry in changed.rulebook["categories"]]
    assert sorted(kinds) == ["limits", "prevailing"]


def test_it_holds_on_days_before_the_rule_began() -> None:
    [held] = [
        entry
        for entry in in_force(trial().rulebook, "categories", day=date(1999, 1, 1))
        if entry["kind"] == "limits"
    ]
    assert held["micro"]["workers"] == 9


def test_limits_that_only_advise_are_tried_as_ones_that_send_to_a_person() -> None:
    [entry] = trial(USUAL).rulebook[emprendedor.USUAL]
    assert entry["stance"] == "officer"
    assert RULES[emprendedor.USUAL][0]["stance"] == "advice"


@pytest.mark.parametrize("typed", ["-1", "9,5", "nueve", "٣", str(LARGEST + 1)])
def test_what_is_no_number_is_said_beside_its_field(typed: str) -> None:
    with pytest.raises(InvalidInputError) as problem:
        trial(micro__workers=typed)
    assert set(problem.value.problems) == {"micro.workers"}


def test_the_largest_number_and_an_empty_field_are_taken() -> None:
    changed = trial(medium__sales_usd=str(LARGEST), micro__workers=" ")
    [entry] = [each for each in changed.rulebook["categories"] if each["kind"] == "limits"]
    assert (entry["medium"]["sales_usd"], entry["micro"]["workers"]) == (LARGEST, 9)


@pytest.mark.parametrize("name", ["", "validity.*@2018-12-01", "categories.prevailing@2018-12-01"])
def test_other_rules_cannot_be_tried(name: str) -> None:
    assert trial_of(RULES, name, {}) is None


REFERRED = Referral(reasons=("Mírelo una persona.",))
MICRO = RuleDecision(rule=LIMITS, category="Microempresa", reasons="Microempresa: pocos")


@pytest.mark.parametrize(
    ("category", "was_by_rule", "answer", "turn"),
    [
        ("Microempresa", True, MICRO, None),
        ("Microempresa", False, MICRO, None),
        ("Pequeña empresa", True, MICRO, Turn.OTHER_CATEGORY),
        ("Pequeña empresa", False, MICRO, Turn.OTHER_CATEGORY),
        ("Microempresa", True, REFERRED, Turn.TO_PERSON),
        ("Microempresa", False, REFERRED, None),
        ("", False, MICRO, Turn.GRANTS_REFUSED),
        ("", False, REFERRED, None),
    ],
)
def test_a_case_is_turned_where_it_would_have_gone_another_way(
    category: str, answer: RuleDecision | Referral, turn: Turn | None, *, was_by_rule: bool
) -> None:
    assert turn_of(PastDecision(category=category, was_by_rule=was_by_rule), answer) is turn


def test_turns_are_counted_in_their_order() -> None:
    assert counted(Counter([Turn.TO_PERSON, Turn.TO_PERSON])) == (
        (Turn.OTHER_CATEGORY, 0),
        (Turn.TO_PERSON, 2),
        (Turn.GRANTS_REFUSED, 0),
    )
