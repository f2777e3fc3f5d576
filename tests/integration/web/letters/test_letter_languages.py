"""A letter is written, confirmed and read in English, and no word of ours is left in Spanish."""

import re

import pytest
from werkzeug.test import TestResponse

from review_service import languages as offered
from review_service.db.models import LetterRow
from review_service.domain.letters import LetterKind
from review_service.domain.numbering import link_token
from review_service.web import languages
from tests.factories import SECRET, add_officer
from tests.integration.services import letter_cases, steps
from tests.integration.services.letter_cases import ADDRESS, BODY
from tests.integration.web.outside import OPEN, Marked, of_applicants, outside
from tests.integration.web.site import Site

FORM = "/quejas/nueva/queja?lang=en"
FIELDS = {"name": "Rosa Quishpe", "email": ADDRESS, "body": BODY}
NUMBER = re.compile(r"[A-Z]{2}-\d{4}-\d+( ·)?")


@pytest.fixture
def database_kind() -> str:
    """Texts are the same on each."""
    return "sqlite"


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every text of the public part stands between signs."""
    real, public = offered.translations, Marked(without=of_applicants())
    monkeypatch.setattr(
        languages, "translations", lambda code: public if code == "en" else real(code)
    )


def address_of(row: LetterRow) -> str:
    return f"/quejas/carta/{link_token(SECRET, row.id)}?lang=en"


def left_over(answer: TestResponse) -> list[str]:
    assert OPEN in answer.text
    return [said for said in outside(answer) if not NUMBER.fullmatch(said)]


@pytest.mark.usefixtures("marked")
def test_from_the_form_to_the_answer_nothing_is_said_outside_of_the_catalogues(site: Site) -> None:
    visitor = site.visitor()
    for kind in LetterKind:
        empty = visitor.post(f"/quejas/nueva/{kind.slug}?lang=en", {}, page=FORM)
        assert (empty.status_code, left_over(empty)) == (422, [])
    sent = visitor.post(FORM, FIELDS, page=FORM)
    assert sent.headers["Location"] == "/quejas/enviada?lang=en"
    assert left_over(visitor.get("/quejas/enviada?lang=en")) == []
    (row,) = steps.rows(site.office, LetterRow)
    assert left_over(visitor.get(address_of(row))) == []
    received = visitor.client.post(address_of(row))
    assert received.headers["Location"] == address_of(row)
    assert left_over(visitor.get(address_of(row))) == []
    letter_cases.answer(site.office, row.id, add_officer(site.office))
    assert left_over(visitor.get(address_of(row))) == []
    assert left_over(visitor.get("/quejas/carta/nada?lang=en")) == []


def test_a_letter_in_english_reads_as_english(site: Site) -> None:
    visitor = site.visitor()
    form = visitor.get(FORM).text
    assert "We answer within" in form
    refused = visitor.post(FORM, {**FIELDS, "body": "Poco."}, page=FORM)
    assert "Tell what happened in 20 letters or more." in refused.text
    assert 'href="/quejas/nueva/queja"' in refused.text, "the way to Spanish leads to the form"


@pytest.mark.usefixtures("marked")
def test_so_is_the_photo_of_a_false_document(site: Site) -> None:
    visitor = site.visitor()
    letter_id = letter_cases.received(site.office, LetterKind.FALSE_DOCUMENT)
    row = letter_cases.letter(site.office, letter_id)
    assert left_over(visitor.get(address_of(row))) == []
    address = address_of(row).replace("?", "/foto?")
    missing = visitor.client.post(address, data={}, content_type="multipart/form-data")
    assert (missing.status_code, left_over(missing)) == (422, [])
