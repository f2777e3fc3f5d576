"""Rows that hold facts are written through the session alone, which notes what it changes."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from review_service.db.fact_columns import EDITIONS

ROOT = Path(__file__).parents[2]
TABLES = "|".join(table.__tablename__ for table in EDITIONS)
ROWS = "|".join(table.__name__ for table in EDITIONS)
BESIDE = re.compile(
    rf"(?i:UPDATE|INSERT INTO|DELETE FROM)\s+({TABLES})\b|\b({ROWS})\.__table__"
    rf"|\bconnection\.execute\(\s*sa\.(update|insert|delete)\(({ROWS})\)"
)


def modules() -> Iterator[Path]:
    for package in ("review_service", "workers"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


@pytest.mark.parametrize(
    "path", list(modules()), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_no_module_writes_them_beside_the_session(path: Path) -> None:
    assert not BESIDE.search(path.read_text())


def test_what_is_beside_the_session_is_known() -> None:
    assert BESIDE.search('sa.text("UPDATE documents SET state")')
    assert BESIDE.search("OfficerRow.__table__")
    assert BESIDE.search("connection.execute(sa.insert(OfficerRow).values())")
    assert not BESIDE.search("uow.session.execute(sa.update(OfficerRow))")
