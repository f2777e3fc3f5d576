"""The one address that a cell means, and why a cell has none."""

import pytest

from review_service.domain.email_addresses import (
    EMAIL,
    MOST_ADDRESS,
    is_address,
    mailbox_of,
    one_address,
)
from review_service.domain.imported_lines import LineRefusedError


@pytest.mark.parametrize(
    ("cell", "address"),
    [
        ("ana@correo.example", "ana@correo.example"),
        (" inigo@correo.example ", "inigo@correo.example"),
        ("mary.o'brien+rum@correo.example", "mary.o'brien+rum@correo.example"),
        ("<ana@correo.example>", "ana@correo.example"),
        ("Ana Peña <ana@correo.example>", "ana@correo.example"),
        ("mailto:ana@correo.example", "ana@correo.example"),
        ("ana@correo.example;", "ana@correo.example"),
        ("ana@correo.example; Ana@Correo.example", "ana@correo.example"),
        ("begoña.muñoz@correo.example", "begoña.muñoz@correo.example"),
        ("begon\u0303a@correo.example", "begoña@correo.example"),
        ("ana@cañar.example", "ana@xn--caar-hqa.example"),
        ("ana@CAÑAR.example", "ana@xn--caar-hqa.example"),
    ],
)
def test_one_address_is_found(cell: str, address: str) -> None:
    assert one_address(cell) == address


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("", "No tiene dirección"),
        (" ; ", "No tiene dirección"),
        ("<>", "No tiene dirección"),
        ("jose@correo.example; maria@correo.example", "más de una"),
        ("jose@correo.example maria@correo.example", "más de una"),
        ("jose@correo.example/maria@correo.example", "más de una"),
        ("José <jose@correo.example>, María <maria@correo.example>", "más de una"),
        ("jose@correo.example <maria@correo.example>", "más de una"),
        ("ana", "no está bien escrita"),
        ("ana @correo.example", "no está bien escrita"),
        ("ana@correo", "no está bien escrita"),
        ("ana@correo..example", "no está bien escrita"),
        (".ana@correo.example", "no está bien escrita"),
        ("ana..b@correo.example", "no está bien escrita"),
        ("@correo.example", "no está bien escrita"),
        (f"{'ñ' * 33}@correo.example", "no está bien escrita"),
        (f"ana@{'a' * 64}.example", "no está bien escrita"),
        (f"ana@{'a.' * 130}example", "no está bien escrita"),
    ],
)
def test_none_or_several_are_refused_with_the_reason(cell: str, said: str) -> None:
    with pytest.raises(LineRefusedError) as caught:
        one_address(cell)
    assert said in caught.value.reason


def test_what_a_person_types_is_held_to_what_every_relay_accepts() -> None:
    assert EMAIL.fullmatch("maria@correo.example")
    assert not EMAIL.fullmatch("begoña@correo.example")


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("hija@correo.example", "hija@correo.example"),
        ("Hija+taller@Correo.example", "hija@correo.example"),
        ("hija+a+b@correo.example", "hija@correo.example"),
    ],
)
def test_spellings_of_one_mailbox_are_counted_as_one(address: str, mailbox: str) -> None:
    assert mailbox_of(address) == mailbox


def test_an_address_is_no_longer_than_relays_take() -> None:
    domain = ".".join(["a" * 59] * 4)
    fits = "a" * (MOST_ADDRESS - len(f"@{domain}.ec")) + f"@{domain}.ec"
    assert len(fits) == MOST_ADDRESS
    assert is_address(fits)
    assert not is_address(f"a{fits}")
    for spoilt in ("rosa@correo.example\nBcc: otra@correo.example", "rosa@correo.example\r", " "):
        assert not is_address(spoilt)
