"""Commands on people: officers' accounts, the taxpayer registry, agreements issued before."""

from pathlib import Path

import click

from review_service.cli.base import container
from review_service.services.upkeep import importing, officers
from review_service.services.upkeep.importing import Imported

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.group(epilog="Example: review-service users add randrade --name 'R. Andrade'")
def users() -> None:
    """Keep the officers' accounts."""


@users.command(epilog="Example: review-service users add randrade --name 'R. Andrade'")
@click.argument("user_name")
@click.option("--name", "full_name", required=True, help="Full name, as colleagues see it.")
@click.option("--unit", default="Matriz", show_default=True, help="Office.")
@click.option(
    "--password",
    prompt="Contraseña",
    hide_input=True,
    confirmation_prompt="Otra vez",
    envvar="OFFICER_PASSWORD",
    help="Asked for when left out; or OFFICER_PASSWORD.",
)
def add(*, user_name: str, full_name: str, unit: str, password: str) -> None:
    """Make an account and show its second factor once."""
    added = officers.add(
        container().writing(),
        user_name=user_name,
        full_name=full_name,
        unit=unit,
        password=password,
    )
    click.echo(f"Cuenta {user_name} creada.")
    click.echo("Segundo factor, se muestra una sola vez. Guárdelo en su aplicación de códigos:")
    click.echo(f"  clave      {added.totp_secret}")
    click.echo(f"  dirección  {added.totp_uri}")


@users.command("list", epilog="Example: review-service users list")
def list_users() -> None:
    """Show every account."""
    rows = officers.listed(container().reading())
    for name, full_name, unit, active in rows:
        click.echo(f"{name:20} {full_name:30} {unit:20} {'activa' if active else 'bloqueada'}")
    if not rows:
        click.echo("Todavía no hay cuentas. Cree la primera con «review-service users add».")


@users.command(epilog="Example: review-service users lock randrade")
@click.argument("user_name")
def lock(*, user_name: str) -> None:
    """Lock an account and end its sessions at once."""
    officers.set_active(container().writing(), user_name=user_name, active=False)
    click.echo(f"Cuenta {user_name} bloqueada y sus sesiones terminadas.")


@users.command(epilog="Example: review-service users unlock randrade")
@click.argument("user_name")
def unlock(*, user_name: str) -> None:
    """Let an account in again."""
    officers.set_active(container().writing(), user_name=user_name, active=True)
    click.echo(f"Cuenta {user_name} activa.")


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
    click.echo(f"{done.lines} líneas leídas, {done.refused} que no se pudieron usar.")
