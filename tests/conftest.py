"""Fixtures that every test may use; servers are real, private and started on first use."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import psycopg
import pytest
import sqlalchemy as sa
from redis import Redis
from sqlalchemy.engine import make_url

from review_service.adapters.local_store import LocalFileStore
from review_service.adapters.s3_store import S3FileStore
from review_service.db.engine import make_engine
from review_service.db.migrate import migrate
from review_service.db.service_role import give_service_role
from review_service.ports import FileStore
from review_service.settings import MailSecurity, MailSettings, S3Settings
from tests.compiled_once import share_compiled_routes, share_compiled_sql
from tests.minio_program import minio_program
from tests.quick_passwords import hash_passwords_quickly, let_in_quickly
from tests.servers import (
    MEMORY,
    Server,
    ServerRoom,
    has_clamd,
    has_memory_folder,
    start_clamd,
    start_minio,
    start_postgres,
    start_redis,
    start_seaweedfs,
)
from tests.smtp_sink import SmtpSink, smtp_sink

ROOM = pytest.StashKey[ServerRoom]()
GARBAGE_AFTER = 50_000
"""So many new objects, less those that went, until garbage is searched for."""


class FreshDatabase(Protocol):
    """Makes an empty database, or a copy of one that ``prepare`` filled once per run."""

    def __call__(self, kind: str, *, prepare: Callable[[str], None] | None = None) -> str:
        """Return the URL of a database of that kind (``sqlite`` or ``postgresql``)."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--all", action="store_true", help="also run what is slow or needs MinIO built from source"
    )
    parser.addoption(
        "--trials", action="store_true", help="the long trials at their full length, with --all"
    )
    parser.addoption(
        "--screenshots", action="store_true", help="also write every page into docs/screenshots"
    )


def pytest_configure(config: pytest.Config) -> None:
    gc.disable()  # until all tests are loaded: what a module makes is no garbage
    config.addinivalue_line("markers", "slow: takes over ten seconds; runs with --all")
    config.addinivalue_line("markers", "minio: needs MinIO built from source; runs with --all")
    config.addinivalue_line("markers", "trial: long; runs with --trials")
    told: tuple[str, int] | None = getattr(config, "workerinput", {}).get("room")
    config.addinivalue_line("markers", "screenshots: writes pictures; runs with --screenshots")
    if (
        has_memory_folder()
    ):  # a commit on a disk waits for it; what a killed process wrote is safe in both
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    share_compiled_sql()
    share_compiled_routes()
    hash_passwords_quickly()
    config.stash[ROOM] = ServerRoom.join(*told) if told else ServerRoom.open()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:  # noqa: ANN401 -- xdist's own class
    """Tell each process of xdist where the shared servers are."""
    room = node.config.stash[ROOM]
    node.workerinput["room"] = (str(room.path), room.owner)


def pytest_unconfigure(config: pytest.Config) -> None:
    room = config.stash.get(ROOM, None)
    if room is not None and not hasattr(config, "workerinput"):
        room.close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--screenshots"):
        for item in items:
            if item.get_closest_marker("screenshots"):
                item.add_marker(pytest.mark.skip(reason="runs with --screenshots"))
    if not config.getoption("--trials"):
        for item in items:
            if item.get_closest_marker("trial"):
                item.add_marker(pytest.mark.skip(reason="runs with --trials"))
    if config.getoption("--all"):
        return
    for item in items:
        if {"slow", "minio"} & {mark.name for mark in item.iter_markers()}:
            item.add_marker(pytest.mark.skip(reason="runs with --all"))


def pytest_collection_finish() -> None:
    """Search no module for garbage again and again: what is loaded by now stays to the end.

    And search for it seldom: with Python's own 700 a tenth of the time of most tests went into it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER)
    gc.enable()


@pytest.fixture(scope="session")
def room(pytestconfig: pytest.Config) -> ServerRoom:
    """The servers of this run."""
    return pytestconfig.stash[ROOM]


@pytest.fixture(scope="session")
def postgres_server(room: ServerRoom) -> Server:
    def start(folder: Path) -> Server:
        started = start_postgres(folder)
        url = _postgres_url(started, "postgres")
        let_in_quickly(url, administrator=url)
        return started

    return room.server("postgres", start, in_memory=True)


@pytest.fixture(scope="session")
def redis_server(room: ServerRoom) -> Server:
    return room.server("redis", start_redis)


@pytest.fixture(scope="session")
def seaweedfs_server(room: ServerRoom) -> Server:
    return room.server("seaweedfs", start_seaweedfs)


def require_program(name: str, config: pytest.Config, *, is_here: bool) -> None:
    """Skip the test without a program that it needs; fail with ``--all``, which leaves none out."""
    words = f"{name} is not installed: run scripts/test, which installs it"
    if not is_here and config.getoption("--all"):
        pytest.fail(words, pytrace=False)
    if not is_here:
        pytest.skip(words)


@pytest.fixture(scope="session")
def clamd_installed(pytestconfig: pytest.Config) -> None:
    """The antivirus, to be started by the test."""
    require_program("clamd", pytestconfig, is_here=has_clamd())


@pytest.fixture(scope="session")
def clamd_server(room: ServerRoom, clamd_installed: None) -> Server:
    """The real antivirus, running."""
    del clamd_installed
    return room.server("clamd", start_clamd)


@pytest.fixture(scope="session")
def minio_server(room: ServerRoom) -> Server:
    """Ask for it only in tests marked ``minio``."""
    return room.server("minio", lambda folder: start_minio(folder, program=minio_program()))


# --- databases ---


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Each kind of database in turn."""
    kind: str = request.param
    return kind


@pytest.fixture(scope="session")
def prepared_databases() -> dict[tuple[str, Callable[[str], None]], str]:
    """What ``fresh_database_url`` has filled so far in this process: kind and filler to name."""
    return {}


@pytest.fixture(scope="session")
def administration(postgres_server: Server) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """One connection that makes and ends the databases of this process."""
    with _administration(postgres_server) as connection:
        yield connection


@pytest.fixture
def fresh_database_url(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    prepared_databases: dict[tuple[str, Callable[[str], None]], str],
) -> Iterator[FreshDatabase]:
    """Make databases, each empty or a copy of a prepared one; they end with the test."""
    made: list[str] = []

    def sqlite(prepare: Callable[[str], None] | None) -> str:
        path = tmp_path / f"{uuid4().hex}.db"
        if prepare is not None:
            key = ("sqlite", prepare)
            if key not in prepared_databases:
                original = tmp_path_factory.mktemp("prepared") / "original.db"
                prepare(f"sqlite:///{original}")
                prepared_databases[key] = str(original)
            shutil.copyfile(prepared_databases[key], path)
        return f"sqlite:///{path}"

    def postgresql(prepare: Callable[[str], None] | None) -> str:
        server: Server = request.getfixturevalue("postgres_server")
        administration = request.getfixturevalue("administration")
        template = "template1"
        if prepare is not None:
            key = ("postgresql", prepare)
            if key not in prepared_databases:
                filled = _copy_database(administration, "template1")
                prepare(_postgres_url(server, filled))
                prepared_databases[key] = filled
            template = prepared_databases[key]
        made.append(_copy_database(administration, template))
        return _postgres_url(server, made[-1])

    kinds = {"sqlite": sqlite, "postgresql": postgresql}

    def fresh(kind: str, *, prepare: Callable[[str], None] | None = None) -> str:
        return kinds[kind](prepare)

    yield fresh
    for name in made:
        request.getfixturevalue("administration").execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database_url(database_kind: str, fresh_database_url: FreshDatabase) -> str:
    """URL of an empty database, on SQLite and on PostgreSQL in turn."""
    return fresh_database_url(database_kind)


@pytest.fixture
def migrated_database_url(database_kind: str, fresh_database_url: FreshDatabase) -> str:
    """URL of a database with the newest schema, on SQLite and on PostgreSQL in turn.

    On PostgreSQL it is that of the processes' role, which owns nothing, as after a real ``setup``.
    """
    return service_url(fresh_database_url(database_kind, prepare=set_up))


def migrate_to_head(url: str) -> None:
    """Bring the database to the newest schema and let go of it."""
    engine = make_engine(url)
    migrate(engine)
    engine.dispose()


def set_up(url: str) -> None:
    """Bring the database to the newest schema; on PostgreSQL make the role of the processes."""
    engine = make_engine(url)
    migrate(engine)
    if engine.dialect.name == "postgresql":
        give_service_role(engine, service_url(url))
        let_in_quickly(service_url(url), administrator=url)
    engine.dispose()


def service_url(url: str) -> str:
    """Return the URL of the processes' role beside the owner's; SQLite has no roles."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return url
    return parsed.set(username="review_service").render_as_string(hide_password=False)


def owner_url(url: str) -> str:
    """Return the owner's URL beside that of the processes' role, for tests that tamper."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return url
    return parsed.set(username="review").render_as_string(hide_password=False)


def as_owner(database: sa.Engine, *statements: sa.Executable | str) -> None:
    """Do something as the owner of the tables, which on PostgreSQL the service's role is not."""
    engine = make_engine(owner_url(database.url.render_as_string(hide_password=False)))
    try:
        with engine.begin() as connection:
            for statement in statements:
                connection.execute(sa.text(statement) if isinstance(statement, str) else statement)
    finally:
        engine.dispose()


def _postgres_url(server: Server, name: str) -> str:
    return f"postgresql+psycopg://{server.user}:{server.password}@{server.endpoint}/{name}"


def _administration(server: Server) -> psycopg.Connection[tuple[Any, ...]]:
    url = f"postgresql://{server.user}:{server.password}@{server.endpoint}/postgres"
    return psycopg.connect(url, autocommit=True)


def _create_database(server: Server, template: str) -> str:
    with _administration(server) as connection:
        return _copy_database(connection, template)


def _copy_database(administration: psycopg.Connection[tuple[Any, ...]], template: str) -> str:
    name = f"t_{uuid4().hex}"
    # Its files are copied as they are: read and logged page by page it takes twice as long.
    administration.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    return name


# --- queue, files, mail ---


@pytest.fixture
def redis_url(redis_server: Server, worker_id: str) -> str:
    """URL of an empty Redis database of this test process."""
    number = 0 if worker_id == "master" else int(worker_id.removeprefix("gw")) + 1
    url = f"redis://:{redis_server.password}@{redis_server.endpoint}/{number}"
    with Redis.from_url(url) as connection:
        connection.flushdb()
    return url


def _bucket_settings(server: Server) -> S3Settings:
    return S3Settings(
        endpoint=server.endpoint,
        access_key=server.user,
        secret_key=server.password,
        bucket=f"t-{uuid4().hex}",
        secure=False,
        region="us-east-1",
    )


@pytest.fixture
def s3_settings(seaweedfs_server: Server) -> S3Settings:
    """Account on SeaweedFS; its bucket is not made yet and belongs to this test alone."""
    return _bucket_settings(seaweedfs_server)


@pytest.fixture
def minio_settings(minio_server: Server) -> S3Settings:
    """Account on MinIO; its bucket is not made yet and belongs to this test alone."""
    return _bucket_settings(minio_server)


@pytest.fixture
def local_store(tmp_path: Path) -> FileStore:
    """An empty store on local disk, for tests that need any store."""
    store = LocalFileStore(tmp_path / "files")
    store.prepare()
    return store


STORES = ["local", "seaweedfs", pytest.param("minio", marks=pytest.mark.minio)]


@pytest.fixture(params=STORES)
def store_kind(request: pytest.FixtureRequest) -> str:
    """Each kind of store in turn."""
    kind: str = request.param
    return kind


PLACES = [
    ("sqlite", "local"),
    ("postgresql", "seaweedfs"),
    pytest.param(("postgresql", "minio"), marks=pytest.mark.minio),
]
"""Each kind of database and of store, for tests that do not ask how the two go together."""


@pytest.fixture(params=PLACES, ids="-".join)
def place(request: pytest.FixtureRequest) -> tuple[str, str]:
    """A database with a store, for a test file's own ``database_kind`` and ``store_kind``."""
    kinds: tuple[str, str] = request.param
    return kinds


@pytest.fixture
def store(request: pytest.FixtureRequest, store_kind: str, tmp_path: Path) -> FileStore:
    """The store of that kind, empty and prepared."""
    if store_kind == "local":
        made: FileStore = LocalFileStore(tmp_path / "files")
    else:
        fixture = {"seaweedfs": "s3_settings", "minio": "minio_settings"}[store_kind]
        made = S3FileStore(request.getfixturevalue(fixture))
    made.prepare()
    return made


@pytest.fixture
def mail_sink() -> Iterator[SmtpSink]:
    """A real SMTP server that keeps what it gets."""
    with smtp_sink() as sink:
        yield sink


@pytest.fixture
def mail_settings(mail_sink: SmtpSink) -> MailSettings:
    """The sink as a relay."""
    return MailSettings(
        host=mail_sink.host,
        port=mail_sink.port,
        security=MailSecurity.NONE,
        user=None,
        password=None,
        sender="no-responder@rum.example.ec",
        timeout_seconds=5,
    )
