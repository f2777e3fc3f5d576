"""The plan of what goes: kinds, counts, days and references, and nobody's name."""

import csv
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner

from review_service.cli import main
from review_service.db.models import DocumentRow
from review_service.services.applicant import applying
from tests.factories import RUC, Office
from tests.integration.services import steps
from tests.process_parts import environment


@pytest.fixture
def office(office_on_sqlite: Office) -> Office:
    """The office that the command works on."""
    return office_on_sqlite


@pytest.fixture
def withdrawn(office: Office) -> UUID:
    """A withdrawn application with photos."""
    application_id = steps.in_review(office)
    applying.withdraw(office.writing(), application_id=application_id, ruc=RUC)
    return application_id


def run(office: Office, folder: Path, *more: str) -> str:
    done = CliRunner().invoke(main, ["retention", *more], env=environment(office, folder))
    assert done.exit_code == 0, done.output
    return done.output


def test_the_plan_tells_kinds_counts_and_what_keeps_them(
    office: Office, withdrawn: UUID, tmp_path: Path
) -> None:
    file = tmp_path / "plan.csv"
    told = run(office, tmp_path, "plan", "--csv", str(file))
    assert "Fotos de solicitudes negadas o desistidas: se eliminan ahora 0" in told
    assert "la institución no ha confirmado cuánto tiempo se conserva" in told
    assert told.endswith("No se cambió nada.\n")
    row = steps.application(office, withdrawn)
    written = file.read_text("utf-8")
    assert row.reference in written
    assert not any(word in told + written for word in (row.holder, row.ruc))
    lines = list(csv.DictReader(written.splitlines()))
    assert [line["ahora"] for line in lines if line["solicitud"] == row.reference] == ["no"]


def test_delete_does_what_the_scheduler_does(office: Office, tmp_path: Path) -> None:
    steps.in_review(office)
    assert run(office, tmp_path, "delete").startswith("No había nada que eliminar.")
    assert not any(row.released_at for row in steps.rows(office, DocumentRow))
