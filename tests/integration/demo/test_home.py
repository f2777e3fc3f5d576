"""The demo's folder: where it is, whose it is, and what a reset takes."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from review_service.demo.stage.errors import CannotStartError
from review_service.demo.stage.home import choose_folder, opened


def checkout(folder: Path) -> Path:
    (folder / "review_service").mkdir()
    (folder / "pyproject.toml").touch()
    return folder


def test_a_checkout_keeps_it_inside(tmp_path: Path) -> None:
    assert choose_folder({}, current=checkout(tmp_path)) == tmp_path / ".demo"


def test_elsewhere_it_lies_with_the_users_data(tmp_path: Path) -> None:
    home = {"HOME": "/home/ana"}
    expected = Path("/home/ana/.local/share/review-service/demo")
    assert choose_folder(home, current=tmp_path) == expected
    data = {**home, "XDG_DATA_HOME": "/data"}
    assert choose_folder(data, current=tmp_path) == Path("/data/review-service/demo")


def test_the_setting_goes_before_everything(tmp_path: Path) -> None:
    chosen = choose_folder({"DEMO_DIR": "/elsewhere"}, current=checkout(tmp_path))
    assert chosen == Path("/elsewhere")


def test_without_a_home_it_asks_for_a_folder(tmp_path: Path) -> None:
    with pytest.raises(CannotStartError, match="DEMO_DIR="):
        choose_folder({}, current=tmp_path)


def test_secrets_are_made_once_and_for_us_alone(tmp_path: Path) -> None:
    with opened(tmp_path / "demo", reset=False) as home:
        file = home.secret_file("secret_key")
        first = file.read_text()
        assert home.secret_file("secret_key").read_text() == first
        assert home.secret_file("verification_key").read_text() != first
    assert len(first) >= 48
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "demo").stat().st_mode) == 0o700


def test_running_again_keeps_what_is_there_and_a_reset_does_not(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    with opened(folder, reset=False) as home:
        (home.mail / "one.eml").touch()
        (home.folder / "review.db").touch()
    with opened(folder, reset=False) as home:
        assert (home.mail / "one.eml").exists()
    with opened(folder, reset=True) as home:
        assert not (home.mail / "one.eml").exists()
        assert not (home.folder / "review.db").exists()
        assert home.mail.is_dir()


def test_a_reset_follows_no_link_out_of_the_folder(tmp_path: Path) -> None:
    outside = tmp_path / "precious"
    outside.mkdir()
    (outside / "file").touch()
    with opened(tmp_path / "demo", reset=False) as home:
        (home.folder / "link").symlink_to(outside)
    with opened(tmp_path / "demo", reset=True) as home:
        assert not (home.folder / "link").exists()
    assert (outside / "file").exists()


@pytest.mark.parametrize("reset", [False, True])
def test_somebody_elses_folder_is_not_touched(tmp_path: Path, *, reset: bool) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(CannotStartError, match="otras cosas"), opened(tmp_path, reset=reset):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == ["letter.txt"]


def test_a_file_in_its_place_is_said(tmp_path: Path) -> None:
    (tmp_path / "demo").touch()
    with (
        pytest.raises(CannotStartError, match="no es una carpeta"),
        opened(tmp_path / "demo", reset=False),
    ):
        pass


def test_a_folder_that_cannot_be_written_is_said_with_the_cure() -> None:
    folder = Path("/proc/demo")  # not even root writes there
    with (
        pytest.raises(CannotStartError, match=r"No puedo escribir en /proc/demo.*DEMO_DIR="),
        opened(folder, reset=False),
    ):
        pass


def test_two_demos_do_not_share_a_folder(tmp_path: Path) -> None:
    program = """
import json, sys
from pathlib import Path
from review_service.demo.stage.errors import CannotStartError
from review_service.demo.stage.home import opened
try:
    with opened(Path(sys.argv[1]), reset=True):
        print(json.dumps("taken"))
except CannotStartError as error:
    print(json.dumps(str(error)))
"""
    with opened(tmp_path / "demo", reset=False) as home:
        (home.mail / "one.eml").touch()
        said = subprocess.run(
            [sys.executable, "-c", program, str(home.folder)],
            check=True,
            capture_output=True,
            env=dict(os.environ),
        ).stdout
        assert "Ya corre una demostración" in json.loads(said)
        assert (home.mail / "one.eml").exists()


def test_what_goes_wrong_later_is_not_blamed_on_the_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), opened(tmp_path / "demo", reset=False):
        Path("/nowhere/at/all").read_text()
