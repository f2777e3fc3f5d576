"""The settings and the parts of a process that works on an office's database and files."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from review_service.bootstrap import Container, Role, build
from review_service.settings import Settings
from tests.factories import FORM_SECRET, SECRET, Office


def environment(office: Office, folder: Path, **more: str) -> dict[str, str]:
    """Return what a demonstration on the office's database is told; its queue is down."""
    url = office.database.engine.url.render_as_string(hide_password=False)
    return {
        "SECRET_KEY": FORM_SECRET,
        "VERIFICATION_KEY": SECRET,
        "DEMONSTRATION": "1",
        "DATA_DIR": str(folder),
        "DATABASE_URL": url,
        "REDIS_URL": f"unix://{folder}/no.sock",
        **more,
    }


@contextmanager
def parts(
    office: Office, folder: Path, role: Role = Role.WORKER, **more: str
) -> Iterator[Container]:
    """Build the parts of such a process, and close its database after."""
    made = build(Settings.from_env(environment(office, folder, **more)), role)
    yield made
    made.database.engine.dispose()
