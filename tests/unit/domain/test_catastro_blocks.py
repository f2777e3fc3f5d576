"""Many lines at once mean what each of them means by itself, or are left to be read one by one."""

import random

import pytest

from review_service.domain.catastro import Facts, Meanings, parser
from review_service.domain.catastro_blocks import block_parser
from review_service.domain.imported_lines import LineRefusedError
from tests.unit.domain.test_catastro import HEADER, LINE

SPOILT = {
    "NUMERO_RUC": ("3000000012001 ", "300000012001", "'3000000012001", "٣000000012001"),
    "RAZON_SOCIAL": ("", " ", "李 雷", "İBRAHİM", "ȘTEFAN", "\u0301A"),
    "ESTADO_CONTRIBUYENTE": ("activo", "PASIVO ", "", "OTRO"),
    "FECHA_INICIO_ACTIVIDADES": ("", " ", "2015-03-02", "31/02/2015", "42064", "2/3/15"),
    "NUMERO_ESTABLECIMIENTO": ("1", "001", "", "1-1", "12345678901"),
    "NOMBRE_FANTASIA_COMERCIAL": ("", " EL TELAR ", "李", "\\N", "A\\tB"),
    "ESTADO_ESTABLECIMIENTO": ("abi", "CER", "", "CLAUSURADO"),
    "DESCRIPCION_CANTON_EST": ("", " quito", "李"),
    "ACTIVIDAD_ECONOMICA": ("", " TEJER", "李"),
    "ESPECIAL": ("", "N|N", "S"),
}
"""Cells as they come, taken or not."""


def lines_of(chance: random.Random, count: int, share: float) -> list[str]:
    """Return lines of which about such a share has an unlike cell."""
    made = []
    for number in range(count):
        cells = dict(zip(HEADER, LINE, strict=True))
        cells["NUMERO_RUC"] = f"17{number:08}001"
        if chance.random() < share:
            name = chance.choice(list(SPOILT))
            cells[name] = chance.choice(SPOILT[name])
        made.append("|".join(cells.values()))
        if chance.random() < share / 8:
            made[-1] = chance.choice(("", "mala", made[-1].rpartition("|")[0]))
    return made


def one_by_one(header: list[str], lines: list[str]) -> list[Facts] | None:
    """Return what each line means, None when one is refused, noticed, blank or of other width."""
    told: list[str] = []
    parse = parser(header, told.append)
    try:
        facts = [(str(number), *parse(line.split("|"))) for number, line in enumerate(lines, 7)]
    except LineRefusedError:
        return None
    alike = len({line.count("|") for line in lines}) == 1
    return facts if alike and not told else None


def at_once(header: list[str], lines: list[str]) -> list[Facts] | None:
    text = block_parser(header, Meanings())(7, "\n".join(lines))
    if text is None:
        return None
    return [
        tuple(None if value == r"\N" else value for value in line.split("\t"))
        for line in text.removesuffix("\n").split("\n")
    ]


@pytest.mark.parametrize("count", [1, 2, 3, 30])
@pytest.mark.parametrize("share", [0.0, 0.02, 0.2, 1.0])
def test_many_lines_mean_what_each_of_them_means(count: int, share: float) -> None:
    chance = random.Random(f"{count} {share}")  # noqa: S311 -- the same at every run
    taken = 0
    for _ in range(300):
        lines = lines_of(chance, count, share)
        expected = one_by_one(HEADER, lines)
        found = at_once(HEADER, lines)
        if found is None and expected is not None:
            # A RUC to be cleaned and a sign to be escaped are left to the look at each line.
            assert any(not line.split("|")[0].isdigit() or "\\" in line for line in lines), lines
            continue
        assert found == expected, lines
        taken += found is not None
    assert taken or share == 1.0


def test_columns_may_stand_elsewhere_and_be_missing() -> None:
    header = ["RAZON_SOCIAL", "ESTADO_CONTRIBUYENTE", "NUMERO_ESTABLECIMIENTO", "NUMERO_RUC", "X"]
    lines = ["PEÑA|ACTIVO|1|3000000012001|a", "MUÑOZ|PASIVO|2|3000000012002|b"]
    assert at_once(header, lines) == one_by_one(header, lines) != None  # noqa: E711
    short = [line.rpartition("|")[0] for line in lines]
    assert at_once(header, short) == one_by_one(header, short)
    assert at_once(header, short) is not None


def test_lines_whose_cells_only_add_up_are_not_taken_for_whole() -> None:
    line = "|".join(LINE)
    assert at_once(HEADER, [f"{line}|N", line.rpartition("|")[0]]) is None
    assert at_once(HEADER, [line.rpartition("|")[0], f"{line}|N"]) is None


def test_cells_that_were_refused_before_are_refused_again() -> None:
    parse = block_parser(HEADER, Meanings())
    bad = "|".join(LINE).replace("|ACTIVO|", "|OTRO|")
    assert parse(2, bad) is None
    assert parse(2, bad) is None
