"""Which dated rules an Acuerdo rests on; those of a certificate: ``test_certificates``."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from review_service.domain.dated_rules import read_rulebook
from review_service.domain.grounds import grounds_of, unconfirmed_grounds
from tests.agreement_samples import make_snapshot
from tests.factories import confirmed_rulebook

TODAY = date(2026, 11, 20)


def unconfirmed_section(document: dict[str, Any], section: str) -> dict[str, Any]:
    for entry in document[section]:
        entry["confirmed_by"] = "unconfirmed"
    return document


def test_a_paper_rests_on_every_rule_that_it_prints() -> None:
    grounds = grounds_of(make_snapshot(), read_rulebook(None))
    assert [g.rule.name if g.rule else None for g in grounds] == [
        "ministries.1@2025-08-01",
        "ministries.2@2018-12-01",
        "numbering@2018-12-01",
        *(f"considerations.{n}@2018-12-01" for n in (1, 2, 3, 4)),
        *(f"benefits.{n}@2018-12-01" for n in (1, 2, 3, 4)),
        *(f"obligations.{n}@2018-12-01" for n in (1, 2, 3)),
        "places@2018-12-01",
        "validity.*@2018-12-01",
    ]


@pytest.mark.parametrize(
    "section",
    ["ministries", "numbering", "considerations", "benefits", "obligations", "places", "validity"],
)
def test_one_unconfirmed_rule_behind_the_paper_is_found(section: str) -> None:
    snapshot = make_snapshot()
    assert unconfirmed_grounds(snapshot, confirmed_rulebook(), day=TODAY) == ()
    found = unconfirmed_grounds(
        snapshot, unconfirmed_section(confirmed_rulebook(), section), day=TODAY
    )
    assert {ground.section for ground in found} == {section}


@pytest.mark.parametrize(
    "section", ["support", "remedies", "freshness", "categories", "applicants"]
)
def test_what_the_paper_does_not_say_does_not_hold_it_back(section: str) -> None:
    document = unconfirmed_section(confirmed_rulebook(), section)
    assert unconfirmed_grounds(make_snapshot(), document, day=TODAY) == ()


def test_a_confirmation_of_tomorrow_does_not_count_today() -> None:
    before = date(2026, 10, 31)
    assert len(unconfirmed_grounds(make_snapshot(), confirmed_rulebook(), day=before)) == 16


@pytest.mark.parametrize(
    ("changes", "section"),
    [
        ({"place": "Guayaquil"}, "places"),
        ({"number": "2026-000482"}, "numbering"),
        ({"number": "MPCEI-MDT-2025-000482"}, "numbering"),
        ({"valid_until": date(2027, 11, 20)}, "validity"),
        ({"benefits": ("Otros.",)}, "benefits"),
        ({"ciiu": "C107101"}, "validity"),
    ],
)
def test_what_no_rule_says_any_longer_is_not_confirmed(
    changes: dict[str, Any], section: str
) -> None:
    found = unconfirmed_grounds(
        replace(make_snapshot(), **changes), confirmed_rulebook(), day=TODAY
    )
    assert [(ground.section, ground.rule) for ground in found] == [(section, None)]


def test_a_changed_signatory_is_not_confirmed_rulebook() -> None:
    first, second = make_snapshot().ministries
    ministries = (replace(first, signatory_name="Otra persona"), second)
    found = unconfirmed_grounds(
        make_snapshot(ministries=ministries), confirmed_rulebook(), day=TODAY
    )
    assert [(ground.section, ground.key) for ground in found] == [("ministries", "1")]


def test_a_gap_on_the_day_of_issue_leaves_the_paper_without_grounds() -> None:
    early = replace(make_snapshot(), issued_on=date(2001, 1, 1))
    assert not [g for g in grounds_of(early, confirmed_rulebook()) if g.rule is not None]


def test_the_most_specific_validity_is_the_ground() -> None:
    feed = make_snapshot(ciiu="C1080.01")
    assert [
        g.rule.key
        for g in grounds_of(feed, confirmed_rulebook())
        if g.section == "validity" and g.rule
    ]
    assert grounds_of(feed, confirmed_rulebook())[-1].key == "C1080"
