"""Commands on the monthly figures that are published."""

from pathlib import Path

import click

from review_service.cli.base import container, named
from review_service.domain import figure_list
from review_service.domain.errors import InvalidInputError, NotFoundError
from review_service.domain.figures import told_number
from review_service.domain.months import Month, month_named
from review_service.services.figures import correcting, publishing
from review_service.services.upkeep import officers

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


class _MonthParameter(click.ParamType[Month]):
    """A month as «2024-01»."""

    name = "month"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Month:
        """Return the month."""
        month = month_named(str(value))
        if month is None:
            self.fail("a month is written as 2024-01", param, ctx)
        return month


@click.group(epilog="Example: review-service figures import cifras.csv")
def figures() -> None:
    """Bring in and correct the monthly figures that are published under /cifras."""


@figures.command("import", epilog="Example: review-service figures import cifras.csv")
@click.argument("file", type=FILE)
@named
def import_figures(*, file: Path, operator: str) -> None:
    """Import AÑO|MES|QUEJAS|ATENCIONES of months that were published elsewhere.

    The first line names where: «# Fuente: …». All months or none; one that is published already is
    corrected, not imported again.
    """
    try:
        lines = file.read_text("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise InvalidInputError({"file": "El archivo no es texto en UTF-8."}) from error
    found = figure_list.read(lines)
    done = publishing.import_published(container().writing(), found, operator=operator)
    click.echo(f"Meses publicados: {done.added}; ya estaban con los mismos números: {done.known}.")


@figures.command(
    epilog="Example: review-service figures correct 2024-01 --attentions 1890 "
    "--reason 'Faltaba una atención del 31' --officer supervision"
)
@click.argument("month", type=_MonthParameter())
@click.option("--complaints", type=click.IntRange(0), help="Left out: it stays.")
@click.option("--attentions", type=click.IntRange(0), help="Left out: it stays.")
@click.option("--reason", required=True, help="Why; it is published.")
@click.option("--officer", required=True, help="User name of the supervisor who corrects.")
@named
def correct(
    *,
    month: Month,
    complaints: int | None,
    attentions: int | None,
    reason: str,
    officer: str,
    operator: str,
) -> None:
    """Publish another version of a closed month; the former ones stay visible.

    The breakdowns of the month are not published anew.
    """
    parts = container()
    with parts.reading() as uow:
        row = officers.find(uow, officer)
        if row is None:
            raise NotFoundError(f"no hay una cuenta «{officer}».")
        officer_id = row.id
    told = correcting.correct(
        parts.writing(),
        month,
        officer_id=officer_id,
        complaints=complaints,
        attentions=attentions,
        reason=reason,
        operator=operator,
    )
    click.echo(
        f"{month.label}, versión {told.version}: {told_number(told.complaints)} quejas, "
        f"{told_number(told.attentions)} atenciones."
    )
