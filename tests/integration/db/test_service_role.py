"""On PostgreSQL the processes' role does all their work and can't change the trail."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from review_service.db.base import Base
from review_service.db.engine import make_engine
from review_service.db.service_role import EVERYWHERE, LESS_IN, excess_rights, give_service_role
from review_service.domain.errors import SettingsError
from tests.conftest import FreshDatabase, migrate_to_head, owner_url, service_url, set_up

DENIED = "InsufficientPrivilege"
RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")


@pytest.fixture
def url(fresh_database_url: FreshDatabase) -> str:
    """URL of the role, in a database as ``setup`` leaves it."""
    return service_url(fresh_database_url("postgresql", prepare=set_up))


@pytest.fixture
def service(url: str) -> Iterator[sa.Engine]:
    """Connections of the role."""
    engine = make_engine(url)
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET actor = 'nobody'",
        "DELETE FROM events",
        "TRUNCATE events",
        "ALTER TABLE events DISABLE TRIGGER events_only_grow",
        "ALTER TABLE events DISABLE TRIGGER ALL",
        "DROP TRIGGER events_only_grow ON events",
        "CREATE TRIGGER other BEFORE INSERT ON events EXECUTE FUNCTION refuse_change()",
        "DROP FUNCTION refuse_change()",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE sql AS ''",
        "ALTER TABLE events ADD COLUMN other int",
        "DROP TABLE events",
        "LOCK TABLE events IN ACCESS EXCLUSIVE MODE",
        "SET session_replication_role = replica",
        "SET ROLE review",
        "DELETE FROM chain_head",
        "TRUNCATE chain_head",
        "INSERT INTO chain_head (id, sequence, hash) VALUES (2, 0, '')",
        "DELETE FROM agreements",
        "DELETE FROM counters",
        "UPDATE alembic_version SET version_num = '0000'",
        "CREATE TABLE other (id int)",
        "CREATE ROLE other",
        "ALTER ROLE review_service SUPERUSER",
        "COPY events TO PROGRAM 'cat'",
    ],
)
def test_the_role_may_not(service: sa.Engine, statement: str) -> None:
    with (
        pytest.raises(sa.exc.DBAPIError, match=DENIED),
        service.begin() as connection,
    ):
        connection.execute(sa.text(statement))


def test_the_role_has_exactly_its_rights_on_every_table(service: sa.Engine) -> None:
    tables = {*Base.metadata.tables, "alembic_version"}
    with service.connect() as connection:
        held = {
            table: tuple(
                right
                for right in RIGHTS
                if connection.execute(
                    sa.text("SELECT has_table_privilege(:table, :right)"),
                    {"table": table, "right": right},
                ).scalar_one()
            )
            for table in tables
        }
    assert held == {table: LESS_IN.get(table, EVERYWHERE) for table in tables}
    assert set(LESS_IN) < tables
    assert excess_rights(service) == []


def test_the_owner_has_what_the_role_must_not(url: str) -> None:
    owner = make_engine(owner_url(url))
    found = excess_rights(owner)
    owner.dispose()
    assert set(found) > {
        "es superusuario",
        "es dueño de events",
        *(f"tiene {right} en events" for right in ("UPDATE", "DELETE", "TRUNCATE", "TRIGGER")),
    }


def test_setup_makes_a_role_renews_its_password_and_takes_back_what_was_too_much(
    fresh_database_url: FreshDatabase,
) -> None:
    address = fresh_database_url("postgresql", prepare=migrate_to_head)
    owner = make_engine(address)
    name = f"r_{uuid4().hex}"
    theirs = make_url(address).set(username=name, password="the first, with 'quotes' %s")
    shown = theirs.render_as_string(hide_password=False)
    try:
        give_service_role(owner, shown)
        with owner.begin() as connection:
            connection.execute(sa.text(f"GRANT ALL ON events TO {name}"))
        renewed = theirs.set(password="the second")
        give_service_role(owner, renewed.render_as_string(hide_password=False))
        engine = make_engine(renewed.render_as_string(hide_password=False))
        assert excess_rights(engine) == []
        engine.dispose()
        with owner.begin() as connection:
            connection.execute(sa.text(f"GRANT review TO {name}"))
        with pytest.raises(SettingsError, match="es dueño de events"):
            give_service_role(owner, renewed.render_as_string(hide_password=False))
    finally:
        with owner.begin() as connection:
            connection.execute(sa.text(f"DROP OWNED BY {name}"))
            connection.execute(sa.text(f"DROP ROLE {name}"))
        owner.dispose()


@pytest.mark.parametrize(
    ("grant", "told"),
    [
        ("ALTER ROLE {role} CREATEROLE", "puede crear roles"),
        ("ALTER ROLE {role} REPLICATION", "puede copiar todo el servidor"),
        ("ALTER DATABASE {database} OWNER TO {role}", "es dueño de la base de datos"),
        ("ALTER SCHEMA public OWNER TO {role}", "es dueño del esquema public"),
        ("GRANT CREATE ON SCHEMA public TO {role}", "tiene CREATE en el esquema public"),
        ("GRANT UPDATE (actor) ON events TO {role}", "tiene UPDATE en events"),
        ("GRANT pg_write_all_data TO {role}", "tiene UPDATE en events"),
        ("GRANT pg_execute_server_program TO {role}", "pertenece a pg_execute_server_program"),
        ("ALTER FUNCTION refuse_change() OWNER TO {role}", "es dueño de refuse_change"),
    ],
)
def test_a_role_that_reaches_the_trail_on_another_way_is_told(
    fresh_database_url: FreshDatabase, grant: str, told: str
) -> None:
    address = fresh_database_url("postgresql", prepare=migrate_to_head)
    owner = make_engine(address)
    name = f"r_{uuid4().hex}"
    theirs = make_url(address).set(username=name).render_as_string(hide_password=False)
    give_service_role(owner, theirs)
    engine = make_engine(theirs)
    try:
        assert excess_rights(engine) == []
        with owner.begin() as connection:
            connection.execute(sa.text(grant.format(role=name, database=owner.url.database)))
        assert told in excess_rights(engine)
    finally:
        engine.dispose()
        with owner.begin() as connection:
            connection.execute(sa.text(f"REASSIGN OWNED BY {name} TO CURRENT_USER"))
            connection.execute(sa.text(f"DROP OWNED BY {name}"))
            connection.execute(sa.text(f"DROP ROLE {name}"))
        owner.dispose()


def test_the_owner_of_the_database_is_no_role_for_the_processes(
    fresh_database_url: FreshDatabase,
) -> None:
    address = fresh_database_url("postgresql", prepare=migrate_to_head)
    owner = make_engine(address)
    name = f"r_{uuid4().hex}"
    theirs = make_url(address).set(username=name).render_as_string(hide_password=False)
    with owner.begin() as connection:
        connection.execute(sa.text(f"CREATE ROLE {name} LOGIN"))
        connection.execute(sa.text(f"ALTER DATABASE {owner.url.database} OWNER TO {name}"))
    try:
        with pytest.raises(SettingsError, match="es dueño de la base de datos"):
            give_service_role(owner, theirs)
    finally:
        with owner.begin() as connection:
            connection.execute(sa.text(f"REASSIGN OWNED BY {name} TO CURRENT_USER"))
            connection.execute(sa.text(f"DROP OWNED BY {name}"))
            connection.execute(sa.text(f"DROP ROLE {name}"))
        owner.dispose()


def test_two_databases_of_one_server_set_up_at_once_share_the_role(
    fresh_database_url: FreshDatabase,
) -> None:
    addresses = [fresh_database_url("postgresql", prepare=migrate_to_head) for _ in range(4)]
    name = f"r_{uuid4().hex}"
    owners = [make_engine(address) for address in addresses]
    theirs = [
        make_url(address).set(username=name).render_as_string(hide_password=False)
        for address in addresses
    ]
    try:
        with ThreadPoolExecutor(len(owners)) as pool:
            list(pool.map(give_service_role, owners, theirs))
        for address in theirs:
            engine = make_engine(address)
            assert excess_rights(engine) == []
            engine.dispose()
    finally:
        for owner in owners:
            with owner.begin() as connection:
                connection.execute(sa.text(f"DROP OWNED BY {name}"))
        with owners[0].begin() as connection:
            connection.execute(sa.text(f"DROP ROLE {name}"))
        for owner in owners:
            owner.dispose()


def test_the_owner_itself_is_refused(fresh_database_url: FreshDatabase) -> None:
    address = fresh_database_url("postgresql", prepare=migrate_to_head)
    owner = make_engine(address)
    with pytest.raises(SettingsError, match="otro rol"):
        give_service_role(owner, address)
    owner.dispose()
