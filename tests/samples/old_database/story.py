"""What an older version leaves behind: run by ``scripts/old-database`` with that version's code.

It is written against the modules of commit 39d89ea; for a younger commit it has to be written anew.
"""
# mypy: ignore-errors

import gzip
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa

from review_service.db.engine import make_engine
from review_service.db.migrate import migrate
from review_service.db.models import ApplicationRow
from review_service.domain.applications import ApplicationState, ReviewItem
from review_service.domain.institution import institution_on
from review_service.domain.terms import ecuador_day
from review_service.demo.people import synthetic_ruc
from review_service.services import applying, correcting, officers, reviewing, sending
from review_service.services.letters import CorrectionItem
from tests.factories import SECRET, add_taxpayer, make_office, open_draft, upload
from tests.integration.web.officer import desk_cases
from tests.integration.web.officer.desk_cases import WebOffice
from tests.integration.web.site import finish_checks, jpeg
from tests.servers import start_postgres

WORDS = "Una frase que alcanza para todo."
PASSWORD = "nube lenta sobre el páramo 47"
STATES = (
    *(state for state in ApplicationState if state is not ApplicationState.APPROVED),
    ApplicationState.ISSUED,
    ApplicationState.APPROVED,
)


def tell(url: str, folder: Path) -> None:
    engine = make_engine(url)
    migrate(engine)
    engine.dispose()
    office = make_office(url, folder)
    issuer = officers.add(
        office.writing(), user_name="lpaz", full_name="L. Paz", unit="Matriz", password=PASSWORD
    ).officer_id
    for name in ("randrade", "bmena"):
        officers.add(
            office.writing(), user_name=name, full_name=name, unit="Zonal 1", password=PASSWORD
        )
    officers.set_active(office.writing(), user_name="bmena", active=False)
    officers.check_password(
        office.writing(), user_name="randrade", password=PASSWORD, client="192.0.2.1"
    )
    for number, state in enumerate(STATES, 40):
        make_case(office, state, number, issuer)
    office.database.engine.dispose()


def make_case(office, state, number, issuer) -> None:
    ruc = synthetic_ruc(number)
    with office.writing() as uow:
        add_taxpayer(uow, ruc)
        uow.commit()
    if state in (ApplicationState.DRAFT, ApplicationState.AWAITING_CONFIRMATION):
        application_id = open_draft(office, ruc)
        for shot in desk_cases.ALL_THEMES:
            upload(
                office, application_id, ruc=ruc, content=jpeg() + uuid4().bytes, theme=shot.theme
            )
        finish_checks(office)
        if state is ApplicationState.AWAITING_CONFIRMATION:
            sending.send(
                office.writing(),
                application_id=application_id,
                ruc=ruc,
                declared=True,
                secret_key=SECRET,
            )
        return
    application_id = desk_cases.put_case(office, ruc=ruc)
    version = desk_cases.version_of(office, application_id)
    if state is ApplicationState.CORRECTION_REQUESTED:
        correcting.request_correction(
            office.writing(),
            application_id=application_id,
            officer_id=issuer,
            version=version,
            items=[CorrectionItem(item=ReviewItem.WORKSHOP, reason=WORDS, instruction=WORDS)],
        )
    elif state is ApplicationState.REFUSED:
        with office.reading() as uow:
            today = ecuador_day(uow.now)
        reviewing.refuse(
            office.writing(),
            application_id=application_id,
            officer_id=issuer,
            version=version,
            reasons=WORDS,
            institution=institution_on(today),
        )
    elif state is ApplicationState.WITHDRAWN:
        applying.withdraw(office.writing(), application_id=application_id, ruc=ruc)
    elif state in (ApplicationState.APPROVED, ApplicationState.ISSUED):
        desk_cases.approve(office, application_id, issuer)
        if state is ApplicationState.ISSUED:
            desk_cases.publish_everything(office)
    with office.reading() as uow:
        assert uow.session.get_one(ApplicationRow, application_id).state is state


def main(target: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        make_sqlite(folder / "sqlite", target)
        make_postgres(folder / "postgres", target)


def make_sqlite(folder: Path, target: Path) -> None:
    folder.mkdir()
    tell(f"sqlite:///{folder}/old.db", folder)
    engine = make_engine(f"sqlite:///{folder}/old.db")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    pack(folder / "old.db", target / "sqlite.db.gz")
    pack_files(folder / "files", target / "sqlite-files")


def make_postgres(folder: Path, target: Path) -> None:
    server_folder = folder / "server"
    server_folder.mkdir(parents=True)
    folder.chmod(0o755)
    server = start_postgres(server_folder)
    try:
        url = f"postgresql://{server.user}:{server.password}@127.0.0.1:{server.port}/postgres"
        tell(url, folder)
        dump = subprocess.run(
            ["pg_dump", "--no-owner", "--no-privileges", "--column-inserts", url],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        # Newer dumps carry commands of psql itself.
        lines = [line for line in dump.splitlines() if not line.startswith("\\")]
        (folder / "old.sql").write_text("\n".join(lines) + "\n")
        pack(folder / "old.sql", target / "postgresql.sql.gz")
        pack_files(folder / "files", target / "postgresql-files")
    finally:
        server.stop()


def pack(file: Path, target: Path) -> None:
    with gzip.GzipFile(target, "wb", mtime=0) as out:
        out.write(file.read_bytes())


def pack_files(folder: Path, target: Path) -> None:
    shutil.make_archive(str(target), "gztar", folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
