"""The snapshot of an agreement survives its way through the database."""

import json
from dataclasses import replace
from datetime import date

from review_service.domain.agreements import AgreementSnapshot
from tests.agreement_samples import make_snapshot


def test_a_snapshot_comes_back_from_json_as_it_was() -> None:
    snapshot = make_snapshot()
    assert AgreementSnapshot.from_json(json.loads(json.dumps(snapshot.to_json()))) == snapshot


def test_other_workshops_are_kept_only_where_there_are_any() -> None:
    """So the version before reads every other snapshot as its own."""
    assert "other_workshops" not in make_snapshot().to_json()
    some = make_snapshot(other_workshops=("Sucre 1, Otavalo, Imbabura",))
    assert some.to_json()["other_workshops"] == ("Sucre 1, Otavalo, Imbabura",)
    again = AgreementSnapshot.from_json(json.loads(json.dumps(some.to_json())))
    assert again == some
    assert again.own_facts["el taller 2"] == "Sucre 1, Otavalo, Imbabura"


def test_dates_are_kept_as_text_that_sorts() -> None:
    snapshot = replace(make_snapshot(), issued_on=date(2026, 2, 3), valid_until=date(2029, 2, 3))
    plain = snapshot.to_json()
    assert (plain["issued_on"], plain["valid_until"]) == ("2026-02-03", "2029-02-03")
