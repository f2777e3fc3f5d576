"""A module that says something on a public page has its texts in the part that public pages need.

``scripts/texts`` names those modules. What the views of public pages import, however far away, is
named there or here.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from review_service.web.languages import TRANSLATED

ROOT = Path(__file__).parents[2]
SCRIPT = (ROOT / "scripts" / "texts").read_text(encoding="utf-8")
WEB = "review_service/web"
SAID_ELSEWHERE = frozenset(
    {
        *(
            f"review_service/domain/{name}.py"
            for name in (
                "applications", "correction_loop", "data_sheet", "directory", "finding_words",
                "item_words", "mipyme", "money", "not_applicable", "paper_signs", "persons",
                "reports", "ruc", "sheet_comparison", "withdrawal_resolutions",
            )
        ),
        *(
            f"review_service/services/applicant/{name}.py"
            for name in ("applying", "gaps", "receiving", "registering", "renewing")
        ),
    }
)  # fmt: skip
"""Imported by such a view, and said on applicants' pages and in mails alone."""
MARKS = frozenset({"gettext", "gettext_noop", "ngettext", "worded", "worded_by_number"})


def folders() -> set[str]:
    found = re.search(r"\$\(find (.+) -name '\*\.py'\)", SCRIPT)
    assert found is not None
    return set(found[1].split())


def named() -> set[str]:
    """Return the modules whose texts are in the public part."""
    inside = (path for folder in folders() for path in (ROOT / folder).glob("*.py"))
    return {
        *(path.relative_to(ROOT).as_posix() for path in inside),
        *re.findall(r"^ +(review_service/\S+\.py)$", SCRIPT, re.MULTILINE),
    }


@cache
def tree(name: str) -> ast.Module:
    return ast.parse((ROOT / name).read_text(encoding="utf-8"))


def says_something(name: str) -> bool:
    return any(
        isinstance(node, ast.Call)
        and (getattr(node.func, "id", "") or getattr(node.func, "attr", "")) in MARKS
        and any(isinstance(each, ast.Constant) for each in node.args)
        for node in ast.walk(tree(name))
    )


def imported(name: str) -> Iterator[str]:
    """Give the files of the modules of ours that a module imports."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("review_service"):
            place = (node.module or "").replace(".", "/")
            yield from (f"{place}/{each.name}.py" for each in node.names)
            yield f"{place}.py"


def reached(names: set[str]) -> set[str]:
    found, waiting = set[str](), list(names)
    while waiting:
        name = waiting.pop()
        if name not in found and (ROOT / name).is_file():
            found.add(name)
            waiting += imported(name)
    return found


def views() -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for endpoint in TRANSLATED
        for path in (ROOT / WEB / endpoint.partition(".")[0]).glob("*.py")
    }


def test_the_views_of_translated_pages_are_in_the_public_part() -> None:
    assert {f"{WEB}/{endpoint.partition('.')[0]}" for endpoint in TRANSLATED} == folders()


def test_each_module_that_a_public_page_may_show_has_its_texts_in_the_public_part() -> None:
    says = {name for name in reached(views()) if says_something(name)}
    assert says - named() == SAID_ELSEWHERE
    assert named() & SAID_ELSEWHERE == set()


def test_a_named_module_is_there_and_says_something() -> None:
    inside = tuple(f"{folder}/" for folder in folders())
    single = {name for name in named() if not name.startswith(inside)}
    assert {name for name in single if not (ROOT / name).is_file()} == set()
    assert {name for name in single if not says_something(name)} == set()
