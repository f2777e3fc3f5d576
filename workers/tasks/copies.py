"""Copies stored files into temporary files without a name, for the sandbox to read."""

from pathlib import Path
from typing import BinaryIO

from review_service.bootstrap import Container
from review_service.domain.stored_files import NamedFile
from review_service.services import stored_files


def path_of(copy: BinaryIO) -> Path:
    """Return the ``/proc`` path of a temporary file without a name; it ends with the process."""
    return Path(f"/proc/self/fd/{copy.fileno()}")


def copy_out(container: Container, file: NamedFile, copy: BinaryIO) -> None:
    """Copy a stored file into ``copy``, compared with its SHA-256.

    Raises ``DamagedFileError``, after writing the incident down, and ``StoreError``.
    """
    stored_files.fetch(container.writing, container.store, file, copy)
