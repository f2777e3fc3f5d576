"""Single values that a child sent, at the edges of what is believed."""

import base64
import math

import pytest

from review_service.domain.reports import Box
from workers.facts import values
from workers.facts.values import FactsError


def test_numbers_fit_into_a_column_to_the_last() -> None:
    assert values.number(values.MOST) == 2**31 - 1
    assert values.number(-values.MOST) == -(2**31 - 1)
    for wrong in (values.MOST + 1, -values.MOST - 1, math.inf, math.nan, True, "1", None):
        with pytest.raises(FactsError):
            values.number(wrong)


def test_whole_numbers_have_no_fraction_and_are_no_truths() -> None:
    assert values.whole(-3) == -3
    for wrong in (1.0, False, "3"):
        with pytest.raises(FactsError):
            values.whole(wrong)


def test_sizes_begin_at_nothing() -> None:
    assert values.size(0) == 0
    with pytest.raises(FactsError):
        values.size(-1)


def test_shares_end_at_a_hundred_and_may_be_unknown() -> None:
    assert (values.percent(0), values.percent(100), values.percent(None)) == (0, 100, None)
    for wrong in (101, -1):
        with pytest.raises(FactsError):
            values.percent(wrong)


def test_text_is_cut_first_and_cleaned_of_signs_that_nobody_sees() -> None:
    assert values.text("a\x00b\u202ec\nd") == "abcd"
    assert values.text("x" * 201) == "x" * 200


def test_hashes_are_small_hex_and_all_or_none_of_them() -> None:
    assert values.hashes([], 2) == ()
    assert values.hashes(["0" * 64, "f" * 64], 2) == ("0" * 64, "f" * 64)
    for wrong in (["0" * 64], ["0" * 64] * 3, ["0" * 63, "0" * 64], ["G" * 64] * 2, "x", None):
        with pytest.raises(FactsError):
            values.hashes(wrong, 2)


def test_a_box_has_four_whole_sides() -> None:
    assert values.box([1, 2, 3, 4]) == Box(left=1, top=2, width=3, height=4)
    for wrong in ([1, 2, 3], [1, 2, 3, 4, 5], [1, 2, 3, 4.5], None):
        with pytest.raises(FactsError):
            values.box(wrong)


def test_a_picture_is_a_jpeg_of_at_most_sixteen_mebibytes() -> None:
    whole = b"\xff\xd8\xff" + bytes(values.MAX_IMAGE_BYTES - 3)
    assert values.jpeg(whole) is whole
    for wrong in (whole + b"\0", b"\xff\xd8", b"", b"\x89PNG"):
        with pytest.raises(FactsError):
            values.jpeg(wrong)


def test_rows_are_whole_and_not_too_many() -> None:
    def sent(count: int) -> str:
        return base64.b64encode(bytes(count)).decode()

    limits = {"head": 4, "size": 10, "most": 3}
    assert values.rows("", **limits) == b""
    assert len(values.rows(sent(34), **limits)) == 34
    for wrong in (sent(4), sent(13), sent(44), "not base64", "A", 7, None):
        with pytest.raises(FactsError):
            values.rows(wrong, **limits)
