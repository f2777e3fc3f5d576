"""However an identifier is typed, it comes to one form; a near miss means few others."""

import random
from uuid import UUID

import pytest

from review_service.domain.identifiers import (
    MOST_SERIAL_CANDIDATES,
    agreement_number,
    as_digits,
    identity_digits,
    mailed_code,
    near_identities,
    near_serials,
    number_groups,
    number_parts,
    phone_number,
    search_words,
    squeezed_number,
    typed_reference,
    verification_code,
)
from review_service.domain.numbering import application_reference, spaced
from review_service.domain.numbering import verification_code as made_code

KEY = "the key of these tests, long enough"


@pytest.mark.parametrize(
    "typed",
    [
        "MPCEI-MDT-2026-000002",
        "N.º MPCEI MDT 2026 000002",
        "n.º mpcei-mdt-2026-000002.",
        " Nro. MPCEI - MDT - 2026 - 000002 ",
        "Acuerdo Interministerial Nº MPCEI\u2013MDT\u20142026\u2212000002",
        "№ MPCEI/MDT/2026/000002",
        "N° mpcei.mdt.2026.000002",
        "MPCEI_MDT_2026_000002",
        "MPCEI\u00a0MDT\u20092026\u200b\u2011000002;",
        "".join(chr(ord(c) + 0xFEE0) if c != "-" else c for c in "MPCEI-MDT-2026-000002"),
    ],
)
def test_a_number_has_one_form_however_it_is_typed(typed: str) -> None:
    assert agreement_number(typed) == "MPCEI-MDT-2026-000002"
    assert squeezed_number(typed) == squeezed_number("MPCEIMDT2026000002")


def test_a_label_alone_is_no_number() -> None:
    assert number_groups("Acuerdo N.º") == ()
    assert agreement_number("") == ""
    assert number_groups("OBRAS-2026-1") == ("OBRAS", "2026", "1")


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("MPCEI-MDT-2026-000002", ("MPCEIMDT", 2026, 2, 6)),
        ("MPCEIMDT2026000002", ("MPCEIMDT", 2026, 2, 6)),
        ("MPCEI MDT 2O26 OOOOO2", ("MPCEIMDT", 2026, 2, 6)),
        ("mpcei-mdt-2026-2", ("MPCEIMDT", 2026, 2, 1)),
        ("2026-000I0l", ("", 2026, 101, 6)),
        ("solicitud n.º AR 2026 000123", ("AR", 2026, 123, 6)),
    ],
)
def test_a_number_says_its_year_and_serial(typed: str, parts: tuple[str, int, int, int]) -> None:
    found = number_parts(typed)
    assert found is not None
    assert (found.letters, found.year, found.serial, found.serial_digits) == parts


@pytest.mark.parametrize("typed", ["", "MPCEI", "1792060346001", "2026", "18 123", "9" * 10_000])
def test_what_has_no_year_and_serial_has_no_parts(typed: str) -> None:
    assert number_parts(typed) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-000012", 2),  # one digit wrong
        ("2026-000020", 2),  # two swapped
        ("2026-00002", 2),  # one missing
        ("2026-0000022", 2),  # one doubled
        ("2026-2", 2),  # the zeros missing
        ("2025-000002", 2),  # another year
        ("2062-000002", 2),  # its digits swapped
    ],
)
def test_one_slip_is_among_the_few_that_may_be_meant(typed: str, meant: int) -> None:
    parts = number_parts(typed)
    assert parts is not None
    near = near_serials(parts)
    assert (2026, meant) in near
    assert near[0] == (parts.year, parts.serial)
    assert len(near) == len(set(near)) <= MOST_SERIAL_CANDIDATES


def test_two_slips_are_not_guessed() -> None:
    parts = number_parts("2026-000345")
    assert parts is not None
    assert (2026, 2) not in near_serials(parts)
    assert (2025, 346) not in near_serials(parts)


@pytest.mark.parametrize(
    "typed",
    [
        "AR-2026-000123",
        "ar 2026 123",
        "AR2026000123",
        "Solicitud N.º AR\u20132026\u2013000123.",
        "2026/123",
    ],
)
def test_a_reference_has_one_form(typed: str) -> None:
    assert typed_reference(typed) == application_reference(2026, 123)


def test_another_number_is_no_reference() -> None:
    assert typed_reference("MPCEI-MDT-2026-000123") == ""
    assert typed_reference("AR-2026") == ""


def test_a_printed_code_reads_back_however_it_is_typed() -> None:
    rng = random.Random(7)  # noqa: S311 -- repeatable, guards nothing
    look_alikes = {"0": "0Oo", "1": "1IiLl", "V": "VvUu"}
    for _ in range(200):
        code = made_code(KEY, UUID(int=rng.getrandbits(128), version=4))
        typed = "".join(rng.choice(look_alikes.get(char, char + char.lower())) for char in code)
        assert verification_code(f" {spaced(typed)}\n") == code
        assert verification_code(typed.replace("", " ")) == code
        assert verification_code(f"{typed[:4]}\u2013{typed[4:8]}.{typed[8:]}.") == code


@pytest.mark.parametrize("typed", ["120451", "120 451", "12O-45I", " 1 2 0 4 5 l. "])
def test_a_mailed_code_is_its_digits(typed: str) -> None:
    assert mailed_code(typed) == "120451"


@pytest.mark.parametrize(
    "typed",
    ["3000000012001", "RUC: 300 000 0012 001", "ruc 3000000012-001.", "3000000012\u2013001\u00a0"],
)
def test_a_ruc_loses_its_label_and_spacing(typed: str) -> None:
    assert identity_digits(typed) == "3000000012001"


def test_what_is_no_digit_stays_to_be_refused() -> None:
    assert identity_digits("300000001200A") == "300000001200A"
    assert identity_digits("²000000012001") == "²000000012001"
    assert as_digits("3OOOOOOO12OOI") == "3000000012001"


def test_a_ruc_is_near_those_with_one_slip() -> None:
    assert "3000000012001" in near_identities("3000000012010")
    assert "3000000012001" in near_identities("300000001201")
    assert "3000000012001" in near_identities("30000000122001")
    assert "3000000012001" not in near_identities("3000000012001")
    assert near_identities("3000") == ()
    assert len(near_identities("3000000012010")) < 13 * 9 + 13


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0991234567", "0991234567"),
        ("099 123-4567", "0991234567"),
        ("+593 99 123 4567", "0991234567"),
        ("+593 (0)99 123 4567", "0991234567"),
        ("00593991234567", "0991234567"),
        ("991234567", "0991234567"),
        ("(02) 234-5678", "022345678"),
        ("2234 5678", "022345678"),
        ("+1 305 555 0100", "+13055550100"),
        ("099123456x", "099123456x"),
        ("+593 99 123 456x", "+59399123456x"),
        ("+593 ٩٩1234567", "+593٩٩1234567"),
        ("", ""),
    ],
)
def test_a_telephone_has_one_form(typed: str, number: str) -> None:
    assert phone_number(typed) == number


def words(text: str) -> list[tuple[str, str]]:
    """Return each word of a search with its squeezed form."""
    return [(word.text, word.squeezed) for word in search_words(text)]


def test_a_search_knows_names_from_numbers() -> None:
    assert words("Quispe, María") == [("quispe", "QUISPE"), ("maria", "MARIA")]
    assert words("179 206 0346 001") == [("179 206 0346 001", "1792060346001")]
    assert words("Acuerdo N.º MPCEI MDT 2026 000002.") == [
        ("mpcei", "MPCEI"),
        ("mdt", "MDT"),
        ("2026 000002", "2026000002"),
    ]
    assert words("AR \u2013 2026 \u2013 000123") == [("ar 2026 000123", "AR2026000123")]
    assert words("ar2026 123") == [("ar2026 123", "AR2026123")]
    assert words("Certificado RUM 2026 000123") == [("rum", "RUM"), ("2026 000123", "2026000123")]
    assert words("lana 2026 1") == [("lana", "LANA"), ("2026 1", "20261")]
    assert words("RUC:1792060346001") == [("1792060346001", "1792060346001")]
    assert words("Taller N.º 7") == [("taller", "TALLER"), ("7", "7")]


def test_signs_of_patterns_are_letters_of_a_search() -> None:
    assert words("50%") == [("50%", "")]
    assert words("a_b") == [("a_b", "")]
    assert words("% _") == [("%", ""), ("_", "")]


def test_a_label_without_a_number_is_a_word() -> None:
    assert words("acuerdo") == [("acuerdo", "ACUERDO")]
    assert words(" . - , ") == []


def test_long_numbers_are_not_looked_for_in_names() -> None:
    may = {word.text: word.may_be_name for word in search_words("taller 2000")}
    assert may == {"taller": True, "2000": True}
    (number,) = search_words("20001")
    assert not number.may_be_name


def test_a_search_has_six_words() -> None:
    assert len(search_words("a b c d e f g h")) == 6
