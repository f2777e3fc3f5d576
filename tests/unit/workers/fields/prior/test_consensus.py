"""A word counts as read where readings agree, and never more surely than one read at once."""

from dataclasses import replace

from review_service.domain.prior_comparison import CERTAIN_CONFIDENCE
from review_service.domain.reports import SURE_CONFIDENCE, Box, Word
from workers.facts.headers import SHAPE_DOUBT
from workers.facts.second_look import LineReadings
from workers.fields.prior.consensus import agreed, is_denied

TALL = 24
WIDE = 14
"""Pixels of one sign."""


def word(text: str, confidence: float = 95.0, *, left: int = 0) -> Word:
    box = Box(left=left, top=100, width=WIDE * len(text), height=TALL)
    return Word(text=text, confidence=confidence, box=box)


def signs(text: str, *, left: int = 0, sure: float = 95.0) -> tuple[Word, ...]:
    """Return what the second engine gives for a text: a sign each, no spaces."""
    return tuple(
        Word(
            text=sign, confidence=sure, box=Box(left=left + WIDE * at, top=100, width=8, height=48)
        )
        for at, sign in enumerate(text)
        if sign != " "
    )


def only(words: list[Word]) -> Word:
    assert len(words) == 1, words
    return words[0]


def ways(*words: Word) -> tuple[tuple[Word, ...], ...]:
    return tuple((one,) for one in words)


def test_what_was_read_surely_stays_as_it_was() -> None:
    first = [word("2019-0123", 96.0)]
    read = LineReadings(ways=ways(word("2019-0128", 97.0), word("2019-0128", 97.0)))
    assert agreed(first, read) == first


def test_two_sure_readings_that_agree_are_sure_but_never_certain() -> None:
    read = LineReadings(ways=ways(word("2019-0123", 97.0), word("2019-0123", 96.0)))
    found = only(agreed([], read))
    assert found.text == "2019-0123"
    assert SURE_CONFIDENCE <= found.confidence < CERTAIN_CONFIDENCE


def test_one_reading_alone_is_not_taken() -> None:
    assert agreed([], LineReadings(ways=ways(word("2019-0123", 99.0)))) == []


def test_two_unsure_readings_of_one_engine_stay_in_doubt() -> None:
    read = LineReadings(ways=ways(word("2019-0123", 50.0), word("2019-0123", 55.0)))
    assert only(agreed([word("2O19", 10.0)], read)).confidence < SURE_CONFIDENCE


def test_another_reading_that_is_as_sure_makes_doubt() -> None:
    read = LineReadings(
        ways=ways(word("2019-0123", 90.0), word("2019-0123", 91.0), word("2019-0128", 92.0))
    )
    assert only(agreed([], read)).confidence < SURE_CONFIDENCE


def test_both_engines_together_outweigh_a_low_confidence() -> None:
    read = LineReadings(ways=ways(word("PEÑAFIEL", 35.0)), signs=signs("PENAFIEL"))
    found = only(agreed([word("PENAFAEL", 14.0)], read))
    assert (found.text, found.confidence >= SURE_CONFIDENCE) == ("PEÑAFIEL", True)


def test_what_the_second_engine_contradicts_is_in_doubt() -> None:
    read = LineReadings(ways=ways(*[word("2019-0123", 97.0)] * 3), signs=signs("2019-0128"))
    assert only(agreed([], read)).confidence < SURE_CONFIDENCE


def test_the_second_engine_alone_reads_nothing() -> None:
    assert agreed([], LineReadings(ways=((),), signs=signs("2019-0123"))) == []


def test_a_repeated_sign_that_the_second_engine_drops_is_no_contradiction() -> None:
    read = LineReadings(ways=ways(*[word("2015-000917", 92.0)] * 3), signs=signs("2015-00917"))
    assert only(agreed([], read)).confidence >= SURE_CONFIDENCE


def test_a_part_of_a_longer_number_is_not_confirmed() -> None:
    read = LineReadings(ways=ways(word("2010-007", 50.0)), signs=signs("2010-0077"))
    assert all(one.confidence < SURE_CONFIDENCE for one in agreed([word("2010-007", 20.0)], read))


def test_a_sign_of_a_wrong_shape_stays_in_doubt_whoever_agrees() -> None:
    first = [word("2019-0123", SHAPE_DOUBT)]
    read = LineReadings(ways=ways(*[word("2019-0123", 96.0)] * 3), signs=signs("2019-0123"))
    assert only(agreed(first, read)).confidence < SURE_CONFIDENCE


def test_a_wrong_shape_at_its_place_keeps_another_spelling_in_doubt_too() -> None:
    first = [word("20I9-0123", SHAPE_DOUBT)]
    read = LineReadings(ways=ways(*[word("2019-0123", 96.0)] * 3), signs=signs("2019-0123"))
    assert all(one.confidence < SURE_CONFIDENCE for one in agreed(first, read))


def test_a_number_keeps_its_hyphens_and_loses_what_a_stamp_put_between() -> None:
    read = LineReadings(
        ways=ways(word("MIPRO-=2016-0123", 90.0), word("MIPRO-2016-0123", 71.0),
                  word("MIPRO20160123", 60.0)),
        signs=signs("MIPRO-2016-0123"),
    )  # fmt: skip
    assert only(agreed([], read)).text == "MIPRO-2016-0123"


def test_an_o_among_digits_is_not_confirmed_as_a_zero() -> None:
    read = LineReadings(ways=ways(word("2019-0123", 50.0)), signs=signs("2O19-0123"))
    assert all(one.confidence < SURE_CONFIDENCE for one in agreed([word("20l9", 9.0)], read))


def test_a_round_sign_among_letters_is_an_o() -> None:
    read = LineReadings(ways=ways(word("MIPRO-2019-0123", 36.0)), signs=signs("MIPR0-2019-0123"))
    found = only(agreed([word("MIPRo-2019-0123", 30.0)], read))
    assert (found.text, found.confidence >= SURE_CONFIDENCE) == ("MIPRO-2019-0123", True)


def test_words_that_a_stamp_parted_are_one_where_both_engines_say_so() -> None:
    first = [word("MPCEI-MDT-201", 77.0), word("2-000334", 93.0, left=13 * WIDE)]
    whole = word("MPCEI-MDT-2012-000334", 58.0)
    found = agreed(first, LineReadings(ways=ways(whole), signs=signs("MPCEI-MDT-2012-000334")))
    assert only(found).text == "MPCEI-MDT-2012-000334"
    assert only(found).confidence == 77.0


def test_the_longer_number_of_both_engines_takes_the_place_of_its_end() -> None:
    first = [word("016-0123", 64.0, left=7 * WIDE)]
    whole = word("MIPRO-2016-0123", 26.0)
    found = only(agreed(first, LineReadings(ways=ways(whole), signs=signs("MIPRO-2016-0123"))))
    assert (found.text, found.confidence) == ("MIPRO-2016-0123", 64.0)


def test_marks_that_a_stamp_left_at_a_word_are_gone() -> None:
    read = LineReadings(
        ways=ways(word("/GUAMÁN", 92.0), word("“GUAMÁN", 84.0)), signs=signs("/GUAMAN")
    )
    assert only(agreed([word("/GUAMÁN", 38.0)], read)).text == "GUAMÁN"


def test_a_word_on_which_no_two_readings_agree_leaves_a_doubtful_one() -> None:
    def way(middle: str) -> tuple[Word, ...]:
        return (word("DEL"), word(middle, 30.0, left=4 * WIDE), word("CÍA.", left=11 * WIDE))

    found = agreed([], LineReadings(ways=(way("AUSTR0"), way("ANSTRO"), way("AUSIRO"))))
    assert [one.confidence >= SURE_CONFIDENCE for one in found] == [True, False, True]


def test_a_rest_that_only_the_first_reading_saw_is_gone() -> None:
    first = [word("ORTIZ", 92.0), word("o", 39.0, left=6 * WIDE)]
    read = LineReadings(ways=((word("ORTIZ", 95.0),),), signs=signs("ORTIZ    LEMA"))
    assert [one.text for one in agreed(first, read)] == ["ORTIZ"]


def denied(first: Word, *said: Word, signs: tuple[Word, ...] = ()) -> bool:
    read = LineReadings(ways=ways(*said), signs=signs)
    assert not is_denied([first], word("X", left=900).box, read), "elsewhere"
    return is_denied([first], first.box, read)


def test_a_word_is_denied_by_both_engines_or_by_two_readings_that_are_surer() -> None:
    first, twice = word("9634", 93.0), (word("0631", 96.0), word("0631", 95.0))
    assert denied(first, *twice)
    assert not denied(first, word("0631", 96.0))
    assert denied(first, word("0631", 96.0), signs=signs("0631"))
    assert not denied(first, *twice, first, first)
    assert not denied(first, first, word("0631", 40.0))
    assert not denied(first)


def test_pieces_of_a_word_do_not_deny_it() -> None:
    cut = (word("MIPRO-2019-"), word("0123", left=11 * WIDE))
    read = LineReadings(ways=(cut, cut, cut))
    first = word("MIPRO-2019-0123")
    assert not is_denied([first], first.box, read)


def test_unsure_readings_deny_nothing_nor_what_the_second_engine_contradicts() -> None:
    first = word("9634", 96.0)
    assert not denied(first, *[word("0631", 35.0)] * 3)
    assert not denied(first, *[word("0631", 96.0)] * 2, signs=signs("9634"))
    assert not denied(first, *[word("0631", 96.0)] * 2, signs=signs("7777"))


def test_the_same_word_elsewhere_on_its_line_does_not_speak_for_it() -> None:
    first, elsewhere = word("LEMA"), word("LEMA", left=30 * WIDE)
    read = LineReadings(ways=((word("LENA"), elsewhere), (word("LENA"), elsewhere)))
    assert is_denied([replace(first, confidence=92.0)], first.box, read)


def test_a_longer_word_denies_no_part_of_it_and_one_beside_it_nothing() -> None:
    whole = (word("ZAMBRANO", 96.0), word("ZAMBRANO", 96.0))
    assert not denied(word("BRANO", 88.0, left=3 * WIDE), *whole)
    assert not denied(word("ROSA", 88.0, left=20 * WIDE), *whole)
