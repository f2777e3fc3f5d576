"""Whatever an applicant does to an application, its history tells in words."""

import ast
from collections.abc import Iterator
from pathlib import Path

import review_service
from review_service.db.queries.applicant.history import WORDS

SOURCES = Path(review_service.__file__).parent
ACTORS = {"applicant", "recipient"}
OF_NO_APPLICATION = {
    "sign_in_asked",
    "code_refused",
    "signed_in",
    "signed_out",
    "letter_written",
    "data_exported",
}


def recorded() -> Iterator[str]:
    """Yield the actions that are recorded as done by an applicant, or by who got a mail."""
    for file in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "record"
                and any(
                    word.arg == "actor"
                    and isinstance(word.value, ast.Constant)
                    and word.value.value in ACTORS
                    for word in node.keywords
                )
            ):
                yield from names_in(node.args[0])


def names_in(action: ast.expr) -> Iterator[str]:
    """Yield the text of an action, or both texts of «one if … else other»."""
    if isinstance(action, ast.IfExp):
        yield from names_in(action.body)
        yield from names_in(action.orelse)
    else:
        assert isinstance(action, ast.Constant), ast.unparse(action)
        yield str(action.value)


def test_every_action_of_an_applicant_has_words_in_the_history() -> None:
    actions = set(recorded())
    assert {"application_opened", "second_address_confirmed", "document_refused"} <= actions
    assert actions - OF_NO_APPLICATION - WORDS.keys() == set()
