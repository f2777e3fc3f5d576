"""Passwords that cost little to compare: hashing took a third of the time of the officers' tests.

Also those of PostgreSQL's roles: a test connects some five times, and each time the client hashes
4,096 times where its password was set in PostgreSQL's own way.
"""

from base64 import b64encode
from hashlib import pbkdf2_hmac, sha256
from hmac import digest
from secrets import token_bytes
from typing import Final

import psycopg
from argon2 import PasswordHasher
from psycopg import sql
from sqlalchemy.engine import make_url

from review_service.services.upkeep import password_hashes

AS_IN_PRODUCTION: Final = password_hashes._hasher  # noqa: SLF001
_ONE_AT_A_TIME: Final = 20261130
"""Number of the lock under which a role is changed."""


def hash_passwords_quickly() -> None:
    """Let this process hash passwords at the least cost that Argon2 has; other processes do not."""
    password_hashes._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # noqa: SLF001
    password_hashes._absent_hash = password_hashes._hasher.hash("nobody's password")  # noqa: SLF001


def let_in_quickly(url: str, *, administrator: str) -> None:
    """Keep the password that ``url`` names for its role hashed once instead of 4,096 times.

    Takes the URLs of two roles of one PostgreSQL server; where it is done already nothing changes.
    """
    changed, by = make_url(url), make_url(administrator)
    # Locks belong to one database of a server, roles to all.
    place = by.set(drivername="postgresql", database="postgres")
    with psycopg.connect(
        place.render_as_string(hide_password=False), autocommit=True
    ) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (_ONE_AT_A_TIME,))
        kept = connection.execute(
            "SELECT rolpassword LIKE 'SCRAM-SHA-256$1:%%' FROM pg_authid WHERE rolname = %s",
            (changed.username,),
        ).fetchone()
        if kept != (True,) and changed.username and changed.password:
            named = sql.Identifier(changed.username), sql.Literal(scram_hash(changed.password))
            connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(*named))


def scram_hash(password: str) -> str:
    """Return what PostgreSQL keeps of a password (RFC 5803), with one round of hashing."""
    salt = token_bytes(16)
    salted = pbkdf2_hmac("sha256", password.encode(), salt, 1)
    stored = sha256(digest(salted, b"Client Key", "sha256")).digest()
    by_server = digest(salted, b"Server Key", "sha256")
    told = (b64encode(each).decode() for each in (salt, stored, by_server))
    return "SCRAM-SHA-256$1:{}${}:{}".format(*told)
