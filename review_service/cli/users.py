"""Commands on officers' accounts; each change is an event that names the operator."""

import click

from review_service.cli.base import container, named
from review_service.domain.roles import OfficerRole
from review_service.services.upkeep import officer_accounts, officers
from review_service.services.upkeep.officers import OfficerAdded, OfficerListed

ROLES = click.Choice([role.value for role in OfficerRole])
PASSWORD = click.option(
    "--password",
    prompt="Contraseña",
    hide_input=True,
    confirmation_prompt="Otra vez",
    envvar="OFFICER_PASSWORD",
    help="Asked for when left out; or OFFICER_PASSWORD.",
)


@click.group(epilog="Example: review-service users add randrade --name 'R. Andrade' --role issuer")
def users() -> None:
    """Keep the officers' accounts."""


@users.command(
    epilog="Example: review-service users add randrade --name 'R. Andrade' --role issuer"
)
@click.argument("user_name")
@click.option("--name", "full_name", required=True, help="Full name, as colleagues see it.")
@click.option("--unit", default="Matriz", show_default=True, help="Office.")
@click.option("--role", type=ROLES, required=True, help="What the account may do.")
@click.option("--id", "number", help="Cédula or RUC; asked for at the first sign-in when left out.")
@PASSWORD
@named
def add(
    *,
    user_name: str,
    full_name: str,
    unit: str,
    role: str,
    number: str | None,
    password: str,
    operator: str,
) -> None:
    """Make an account and show its second factor once."""
    added = officers.add(
        container().writing(),
        user_name=user_name,
        full_name=full_name,
        unit=unit,
        password=password,
        role=OfficerRole(role),
        number=number,
        operator=operator,
    )
    click.echo(f"Cuenta {user_name} creada, con el rol «{OfficerRole(role).label}».")
    _show_second_factor(added)
    if number is None:
        click.echo("Al ingresar por primera vez se le pedirá su cédula o RUC.")


@users.command("list", epilog="Example: review-service users list")
def list_users() -> None:
    """Show every account."""
    rows = officers.listed(container().reading())
    for row in rows:
        click.echo(_line(row))
    if not rows:
        click.echo("Todavía no hay cuentas. Cree la primera con «review-service users add».")
    elif not any(row.active and row.standing.role is OfficerRole.ADMIN for row in rows):
        click.echo("Ninguna cuenta activa tiene el rol «admin»: «review-service users role».")


@users.command(epilog="Example: review-service users role randrade supervisor")
@click.argument("user_name")
@click.argument("role", type=ROLES)
@named
def role(*, user_name: str, role: str, operator: str) -> None:
    """Change what an account may do; it holds at once."""
    officer_accounts.set_role(
        container().writing(), user_name=user_name, role=OfficerRole(role), operator=operator
    )
    click.echo(f"Cuenta {user_name}: ahora tiene el rol «{OfficerRole(role).label}».")


@users.command("set-id", epilog="Example: review-service users set-id randrade 1710034065")
@click.argument("user_name")
@click.argument("number")
@named
def set_id(*, user_name: str, number: str, operator: str) -> None:
    """Correct an officer's cédula or RUC."""
    officer_accounts.set_number(
        container().writing(), user_name=user_name, number=number, operator=operator
    )
    click.echo(f"Cuenta {user_name}: número guardado.")


@users.command(epilog="Example: review-service users represents randrade 1792060346001")
@click.argument("user_name")
@click.argument("rucs", nargs=-1)
@named
def represents(*, user_name: str, rucs: tuple[str, ...], operator: str) -> None:
    """Set the RUCs that an officer represents by law; without a RUC, none."""
    officer_accounts.set_represented(
        container().writing(), user_name=user_name, rucs=rucs, operator=operator
    )
    click.echo(f"Cuenta {user_name}: representa a {len(rucs)} contribuyentes; no los decidirá.")


@users.command("reset-password", epilog="Example: review-service users reset-password randrade")
@click.argument("user_name")
@PASSWORD
@named
def reset_password(*, user_name: str, password: str, operator: str) -> None:
    """Give an account another password and end its sessions at once."""
    officer_accounts.reset_password(
        container().writing(), user_name=user_name, password=password, operator=operator
    )
    click.echo(f"Cuenta {user_name}: contraseña cambiada y sus sesiones terminadas.")


@users.command(
    "reset-second-factor", epilog="Example: review-service users reset-second-factor randrade"
)
@click.argument("user_name")
@named
def reset_second_factor(*, user_name: str, operator: str) -> None:
    """Make a new second factor, show it once, and end the account's sessions."""
    added = officer_accounts.reset_second_factor(
        container().writing(), user_name=user_name, operator=operator
    )
    click.echo(f"Cuenta {user_name}: segundo factor nuevo y sus sesiones terminadas.")
    _show_second_factor(added)


@users.command(epilog="Example: review-service users deactivate randrade")
@click.argument("user_name")
@named
def deactivate(*, user_name: str, operator: str) -> None:
    """Lock an account and end its sessions at once."""
    officer_accounts.set_active(
        container().writing(), user_name=user_name, active=False, operator=operator
    )
    click.echo(f"Cuenta {user_name} bloqueada y sus sesiones terminadas.")


@users.command(epilog="Example: review-service users activate randrade")
@click.argument("user_name")
@named
def activate(*, user_name: str, operator: str) -> None:
    """Let an account in again."""
    officer_accounts.set_active(
        container().writing(), user_name=user_name, active=True, operator=operator
    )
    click.echo(f"Cuenta {user_name} activa.")


# The names that these commands had before.
users.add_command(deactivate, "lock")
users.add_command(activate, "unlock")


def _show_second_factor(added: OfficerAdded) -> None:
    click.echo("Segundo factor, se muestra una sola vez. Guárdelo en su aplicación de códigos:")
    click.echo(f"  clave      {added.totp_secret}")
    click.echo(f"  dirección  {added.totp_uri}")


def _line(row: OfficerListed) -> str:
    number = row.standing.cedula or "sin número"
    state = "activa" if row.active else "bloqueada"
    role = row.standing.role.value
    return f"{row.user_name:20} {row.full_name:30} {row.unit:15} {role:15} {number:10} {state}"
