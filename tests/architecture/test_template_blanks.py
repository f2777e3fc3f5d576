"""What two conditions of a template write one after the other keeps its blank between them.

Jinja drops the line break after a condition and the blanks before the next one: «…2026.Su plazo»,
or ``checkedaria-describedby`` where an attribute follows. Where a blank is wanted, it is written.
"""

import re
from itertools import pairwise
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[2] / "templates"
ENDED = re.compile(r"(?P<before>.*\S)\s*\{% end(?:if|for) %\}$")
NEXT = re.compile(r"\{% (?:if|for) [^%]*%\}(?P<body>.*)$")
BLANK = '{{ " " }}'
APART = re.compile(
    r"</(?:p|div|dl|dd|li|h\d|blockquote|small|option|button|legend|fieldset)>$"
    r"|<(?:input|link|meta)\b[^>]*>$"
    r"|\{\{ (?!_\(|ngettext\()\w+\([^}]*\) \}\}$"  # a macro writes a part of its own
    r"|\{% (?:if|else|elif|for)[^%]*%\}$"
)


def run_together(text: str) -> list[int]:
    """Return the numbers of the lines whose end runs into what the next condition writes."""
    lines = [line.strip() for line in text.split("\n")]
    return [
        number
        for number, (line, following) in enumerate(pairwise(lines), 1)
        if (ended := ENDED.match(line))
        and (begun := NEXT.match(following))
        and begun["body"]
        and not begun["body"].startswith(BLANK)
        and not ended["before"].endswith(BLANK)
        and not APART.search(ended["before"])
    ]


@pytest.mark.parametrize(
    "path",
    sorted(each for each in TEMPLATES.rglob("*.*") if each.suffix in {".html", ".txt"}),
    ids=lambda path: str(path.relative_to(TEMPLATES)),
)
def test_no_two_conditions_run_together(path: Path) -> None:
    assert run_together(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        "{% if a %}Uno.{% endif %}\n{% if b %}Dos.{% endif %}",
        '{% if a %}checked{% endif %}\n  {% if b %}aria-invalid="true"{% endif %}',
        '{% if a %}{{ _("Uno.") }}{% endif %}\n{% if b %}{{ _("Dos.") }}{% endif %}',
    ],
)
def test_sees_what_runs_together(text: str) -> None:
    assert run_together(text) == [1]
