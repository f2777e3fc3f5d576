"""The PostgreSQL role of the processes: owns no table, can only insert into the audit trail.

``review-service setup`` makes the tables as their owner, then makes this role and gives it what the
processes need. Input: the owner's engine and the URL that the processes use.
"""

from types import MappingProxyType
from typing import Any, Final

import psycopg
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.engine import make_url

from review_service.db.engine import make_engine
from review_service.db.migrate import ADVISORY_LOCK
from review_service.domain.errors import DatabaseDownError, SettingsError

EVERYWHERE: Final = ("SELECT", "INSERT", "UPDATE", "DELETE")
LESS_IN: Final = MappingProxyType(
    {
        "events": ("SELECT", "INSERT"),
        "chain_head": ("SELECT", "UPDATE"),
        "agreements": ("SELECT", "INSERT", "UPDATE"),
        "counters": ("SELECT", "INSERT", "UPDATE"),
        "monthly_figures": ("SELECT", "INSERT"),
        "fact_salts": ("SELECT", "INSERT", "DELETE"),
        "alembic_version": ("SELECT",),
    }
)
"""The fewer rights on the tables of the audit trail, the counters and the schema version."""


def give_service_role(owner: sa.Engine, service_url: str) -> None:
    """Create the role of ``service_url`` if it is missing, and grant exactly what it needs.

    Safe to repeat; runs after the migrations, since each may bring a table. Raises
    ``SettingsError`` for a role that could change the trail, ``DatabaseDownError`` when there is no
    answer.
    """
    url = make_url(service_url)
    if not url.username or url.username == owner.url.username:
        raise SettingsError("DATABASE_URL debe nombrar otro rol que OWNER_DATABASE_URL.")
    with owner.begin() as connection:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(ADVISORY_LOCK)))
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor:
            _make(cursor, url.username, url.password)
            _grant(cursor, url.username)
    service = make_engine(service_url)
    try:
        _let_in(owner, service, url)
        if found := excess_rights(service):
            raise SettingsError(
                f"El rol {url.username} puede más de lo que debe: {', '.join(found)}."
            )
    finally:
        service.dispose()


def excess_rights(engine: sa.Engine) -> list[str]:
    """Return, in Spanish, the rights that the connected role has and must not have.

    What counts is also what it has through any role that it may become with ``SET ROLE``.
    """
    with engine.connect() as connection:
        return list(connection.execute(sa.text(_EXCESS)).scalars())


_EXCESS: Final = """
WITH mine AS (SELECT * FROM pg_roles WHERE pg_has_role(oid, 'MEMBER')),
    place AS (SELECT oid, nspname, nspowner FROM pg_namespace WHERE nspname = current_schema())
SELECT told FROM (
    SELECT 1, 'es superusuario', EXISTS (SELECT FROM mine WHERE rolsuper)
    UNION ALL SELECT 2, 'puede crear roles', EXISTS (SELECT FROM mine WHERE rolcreaterole)
    UNION ALL SELECT 3, 'puede copiar todo el servidor',
        EXISTS (SELECT FROM mine WHERE rolreplication)
    UNION ALL SELECT 4, 'pertenece a ' || rolname, true FROM mine WHERE rolname IN
        ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files')
    UNION ALL SELECT 5, 'es dueño de la base de datos', pg_has_role(datdba, 'MEMBER')
        FROM pg_database WHERE datname = current_database()
    UNION ALL SELECT 6, 'es dueño del esquema ' || nspname, pg_has_role(nspowner, 'MEMBER')
        FROM place
    UNION ALL SELECT 7, 'tiene CREATE en el esquema ' || nspname,
        EXISTS (SELECT FROM mine WHERE has_schema_privilege(mine.oid, place.oid, 'CREATE'))
        FROM place
    UNION ALL SELECT 8, 'es dueño de events', pg_has_role(relowner, 'MEMBER')
        FROM pg_class WHERE oid = 'events'::regclass
    UNION ALL SELECT 9, 'es dueño de refuse_change', pg_has_role(proowner, 'MEMBER')
        FROM pg_proc, place WHERE proname = 'refuse_change' AND pronamespace = place.oid
    UNION ALL SELECT 10, 'tiene UPDATE en events',
        EXISTS (SELECT FROM mine WHERE has_any_column_privilege(oid, 'events', 'UPDATE'))
    UNION ALL SELECT 11, 'tiene ' || refused || ' en events',
        EXISTS (SELECT FROM mine WHERE has_table_privilege(oid, 'events', refused))
        FROM unnest(ARRAY['DELETE', 'TRUNCATE', 'TRIGGER']) AS refused
) AS rights (place, told, has_it) WHERE has_it ORDER BY place, told
"""
"""The owner of a table's schema or database may drop the table, whatever its grants say."""


def _make(cursor: psycopg.Cursor[Any], role: str, password: str | None) -> None:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,))
    if cursor.fetchone():
        return
    create = sql.SQL(
        "CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
    ).format(sql.Identifier(role))
    # Roles belong to the server, our lock to one database: a setup of another one may be first.
    cursor.execute("SAVEPOINT before_role")
    try:
        cursor.execute(create)
    except (psycopg.errors.UniqueViolation, psycopg.errors.DuplicateObject):
        cursor.execute("ROLLBACK TO SAVEPOINT before_role")
        return
    if password:
        _set_password(cursor, role, password)


def _set_password(cursor: psycopg.Cursor[Any], role: str, password: str) -> None:
    """Set the password by its SCRAM hash, so that the server's log can't show the password."""
    hashed = cursor.connection.pgconn.encrypt_password(
        password.encode(), role.encode(), b"scram-sha-256"
    )
    cursor.execute(
        sql.SQL("ALTER ROLE {} PASSWORD {}").format(
            sql.Identifier(role), sql.Literal(hashed.decode())
        )
    )


def _grant(cursor: psycopg.Cursor[Any], role: str) -> None:
    name = sql.Identifier(role)
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
    tables = [row[0] for row in cursor.fetchall()]
    cursor.execute(sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC"))
    cursor.execute(sql.SQL("REVOKE ALL ON SCHEMA public FROM {}").format(name))
    cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name))
    for table in tables:
        rights = sql.SQL(", ").join(map(sql.SQL, LESS_IN.get(table, EVERYWHERE)))
        where = sql.Identifier(table)
        cursor.execute(sql.SQL("REVOKE ALL ON {} FROM {}").format(where, name))
        cursor.execute(sql.SQL("GRANT {} ON {} TO {}").format(rights, where, name))
    cursor.execute(
        sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(name)
    )


def _let_in(owner: sa.Engine, service: sa.Engine, url: sa.URL) -> None:
    """Set the role's password to that of the settings if the role can't sign in with it."""
    try:
        service.connect().close()
    except sa.exc.OperationalError:
        with owner.begin() as connection:
            driver: Any = connection.connection.driver_connection
            with driver.cursor() as cursor:
                _set_password(cursor, url.username or "", url.password or "")
    else:
        return
    try:
        service.connect().close()
    except sa.exc.OperationalError as error:
        raise DatabaseDownError("the service's role can't sign in", retryable=True) from error
