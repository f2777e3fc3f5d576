"""Public pages are written in plain words: short sentences."""

import re

from tests import sentences
from tests.integration.web.site import Visitor


def addresses(visitor: Visitor) -> list[str]:
    listed = re.findall("<loc>https?://[^/]+([^<]*)</loc>", visitor.get("/sitemap.xml").text)
    assert len(listed) > 10
    return [*listed, "/buscar?q=pasaporte", "/ingresar", "/no-hay-tal-pagina"]


def test_sentences_of_public_pages_are_short(visitor: Visitor) -> None:
    said = {each: sentences.of_page(visitor.get(each).text) for each in addresses(visitor)}
    assert all(said.values()), "each page says something"
    problems = {each: sentences.problems(said[each]) for each in said}
    assert {each: found for each, found in problems.items() if found} == {}


def test_long_sentences_are_found() -> None:
    long, short = "Diga esto " * 21, "Esto es breve."
    page = f"<main><p>{long}. {short}</p><script>{long}</script></main>"
    assert sentences.of_page(page) == [f"{long.strip()} .", short]
    assert len(sentences.problems(sentences.of_page(page))) == 2
    assert sentences.problems(sentences.of_text(f"{short}\n\n{short} {short}")) == []
