"""What a process loads before it needs it: no parser in a worker, no service in a mere start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PARSERS = (
    "cv2", "PIL", "pikepdf", "pypdf", "pypdfium2", "pytesseract", "tesserocr", "weasyprint",
    "zxingcpp",
)  # fmt: skip
TASKS = "import workers.tasks.running"
BUILT = """
import workers.__main__
from review_service.bootstrap import trusted_authorities
from workers.tasks.heartbeat import Heartbeat
from workers.tasks.running import process_container
container = process_container()
trusted_authorities(container.settings.signing)
container.post_office
"""
RENDERER = f"""{BUILT}
from workers.inspecting.own_paper import SandboxPaperReader
container.press(SandboxPaperReader()).renderer
"""


def loaded(program: str, folder: Path, *, names: tuple[str, ...] = PARSERS) -> set[str]:
    """Return which of the modules are loaded in a fresh process after it ran a program."""
    asking = f"{program}\nimport sys\nprint(*(name for name in {names!r} if name in sys.modules))"
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(folder),
        "DEMONSTRATION": "1",
        "SECRET_KEY": "an-0ld-key-of-tests-that-guards-nothing",
        "VERIFICATION_KEY": "another-0ld-key-of-tests-that-guards-nothing",
    }
    done = subprocess.run(
        [sys.executable, "-c", asking],
        check=True,
        capture_output=True,
        env=environment,
        cwd=Path(__file__).parents[2],
    )
    return set(done.stdout.decode().splitlines()[-1].split())


@pytest.mark.parametrize("program", [TASKS, BUILT], ids=["tasks", "worker"])
def test_the_worker_itself_loads_no_parser(program: str, tmp_path: Path) -> None:
    assert loaded(program, tmp_path) == set()


def test_pillow_comes_only_with_the_renderer(tmp_path: Path) -> None:
    assert loaded(RENDERER, tmp_path) == {"PIL", "weasyprint"}


HEAVY = ("alembic", "flask", "holidays", "minio", "numpy", "redis", "sqlalchemy", "workers.tasks")


@pytest.mark.parametrize("command", ["worker", "demo"])
def test_a_command_that_only_hands_over_loads_no_service(command: str, tmp_path: Path) -> None:
    program = f"""
from contextlib import suppress
from review_service.cli import main
with suppress(SystemExit):
    main(["{command}", "--help"])
"""
    assert loaded(program, tmp_path, names=HEAVY) == set()


def test_a_command_loads_nothing_of_the_pages_of_migrations_or_of_calendars(tmp_path: Path) -> None:
    program = "from review_service.cli.base import container; container()"
    assert loaded(program, tmp_path, names=HEAVY) == {"redis", "sqlalchemy"}
