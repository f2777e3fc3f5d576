"""Commands that hand over to another program at once, and load nothing before it."""

import importlib.util
import os
import sys

import click

from review_service.cli.group import EXIT_USAGE, stop

NO_DEMO = (
    "La demostración es un extra que esta instalación no trae: instale «review-service[demo]», "
    "o ejecute scripts/demo en una copia del proyecto, que instala lo que falta."
)


@click.command(epilog="Example: review-service demo --once")
@click.option("--once", is_flag=True, help="Tell the three stories to their papers and end.")
@click.option("--port", type=int, help="Where the pages are served: 8000; with --once, any.")
@click.option("--reset", is_flag=True, help="Forget what former runs made.")
def demo(*, once: bool, port: int | None, reset: bool) -> None:
    """Tell the stories of each track on this machine, with sample people and files."""
    if importlib.util.find_spec("aiosmtpd") is None:
        stop(NO_DEMO, code=EXIT_USAGE)
    from review_service.demo import command  # noqa: PLC0415 -- only this command needs it

    sys.exit(command.run(once=once, port=port, reset=reset))


@click.command(epilog="Example: LANES=ocr review-service worker")
def worker() -> None:
    """Do the background work: open documents, sign, send mail."""
    os.execv(sys.executable, [sys.executable, "-m", "workers"])  # noqa: S606 -- fixed arguments
