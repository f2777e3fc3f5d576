"""Words of the later control."""

from review_service.domain.later_controls import LaterOutcome


def test_each_outcome_has_a_word_of_its_own() -> None:
    assert {outcome.label for outcome in LaterOutcome} == {
        "Todo coincide",
        "Encontró una diferencia",
    }
