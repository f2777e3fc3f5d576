"""Who applies in ``benchmarks/busiest_month.py``: a track is one entry of its table."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

from busiest_papers import PLANS, papers_of
from busiest_people import MIX, Artisan, Share, present

from review_service.domain.documents import VENTURE_PAPERS, SupportKind
from review_service.domain.tracks import ARTISAN, MIPYME, TRACKS
from review_service.samples.people import synthetic_ruc
from tests.e2e.stack import Person

TWO = {MIPYME.key: MIPYME, ARTISAN.key: ARTISAN}


def test_the_shares_are_a_hundred() -> None:
    assert sum(share.percent for share in MIX.values()) == 100


def test_the_share_of_a_track_that_nobody_can_apply_in_goes_to_artisans_and_is_told() -> None:
    percents, told = present(MIX, TWO)
    assert percents == {"mipyme": 90, "artisan": 10}
    assert len(told) == 1
    assert "emprendedor" in told[0]


def test_somebody_applies_in_each_track_of_this_version() -> None:
    assert TRACKS.keys() <= MIX.keys()
    assert present() == ({key: MIX[key].percent for key in MIX}, [])


def test_of_five_emprendedores_one_is_for_an_officer_and_together_they_bring_every_paper() -> None:
    assert len(PLANS) == 5
    assert [plan.old is not None for plan in PLANS].count(True) == 1
    assert {kind for plan in PLANS for kind in plan.kinds} == set(VENTURE_PAPERS)
    for plan in PLANS:
        assert (SupportKind.DEED in plan.kinds) is plan.is_company
        assert (SupportKind.PAYROLL in plan.kinds) is plan.employs


def test_who_misplaces_a_paper_sends_it_before_the_one_that_belongs_there() -> None:
    person = Person(ruc=synthetic_ruc(1), name="LEMA ROSA", email="a@correo.example")
    iess, tax = SupportKind.EMPLOYER_CERTIFICATE, SupportKind.TAX_CERTIFICATE
    [plan] = [plan for plan in PLANS if plan.is_misplaced]
    sent = [(each.place, each.kind) for each in papers_of(person, plan)]
    assert sent == [(iess, tax), (iess, iess), (SupportKind.PAYROLL, SupportKind.PAYROLL)]


def test_a_track_with_a_person_has_its_own_share() -> None:
    some = {**MIX, "emprendedor": Share(percent=5, walk=Artisan, ends_in=frozenset())}
    percents, told = present(some, {**TWO, "emprendedor": ARTISAN})
    assert percents == {"mipyme": 90, "emprendedor": 5, "artisan": 5}
    assert told == []
