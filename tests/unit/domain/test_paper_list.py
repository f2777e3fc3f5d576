"""Lines of an institution's list of papers: what is taken, and why others are not."""

import pytest

from review_service.domain.imported_lines import LineRefusedError
from review_service.domain.paper_list import COLUMNS, FACTS, is_paper_list, parse

LINE = [
    "3000000012001", "IESS", "LEMA CONEJO ROSA", "AL DIA", "2026-11-25", "25/12/2026", "",
    "IESS", "IESS-1",
]  # fmt: skip


def line(**changed: str) -> list[str]:
    return [changed.get(name, cell) for name, cell in zip(COLUMNS, LINE, strict=True)]


def test_the_header_is_known_however_it_is_written() -> None:
    assert is_paper_list(COLUMNS)
    assert is_paper_list([f" {name.lower()} " for name in COLUMNS])
    assert not is_paper_list(COLUMNS[:-1])
    assert not is_paper_list([*COLUMNS, "OTRA"])


def test_a_line_is_read() -> None:
    assert dict(zip(FACTS, parse(LINE), strict=True)) == {
        "ruc": "3000000012001",
        "kind": "employer_certificate",
        "holder": "LEMA CONEJO ROSA",
        "owes": "0",
        "issued_on": "2026-11-25",
        "valid_until": "2026-12-25",
        "workers": None,
        "institution": "IESS",
        "reference": "IESS-1",
    }


@pytest.mark.parametrize(
    ("changed", "name", "value"),
    [
        ({"DOCUMENTO": "escritura"}, "kind", "deed"),
        ({"DOCUMENTO": "Sri"}, "kind", "tax_certificate"),
        ({"DOCUMENTO": "NOMINA", "TRABAJADORES": "04"}, "workers", "4"),
        ({"TRABAJADORES": "0"}, "workers", "0"),
        ({"ESTADO": "al día"}, "owes", "0"),
        ({"ESTADO": "Con deudas"}, "owes", "1"),
        ({"VALIDO_HASTA": ""}, "valid_until", None),
        ({"REFERENCIA": ""}, "reference", ""),
    ],
)
def test_ways_to_say_the_same(changed: dict[str, str], name: str, value: str | None) -> None:
    assert dict(zip(FACTS, parse(line(**changed)), strict=True))[name] == value


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"RUC": "123"}, "13"),
        ({"DOCUMENTO": "POEMA"}, "DOCUMENTO"),
        ({"TITULAR": ""}, "TITULAR"),
        ({"TITULAR": "LEMA \u4e2d"}, "TITULAR"),
        ({"INSTITUCION": " "}, "INSTITUCION"),
        ({"ESTADO": ""}, "ESTADO"),
        ({"ESTADO": "SIN DATOS"}, "ESTADO"),
        ({"EMITIDO": ""}, "EMITIDO"),
        ({"EMITIDO": "2026-13-01"}, "EMITIDO"),
        ({"VALIDO_HASTA": "2026-11-24"}, "VALIDO_HASTA"),
        ({"DOCUMENTO": "NOMINA"}, "TRABAJADORES"),
        ({"TRABAJADORES": "cuatro"}, "TRABAJADORES"),
        ({"TRABAJADORES": "-1"}, "TRABAJADORES"),
        ({"TRABAJADORES": "1000000"}, "TRABAJADORES"),
    ],
)
def test_a_line_that_cannot_be_meant_so_is_refused(changed: dict[str, str], why: str) -> None:
    with pytest.raises(LineRefusedError, match=why):
        parse(line(**changed))


@pytest.mark.parametrize("cells", [LINE[:-1], [*LINE, "más"]])
def test_a_line_of_another_width_is_refused(cells: list[str]) -> None:
    with pytest.raises(LineRefusedError, match="columnas"):
        parse(cells)
