"""Lines are read again only where a value was not read surely, and only those values change."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from review_service.domain.prior_comparison import CERTAIN_CONFIDENCE
from review_service.domain.reports import SURE_CONFIDENCE, AgreementField, ReadField, Word
from tests.samples.laid_out import laid_out
from tests.samples.old_papers import valid_ruc
from workers.facts.second_look import MOST_GAPS, MOST_STRIPS, LineReadings
from workers.fields.prior import reading, second_look
from workers.fields.prior.second_look import MOST_CONFIDENCE, Place

RUC = valid_ruc("300000001")
NAME = "MARÍA ROSA CHICAIZA LEMA"
LINES = (
    (100, 50, "MINISTERIO DE INDUSTRIAS"),
    (100, 100, "ACUERDO Nro. MIPRO-2019-0123"),
    (100, 160, "Titular:"),
    (320, 160, NAME),
    (100, 210, "RUC:"),
    (320, 210, RUC),
    (100, 260, "Actividad:"),
    (320, 260, "Tallado de madera"),
)


def paper(**confidence: float) -> list[tuple[int, tuple[Word, ...]]]:
    """Return one page; the words that are named have another confidence."""
    words = tuple(
        replace(word, confidence=confidence.get(word.text, word.confidence))
        for word in laid_out(*LINES)
    )
    return [(1, words)]


def value(fields: Sequence[ReadField], name: AgreementField) -> ReadField | None:
    return next((field for field in fields if field.name == name), None)


def looked(
    pages: Sequence[tuple[int, Sequence[Word]]], said: Sequence[Word]
) -> tuple[ReadField, ...]:
    """Look again, where all ways of reading a line give the same of these words."""
    fields = reading.read(pages)
    looks: list[tuple[Place, LineReadings]] = []
    for place in second_look.places(pages, fields):
        strip = place.strip
        here = tuple(
            word
            for word in said
            if abs(word.box.top + word.box.height / 2 - strip.middle) < strip.height / 2
            and strip.left <= word.box.left < strip.right
        )
        looks.append((place, LineReadings(ways=(here, here, here))))
    return second_look.read_again(pages, fields, looks)


def test_a_paper_whose_values_were_read_surely_is_not_looked_at_again() -> None:
    pages = paper()
    fields = reading.read(pages)
    assert second_look.unsure(fields) == frozenset()
    assert second_look.places(pages, fields) == ()


@pytest.mark.parametrize(
    ("word", "field"),
    [
        ("MIPRO-2019-0123", AgreementField.NUMBER),
        ("CHICAIZA", AgreementField.HOLDER),
        (RUC, AgreementField.RUC),
    ],
)
def test_a_value_in_doubt_is_sure_once_readings_agree(word: str, field: AgreementField) -> None:
    pages = paper(**{word: 20.0})
    before = reading.read(pages)
    doubtful = value(before, field)
    assert doubtful is None or doubtful.confidence < SURE_CONFIDENCE
    after = looked(pages, paper()[0][1])
    found = value(after, field)
    assert found is not None
    assert SURE_CONFIDENCE <= found.confidence <= MOST_CONFIDENCE
    assert found.label
    others = [one for one in before if one.name != field]
    assert [one for one in after if one.name != field] == others


def test_a_value_that_was_lost_is_found_beside_its_label() -> None:
    pages = [(1, tuple(word for word in paper()[0][1] if word.text != RUC))]
    assert value(reading.read(pages), AgreementField.RUC) is None
    found = value(looked(pages, paper()[0][1]), AgreementField.RUC)
    assert found is not None
    assert found.value == RUC


@pytest.mark.parametrize(("confidence", "is_taken"), [(64.0, False), (80.0, True)])
def test_a_value_that_the_first_reading_did_not_give_must_be_surer(
    confidence: float, *, is_taken: bool
) -> None:
    garbled = tuple(
        replace(word, text="CHI¡¡7A", confidence=9.0)
        if word.text == "CHICAIZA"
        else replace(word, confidence=confidence)
        if word.text == "LEMA"
        else word
        for word in paper()[0][1]
    )
    found = value(looked([(1, garbled)], paper()[0][1]), AgreementField.HOLDER)
    assert (found is not None and found.value == NAME) is is_taken


def test_a_line_that_was_overlooked_is_looked_for() -> None:
    pages = [(1, tuple(word for word in paper()[0][1] if word.box.top != 100))]
    places = second_look.places(pages, reading.read(pages))
    assert places, "the number is missing"
    pages = [(1, tuple(word for word in paper()[0][1] if word.box.top not in {160, 210}))]
    fields = reading.read(pages)
    middles = [place.strip.middle for place in second_look.places(pages, fields)]
    assert any(abs(middle - 172) < 24 for middle in middles)


def test_nothing_changes_where_the_sandbox_gave_no_answer() -> None:
    pages = paper(CHICAIZA=20.0)
    fields = reading.read(pages)
    assert second_look.read_again(pages, fields, []) == fields
    empty = [(place, LineReadings()) for place in second_look.places(pages, fields)]
    assert second_look.read_again(pages, fields, empty) == fields


def test_a_ruc_without_its_check_digit_is_not_read_however_many_agree() -> None:
    wrong = RUC[:9] + str((int(RUC[9]) + 1) % 10) + RUC[10:]
    pages = paper(**{RUC: 20.0})
    said = tuple(replace(word, text=wrong) if word.text == RUC else word for word in paper()[0][1])
    found = value(looked(pages, said), AgreementField.RUC)
    assert found is None or found.confidence < SURE_CONFIDENCE


@pytest.mark.parametrize(
    ("line", "word", "other", "name"),
    [
        (100, "MIPRO-2019-0123", "MIPRO-2019-9424", AgreementField.NUMBER),
        (210, RUC, valid_ruc("300000072"), AgreementField.RUC),
    ],
)
def test_a_sure_value_that_other_readings_deny_no_longer_accuses(
    line: int, word: str, other: str, name: AgreementField
) -> None:
    """Where a page is looked at anyway: «9634» for 0631 by pen had 93."""
    pages = paper(CHICAIZA=20.0)
    fields = reading.read(pages)
    before = value(fields, name)
    assert before is not None
    assert before.confidence >= CERTAIN_CONFIDENCE
    assert any(
        abs(place.strip.middle - line - 12) < 12 for place in second_look.places(pages, fields)
    )
    said = [replace(each, text=other) if each.text == word else each for each in paper()[0][1]]
    after = value(looked(pages, said), name)
    assert after == replace(before, confidence=MOST_CONFIDENCE)
    assert value(looked(pages, paper()[0][1]), name) == before, "readings that agree leave it"


def test_a_page_without_a_doubtful_line_is_not_read_only_for_its_sure_ones() -> None:
    """Two pages are read: one that has nothing in doubt would take the place of one that has."""
    words = paper(CHICAIZA=20.0)[0][1]
    first = [word for word in words if word.box.top < 150]
    pages = [(1, first), (2, [word for word in words if word not in first])]
    fields = reading.read(pages)
    number = value(fields, AgreementField.NUMBER)
    assert number is not None
    assert (number.page, number.confidence >= CERTAIN_CONFIDENCE) == (1, True)
    assert {place.page for place in second_look.places(pages, fields)} == {2}


def test_the_same_word_in_two_strips_is_taken_once() -> None:
    pages = paper(CHICAIZA=20.0)
    fields = reading.read(pages)
    every = paper()[0][1]
    looks = [
        (place, LineReadings(ways=(every, every))) for place in second_look.places(pages, fields)
    ]
    found = value(second_look.read_again(pages, fields, looks), AgreementField.HOLDER)
    assert found is not None
    assert found.value == NAME


def test_a_page_of_labels_alone_is_not_read_line_by_line() -> None:
    rows = [(100, 100 + 40 * at, "RUC: TITULAR: ACUERDO Nro.") for at in range(60)]
    pages = [(1, laid_out(*rows))]
    places = second_look.places(pages, reading.read(pages))
    assert len(places) <= MOST_STRIPS + MOST_GAPS


def test_a_value_that_stands_twice_may_match_though_it_may_not_accuse() -> None:
    """At both places with 72: together no surer than 74, where a new value needs 75."""
    title = [(100, 100, "ACUERDO Nro. MIPRO-2019-0123"), (100, 210, "RUC:"), (320, 210, RUC)]
    body = [(100, 400, "ACUERDO Nro. MIPRO-2019-0123"), (100, 460, "RUC:"), (320, 460, RUC)]
    for lines, found in ((title, []), (title + body, [MOST_CONFIDENCE, MOST_CONFIDENCE])):
        words = tuple(replace(word, confidence=72.0) for word in laid_out(*lines))
        again = second_look.read_again([(1, words)], (), [])
        assert [field.confidence for field in again] == found
        first = reading.read([(1, words)])
        assert all(field.confidence < 75 for field in first)
