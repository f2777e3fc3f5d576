"""The wheel holds all that runs: built here, laid out elsewhere, asked there."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ASK = """
from importlib import metadata, resources
from review_service.db.migrate import MIGRATIONS, head
from review_service.packaged_files import static_folder, templates_folder
import workers.inspecting.document
print(metadata.version("review-service"))
for folder in (templates_folder(), static_folder(), MIGRATIONS, workers.__path__[0]):
    print(folder)
print(head())
print(*sorted(place.name for place in resources.files("review_service.rules").iterdir()))
"""
WITHOUT_THE_EXTRA = """
import sys
sys.modules["aiosmtpd"] = None  # as where it is not installed
import review_service.scheduler, review_service.web.wsgi, workers.__main__
from review_service.cli import main
main(["demo", "--once"])
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(folder), "."]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (made,) = folder.glob("*.whl")
    return made


def under(folder: Path, *, ends: tuple[str, ...]) -> set[str]:
    """Name every file below a folder of the checkout, as the wheel should."""
    return {
        str(path.relative_to(ROOT))
        for path in folder.rglob("*")
        if path.is_file() and path.name.endswith(ends) and "__pycache__" not in path.parts
    }


def installed(wheel: Path, folder: Path) -> Path:
    """Install the wheel alone into a folder below; return it."""
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index"]
    place = folder / "site"
    subprocess.run([*install, "--target", str(place), str(wheel)], check=True, capture_output=True)
    return place


def test_holds_every_file_of_the_checkout(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        held = set(packed.namelist())
    code = under(ROOT / "review_service", ends=(".py", ".toml", ".mako", ".po"))
    code |= under(ROOT / "workers", ends=(".py", ".npz"))
    static = under(ROOT / "review_service" / "static", ends=("",))
    templates = {
        f"review_service/{name}" for name in under(ROOT / "templates", ends=(".html", ".txt"))
    }
    assert code | static | templates <= held
    assert not [name for name in held if name.startswith(("tests/", "templates/"))]


def test_finds_its_files_where_it_is_installed(wheel: Path, tmp_path: Path) -> None:
    place = installed(wheel, tmp_path)
    said = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(place)},
        check=True,
        capture_output=True,
        text=True,
    )
    version, templates, static, migrations, workers, head, rules = said.stdout.splitlines()
    assert version
    for folder in (templates, static, migrations, workers):
        assert Path(folder).is_relative_to(place)
        assert any(Path(folder).iterdir())
    assert (Path(templates) / "base.html").is_file()
    assert head.isdigit()
    assert "institution.toml" in rules.split()


def test_the_demo_is_an_extra(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        (name,) = [name for name in packed.namelist() if name.endswith(".dist-info/METADATA")]
        told = packed.read(name).decode()
    assert "Provides-Extra: demo\n" in told
    (needed,) = [line for line in told.splitlines() if line.startswith("Requires-Dist: aiosmtpd")]
    assert needed.endswith("extra == 'demo'")
    ours = ROOT / "requirements.txt", ROOT / "requirements-demo.txt"
    assert ["\naiosmtpd==" in lock.read_text("utf-8") for lock in ours] == [False, True]
    said = subprocess.run(
        [sys.executable, "-c", WITHOUT_THE_EXTRA],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed(wheel, tmp_path))},
        check=False,
        capture_output=True,
        text=True,
    )
    assert said.returncode == 2
    assert said.stdout == ""
    (sentence,) = said.stderr.splitlines()
    assert "instale «review-service[demo]»" in sentence
