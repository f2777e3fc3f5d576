"""Errors that stop the demo: one Spanish sentence each, with what to do."""

import errno
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

EXIT_FAILED: Final = 1
EXIT_CANNOT_START: Final = 2
_REASONS: Final[Mapping[int | None, str]] = MappingProxyType(
    {
        errno.EACCES: "no tengo permiso",
        errno.EDQUOT: "se acabó el espacio que le dan",
        errno.ENOENT: "falta la carpeta de arriba",
        errno.ENOSPC: "el disco está lleno",
        errno.EPERM: "no tengo permiso",
        errno.EROFS: "es solo de lectura",
    }
)


def in_spanish(error: OSError) -> str:
    """Return the reason of an ``OSError`` in a few Spanish words."""
    return _REASONS.get(error.errno, f"el sistema dice: {error.strerror or error}")


class CannotStartError(Exception):
    """The machine or the folder lacks something; the message says what, and how to mend it."""


class StoryFailedError(Exception):
    """A step of the story did not end as it should; the message says what was expected."""
