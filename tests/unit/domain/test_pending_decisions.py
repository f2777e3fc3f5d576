"""How a decision comes to have effect, by the settings of an installation."""

import pytest

from review_service.domain.pending_decisions import AT_ONCE, DecisionOutcome, DecisionPolicy


@pytest.mark.parametrize(
    ("policy", "is_at_once"),
    [
        (AT_ONCE, True),
        (DecisionPolicy(undo_seconds=1), False),
        (DecisionPolicy(four_eyes=True), False),
        (DecisionPolicy(undo_seconds=60, four_eyes=True), False),
    ],
)
def test_only_without_both_a_decision_has_its_effect_at_once(
    policy: DecisionPolicy, *, is_at_once: bool
) -> None:
    assert policy.is_at_once is is_at_once


def test_each_outcome_says_what_was_done() -> None:
    assert [each.done for each in DecisionOutcome] == ["Aprobada", "Negada"]
