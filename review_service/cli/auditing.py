"""Commands on the audit trail: compare it with its seals, seal it, and what it says of rows."""

import sys
from pathlib import Path

import click

from review_service.adapters.seal_key import PublicSealKey
from review_service.cli.base import container, named
from review_service.cli.group import EXIT_FAILED, EXIT_USAGE, stop
from review_service.db.unit_of_work import UnitFactory
from review_service.domain.errors import InvalidInputError
from review_service.domain.seals import MOST_CHARACTERS, Seal, limits_of
from review_service.domain.wording import in_words
from review_service.ports import SealChecker
from review_service.services.upkeep import row_holding
from review_service.services.upkeep.audit_check import AuditReport, anchors_in, check_audit
from review_service.services.upkeep.sealing import BrokenChainError, SealKeeper

KEY_CHARACTERS = 64


@click.group(epilog="Example: review-service audit verify")
def audit() -> None:
    """Work on the audit trail."""


@audit.command(
    epilog="Example: review-service audit verify --anchor sello-guardado.txt",
)
@click.option(
    "--anchor",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A seal kept elsewhere: its file, or a saved mail.",
)
@click.option("--key", help="Public key of the seals, in hexadecimal; else that of the settings.")
@click.option(
    "--only-after", is_flag=True, help="Walk only what follows the newest seal: quick, says less."
)
def verify(*, anchor: Path | None, key: str | None, only_after: bool) -> None:
    """Walk the hash chain and compare it with its seals. Exit 0 when it holds, 1 when not."""
    anchors = () if anchor is None else _anchors(anchor)
    parts = container()
    checker = _checker(key) if key else parts.sealing.sealer
    report = check_audit(
        parts.reading,
        checker=checker,
        places=parts.sealing.places,
        anchors=anchors,
        only_after=only_after,
    )
    for link in report.links:
        click.echo(f"{link.sequence}: {link.problem}")
    for problem in report.problems:
        click.echo(problem)
    if report.foreign:
        click.echo(
            f"{len(report.foreign)} sellos guardados son de otra clave y no se pudieron comprobar; "
            f"el último: {report.foreign[-1]}. Ejecute la orden donde está AUDIT_SEAL_KEY (en "
            "compose, el contenedor scheduler), o dé la clave pública con --key."
        )
    click.echo(_told(report, only_after=only_after))
    sys.exit(0 if report.holds else EXIT_FAILED)


@audit.command(epilog="Example: review-service audit seal --anew 'se recuperó el respaldo del 3'")
@click.option(
    "--anew",
    metavar="REASON",
    help="Begin a new row of seals although the chain does not continue the last one, and why.",
)
def seal(*, anew: str | None) -> None:
    """Seal the chain now and give the seal out; the scheduler does it after each issue and day."""
    parts = container()
    keeper = SealKeeper(parts.sealing, parts.writing, parts.reading)
    if anew is not None and not anew.strip():
        stop("Diga en --anew por qué empiezan de nuevo los sellos.", code=EXIT_USAGE)
    try:
        made = keeper.seal_now(anew=(anew or "").strip())
    except BrokenChainError:
        stop(
            "No se selló: la cadena no continúa lo que se selló la última vez. Mire qué cambió con "
            "«review-service audit verify»; si hay una razón, como un respaldo recuperado, dígala "
            "con --anew.",
            code=EXIT_FAILED,
        )
    click.echo(made.text, nl=False)


@audit.command("rows", epilog="Example: review-service audit rows --anew 'se volvió atrás un día'")
@click.option(
    "--anew",
    metavar="REASON",
    help="Take all rows as they stand now, and why: what was changed before is no longer found.",
)
@named
def rows(*, anew: str | None, operator: str) -> None:
    """Say since when rows are compared with the trail, or begin anew with what stands."""
    parts = container()
    if anew is not None:
        if not anew.strip():
            stop("Diga en --anew por qué se toman las filas como están.", code=EXIT_USAGE)
        row_holding.begin_anew(parts.writing(), operator=operator, reason=anew.strip())
    click.echo(held_since(parts.reading))


def held_since(reading: UnitFactory) -> str:
    """Return a sentence on since when rows are compared with the trail."""
    with reading() as uow:
        now = row_holding.standing(uow)
    if now.since == 0:
        return "Cada fila se compara con la bitácora desde que empezó esta instalación."
    if now.since_at is not None:
        goes_on = "" if now.is_whole else " El proceso scheduler todavía anota las que faltan."
        return (
            f"Las filas se comparan con la bitácora desde el {in_words(now.since_at)}; de lo que "
            f"les pasó antes nadie puede responder.{goes_on}"
        )
    begins = (
        "un día después de que el proceso scheduler arranque con esta versión"
        if now.due_at is None
        else f"el {in_words(now.due_at)}"
    )
    return (
        f"Las filas todavía no se comparan con la bitácora. La comparación empieza {begins}, "
        "cuando ya no escriba nada la versión anterior."
    )


@audit.command("key", epilog="Example: review-service audit key")
def show_key() -> None:
    """Print the public key of the seals, which an auditor keeps to check them with --key."""
    click.echo(container().sealing.sealer.public_key)


def _anchors(file: Path) -> tuple[Seal, ...]:
    try:
        if file.stat().st_size > MOST_CHARACTERS:
            stop(f"«{file}» es demasiado grande para ser un sello.", code=EXIT_USAGE)
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        stop(f"No se puede leer «{file}»: {error.strerror}.", code=EXIT_USAGE)
    try:
        return tuple(anchors_in(text))
    except InvalidInputError as error:
        stop(f"«{file}»: {error.problems['anchor']}", code=EXIT_USAGE)


def _checker(key: str) -> SealChecker:
    try:
        return PublicSealKey(key)
    except ValueError:
        stop(f"--key son {KEY_CHARACTERS} signos hexadecimales.", code=EXIT_USAGE)


def _told(report: AuditReport, *, only_after: bool) -> str:
    silent = "".join(f"\nNo se pudo leer: {label}." for label in report.unreachable)
    if not report.holds:
        count = len(report.links) + len(report.problems) + len(report.foreign)
        return f"{count} eslabones rotos o sellos que no coinciden.{silent}"
    if report.newest is None:
        return (
            "La cadena está completa, pero ningún sello lo prueba: solo se comparó consigo misma. "
            f"El proceso scheduler la sella cada día, o «review-service audit seal».{silent}"
        )
    told = report.newest.statement
    walked = (
        "La cadena sigue desde su último sello; lo anterior no se recorrió."
        if only_after
        else "La cadena está completa y es la que se selló."
    )
    former = f"\n{report.former} sellos de antes no se compararon." if report.former else ""
    return (
        f"{walked}\nSe comparó con {report.seals} sellos; el último, del "
        f"{in_words(told.sealed_at)}, tiene {told.sequence} de {report.events} eventos.\n"
        f"{limits_of(told)}{former}{silent}"
    )
