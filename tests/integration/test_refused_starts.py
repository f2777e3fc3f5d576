"""Every process refuses an unsafe installation alike: one sentence, exit code 2."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.factories import FORM_SECRET, SECRET

ROOT = Path(__file__).parents[2]
PROCESSES = {
    "web": ("review_service.cli", "web", "--bind=127.0.0.1:0"),
    "worker": ("workers",),
    "worker by command": ("review_service.cli", "worker"),
    "scheduler": ("review_service.cli", "scheduler"),
    "command": ("review_service.cli", "tasks", "list"),
    "setup": ("review_service.cli", "setup"),
}


def start(folder: Path, process: str, **env: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", *PROCESSES[process]],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "DATA_DIR": str(folder),
            "SECRET_KEY": FORM_SECRET,
            "VERIFICATION_KEY": SECRET,
            **env,
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("process", PROCESSES)
def test_a_real_installation_without_keys_does_not_start(tmp_path: Path, process: str) -> None:
    done = start(tmp_path, process)
    assert done.returncode == 2
    (sentence,) = done.stderr.strip().splitlines()
    assert "necesita las claves de los ministerios" in sentence
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("process", PROCESSES)
def test_a_setting_of_a_former_name_is_refused(tmp_path: Path, process: str) -> None:
    done = start(tmp_path, process, DEMONSTRATION="1", JAIL="best-effort")
    assert done.returncode == 2
    (sentence,) = done.stderr.strip().splitlines()
    assert "JAIL ahora se llama SANDBOX" in sentence


@pytest.mark.parametrize("process", ["worker", "worker by command"])
def test_a_worker_that_lacks_the_relay_s_password_is_refused(tmp_path: Path, process: str) -> None:
    (tmp_path / "empty").touch()
    login = {"SMTP_USER": "registro", "SMTP_PASSWORD_FILE": str(tmp_path / "empty")}
    done = start(tmp_path, process, DEMONSTRATION="1", **login)
    assert done.returncode == 2
    (sentence,) = done.stderr.strip().splitlines()
    assert "falta SMTP_PASSWORD" in sentence


def test_other_processes_need_no_password_of_the_relay(tmp_path: Path) -> None:
    done = start(tmp_path, "command", DEMONSTRATION="1", SMTP_USER="registro")
    assert "La base de datos no responde" in done.stderr, "it comes so far"
