"""What others hold comes in whole or not at all, in any of its spellings, and can be undone."""

from datetime import date
from pathlib import Path

import pytest

from review_service.db.models import (
    ImportedFileRow,
    RegisteredEmailRow,
    TaxpayerRow,
)
from review_service.domain.errors import InvalidInputError
from review_service.domain.taxpayers import TaxpayerStatus
from review_service.domain.wording import printable
from review_service.services.upkeep import importing
from review_service.services.upkeep.importing import Imported
from review_service.services.upkeep.imports import kinds
from tests.factories import Office
from tests.integration.services import steps
from tests.integration.services.imported_files import (
    COLUMNS,
    FIRST,
    bring_in,
    feed,
    line,
    numbered,
    taxpayer,
    told,
    write,
)


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
        importing.import_file(
            office.database,
            file,
            kinds.registry_kind,
            progress=lambda _: None,
            report=tmp_path / "nowhere" / "a.csv",
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
