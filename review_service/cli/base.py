"""Shared by the commands: the parts of the service, and who runs the command."""

import getpass
import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import click

from review_service.bootstrap import Container, Role, build
from review_service.setting_values import given
from review_service.settings import Settings


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
