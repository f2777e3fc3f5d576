# ruff: noqa: INP001 -- a program of its own, not a package
"""How many changes made straight in the database are found.

python benchmarks/tampering.py [--only sqlite|postgresql] [--mutations 1000] [--json] [--strict]

An installation that has lived (``tests/integration/services/whole_story.py``) is sealed. Then its
database's owner, whom neither triggers nor foreign keys hold, changes one random thing at a time:
a column of a row, a row less, a row more, equally often in each table. Each change is looked for
with what ``audit verify`` and ``invariants`` do, and taken back. ``--strict``: exit 1 when one is
missed.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import sqlalchemy as sa

from review_service.adapters.age_cipher import AgeCipher, new_key
from review_service.bootstrap import Container
from review_service.db.base import Base
from review_service.db.fact_columns import NO_FACT
from review_service.services.upkeep import backing_up, restoring
from review_service.services.upkeep.audit_check import check_audit
from review_service.services.upkeep.invariants import broken_invariants
from review_service.services.upkeep.sealing import SealKeeper
from tests.integration.services import whole_story
from tests.integration.services.mutating import (
    NO_FACT_ROWS,
    TABLES,
    Mutation,
    drawn,
    unbind,
)
from tests.servers import start_postgres
from workers.inspecting.document import start_sandbox, stop_sandbox

SEED: Final = 20261126
MUTATIONS: Final = 1_000
KINDS: Final = ("sqlite", "postgresql")


@dataclass(kw_only=True)
class Found:
    """What became of the changes of one table."""

    made: int = 0
    by_audit: int = 0
    by_invariants: int = 0
    missed: Counter[str] = field(default_factory=Counter)

    @property
    def all_told(self) -> int:
        """How many were found."""
        return self.by_audit + self.by_invariants


def main() -> int:
    """Change and look; print a table or one JSON object; with ``--strict`` 1 when one is missed."""
    options = _options()
    told: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="tampering-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the server runs as another user
        start_sandbox()
        try:
            whole_story.tell(folder / "story", {})
        finally:
            stop_sandbox()
        for kind in KINDS:
            if options.only in (None, kind):
                with _installation(kind, folder) as container:
                    began = time.monotonic()
                    found = _measured(container, options.mutations)
                    told[kind] = _summary(found, time.monotonic() - began)
    sys.stdout.write(json.dumps(told) + "\n" if options.json else _table(told))
    is_missed = any(each["found"] < each["made"] for each in told.values())
    return 1 if is_missed and options.strict else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=KINDS)
    parser.add_argument("--mutations", type=int, default=MUTATIONS)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a change is missed")
    return parser.parse_args()


@contextmanager
def _installation(kind: str, folder: Path) -> Iterator[Container]:
    """Give the installation that has lived, on this kind of database."""
    story = whole_story.container_of(folder / "story", {})
    with ExitStack() as stack:
        stack.callback(story.database.engine.dispose)
        if kind == "sqlite":
            yield story
            return
        (folder / "server").mkdir()
        server = start_postgres(folder / "server")
        stack.callback(server.wait)
        stack.callback(server.kill)
        url = f"postgresql+psycopg://{server.user}:{server.password}@{server.endpoint}/postgres"
        other = whole_story.container_of(folder / "other", {"DATABASE_URL": url})
        stack.callback(other.database.engine.dispose)
        archive = folder / "archive.tar"
        cipher = AgeCipher(new_key())
        backing_up.backup(story.database, story.store, cipher, archive)
        restoring.restore(other.database, other.store, cipher, archive)
        yield other


def _measured(container: Container, mutations: int) -> Mapping[str, Found]:
    SealKeeper(container.sealing, container.writing, container.reading).seal_now()
    if _looked_for(container):
        raise SystemExit("something is found before anything was changed")
    chance = random.Random(SEED)  # noqa: S311 -- repeatable, guards nothing
    told = {table.__tablename__: Found() for table in TABLES}
    with _owner(container.database.engine) as connection:
        for number in range(mutations):
            table = TABLES[number % len(TABLES)]
            change = _made(connection, table, chance)
            found = told[table.__tablename__]
            found.made += 1
            match _looked_for(container):
                case "audit verify":
                    found.by_audit += 1
                case "invariants":
                    found.by_invariants += 1
                case _:
                    found.missed[change.what] += 1
            connection.execute(change.back)
            connection.commit()
    if _looked_for(container):
        raise SystemExit("something is found after all was taken back")
    return told


def _looked_for(container: Container) -> str:
    """Return what finds that something is wrong, empty for nothing."""
    sealing = container.sealing
    report = check_audit(container.reading, checker=sealing.sealer, places=sealing.places)
    if not report.holds:
        return "audit verify"
    return "invariants" if broken_invariants(container.reading, container.store) else ""


@contextmanager
def _owner(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Give a connection of the owner, whom neither triggers nor foreign keys hold."""
    mine = sa.create_engine(engine.url)
    with mine.connect() as connection:
        unbind(connection)
        if mine.dialect.name == "sqlite":
            held = [table.__tablename__ for table in TABLES]
            triggers = sa.text(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN :held"
            ).bindparams(sa.bindparam("held", expanding=True))
            for trigger in connection.execute(triggers, {"held": held}).scalars().all():
                connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
        connection.commit()
        yield connection
    mine.dispose()


def _made(connection: sa.Connection, table: type[Base], chance: random.Random) -> Mutation:
    """Make a random change that the database allows."""
    while True:
        change = drawn(connection, table, chance)
        try:
            connection.execute(change.made)
        except sa.exc.IntegrityError:
            connection.rollback()
            continue
        connection.commit()
        return change


def _summary(found: Mapping[str, Found], seconds: float) -> dict[str, Any]:
    return {
        "seed": SEED,
        "made": sum(each.made for each in found.values()),
        "found": sum(each.all_told for each in found.values()),
        "seconds": round(seconds),
        "tables": {
            name: {
                "made": each.made,
                "found": each.all_told,
                "by_audit_verify": each.by_audit,
                "by_invariants": each.by_invariants,
                "missed": dict(each.missed),
            }
            for name, each in found.items()
        },
    }


def _table(told: Mapping[str, Any]) -> str:
    lines = []
    for kind, all_told in told.items():
        lines.append(
            f"{kind}: {all_told['found']} of {all_told['made']} found, {all_told['seconds']} s"
        )
        lines.append(f"{'table':<14}{'made':>6}{'found':>7}{'audit verify':>14}{'invariants':>12}")
        for name, each in all_told["tables"].items():
            missed = ", ".join(f"{what} {count}×" for what, count in each["missed"].items())
            lines.append(
                f"{name:<14}{each['made']:>6}{each['found']:>7}{each['by_audit_verify']:>14}"
                f"{each['by_invariants']:>12}{'  missed: ' + missed if missed else ''}"
            )
    lines.append("no facts:")
    lines += [
        f"  {table.__tablename__}.{column}: {reason}"
        for table, columns in NO_FACT.items()
        for column, reason in columns.items()
    ]
    lines += [f"  {table.__tablename__}: {reason}" for table, (_, reason) in NO_FACT_ROWS.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
