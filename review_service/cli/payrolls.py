"""Commands on the files of payrolls, which are deleted some days after the decision."""

import click

from review_service.cli.base import container, named
from review_service.domain.payroll_terms import told_days
from review_service.domain.wording import long_date
from review_service.services.upkeep import clockwork, retained_files
from review_service.services.upkeep.retained_files import PAYROLLS, KeptFiles


@click.group(epilog="Example: review-service payrolls delete --dry-run")
def payrolls() -> None:
    """Look after the files of payrolls, which hold other people's names."""


@payrolls.command(epilog="Example: review-service payrolls delete --dry-run")
@click.option("--dry-run", is_flag=True, help="Only say what would go, and what is kept and why.")
@named
def delete(*, dry_run: bool, operator: str) -> None:
    """Delete the files of payrolls whose days are over, as the scheduler does each hour.

    The days are the rule payroll_deletion (``review-service rules``); a draft that nobody changes
    loses its payroll too. What was read of them stays.
    Names only references of applications, never people.
    """
    parts = container()
    with parts.reading() as uow:
        if not clockwork.is_steady(uow):
            click.echo("No se elimina nada mientras no se crea al reloj: review-service clock show")
            return
    if not dry_run:
        deleted = retained_files.delete(
            parts.reading,
            parts.writing,
            parts.rulebook,
            PAYROLLS,
            actor="operator",
            operator=operator,
        )
        click.echo(
            f"Archivos de nóminas eliminados: {deleted}. El almacén los borra un día después."
        )
        return
    due = kept = 0
    for each in retained_files.kept(parts.reading, parts.rulebook, PAYROLLS):
        due, kept = due + each.files * each.is_due, kept + each.files * (not each.is_due)
        click.echo(_line(each))
    click.echo(f"Archivos que se eliminarían: {due}; que se conservan: {kept}. No se cambió nada.")


def _line(each: KeptFiles) -> str:
    found = each.deletion
    if each.is_due:
        why = "se elimina"
    elif found.hold is not None:
        why = f"se conserva: {found.hold.reason}"
    else:
        days = told_days(found.days or 0)
        goes = f"se elimina el {long_date(found.on)}" if found.on else "se conserva"
        why = f"{goes}, {days} después {found.since}"
    return f"{each.reference}: {_files(each.files)}, {why}"


def _files(count: int) -> str:
    return f"{count} archivo{'' if count == 1 else 's'}"
