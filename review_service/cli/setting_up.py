"""The ``setup`` command: prepares database and store with their administrator accounts."""

import os
from collections.abc import Mapping
from dataclasses import replace

import click
import sqlalchemy as sa

from review_service.bootstrap import Container, Role, build
from review_service.cli.base import container
from review_service.db.engine import make_engine
from review_service.db.migrate import head, migrate
from review_service.db.service_role import give_service_role
from review_service.domain.errors import SettingsError
from review_service.setting_values import given
from review_service.settings import S3Settings


@click.command(epilog="Example: review-service setup")
def setup() -> None:
    """Bring database and file store to where this version needs them; safe to run again."""
    parts = container()
    prepare_database(parts, os.environ)
    prepare_store(parts, os.environ)
    click.echo(f"Base de datos en la versión {head()}; archivos listos.")


def prepare_database(parts: Container, env: Mapping[str, str]) -> None:
    """Migrate as owner of the tables; grant the processes' role its rights, if it is another role.

    Without ``OWNER_DATABASE_URL`` the role of ``DATABASE_URL`` owns the tables itself.
    """
    owner_url = given(env, "OWNER_DATABASE_URL")
    if owner_url is None:
        migrate(parts.database.engine)
        return
    if sa.make_url(owner_url).get_backend_name() != "postgresql":
        raise SettingsError("OWNER_DATABASE_URL debe ser una dirección de PostgreSQL.")
    owner = make_engine(owner_url)
    try:
        migrate(owner)
        give_service_role(owner, parts.settings.database_url)
    finally:
        owner.dispose()


def prepare_store(parts: Container, env: Mapping[str, str]) -> None:
    """Make the bucket with the administrator's key and, on MinIO if set, the processes' user.

    Without ``S3_ADMIN_ACCESS_KEY`` the processes' own key makes the bucket.
    """
    s3 = parts.settings.s3
    access_key = given(env, "S3_ADMIN_ACCESS_KEY")
    if s3 is None or access_key is None:
        parts.store.prepare()
        return
    secret_key = given(env, "S3_ADMIN_SECRET_KEY")
    if secret_key is None or access_key == s3.access_key:
        raise SettingsError(
            "S3_ADMIN_ACCESS_KEY necesita su S3_ADMIN_SECRET_KEY y ser otra que S3_ACCESS_KEY."
        )
    administrator = replace(s3, access_key=access_key, secret_key=secret_key)
    build(replace(parts.settings, s3=administrator), Role.OPERATOR).store.prepare()
    if _wants_minio_user(env):
        _make_minio_user(administrator, s3)
    parts.store.ping()


def _wants_minio_user(env: Mapping[str, str]) -> bool:
    wanted = given(env, "S3_MAKE_USER") or ""
    if wanted not in {"", "minio"}:
        raise SettingsError(f"S3_MAKE_USER debe ser minio o quedar vacío, no «{wanted}».")
    return bool(wanted)


def _make_minio_user(administrator: S3Settings, service: S3Settings) -> None:
    from review_service.adapters.minio_accounts import make_user  # noqa: PLC0415

    make_user(administrator, service)
