"""The group of all commands: loads the one that is asked for, says errors as one sentence."""

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any, NoReturn

import click

from review_service.domain.errors import (
    DatabaseDownError,
    InvalidInputError,
    OutsideError,
    ReviewServiceError,
    SettingsError,
)
from workers.sandbox.settings import SandboxSettingsError

EXIT_FAILED = 1
EXIT_USAGE = 2


class MainGroup(click.Group):
    """A group that imports a command's module when the command is asked for.

    To load all of them takes over a second, which nobody who runs one should wait. It prints the
    service's own errors as one sentence with what to do.
    """

    def __init__(self, *, modules: Mapping[str, str], **others: Any) -> None:  # noqa: ANN401
        """Take each command's name and the module of this package that defines it."""
        super().__init__(**others)
        self._modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, sorted."""
        del ctx
        return sorted(self._modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command, or None when there is none of that name."""
        del ctx
        if cmd_name not in self._modules:
            return None
        module = import_module(f"review_service.cli.{self._modules[cmd_name]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command

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


def stop(sentence: str, *, code: int) -> NoReturn:
    """Print one sentence on the standard error stream and exit."""
    click.echo(sentence, err=True)
    sys.exit(code)
