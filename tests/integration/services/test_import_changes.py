"""What an import changes, what happens when it breaks off, and how it is undone."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
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
from review_service.domain.documents import SupportKind
from review_service.domain.errors import DatabaseDownError, NotFoundError
from review_service.domain.imported_lines import ImportKind
from review_service.services.upkeep import importing
from review_service.services.upkeep.importing import Imported
from review_service.services.upkeep.imports import kinds
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
    numbered,
    taxpayer,
    told,
    write,
)
from tests.looked_up import bring_list
from tests.looked_up import line as paper_line


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
        importing.import_file(office.database, file, kinds.registry_kind, progress=break_off)
    assert everything(office) == before
    assert list(tmp_path.glob("*.informe*")) == []
    done = importing.import_file(office.database, file, kinds.registry_kind, progress=seen.append)
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
        importing.import_file(
            office.database,
            write(tmp_path, COLUMNS, *numbered(9_000)),
            kinds.registry_kind,
            progress=end_it,
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

    importing.import_file(
        office.database,
        write(tmp_path, COLUMNS, line(name="NUEVO"), *numbered(5), name="mes.csv"),
        kinds.registry_kind,
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


def test_a_holder_that_changes_in_a_list_of_papers_is_told_with_both(
    office: Office, tmp_path: Path
) -> None:
    kind = SupportKind.TAX_CERTIFICATE
    bring_list(office, tmp_path, [paper_line(office, kind, TITULAR="ANTES DE ÉL")])
    now = [paper_line(office, kind, TITULAR="AHORA")]
    done = bring_list(office, tmp_path, now, name="mes.csv")
    assert done.renamed == 1
    assert told(done, "ASUNTO", "ANTES", "AHORA") == [("Cambio de titular", "ANTES DE ÉL", "AHORA")]


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
