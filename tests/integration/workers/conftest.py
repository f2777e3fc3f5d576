"""The one jail of the test process, started once."""

from collections.abc import Iterator

import pytest

from workers.inspecting.document import start_jail, stop_jail


@pytest.fixture(scope="session")
def process_jail() -> Iterator[None]:
    """Keep the jail from the first test that needs it to the end."""
    start_jail()
    yield
    stop_jail()
