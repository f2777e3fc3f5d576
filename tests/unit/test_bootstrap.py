"""The parts of a process, and how long they are kept."""

from datetime import date
from pathlib import Path

from review_service.bootstrap import Container, Role, _post_office, _press, build
from review_service.settings import Settings
from tests.factories import FORM_SECRET, SECRET
from tests.plain_paper import PlainReader


def worker(folder: Path) -> Container:
    env = {
        "DATA_DIR": str(folder),
        "DEMONSTRATION": "1",
        "SECRET_KEY": FORM_SECRET,
        "VERIFICATION_KEY": SECRET,
    }
    return build(Settings.from_env(env), Role.WORKER)


def test_keys_and_wording_are_loaded_once_a_day(tmp_path: Path) -> None:
    parts = worker(tmp_path)
    today, tomorrow = date(2026, 11, 20), date(2026, 11, 21)
    reader = PlainReader()
    assert _press(parts, reader, today) is _press(parts, reader, today)
    assert _press(parts, reader, tomorrow) is not _press(parts, reader, today)
    assert _post_office(parts, tomorrow) is not _post_office(parts, today)


def test_two_processes_do_not_share_their_parts(tmp_path: Path) -> None:
    today = date(2026, 11, 20)
    reader = PlainReader()
    assert _press(worker(tmp_path), reader, today) is not _press(worker(tmp_path), reader, today)
