"""A page is whole in its language: a made-up one shows what stands outside of the catalogues."""

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from review_service import languages as offered
from review_service.domain.request_limits import VERIFY_TYPED
from review_service.languages import OFFERED
from review_service.services.agreements.verifying import Verdict
from review_service.web import languages
from review_service.web.error_pages import HTTP_PAGES, LAST_RESORT, OUR_PAGES
from tests.factories import Office
from tests.integration.services.counted import set_count, until_held_up
from tests.integration.web.outside import OPEN, Marked, of_applicants, outside
from tests.integration.web.verify.conftest import Paper


@pytest.fixture
def database_kind() -> str:
    """Texts are the same on each."""
    return "sqlite"


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """English is the made-up language."""
    real = offered.translations
    public = Marked(without=of_applicants())
    monkeypatch.setattr(
        languages, "translations", lambda code: public if code == "en" else real(code)
    )


def answers(browser: FlaskClient, paper: Paper, lang: str) -> dict[str, TestResponse]:
    typed = {"number": paper.number, "code": paper.code}
    return {
        "form": browser.get(f"/verificar{lang}"),
        "nothing typed": browser.post(f"/verificar{lang}", data={}),
        "no file": browser.post(f"/verificar/archivo{lang}", data={}),
        "in force": browser.get(f"/v/{paper.token}{lang}"),
        "typed": browser.post(f"/verificar{lang}", data=typed),
        "unknown": browser.post(f"/verificar{lang}", data=typed | {"code": "0" * 12}),
        "near miss": browser.post(
            f"/verificar{lang}", data=typed | {"number": f"{paper.number[:-1]}7"}
        ),
        "altered": browser.post(
            f"/verificar/archivo{lang}",
            data={"sha256": "0" * 64, "identifiers": _identifier(paper)},
        ),
        "unknown file": browser.post(f"/verificar/archivo{lang}", data={"sha256": "0" * 64}),
    }


def _identifier(paper: Paper) -> str:
    found = re.search(rb"/ID \[<([0-9a-f]{32})>", paper.pdf)
    assert found is not None
    return found[1].decode()


@pytest.mark.usefixtures("marked")
def test_no_sentence_of_a_translated_page_stands_outside_of_the_catalogues(
    browser: FlaskClient, paper: Paper
) -> None:
    for name, answer in answers(browser, paper, "?lang=en").items():
        assert OPEN in answer.text, name
        assert outside(answer) == [], name


@pytest.mark.usefixtures("marked")
def test_neither_does_one_of_their_errors(browser: FlaskClient, office: Office) -> None:
    set_count(office, VERIFY_TYPED, "127.0.0.1", VERIFY_TYPED.count)
    refused = until_held_up(
        lambda: browser.post("/verificar?lang=en", data={"number": "1", "code": "2"}),
        lambda answer: answer.status_code == 429,
    )
    large = browser.post("/verificar?lang=en", data={"number": "1" * 1_200_000, "code": "2"})
    elsewhere = browser.post("/verificar?lang=en", headers={"Sec-Fetch-Site": "cross-site"})
    assert [each.status_code for each in (refused, large, elsewhere)] == [429, 413, 403]
    for answer in (refused, large, elsewhere):
        assert outside(answer) == []


GENERAL = (
    "unavailable",
    "failed",
    "bad_request",
    "too_large",
    "too_many",
    "not_found",
    "forbidden",
)
"""Codes of the errors that any page can end in, and that need not be sent by a form of ours."""


def test_the_words_of_general_errors_and_every_verdict_are_in_the_catalogues() -> None:
    english = offered.translations("en")
    pages = {page.code: page for page in (*OUR_PAGES.values(), *HTTP_PAGES.values(), LAST_RESORT)}
    texts = [
        text
        for code in GENERAL
        for text in (pages[code].heading, pages[code].sentence, pages[code].cure)
    ]
    for text in (*texts, *(verdict.label for verdict in Verdict)):
        assert english.gettext(text) != text or text == "Acuerdo", text


def test_english_pages_are_english_throughout(browser: FlaskClient, paper: Paper) -> None:
    for name, answer in answers(browser, paper, "?lang=en").items():
        assert '<html lang="en">' in answer.text, name
        assert answer.headers["Content-Language"] == "en", name
    shown = browser.get(f"/v/{paper.token}?lang=en").text
    for words in ("In force", "This Acuerdo is authentic and in force until", "Ecuador time"):
        assert words in shown
    assert re.search(r"until \d+ [A-Z][a-z]+ \d{4}\.", shown)
    assert re.search(
        r"Asked at <strong>localhost:8000</strong> on \d+ \w+ \d{4} at \d\d:\d\d,", shown
    )


def test_each_page_leads_to_itself_in_the_other_language(
    browser: FlaskClient, paper: Paper
) -> None:
    scanned = browser.get(f"/v/{paper.token}")
    assert f'href="/v/{paper.token}?lang=en"' in scanned.text
    assert ">English</a>" in scanned.text
    english = browser.get(f"/v/{paper.token}?lang=en").text
    assert f'href="/v/{paper.token}"' in english
    assert 'action="/verificar/archivo?lang=en"' in english
    assert 'href="/verificar?lang=en"' in english
    typed = browser.post("/verificar", data={"number": "MPCEI <1>", "code": "2"}).text
    assert 'action="/verificar?lang=en"' in typed
    assert 'name="number" value="MPCEI &lt;1&gt;"' in typed


def test_search_engines_are_told_of_every_language(browser: FlaskClient) -> None:
    for address in ("/verificar", "/verificar?lang=en"):
        link = browser.get(address).headers["Link"]
        for code in (*OFFERED, "x-default"):
            assert f'rel="alternate"; hreflang="{code}"' in link
        assert "<http://localhost:8000/verificar?lang=en>" in link


@pytest.mark.parametrize("asked", ["?lang=qu", "?lang=../en", "?lang=", "?LANG=en"])
def test_a_language_that_is_not_offered_is_spanish(browser: FlaskClient, asked: str) -> None:
    assert '<html lang="es-EC">' in browser.get(f"/verificar{asked}").text


def test_a_page_without_translation_stays_spanish(browser: FlaskClient) -> None:
    answer = browser.get("/ingresar?lang=en")
    assert '<html lang="es-EC">' in answer.text
    assert 'hreflang="en"' not in answer.text
    assert 'rel="alternate"' not in answer.text
    assert "Link" not in answer.headers


@pytest.mark.parametrize("asked", ["token=aaaaaaaaaaaaaaaaaaaaaaaaaa", "_scheme=javascript"])
def test_another_language_is_of_the_same_document_whatever_the_address_asks(
    browser: FlaskClient, paper: Paper, asked: str
) -> None:
    page = browser.get(f"/v/{paper.token}?{asked}").text
    [href] = re.findall(r'<a href="([^"]+)"\s+rel="alternate"', page)
    assert href.startswith(f"/v/{paper.token}?")
