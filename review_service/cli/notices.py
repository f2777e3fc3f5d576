"""Commands on notices to people that the mail relay did not take."""

from uuid import UUID

import click

from review_service.cli.base import container, named
from review_service.domain.wording import long_date
from review_service.services import notices as handing_over


@click.group(epilog="Example: review-service notices list")
def notices() -> None:
    """See notices of acts that nobody could hand over, and write down that a person did."""


@notices.command("list", epilog="Example: review-service notices list")
def list_notices() -> None:
    """Show each that is older than three days, or that the relay refused for good."""
    with container().reading() as uow:
        waiting = handing_over.undelivered(uow)
    for notice in waiting:
        why = "rechazado" if notice.refused_at else "no sale"
        click.echo(
            f"{notice.mail_id}  {notice.reference}  {notice.label:15} {why:10} "
            f"{long_date(notice.created_at)}"
        )
    if not waiting:
        click.echo("Todo aviso se entregó o tiene menos de tres días.")


@notices.command(
    epilog="Example: review-service notices delivered 6f1c… --how 'En persona, Zonal 1, acta 12'"
)
@click.argument("mail_id", type=click.UUID)
@click.option("--how", required=True, help="How and where; written into the event.")
@named
def delivered(*, mail_id: UUID, how: str, operator: str) -> None:
    """Write down that a person was notified by another way: the term begins today."""
    here = container()
    handing_over.delivered_otherwise(
        here.writing(), mail_id, institution=here.institution(), operator=operator, how=how
    )
    click.echo("Consta. El plazo corre desde hoy.")
