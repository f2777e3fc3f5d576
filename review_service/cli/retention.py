"""Commands on how long each kind of data is kept."""

import csv
from collections import Counter
from pathlib import Path

import click

from review_service.cli.base import container
from review_service.domain.retention import RetentionKind
from review_service.domain.wording import long_date
from review_service.services.upkeep import clockwork
from review_service.services.upkeep import retention as upkeep
from review_service.services.upkeep.retention import Planned

HEAD = ("clase", "solicitud", "cuántos", "desde", "ahora", "qué lo conserva")


@click.group(epilog="Example: review-service retention plan")
def retention() -> None:
    """Look after what is deleted when its term is over."""


@retention.command(epilog="Example: review-service retention plan --csv plan.csv")
@click.option(
    "--csv",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a line for each application and kind into this file.",
)
def plan(file: Path | None) -> None:
    """Say what would be deleted, when, and what keeps the rest; deletes nothing.

    Names only kinds, counts and references of applications, never people.
    """
    parts = container()
    with parts.reading() as uow:
        if not clockwork.is_steady(uow):
            click.echo("No se elimina nada mientras no se crea al reloj: review-service clock show")
    planned = list(upkeep.plan(parts.reading, parts.rulebook))
    for kind in RetentionKind:
        of_kind = [each for each in planned if each.kind is kind]
        if of_kind:
            click.echo(_line(kind, of_kind))
    if not planned:
        click.echo("No hay nada que tenga un plazo.")
    if file is not None:
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(HEAD)
            writer.writerows(map(_row, planned))
    click.echo("No se cambió nada.")


@retention.command(epilog="Example: review-service retention delete")
def delete() -> None:
    """Delete what is due now, as the scheduler does each hour."""
    parts = container()
    deleted = upkeep.delete(parts.reading, parts.writing, parts.rulebook)
    for kind in RetentionKind:
        if deleted.get(kind):
            click.echo(f"{kind.label}: {deleted[kind]}.")
    if not any(deleted.values()):
        click.echo("No había nada que eliminar.")
    click.echo("El almacén borra los archivos un día después.")


def _line(kind: RetentionKind, planned: list[Planned]) -> str:
    due = sum(each.count for each in planned if each.is_due)
    told = f"{kind.label}: se eliminan ahora {due}"
    held = Counter[str]()
    for each in planned:
        if each.hold is not None:
            held[each.hold.reason] += each.count
    later = [each for each in planned if each.hold is None and not each.is_due]
    if later:
        first = min((each.on for each in later if each.on is not None), default=None)
        when = f", desde el {long_date(first)}" if first else ""
        told += f"; después {sum(each.count for each in later)}{when}"
    for reason, count in sorted(held.items()):
        told += f"; se conservan {count} porque {reason}"
    return f"{told}."


def _row(each: Planned) -> tuple[str, str, int, str, str, str]:
    return (
        each.kind.label,
        each.reference,
        each.count,
        each.on.isoformat() if each.on else "",
        "sí" if each.is_due else "no",
        each.hold.label if each.hold else "",
    )
