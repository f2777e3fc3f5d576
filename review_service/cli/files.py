"""Commands on lost or changed stored files, and to mend them."""

from pathlib import Path

import click

from review_service.bootstrap import Container
from review_service.cli.base import container
from review_service.services.upkeep import byte_check, file_incidents, file_recovery
from review_service.services.upkeep.byte_check import BrokenFile, Place, PlaceFile, Unread

MEBIBYTE = 1024 * 1024
QUICK = (
    "Se revisaron los números, las decisiones, las tareas, la cadena de auditoría y que los "
    "originales y los documentos emitidos estén en el depósito. El contenido de los archivos no se "
    "comparó: eso lo hace «review-service invariants --bytes»."
)


@click.group(epilog="Example: review-service files damaged")
def files() -> None:
    """Work on stored files that were lost or changed."""


@files.command(epilog="Example: review-service files damaged")
def damaged() -> None:
    """List the files that are not as they were stored, each with what to do."""
    with container().reading() as uow:
        found = file_incidents.open_incidents(uow, limit=None)
    for each in found:
        page = f", página {each.page}" if each.page else ""
        click.echo(
            f"{each.seen_at:%Y-%m-%d %H:%M}  {each.problem.label}: {each.kind.label}{page}, "
            f"solicitud {each.reference}\n    {each.cure}"
        )
    if not found:
        click.echo("Ningún archivo dañado.")


@files.command(epilog="Example: review-service files rebuild")
def rebuild() -> None:
    """Ask for lost or changed page images and assembled PDFs to be made again."""
    parts = container()
    try:
        done = file_recovery.recheck(parts.writing, parts.store)
    finally:  # one file that cannot be read keeps no other from being made again
        left = file_recovery.rebuild_again(parts.writing())
    click.echo(f"{done.mended} archivos ya están bien; {left} documentos se vuelven a hacer.")


@files.command(
    "put-back", epilog="Example: review-service files put-back agreements/6f/1c.pdf A.pdf"
)
@click.argument("key")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def put_back(*, key: str, file: Path) -> None:
    """Put a file of a backup back under its key, if it is the very one that was stored."""
    parts = container()
    with file.open("rb") as stream:
        named = file_recovery.put_back(parts.writing, parts.store, key, stream)
    click.echo(f"{named.kind.label}: vuelve a estar como se guardó.")


def walk_bytes(parts: Container, *, restart: bool) -> Place:
    """Compare every stored file; print broken ones, and the progress on the error stream."""
    place_file = PlaceFile(parts.settings.data_dir / "byte-check.json")
    if restart:
        place_file.forget()
    with parts.reading() as uow:
        rested = place_file.read(now=uow.now)
    if rested.files:
        click.echo(
            f"Continúa donde quedó ({rested.rested_at}, {rested.files} archivos comparados); "
            "para empezar de nuevo: --restart.",
            err=True,
        )
    end = rested
    walk = byte_check.check_bytes(parts.writing, parts.store, place_file, on_place=_tell)
    for found in walk:
        if isinstance(found, BrokenFile):
            click.echo(f"{found.problem.label}: {found.file.kind.label} {found.file.key}")
        elif isinstance(found, Unread):
            click.echo(f"No se pudo leer: {found.what} {found.name}")
        else:
            end = found
    return end


def _tell(place: Place) -> None:
    size = place.size_bytes // MEBIBYTE
    files = f"{place.files} archivo{'' if place.files == 1 else 's'}"
    broken = f"{place.broken} dañado{'' if place.broken == 1 else 's'}"
    click.echo(f"{files}, {size} MiB, {broken}", err=True)


def looked_at(place: Place | None) -> str:
    """Return a Spanish sentence that says exactly what was checked and what was not."""
    if place is None:
        return QUICK
    adopted = (
        f" De {place.adopted} imágenes de antes no había huella: se anotó la que tienen ahora."
        if place.adopted
        else ""
    )
    return (
        "Se revisaron los números, las decisiones, las tareas y la cadena de auditoría, y se "
        f"compararon con su huella SHA-256 los {place.files} archivos guardados "
        f"({place.size_bytes // MEBIBYTE} MiB).{adopted}{_left_out(place.unread)}"
    )


def _left_out(unread: int) -> str:
    if not unread:
        return ""
    could = "no se pudo leer y quedó" if unread == 1 else "no se pudieron leer y quedaron"
    return (
        f" {unread} {could} sin comparar: el registro dice por qué. Revise sus permisos y el "
        "almacén, y repita la orden."
    )
