"""The search in pages: other endings, a slip of the finger, any order, nothing for nonsense."""

import pytest

from review_service.domain.page_search import MOST_FOUND, Findable, find

PAGES = [
    Findable(title="Oficinas", words="direccion zonal telefono", of="offices"),
    Findable(title="Cuánto cuesta", words="costo precio gratis", of="cost"),
    Findable(title="Certificado RUM", words="registro unico mipymes categoria", of="mipyme"),
]


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("oficina", "offices"),
        ("OFICINAS", "offices"),
        ("ofisinas", "offices"),
        ("teléfonos", "offices"),
        ("cuanto cuesta el certificado", "cost"),
        ("registro único de mipymes", "mipyme"),
        ("mipimes registro", "mipyme"),
    ],
)
def test_the_page_that_is_meant_comes_first(asked: str, first: str) -> None:
    assert find(asked, PAGES)[0] == first


@pytest.mark.parametrize("asked", ["", "  ", "¿?", "xyz", "pasaporte visa consulado", "%", "_"])
def test_what_fits_nothing_finds_nothing(asked: str) -> None:
    assert find(asked, PAGES) == []


def test_a_short_word_must_be_written_rightly() -> None:
    pages = [Findable(title="RUM", words="", of="rum")]
    assert find("rum", pages) == ["rum"]
    assert find("rim", pages) == []


def test_no_more_than_a_few_are_shown_and_the_earlier_one_first() -> None:
    many = [Findable(title="Certificado", words="", of=number) for number in range(9)]
    assert find("certificado", many) == list(range(MOST_FOUND))
