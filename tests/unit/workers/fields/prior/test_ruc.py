"""Which thirteen signs can be a RUC."""

import pytest

from tests.factories import RUC
from workers.fields.prior.ruc import proven


def test_separators_do_not_matter() -> None:
    assert proven(RUC) == RUC
    assert proven(f"{RUC[:10]}-{RUC[10:]}") == RUC
    assert proven(" ".join(RUC)) == RUC


def test_a_letter_is_a_digit_where_the_check_digit_holds() -> None:
    assert "0" in RUC
    assert proven(RUC.replace("0", "O", 1)) == RUC


def test_one_wrong_digit_breaks_the_check_digit() -> None:
    wrong = RUC[:8] + str((int(RUC[8]) + 1) % 10) + RUC[9:]
    assert proven(wrong) is None


@pytest.mark.parametrize("raw", ["OOOODDDDIIIII", "12345678OOOOO", "17", ""])
def test_what_has_fewer_than_nine_digits_is_a_word(raw: str) -> None:
    assert proven(raw) is None
