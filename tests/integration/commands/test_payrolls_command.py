"""The command that deletes payrolls: what would go and why the others stay, by reference."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner

from review_service.cli import main
from review_service.db.models import ApplicationRow, DocumentRow
from review_service.domain.documents import DocumentKind
from review_service.domain.terms import ecuador_day
from review_service.domain.wording import long_date
from review_service.services.applicant import applying
from review_service.services.upkeep import clockwork
from tests.factories import OTHER_RUC, RUC, Office
from tests.integration.services import steps
from tests.process_parts import environment
from tests.ventures import HOLDER, ready_venture

DAYS = 140


@pytest.fixture
def office(office_on_sqlite: Office) -> Office:
    """The office that the command works on."""
    return office_on_sqlite


@pytest.fixture
def ended(office: Office) -> UUID:
    """A withdrawn application whose days are over; another one is open."""
    application_id = ready_venture(office)
    applying.withdraw(office.writing(), application_id=application_id, ruc=RUC)
    row = steps.application(office, application_id)
    steps.make_older(office, row, "changed_at", by=timedelta(days=DAYS))
    ready_venture(office, OTHER_RUC)
    return application_id


def run(office: Office, folder: Path, *more: str) -> str:
    done = CliRunner().invoke(main, ["payrolls", "delete", *more], env=environment(office, folder))
    assert done.exit_code == 0, done.output
    return done.output


def gone(office: Office) -> list[UUID]:
    return [
        row.application_id
        for row in steps.rows(office, DocumentRow)
        if row.kind is DocumentKind.PAYROLL and row.released_at is not None
    ]


def test_a_dry_run_names_references_and_counts_and_changes_nothing(
    office: Office, ended: UUID, tmp_path: Path
) -> None:
    told = run(office, tmp_path, "--dry-run")
    references = {row.id: row.reference for row in steps.rows(office, ApplicationRow)}
    kept = next(reference for key, reference in references.items() if key != ended)
    assert f"{references[ended]}: 1 archivo, se elimina\n" in told
    with office.reading() as uow:
        goes = long_date(ecuador_day(uow.now) + timedelta(days=60))
    assert f"{kept}: 1 archivo, se elimina el {goes}, 60 días después del último cambio\n" in told
    assert "Archivos que se eliminarían: 1; que se conservan: 1. No se cambió nada." in told
    assert not [word for word in (*HOLDER.split(), RUC, OTHER_RUC, "nomina.pdf") if word in told]
    assert gone(office) == []


def test_without_it_the_files_go_and_the_operator_is_in_the_trail(
    office: Office, ended: UUID, tmp_path: Path
) -> None:
    told = run(office, tmp_path, "--operator", "rosa")
    assert "Archivos de nóminas eliminados: 1." in told
    assert gone(office) == [ended]
    [event] = steps.events(office, "payroll_deleted")
    assert (event.actor, event.details["operator"]) == ("operator", "rosa")
    assert "Archivos de nóminas eliminados: 0." in run(office, tmp_path)


def test_it_says_when_the_clock_is_not_believed(
    office: Office, ended: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clockwork, "is_steady", lambda _uow: False)
    assert "mientras no se crea al reloj" in run(office, tmp_path)
    assert gone(office) == []
    assert steps.application(office, ended).decided_at is None
