"""An office that commands work on, and the command as a shell runs it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import FreshDatabase, migrate_to_head
from tests.factories import Office, make_office
from tests.integration.commands.runs import Command, command_of
from tests.process_parts import environment


@pytest.fixture
def office(fresh_database_url: FreshDatabase, tmp_path: Path) -> Iterator[Office]:
    """The office that the command works on."""
    made = make_office(fresh_database_url("sqlite", prepare=migrate_to_head), tmp_path)
    yield made
    made.database.engine.dispose()


@pytest.fixture
def env(office: Office, tmp_path: Path) -> dict[str, str]:
    """Settings of that office."""
    return environment(office, tmp_path)


@pytest.fixture
def run(env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run the command as a shell would."""
    return command_of(env, monkeypatch)
