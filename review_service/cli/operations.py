"""Commands for the operator of the service."""

import sys
from datetime import datetime
from uuid import UUID

import click

from review_service.cli import files
from review_service.cli.auditing import held_since
from review_service.cli.base import container
from review_service.cli.group import EXIT_FAILED
from review_service.domain.wording import in_words, long_date
from review_service.services import calendar
from review_service.services.upkeep import mending, searching, stuck_tasks
from review_service.services.upkeep.checked_part import DAYS, ReachedFile
from review_service.services.upkeep.invariants import Checked, check_again


@click.group(epilog="Example: review-service tasks list")
def tasks() -> None:
    """Look at background work that needs a person."""


@tasks.command("list", epilog="Example: review-service tasks list")
def list_tasks() -> None:
    """Show what is in quarantine and what has waited for long."""
    stuck = stuck_tasks.stuck_tasks(container().reading())
    for task in stuck:
        click.echo(f"{task.task_id}  {task.kind:16} {task.state:12} {task.last_error[:60]}")
    if not stuck:
        click.echo("Nada está detenido.")


@tasks.command(epilog="Example: review-service tasks retry 6f1c…")
@click.argument("task_id", type=click.UUID)
def retry(*, task_id: UUID) -> None:
    """Retry a task in quarantine, with all its attempts."""
    stuck_tasks.retry(container().writing(), task_id)
    click.echo("La tarea vuelve a intentarse.")


@click.group(epilog="Example: review-service holidays list")
def holidays() -> None:
    """Manage decreed holidays, which terms do not count, besides the national ones."""


@holidays.command(
    "add",
    epilog="Example: review-service holidays add 2026-12-06 --name 'Fundación de Quito' "
    "--canton Quito --source 'Decreto 1'",
)
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--name", required=True, help="What the day is called.")
@click.option("--source", required=True, help="The decree or ordinance.")
@click.option("--canton", default="", help="Left out: the whole country.")
def add_holiday(*, day: datetime, name: str, source: str, canton: str) -> None:
    """Add a day, or correct its name and source."""
    decreed = calendar.DecreedDay(day=day.date(), canton=canton, name=name, source=source)
    calendar.decree(container().writing(), decreed)
    click.echo(f"El {long_date(decreed.day)} no cuenta en los términos.")


@holidays.command("list", epilog="Example: review-service holidays list")
def list_holidays() -> None:
    """Show every decreed day."""
    days = calendar.decrees(container().reading())
    for each in days:
        click.echo(f"{each.day}  {each.canton or 'todo el país':20} {each.name} ({each.source})")
    if not days:
        click.echo("No hay días decretados; los feriados nacionales ya cuentan.")


@click.command(epilog="Example: review-service reconcile")
def reconcile() -> None:
    """Notify workers again of what is due; the scheduler does it every half minute."""
    parts = container()
    done = mending.reconcile(
        parts.writing,
        parts.queue,
        parts.store,
        max_attempts=parts.settings.work.max_attempts,
        scan_required=parts.scan_required,
        rulebook=parts.rulebook,
    )
    click.echo(f"{done.notified} tareas avisadas, {done.quarantined} en cuarentena.")


@click.command(epilog="Example: review-service invariants --bytes")
@click.option("--bytes", "with_bytes", is_flag=True, help="Also read and compare every file.")
@click.option("--restart", is_flag=True, help="With --bytes: begin anew, not where it rested.")
@click.option("--whole", is_flag=True, help="Read all rows and the whole trail at once.")
def invariants(*, with_bytes: bool, restart: bool, whole: bool) -> None:
    """Check every promise of the service against database and files. Exit 1 when one is broken.

    A file that cannot be read counts as a broken promise; all others are compared.

    With more than 20,000 applications it reads what changed and a share of the rest, so that all
    is read within 30 days; --whole reads all at once.
    """
    parts = container()
    walk = files.walk_bytes(parts, restart=restart) if with_bytes else None
    reached_file = ReachedFile(parts.settings.seals.folder / "row-check.json")
    if whole:
        reached_file.forget()
    checked = check_again(
        parts.reading, parts.store, sealing=parts.sealing, reached_file=reached_file
    )
    for found in checked.broken:
        click.echo(f"{found.name}: {found.detail}")
    count = len(checked.broken)
    click.echo(f"{count} promesas rotas." if count else _all_holds(checked))
    click.echo(files.looked_at(walk))
    click.echo(held_since(parts.reading))
    sys.exit(EXIT_FAILED if count or (walk is not None and walk.unread) else 0)


def _all_holds(checked: Checked) -> str:
    """Return a Spanish sentence that says of how much everything holds."""
    part = checked.part
    if part is None:
        return "Todo se cumple."
    return (
        "Todo se cumple en lo que se leyó: lo que cambió desde la vez anterior, y "
        f"{part.applications} de {part.total} solicitudes con su parte de la bitácora. Si se "
        f"ejecuta cada hora, en {DAYS} días se lee todo; ahora mismo, con «review-service "
        f"invariants --whole». Todo a la vez se leyó por última vez el "
        f"{in_words(checked.whole_at)}."
    )


@click.command("index-texts", epilog="Example: review-service index-texts")
def index_texts() -> None:
    """Rebuild the index of the officers' text search; the service may keep running.

    Exit 1 when the words of a page cannot be read; the others are indexed.
    """
    unread: list[UUID] = []

    def note(page_id: UUID) -> None:
        unread.append(page_id)
        click.echo(f"No se pudo leer: página {page_id}")

    pages = searching.rebuild(container().writing, on_unread=note)
    click.echo(f"{pages} páginas leídas para el buscador.")
    if unread:
        could = "no se pudo leer y sigue" if len(unread) == 1 else "no se pudieron leer y siguen"
        click.echo(f"{len(unread)} {could} en el buscador como antes: el registro dice por qué.")
        sys.exit(EXIT_FAILED)
