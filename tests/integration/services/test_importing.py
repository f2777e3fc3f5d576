"""What others hold comes in whole, in any of its spellings, and goes on where it broke off."""

from datetime import date
from pathlib import Path

import pytest

from review_service.db.models import (
    EstablishmentRow,
    PriorAgreementRow,
    RegisteredEmailRow,
    RegistryImportRow,
    TaxpayerRow,
)
from review_service.domain.errors import InvalidInputError
from review_service.domain.taxpayers import TaxpayerStatus
from review_service.services.upkeep import importing
from review_service.services.upkeep.importing import Imported
from tests.factories import Office
from tests.integration.services import steps

COLUMNS = (
    "NUMERO_RUC|RAZON_SOCIAL|CODIGO_JURISDICCION|ESTADO_CONTRIBUYENTE|CLASE_CONTRIBUYENTE|"
    "FECHA_INICIO_ACTIVIDADES|FECHA_ACTUALIZACION|FECHA_SUSPENSION_DEFINITIVA|"
    "FECHA_REINICIO_ACTIVIDADES|OBLIGADO|TIPO_CONTRIBUYENTE|NUMERO_ESTABLECIMIENTO|"
    "NOMBRE_FANTASIA_COMERCIAL|ESTADO_ESTABLECIMIENTO|DESCRIPCION_PROVINCIA_EST|"
    "DESCRIPCION_CANTON_EST|DESCRIPCION_PARROQUIA_EST|CODIGO_CIIU|ACTIVIDAD_ECONOMICA|"
    "AGENTE_RETENCION|ESPECIAL"
)
AGREEMENTS = "NUMERO|RUC|TITULAR|ACTIVIDAD|EMITIDO|VALIDO_HASTA"
FIRST = "1790001563001"


def line(
    ruc: str = FIRST,
    name: str = "PEÑA MUÑOZ ÍÑIGO",
    *,
    state: str = "ACTIVO",
    place: str = "001",
    ciiu: str = "C1392.09",
) -> str:
    return (
        f"{ruc}|{name}|10|{state}|RMP|02/03/2015|||||PERSONA NATURAL|{place}|EL TELAR|ABI|"
        f"IMBABURA|OTAVALO|SAN LUIS|{ciiu}|TEXTILES|N|N"
    )


def numbered(count: int) -> list[str]:
    return [line(f"17{number:08}001", f"PERSONA {number}") for number in range(count)]


def write(folder: Path, *lines: str, encoding: str = "utf-8", name: str = "catastro.csv") -> Path:
    file = folder / name
    file.write_bytes("\r\n".join([*lines, ""]).encode(encoding))
    return file


def bring_in(office: Office, file: Path) -> Imported:
    return importing.import_registry(office.writing, file, progress=lambda _: None)


def taxpayer(office: Office, ruc: str = FIRST) -> TaxpayerRow:
    return steps.stored(office, TaxpayerRow, ruc)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_names_come_in_right_from_each_encoding(
    office: Office, tmp_path: Path, encoding: str
) -> None:
    done = bring_in(office, write(tmp_path, COLUMNS, line(), encoding=encoding))
    assert done == Imported(lines=1, refused=0, already_done=False)
    row = taxpayer(office)
    assert (row.name, row.status) == ("PEÑA MUÑOZ ÍÑIGO", TaxpayerStatus.ACTIVE)
    assert row.started_on == date(2015, 3, 2)
    (place,) = row.establishments
    assert (place.number, place.canton, place.ciiu) == ("001", "Otavalo", "C139209")


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_the_encoding_is_told_also_when_the_first_accent_comes_late(
    office: Office, tmp_path: Path, encoding: str
) -> None:
    plain = [line("1790001564001", "SIN ACENTOS " + "X" * 900)] * 1300
    file = write(tmp_path, COLUMNS, *plain, line(), encoding=encoding)
    assert file.stat().st_size > 1_200_000
    bring_in(office, file)
    assert taxpayer(office).name == "PEÑA MUÑOZ ÍÑIGO"


def test_a_quoted_name_may_hold_the_separator_and_a_quote(office: Office, tmp_path: Path) -> None:
    bring_in(office, write(tmp_path, COLUMNS, line(name='"TALLER A | B ""EL SOL"""')))
    assert taxpayer(office).name == 'TALLER A | B "EL SOL"'


def test_a_misspelt_header_and_missing_columns_are_understood(
    office: Office, tmp_path: Path
) -> None:
    header = COLUMNS.replace("DESCRIPCION_PARROQUIA", "DESCPRIPCION_PARROQUIA")
    header = header.removesuffix("|AGENTE_RETENCION|ESPECIAL")
    bring_in(office, write(tmp_path, header, line().removesuffix("|N|N")))
    assert taxpayer(office).establishments[0].parish == "San Luis"


def test_each_establishment_is_a_row_and_a_later_line_wins(office: Office, tmp_path: Path) -> None:
    bring_in(
        office,
        write(
            tmp_path,
            COLUMNS,
            line(place="002"),
            line(place="001"),
            line(place="001", ciiu="C1410", name="OTRO NOMBRE", state="PASIVO"),
        ),
    )
    row = taxpayer(office)
    assert [(place.number, place.ciiu) for place in row.establishments] == [
        ("001", "C1410"),
        ("002", "C139209"),
    ]
    assert (row.name, row.status) == ("OTRO NOMBRE", TaxpayerStatus.PASSIVE)


def test_bad_lines_are_counted_and_keep_nobody_else_out(office: Office, tmp_path: Path) -> None:
    file = write(
        tmp_path,
        COLUMNS,
        line(),
        "",
        "una línea suelta",
        line("123"),
        line(state="RARO"),
        line(place="12345678901"),
        line("1790001565001", "CON\x00 NULO"),
    )
    assert bring_in(office, file) == Imported(lines=7, refused=5, already_done=False)
    assert taxpayer(office, "1790001565001").name == "CON NULO"


def test_a_name_that_no_paper_can_print_is_refused_and_named_with_its_line(
    office: Office, tmp_path: Path
) -> None:
    file = write(
        tmp_path, COLUMNS, line(), line("1790001565001", "TALLER \u65e5"), line("1790001567001")
    )
    done = bring_in(office, file)
    assert (done.lines, done.refused) == (3, 1)
    (sentence,) = done.unprintable
    assert sentence.startswith(
        "Línea 3: RAZON_SOCIAL tiene un signo que no se puede imprimir: «日»"
    )
    assert taxpayer(office, "1790001567001").name == "PEÑA MUÑOZ ÍÑIGO"
    with office.reading() as uow:
        assert uow.session.get(TaxpayerRow, "1790001565001") is None


def test_a_line_break_in_quotes_belongs_to_the_name(office: Office, tmp_path: Path) -> None:
    file = write(tmp_path, COLUMNS, line(name='"DOS\nLÍNEAS"'), line("1790001565001"))
    assert bring_in(office, file).lines == 2


def test_a_quote_that_never_ends_is_said_in_a_sentence(office: Office, tmp_path: Path) -> None:
    file = write(tmp_path, COLUMNS, line(name='"SIN FIN'), *[line("1790001565001")] * 2000)
    with pytest.raises(InvalidInputError) as raised:
        bring_in(office, file)
    assert "línea" in raised.value.problems["file"]


@pytest.mark.parametrize("first", ["", "NUMERO_RUC", "una cosa|otra cosa", COLUMNS[11:]])
def test_another_file_is_refused(office: Office, tmp_path: Path, first: str) -> None:
    with pytest.raises(InvalidInputError):
        bring_in(office, write(tmp_path, first, "1|2"))
    assert steps.rows(office, RegistryImportRow) == []


def test_a_second_run_changes_nothing(office: Office, tmp_path: Path) -> None:
    file = write(tmp_path, COLUMNS, line(), "mala")
    first = bring_in(office, file)
    before = taxpayer(office).imported_at
    second = bring_in(office, file)
    assert second == Imported(lines=first.lines, refused=first.refused, already_done=True)
    assert taxpayer(office).imported_at == before
    assert len(steps.events(office, "imported")) == 1


def test_an_import_that_broke_off_goes_on_where_it_stopped(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH_LINES", 10)
    file = write(tmp_path, COLUMNS, *numbered(15), "mala", *numbered(40)[15:])
    seen: list[int] = []

    def break_off(done: int) -> None:
        seen.append(done)
        if done == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        importing.import_registry(office.writing, file, progress=break_off)
    (kept,) = steps.rows(office, RegistryImportRow)
    assert (kept.lines_done, kept.lines_refused, kept.finished_at) == (20, 1, None)
    done = importing.import_registry(office.writing, file, progress=seen.append)
    assert done == Imported(lines=41, refused=1, already_done=False)
    assert seen == [10, 20, 30, 40, 41]
    people = [row for row in steps.rows(office, TaxpayerRow) if row.name.startswith("PERSONA")]
    assert len(people) == 40
    assert len([p for p in steps.rows(office, EstablishmentRow) if p.trade_name]) == 40


def test_the_feed_of_addresses_comes_in_and_replaces_former_ones(
    office: Office, tmp_path: Path
) -> None:
    first = write(
        tmp_path,
        "NUMERO_RUC|CORREO",
        f"{FIRST}|vieja@correo.example",
        "123|mala@correo.example",
        f"{FIRST}|",
        name="correos.csv",
    )
    assert bring_in(office, first) == Imported(lines=3, refused=2, already_done=False)
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
    done = importing.import_agreements(office.writing, file, progress=lambda _: None)
    assert done == Imported(lines=6, refused=5, already_done=False)
    (row,) = steps.rows(office, PriorAgreementRow)
    assert (row.number, row.holder) == ("MPCEIP-MDT-2023-000077", "PEÑA MUÑOZ")
    assert (row.issued_on, row.valid_until) == (date(2023, 11, 20), date(2026, 11, 20))


def test_another_file_is_no_list_of_agreements(office: Office, tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="file"):
        importing.import_agreements(
            office.writing, write(tmp_path, COLUMNS, line()), progress=lambda _: None
        )


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
    done = importing.import_agreements(office.writing, file, progress=lambda _: None)
    assert done == Imported(lines=3, refused=1, already_done=False)
    revoked = steps.stored(office, PriorAgreementRow, "MIPRO-2019-1").revoked_on
    assert revoked == date(2020, 1, 31)
    assert steps.stored(office, PriorAgreementRow, "MIPRO-2019-2").revoked_on is None
