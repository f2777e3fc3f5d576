"""Lines of the ministry's list of agreements issued before."""

import pytest

from review_service.domain.imported_lines import LineRefusedError
from review_service.domain.prior_list import COLUMNS, FACTS, REVOKED, is_prior_list, parser

HEADER = [*COLUMNS, REVOKED]
LINE = dict(
    zip(
        HEADER,
        (" mpceip-mdt-2023-77", "1790001563001", "PEÑA", "Tejidos", "20/11/2023", "2026-11-20", ""),
        strict=True,
    )
)


def read(**changed: str) -> dict[str, str | None]:
    return dict(zip(FACTS, parser(HEADER)([*{**LINE, **changed}.values()]), strict=True))


def test_a_line_says_everything_of_one_agreement() -> None:
    assert read() == {
        "number": "MPCEIP-MDT-2023-77",
        "ruc": "1790001563001",
        "holder": "PEÑA",
        "activity": "Tejidos",
        "issued_on": "2023-11-20",
        "valid_until": "2026-11-20",
        "revoked_on": None,
    }
    assert read(REVOCADO="31/01/2024")["revoked_on"] == "2024-01-31"


def test_the_last_column_may_be_missing() -> None:
    assert is_prior_list(COLUMNS)
    assert is_prior_list([name.lower() for name in HEADER])
    assert not is_prior_list(COLUMNS[:-1])
    assert parser(list(COLUMNS))([*LINE.values()][:-1])[-1] is None


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"NUMERO": ""}, "NUMERO está vacío"),
        ({"RUC": "123"}, "tiene 3 números"),
        ({"TITULAR": ""}, "TITULAR está vacío"),
        ({"TITULAR": "\u65e5"}, "TITULAR tiene un signo"),
        ({"EMITIDO": "11/20/2023"}, "EMITIDO: el día"),
        ({"VALIDO_HASTA": "2023-11-19"}, "VALIDO_HASTA es anterior a EMITIDO"),
        ({"REVOCADO": "nunca"}, "REVOCADO: escriba el día"),
    ],
)
def test_a_line_that_is_none_is_refused_with_its_reason(changed: dict[str, str], said: str) -> None:
    with pytest.raises(LineRefusedError) as caught:
        read(**changed)
    assert said in caught.value.reason


@pytest.mark.parametrize("count", [0, len(COLUMNS) - 1, len(HEADER) + 1])
def test_a_line_of_another_width_is_refused(count: int) -> None:
    with pytest.raises(LineRefusedError, match="columnas"):
        parser(HEADER)(["x"] * count)
