"""Public pages are whole in each language they are offered in."""

import pytest

from review_service import languages as offered
from review_service.web import languages
from review_service.web.public.topics import TOPICS
from tests.integration.web.outside import OPEN, Marked, outside
from tests.integration.web.site import Visitor

PAGES = (
    "/",
    "/cual-es-el-mio",
    *(
        f"/cual-es-el-mio/{path}"
        for path in (
            "activo", "activo/taller", "activo/negocio", "activo/negocio/categoria",
            "activo/negocio/categoria/hasta", "activo/negocio/categoria/mas",
            "activo/negocio/emprendedor", "activo/taller/acuerdo", "activo/taller/junta",
            "suspendido", "no",
        )
    ),
    *(f"/informacion/{slug}" for slug in TOPICS),
    "/oficinas",
    "/ayuda",
    "/otros-tramites",
    "/buscar",
    "/buscar?q=certificado",
    "/buscar?q=correo",
    "/buscar?q=zzzzzz",
)  # fmt: skip
"""Addresses of the translated ones."""


def in_english(address: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}lang=en"


@pytest.mark.parametrize("address", PAGES)
def test_no_sentence_stands_outside_of_the_catalogues(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    real = offered.translations
    monkeypatch.setattr(
        languages, "translations", lambda code: Marked() if code == "en" else real(code)
    )
    answer = visitor.get(in_english(address))
    assert answer.status_code == 200
    assert OPEN in answer.text
    assert outside(answer) == []


@pytest.mark.parametrize("address", PAGES)
def test_the_way_to_english_and_back_is_a_link(visitor: Visitor, address: str) -> None:
    spanish, english = visitor.get(address), visitor.get(in_english(address))
    assert '<html lang="es-EC">' in spanish.text
    assert '<html lang="en">' in english.text
    assert ">English</a>" in spanish.text
    assert ">Español</a>" in english.text


def test_what_was_answered_and_asked_goes_along(visitor: Visitor) -> None:
    question = visitor.get("/cual-es-el-mio/activo?lang=en").text
    assert "How do you work?" in question
    assert 'href="/cual-es-el-mio/activo/taller?lang=en"' in question
    assert "Which is mine? · Question 2, of 4 at most" in question
    asked = visitor.get("/buscar?q=certificado&lang=en").text
    assert 'href="/buscar?q=certificado"' in asked
    assert 'name="lang" value="en"' in asked


def test_amounts_have_the_signs_of_the_language(visitor: Visitor) -> None:
    assert "USD 5.000.000" in visitor.get("/informacion/categorias").text
    assert "USD 5,000,000" in visitor.get("/informacion/categorias?lang=en").text
