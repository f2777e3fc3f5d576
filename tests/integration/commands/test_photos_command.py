"""The index of photos by hand: how it stands, whether it is whole, filling it again."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from review_service.cli import main
from review_service.db.models import TaskRow
from review_service.domain.work import TaskKind, TaskState
from tests.factories import Office
from tests.integration.services import steps
from tests.integration.services.resembling_photos import case, photo
from tests.process_parts import environment


@pytest.fixture
def office(office_on_sqlite: Office) -> Office:
    """The office whose photos are looked after."""
    return office_on_sqlite


def run(office: Office, folder: Path, *arguments: str, expect: int = 0) -> Result:
    env = environment(office, folder)
    result = CliRunner().invoke(main, ["photos", "index", *arguments], env=env)
    assert result.exit_code == expect, result.output
    assert "Traceback" not in result.output
    return result


def test_tells_how_the_photos_stand_and_asks_for_what_waits(office: Office, tmp_path: Path) -> None:
    case(office, photo("loom"), photo("wall", quality=10))
    with office.writing() as uow:
        uow.session.execute(sa.delete(TaskRow).where(TaskRow.kind == TaskKind.FIND_RESEMBLING))
        uow.commit()
    told = run(office, tmp_path).output
    assert "0 fotos en el índice." in told
    assert "1 fotos casi lisas quedan fuera" in told
    assert "1 fotos de 1 archivos esperaban" in told
    (task,) = [row for row in steps.rows(office, TaskRow) if row.kind is TaskKind.FIND_RESEMBLING]
    assert task.state is TaskState.READY


def test_fills_the_files_anew_and_finds_a_damaged_one(office: Office, tmp_path: Path) -> None:
    assert "completos" in run(office, tmp_path, "--rebuild", "--verify").output
    block = tmp_path / "photo-index" / "block-00000.bin"
    assert not block.exists()
    case(office, photo("loom"))
    with office.writing() as uow:
        uow.session.execute(sa.text("UPDATE photos SET index_position = 1"))
        uow.session.execute(
            sa.text("INSERT INTO counters (name, year, value) VALUES ('photo_index', 0, 1)")
        )
        uow.commit()
    assert "1 fotos en 1 archivos" in run(office, tmp_path, "--rebuild", "--verify").output
    block.write_bytes(b"\1" + block.read_bytes()[1:])
    told = run(office, tmp_path, "--verify", expect=1).output
    assert "El archivo 0 está dañado." in told
    assert "--rebuild" in told
    assert "completos" in run(office, tmp_path, "--rebuild", "--verify").output
