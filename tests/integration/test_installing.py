"""``install_locked`` of scripts/lib.sh takes what the lock files say, and says what failed.

The packages come from a folder of wheels made here; pip is told of no registry.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

LIBRARY = Path(__file__).parents[2] / "scripts" / "lib.sh"
PYTHON_BELOW = "Requires-Python: >=3.99\n"
BACKEND = """
import zipfile
def build_editable(folder, settings=None, metadata=None):
    name = "trial-1.0-py3-none-any.whl"
    with zipfile.ZipFile(f"{folder}/{name}", "w") as wheel:
        for file, text in FILES.items():
            wheel.writestr(f"trial-1.0.dist-info/{file}", text)
    return name
FILES = {
    "METADATA": "Metadata-Version: 2.1\\nName: trial\\nVersion: 1.0\\n",
    "WHEEL": "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    "RECORD": "",
}
"""
PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "trial"
version = "1.0"
"""


@dataclass(frozen=True, kw_only=True)
class Checkout:
    """A project of two lock files beside a folder of wheels."""

    folder: Path

    @property
    def wheels(self) -> Path:
        """Where pip finds the packages."""
        return self.folder / "wheels"

    def offer(self, name: str, version: str, *, needs: str = "", more: str = "") -> str:
        """Put a wheel into the folder; return its SHA-256."""
        place = self.wheels / f"{name}-{version}-py3-none-any.whl"
        needed = f"Requires-Dist: {needs}\n" if needs else ""
        files = {
            f"{name}.py": f"version = '{version}'\n",
            f"{name}-{version}.dist-info/METADATA": (
                f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
                f"Provides-Extra: toml\n{needed}{more}"
            ),
            f"{name}-{version}.dist-info/WHEEL": (
                "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            ),
        }
        record = "".join(
            f"{file},sha256={_digest(text)},{len(text)}\n" for file, text in files.items()
        )
        files[f"{name}-{version}.dist-info/RECORD"] = record
        with zipfile.ZipFile(place, "w") as wheel:
            for file, text in files.items():
                wheel.writestr(file, text)
        return hashlib.sha256(place.read_bytes()).hexdigest()

    def lock(self, pins: Mapping[str, str]) -> None:
        """Write the lock file: ``name==version`` to SHA-256."""
        lines = [f"{pin} --hash=sha256:{digest}\n" for pin, digest in pins.items()]
        (self.folder / "requirements.txt").write_text("".join(lines))

    def run(self, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run shell words after reading the library, as the scripts do."""
        place = self.folder / "scripts" / "trial"
        place.write_text(f'set -eu\n. "{LIBRARY}"\nrequire_own_folder\n{script}\n')
        inherited = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
        offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels)}
        return subprocess.run(
            ["sh", str(place)],
            env=inherited | {"PIP_CONFIG_FILE": os.devnull} | offline | environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=200,
        )

    def install(self, **environment: str) -> subprocess.CompletedProcess[str]:
        """Install the lock file with the function that the scripts call."""
        return self.run("install_locked requirements.txt", **environment)

    def version_of(self, name: str) -> str:
        """Ask the environment which version it has."""
        said = subprocess.run(
            [str(self.folder / ".venv/bin/python"), "-c", f"import {name}; print({name}.version)"],
            check=True,
            capture_output=True,
            text=True,
        )
        return said.stdout.strip()


def _digest(text: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture
def fresh(tmp_path: Path) -> Checkout:
    """A checkout as it was cloned."""
    for name in ("scripts", "wheels"):
        (tmp_path / name).mkdir()
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "backend.py").write_text(BACKEND)
    return Checkout(folder=tmp_path)


@pytest.fixture(scope="module")
def empty_environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("empty") / ".venv"
    subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
    return place


@pytest.fixture
def checkout(fresh: Checkout, empty_environment: Path) -> Checkout:
    """One that has its environment, with nothing in it: making one takes seconds."""
    shutil.copytree(empty_environment, fresh.folder / ".venv", symlinks=True)
    return fresh


def test_a_newer_release_that_no_lock_knows_is_left_alone(fresh: Checkout) -> None:
    """As pytest-cov asks for ``coverage[toml]`` while the lock says ``coverage``."""
    locked = {
        "outer==1.0": fresh.offer("outer", "1.0", needs="inner[toml]"),
        "inner==1.0": fresh.offer("inner", "1.0"),
    }
    fresh.offer("inner", "2.0")
    fresh.lock(locked)
    done = fresh.install()
    assert done.returncode == 0, done.stderr + (fresh.folder / ".venv.log").read_text()
    assert (fresh.version_of("outer"), fresh.version_of("inner")) == ("1.0", "1.0")
    again = fresh.install()
    assert again.returncode == 0
    assert again.stderr == ""  # it has it already


def test_a_lock_that_misses_a_package_is_said(checkout: Checkout) -> None:
    checkout.lock({"outer==1.0": checkout.offer("outer", "1.0", needs="inner>=1")})
    checkout.offer("inner", "1.0")
    done = checkout.install()
    assert done.returncode == 1
    assert "Los archivos de versiones están incompletos: ejecute scripts/lock." in done.stderr
    assert "outer 1.0 requires inner, which is not installed." in done.stderr
    assert checkout.install().returncode == 1  # it is not taken for installed


def test_what_an_earlier_version_left_does_not_stop_the_new_one(checkout: Checkout) -> None:
    first = {
        "outer==1.0": checkout.offer("outer", "1.0", needs="inner<2"),
        "inner==1.0": checkout.offer("inner", "1.0"),
    }
    checkout.lock(first)
    assert checkout.install().returncode == 0
    checkout.lock({"inner==2.0": checkout.offer("inner", "2.0")})  # outer is needed no more
    done = checkout.install()
    assert done.returncode == 0, done.stderr
    assert checkout.version_of("inner") == "2.0"


def test_a_package_without_the_locked_hash_is_said(checkout: Checkout) -> None:
    checkout.offer("inner", "1.0")
    checkout.lock({"inner==1.0": "0" * 64})
    done = checkout.install()
    assert done.returncode == 1
    assert "no tiene la huella (hash)" in done.stderr
    assert "DO NOT MATCH THE HASHES" in done.stderr
    assert "internet" not in done.stderr


def test_a_version_that_is_not_there_is_said(checkout: Checkout) -> None:
    checkout.offer("inner", "1.0")
    checkout.lock({"inner==3.0": "0" * 64})
    done = checkout.install()
    assert "no tiene la versión" in done.stderr
    assert "No matching distribution found for inner==3.0" in done.stderr
    assert "internet" not in done.stderr


def test_a_package_for_another_python_is_said(checkout: Checkout) -> None:
    checkout.lock({"inner==1.0": checkout.offer("inner", "1.0", more=PYTHON_BELOW)})
    done = checkout.install()
    assert "no funciona con este Python (Python 3." in done.stderr
    assert "internet" not in done.stderr


def test_a_registry_that_does_not_answer_is_said(checkout: Checkout) -> None:
    checkout.lock({"inner==1.0": checkout.offer("inner", "1.0")})
    nowhere = {"PIP_NO_INDEX": "0", "PIP_FIND_LINKS": "", "PIP_RETRIES": "1"}
    done = checkout.install(PIP_INDEX_URL="http://127.0.0.1:1/simple", **nowhere)
    assert "No hay conexión con el servidor de paquetes" in done.stderr
    assert "No matching distribution found for inner==1.0" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("ERROR: Could not install: [Errno 28] No space left on device", "espacio en disco"),
        ("E: You don't have enough free space in /var/cache/apt/archives/.", "espacio en disco"),
        ("E: Unable to locate package redis-server", "fuentes de apt"),
        ("W: Temporary failure resolving 'deb.example'\nE: Unable to fetch", "conexión"),
        ("ERROR: SSLError(SSLCertVerificationError)", "certificado"),
        ("dial tcp: lookup proxy.example: no such host", "conexión"),
    ],
)
def test_the_cause_is_what_the_last_step_said(fresh: Checkout, words: str, said: str) -> None:
    (fresh.folder / "words").write_text(f"{words}\n\n")
    earlier = "step Antes sh -c 'echo Hashes are required' || true"
    failing = f"step Trial sh -c 'cat {fresh.folder}/words; exit 1' || fail_of_step Falla."
    done = fresh.run(f"{earlier}\n{failing}")
    assert done.returncode == 1
    assert said in done.stderr
    assert "hash" not in done.stderr
    assert words.splitlines()[-1] in done.stderr
    assert str(fresh.folder / ".venv.log") in done.stderr


def test_an_unknown_cause_is_told_in_the_words_of_the_program(fresh: Checkout) -> None:
    done = fresh.run("step Trial sh -c 'echo mkdir: odd thing; exit 1' || fail_of_step Falla.")
    assert "✗ Falla.\n  mkdir: odd thing\n" in done.stderr
