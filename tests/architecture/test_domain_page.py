"""docs/domain.md says what the code says: words on screens, dated rules, figures."""

import importlib
import re
from pathlib import Path

from review_service.domain.dated_rules import read_rulebook
from review_service.domain.rulebook import Certainty, every_rule
from review_service.services.agreements.verifying import Verdict
from tests.architecture.test_guards import SHOWN, domain_enums

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "domain.md"
FIGURE = re.compile(r"`([\w.]+)\.(\w+)` = (\d+)")


def table(heading: str) -> list[tuple[str, ...]]:
    """Return the cells of the one table under a heading, without its head."""
    part = PAGE.read_text("utf-8").partition(f"# {heading}\n")[2].partition("\n#")[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    assert len(lines) > 2, f"no table under {heading}"
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines[2:]]


def test_every_word_on_a_screen_stands_in_the_glossary_and_no_other() -> None:
    kinds = [kind for kind in domain_enums() if kind.__name__ in SHOWN] + [Verdict]
    shown = {
        (f"«{getattr(member, 'label')}»", f"`{kind.__name__}.{member.name}`")  # noqa: B009 -- typed as Enum here
        for kind in kinds
        for member in kind
    }
    assert set(table("Words of states and kinds")) == shown


def test_every_dated_rule_stands_here_with_source_and_certainty_and_no_other() -> None:
    expected = {
        (
            f"`{rule.name}`",
            str(rule.valid_to or ""),
            rule.source,
            rule.certainty.value,
            "unconfirmed"
            if rule.confirmation is None
            else f"{rule.confirmation.norm}; {rule.confirmation.who}; {rule.confirmation.day}",
        )
        for rule in every_rule(read_rulebook(None))
    }
    told = table("Dated rules")
    assert set(told) == expected
    assert len(told) == len(expected)


def test_every_figure_is_the_one_in_the_code() -> None:
    rows = table("Figures in the code")
    for _, where, source, sure in rows:
        found = FIGURE.fullmatch(where)
        assert found, where
        module, name, value = found.groups()
        assert getattr(importlib.import_module(module), name) == int(value), where
        assert source
        assert Certainty(sure)


def test_every_rule_names_a_file_a_source_and_how_sure_it_is() -> None:
    for _, where, source, sure in table("Rules that the code follows"):
        assert (ROOT / "review_service" / where.strip("`")).is_file(), where
        assert source
        assert Certainty(sure)


def test_every_word_of_certainty_is_explained() -> None:
    assert {word for word, _ in table("How sure")} == {member.value for member in Certainty}


def test_the_page_names_no_mailbox() -> None:
    assert not re.findall(r"[\w.]+@[a-z][\w.-]*", PAGE.read_text("utf-8"))
