"""Commands for the photo index: its state, and searching for photos not in it yet."""

import sys
from typing import TYPE_CHECKING

import click

from review_service.bootstrap import Container
from review_service.cli.base import container
from review_service.cli.group import EXIT_FAILED
from review_service.domain.likeness import LEAST_QUALITY
from review_service.services.findings import resembling

if TYPE_CHECKING:
    from workers.photo_index.index import PhotoIndex


@click.group(epilog="Example: review-service photos index")
def photos() -> None:
    """Look after the index that finds photos resembling each other."""


@photos.command(epilog="Example: review-service photos index --verify")
@click.option("--verify", is_flag=True, help="Sum up every file. Exit 1 when one is damaged.")
@click.option("--rebuild", is_flag=True, help="Forget this host's files and fill them anew.")
def index(*, verify: bool, rebuild: bool) -> None:
    """Show how many photos are in the index, and search for those that are not yet."""
    from workers.photo_index.index import PhotoIndex  # noqa: PLC0415 -- NumPy only for this

    parts = container()
    files = PhotoIndex(parts.settings.data_dir / "photo-index")
    _tell_standing(parts)
    if rebuild:
        files.forget()
        files.catch_up(
            resembling.reached(parts.reading()),
            lambda after, upto: resembling.between(parts.reading(), after, upto),
        )
        files.catch_up_features(
            resembling.reached(parts.reading()),
            lambda after, upto: resembling.features_between(parts.reading(), after, upto),
        )
        click.echo("El índice de este equipo se llenó de nuevo desde la base de datos.")
    if verify:
        sys.exit(_tell_health(files))


def _tell_standing(parts: Container) -> None:
    standing = resembling.standing(parts.reading())
    click.echo(f"{standing.enrolled} fotos en el índice.")
    if standing.plain:
        click.echo(
            f"{standing.plain} fotos casi lisas quedan fuera (calidad menor que {LEAST_QUALITY})."
        )
    if standing.without_hash:
        click.echo(
            f"{standing.without_hash} fotos no tienen huella: llegaron antes de que se calculara "
            "o no se pudieron leer. De ellas solo se encuentran copias idénticas."
        )
    if standing.without_features:
        click.echo(
            f"{standing.without_features} fotos del índice no tienen puntos: llegaron antes de que "
            "se buscaran. De ellas no se encuentran recortes grandes, capturas ni fotos de la foto."
        )
    asked = resembling.ask_again(parts.writing()) if standing.waiting else 0
    if asked:
        click.echo(f"{standing.waiting} fotos de {asked} archivos esperaban: se buscarán ahora.")


def _tell_health(files: "PhotoIndex") -> int:
    health = files.health()
    for number in health.damaged:
        click.echo(f"El archivo {number} está dañado.")
    for number in health.damaged_words:
        click.echo(f"El archivo de puntos {number} está dañado.")
    if health.damaged or health.damaged_words:
        click.echo("Ejecute «review-service photos index --rebuild».")
        return EXIT_FAILED
    click.echo(
        f"{health.count} fotos en {health.blocks} archivos, {health.bytes / 1e6:.0f} MB: completos."
    )
    return 0
