"""Programs of others that we serve are what their release holds, with its licence beside it."""

import re
from hashlib import sha256
from pathlib import Path

import pytest

from review_service.packaged_files import static_folder

FOLDERS = sorted((static_folder() / "js" / "vendor").iterdir())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_file_is_the_one_that_was_taken(folder: Path) -> None:
    origin = (folder / "ORIGIN.txt").read_text(encoding="utf-8")
    lines = re.findall(r"^([0-9a-f]{64})  (\S+)$", origin, re.MULTILINE)
    told = {name: digest for digest, name in lines}
    held = {
        path.name: sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.name != "ORIGIN.txt"
    }
    assert told == held
    assert any(name.startswith("LICENSE") for name in held)
