"""A database of the version before, with Acuerdos in it, is upgraded and holds; old inserts fit.

``tests/samples/old_database`` was made by ``scripts/old-database 39d89ea`` with that version's own
code: applications in every state, two issued Acuerdos and one in the making, three officers.
"""

import gzip
import re
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from review_service.adapters.local_store import LocalFileStore
from review_service.db import tasks
from review_service.db.audit import verify_chain
from review_service.db.database import Database
from review_service.db.engine import make_engine
from review_service.db.migrate import current, differences, head, migrate
from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    OfficerRow,
    PaperProofRow,
    TaskRow,
)
from review_service.domain.agreements import AgreementSnapshot, AgreementState
from review_service.domain.applications import ApplicationState
from review_service.domain.issued_documents import IssuedKind, VerificationMarks
from review_service.domain.numbering import spaced, verification_code, verification_token
from review_service.domain.paper_check import (
    WARNING_WORDS,
    PaperSignatures,
    PrintedPaper,
    values_to_show,
)
from review_service.domain.roles import OfficerRole
from review_service.domain.work import TaskKind
from review_service.services.agreements import proving, verifying
from review_service.services.agreements.verifying import Answer, Verdict
from review_service.services.upkeep.invariants import broken_invariants
from tests.conftest import FreshDatabase, migrate_to_head
from tests.factories import SECRET, RememberedBells
from tests.plain_paper import PlainReader

OLD = Path(__file__).parents[2] / "samples" / "old_database"
INSERT = re.compile(r"INSERT INTO public\.(\w+) ", re.ASCII)


@pytest.fixture
def old_url(database_kind: str, fresh_database_url: FreshDatabase, tmp_path: Path) -> str:
    """URL of a copy of the database that the version before left behind."""
    if database_kind == "sqlite":
        file = tmp_path / "old.db"
        file.write_bytes(gzip.decompress((OLD / "sqlite.db.gz").read_bytes()))
        return f"sqlite:///{file}"
    url = fresh_database_url("postgresql")
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute(old_sql())
    return url


@pytest.fixture
def database(old_url: str) -> Iterator[Database]:
    """That database, upgraded."""
    migrate_to_head(old_url)
    made = Database(old_url, RememberedBells())
    yield made
    made.engine.dispose()


@pytest.fixture
def store(database_kind: str, tmp_path: Path) -> LocalFileStore:
    """The files that belong to it."""
    with tarfile.open(OLD / f"{database_kind}-files.tar.gz") as packed:
        if hasattr(tarfile, "data_filter"):  # Debian 12 has Python 3.11.2, which has none
            packed.extraction_filter = tarfile.data_filter
        packed.extractall(tmp_path / "files")  # noqa: S202 -- our own archive
    return LocalFileStore(tmp_path / "files")


def old_sql() -> bytes:
    return gzip.decompress((OLD / "postgresql.sql.gz").read_bytes())


def test_the_old_database_is_old(old_url: str) -> None:
    engine = make_engine(old_url)
    assert current(engine) == "0003"
    engine.dispose()


def test_an_upgrade_keeps_every_row_and_leaves_no_difference(
    old_url: str, database_kind: str
) -> None:
    engine = make_engine(old_url)
    before = counts(engine)
    migrate(engine)
    after = counts(engine)
    assert {table: after[table] for table in before} == before
    assert before["applications"] == len(ApplicationState) + 1
    assert current(engine) == head()
    assert differences(engine) == [], database_kind
    engine.dispose()


def test_a_copied_table_keeps_its_triggers_and_indexes(
    database_kind: str, fresh_database_url: FreshDatabase
) -> None:
    """SQLite changes a check by copying the table: what hangs on it would go without a word."""
    if database_kind != "sqlite":
        pytest.skip("PostgreSQL changes a check where it is")
    engine = make_engine(fresh_database_url("sqlite"))
    migrate(engine, "0023")
    before = hanging_on_tables(engine)
    migrate(engine)
    after = hanging_on_tables(engine)
    assert {name: after.get(name) for name in before} == before
    assert {"application_searched_new", "ix_applications_found"} <= before.keys()
    engine.dispose()


def hanging_on_tables(engine: sa.Engine) -> dict[str, str]:
    """Return each named trigger and index with its text."""
    chosen = "SELECT name, sql FROM sqlite_master WHERE type IN ('trigger', 'index') AND sql <> ''"
    with engine.connect() as connection:
        return {row.name: " ".join(row.sql.split()) for row in connection.execute(sa.text(chosen))}


def test_old_applications_are_artisans_and_old_papers_acuerdos(database: Database) -> None:
    with database.reading() as uow:
        assert set(uow.session.scalars(sa.select(ApplicationRow.track))) == {"artisan"}
        assert set(uow.session.scalars(sa.select(AgreementRow.kind))) == {IssuedKind.AGREEMENT}


def test_what_the_old_version_promised_still_holds(
    database: Database, store: LocalFileStore
) -> None:
    with database.reading() as uow:
        assert list(verify_chain(uow.session)) == []
    assert broken_invariants(database.reading, store) == []


def test_old_acuerdos_are_verified_by_token_code_and_file(
    database: Database, store: LocalFileStore
) -> None:
    with database.reading() as uow:
        published = uow.session.scalars(
            sa.select(AgreementRow).where(AgreementRow.state == AgreementState.PUBLISHED)
        ).all()
    assert len(published) == 2
    for row in published:
        token = verification_token(SECRET, row.id)
        code = verification_code(SECRET, row.id)
        assert row.storage_key is not None
        with store.open(row.storage_key) as stream:
            assert stream.read().startswith(b"%PDF-1.7 " + row.number.encode())

        def ask(row: AgreementRow = row, token: str = token, code: str = code) -> list[Answer]:
            asked = {"client": "a", "key": SECRET}
            return [
                verifying.by_token(database.writing(), token=token, **asked),
                verifying.by_number_and_code(
                    database.writing(), number=row.number, code=code, **asked
                ),
                verifying.by_file(
                    database.writing(), sha256=row.sha256 or "", identifiers=set(), **asked
                ),
            ]

        assert {answer.verdict for answer in ask()} == {Verdict.UNPROVEN}
        prove(database, store, row)
        for answer in ask():
            assert answer.verdict in {Verdict.IN_FORCE, Verdict.EXPIRED}
            assert answer.agreement is not None
            assert answer.agreement.number == row.number


class ReaderOfOldPapers:
    """The old papers are words of a test that print little: this one reads the record instead."""

    def __init__(self, row: AgreementRow) -> None:
        self._row = row

    def signatures(self, pdf: bytes, *, at: datetime | None = None) -> PaperSignatures:
        """Return two good ones."""
        assert at is not None
        return PlainReader().signatures(pdf)

    def read(self, pdf: bytes) -> PrintedPaper:
        """Return what the record says."""
        del pdf
        row = self._row
        snapshot = AgreementSnapshot.from_json(row.snapshot)
        marks = VerificationMarks(
            url="", code=spaced(verification_code(SECRET, row.id)), file_identifier=b""
        )
        text = "\n".join([WARNING_WORDS, *values_to_show(snapshot, marks).values()])
        return PrintedPaper(pages=(text,), has_missing_glyph=False)


def prove(database: Database, store: LocalFileStore, row: AgreementRow) -> None:
    """Do the task that the question asked for: the trail of before knows number and file."""
    with database.writing() as uow:
        task = uow.session.scalars(
            sa.select(TaskRow).where(
                TaskRow.kind == TaskKind.PROVE_PAPER, TaskRow.subject_id == row.id
            )
        ).one()
        lease = tasks.take_lease(uow, task.id, owner="w", seconds=60, max_attempts=3)
        uow.commit()
    assert lease is not None
    proving.prove_again(
        database.writing, store, ReaderOfOldPapers(row), lease, key=SECRET, public_url=""
    )
    with database.reading() as uow:
        proof = proving.trusted(uow.session.get(PaperProofRow, row.id), key=SECRET)
    assert proof is not None
    assert proof.faults == ()


def test_officers_of_before_become_issuers_without_a_number(database: Database) -> None:
    with database.reading() as uow:
        officers = uow.session.scalars(sa.select(OfficerRow)).all()
        decided = uow.session.scalars(
            sa.select(ApplicationRow.decided_by).where(ApplicationRow.decided_by.is_not(None))
        ).all()
    assert len(officers) == 3
    assert {(row.role, row.cedula, row.represented_rucs) for row in officers} == {
        (OfficerRole.ISSUER, None, None)
    }
    assert {row.active for row in officers} == {True, False}
    assert decided
    assert set(decided) <= {row.id for row in officers}


def test_what_the_old_version_inserts_fits_the_new_schema(
    database_kind: str, fresh_database_url: FreshDatabase, tmp_path: Path
) -> None:
    url = fresh_database_url(database_kind, prepare=migrate_to_head)
    inserted = (
        old_inserts_sqlite(url, tmp_path)
        if database_kind == "sqlite"
        else old_inserts_postgres(url)
    )
    assert {
        "applications",
        "officers",
        "agreements",
        "events",
        "sessions",
        "outgoing_mails",
    } <= inserted
    engine = make_engine(url)
    with engine.connect() as connection:
        roles = connection.execute(sa.select(OfficerRow.role)).scalars().all()
    assert roles == [OfficerRole.ISSUER] * 3
    engine.dispose()


def old_inserts_sqlite(url: str, folder: Path) -> set[str]:
    """Insert every old row with the columns that the old version names; return the tables."""
    file = folder / "before.db"
    file.write_bytes(gzip.decompress((OLD / "sqlite.db.gz").read_bytes()))
    inserted = set()
    with (
        closing(sqlite3.connect(file)) as old,
        closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as new,
    ):
        tables = old.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
            "AND name NOT LIKE 'page_texts_fts%' AND name <> 'alembic_version'"
        ).fetchall()
        new.execute("DELETE FROM chain_head")
        for (table,) in tables:
            rows = old.execute(f'SELECT * FROM "{table}"')  # noqa: S608 -- of the schema
            names = [column[0] for column in rows.description]
            listed = ", ".join(f'"{name}"' for name in names)
            places = ", ".join("?" for _ in names)
            for row in rows:
                new.execute(f'INSERT INTO "{table}" ({listed}) VALUES ({places})', row)  # noqa: S608 -- of the schema
                inserted.add(table)
        new.commit()
        assert new.execute("PRAGMA foreign_key_check").fetchall() == []
    return inserted


def old_inserts_postgres(url: str) -> set[str]:
    """Run the INSERT statements of the old version's dump; return the tables."""
    statements = old_sql().decode()
    begins = [found.start() for found in re.finditer(r"^INSERT INTO ", statements, re.MULTILINE)]
    inserted = set()
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        # The dump comes without order among tables: foreign keys rest meanwhile.
        connection.execute("SET session_replication_role = replica")
        connection.execute("DELETE FROM chain_head")
        for begin in begins:
            end = statements.index(");\n", begin) + 2
            found = INSERT.match(statements, begin)
            assert found is not None
            if found[1] != "alembic_version":
                connection.execute(statements[begin:end].encode())
                inserted.add(found[1])
    return inserted


def counts(engine: sa.Engine) -> dict[str, int]:
    """Return how many rows each table holds."""
    metadata = sa.MetaData()
    with engine.connect() as connection:
        metadata.reflect(connection)
        return {
            name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for name, table in metadata.tables.items()
            if not name.startswith("page_texts_fts")
        }
