"""Commands on the clock that terms end by."""

from datetime import datetime

import click

from review_service.cli.base import container, named
from review_service.domain.wording import clock as hour
from review_service.domain.wording import long_date
from review_service.services.upkeep import clockwork


def _moment(moment: datetime) -> str:
    return f"{long_date(moment)}, {hour(moment)}"


@click.group(epilog="Example: review-service clock show")
def clock() -> None:
    """See whether the clock is believed, and believe it again."""


@clock.command(epilog="Example: review-service clock show")
def show() -> None:
    """Show what the clock says, and since when it is not believed."""
    with container().reading() as uow:
        known = clockwork.look(uow)
    click.echo(f"El reloj dice {_moment(known.now)}.")
    if known.held_since is None or known.noted_at is None:
        click.echo("Se le cree: los plazos corren.")
        return
    click.echo(
        f"No se le cree: la última hora segura fue {_moment(known.noted_at)}, y la siguiente "
        f"{_moment(known.held_since)}. Ningún plazo vence y nadie decide. Revise la hora del "
        "servidor y los plazos que vencerían, y ejecute "
        "«review-service clock accept --reason '…'»."
    )


@clock.command(
    epilog="Example: review-service clock accept --reason 'El servicio estuvo detenido en feriado'"
)
@click.option("--reason", required=True, help="What you looked at; written into the event.")
@named
def accept(*, reason: str, operator: str) -> None:
    """Believe the clock again, after looking at the server's time: terms end by it from now on."""
    clockwork.accept(container().writing(), operator=operator, reason=reason)
    click.echo("Se le cree de nuevo: los plazos corren.")
