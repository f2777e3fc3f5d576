"""The commands that are a process of the service: web and scheduler."""

import os
import signal
import sys
from types import FrameType

import click

from review_service import logs
from review_service.bootstrap import Role, unlisted_told, warn_of_rules
from review_service.cli.base import container
from review_service.services.upkeep.sharing import require_shared_store

WEB_THREADS = 64
"""Threads per process: each slow upload occupies one. See ``web/patience.py``."""
GRACE_SECONDS = 30


@click.command(epilog="Example: review-service web --bind 0.0.0.0:8000 --workers 2")
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="Address and port.")
@click.option("--workers", default=2, show_default=True, help="Processes.")
def web(*, bind: str, workers: int) -> None:
    """Serve the pages with gunicorn."""
    parts = container(Role.WEB)  # a wrong setting is said here, once, not by every process
    require_shared_store(parts.reading(), parts.store)
    for told in filter(None, (parts.rules_sentence, unlisted_told(parts))):
        click.echo(told, err=True)
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


@click.command(epilog="Example: review-service scheduler")
def scheduler() -> None:
    """Keep time: notify again, lapse terms, sweep."""
    from review_service import scheduler as loop  # noqa: PLC0415 -- only this command needs it

    parts = container(Role.SCHEDULER)
    require_shared_store(parts.reading(), parts.store)
    logs.configure(parts.settings.log_level)
    warn_of_rules(parts)
    ended = []

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.append(True)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    loop.run(parts, stopped=lambda: bool(ended))
