"""The commands ``backup``, ``restore`` and ``backup-key``."""

import os
import stat
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from review_service.backup_settings import backup_settings
from review_service.bootstrap import Keeping, build_keeping
from review_service.cli.group import EXIT_FAILED
from review_service.services.upkeep import backing_up, restoring
from review_service.setting_values import given

TELL_SECONDS: Final = 5.0
SHOWN_KEYS: Final = 10


@click.command(epilog="Example: review-service backup /respaldos/2026-11-20.age")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(*, file: Path) -> None:
    """Write every row and every file that a row names into one encrypted archive.

    The service may go on meanwhile. Exit 1 when files are missing or changed in the store, or
    cannot be read; all else is saved.
    """
    parts = _parts()
    saved = backing_up.backup(
        parts.database, parts.store, parts.cipher, file, progress=_Teller().tell
    )
    click.echo(f"{saved.row_count} filas y {saved.files} archivos guardados en {file}.")
    _list(
        saved.missing,
        "Faltan en el almacén {} archivos que la base de datos nombra; el respaldo no los tiene:",
        "«review-service invariants» dice de qué documentos son.",
    )
    _list(
        saved.unreadable,
        "No se pudieron leer {} archivos del almacén; el respaldo no los tiene:",
        "El registro dice por qué. Revise sus permisos y el disco, y repita el respaldo.",
    )
    _list(
        saved.altered,
        "{} archivos del almacén cambiaron desde que se recibieron; el respaldo los lleva como "
        "están hoy:",
        "«review-service invariants --bytes» dice cuáles son y qué hacer.",
    )
    if saved.missing or saved.unreadable or saved.altered:
        sys.exit(EXIT_FAILED)


def _list(keys: Sequence[str], what: str, advice: str) -> None:
    if keys:
        click.echo(what.format(len(keys)), err=True)
        for key in keys[:SHOWN_KEYS]:
            click.echo(f"  {key}", err=True)
        click.echo(advice, err=True)


@click.command(epilog="Example: review-service restore /respaldos/2026-11-20.age")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--unencrypted", is_flag=True, help="Accept an archive of a version that did not encrypt."
)
def restore(*, file: Path, unencrypted: bool) -> None:
    """Bring a backup into an empty database and file store, of any kind.

    Nothing is written before the whole archive was checked. What broke off is begun again with
    the same command.
    """
    parts = _parts(as_owner=True)
    brought = restoring.restore(
        parts.database,
        parts.store,
        parts.cipher,
        file,
        unencrypted=unencrypted,
        progress=_Teller().tell,
    )
    click.echo(f"{brought.row_count} filas y {brought.files} archivos recuperados.")
    if brought.missing:
        click.echo(
            f"El respaldo no está completo: {len(brought.missing)} archivos faltaban, o no se "
            "podían leer, cuando se hizo. «review-service invariants» dice de qué documentos son.",
            err=True,
        )
    if brought.is_first_format:
        click.echo(
            "Este respaldo es de una versión anterior y no está cifrado: haga uno nuevo con "
            "«review-service backup» y borre este.",
            err=True,
        )


@click.command("backup-key", epilog="Example: review-service backup-key /etc/review/backup.key")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup_key(*, file: Path) -> None:
    """Make the key of the backups in a file that only its owner reads; name it BACKUP_KEY_FILE."""
    from review_service.adapters.age_cipher import new_key  # noqa: PLC0415

    private = stat.S_IRUSR | stat.S_IWUSR
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, private)
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        out.write(f"{new_key()}\n")
    click.echo(f"La clave está en {file}. Guarde una copia lejos de los respaldos: sin ella nadie")
    click.echo(f"los abre. Indíquela así: BACKUP_KEY_FILE={file}")


def _parts(*, as_owner: bool = False) -> Keeping:
    """Build the parts; the owner's, who makes tables, by ``OWNER_DATABASE_URL`` when it is set."""
    settings = backup_settings(os.environ)
    owner_url = given(os.environ, "OWNER_DATABASE_URL") if as_owner else None
    return build_keeping(replace(settings, database_url=owner_url or settings.database_url))


class _Teller:
    """Prints the progress on the error stream, every few seconds."""

    def __init__(self) -> None:
        self._told = time.monotonic()

    def tell(self, rows: int, files: int) -> None:
        """Print the progress if ``TELL_SECONDS`` have passed since the last time."""
        if time.monotonic() - self._told >= TELL_SECONDS:
            self._told = time.monotonic()
            click.echo(f"… {rows} filas, {files} archivos", err=True)
