"""The few settings that backup and restore need."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from review_service import setting_values as read
from review_service.settings import (
    OWN_QUEUE,
    S3Settings,
    StoreKind,
    data_dir,
    own_database,
    s3_server,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupSettings:
    """What backup and restore need: where rows and files are, and the key of the archives."""

    data_dir: Path
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    store: StoreKind
    s3: S3Settings | None
    backup_key: str | None = field(repr=False)
    """Text of the key file; None when there is none."""


def backup_settings(env: Mapping[str, str]) -> BackupSettings:
    """Read what backup and restore need; a demo's own key is found in its ``DATA_DIR``.

    Raises ``SettingsError``.
    """
    folder = data_dir(env)
    store = read.choice(env, "FILE_STORE", StoreKind, StoreKind.LOCAL)
    own = folder / "secrets" / "backup_key"
    if not env.get("BACKUP_KEY_FILE") and own.is_file():
        env = {**env, "BACKUP_KEY_FILE": str(own)}
    return BackupSettings(
        data_dir=folder,
        database_url=read.text_or(env, "DATABASE_URL", own_database(folder)),
        redis_url=read.text_or(env, "REDIS_URL", OWN_QUEUE),
        store=store,
        s3=s3_server(env) if store is StoreKind.S3 else None,
        backup_key=read.given(env, "BACKUP_KEY"),
    )
