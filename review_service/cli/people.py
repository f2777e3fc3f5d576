"""Commands on people: the taxpayer registry, and agreements issued before."""

from pathlib import Path

import click

from review_service.cli.base import container
from review_service.services.upkeep import importing
from review_service.services.upkeep.importing import Imported

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.group(epilog="Example: review-service registry import SRI_RUC_Imbabura.csv")
def registry() -> None:
    """Bring in the taxpayer registry."""


@registry.command("import", epilog="Example: review-service registry import correos.csv")
@click.argument("file", type=FILE)
def import_registry(*, file: Path) -> None:
    """Import a catastro file of the SRI or the NUMERO_RUC|CORREO feed; the header says which."""
    _say(importing.import_registry(container().writing, file, progress=_progress))


@click.group(epilog="Example: review-service agreements import anteriores.csv")
def agreements() -> None:
    """Bring in agreements issued before this service."""


@agreements.command("import", epilog="Example: review-service agreements import anteriores.csv")
@click.argument("file", type=FILE)
def import_agreements(*, file: Path) -> None:
    """Import NUMERO|RUC|TITULAR|ACTIVIDAD|EMITIDO|VALIDO_HASTA[|REVOCADO], dates as 2023-11-20."""
    _say(importing.import_agreements(container().writing, file, progress=_progress))


def _progress(lines: int) -> None:
    click.echo(f"\r{lines:,} líneas".replace(",", "."), nl=False, err=True)


def _say(done: Imported) -> None:
    click.echo("", err=True)
    if done.already_done:
        click.echo("Este archivo ya se había importado por completo; nada cambió.")
        return
    for sentence in done.unprintable:
        click.echo(sentence)
    click.echo(f"{done.lines} líneas leídas, {done.refused} que no se pudieron usar.")
