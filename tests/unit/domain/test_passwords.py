"""Passwords: long ones pass, those that everybody tries first do not."""

import pytest

from review_service.domain.passwords import password_problem

CONTEXT = ("randrade", "Rosa Andrade", "Zonal 1")


@pytest.mark.parametrize("length", [12, 13, 127, 128])
def test_every_length_within_the_limits_is_taken(length: int) -> None:
    password = ("Nube-lenta 47 río " * 8)[:length]
    assert password_problem(password, context=CONTEXT) is None


@pytest.mark.parametrize("length", [0, 11, 129])
def test_a_length_outside_is_refused(length: int) -> None:
    assert password_problem(("Nube-lenta 47 río " * 8)[:length], context=CONTEXT)


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "password1234567890",
        "contraseña1111",
        "aaaaaaaaaaaaaaaa",
        "121212121212",
        "ministerioministerio",
        "randraderandrade",
        "Andrade-Andrade",
        "ecuador11111",
        "qwertyuiop111",
    ],
)
def test_one_that_is_tried_first_is_refused(password: str) -> None:
    assert password_problem(password, context=CONTEXT)


@pytest.mark.parametrize(
    "password", ["🌋" + "quilotoa azul", "ñandú caballo 9", "            x1yz"]
)
def test_any_characters_are_allowed(password: str) -> None:
    assert password_problem(password, context=CONTEXT) is None


def test_a_name_inside_a_long_password_is_no_obstacle() -> None:
    assert password_problem("Andrade guarda 7 colibríes", context=CONTEXT) is None
