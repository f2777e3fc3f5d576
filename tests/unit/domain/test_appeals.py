"""Appeals: which acts, how late, what may be decided, and what the rules say of them."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from review_service.domain.appeals import (
    APPEALABLE,
    AppealedAct,
    AppealOutcome,
    act_in,
    appeal_rules,
    appeal_term,
    first_decider_problem,
    is_after,
    outcome_problem,
)
from review_service.domain.applications import (
    APPEAL_TRANSITIONS,
    TRANSITIONS,
    ApplicationState,
    require_transition,
    returns_to,
)
from review_service.domain.dated_rules import read_rulebook
from review_service.domain.errors import InvalidTransitionError, SettingsError

FRIDAY = date(2026, 11, 27)
RULE = {
    "basis": "Artículo 205.",
    "after": "La vía judicial.",
    "near_days": 5,
    "valid_from": date(2018, 12, 1),
    "source": "COA",
}


def test_each_act_that_may_be_appealed_has_its_state_and_its_way_back() -> None:
    assert set(APPEALABLE) == set(AppealedAct)
    states = [each.state for each in APPEALABLE.values()]
    assert len(states) == len(set(states))
    assert set(APPEAL_TRANSITIONS) == set(states)
    assert {act_in(state) for state in ApplicationState} == {None, *APPEALABLE}


def test_only_an_appeal_takes_a_decided_application_back() -> None:
    for state in APPEAL_TRANSITIONS:
        back = returns_to(state)
        assert back not in TRANSITIONS[state]
        assert not state.is_open, "nobody waits for it"
        require_transition(state, back, by_appeal=True)
        with pytest.raises(InvalidTransitionError):
            require_transition(state, back)
        with pytest.raises(InvalidTransitionError):
            require_transition(state, ApplicationState.APPROVED, by_appeal=True)
    assert returns_to(ApplicationState.REFUSED) is ApplicationState.IN_REVIEW
    assert returns_to(ApplicationState.WITHDRAWN) is ApplicationState.CORRECTION_REQUESTED
    with pytest.raises(InvalidTransitionError):
        require_transition(ApplicationState.IN_REVIEW, ApplicationState.REFUSED, by_appeal=True)


@pytest.mark.parametrize(
    ("until", "entered_on", "is_late"),
    [
        (FRIDAY, FRIDAY, False),
        (FRIDAY, date(2026, 11, 28), True),
        (None, date(2036, 1, 1), False),
    ],
)
def test_it_is_late_after_the_day_that_the_letter_told(
    until: date | None, entered_on: date, *, is_late: bool
) -> None:
    assert is_after(until, entered_on) is is_late


def test_a_late_one_is_not_admitted_and_any_other_is_decided_in_three_ways() -> None:
    assert [outcome_problem(each, is_late=False) for each in AppealOutcome] == ["", "", ""]
    allowed = [each for each in AppealOutcome if not outcome_problem(each, is_late=True)]
    assert allowed == [AppealOutcome.INADMITTED]
    assert outcome_problem(None, is_late=False)


def test_an_accepted_one_says_where_the_application_goes_back_to() -> None:
    told = {each: [each.sentence_on(act) for act in AppealedAct] for each in AppealOutcome}
    assert told[AppealOutcome.ACCEPTED] == [
        "Aceptamos su recurso. Su solicitud vuelve a revisión.",
        "Aceptamos su recurso. Su solicitud sigue, con un plazo nuevo para corregir.",
    ]
    for each in (AppealOutcome.INADMITTED, AppealOutcome.REJECTED):
        assert len(set(told[each])) == 1


def test_who_decided_first_is_told_so() -> None:
    first, other = uuid4(), uuid4()
    assert first_decider_problem({first, None}, officer_id=first)
    assert not first_decider_problem({first, None}, officer_id=other)
    assert not first_decider_problem({None}, officer_id=None)


@pytest.mark.parametrize(
    ("last_day", "days_left", "is_near", "sentence"),
    [
        (date(2026, 12, 8), 7, False, "quedan 7 días hábiles"),
        (date(2026, 12, 4), 5, True, "quedan 5 días hábiles"),
        (date(2026, 11, 30), 1, True, "queda 1 día hábil"),
        (FRIDAY, 0, True, "vence hoy"),
        (date(2026, 11, 26), -1, True, "venció sin decisión"),
    ],
)
def test_an_open_one_has_so_many_business_days_left(
    last_day: date, days_left: int, sentence: str, *, is_near: bool
) -> None:
    term = appeal_term(last_day, today=FRIDAY, near_days=5)
    assert (term.days_left, term.is_near, term.sentence) == (days_left, is_near, sentence)
    assert term.is_over is (days_left < 0)


def test_a_weekend_after_the_last_day_is_late_too() -> None:
    assert appeal_term(FRIDAY, today=date(2026, 11, 28), near_days=5).is_over


def test_a_decreed_day_does_not_count() -> None:
    term = appeal_term(date(2026, 12, 1), today=FRIDAY, near_days=5, decreed={date(2026, 11, 30)})
    assert term.days_left == 1


def test_the_packaged_rules_say_on_what_it_rests_and_what_remains() -> None:
    rules = appeal_rules(read_rulebook(None), on=FRIDAY)
    assert "219" in rules.basis
    assert "vía judicial" in rules.after
    assert rules.near_days == 5


@pytest.mark.parametrize(
    "changed",
    [{"basis": " "}, {"after": None}, {"near_days": 0}, {"near_days": True}, {"near_days": 31}],
)
def test_a_rule_that_says_too_little_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        appeal_rules({"appeal_rules": [{**RULE, **changed}]}, on=FRIDAY)
