"""What applicants' pages and mails are made of says no sentence outside of the catalogues."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FOLDERS = ("review_service/web/applicant", "review_service/db/queries/applicant")
MODULES = (
    *(f"review_service/web/{name}.py" for name in ("dates", "forms", "kept")),
    *(
        f"review_service/domain/{name}.py"
        for name in (
            "applications", "data_sheet", "documents", "mipyme", "money", "not_applicable",
            "paper_signs", "persons", "refusals", "reports", "ruc",
        )
    ),
    *(
        f"review_service/services/applicant/{name}.py"
        for name in (
            "applying", "gaps", "page_photos", "receiving", "registering", "renewing", "sending",
        )
    ),
)  # fmt: skip
CATALOGUED = frozenset({"worded_by_number", "gettext", "gettext_noop", "ngettext", "worded"})
FOR_PROGRAMS = frozenset(
    {
        "InvalidTransitionError", "NotAllowedError", "NotFoundError", "OSError", "SettingsError",
        "StaleStateError", "ValueError", "debug", "error", "exception", "info", "warning",
    }
)  # fmt: skip
"""Errors and log lines, which no page shows."""
SPANISH = re.compile(
    r"[áéíóúñ¿«»]|\b(el|la|los|las|de|que|su|un|una|no|se|en|por|con|para|del|es|ya|al)\b",
    re.IGNORECASE,
)
WORD = re.compile(r"[^\W\d_]{2,}")


def modules() -> list[str]:
    inside = (
        path.relative_to(ROOT).as_posix()
        for folder in FOLDERS
        for path in (ROOT / folder).glob("*.py")
    )
    return sorted({*inside, *MODULES})


def name_of(call: ast.Call) -> str:
    return getattr(call.func, "id", "") or getattr(call.func, "attr", "")


def unseen(tree: ast.Module) -> Iterator[ast.AST]:
    """Give what no page shows, and what is looked up in a catalogue."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value
        elif isinstance(node, ast.Compare):
            yield from ast.walk(node)
        if isinstance(node, ast.Call) and name_of(node) in CATALOGUED | FOR_PROGRAMS:
            yield from ast.walk(node)


def sentences_outside(source: str) -> list[str]:
    tree = ast.parse(source)
    passed = {id(node) for node in unseen(tree)}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and id(node) not in passed:
            passed.update(id(part) for part in node.values)
            parts = (part for part in node.values if isinstance(part, ast.Constant))
            text = "".join(str(part.value) for part in parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = "" if id(node) in passed else node.value
        else:
            continue
        if " " in text.strip() and "(?:" not in text and WORD.search(text) and SPANISH.search(text):
            found.append(text)
    return found


@pytest.mark.parametrize("name", modules())
def test_a_module_says_nothing_outside_of_the_catalogues(name: str) -> None:
    assert sentences_outside((ROOT / name).read_text(encoding="utf-8")) == []


def test_a_sentence_outside_is_found_wherever_it_hides() -> None:
    source = '''
"""Lo que dice el módulo."""
FIRST = "Elija una de las fotos."
SECOND = gettext_noop("Elija otra de las fotos.")
def told(n):
    if n == "una de las dos":
        raise NotFoundError("no hay una foto de la hoja")
    flash(gettext("Quedó en la solicitud."))
    return f"Faltan {n} de las fotos." if n else worded("Ya no falta %(n)s de las fotos.", n=n)
'''
    assert sentences_outside(source) == ["Elija una de las fotos.", "Faltan  de las fotos."]
