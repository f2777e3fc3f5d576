"""Brings many lines into a table at once: first beside it, then in one statement a step.

Lines go into a temporary table (``COPY`` on PostgreSQL), where nobody sees them. ``merge`` then
inserts what is new and overwrites what differs, in the caller's transaction: until it commits,
everybody reads what was there. What is overwritten is kept in ``former_…``, so that ``undo`` can
put it back; only the last import of a table can be undone. Values are texts that both databases
take: days as ``2015-03-02``, booleans as ``1`` and ``0``, None where there is nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db import temporary
from review_service.db.models.imports import FORMER
from review_service.db.temporary import Lines

ROWS_AT_ONCE: Final = 2_000
LOCK: Final = 7_304_115_202_611
"""Advisory lock of PostgreSQL that lets one merge or undo run at a time."""
LINES: Final = "staged_lines"
SEVERAL: Final = "staged_several"
SHARED: Final = "staged_shared"
REPEATED: Final = "staged_repeated"
MARKS: Final = ("source", "imported_at")
"""Columns of a target that say which file brought a row, and when."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A table into which lines go, and the column whose changes are told."""

    table: sa.Table
    watched: str | None = None

    @property
    def keys(self) -> list[str]:
        """Names of the columns that tell rows apart."""
        return [column.name for column in self.table.primary_key]

    @property
    def facts(self) -> list[str]:
        """Names of the columns that lines bring."""
        return [
            column.name
            for column in self.table.columns
            if not column.primary_key and column.name not in MARKS
        ]

    @property
    def former(self) -> sa.Table:
        """The table of what the last import overwrote."""
        return FORMER[self.table.name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A watched column that differs between the table and a line."""

    line: int
    ruc: str
    before: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Superseded:
    """A line that a later one of the same key contradicts."""

    line: int
    ruc: str
    kept: int
    """The later line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """How many rows of a table were inserted and overwritten."""

    added: int
    changed: int


class Staged:
    """The lines of one file in temporary tables of one connection, which they go away with.

    Call in this order: ``fill``, ``superseded``, ``compare``; then ``contradictions``, ``changes``
    and ``merge``.
    """

    def __init__(self, session: Session, facts: Sequence[str], targets: Sequence[Target]) -> None:
        """Make the table of lines."""
        self._targets = targets
        self._metadata = sa.MetaData()
        line = sa.Column("line", sa.Integer, primary_key=temporary.is_sqlite(session))
        self._lines = temporary.make(
            session, self._metadata, LINES, line, *(_like(name, targets) for name in facts)
        )
        self._fresh: dict[str, sa.Table] = {}
        self._shared: sa.Table | None = None

    def fill(self, session: Session, batches: Iterable[Lines]) -> None:
        """Write lines, in the caller's transaction, which touches no other table."""
        temporary.fill(session, self._lines, batches)

    def superseded(self, session: Session) -> Iterator[Superseded]:
        """Yield each line that a later one of the same key contradicts, then remove all such.

        A repeated line that says the same is removed too, and not told. Must be read to its end.
        """
        target, lines = self._targets[-1], self._lines
        repeated = several = self._several(session, SEVERAL, self._targets[0].keys, lines)
        if len(self._targets) > 1:
            self._shared = self._share(session, several)
            repeated = self._several(session, REPEATED, target.keys, self._shared)
        earlier = sa.and_(_same_key(target, lines, repeated), lines.c.line < repeated.c.last)
        kept = lines.alias("kept")
        facts = [name for name in temporary.names(lines) if name not in {"line", *target.keys}]
        differing = (
            sa.select(lines.c.line, lines.c.ruc, repeated.c.last)
            .join_from(lines, repeated, earlier)
            .join(kept, kept.c.line == repeated.c.last)
            .where(_differs([(lines.c[name], kept.c[name]) for name in facts]))
            .order_by(lines.c.line)
        )
        for row in _streamed(session, differing):
            yield Superseded(line=row[0], ruc=row[1], kept=row[2])
        gone = sa.select(lines.c.line).join_from(lines, repeated, earlier)
        if self._shared is not None:
            session.execute(sa.delete(self._shared).where(self._shared.c.line.in_(gone)))
        session.execute(sa.delete(lines).where(lines.c.line.in_(gone)))

    def compare(self, session: Session) -> int:
        """Find what is new and what differs; return how many rows of the first target are known."""
        for target in self._targets:
            self._fresh[target.table.name] = self._compared(session, target, self._chosen(target))
        fresh, shared = self._fresh[self._targets[0].table.name], self._shared
        known = _size(session, self._lines) - _size(session, fresh, fresh.c.is_new)
        return known if shared is None else known - _size(session, shared, _is_earlier(shared))

    def contradictions(self, session: Session) -> Iterator[Superseded]:
        """Yield each line whose watched column is not that of the last line of its parent."""
        watched, shared = self._targets[0].watched, self._shared
        if shared is None or watched is None:
            return
        kept = shared.alias("kept")
        differing = (
            sa.select(shared.c.line, shared.c.ruc, shared.c.last)
            .join_from(shared, kept, kept.c.line == shared.c.last)
            .where(shared.c[watched] != kept.c[watched])
            .order_by(shared.c.line)
        )
        for row in _streamed(session, differing):
            yield Superseded(line=row[0], ruc=row[1], kept=row[2])

    def changes(self, session: Session) -> Iterator[Change]:
        """Yield each change of the first target's watched column, by line."""
        target = self._targets[0]
        fresh, watched = self._fresh[target.table.name], str(target.watched)
        before, now = target.table.c[watched], fresh.c[watched]
        changed = (
            sa.select(fresh.c.line, fresh.c.ruc, before, now)
            .join_from(fresh, target.table, _same_key(target, target.table, fresh))
            .where(sa.not_(fresh.c.is_new), before != now)
            .order_by(fresh.c.line)
        )
        for row in _streamed(session, changed):
            yield Change(line=row[0], ruc=row[1], before=row[2], now=row[3])

    def merge(self, session: Session, *, source: str, moment: datetime) -> Merged:
        """Insert and overwrite; keep what was there before. Rows that do not differ stay as is."""
        added = changed = 0
        for target in self._targets:
            fresh = self._fresh[target.table.name]
            marks: dict[str, sa.ColumnElement[Any]] = {
                name: sa.literal(value, target.table.c[name].type)
                for name, value in (("source", source), ("imported_at", moment))
                if name in target.table.c
            }
            session.execute(sa.delete(target.former))
            changed += _overwrite(session, target, fresh, marks)
            added += _add(session, target, fresh, marks)
        return Merged(added=added, changed=changed)

    def _several(
        self, session: Session, name: str, keys: Sequence[str], lines: sa.Table
    ) -> sa.Table:
        """Return a table of the keys that several lines have, and the last line of each."""
        key = [lines.c[name] for name in keys]
        several = temporary.make(
            session,
            self._metadata,
            name,
            *(sa.Column(column.name, column.type) for column in key),
            sa.Column("last", sa.Integer),
        )
        query = sa.select(*key, sa.func.max(lines.c.line)).group_by(*key)
        session.execute(
            sa.insert(several).from_select([*keys, "last"], query.having(sa.func.count() > 1))
        )
        temporary.analyze(session, several)
        return several

    def _share(self, session: Session, several: sa.Table) -> sa.Table:
        """Return a table of the lines whose parent has several, and the last of those."""
        parent, lines = self._targets[0], self._lines
        names = ["line", *self._targets[-1].keys, *([parent.watched] if parent.watched else [])]
        shared = temporary.make(
            session,
            self._metadata,
            SHARED,
            *(sa.Column(name, lines.c[name].type) for name in names[1:]),
            sa.Column("line", sa.Integer, primary_key=temporary.is_sqlite(session)),
            sa.Column("last", sa.Integer),
        )
        query = sa.select(*(lines.c[name] for name in names), several.c.last).join_from(
            lines, several, _same_key(parent, lines, several)
        )
        session.execute(sa.insert(shared).from_select([*names, "last"], query))
        temporary.analyze(session, shared)
        return shared

    def _chosen(self, target: Target) -> sa.FromClause:
        """Return one line for each row of the target: the last one."""
        lines, shared = self._lines, self._shared
        if target is self._targets[-1] or shared is None:
            return lines
        earlier = sa.and_(shared.c.line == lines.c.line, _is_earlier(shared))
        return (
            sa.select(*(lines.c[name] for name in ("line", *target.keys, *target.facts)))
            .join_from(lines, shared, earlier, isouter=True)
            .where(shared.c.line.is_(None))
            .subquery("chosen")
        )

    def _compared(self, session: Session, target: Target, chosen: sa.FromClause) -> sa.Table:
        """Return a table of the lines that bring a new row or differ from the one there is."""
        table = target.table
        names = ["line", *target.keys, *target.facts]
        fresh = temporary.make(
            session,
            self._metadata,
            f"fresh_{table.name}",
            *(sa.Column(name, self._lines.c[name].type) for name in names),
            sa.Column("is_new", sa.Boolean),
        )
        first_key = table.c[target.keys[0]]
        differs = _differs([(table.c[name], chosen.c[name]) for name in target.facts])
        session.execute(
            sa.insert(fresh).from_select(
                [*names, "is_new"],
                sa.select(*(chosen.c[name] for name in names), first_key.is_(None))
                .join_from(chosen, table, _same_key(target, table, chosen), isouter=True)
                .where(sa.or_(first_key.is_(None), differs)),
            )
        )
        temporary.analyze(session, fresh)
        return fresh


def lock(session: Session) -> None:
    """Wait until no other import merges or is undone; on SQLite the writing transaction is that."""
    if not temporary.is_sqlite(session):
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        session.execute(sa.text("SET LOCAL work_mem = '64MB'"))
        session.execute(sa.text("SET LOCAL jit = off"))


def undo(session: Session, targets: Sequence[Target], *, moment: datetime) -> Merged:
    """Put back what the import of that moment overwrote, and remove what it added.

    Rows that were written since by something else stay.
    """
    removed = restored = 0
    for target in reversed(targets):
        table, former = target.table, target.former
        there = sa.exists().where(_same_key(target, former, table))
        removed += _count(
            session, sa.delete(table).where(table.c.imported_at == moment, sa.not_(there))
        )
    for target in targets:
        table, former = target.table, target.former
        back = {name: former.c[name] for name in temporary.names(table) if name not in target.keys}
        restored += _count(
            session,
            sa.update(table)
            .values(back)
            .where(_same_key(target, former, table), table.c.imported_at == moment),
        )
        session.execute(sa.delete(former))
    return Merged(added=removed, changed=restored)


def _overwrite(
    session: Session, target: Target, fresh: sa.Table, marks: dict[str, sa.ColumnElement[Any]]
) -> int:
    table = target.table
    names = temporary.names(table)
    there = sa.and_(_same_key(target, table, fresh), sa.not_(fresh.c.is_new))
    kept = sa.select(*(table.c[name] for name in names)).join_from(fresh, table, there)
    found = _count(session, sa.insert(target.former).from_select(names, kept))
    if found:
        now = {name: fresh.c[name] for name in target.facts}
        session.execute(sa.update(table).values({**now, **marks}).where(there))
    return found


def _add(
    session: Session, target: Target, fresh: sa.Table, marks: dict[str, sa.ColumnElement[Any]]
) -> int:
    names = [*target.keys, *target.facts]
    new = sa.select(*(fresh.c[name] for name in names), *marks.values()).where(fresh.c.is_new)
    return _count(session, sa.insert(target.table).from_select([*names, *marks], new))


def _same_key(target: Target, one: sa.FromClause, other: sa.FromClause) -> sa.ColumnElement[bool]:
    return sa.and_(*(one.c[name] == other.c[name] for name in target.keys))


def _is_earlier(shared: sa.Table) -> sa.ColumnElement[bool]:
    return shared.c.line < shared.c.last


def _differs(
    pairs: Sequence[tuple[sa.ColumnElement[Any], sa.ColumnElement[Any]]],
) -> sa.ColumnElement[bool]:
    return sa.or_(sa.false(), *(one.is_distinct_from(other) for one, other in pairs))


def _count(session: Session, statement: sa.Executable) -> int:
    """Execute a statement that changes rows; return how many."""
    options = {"synchronize_session": False, "preserve_rowcount": True}
    result: Any = session.execute(statement, execution_options=options)
    return int(result.rowcount)


def _size(session: Session, table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(table).where(*where)
    return int(session.execute(query).scalar_one())


def _streamed(session: Session, query: sa.Select[Any]) -> Iterator[Any]:
    yield from session.execute(query, execution_options={"yield_per": ROWS_AT_ONCE})


def _like(name: str, targets: Sequence[Target]) -> sa.Column[Any]:
    column = next(target.table.c[name] for target in targets if name in target.table.c)
    kind = column.type
    # A CHECK of the target's own refuses what the parser let through.
    return sa.Column(name, sa.Text() if isinstance(kind, sa.Enum) else kind)
