"""Agreement makes sure, contradiction makes doubtful."""

from dataclasses import replace

import pytest

from review_service.domain.reports import AgreementField, ReadField
from tests.samples.laid_out import laid_out
from workers.fields.prior.choice import DOUBT_CONFIDENCE, Evidence, Reading, chosen


def reading(
    value: str, *, at: int = 0, evidence: Evidence = Evidence.LABELLED, confidence: float = 80.0
) -> Reading:
    words = laid_out((10, 40 * at, value), confidence=confidence)
    return Reading(value=value, words=words, page=1, evidence=evidence, label="Nro.")


def choose(*readings: Reading) -> ReadField:
    field = chosen(AgreementField.NUMBER, readings)
    assert field is not None
    return field


def test_chooses_nothing_from_nothing() -> None:
    assert chosen(AgreementField.NUMBER, []) is None


def test_is_surer_of_what_stands_at_two_places() -> None:
    alone, twice = choose(reading("7")), choose(reading("7"), reading("7", at=1))
    assert (alone.confidence, twice.confidence) == (80.0, 88.0)


@pytest.mark.parametrize(
    ("once", "twice"), [(60, 68), (68, 74), (74, 74), (74.5, 74.5), (75, 83), (99.5, 99)]
)
def test_what_accuses_nobody_at_one_place_accuses_nobody_at_two(once: float, twice: float) -> None:
    at_two = choose(reading("7", confidence=once), reading("7", at=1, confidence=once))
    assert at_two.confidence == twice


def test_a_place_that_was_read_well_makes_up_for_one_that_was_not() -> None:
    at_two = choose(reading("7", confidence=74.0), reading("7", at=1, confidence=90.0))
    assert at_two.confidence == 98.0


def test_counts_one_place_once() -> None:
    assert choose(reading("7"), reading("7")).confidence == 80.0


@pytest.mark.parametrize("other", [Evidence.LABELLED, Evidence.TITLE])
def test_doubts_two_values_that_are_both_founded(other: Evidence) -> None:
    field = choose(reading("7"), reading("8", at=1, evidence=other))
    assert field.confidence == DOUBT_CONFIDENCE


@pytest.mark.parametrize("other", [Evidence.ALONE, Evidence.CITED])
def test_is_not_troubled_by_a_weaker_rival(other: Evidence) -> None:
    field = choose(reading("7"), reading("8", at=1, evidence=other))
    assert (field.value, field.confidence) == ("7", 80.0)


def test_never_is_sure_of_a_citation_or_of_mended_digits() -> None:
    cited = choose(reading("7", evidence=Evidence.CITED, confidence=99.0))
    assert cited.confidence == DOUBT_CONFIDENCE
    mended = Reading(
        value="7",
        words=laid_out((0, 0, "Z"), confidence=99.0),
        page=1,
        evidence=Evidence.TITLE,
        label="Nro.",
        is_mended=True,
    )
    assert choose(mended).confidence == DOUBT_CONFIDENCE


def test_takes_the_whole_of_a_value_that_was_cut_short_elsewhere() -> None:
    field = chosen(
        AgreementField.HOLDER,
        [reading("ROSA", confidence=95.0), reading("ROSA LEMA", at=1)],
        same=lambda one, other: one in other or other in one,
    )
    assert field is not None
    assert (field.value, field.confidence) == ("ROSA LEMA", 88.0)


def test_never_is_sure_of_a_value_that_stands_beside_no_label() -> None:
    alone = choose(replace(reading("7", evidence=Evidence.TITLE, confidence=99.0), label=""))
    assert (alone.label, alone.confidence) == ("", DOUBT_CONFIDENCE)
    named = choose(reading("7", evidence=Evidence.TITLE, confidence=99.0))
    assert (named.label, named.confidence) == ("Nro.", 99.0)


def test_names_what_else_a_doubtful_value_may_be_and_nothing_beside_a_sure_one() -> None:
    both = choose(
        reading("7"),
        reading("8", at=1, evidence=Evidence.TITLE),
        reading("9", at=2, evidence=Evidence.CITED),
    )
    assert (both.value, both.candidates) == ("8", ("7",))
    sure = choose(reading("7"), reading("8", at=1, evidence=Evidence.ALONE))
    assert (sure.value, sure.candidates) == ("7", ())
