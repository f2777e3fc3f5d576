"""What search engines are told: every public page in each language, and nothing with a token."""

import re
from xml.etree import ElementTree as ET

import pytest
from werkzeug.test import TestResponse

from review_service.languages import OFFERED
from review_service.web.languages import TRANSLATED
from tests.integration.services.test_figures import import_packaged
from tests.integration.web.site import Site, Visitor

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
OTHER = "{http://www.w3.org/1999/xhtml}link"


@pytest.fixture
def listed(site: Site, visitor: Visitor) -> dict[str, dict[str, str]]:
    """Each address of the sitemap with its alternates by code, all without the host."""
    import_packaged(site.office)
    base = site.container.settings.public_url
    tree = ET.fromstring(visitor.get("/sitemap.xml").data)  # noqa: S314 -- our own
    found = {}
    for each in tree.iter(f"{MAP}url"):
        others = {
            other.get("hreflang", ""): other.get("href", "").removeprefix(base)
            for other in each.iter(OTHER)
        }
        found[each.findtext(f"{MAP}loc", "").removeprefix(base)] = others
    return found


def language_of(answer: TestResponse) -> str:
    [tag] = re.findall('<html lang="([^"]+)"', answer.text)
    return str(tag)


def test_each_page_is_told_of_in_every_language_that_it_has(
    listed: dict[str, dict[str, str]], site: Site, visitor: Visitor
) -> None:
    assert "/verificar?lang=en" in listed
    assert "/cifras/2023?lang=en" in listed
    for address, alternates in listed.items():
        answer = visitor.get(address)
        assert answer.status_code == 200, address
        assert "X-Robots-Tag" not in answer.headers, address
        endpoint, _ = site.app.url_map.bind("localhost").match(address.partition("?")[0], "GET")
        assert bool(alternates) is (endpoint in TRANSLATED), address
        for code, other in alternates.items():
            assert listed[other] == alternates, "each page names the same ones"
            if code in OFFERED:
                assert language_of(visitor.get(other)) == OFFERED[code].tag
    assert all(told.get("x-default", "") == told.get("es", "") for told in listed.values())


def test_what_a_page_says_of_its_languages_is_what_the_sitemap_says(
    listed: dict[str, dict[str, str]], site: Site, visitor: Visitor
) -> None:
    base = site.container.settings.public_url
    for address, alternates in listed.items():
        told = visitor.get(address).headers.get("Link", "")
        found = {code: href for href, code in re.findall(r'<([^>]+)>[^<]+hreflang="([^"]+)"', told)}
        assert found == {code: base + href for code, href in alternates.items()}, address


def test_no_address_with_a_token_is_for_them(site: Site, visitor: Visitor) -> None:
    """Neither is one that only who is signed in can open."""
    robots = visitor.get("/robots.txt").text
    refused = tuple(re.findall("^Disallow: (.+)$", robots, re.MULTILINE))
    tokens = [rule.rule for rule in site.app.url_map.iter_rules() if "token" in rule.arguments]
    assert len(tokens) >= 5
    for address in (*tokens, "/solicitudes", "/revision"):
        assert address.startswith(refused), address


@pytest.mark.parametrize("address", ["/buscar?q=certificado", "/v/aaaaaaaaaaaaaaaaaaaaaaaaaa"])
def test_answers_to_what_somebody_asked_are_kept_by_none(visitor: Visitor, address: str) -> None:
    answer = visitor.get(address)
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "Link" not in answer.headers
