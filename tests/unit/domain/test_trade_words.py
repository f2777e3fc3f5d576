"""Words for what an artisan makes or does: goods and services find themselves in each."""

import re
from pathlib import Path

import pytest

from review_service.domain import trade_words
from review_service.domain.documents import Theme
from tests.agreement_samples import make_snapshot

ROOT = Path(__file__).parents[3]
GOODS_ALONE = re.compile(
    r"(qué|cómo|lo que|para quien) produce\b|produce</|su producto\b|pieza terminada", re.IGNORECASE
)
"""Words in which one who repairs or cuts hair does not find oneself."""


def test_no_page_mail_or_sentence_names_goods_alone() -> None:
    files = [
        *(ROOT / "templates").rglob("*.html"),
        *(ROOT / "templates").rglob("*.txt"),
        *(ROOT / "review_service").rglob("*.py"),
        *(ROOT / "review_service").rglob("*.js"),
        *(ROOT / "review_service").rglob("*.toml"),
    ]
    assert len(files) > 300
    found = [
        f"{file.relative_to(ROOT)}: {match.group()}"
        for file in files
        for match in [GOODS_ALONE.search(file.read_text("utf-8"))]
        if match
    ]
    assert found == []


@pytest.mark.parametrize("sentence", [trade_words.HINT, trade_words.MISSING, trade_words.FOR_WHOM])
def test_what_is_asked_names_goods_and_services(sentence: str) -> None:
    assert re.search(r"tejidos|hace cosas", sentence)
    assert re.search(r"reparación|servicio", sentence)


def test_the_themes_speak_to_services_too() -> None:
    assert Theme.PROCESS.label == "Producción o servicio"
    assert "servicio" in Theme.PROCESS.hint
    assert "pieza" not in " ".join(theme.hint for theme in Theme)


@pytest.mark.parametrize(
    "ciiu", ["S952301", "S960201", "S95", "C331201", "G452001", "F432101", "I562100", "R900001"]
)
def test_an_acuerdo_calls_a_service_a_service(ciiu: str) -> None:
    assert make_snapshot(ciiu=ciiu).shown_work == "los servicios que presta"


@pytest.mark.parametrize("ciiu", ["C131301", "C139209", "C310001", "C329091", "G471101", "C32"])
def test_a_code_that_may_be_either_is_called_both(ciiu: str) -> None:
    assert make_snapshot(ciiu=ciiu).shown_work == "los bienes o servicios que produce"
