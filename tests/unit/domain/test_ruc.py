"""RUC and cédula: real companies pass, persons are held to the check digit, masks hide enough."""

import random

import pytest

from review_service.domain.ruc import (
    RucKind,
    RucProblem,
    cedula_of,
    check_ruc,
    mask_email,
    mask_ruc,
    meant_ruc,
)

COMPANIES = ["1792060346001", "1790001563001"]
NEW_STYLE = ["1793213150001", "1793189906001", "0993366721001"]
"""Real companies that python-stdnum refuses: numbers given since 2021 have no check digit."""


def synthetic_person(rng: random.Random, *, third: int | None = None) -> str:
    """Return a cédula with a right check digit, of a province that was never given one."""
    digits = [3, 0, rng.randrange(6) if third is None else third]
    digits += [rng.randrange(10) for _ in range(6)]
    doubled = [
        digit * 2 - 9 if digit * 2 > 9 else digit * 2
        for digit in (digits[place] for place in (0, 2, 4, 6, 8))
    ]
    total = sum(doubled) + sum(digits[place] for place in (1, 3, 5, 7))
    return "".join(map(str, digits)) + str(-total % 10)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        *((number, RucKind.COMPANY) for number in COMPANIES + NEW_STYLE),
        ("1760001550001", RucKind.PUBLIC),
        ("3000000012001", RucKind.PERSON),
        # a company whose check digit is wrong: the registry decides
        ("1790012345001", RucKind.COMPANY),
        ("0992397535002", RucKind.COMPANY),
    ],
)
def test_a_number_of_a_known_kind_is_accepted(number: str, kind: RucKind) -> None:
    checked = check_ruc(number)
    assert (checked.digits, checked.kind, checked.problem) == (number, kind, None)


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("", RucProblem.LENGTH),
        ("300000001200", RucProblem.LENGTH),
        ("30000000120011", RucProblem.LENGTH),
        ("300000001200A", RucProblem.LENGTH),
        ("٣٠٠٠٠٠٠٠١٢٠٠١", RucProblem.LENGTH),
        ("²000000012001", RucProblem.LENGTH),
        ("8892397539001", RucProblem.PROVINCE),
        ("0000000012001", RucProblem.PROVINCE),
        ("2500000012001", RucProblem.PROVINCE),
        ("2900000012001", RucProblem.PROVINCE),
        ("3100000012001", RucProblem.PROVINCE),
        ("5000000012001", RucProblem.PROVINCE),
        ("1770000012001", RucProblem.KIND),
        ("1780000012001", RucProblem.KIND),
        ("3000000013001", RucProblem.CHECK_DIGIT),
        ("3000000012000", RucProblem.ESTABLISHMENT),
        ("1792060346000", RucProblem.ESTABLISHMENT),
        ("0992397535000", RucProblem.ESTABLISHMENT),
        ("1760001550000", RucProblem.ESTABLISHMENT),
    ],
)
def test_what_is_no_ruc_is_refused_with_its_reason(number: str, problem: RucProblem) -> None:
    checked = check_ruc(number)
    assert checked.problem is problem
    assert ("13 números" in problem.sentence) is (problem is RucProblem.LENGTH)


@pytest.mark.parametrize(
    "typed",
    [
        " 3000000012001 ",
        "300000001-2001",
        "3000 0000 12 001",
        "3000000012.001",
        "RUC: 3000000012001.",
        "3000000012\u2013001",
    ],
)
def test_spaces_and_hyphens_are_forgiven(typed: str) -> None:
    assert check_ruc(typed).digits == "3000000012001"
    assert check_ruc(typed).problem is None


def test_a_labelled_cedula_is_read() -> None:
    assert cedula_of("C.I. 300000001-2") == "3000000012"


@pytest.mark.parametrize("typed", ["3000000012", "3OOOOOOO12OOI", "300000001-2"])
def test_a_form_says_which_ruc_is_meant(typed: str) -> None:
    assert meant_ruc(typed) == "3000000012001"


@pytest.mark.parametrize("typed", ["3000000012001", "3000000013", "300000001200", "", "hola"])
def test_nothing_is_guessed_from_who_is_registered(typed: str) -> None:
    assert meant_ruc(typed) is None


@pytest.mark.parametrize("province", [*range(1, 25), 30])
def test_every_province_is_known(province: int) -> None:
    assert check_ruc(f"{province:02}90001563001").problem is None


def test_each_persons_number_passes_and_one_wrong_digit_never_does() -> None:
    rng = random.Random(20261120)  # noqa: S311 -- repeatable, guards nothing
    for _ in range(300):
        cedula = synthetic_person(rng)
        assert check_ruc(f"{cedula}001").problem is None
        place = rng.randrange(3, 10)
        wrong = (int(cedula[place]) + rng.randrange(1, 10)) % 10
        changed = cedula[:place] + str(wrong) + cedula[place + 1 :]
        assert check_ruc(f"{changed}001").problem is RucProblem.CHECK_DIGIT


def test_a_foreigners_number_with_a_six_is_a_persons() -> None:
    rng = random.Random(6)  # noqa: S311 -- repeatable, guards nothing
    kinds = {check_ruc(f"{synthetic_person(rng, third=6)}001").kind for _ in range(50)}
    assert RucKind.PERSON in kinds


def test_the_middle_of_a_persons_number_is_hidden_and_a_companys_is_not() -> None:
    assert mask_ruc("3000000012001") == "3000••••••001"
    assert mask_ruc("1792060346001") == "1792060346001"
    assert mask_ruc("1760001550001") == "1760001550001"


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("maria@correo.example", "ma•••@correo.example"),
        ("mar@correo.example", "ma•••@correo.example"),
        ("ma@correo.example", "m•••@correo.example"),
        ("m@correo.example", "m•••@correo.example"),
    ],
)
def test_an_address_shows_enough_for_its_owner_alone(address: str, masked: str) -> None:
    assert mask_email(address) == masked
