"""Anybody asks; the answer is one word, the paper's own facts, and the same page for all."""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from review_service.db.models import AgreementRow
from review_service.domain.agreements import AgreementState
from review_service.domain.file_identity import find_identifier
from review_service.domain.limits import MAX_SHOWN_BYTES
from review_service.domain.request_limits import VERIFY_TYPED
from review_service.domain.terms import ecuador_day
from tests.factories import RUC, Office
from tests.integration.services import steps
from tests.integration.services.counted import set_count, until_held_up
from tests.integration.web.verify.conftest import Paper


def word(answer: TestResponse) -> str:
    """Return the one word on top of the page."""
    found = re.search(r'<div class="answer (\w+)".*?</svg>\s*(.*?)\s*</h1>', answer.text, re.DOTALL)
    assert found is not None, answer.text
    return f"{found[2]} ({found[1]})"


def typed(browser: FlaskClient, number: str, code: str) -> TestResponse:
    return browser.post("/verificar", data={"number": number, "code": code})


def sent(browser: FlaskClient, content: bytes) -> TestResponse:
    """Send the file as a browser without scripts does."""
    head = b'--b\r\nContent-Disposition: form-data; name="archivo"; filename="a.pdf"\r\n\r\n'
    return browser.post(
        "/verificar/archivo",
        data=head + content + b"\r\n--b--\r\n",
        content_type="multipart/form-data; boundary=b",
    )


def told(browser: FlaskClient, content: bytes) -> TestResponse:
    """Send what our script sends: the fingerprint alone."""
    return browser.post(
        "/verificar/archivo",
        data={
            "sha256": hashlib.sha256(content).hexdigest(),
            "identifiers": ",".join(found.hex() for found in find_identifier(content)),
        },
    )


def without_the_hour(page: str) -> str:
    """Return the page without what differs by itself: the hour, and what was typed."""
    typed_left = re.sub(r'(name="(?:number|code)"\s+value=)"[^"]*"', r"\1", page)
    typed_left = re.sub(r"Número consultado: <strong>.*?</strong>", "", typed_left)
    typed_left = re.sub(r"sobre=[^\"]*", "", typed_left)
    typed_left = re.sub(r'href="/v/[^"]*lang=en"', "", typed_left)  # the same page in English
    return re.sub(r"\d{2}h\d{2}", "", typed_left)


def test_a_scanned_paper_in_force_shows_its_facts(browser: FlaskClient, paper: Paper) -> None:
    answer = browser.get(f"/v/{paper.token}")
    assert answer.status_code == 200
    assert word(answer) == "Vigente (good)"
    for fact in (
        paper.number,
        "TITUAÑA QUILUMBA MARIA",
        "RUC 3000••••••001",
        "Tejidos a mano (C139209)",
        "Otavalo, Imbabura",
        "2 firmas electrónicas válidas",
        "El archivo firmado dice lo mismo que este registro",
        "firmas y contenido",
        "localhost:8000",
        "hora de Ecuador",
        "<strong>Compare el nombre con la cédula</strong>",
    ):
        assert fact in answer.text
    assert RUC not in answer.text
    assert "Calle Sucre" not in answer.text


def test_number_and_code_are_forgiven_their_spelling(browser: FlaskClient, paper: Paper) -> None:
    assert word(typed(browser, paper.number, paper.code)) == "Vigente (good)"
    loose = paper.code.replace("-", " ").lower()
    assert word(typed(browser, f" {paper.number.lower()} ", loose)) == "Vigente (good)"


def test_the_day_of_expiry_still_counts(browser: FlaskClient, office: Office, paper: Paper) -> None:
    for days, answer in ((0, "Vigente (good)"), (-1, "Caducado (doubt)")):
        with office.writing() as uow:
            until = ecuador_day(uow.now) + timedelta(days=days)
            row = uow.session.scalars(sa.select(AgreementRow)).one()
            row.valid_until = until
            row.snapshot = {**row.snapshot, "valid_until": until.isoformat()}
            uow.commit()
        steps.prove_as_it_is(office, paper.id)
        assert word(browser.get(f"/v/{paper.token}")) == answer
    assert "pero caducó el" in browser.get(f"/v/{paper.token}").text


@pytest.mark.parametrize("asked", [sent, told])
def test_the_very_file_is_in_force_and_a_changed_one_altered(
    browser: FlaskClient, paper: Paper, asked: Callable[[FlaskClient, bytes], TestResponse]
) -> None:
    same = asked(browser, paper.pdf)
    assert word(same) == "Vigente (good)"
    assert "Este archivo es idéntico al que emitimos" in same.text
    changed = asked(browser, paper.pdf.replace(b"%PDF-1.7", b"%PDF-1.6"))
    assert word(changed) == "Alterado (bad)"
    assert "El documento verdadero dice esto." in changed.text
    assert "TITUAÑA QUILUMBA MARIA" in changed.text
    foreign = asked(browser, b"%PDF-1.7 /ID [<" + b"0f" * 16 + b">] %%EOF")
    assert word(foreign) == "No consta (quiet)"


def test_a_file_with_many_claims_is_still_hashed_to_its_end(
    browser: FlaskClient, office: Office, paper: Paper
) -> None:
    claims = b" ".join(b"uuid:%032x" % n for n in range(100))
    content = paper.pdf + claims + b"x" * 600_000
    with office.writing() as uow:
        row = uow.session.scalars(sa.select(AgreementRow)).one()
        row.sha256 = hashlib.sha256(content).hexdigest()
        uow.commit()
    steps.prove_as_it_is(office, paper.id)
    assert word(sent(browser, content)) == "Vigente (good)"


def test_unknown_malformed_and_wrong_look_alike(browser: FlaskClient, paper: Paper) -> None:
    scanned = [
        browser.get("/v/" + "a" * 26),
        browser.get("/v/x"),
        browser.get("/v/" + "%00%ff" * 40),
        browser.get(f"/v/{paper.token.upper()}"),
    ]
    written = [
        typed(browser, paper.number, "0000-0000-0000"),
        typed(browser, "MPCEI-MDT-2026-999999", paper.code),
        typed(browser, "'; DROP TABLE agreements; --", "<script>"),
    ]
    for answers in (scanned, written):
        assert {answer.status_code for answer in answers} == {200}
        assert len({without_the_hour(answer.text) for answer in answers}) == 1
        assert word(answers[0]) == "No consta (quiet)"
        assert "los más antiguos pueden no constar aquí" in answers[0].text
        assert "soporterum@produccion.gob.ec" in answers[0].text


def test_a_number_typed_as_printed_is_in_force(browser: FlaskClient, paper: Paper) -> None:
    for number in (f"N.º {paper.number.replace('-', ' ')}.", paper.number.replace("-", "–")):
        assert word(typed(browser, number, paper.code)) == "Vigente (good)"


def test_a_warning_of_a_false_paper_begins_with_its_number(
    browser: FlaskClient, paper: Paper
) -> None:
    page = typed(browser, "MPCEIP-2026-999999" + "9" * 200, "ABCDEFGHJKLM").text
    assert "documento-falso?sobre=MPCEIP-2026-999999" in page
    assert "9" * 81 not in page.partition("documento-falso?sobre=")[2].partition('"')[0]
    scanned = browser.get(f"/v/{paper.token}").text
    assert f"documento-falso?sobre={paper.number}" in scanned


def test_the_form_keeps_what_was_typed(browser: FlaskClient, paper: Paper) -> None:
    answer = typed(browser, "MPCEI <999>", "7k4m 0000 0000")
    assert word(answer) == "No consta (quiet)"
    assert 'value="MPCEI &lt;999&gt;"' in answer.text
    assert 'value="7k4m 0000 0000"' in answer.text
    assert paper.number not in answer.text
    assert 'name="number"' not in browser.get("/v/x").text


def test_a_near_miss_is_asked_back_and_one_press_verifies_it(
    browser: FlaskClient, paper: Paper
) -> None:
    slip = f"{paper.number[:-1]}7"
    answer = typed(browser, slip, paper.code)
    assert word(answer) == "No consta (quiet)"
    assert f'¿Quiso decir <span class="whole">{paper.number}</span>?' in answer.text
    assert "TITUAÑA" not in answer.text
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', answer.text))
    assert word(browser.post("/verificar", data=fields)) == "Vigente (good)"
    for code in ("0000-0000-0000", paper.code[:-1]):
        assert "¿Quiso decir" not in typed(browser, slip, code).text


def test_a_number_alone_opens_nothing(browser: FlaskClient, paper: Paper) -> None:
    answer = typed(browser, paper.number, "  ")
    assert answer.status_code == 422
    assert "Escriba el código" in answer.text
    assert paper.number in answer.text
    assert "TITUAÑA" not in answer.text


def test_what_is_not_published_yet_is_unknown(
    browser: FlaskClient, office: Office, paper: Paper
) -> None:
    with office.writing() as uow:
        row = uow.session.scalars(sa.select(AgreementRow)).one()
        row.state, row.published_at = AgreementState.STORED, None
        uow.commit()
    assert word(browser.get(f"/v/{paper.token}")) == "No consta (quiet)"


def test_every_answer_keeps_its_address_to_itself_and_sets_no_cookie(
    browser: FlaskClient, paper: Paper
) -> None:
    for answer in (
        browser.get(f"/v/{paper.token}"),
        browser.get("/v/x"),
        typed(browser, paper.number, paper.code),
        sent(browser, paper.pdf),
    ):
        assert answer.status_code == 200
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers


def test_guesses_are_counted_and_held_up(
    browser: FlaskClient, paper: Paper, office: Office
) -> None:
    set_count(office, VERIFY_TYPED, "127.0.0.1", VERIFY_TYPED.count - 1)
    last = typed(browser, paper.number, "0" * 12)
    refused = until_held_up(
        lambda: typed(browser, paper.number, "1" * 12), lambda answer: answer.status_code == 429
    )
    assert (last.status_code, refused.status_code) == (200, 429)
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert all("TITUAÑA" not in answer.text for answer in (last, refused))


def test_a_fair_may_scan_more_often_than_it_may_guess(browser: FlaskClient, paper: Paper) -> None:
    statuses = {browser.get(f"/v/{paper.token}").status_code for _ in range(40)}
    assert statuses == {200}


def test_no_file_says_so_and_a_large_one_is_turned_away(browser: FlaskClient) -> None:
    assert browser.post("/verificar/archivo", data={}).status_code == 422
    answer = sent(browser, b"%PDF-" + bytes(MAX_SHOWN_BYTES + 2 * 1024 * 1024))
    assert answer.status_code == 413
    assert "20 MB" in answer.text


def test_a_spoilt_fingerprint_is_no_fingerprint(browser: FlaskClient) -> None:
    for text in ("", "z" * 64, "A" * 64, "a" * 63):
        answer = browser.post("/verificar/archivo", data={"sha256": text})
        assert answer.status_code == 422
    odd = {"sha256": "a" * 64, "identifiers": "x,,0f,<script>," + "0f" * 17}
    assert word(browser.post("/verificar/archivo", data=odd)) == "No consta (quiet)"


def test_another_site_cannot_ask_through_a_visitors_browser(browser: FlaskClient) -> None:
    answer = browser.post(
        "/verificar",
        data={"number": "1", "code": "2"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403
