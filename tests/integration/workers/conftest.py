"""The one sandbox of the test process, started once."""

from collections.abc import Iterator

import pytest

from workers.inspecting.document import start_sandbox, stop_sandbox


@pytest.fixture(scope="session")
def process_sandbox() -> Iterator[None]:
    """Keep the sandbox from the first test that needs it to the end."""
    start_sandbox()
    yield
    stop_sandbox()
