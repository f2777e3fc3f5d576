"""Backup, restore and the check of stored files by command."""

from io import BytesIO
from pathlib import Path

import sqlalchemy as sa
from click.testing import CliRunner

from review_service.adapters.local_store import LocalFileStore
from review_service.cli import main
from review_service.db.database import Database
from review_service.db.migrate import migrate
from review_service.db.models import AgreementRow, PageRow
from review_service.demo.stage.home import Home
from tests.factories import (
    Office,
    RememberedBells,
)
from tests.integration.commands.runs import Command, issued
from tests.integration.services import steps


def test_a_backup_is_made_and_comes_back(run: Command, office: Office, tmp_path: Path) -> None:
    issued(office)
    archive, key = tmp_path / "copia.age", tmp_path / "clave"
    assert "BACKUP_KEY_FILE" in run("backup", str(archive), expect=1).output
    assert str(key) in run("backup-key", str(key)).output
    assert key.stat().st_mode & 0o777 == 0o600
    assert "No se puede usar" in run("backup-key", str(key), expect=1).output
    with_key = {"BACKUP_KEY_FILE": str(key)}
    assert "guardados" in run("backup", str(archive), **with_key).output
    elsewhere = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/other.db",
        "DATA_DIR": str(tmp_path / "other"),
        **with_key,
    }
    other_key = tmp_path / "otra"
    run("backup-key", str(other_key))
    wrong = {**elsewhere, "BACKUP_KEY_FILE": str(other_key)}
    assert "no abre este respaldo" in run("restore", str(archive), expect=1, **wrong).output
    key_of_nothing = {**elsewhere, "BACKUP_KEY_FILE": str(archive.with_name("other.db"))}
    archive.with_name("other.db").write_text("", encoding="ascii")
    assert "Falta la clave" in run("restore", str(archive), expect=1, **key_of_nothing).output
    archive.with_name("other.db").unlink()
    assert "recuperados" in run("restore", str(archive), **elsewhere).output
    assert "Todo se cumple.\n" in run("invariants", "--bytes", **elsewhere).output
    assert "no está vacía" in run("restore", str(archive), expect=1, **elsewhere).output
    archive.write_bytes(b"")
    assert "respaldo" in run("restore", str(archive), expect=1, **elsewhere).output
    nowhere = str(tmp_path / "no" / "a.age")
    assert "No se puede usar" in run("backup", nowhere, expect=1, **with_key).output
    Database(elsewhere["DATABASE_URL"], office.notices).engine.dispose()


def test_a_lost_file_is_told_by_the_backup(run: Command, office: Office, tmp_path: Path) -> None:
    issued(office)
    (agreement,) = steps.rows(office, AgreementRow)
    office.store.delete(agreement.storage_key or "")
    key = tmp_path / "clave"
    run("backup-key", str(key))
    told = run("backup", str(tmp_path / "a.age"), expect=1, BACKUP_KEY_FILE=str(key)).output
    assert "guardados" in told
    assert "Faltan en el almacén 1 archivos" in told
    assert str(agreement.storage_key) in told


def test_a_file_that_cannot_be_read_is_told_by_the_backup_and_the_restore(
    run: Command, office: Office, tmp_path: Path
) -> None:
    issued(office)
    (agreement,) = steps.rows(office, AgreementRow)
    assert isinstance(office.store, LocalFileStore)
    file = office.store._folder / (agreement.storage_key or "")  # noqa: SLF001 -- the file itself
    file.unlink()
    file.symlink_to(file)  # can be opened by nobody
    key, archive = tmp_path / "clave", str(tmp_path / "a.age")
    run("backup-key", str(key))
    told = run("backup", archive, expect=1, BACKUP_KEY_FILE=str(key)).output
    assert "guardados" in told
    assert "No se pudieron leer 1 archivos" in told
    assert str(agreement.storage_key) in told
    elsewhere = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/other.db",
        "DATA_DIR": str(tmp_path / "other"),
        "BACKUP_KEY_FILE": str(key),
    }
    told = run("restore", archive, **elsewhere).output
    assert "no está completo: 1 archivos" in told


def test_the_data_folder_of_a_demo_is_enough_for_a_backup(tmp_path: Path) -> None:
    home = Home(folder=tmp_path)
    home.backup_key()
    database = Database(f"sqlite:///{tmp_path}/review.db", RememberedBells())
    migrate(database.engine)
    database.engine.dispose()
    done = CliRunner().invoke(
        main, ["backup", str(tmp_path / "a.age")], env={"DATA_DIR": str(tmp_path)}
    )
    assert done.exit_code == 0, done.output
    assert "guardados" in done.output


def test_files_that_changed_are_listed_and_put_back(
    run: Command, office: Office, tmp_path: Path
) -> None:
    assert "Ningún archivo dañado" in run("files", "damaged").output
    good = issued(office)
    (row,) = steps.rows(office, AgreementRow)
    key = row.storage_key or ""
    office.store.delete(key)
    office.store.put(key, BytesIO(good[:-1] + b"?"))
    whole = run("invariants", "--bytes", expect=1)
    assert f"Cambió: Documento emitido {key}" in whole.stdout
    assert "1 promesas rotas" in whole.stdout
    assert "1 dañado" in whole.stderr, "progress does not mix with what was found"
    assert "se compararon con su huella SHA-256 los 5 archivos" in whole.stdout
    assert f"file_altered: agreement {key}" in run("invariants", expect=1).output
    told = run("files", "damaged").output
    assert "Cambió: Documento emitido" in told
    assert f"files put-back {key}" in told
    wrong, right = tmp_path / "wrong.pdf", tmp_path / "right.pdf"
    wrong.write_bytes(good + b"x")
    right.write_bytes(good)
    assert "su huella SHA-256 es otra" in run("files", "put-back", key, str(wrong), expect=1).output
    assert "como se guardó" in run("files", "put-back", key, str(right)).output
    assert "Todo se cumple." in run("invariants", "--bytes", "--restart").output
    assert "0 documentos" in run("files", "rebuild").output


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_compared(
    run: Command, office: Office
) -> None:
    issued(office)
    (row,) = steps.rows(office, AgreementRow)
    assert isinstance(office.store, LocalFileStore)
    file = office.store._folder / (row.storage_key or "")  # noqa: SLF001 -- the file itself
    good = file.read_bytes()
    file.unlink()
    file.symlink_to(file)  # can be opened by nobody
    told = run("invariants", "--bytes", expect=1)
    assert f"No se pudo leer: Documento emitido {row.storage_key}" in told.stdout
    assert "los 4 archivos" in told.stdout
    assert "1 no se pudo leer y quedó sin comparar" in told.stdout
    file.unlink()
    file.write_bytes(good)
    assert "sin comparar" not in run("invariants", "--bytes").output


def test_a_page_that_cannot_be_read_is_told_and_the_others_are_indexed(
    run: Command, office: Office
) -> None:
    issued(office)
    with office.writing() as uow:
        spoilt, *others = uow.session.scalars(sa.select(PageRow).order_by(PageRow.id))
        spoilt.words = [["a word without its box"]]
        uow.commit()
    told = run("index-texts", expect=1)
    assert f"No se pudo leer: página {spoilt.id}" in told.stdout
    assert f"{len(others)} páginas leídas para el buscador." in told.stdout
    assert "1 no se pudo leer" in told.stdout


def test_the_index_of_texts_is_made_anew(run: Command) -> None:
    assert "0 páginas" in run("index-texts").output
