"""Letters that stand for digits, and only those."""

import re

from workers.fields.prior.digits import DIGIT, LETTERS, as_digits, is_mended


def test_each_letter_becomes_the_digit_that_it_looks_like() -> None:
    assert as_digits(LETTERS) == "000115826"
    assert as_digits("2O19-ACE") == "2019-ACE"


def test_what_changes_was_mended() -> None:
    assert is_mended("2O19")
    assert not is_mended("2019 ACE")


def test_the_pattern_takes_digits_and_those_letters_only() -> None:
    assert re.findall(DIGIT, "7OA") == ["7", "O"]
