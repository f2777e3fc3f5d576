"""The test servers themselves: private, empty for each test, and gone after a killed run."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from review_service.db.engine import make_engine
from tests.conftest import FreshDatabase

ROOT = Path(__file__).parents[2]


def tables(url: str) -> set[str]:
    engine = make_engine(url)
    found = set(sa.inspect(engine).get_table_names())
    engine.dispose()
    return found


def fill(url: str) -> None:
    engine = make_engine(url)
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE filled (id INTEGER)")
        connection.commit()
    engine.dispose()


def test_each_database_is_empty(
    database_url: str, database_kind: str, fresh_database_url: FreshDatabase
) -> None:
    fill(database_url)
    assert tables(database_url) == {"filled"}
    assert tables(fresh_database_url(database_kind)) == set()


def test_a_prepared_database_is_a_copy(
    database_kind: str, fresh_database_url: FreshDatabase
) -> None:
    first = fresh_database_url(database_kind, prepare=fill)
    second = fresh_database_url(database_kind, prepare=fill)
    assert first != second
    assert tables(first) == tables(second) == {"filled"}


HANGING = """
import os, time
def test_hangs(redis_server, room):
    with open(os.environ["SAYS"], "w") as says:
        says.write(f"{redis_server.pid} {room.folder}")
    time.sleep(60)
"""


@pytest.mark.slow
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_servers_end_with_a_run_that_is_ended(tmp_path: Path, ending: int) -> None:
    says = tmp_path / "says"
    hanging = tmp_path / "test_hanging.py"
    hanging.write_text(HANGING)
    pytest_run = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider"]
    run = subprocess.Popen(
        [*pytest_run, "-c", str(ROOT / "pyproject.toml"), str(hanging)],
        cwd=ROOT,
        env={**os.environ, "SAYS": str(says)},
        stdout=subprocess.DEVNULL,
    )
    while not (says.exists() and says.read_text()):
        assert run.poll() is None
        time.sleep(0.05)
    run.send_signal(ending)
    try:
        run.wait(timeout=90)
    finally:
        run.kill()
        run.wait()
    pid, folder = says.read_text().split()
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline and (Path(folder).exists() or Path(f"/proc/{pid}").exists()):
        time.sleep(0.1)
    assert not Path(folder).exists()
    assert not Path(f"/proc/{pid}").exists()
