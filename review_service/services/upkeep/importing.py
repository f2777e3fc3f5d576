"""Imports the SRI's catastro, the e-mail feed, agreements of before, and lists of papers.

A file goes in whole or not at all: its lines are read into a temporary table, compared with what
is there, and merged in one transaction; until then everybody reads what was there. Each line that
is not taken stands in the report with its number and the reason, and so does each name or address
that changes. The last import of a kind can be undone (ADR 16).
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from review_service.db import staging
from review_service.db.database import Database
from review_service.db.models import ImportedFileRow
from review_service.db.staging import Staged
from review_service.db.temporary import Line, Lines
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.errors import NotFoundError
from review_service.domain.imported_lines import ImportKind, LineRefusedError
from review_service.services.upkeep.imports.kinds import KINDS, FileKind, Parser
from review_service.services.upkeep.imports.records import Records, opened, records_of
from review_service.services.upkeep.imports.report import Report, beside

PROGRESS_LINES: Final = 20_000
SINGLE_LINES: Final = 250
"""Lines read one by one that are written at once: about as many as come in one block."""
FEW_RENAMED: Final = 20
"""As many legal names may change in one import without being accepted. Source: ADR 16."""
RENAMED_SHARE: Final = 0.01
"""Of the known RUC in a file, as many may change their name without being accepted."""
NEXT_MOMENT: Final = timedelta(milliseconds=1)

Progress = Callable[[int], None]
"""Called now and then with the lines read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of one file."""

    lines: int
    """Lines read, without the header and blank ones: those taken and those refused."""
    refused: int
    already_done: bool = False
    renamed: int = 0
    """Names of taxpayers or holders, or addresses, that it changes."""
    held: bool = False
    """Nothing was changed: so many legal names would change that somebody must accept it."""
    report: Path | None = field(default=None, compare=False)
    """The file with what is to be told of single lines; None when there is nothing."""

    @property
    def taken(self) -> int:
        """Lines whose facts the register now holds."""
        return self.lines - self.refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """The import that was undone."""

    file_name: str
    imported_at: datetime
    removed: int
    """Rows that it had added."""
    restored: int
    """Rows that it had overwritten."""


def import_file(
    database: Database,
    file: Path,
    kind_of: Callable[[Sequence[str]], FileKind],
    *,
    progress: Progress,
    report: Path | None = None,
    accept_names: bool = False,
) -> Imported:
    """Import a file of the kind that ``kind_of``, one of ``imports.kinds``, sees in its header.

    ``report`` is where lines not taken and changes are told, by default beside the file.
    ``accept_names`` lets as many legal names change as do. Raises ``InvalidInputError`` for another
    file, ``DatabaseDownError``, and ``OSError`` where the report can't be written.
    """
    with opened(file) as records:
        kind = kind_of(records.header)
        work = _Import(database, file, kind, records, progress, accept_names=accept_names)
        return work.run(report or beside(file))


def undo_last(database: Database, kind: ImportKind) -> Undone:
    """Put back what the last import of a kind changed. Raises ``NotFoundError`` without one."""
    with database.writing() as uow:
        staging.lock(uow.session)
        last = _last(uow, kind)
        if last is None:
            raise NotFoundError(f"no hay ninguna importación de {kind.value} que deshacer.")
        if last.undone_at is not None:
            raise NotFoundError(
                f"la última importación de {kind.value} («{last.file_name}») ya se deshizo; las "
                "anteriores no se pueden deshacer."
            )
        merged = staging.undo(uow.session, KINDS[kind].targets, moment=last.imported_at)
        last.undone_at = uow.now
        uow.record("import_undone", actor="operator", subject_id=last.id, kind=kind.value)
        uow.commit()
        return Undone(
            file_name=last.file_name,
            imported_at=last.imported_at,
            removed=merged.added,
            restored=merged.changed,
        )


class _Import:
    """One file on its way in, with the counts of its lines."""

    def __init__(
        self,
        database: Database,
        file: Path,
        kind: FileKind,
        records: Records,
        progress: Progress,
        *,
        accept_names: bool,
    ) -> None:
        self._database, self._file, self._kind = database, file, kind
        self._records, self._progress = records, progress
        self._accept_names = accept_names
        self._lines = self._refused = self._line = 0

    def run(self, path: Path) -> Imported:
        """Import the file and write the report to the path."""
        sha256 = _sha256(self._file)
        with self._database.reading() as uow:
            last = _last(uow, self._kind.kind)
        if last is not None and last.sha256 == sha256 and last.undone_at is None:
            return Imported(lines=last.lines_read, refused=last.lines_refused, already_done=True)
        report = Report(path)
        try:
            renamed, held = self._bring_in(report, sha256)
        except BaseException:
            report.discard()
            raise
        return Imported(
            lines=self._lines,
            refused=self._refused,
            renamed=renamed,
            held=held,
            report=report.close(),
        )

    def _bring_in(self, report: Report, sha256: str) -> tuple[int, bool]:
        """Return how many watched values change, and whether they kept it from going in."""
        with self._database.one_connection() as units:
            with units.reading() as uow:
                staged = Staged(uow.session, self._kind.facts, self._kind.targets)
                staged.fill(uow.session, self._read(report))
                uow.commit()
            self._progress(self._lines)
            with units.writing() as uow:
                staging.lock(uow.session)
                known = self._compare(uow, staged, report)
                changing = self._tell_changes(uow, staged, report)
                if self._must_be_accepted(known, changing):
                    return changing, True
                self._merge(uow, staged, sha256, changing)
                uow.commit()
        return changing, False

    def _read(self, report: Report) -> Iterator[Lines]:
        """Yield the lines that can be taken, some at once; tell the others."""

        def notice(reason: str) -> None:
            report.notice(self._line, reason)

        parser = self._kind.parser(self._records.header, notice)
        single: list[Line] = []
        for first, piece in self._records:
            if not isinstance(piece, str):
                single += self._one(parser, first, piece, report)
            elif lines := parser.block(first, piece):
                yield lines
                self._advance(lines.count("\n"))
            else:
                for number, cells in records_of(first, piece):
                    single += self._one(parser, number, cells, report)
            if len(single) >= SINGLE_LINES:
                yield single
                single = []
        yield single

    def _one(
        self, parser: Parser, number: int, cells: list[str] | LineRefusedError, report: Report
    ) -> Iterator[Line]:
        """Yield one line if it can be taken; tell why not otherwise."""
        self._line = number
        try:
            if isinstance(cells, LineRefusedError):
                raise cells
            facts = parser.line(cells)
        except LineRefusedError as error:
            self._refused += 1
            report.refused(number, error.reason)
        else:
            yield (str(number), *facts)
        self._advance(1)

    def _advance(self, count: int) -> None:
        """Count lines that were read, and say so now and then."""
        before, self._lines = self._lines, self._lines + count
        for times in range(before // PROGRESS_LINES, self._lines // PROGRESS_LINES):
            self._progress((times + 1) * PROGRESS_LINES)

    def _compare(self, uow: UnitOfWork, staged: Staged, report: Report) -> int:
        """Tell the lines that contradict others; return how many rows are known already."""
        for line in staged.superseded(uow.session):
            self._refused += 1
            reason = f"La línea {line.kept} dice otra cosa de lo mismo: vale la última."
            report.refused(line.line, reason, ruc=line.ruc)
        known = staged.compare(uow.session)
        for line in staged.contradictions(uow.session):
            reason = f"La línea {line.kept} trae otro nombre de este RUC: vale el de la última."
            report.notice(line.line, reason, ruc=line.ruc)
        return known

    def _tell_changes(self, uow: UnitOfWork, staged: Staged, report: Report) -> int:
        """Tell each watched value that changes; return how many do."""
        count = 0
        for change in staged.changes(uow.session):
            count += 1
            report.changed(
                change.line,
                self._kind.told,
                ruc=change.ruc,
                before=change.before,
                now=change.now,
            )
        return count

    def _must_be_accepted(self, known: int, changing: int) -> bool:
        return (
            self._kind.guarded
            and not self._accept_names
            and changing > max(FEW_RENAMED, known * RENAMED_SHARE)
        )

    def _merge(self, uow: UnitOfWork, staged: Staged, sha256: str, changing: int) -> None:
        last = _last(uow, self._kind.kind)
        # Rows are told apart by this moment, also when the clock went back.
        moment = max(uow.now, last.imported_at + NEXT_MOMENT) if last else uow.now
        merged = staged.merge(uow.session, source=self._file.name, moment=moment)
        row = ImportedFileRow(
            kind=self._kind.kind,
            sha256=sha256,
            file_name=self._file.name,
            lines_read=self._lines,
            lines_refused=self._refused,
            imported_at=moment,
        )
        uow.session.add(row)
        uow.session.flush()
        uow.record(
            "imported",
            actor="operator",
            subject_id=row.id,
            kind=self._kind.kind.value,
            lines=self._lines,
            refused=self._refused,
            renamed=changing,
            added=merged.added,
            changed=merged.changed,
        )


def _last(uow: UnitOfWork, kind: ImportKind) -> ImportedFileRow | None:
    newest = (
        sa.select(ImportedFileRow)
        .where(ImportedFileRow.kind == kind)
        .order_by(ImportedFileRow.imported_at.desc())
        .limit(1)
    )
    return uow.session.execute(newest).scalar_one_or_none()


def _sha256(file: Path) -> str:
    with file.open("rb") as binary:
        return hashlib.file_digest(binary, "sha256").hexdigest()
