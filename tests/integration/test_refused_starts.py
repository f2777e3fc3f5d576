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
