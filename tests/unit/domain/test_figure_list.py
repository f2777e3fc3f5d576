"""The file of figures published elsewhere; the one that comes with the product adds up."""

from collections import Counter

import pytest

from review_service.domain import figure_list
from review_service.domain.errors import InvalidInputError
from review_service.domain.months import Month
from review_service.packaged_files import published_figures

SOURCE = "# Fuente: Boletín de prueba\n"
HEADER = "AÑO|MES|QUEJAS|ATENCIONES\n"
OF_THE_SEED = {
    2019: (0, 3804),
    2020: (0, 1496),
    2021: (0, 1265),
    2022: (172, 1897),
    2023: (0, 35444),
    2024: (0, 1889),
}
"""Year totals of the procedure's page in gob.ec."""


def read(text: str) -> figure_list.FigureList:
    return figure_list.read(text.splitlines(keepends=True))


def test_the_packaged_months_add_up_to_what_was_published() -> None:
    found = read(published_figures().read_text("utf-8"))
    complaints: Counter[int] = Counter()
    attentions: Counter[int] = Counter()
    for one in found.months:
        complaints[one.month.year] += one.complaints
        attentions[one.month.year] += one.attentions
    assert {year: (complaints[year], attentions[year]) for year in attentions} == OF_THE_SEED
    assert len(found.months) == 61
    assert found.months[0].month == Month(2019, 1)
    assert found.months[-1].month == Month(2024, 1)
    assert "gob.ec" in found.source


def test_months_come_oldest_first_whatever_their_order_in_the_file() -> None:
    found = read(f"\ufeff{SOURCE}\n{HEADER}2023|2|0|7\r\n2023|01|1|5\n")
    assert found.source == "Boletín de prueba"
    assert [(one.month.name, one.complaints, one.attentions) for one in found.months] == [
        ("2023-01", 1, 5),
        ("2023-02", 0, 7),
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "fuente"),
        (HEADER + "2023|01|0|5\n", "fuente"),
        ("# Fuente:\n" + HEADER, "fuente"),
        ("# Fuente: \x07\n" + HEADER, "signos"),
        (SOURCE + "2023|01|0|5\n", "AÑO|MES"),
        (SOURCE + HEADER, "ningún mes"),
        (SOURCE + HEADER + "2023|01|0\n", "línea 3"),
        (SOURCE + HEADER + "2023|13|0|5\n", "línea 3 no dice un mes"),
        (SOURCE + HEADER + "1023|01|0|5\n", "línea 3 no dice un mes"),
        (SOURCE + HEADER + "2023|01|-1|5\n", "línea 3 no dice un número"),
        (SOURCE + HEADER + "2023|01|0|1.889\n", "línea 3 no dice un número"),
        (SOURCE + HEADER + "2023|01|0|99999999999\n", "línea 3 no dice un número"),
        (SOURCE + HEADER + "2023|01|0|5\n2023|1|0|6\n", "línea 4 repite enero de 2023"),
    ],
)
def test_a_file_that_says_something_else_is_refused_whole(text: str, told: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read(text)
    assert told in refused.value.problems["file"]
