"""A worker that cannot work any more ends, and says so by its exit code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.conftest import as_owner
from tests.factories import FORM_SECRET, SECRET

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_a_broken_worker_ends_with_one_so_that_it_is_started_anew(
    tmp_path: Path, database_kind: str, migrated_database_url: str
) -> None:
    del database_kind  # a table that is missing looks like an outage to SQLite
    engine = sa.create_engine(migrated_database_url)
    as_owner(engine, "ALTER TABLE tasks RENAME TO tasks_of_another_version")
    engine.dispose()
    done = subprocess.run(
        [sys.executable, "-m", "workers"],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "DATA_DIR": str(tmp_path / "data"),
            "DATABASE_URL": migrated_database_url,
            "DEMONSTRATION": "1",
            "SECRET_KEY": FORM_SECRET,
            "VERIFICATION_KEY": SECRET,
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("task_broke") == 5
    assert "worker_stopped" not in done.stderr
