"""Commands that start something: the demo and the three processes."""

import importlib.util
import os
import signal
import sys
from types import FrameType

import click

from review_service.bootstrap import Role, warn_of_rules
from review_service.cli.base import EXIT_USAGE, container, stop
from review_service.services.upkeep.sharing import require_shared_store

WEB_THREADS = 64
"""Threads per process: each slow upload occupies one. See ``web/patience.py``."""
GRACE_SECONDS = 30
NO_DEMO = (
    "La demostración es un extra que esta instalación no trae: instale «review-service[demo]», "
    "o ejecute scripts/demo en una copia del proyecto, que instala lo que falta."
)


@click.command(epilog="Example: review-service demo --once")
@click.option("--once", is_flag=True, help="Run the story to the issued Acuerdo and end.")
@click.option("--port", type=int, help="Where the pages are served: 8000; with --once, any.")
@click.option("--reset", is_flag=True, help="Forget what former runs made.")
def demo(*, once: bool, port: int | None, reset: bool) -> None:
    """Run the whole story on this machine with sample people and files."""
    if importlib.util.find_spec("aiosmtpd") is None:
        stop(NO_DEMO, code=EXIT_USAGE)
    from review_service.demo import command  # noqa: PLC0415 -- only this command needs it

    sys.exit(command.run(once=once, port=port, reset=reset))


@click.command(epilog="Example: review-service web --bind 0.0.0.0:8000 --workers 2")
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="Address and port.")
@click.option("--workers", default=2, show_default=True, help="Processes.")
def web(*, bind: str, workers: int) -> None:
    """Serve the pages with gunicorn."""
    parts = container(Role.WEB)  # a wrong setting is said here, once, not by every process
    require_shared_store(parts.reading(), parts.store)
    if parts.rules_sentence:
        click.echo(parts.rules_sentence, err=True)
    os.execv(  # noqa: S606 -- our own interpreter with fixed arguments
        sys.executable,
        [
            sys.executable,
            "-m",
            "gunicorn",
            "review_service.web.wsgi:application()",
            f"--bind={bind}",
            f"--workers={workers}",
            "--worker-class=review_service.web.patience.PatientWorker",
            f"--threads={WEB_THREADS}",
            f"--graceful-timeout={GRACE_SECONDS}",
            "--worker-tmp-dir=/dev/shm",
            "--log-level=warning",
            "--no-control-socket",  # it wants a home folder, and nothing here steers gunicorn
        ],
    )


@click.command(epilog="Example: LANES=ocr review-service worker")
def worker() -> None:
    """Do the background work: open documents, sign, send mail."""
    os.execv(sys.executable, [sys.executable, "-m", "workers"])  # noqa: S606 -- fixed arguments


@click.command(epilog="Example: review-service scheduler")
def scheduler() -> None:
    """Keep time: notify again, lapse terms, sweep."""
    from review_service import scheduler as loop  # noqa: PLC0415
    from review_service.logs import configure  # noqa: PLC0415

    parts = container(Role.SCHEDULER)
    require_shared_store(parts.reading(), parts.store)
    configure(parts.settings.log_level)
    warn_of_rules(parts)
    ended = []

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.append(True)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    loop.run(parts, stopped=lambda: bool(ended))
