"""Writes what an import has to tell of single lines into a file that only its owner reads.

It names RUC, names and addresses, which no log may: the file stands beside the imported one,
0600, separated by ``;`` so that a spreadsheet opens it, and is not made when there is nothing to
tell.
"""

import csv
import os
from itertools import count
from pathlib import Path
from typing import IO, Final

from review_service.domain.spreadsheets import harmless

COLUMNS: Final = ("LINEA", "ASUNTO", "RUC", "MOTIVO", "ANTES", "AHORA")
REFUSED: Final = "No tomada"
NOTICE: Final = "Aviso"


class Report:
    """A file of lines not taken, notices and changes."""

    def __init__(self, path: Path) -> None:
        """Make the file. Raises ``OSError`` where it can't be made, before anything is imported."""
        self.path = path
        self.count = 0
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file: IO[str] = os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="")
        self._write = csv.writer(self._file, delimiter=";").writerow
        self._write(COLUMNS)

    def refused(self, line: int, reason: str, *, ruc: str = "") -> None:
        """Tell that a line was not taken, and why."""
        self._tell(line, REFUSED, ruc, reason)

    def notice(self, line: int, reason: str, *, ruc: str = "") -> None:
        """Tell something of a line that was taken."""
        self._tell(line, NOTICE, ruc, reason)

    def changed(self, line: int, what: str, *, ruc: str, before: str, now: str) -> None:
        """Tell that a line changes what was known."""
        self._tell(line, what, ruc, "", before, now)

    def close(self) -> Path | None:
        """Keep the file and return its path; remove it and return None when nothing was told."""
        self._file.close()
        if self.count:
            return self.path
        self.path.unlink()
        return None

    def discard(self) -> None:
        """Remove the file: the import failed and changed nothing."""
        self._file.close()
        self.path.unlink(missing_ok=True)

    def _tell(self, line: int, *cells: str) -> None:
        self.count += 1
        self._write([line, *(harmless(cell) for cell in cells)])


def beside(file: Path) -> Path:
    """Return a name for the report beside the file that no file has: ``correos.informe.csv``."""
    names = (f"{file.stem}.informe{'' if each == 1 else f'-{each}'}.csv" for each in count(1))
    return next(path for name in names if not (path := file.with_name(name)).exists())
