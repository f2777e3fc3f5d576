"""Catalogues hold every text of code and templates, and an offered language lacks none."""

import os
import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from review_service.languages import (
    APPLICANTS_PART,
    OFFERED,
    PARTS,
    PUBLIC_PART,
    SPANISH,
    texts_of_rules,
    translations,
)
from review_service.packaged_files import catalogue_of

ROOT = Path(__file__).parents[2]
FOLDER = catalogue_of("en").parents[2]
KEPT = sorted(path.parents[1].name for path in FOLDER.glob("*/LC_MESSAGES/messages.po"))
NEEDS = [code for code in OFFERED if code != SPANISH.code]
PLACES = re.compile(r"%\(\w+\)s|\{\w+\}|</?\w+|&\w+;")
"""What a translation must carry over: values, elements, signs."""


def catalogue(code: str, part: str) -> Catalog:
    with catalogue_of(code, part).open("rb") as text:
        return read_po(text, locale=code)


def forms(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list | tuple) else (str(value or ""),)


def messages(code: str, part: str) -> list[Message]:
    return [message for message in catalogue(code, part) if message.id]


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[object]]:
    """Every text that scripts/texts finds, by the part of the catalogue that it belongs to."""
    folder = tmp_path_factory.mktemp("texts")
    script = ROOT / "scripts" / "texts"
    environment = {**os.environ, "PYTHON": sys.executable}
    subprocess.run([script, folder], cwd=ROOT, check=True, capture_output=True, env=environment)
    found: dict[str, set[object]] = {}
    for part in PARTS:
        with (folder / f"{part}.pot").open("rb") as text:
            found[part] = {message.id for message in read_po(text) if message.id}
    return found


def test_every_offered_language_has_its_catalogue() -> None:
    assert set(NEEDS) <= set(KEPT)
    assert all(code == language.code for code, language in OFFERED.items())


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("code", KEPT)
def test_the_catalogue_holds_the_texts_of_today_and_no_others(
    code: str, part: str, collected: dict[str, set[object]]
) -> None:
    held = {message.id for message in messages(code, part)}
    assert held == collected[part], "run scripts/texts"


def test_each_text_stands_in_one_part(collected: dict[str, set[object]]) -> None:
    assert all(len(texts) > 100 for texts in collected.values())
    assert collected[PUBLIC_PART] & collected[APPLICANTS_PART] == set()


@pytest.mark.parametrize("code", NEEDS)
def test_no_text_of_an_offered_language_is_empty_or_in_doubt(code: str) -> None:
    of_public = messages(code, PUBLIC_PART)
    missing = [m.id for m in of_public if m.fuzzy or not all(forms(m.string))]
    assert missing == []


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("code", KEPT)
def test_a_translation_carries_over_values_and_elements(code: str, part: str) -> None:
    def places(text: str) -> frozenset[str]:
        return frozenset(PLACES.findall(text))

    wrong = [
        (message.id, form)
        for message in messages(code, part)
        for form in forms(message.string)
        if form and places(form) not in {places(each) for each in forms(message.id)}
    ]
    assert wrong == []


def test_a_compiled_catalogue_speaks_and_counts() -> None:
    english = translations("en")
    assert english.gettext("Vigente") == "In force"
    one, many = (
        "Espere un minuto e inténtelo otra vez.",
        "Espere %(minutes)s minutos e inténtelo otra vez.",
    )
    assert english.ngettext(one, many, 1) == "Wait one minute and try again."
    assert "minutes" in english.ngettext(one, many, 2)
    assert translations("es").gettext("Vigente") == "Vigente"


def test_texts_of_rules_are_found_at_the_named_keys() -> None:
    file = BytesIO(b'[[support]]\nhours = "lunes"\nemail = "a@b.example"\n')
    found = list(texts_of_rules(file, None, (), {"keys": "hours"}))
    assert found == [(1, None, "lunes", [])]
