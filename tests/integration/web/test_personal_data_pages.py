"""«Datos personales»: a short page, one for each kind of data, and the whole register to print."""

import pytest

from review_service.domain.dated_rules import read_rulebook
from review_service.domain.personal_data import TEXTS, data_uses
from review_service.domain.terms import ecuador_today
from tests.integration.web.site import Visitor

PAGE = "/datos-personales"
USES = data_uses(read_rulebook(None), on=ecuador_today())
SLUGS = [use.slug for use in USES]


def shown(visitor: Visitor, address: str) -> str:
    answer = visitor.get(address)
    assert answer.status_code == 200
    return " ".join(answer.text.split())


def test_the_short_page_leads_to_every_kind_and_what_may_be_asked(visitor: Visitor) -> None:
    page = shown(visitor, PAGE)
    for slug in SLUGS:
        assert page.count(f'<li id="{slug}">') == 1, "addresses of before end here"
        assert page.count(f'href="{PAGE}/{slug}"') == 1
    assert page.count(f'href="{PAGE}/registro"') == 1
    for address in ("/solicitudes/mis-datos", "/quejas/nueva/datos-personales"):
        assert address in page
    assert 'id="pedir"' in page


@pytest.mark.parametrize("use", USES, ids=SLUGS)
def test_the_page_of_a_kind_says_all_that_is_told_of_it(visitor: Visitor, use: object) -> None:
    place = USES.index(use)
    page = shown(visitor, f"{PAGE}/{SLUGS[place]}")
    for name in TEXTS:
        assert getattr(use, name) in page
    assert f"<h1>{USES[place].heading}</h1>" in page
    beside = [SLUGS[each] for each in (place - 1, place + 1) if 0 <= each < len(SLUGS)]
    for slug in beside:
        assert f'href="{PAGE}/{slug}"' in page
    assert "La institución todavía no confirma" in page


def test_the_register_is_whole_on_one_page(visitor: Visitor) -> None:
    page = shown(visitor, f"{PAGE}/registro")
    for use in USES:
        assert page.count(f'<section id="{use.slug}"') == 1
        assert all(getattr(use, name) in page for name in TEXTS)


def test_a_kind_that_is_none_is_no_page(visitor: Visitor) -> None:
    assert visitor.get(f"{PAGE}/poemas").status_code == 404
    assert "registro" not in SLUGS, "it is the address of the whole"
