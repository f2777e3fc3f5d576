"""What others hold comes in whole or not at all, in any of its spellings, and can be undone."""

import csv
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from review_service.db.base import Base
from review_service.db.models import (
    EstablishmentRow,
    EventRow,
    ImportedFileRow,
    PriorAgreementRow,
    RegisteredEmailRow,
    TaxpayerRow,
)
from review_service.db.models.imports import FORMER
from review_service.domain.errors import DatabaseDownError, InvalidInputError, NotFoundError
from review_service.domain.imported_lines import ImportKind
from review_service.domain.taxpayers import TaxpayerStatus
from review_service.domain.wording import printable
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


def bring_in(office: Office, file: Path, *, accept_names: bool = False) -> Imported:
    return importing.import_registry(
        office.database, file, progress=lambda _: None, accept_names=accept_names
    )


def bring_agreements(office: Office, file: Path) -> Imported:
    return importing.import_agreements(office.database, file, progress=lambda _: None)


def told(done: Imported, *columns: str) -> list[tuple[str, ...]]:
    """Return some columns of the report's lines."""
    assert done.report is not None
    with done.report.open(encoding="utf-8-sig", newline="") as text:
        return [tuple(row[name] for name in columns) for row in csv.DictReader(text, delimiter=";")]


def feed(folder: Path, *lines: str, name: str = "correos.csv") -> Path:
    return write(folder, "NUMERO_RUC|CORREO", *lines, name=name)


def taxpayer(office: Office, ruc: str = FIRST) -> TaxpayerRow:
    return steps.stored(office, TaxpayerRow, ruc)


def test_signs_that_the_database_would_read_otherwise_come_in_among_plain_lines(
    office: Office, tmp_path: Path
) -> None:
    plain = numbered(2)
    slash = line("1790001564001", r"TALLER \. \N C:\NORTE\t")
    no_day = line("1790001565001").replace("02/03/2015", "")
    done = bring_in(office, write(tmp_path, COLUMNS, plain[0], slash, no_day, plain[1]))
    assert done == Imported(lines=4, refused=0)
    assert taxpayer(office, "1790001564001").name == r"TALLER \. \N C:\NORTE\t"
    assert taxpayer(office, "1790001565001").started_on is None
    assert taxpayer(office, plain[1][:13]).name == "PERSONA 1"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_names_come_in_right_from_each_encoding(
    office: Office, tmp_path: Path, encoding: str
) -> None:
    done = bring_in(office, write(tmp_path, COLUMNS, line(), encoding=encoding))
    assert done == Imported(lines=1, refused=0)
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


def test_bad_lines_are_named_and_keep_nobody_else_out(office: Office, tmp_path: Path) -> None:
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
        "|||||",
    )
    done = bring_in(office, file)
    assert (done, done.taken) == (Imported(lines=6, refused=4), 2)
    assert taxpayer(office, "1790001565001").name == "CON NULO"
    assert [(row[0], row[1]) for row in told(done, "LINEA", "ASUNTO")] == [
        (str(number), "No tomada") for number in (4, 5, 6, 7)
    ]
    assert all(reason.endswith(".") for (reason,) in told(done, "MOTIVO"))


def test_nothing_to_tell_leaves_no_report(office: Office, tmp_path: Path) -> None:
    assert bring_in(office, write(tmp_path, COLUMNS, line())).report is None
    assert [file.name for file in tmp_path.glob("*.informe*")] == []


def test_a_report_is_its_owners_alone_and_never_written_over(
    office: Office, tmp_path: Path
) -> None:
    for name, count in (("catastro.informe.csv", 1), ("catastro.informe-2.csv", 2)):
        done = bring_in(office, write(tmp_path, COLUMNS, *["mala"] * count))
        assert done.report == tmp_path / name
        assert done.report.stat().st_mode & 0o777 == 0o600
        assert len(told(done, "LINEA")) == count


def test_a_report_that_cannot_be_written_stops_before_anything_changes(
    office: Office, tmp_path: Path
) -> None:
    file = write(tmp_path, COLUMNS, line())
    with pytest.raises(OSError, match="nowhere"):
        importing.import_registry(
            office.database, file, progress=lambda _: None, report=tmp_path / "nowhere" / "a.csv"
        )
    assert steps.rows(office, ImportedFileRow) == []


def test_one_latin_byte_leaves_the_other_lines_as_they_are(office: Office, tmp_path: Path) -> None:
    names = [
        "MUÑOZ ÑÁÑEZ BEGOÑA",
        "PEÑAFIEL JOSÉ",
        "NÚÑEZ IBÁÑEZ IÑIGO",
        "PE\u201cÑ\u201d \u2013 A",
    ]
    rucs = [f"17900015{number}001" for number in range(60, 64)]
    encodings = ["utf-8", "utf-8", "latin-1", "cp1252"]
    lines = [
        f"{line(ruc, name)}\r\n".encode(encoding)
        for ruc, name, encoding in zip(rucs, names, encodings, strict=True)
    ]
    mixed = line("1790001565001", "MUÑOZ ").encode() + "ÑAÑEZ\r\n".encode("latin-1")
    file = tmp_path / "mixed.csv"
    file.write_bytes(b"".join([f"{COLUMNS}\r\n".encode(), *lines, mixed]))
    done = bring_in(office, file)
    assert [taxpayer(office, ruc).name for ruc in rucs] == names
    assert [printable(name) for name in names] == names, "the paper drops none of them"
    assert done == Imported(lines=5, refused=1)
    assert told(done, "LINEA") == [("6",)]


def test_what_excel_did_to_a_ruc_is_named_with_its_line(office: Office, tmp_path: Path) -> None:
    file = write(
        tmp_path, COLUMNS, line("100000009001"), line("1,79E+12"), line("3000005086001", "BUENA")
    )
    done = bring_in(office, file)
    assert done == Imported(lines=3, refused=2)
    first, second = told(done, "LINEA", "MOTIVO")
    assert first[0] == "2"
    assert "Excel le quitó el 0" in first[1]
    assert second[0] == "3"
    assert "Excel cambió el RUC por «1,79E+12»" in second[1]
    assert taxpayer(office, "3000005086001").name == "BUENA"


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


def test_lines_that_contradict_each_other_are_named(office: Office, tmp_path: Path) -> None:
    done = bring_in(
        office,
        feed(
            tmp_path,
            "3000005011001|primera@correo.example",
            "3000005029001|igual@correo.example",
            "3000005011001|segunda@correo.example",
            "3000005029001|igual@correo.example",
        ),
    )
    assert done == Imported(lines=4, refused=1)
    assert told(done, "LINEA", "ASUNTO", "RUC") == [("2", "No tomada", "3000005011001")]
    assert "La línea 4" in told(done, "MOTIVO")[0][0]
    assert steps.stored(office, RegisteredEmailRow, "3000005011001").email.startswith("segunda")


def test_two_names_of_one_ruc_in_a_file_are_told(office: Office, tmp_path: Path) -> None:
    done = bring_in(
        office,
        write(tmp_path, COLUMNS, line(name="UNO", place="1"), line(name="OTRO", place="2")),
    )
    assert done == Imported(lines=2, refused=0)
    assert told(done, "LINEA", "ASUNTO", "RUC") == [("2", "Aviso", FIRST)]
    assert taxpayer(office).name == "OTRO"


def test_a_name_that_no_paper_can_print_is_refused_and_named_with_its_line(
    office: Office, tmp_path: Path
) -> None:
    file = write(
        tmp_path, COLUMNS, line(), line("1790001565001", "TALLER \u65e5"), line("1790001567001")
    )
    done = bring_in(office, file)
    assert (done.lines, done.refused) == (3, 1)
    ((number, reason),) = told(done, "LINEA", "MOTIVO")
    assert number == "3"
    assert reason.startswith("RAZON_SOCIAL tiene un signo que no se puede imprimir: «日»")
    assert taxpayer(office, "1790001567001").name == "PEÑA MUÑOZ ÍÑIGO"
    with office.reading() as uow:
        assert uow.session.get(TaxpayerRow, "1790001565001") is None


def test_a_line_break_in_quotes_belongs_to_the_name(office: Office, tmp_path: Path) -> None:
    file = write(tmp_path, COLUMNS, line(name='"DOS\nLÍNEAS"'), line("1790001565001"), "mala")
    done = bring_in(office, file)
    assert done == Imported(lines=3, refused=1)
    assert told(done, "LINEA") == [("5",)]
    assert taxpayer(office).name == "DOS LÍNEAS"


def test_a_quote_that_never_ends_costs_its_own_line_only(office: Office, tmp_path: Path) -> None:
    others = numbered(30)
    spoilt = [line(name='"SIN FIN'), *others, line(name='"SIN FIN'), line(name="MU\\ÑOZ")]
    done = bring_in(office, write(tmp_path, COLUMNS, *spoilt))
    assert done == Imported(lines=33, refused=2)
    assert told(done, "LINEA", "MOTIVO") == [
        ("2", "Unas comillas se abren y no se cierran."),
        ("33", "Unas comillas se abren y no se cierran."),
    ]
    assert taxpayer(office).name == "MU\\ÑOZ"
    assert len([row for row in steps.rows(office, TaxpayerRow) if "PERSONA" in row.name]) == 30


def test_a_quote_closed_in_another_line_swallows_nobody(office: Office, tmp_path: Path) -> None:
    file = write(
        tmp_path,
        COLUMNS,
        line(name='"SIN FIN'),
        line("1790001565001", "EN MEDIO"),
        line("1790001567001", '"EL SOL"'),
    )
    assert bring_in(office, file) == Imported(lines=3, refused=1)
    assert taxpayer(office, "1790001565001").name == "EN MEDIO"
    assert taxpayer(office, "1790001567001").name == "EL SOL"


def test_a_line_without_end_is_named(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("review_service.services.upkeep.imports.records.MOST_LINE_BYTES", 1000)
    monkeypatch.setattr("review_service.services.upkeep.imports.records.BLOCK_BYTES", 300)
    file = write(tmp_path, COLUMNS, line(name="X" * 3000), line("1790001565001"))
    done = bring_in(office, file)
    assert done == Imported(lines=2, refused=1)
    assert told(done, "LINEA", "MOTIVO") == [("2", "La línea es demasiado larga.")]


@pytest.mark.parametrize("block", [1, 7, 100, 1000, 1_000_000])
def test_lines_are_the_same_however_the_file_is_read(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr("review_service.services.upkeep.imports.records.BLOCK_BYTES", block)
    lines = [
        *numbered(3),
        line("1790001565001", '"DOS\r\nLÍNEAS"'),
        line("1790001567001", "MUN\u0303OZ"),
        "",
        line("1790001570001", '"SIN FIN'),
        line(),
        "mala",
    ]
    file = write(tmp_path, COLUMNS, *lines)
    file.write_bytes(file.read_bytes().removesuffix(b"\r\n"))
    done = bring_in(office, file)
    assert done == Imported(lines=8, refused=2)
    assert told(done, "LINEA") == [("9",), ("11",)]
    assert taxpayer(office, "1790001565001").name == "DOS LÍNEAS"
    assert taxpayer(office, "1790001567001").name == "MUÑOZ"
    assert taxpayer(office).name == "PEÑA MUÑOZ ÍÑIGO"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (COLUMNS.encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04 and so on", "libro de Excel"),
        (COLUMNS.replace("|", ";").encode(), "«;»"),
        (b"NUMERO_RUC\tCORREO\r\n", "tabuladores"),
        (f"{COLUMNS}\r{line()}\r".encode(), "solo CR"),
    ],
    ids=["utf-16", "xlsx", "semicolon", "tabs", "cr"],
)
def test_a_file_saved_in_another_way_is_told_how_to_save_it(
    office: Office, tmp_path: Path, content: bytes, said: str
) -> None:
    file = tmp_path / "otro.csv"
    file.write_bytes(content)
    with pytest.raises(InvalidInputError) as raised:
        bring_in(office, file)
    assert said in raised.value.problems["file"]


@pytest.mark.parametrize("first", ["", "NUMERO_RUC", "una cosa|otra cosa", COLUMNS[11:]])
def test_another_file_is_refused(office: Office, tmp_path: Path, first: str) -> None:
    with pytest.raises(InvalidInputError):
        bring_in(office, write(tmp_path, first, "1|2"))
    assert steps.rows(office, ImportedFileRow) == []


def test_a_second_run_changes_nothing(office: Office, tmp_path: Path) -> None:
    file = write(tmp_path, COLUMNS, line(), "mala")
    first = bring_in(office, file)
    before = taxpayer(office).imported_at
    second = bring_in(office, file)
    assert second == Imported(lines=first.lines, refused=first.refused, already_done=True)
    assert taxpayer(office).imported_at == before
    assert len(steps.events(office, "imported")) == 1


def test_a_row_that_does_not_differ_stays_as_it_is(office: Office, tmp_path: Path) -> None:
    bring_in(office, write(tmp_path, COLUMNS, line(), line("1790001565001")))
    before = taxpayer(office).imported_at
    bring_in(
        office, write(tmp_path, COLUMNS, line(), line("1790001565001", "OTRO"), name="mes.csv")
    )
    assert (taxpayer(office).imported_at, taxpayer(office).source) == (before, "catastro.csv")
    assert taxpayer(office, "1790001565001").source == "mes.csv"


@pytest.mark.parametrize("fault", [KeyboardInterrupt, OSError])
def test_an_import_that_breaks_off_changed_nothing_and_starts_again(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: type[BaseException]
) -> None:
    monkeypatch.setattr(importing, "PROGRESS_LINES", 10)
    file = write(tmp_path, COLUMNS, "mala", *numbered(40))
    before = everything(office)
    seen: list[int] = []

    def break_off(done: int) -> None:
        seen.append(done)
        if done == 20:
            raise fault

    with pytest.raises(fault):
        importing.import_registry(office.database, file, progress=break_off)
    assert everything(office) == before
    assert list(tmp_path.glob("*.informe*")) == []
    done = importing.import_registry(office.database, file, progress=seen.append)
    assert done == Imported(lines=41, refused=1)
    assert seen == [10, 20, 10, 20, 30, 40, 41]


def test_a_database_that_goes_away_is_said_and_nothing_changed(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if office.database.engine.dialect.name == "sqlite":
        return
    monkeypatch.setattr(importing, "PROGRESS_LINES", 3_000)
    before = everything(office)

    def end_it(_lines: int) -> None:
        with office.database.engine.begin() as connection:
            connection.execute(
                sa.text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND query LIKE 'COPY%'"
                )
            )

    with pytest.raises(DatabaseDownError):
        importing.import_registry(
            office.database, write(tmp_path, COLUMNS, *numbered(9_000)), progress=end_it
        )
    assert everything(office) == before


def test_what_was_there_is_served_until_the_new_is_whole(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "PROGRESS_LINES", 1)
    bring_in(office, write(tmp_path, COLUMNS, line(name="VIEJO")))
    seen: list[str] = []

    def look(_lines: int) -> None:
        found = office.registry.find(FIRST)
        assert found is not None
        seen.append(found.name)
        with office.writing() as uow:  # nobody is kept from writing meanwhile
            uow.record("written_meanwhile", actor="test")
            uow.commit()

    importing.import_registry(
        office.database,
        write(tmp_path, COLUMNS, line(name="NUEVO"), *numbered(5), name="mes.csv"),
        progress=look,
    )
    assert seen == ["VIEJO"] * 7
    assert taxpayer(office).name == "NUEVO"


def test_a_wrong_import_does_not_block_the_right_one(office: Office, tmp_path: Path) -> None:
    right = write(tmp_path, COLUMNS, line(name="ÑAUPARI O'BRIEN"))
    wrong = write(tmp_path, COLUMNS, line(name="NOMBRE EQUIVOCADO"), name="wrong.csv")
    for file in (right, wrong, right):
        assert not bring_in(office, file).already_done
    assert taxpayer(office).name == "ÑAUPARI O'BRIEN"


def test_a_legal_name_that_changes_is_told_with_both(
    office: Office, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    bring_in(office, write(tmp_path, COLUMNS, line(name="ANTES DE ÉL")))
    done = bring_in(office, write(tmp_path, COLUMNS, line(name="=AHORA"), name="mes.csv"))
    assert (done.renamed, done.refused) == (1, 0)
    assert told(done, "LINEA", "ASUNTO", "RUC", "ANTES", "AHORA") == [
        ("2", "Cambio de nombre", FIRST, "ANTES DE ÉL", "'=AHORA")
    ]
    shown = caplog.text + "".join(str(vars(record)) for record in caplog.records)
    trail = "".join(str(row.details) for row in steps.rows(office, EventRow))
    for private in ("ANTES DE ÉL", "AHORA", FIRST):
        assert private not in shown
        assert private not in trail


def test_an_address_that_changes_is_told_with_both(office: Office, tmp_path: Path) -> None:
    bring_in(office, feed(tmp_path, f"{FIRST}|vieja@correo.example"))
    done = bring_in(office, feed(tmp_path, f"{FIRST}|nueva@correo.example", name="c2.csv"))
    assert told(done, "ASUNTO", "ANTES", "AHORA") == [
        ("Cambio de correo", "vieja@correo.example", "nueva@correo.example")
    ]


@pytest.mark.parametrize(
    ("known", "changed", "held"), [(30, 20, False), (30, 21, True), (2100, 21, False)]
)
def test_many_legal_names_change_only_when_somebody_accepts_them(
    office: Office, tmp_path: Path, known: int, changed: int, *, held: bool
) -> None:
    lines = numbered(known)
    bring_in(office, write(tmp_path, COLUMNS, *lines))
    renamed = [text.replace("PERSONA", "OTRA") for text in lines[:changed]]
    file = write(tmp_path, COLUMNS, *renamed, *lines[changed:], name="mes.csv")
    before = everything(office)
    done = bring_in(office, file)
    assert (done.held, done.renamed) == (held, changed)
    assert len(told(done, "ANTES")) == changed
    if not held:
        return
    assert everything(office) == before
    done = bring_in(office, file, accept_names=True)
    assert (done.held, done.renamed) == (False, changed)
    assert len([row for row in steps.rows(office, TaxpayerRow) if "OTRA" in row.name]) == changed


def everything(office: Office) -> dict[str, list[dict[str, Any]]]:
    """Return every row of the registers."""
    kinds: tuple[type[Base], ...] = (
        TaxpayerRow,
        EstablishmentRow,
        RegisteredEmailRow,
        PriorAgreementRow,
    )
    return {
        kind.__tablename__: sorted(
            (
                {column.name: getattr(row, column.name) for column in kind.__table__.columns}
                for row in steps.rows(office, kind)
            ),
            key=str,
        )
        for kind in kinds
    }


def former_rows(office: Office) -> int:
    with office.reading() as uow:
        return sum(len(uow.session.execute(table.select()).all()) for table in FORMER.values())


def second_catastro() -> tuple[str, ...]:
    """Return lines that change a name, close a place, add a place and a taxpayer, and stay."""
    return (
        line(name="OTRO NOMBRE"),
        line(place="002"),
        line("1790001565001", "CERRADA").replace("|ABI|", "|CER|"),
        line("1790001567001", "NUEVA"),
        line("1790001570001", "QUEDA"),
    )


UNDOABLE: list[tuple[ImportKind, Callable[[Office, Path], Imported], list[str], list[str]]] = [
    (
        ImportKind.CATASTRO,
        bring_in,
        [COLUMNS, line(), line("1790001565001", "CERRADA"), line("1790001570001", "QUEDA")],
        [COLUMNS, *second_catastro()],
    ),
    (
        ImportKind.EMAILS,
        bring_in,
        ["NUMERO_RUC|CORREO", f"{FIRST}|vieja@correo.example", "1790001565001|x@correo.example"],
        ["NUMERO_RUC|CORREO", f"{FIRST}|nueva@correo.example", "1790001567001|y@correo.example"],
    ),
    (
        ImportKind.AGREEMENTS,
        bring_agreements,
        [AGREEMENTS, f"A-1|{FIRST}|UNO|Tejidos|2019-05-02|2022-05-02"],
        [
            AGREEMENTS,
            f"A-1|{FIRST}|OTRO|Tejidos|2019-05-02|2022-05-02",
            f"A-2|{FIRST}|UNO|Tejidos|2019-05-02|2022-05-02",
        ],
    ),
]


@pytest.mark.parametrize(
    ("kind", "bring", "before", "after"), UNDOABLE, ids=[each[0].value for each in UNDOABLE]
)
def test_the_last_import_of_a_kind_is_undone(
    office: Office,
    tmp_path: Path,
    kind: ImportKind,
    bring: Callable[[Office, Path], Imported],
    before: list[str],
    after: list[str],
) -> None:
    bring(office, write(tmp_path, *before, name="antes.csv"))
    held = everything(office)
    bring(office, write(tmp_path, *after, name="después.csv"))
    changed = everything(office)
    assert changed != held
    undone = importing.undo_last(office.database, kind)
    assert undone.file_name == "después.csv"
    assert undone.removed
    assert undone.restored
    assert everything(office) == held
    assert former_rows(office) == 0
    assert len(steps.events(office, "import_undone")) == 1
    with pytest.raises(NotFoundError, match="ya se deshizo"):
        importing.undo_last(office.database, kind)
    assert everything(office) == held
    # The undone file may come again, and the right one after it.
    assert not bring(office, tmp_path / "después.csv").already_done
    assert {name: len(rows) for name, rows in everything(office).items()} == {
        name: len(rows) for name, rows in changed.items()
    }


def test_undoing_one_kind_leaves_the_others_alone(office: Office, tmp_path: Path) -> None:
    bring_in(office, write(tmp_path, COLUMNS, line()))
    bring_in(office, feed(tmp_path, f"{FIRST}|vieja@correo.example"))
    held = everything(office)
    bring_in(office, feed(tmp_path, f"{FIRST}|nueva@correo.example", name="c2.csv"))
    importing.undo_last(office.database, ImportKind.EMAILS)
    assert everything(office) == held
    importing.undo_last(office.database, ImportKind.CATASTRO)
    assert [row for row in steps.rows(office, TaxpayerRow) if row.ruc == FIRST] == []
    assert [row.ruc for row in steps.rows(office, RegisteredEmailRow) if row.ruc == FIRST]


def test_two_imports_at_once_come_in_one_after_the_other(office: Office, tmp_path: Path) -> None:
    files = [
        write(tmp_path, COLUMNS, *numbered(300), line(name=f"N{each}"), name=f"{each}.csv")
        for each in range(4)
    ]
    with ThreadPoolExecutor(len(files)) as pool:
        done = list(pool.map(lambda file: bring_in(office, file), files))
    assert [(each.lines, each.refused, each.held) for each in done] == [(301, 0, False)] * 4
    held = taxpayer(office)
    newest = max(steps.rows(office, ImportedFileRow), key=lambda row: row.imported_at)
    assert (held.name, held.source) == (f"N{newest.file_name[0]}", newest.file_name)
    importing.undo_last(office.database, ImportKind.CATASTRO)
    assert taxpayer(office).name != held.name
    assert len(steps.rows(office, TaxpayerRow)) == 303


def test_without_an_import_there_is_nothing_to_undo(office: Office) -> None:
    with pytest.raises(NotFoundError, match="ninguna importación de correos"):
        importing.undo_last(office.database, ImportKind.EMAILS)


def test_what_was_overwritten_is_kept_of_the_last_import_only(
    office: Office, tmp_path: Path
) -> None:
    for number in range(3):
        bring_in(office, write(tmp_path, COLUMNS, line(name=f"N{number}"), name=f"{number}.csv"))
    assert former_rows(office) == 1
    importing.undo_last(office.database, ImportKind.CATASTRO)
    assert taxpayer(office).name == "N1"


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
