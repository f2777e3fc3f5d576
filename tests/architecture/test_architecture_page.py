"""docs/architecture.md names files that are there."""

import re
from itertools import product
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text()
PLACES = (ROOT, ROOT / "review_service", ROOT / "workers", ROOT / "tests")
_PATH = re.compile(r"`([\w{},.<>-]*/[\w/{},.<>-]*|[\w{},-]+\.(?:py|toml|md|js))`")


def named() -> list[str]:
    """Return the paths of the page, the braces of «{photos,papers}.py» taken apart."""
    found = set()
    for path in _PATH.findall(PAGE):
        parts = [part.split(",") for part in re.split(r"[{}]", path)[1::2]]
        frame = re.sub(r"\{[^}]*\}", "%s", path)
        found |= {frame % choice for choice in product(*parts)}
    # A name to be filled in, and places in the file store or the database.
    return sorted(
        path
        for path in found
        if "<" not in path and not path.startswith(("staging/", "originals/", "derived/"))
    )


@pytest.mark.parametrize("path", named())
def test_what_the_page_names_is_there(path: str) -> None:
    assert any((place / path.rstrip("/")).exists() for place in PLACES)


def test_the_page_names_the_rooms_of_the_workers() -> None:
    rooms = {path.name for path in (ROOT / "workers").iterdir() if (path / "__init__.py").exists()}
    assert len(rooms) == 8
    assert [room for room in sorted(rooms) if f"| `{room}/` |" not in PAGE] == []


def test_the_page_answers_ten_questions_with_a_file_each() -> None:
    table = PAGE.split("## Ten questions of a newcomer")[1].split("\n## ")[0]
    rows = [row for row in table.splitlines() if row.startswith("| ") and "?" in row]
    assert len(rows) == 10
    assert [row for row in rows if not _PATH.search(row)] == []
