"""Each promise that the pages make names a test that is there.

What counts as a promise: in docs/security.md all that stands outside «Known limits»; in README.md
each row of its table of promises; in docs/operating.md what says one of the words ``PROMISING``.
"""

import ast
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECURITY = ROOT / "docs" / "security.md"
README = ROOT / "README.md"
OPERATING = ROOT / "docs" / "operating.md"
ADRS = sorted((ROOT / "docs" / "adr").glob("*.md"))
EVERY_PAGE = [SECURITY, README, ROOT / "README.es.md", *sorted((ROOT / "docs").glob("*.md")), *ADRS]

_TEST = re.compile(r"\btests/[\w/]+/test_\w+\.py(?:::\w+)?")
_ITEM = re.compile(r"\s*(?:[-*]|\d+\.) |\|")
PROMISING = re.compile(
    r"\b(never|nothing|nobody|always|whatever|at any time|by itself|by themselves|refus(?:es|ed)"
    r"|goes on|goes out|do(?:es)? no harm|safe|without losing)\b",
    re.IGNORECASE,
)


@cache
def functions_of(path: str) -> dict[str, ast.FunctionDef]:
    """Return the test functions of a file of the checkout by name; none when it is not there."""
    file = ROOT / path
    if not file.is_file():
        return {}
    body = ast.parse(file.read_text("utf-8")).body
    return {
        each.name: each
        for each in body
        if isinstance(each, ast.FunctionDef) and each.name.startswith("test_")
    }


def fault(name: str) -> str:
    """Return what is wrong with «file» or «file::test»; empty when it is there and is run."""
    path, _, function = name.partition("::")
    found = functions_of(path)
    if not found:
        return f"{path} is no file with tests"
    if function and function not in found:
        return f"{name} is not there"
    marks = [ast.unparse(each) for each in found[function].decorator_list] if function else []
    if any(re.match(r"pytest\.mark\.(?:skip\b|xfail)", mark) for mark in marks):
        return f"{name} is not run"
    return ""


def blocks(text: str) -> list[tuple[str, str]]:
    """Return each paragraph, list item and table row with the heading that it stands under.

    Code, comments and the heads of tables are left out. A list or table that follows a paragraph
    which names a test and ends with a colon is one block with that paragraph.
    """
    text = re.sub(r"```.*?```|<!--.*?-->\n?", "", text, flags=re.DOTALL)
    text = re.sub(r"^\|.*\|\n\|[-:| ]+\|$", "", text, flags=re.MULTILINE)
    found: list[tuple[str, str]] = []
    heading, begun, introduced = "", False, False
    for line in text.splitlines():
        if line.startswith("#"):
            heading, begun, introduced = line.lstrip("# "), False, False
        elif not line.strip():
            begun = False
        elif introduced if _ITEM.match(line) else begun:
            found[-1] = (heading, f"{found[-1][1]} {line.strip()}")
        else:
            found.append((heading, line))
            introduced = False
        if line.strip() and not line.startswith("#"):
            begun = True
            introduced = introduced or (line.endswith(":") and bool(_TEST.search(found[-1][1])))
    return found


def unheld(promises: list[str]) -> list[str]:
    """Return those of the promises that name no test, or one that is not there."""
    return [
        f"{'; '.join(filter(None, map(fault, _TEST.findall(each)))) or 'no test'}: {each[:90]}"
        for each in promises
        if not _TEST.search(each) or any(map(fault, _TEST.findall(each)))
    ]


def promises_of_security(text: str) -> list[str]:
    """Return all but the introduction and the known limits."""
    title = text.partition("\n")[0].lstrip("# ")
    return [block for under, block in blocks(text) if under not in {title, "Known limits"}]


def promises_of_readme(text: str) -> list[str]:
    """Return the rows of the table of promises."""
    return [
        block
        for under, block in blocks(text)
        if under.startswith("What it promises") and block.startswith("|")
    ]


def promises_of_operating(text: str) -> list[str]:
    """Return what says one of the words of a promise."""
    return [block for _, block in blocks(text) if PROMISING.search(block)]


PROMISES: list[tuple[Path, Callable[[str], list[str]], int]] = [
    (SECURITY, promises_of_security, 40),
    (README, promises_of_readme, 10),
    (OPERATING, promises_of_operating, 15),
]


@pytest.mark.parametrize(
    ("page", "promises_of", "least"), PROMISES, ids=["security", "readme", "operating"]
)
def test_every_promise_names_its_test(
    page: Path, promises_of: Callable[[str], list[str]], least: int
) -> None:
    promises = promises_of(page.read_text("utf-8"))
    assert len(promises) >= least
    assert unheld(promises) == []


@pytest.mark.parametrize("page", EVERY_PAGE, ids=lambda page: page.name)
def test_every_test_that_a_page_names_is_there(page: Path) -> None:
    named = _TEST.findall(page.read_text("utf-8"))
    assert [fault(name) for name in named if fault(name)] == []


HERE = "tests/architecture/test_promises.py"


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("- Nothing is lost.", "no test: "),
        ("| photo | 15 MiB |", "no test: "),
        ("A sentence of a paragraph.", "no test: "),
        ("- Tried (`tests/architecture/`).", "no test: "),
        ("- Tried (`tests/architecture/test_gone.py`).", "test_gone.py is no file with tests"),
        (f"- Tried (`{HERE}::test_renamed`).", "::test_renamed is not there"),
        (f"- Tried (`{HERE}::blocks`, `{HERE}`).", f"{HERE}::blocks is not there"),
        ("- Tried (`tests/conftest.py`).", "no test: "),
        (f"- Held (`{HERE}`).\n- Nothing is lost.", "no test: "),
        (f"All of it (`{HERE}`):\n\n- one\n- two\n\nAnd more.", "no test: And more."),
    ],
)
def test_a_promise_without_a_test_is_told(block: str, said: str) -> None:
    (found,) = unheld(promises_of_security(f"# Title\n\nIntroduction.\n\n## Files\n{block}\n"))
    assert said in found


@pytest.mark.parametrize(
    "block",
    [
        f"- Tried (`{HERE}`)\n  with a second line.",
        f"| photo | `{HERE}::test_every_promise_names_its_test` |",
        f"All of it (`{HERE}`):\n\n- one\n  goes on\n- two",
        "## Known limits\n- Nothing is deleted yet.",
        "| upload | held by |\n|---|---|",
    ],
)
def test_a_promise_with_a_test_and_a_known_limit_are_left_alone(block: str) -> None:
    assert unheld(promises_of_security(f"# Title\n\nIntroduction.\n\n## Files\n{block}\n")) == []
