"""What a rule answers, and how the trail names it."""

from review_service.domain.rule_decisions import Referral, RuleDecision, decided_by_rule


def test_the_trail_names_the_rule_that_decided() -> None:
    decision = RuleDecision(rule="categories@2018-12-29", category="Microempresa", reasons="…")
    assert decision.actor == "rule:categories@2018-12-29"


def test_an_officer_reads_that_a_rule_decided() -> None:
    assert decided_by_rule("categories@2018-12-29") == "Regla automática"
    assert decided_by_rule(None) == ""


def test_a_referral_is_read_line_by_line() -> None:
    assert Referral(reasons=("Uno.", "Dos.")).words == "Uno.\nDos."
