"""Lines of imported files: letters as a person reads them, or the reason why not."""

from datetime import date

import pytest

from review_service.domain.imported_lines import (
    LineRefusedError,
    day_in,
    decoded,
    readable,
    ruc_in,
)

NAME = "MUÑOZ ÑÁÑEZ, BEGOÑA"


def refusal_of(raw: bytes) -> str:
    with pytest.raises(LineRefusedError) as caught:
        readable(decoded(raw))
    return caught.value.reason


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "cp1252"])
def test_a_line_is_read_in_its_own_encoding(encoding: str) -> None:
    assert decoded(NAME.encode(encoding)) == NAME


def test_the_quotes_and_dash_of_windows_are_those_signs() -> None:
    raw = b"\x93D\x92ANGELO \x96 PE\xd1A\x94 MAR\xcdA"
    assert decoded(raw) == "\u201cD\u2019ANGELO \u2013 PEÑA\u201d MARÍA"


def test_two_encodings_in_one_line_are_refused() -> None:
    assert "mezcla dos codificaciones" in refusal_of("MUÑOZ ".encode() + "ÑAÑEZ".encode("latin-1"))


def test_letters_that_were_lost_before_are_refused() -> None:
    for spoilt in (NAME.encode().decode("latin-1"), "MU\ufffdOZ", "PEÃ\u2018A"):
        assert "dañadas" in refusal_of(spoilt.encode())


@pytest.mark.parametrize("text", ["JOÃO SÃO", "AÇAÍ Â", "Á É Í Ó Ú Ü Ñ º ª ¡ ¿ «» “” – € ½"])
def test_letters_of_other_languages_are_no_sign_of_that(text: str) -> None:
    assert decoded(text.encode()) == text


@pytest.mark.parametrize("table", ["cp850", "cp437", "mac_roman"])
def test_tables_of_dos_and_macintosh_are_refused(table: str) -> None:
    reason = refusal_of("MUÑOZ Ñañez".encode(table))
    assert "DOS" in reason or "que no es letra" in reason


def test_a_byte_of_no_table_is_named() -> None:
    assert "(8D)" in refusal_of(b"MU\xd1OZ \x8d")


@pytest.mark.parametrize("sign", ["\x07", "\x1f", "\x93", "\u202e", "\x7f"])
def test_a_control_sign_is_named(sign: str) -> None:
    assert f"U+{ord(sign):04X}" in refusal_of(f"PEÑA{sign} MARÍA".encode())


def test_a_nul_goes_and_accents_are_composed() -> None:
    assert readable("CON\0 NULO") == "CON NULO"
    assert readable("MUN\u0303OZ") == "MUÑOZ"


@pytest.mark.parametrize(
    "cell", ["0100000009001", " 0100000009001\xa0", "'0100000009001", '="0100000009001"']
)
def test_a_ruc_is_taken_when_every_digit_is_there(cell: str) -> None:
    assert ruc_in(cell) == "0100000009001"


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("100000009001", "Excel le quitó el 0"),
        ("100000008001", "El RUC tiene 12 números; deben ser 13"),
        ("1,79E+12", "Excel cambió el RUC por «1,79E+12»"),
        ("1.79001E+12", "Excel cambió el RUC por «1.79001E+12»"),
        ("1790001563001.0", "Excel añadió decimales"),
        ("1.790.001.563.001", "13 números y nada más"),
        ("17900015630012", "tiene 14 números"),
        ("", "está vacío"),
        ("RUC", "13 números y nada más"),
    ],
)
def test_a_ruc_that_is_none_says_what_happened_to_it(cell: str, said: str) -> None:
    with pytest.raises(LineRefusedError) as caught:
        ruc_in(cell)
    assert said in caught.value.reason


@pytest.mark.parametrize(
    "cell",
    [
        "2024-11-20",
        "20/11/2024",
        "20-11-2024",
        " 20/11/2024 00:00:00",
        "2024-11-20T10:30",
        "20241120",
    ],
)
def test_a_day_comes_in_several_spellings(cell: str) -> None:
    assert day_in(cell, field="EMITIDO") == date(2024, 11, 20)


def test_a_day_with_one_digit_is_day_before_month() -> None:
    assert day_in("5/2/2019", field="EMITIDO") == date(2019, 2, 5)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("", "EMITIDO está vacía"),
        ("11/20/2024", "primero el día y luego el mes"),
        ("31/02/2024", "el día «31/02/2024» no existe"),
        ("20/11/24", "con cuatro números"),
        ("45616", "con que Excel guarda un día"),
        ("nunca", "2024-11-20 o 20/11/2024"),
    ],
)
def test_a_day_that_is_none_says_why(cell: str, said: str) -> None:
    with pytest.raises(LineRefusedError) as caught:
        day_in(cell, field="EMITIDO")
    assert said in caught.value.reason
