"""Commands on people: the taxpayer registry, agreements issued before, papers held elsewhere."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from review_service.cli.base import container
from review_service.cli.group import EXIT_FAILED
from review_service.domain.imported_lines import ImportKind
from review_service.domain.wording import clock, long_date
from review_service.services.upkeep import importing
from review_service.services.upkeep.importing import Imported
from review_service.services.upkeep.imports import kinds
from review_service.services.upkeep.imports.kinds import FileKind

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
REPORT = click.Path(dir_okay=False, path_type=Path)


def _import_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what every import takes."""
    for add in (
        click.option(
            "--accept-names",
            is_flag=True,
            help="Let many legal names change (a few always may); read the report first.",
        ),
        click.option(
            "--report",
            type=REPORT,
            help="Where to write lines not taken and changes [default: FILE.informe.csv].",
        ),
        click.argument("file", type=FILE),
    ):
        command = add(command)
    return command


@click.group(epilog="Example: review-service registry import SRI_RUC_Imbabura.csv")
def registry() -> None:
    """Bring in the taxpayer registry."""


@registry.command("import", epilog="Example: review-service registry import correos.csv")
@_import_options
def import_registry(*, file: Path, report: Path | None, accept_names: bool) -> None:
    """Import a catastro file of the SRI or the NUMERO_RUC|CORREO feed; the header says which.

    It goes in whole or not at all. Exit code 1 when a line was not taken, or nothing was.
    """
    _bring_in(kinds.registry_kind, file, report=report, accept_names=accept_names)


@registry.command("undo", epilog="Example: review-service registry undo correos")
@click.argument("kind", type=click.Choice([ImportKind.CATASTRO.value, ImportKind.EMAILS.value]))
def undo_registry(*, kind: str) -> None:
    """Undo the last import of a kind; the one before can't be undone after it."""
    _undo(ImportKind(kind))


@click.group(epilog="Example: review-service agreements import anteriores.csv")
def agreements() -> None:
    """Bring in agreements issued before this service."""


@agreements.command("import", epilog="Example: review-service agreements import anteriores.csv")
@_import_options
def import_agreements(*, file: Path, report: Path | None, accept_names: bool) -> None:
    """Import NUMERO|RUC|TITULAR|ACTIVIDAD|EMITIDO|VALIDO_HASTA[|REVOCADO].

    Days as 2023-11-20 or 20/11/2023. It goes in whole or not at all. Exit code 1 when a line was
    not taken, or nothing was.
    """
    _bring_in(kinds.agreements_kind, file, report=report, accept_names=accept_names)


@click.group(epilog="Example: review-service papers import certificados-iess.csv")
def papers() -> None:
    """Bring in lists of papers that institutions hold, so that nobody has to send them."""


@papers.command("import", epilog="Example: review-service papers import certificados-iess.csv")
@_import_options
def import_papers(*, file: Path, report: Path | None, accept_names: bool) -> None:
    """Import RUC|DOCUMENTO|TITULAR|ESTADO|EMITIDO|VALIDO_HASTA|TRABAJADORES|INSTITUCION|REFERENCIA.

    DOCUMENTO is ESCRITURA, IESS, SRI or NOMINA; ESTADO is AL DIA or CON DEUDAS; days as 2026-11-20
    or 20/11/2026. Which papers are looked up in it, comes_from of the rule required_papers says. It
    goes in whole or not at all. Exit code 1 when a line was not taken, or nothing was.
    """
    _bring_in(kinds.papers_kind, file, report=report, accept_names=accept_names)


@papers.command("undo", epilog="Example: review-service papers undo")
def undo_papers() -> None:
    """Undo the last import of papers; the one before can't be undone after it."""
    _undo(ImportKind.PAPERS)


@agreements.command("undo", epilog="Example: review-service agreements undo")
def undo_agreements() -> None:
    """Undo the last import of agreements; the one before can't be undone after it."""
    _undo(ImportKind.AGREEMENTS)


def _bring_in(
    kind_of: Callable[[Sequence[str]], FileKind],
    file: Path,
    *,
    report: Path | None,
    accept_names: bool,
) -> None:
    done = importing.import_file(
        container().database,
        file,
        kind_of,
        progress=_progress,
        report=report,
        accept_names=accept_names,
    )
    _say(done)


def _progress(lines: int) -> None:
    click.echo(f"\r{_thousands(lines)} líneas", nl=False, err=True)


def _say(done: Imported) -> None:
    click.echo("", err=True)
    if done.already_done:
        click.echo("Este archivo fue lo último que se importó de su clase; nada cambió.")
        return
    if done.held:
        click.echo(
            f"No se importó nada: cambiarían {_thousands(done.renamed)} nombres ya conocidos, y "
            f"eso suele ser un archivo dañado o equivocado. Lea {done.report}; si los nombres "
            "nuevos son los correctos, repita con --accept-names."
        )
        raise SystemExit(EXIT_FAILED)
    read = _counted(done.lines, "línea leída", "líneas leídas")
    taken = _counted(done.taken, "tomada", "tomadas")
    click.echo(f"{read}: {taken}, {_counted(done.refused, 'no tomada', 'no tomadas')}.")
    if done.renamed:
        changed = _counted(done.renamed, "nombre o correo cambió", "nombres o correos cambiaron")
        click.echo(f"{changed}.")
    if done.report:
        click.echo(f"El detalle, línea por línea, está en {done.report}.")
    if done.refused:
        click.echo("Corrija lo que no se tomó y vuelva a importar el archivo; lo demás ya está.")
        raise SystemExit(EXIT_FAILED)


def _undo(kind: ImportKind) -> None:
    undone = importing.undo_last(container().database, kind)
    when = f"{long_date(undone.imported_at)} a las {clock(undone.imported_at)}"
    click.echo(
        f"Se deshizo la importación de «{undone.file_name}» del {when}: "
        f"{_counted(undone.removed, 'fila quitada', 'filas quitadas')}, "
        f"{_counted(undone.restored, 'fila como estaba', 'filas como estaban')}."
    )


def _counted(number: int, one: str, many: str) -> str:
    return f"{_thousands(number)} {one if number == 1 else many}"


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", ".")
