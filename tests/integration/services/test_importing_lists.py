"""Other lists that are imported: mail addresses, and agreements issued before this service."""

from datetime import date
from pathlib import Path

import pytest

from review_service.db.models import (
    PriorAgreementRow,
    RegisteredEmailRow,
)
from review_service.domain.errors import InvalidInputError
from review_service.services.upkeep.importing import Imported
from tests.factories import Office
from tests.integration.services import steps
from tests.integration.services.imported_files import (
    AGREEMENTS,
    COLUMNS,
    FIRST,
    bring_agreements,
    bring_in,
    feed,
    line,
    told,
    write,
)


def test_addresses_are_taken_where_one_is_meant(office: Office, tmp_path: Path) -> None:
    done = bring_in(
        office,
        feed(
            tmp_path,
            "3000005011001|begoña.muñoz@correo.example",
            "3000005029001|jose@correo.example; maria@correo.example",
            "3000005037001|inigo@correo.example ",
            "3000005052001|ana@cañar.example",
            "3000005086001|<ana@correo.example>",
            "100000009001|rosa@correo.example",
        ),
    )
    assert done == Imported(lines=6, refused=2)
    assert told(done, "LINEA") == [("3",), ("7",)]
    held = {row.ruc: row.email for row in steps.rows(office, RegisteredEmailRow)}
    assert held["3000005011001"] == "begoña.muñoz@correo.example"
    assert held["3000005037001"] == "inigo@correo.example"
    assert held["3000005052001"] == "ana@xn--caar-hqa.example"
    assert held["3000005086001"] == "ana@correo.example"
    assert "3000005029001" not in held


def test_the_feed_of_addresses_comes_in_and_replaces_former_ones(
    office: Office, tmp_path: Path
) -> None:
    first = write(
        tmp_path,
        "NUMERO_RUC|CORREO",
        f"{FIRST}|vieja@correo.example",
        "123|mala@correo.example",
        "1790001565001|",
        name="correos.csv",
    )
    assert bring_in(office, first) == Imported(lines=3, refused=2)
    second = write(tmp_path, "numero_ruc|correo", f"{FIRST}|nueva@correo.example", name="c2.csv")
    bring_in(office, second)
    row = steps.stored(office, RegisteredEmailRow, FIRST)
    assert (row.email, row.source) == ("nueva@correo.example", "c2.csv")
    assert steps.stored(office, RegisteredEmailRow, "3000000012001").email == "maria@correo.example"


def test_agreements_issued_before_come_in(office: Office, tmp_path: Path) -> None:
    file = write(
        tmp_path,
        AGREEMENTS,
        f" mpceip-mdt-2023-000077|{FIRST}|PEÑA MUÑOZ|Tejidos|2023-11-20|2026-11-20",
        f"MPCEIP-MDT-2023-000078|{FIRST}|PEÑA MUÑOZ|Tejidos|20/11/2023|2026-11-20",
        f"MPCEIP-MDT-2023-000079|{FIRST}|PEÑA MUÑOZ|Tejidos|2023-11-20|2023-11-19",
        "MPCEIP-MDT-2023-000080|123|PEÑA MUÑOZ|Tejidos|2023-11-20|2026-11-20",
        f"|{FIRST}|PEÑA MUÑOZ|Tejidos|2023-11-20|2026-11-20",
        "a|b",
        name="acuerdos.csv",
    )
    done = bring_agreements(office, file)
    assert done == Imported(lines=6, refused=4)
    assert told(done, "LINEA") == [("4",), ("5",), ("6",), ("7",)]
    second = steps.stored(office, PriorAgreementRow, "MPCEIP-MDT-2023-000078")
    assert second.issued_on == date(2023, 11, 20)
    row = steps.stored(office, PriorAgreementRow, "MPCEIP-MDT-2023-000077")
    assert (row.number, row.holder) == ("MPCEIP-MDT-2023-000077", "PEÑA MUÑOZ")
    assert (row.issued_on, row.valid_until) == (date(2023, 11, 20), date(2026, 11, 20))


def test_another_file_is_no_list_of_agreements(office: Office, tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="file"):
        bring_agreements(office, write(tmp_path, COLUMNS, line()))


def test_a_last_column_may_say_that_an_agreement_was_revoked(
    office: Office, tmp_path: Path
) -> None:
    file = write(
        tmp_path,
        f"{AGREEMENTS}|REVOCADO",
        f"MIPRO-2019-1|{FIRST}|UNO|Tejidos|2019-05-02|2022-05-02|2020-01-31",
        f"MIPRO-2019-2|{FIRST}|UNO|Tejidos|2019-05-02|2022-05-02|",
        f"MIPRO-2019-3|{FIRST}|UNO|Tejidos|2019-05-02|2022-05-02|nunca",
    )
    done = bring_agreements(office, file)
    assert done == Imported(lines=3, refused=1)
    revoked = steps.stored(office, PriorAgreementRow, "MIPRO-2019-1").revoked_on
    assert revoked == date(2020, 1, 31)
    assert steps.stored(office, PriorAgreementRow, "MIPRO-2019-2").revoked_on is None
