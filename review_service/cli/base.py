"""Shared by all commands: the container, and errors as one sentence without a traceback."""

import getpass
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NoReturn

import click

from review_service.bootstrap import Container, Role, build
from review_service.domain.errors import (
    DatabaseDownError,
    InvalidInputError,
    OutsideError,
    ReviewServiceError,
    SettingsError,
)
from review_service.setting_values import given
from review_service.settings import Settings
from workers.sandbox.settings import SandboxSettingsError

EXIT_FAILED = 1
EXIT_USAGE = 2


class SpanishGroup(click.Group):
    """A command group that prints the service's own errors as one sentence with what to do."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; for an error of the service, print a sentence and exit with a code."""
        try:
            return super().invoke(ctx)
        except (SettingsError, SandboxSettingsError) as error:
            stop(f"Configuración incompleta: {error}", code=EXIT_USAGE)
        except InvalidInputError as error:
            stop(" ".join(error.problems.values()), code=EXIT_FAILED)
        except DatabaseDownError:
            stop(
                "La base de datos no responde. Revise DATABASE_URL y que el servidor esté en "
                "marcha; si es nueva, ejecute «review-service setup».",
                code=EXIT_FAILED,
            )
        except OutsideError as error:
            stop(f"Una parte externa no responde: {error}", code=EXIT_FAILED)
        except ReviewServiceError as error:
            stop(f"No se pudo: {error}", code=EXIT_FAILED)
        except OSError as error:
            if error.filename is None:  # such as a closed output pipe, which click handles
                raise
            stop(f"No se puede usar «{error.filename}»: {error.strerror}.", code=EXIT_FAILED)


def container(role: Role = Role.OPERATOR) -> Container:
    """Return the container, built from the environment."""
    return build(Settings.from_env(os.environ), role)


def owner_container() -> Container:
    """Build the parts of a command that writes what the processes' role may not.

    ``OWNER_DATABASE_URL`` stands in for ``DATABASE_URL`` when it is set.
    """
    settings = Settings.from_env(os.environ)
    owner_url = given(os.environ, "OWNER_DATABASE_URL")
    return build(replace(settings, database_url=owner_url or settings.database_url), Role.OPERATOR)


def _operator() -> str:
    """Return who runs the command: ``SUDO_USER`` or the user of this process."""
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return str(os.getuid())


def named(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--operator``: who makes the change."""
    return click.option(
        "--operator",
        default=_operator,
        envvar="OPERATOR",
        show_default="the user of this machine",
        help="Who makes the change; written into its event.",
    )(command)


def stop(sentence: str, *, code: int) -> NoReturn:
    """Print one sentence on the standard error stream and exit."""
    click.echo(sentence, err=True)
    sys.exit(code)
