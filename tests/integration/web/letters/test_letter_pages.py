"""Letters to the service, as who writes them sees it: no session, no script, no word lost."""

import html
import re
from datetime import timedelta

import pytest

from review_service.db.models import LetterRow
from review_service.domain.letters import MOST_BODY, LetterKind, LetterState
from review_service.domain.numbering import link_token
from review_service.domain.request_limits import LETTER_RECIPIENT
from tests.factories import SECRET, add_officer
from tests.integration.services import letter_cases, steps
from tests.integration.services.letter_cases import ADDRESS, ANSWER, BODY
from tests.integration.web.site import Site, Visitor

COMPLAINT = "/quejas/nueva/queja"
FIELDS = {"name": "Rosa Quishpe", "email": ADDRESS, "body": BODY}


def letters(site: Site) -> list[LetterRow]:
    return steps.rows(site.office, LetterRow)


def address_of(row: LetterRow) -> str:
    return f"/quejas/carta/{link_token(SECRET, row.id)}"


def test_who_does_not_sign_in_writes_confirms_and_reads_the_answer(site: Site) -> None:
    visitor = site.visitor()
    sent = visitor.post(COMPLAINT, FIELDS, page=COMPLAINT)
    assert (sent.status_code, sent.headers["Location"]) == (303, "/quejas/enviada")
    told = visitor.get("/quejas/enviada").text
    assert "ro•••@correo.example" in told
    (row,) = letters(site)
    asked = site.visitor().get(address_of(row))
    assert "Enviar mi carta" in asked.text
    assert asked.headers["Referrer-Policy"] == "no-referrer"
    assert asked.headers["Cache-Control"] == "no-store"
    assert letters(site)[0].state is LetterState.UNCONFIRMED, "opening confirms nothing"
    received = site.visitor().client.post(address_of(row))
    assert (received.status_code, received.headers["Location"]) == (303, address_of(row))
    page = site.visitor().get(address_of(row)).text
    number = letters(site)[0].number
    assert f"<strong>{number}</strong> · Queja" in page
    assert "es un compromiso del servicio" in page
    assert "plazo legal" not in page
    letter_cases.answer(site.office, row.id, add_officer(site.office))
    page = site.visitor().get(address_of(row)).text
    assert "Respondimos su carta" in page
    assert ANSWER in page


def test_a_second_press_shows_the_same_receipt(site: Site) -> None:
    letter_id = letter_cases.write(site.office)
    row = letter_cases.letter(site.office, letter_id)
    for _ in range(2):
        assert site.visitor().client.post(address_of(row)).status_code == 303
    assert len(steps.events(site.office, "letter_received")) == 1


def hidden(page: str, name: str) -> str:
    [value] = re.findall(rf'name="{name}"\s+value="([^"]+)"', page)
    return str(value)


@pytest.mark.parametrize("is_signed_in", [True, False])
def test_a_form_that_is_sent_twice_is_one_letter(site: Site, *, is_signed_in: bool) -> None:
    visitor = site.applicant() if is_signed_in else site.visitor()
    key = hidden(visitor.get(COMPLAINT).text, "form_key")
    first, again = (
        visitor.post(COMPLAINT, {**FIELDS, "form_key": key}, page=COMPLAINT) for _ in range(2)
    )
    assert again.status_code == 303
    assert first.headers["Location"] == again.headers["Location"]
    assert len(letters(site)) == 1
    visitor.post(COMPLAINT, {**FIELDS, "body": f"{BODY} Ayer.", "form_key": key}, page=COMPLAINT)
    assert len(letters(site)) == 2, "other words are another letter"


def test_the_key_of_a_form_stays_when_it_is_shown_again(site: Site) -> None:
    visitor = site.visitor()
    key = hidden(visitor.get(COMPLAINT).text, "form_key")
    page = visitor.post(COMPLAINT, {**FIELDS, "name": "", "form_key": key}, page=COMPLAINT)
    assert hidden(page.text, "form_key") == key
    page = visitor.post(COMPLAINT, {**FIELDS, "name": "", "form_key": "<b>"}, page=COMPLAINT)
    assert hidden(page.text, "form_key") not in {key, "<b>"}


def test_who_is_signed_in_gets_the_receipt_at_once(site: Site) -> None:
    visitor = site.applicant()
    page = visitor.get(COMPLAINT).text
    assert 'name="email"' not in page
    sent = visitor.post(COMPLAINT, {"body": BODY}, page=COMPLAINT)
    (row,) = letters(site)
    assert (sent.status_code, sent.headers["Location"]) == (303, address_of(row))
    assert (row.email, row.state) == ("maria@correo.example", LetterState.OPEN)
    assert str(row.number) in visitor.get(address_of(row)).text


@pytest.mark.parametrize(
    ("kind", "fields", "place"),
    [
        ("queja", {"body": "mal"}, "body"),
        ("queja", {"email": "rosa"}, "email"),
        ("queja", {"name": ""}, "name"),
        ("apelacion", {"about": ""}, "about"),
        ("datos-personales", {}, "request"),
        ("datos-personales", {"request": "poema"}, "request"),
    ],
)
def test_what_is_missing_is_said_at_its_field_and_the_words_stay(
    visitor: Visitor, kind: str, fields: dict[str, str], place: str
) -> None:
    address = f"/quejas/nueva/{kind}"
    page = visitor.post(address, {**FIELDS, "about": "AR-2026-000001", **fields}, page=address)
    assert page.status_code == 422
    assert f'href="#{place}"' in page.text
    for name, words in {**FIELDS, **fields}.items():
        assert name == "request" or html.escape(words) in page.text, name


def test_a_form_that_stood_open_for_too_long_keeps_its_words(site: Site) -> None:
    page = site.visitor().client.post(COMPLAINT, data={**FIELDS, "csrf_token": "of yesterday"})
    assert page.status_code == 422
    assert BODY in page.text
    assert "estuvo abierto mucho tiempo" in page.text
    assert letters(site) == []


def test_past_the_limit_it_is_said_until_when_and_the_words_stay(site: Site) -> None:
    for _ in range(LETTER_RECIPIENT.count):
        letter_cases.received(site.office)
    page = site.visitor().post(COMPLAINT, FIELDS, page=COMPLAINT)
    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) > 0
    assert re.search(r"Podrá enviar esta (a las|el) \d", page.text)
    assert BODY in page.text


def test_a_full_box_leads_its_owner_to_the_own_letter_and_nobody_else(site: Site) -> None:
    ids = [letter_cases.write(site.office) for _ in range(LETTER_RECIPIENT.count)]
    owner = site.visitor()
    assert owner.post(COMPLAINT, FIELDS, page=COMPLAINT).status_code == 303
    assert "Abra el enlace de cualquiera de ellos" in owner.get("/quejas/enviada").text
    [own] = [row for row in letters(site) if row.id not in ids]
    mailed = address_of(letter_cases.letter(site.office, ids[0]))
    assert address_of(own) in owner.get(mailed).text
    owner.client.post(mailed)
    assert address_of(own) in owner.get(mailed).text, "this browser pressed the mailed link"
    assert address_of(own) not in site.visitor().get(mailed).text, "a receipt may be passed on"


def test_a_text_of_the_length_that_browsers_let_type_is_taken(site: Site) -> None:
    lines = "\r\n".join(["Nadie me atendió."] * 200)
    typed = lines + "a" * (MOST_BODY - len(lines.replace("\r\n", "\n")))
    sent = site.visitor().post(COMPLAINT, {**FIELDS, "body": typed}, page=COMPLAINT)
    assert sent.status_code == 303
    assert len(letters(site)[0].body) == MOST_BODY


def test_a_wrong_link_and_one_that_is_over_say_so(site: Site) -> None:
    assert site.visitor().get("/quejas/carta/nada").status_code == 410
    row = letter_cases.letter(site.office, letter_cases.write(site.office))
    steps.make_older(site.office, row, "confirm_by", by=timedelta(days=8))
    for answer in (
        site.visitor().get(address_of(row)),
        site.visitor().client.post(address_of(row)),
    ):
        assert answer.status_code == 410
        assert "Este enlace se venció" in answer.text


def test_a_letter_past_its_term_says_so(site: Site) -> None:
    row = letter_cases.letter(site.office, letter_cases.received(site.office))
    with site.office.writing() as uow:
        stored = uow.session.get(LetterRow, row.id)
        assert stored is not None
        assert stored.due_on is not None
        stored.due_on -= timedelta(days=60)
        uow.commit()
    assert "Disculpe la demora" in site.visitor().get(address_of(row)).text


@pytest.mark.parametrize("kind", LetterKind)
def test_each_kind_has_a_page_that_says_its_term(visitor: Visitor, kind: LetterKind) -> None:
    assert f"/quejas/nueva/{kind.slug}" in visitor.get("/quejas").text
    page = visitor.get(f"/quejas/nueva/{kind.slug}", query_string={"sobre": "AR-2026-000007"})
    assert page.status_code == 200
    assert "es un compromiso del servicio" in page.text
    assert 'value="AR-2026-000007"' in page.text
    assert ("artículo 224" in page.text) is (kind is LetterKind.APPEAL)


def test_another_kind_is_not_there(visitor: Visitor) -> None:
    assert visitor.get("/quejas/nueva/poema").status_code == 404


def test_markup_in_a_letter_is_text(site: Site) -> None:
    words = "<script>alert(1)</script> y nadie me atendió"
    row = letter_cases.letter(site.office, letter_cases.write(site.office, body=words))
    page = site.visitor().get(address_of(row)).text
    assert "<script>alert" not in page
    assert html.escape(words) in page


@pytest.mark.parametrize("page", ["/", "/ayuda", "/oficinas", "/verificar"])
def test_every_public_page_leads_to_letters(visitor: Visitor, page: str) -> None:
    assert 'href="/quejas"' in visitor.get(page).text


@pytest.mark.parametrize(
    ("typed", "leads_to"),
    [
        ("poner una queja", "/quejas"),
        ("reclamo", "/quejas"),
        ("apelar", "/quejas/nueva/apelacion"),
        ("me negaron la solicitud", "/quejas/nueva/apelacion"),
        ("documento falso", "/quejas/nueva/documento-falso"),
        ("eliminar mis datos", "/quejas/nueva/datos-personales"),
    ],
)
def test_the_search_leads_there(visitor: Visitor, typed: str, leads_to: str) -> None:
    page = visitor.get("/buscar", query_string={"q": typed}).text
    body = page[page.index("<main") : page.index("</main>")]
    found = [link for link in re.findall(r'href="([^"]+)"', body) if link != "/buscar"]
    assert leads_to in found[:3]
