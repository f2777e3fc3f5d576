"""References and codes: their shape, their look-alikes, and that nobody can guess another one."""

import random
from uuid import UUID

import pytest

from review_service.domain.numbering import (
    application_reference,
    clean_number,
    hash_secret,
    link_code,
    link_token,
    spaced,
    verification_code,
    verification_token,
)

KEY = "the key of these tests, long enough"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def some_ids(count: int) -> list[UUID]:
    rng = random.Random(11)  # noqa: S311 -- repeatable, guards nothing
    return [UUID(int=rng.getrandbits(128), version=4) for _ in range(count)]


def test_a_reference_has_the_year_and_six_digits() -> None:
    assert application_reference(2026, 4811) == "AR-2026-004811"
    assert application_reference(2027, 1) == "AR-2027-000001"


def test_a_typed_code_has_twelve_letters_that_survive_the_telephone() -> None:
    for agreement_id in some_ids(200):
        code = verification_code(KEY, agreement_id)
        assert len(code) == 12
        assert set(code) <= set(ALPHABET)
    assert not {"I", "L", "O", "U"} & set(ALPHABET)


def test_what_was_printed_and_mailed_is_derived_alike_for_ever() -> None:
    some_id = UUID("0197e2d4-5c00-7a10-8b6c-3d1f2a4b5c6d")
    assert verification_token("k" * 32, some_id) == "rj6ahp2vzcoize3pxvo4i72b5u"
    assert verification_code("k" * 32, some_id) == "44E0N5QDS55P"
    assert link_token("k" * 32, some_id) == "krgrtxphuxj44wpljzpspxj3hy"
    assert link_code("k" * 32, some_id) == "533582"


def test_a_code_is_grouped_by_four() -> None:
    assert spaced("7K4M29QXTR3H") == "7K4M-29QX-TR3H"
    assert spaced("123456") == "1234-56"


def test_a_qr_token_has_26_letters_of_128_bits() -> None:
    for agreement_id in some_ids(50):
        token = verification_token(KEY, agreement_id)
        assert len(token) == 26
        assert set(token) <= set("abcdefghijklmnopqrstuvwxyz234567")


def test_everything_is_the_same_at_every_call_and_differs_from_all_else() -> None:
    ids = some_ids(200)
    for make in (verification_token, verification_code, link_token):
        made = [make(KEY, one) for one in ids]
        assert made == [make(KEY, one) for one in ids]
        assert len(set(made)) == len(ids)
        assert not set(made) & {make(KEY + "x", one) for one in ids}
    assert verification_token(KEY, ids[0]) != link_token(KEY, ids[0])


def test_a_mailed_code_has_six_digits_also_when_they_begin_with_zero() -> None:
    codes = [link_code(KEY, link_id) for link_id in some_ids(300)]
    assert all(len(code) == 6 and code.isdigit() for code in codes)
    assert any(code.startswith("0") for code in codes)


@pytest.mark.parametrize(
    "typed", ["mpcei-mdt-2026-000482", " MPCEI-MDT-2026-000482 ", "MPCEI–MDT–2026–000482"]
)
def test_an_imported_number_is_stored_in_one_spelling(typed: str) -> None:
    assert clean_number(typed) == "MPCEI-MDT-2026-000482"


def test_a_secret_is_looked_up_by_its_hash() -> None:
    assert hash_secret("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert len(hash_secret("ñ")) == 64
