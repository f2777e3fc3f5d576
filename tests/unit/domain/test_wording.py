"""Dates and hours as people say them."""

from datetime import UTC, date, datetime

import pytest

from review_service.domain.wording import (
    clock,
    enumeration,
    in_words,
    letters_in,
    long_date,
    paragraphs,
    printable,
    shown_domain,
    told_value,
    visible,
)


@pytest.mark.parametrize(
    ("names", "listed"), [(["a"], "a"), (["a", "b"], "a y b"), (["a", "b", "c"], "a, b y c")]
)
def test_names_are_listed_as_in_spanish(names: list[str], listed: str) -> None:
    assert enumeration(names) == listed


def test_a_day_is_written_out() -> None:
    assert long_date(date(2026, 11, 20)) == "20 de noviembre de 2026"


def test_a_moment_is_told_in_ecuador() -> None:
    moment = datetime(2026, 11, 21, 4, 59, tzinfo=UTC)
    assert (long_date(moment), clock(moment)) == ("20 de noviembre de 2026", "23h59")


def test_every_date_in_plain_data_becomes_words() -> None:
    context = {"a": [{"b": date(2026, 1, 1)}], "c": datetime(2026, 1, 1, 5, tzinfo=UTC), "n": 3}
    assert in_words(context) == {
        "a": [{"b": "1 de enero de 2026"}],
        "c": "1 de enero de 2026 a las 00h00",
        "n": 3,
    }


def test_signs_that_cannot_be_printed_are_left_out() -> None:
    odd = "a\0b\x0bc\x1b[31md\u202ee\ufffe\ud800f\x85"
    assert printable(odd) == "abc[31mdef"
    kept = "línea\n\tÑandú k\u02bcapak \U0001f600"
    assert printable(kept) == kept


def test_typed_text_loses_what_cannot_be_seen_and_keeps_its_lines() -> None:
    assert (
        visible(" Se ve\x00 as\u200bí.\x1b\n«Ñandú» \U0001f30b ")
        == "Se ve así.\n«Ñandú» \U0001f30b"
    )


def test_the_lines_of_a_text_are_those_that_say_something() -> None:
    assert paragraphs(" Uno. \n\n \nDos.") == ["Uno.", "Dos."]
    assert paragraphs(" \n") == []


def test_what_says_nothing_has_no_letters() -> None:
    assert letters_in(" . … -- ,,, \U0001f30b ") == 0
    assert letters_in("Ñandú 4: sí.") == 8


def test_tells_a_date_that_was_read_and_leaves_other_values() -> None:
    assert told_value("2023-11-20") == "20 de noviembre de 2023"
    assert told_value("MPCEI-MDT-2023-000117") == "MPCEI-MDT-2023-000117"


def test_a_domain_is_shown_with_its_letters() -> None:
    assert shown_domain("xn--caar-hqa.example") == "cañar.example"
    assert shown_domain("correo.example") == "correo.example"
    assert shown_domain("xn--\u00f1.example") == "xn--\u00f1.example"


def test_the_end_of_a_line_is_one_character_as_browsers_count_it() -> None:
    assert visible("uno\r\ndos\r\n\r\ntres\r\n") == "uno\ndos\n\ntres"
