"""Letters on the officers' desk: the first due first, an answer as it will be sent, once."""

import html
import re
from datetime import timedelta
from uuid import UUID

from flask.testing import FlaskClient

from review_service.db.letters import letter_stamp
from review_service.db.models import LetterRow, OfficerRow
from review_service.db.queries.officer.letters import FIRST_DUE, MOST_OF_CASE
from review_service.domain.letters import LetterKind, LetterState
from review_service.domain.refusals import RefusalReason
from review_service.domain.roles import OfficerRole
from review_service.services.review import reviewing
from tests.factories import Office, add_officer
from tests.integration.services import letter_cases, steps
from tests.integration.services.letter_cases import ANSWER, BODY
from tests.integration.services.steps import JPEG
from tests.integration.services.test_notices import INSTITUTION
from tests.integration.web.officer.desk_cases import approve, put_case, version_of

TRAY = "/revision/cartas"


def fields(office: Office, letter_id: UUID, step: str, words: str = ANSWER) -> dict[str, str]:
    stamp = letter_stamp(letter_cases.letter(office, letter_id))
    return {"version": stamp, "respuesta": words, "paso": step}


def numbers(page: str) -> list[str]:
    return re.findall(r">(Q-\d{4}-\d{6})</a>", page)


def make_late(office: Office, letter_id: UUID) -> None:
    with office.writing() as uow:
        row = uow.session.get_one(LetterRow, letter_id)
        assert row.due_on is not None
        row.due_on -= timedelta(days=60)
        uow.commit()


def test_an_empty_tray_says_so(browser: FlaskClient) -> None:
    page = browser.get(TRAY).text
    assert "Ninguna carta por responder" in page
    assert "por responder</span>" not in page, "the navigation counts nothing"
    assert "Todavía no se respondió" in browser.get(f"{TRAY}?vista=respondidas").text


def test_what_is_late_stands_first_and_what_nobody_confirmed_not_at_all(
    browser: FlaskClient, office: Office
) -> None:
    letter_cases.write(office)
    first = letter_cases.letter(office, letter_cases.received(office))
    late = letter_cases.letter(office, letter_cases.received(office, LetterKind.FALSE_DOCUMENT))
    make_late(office, late.id)
    page = browser.get(TRAY).text
    assert numbers(page) == [late.number, first.number]
    assert page.count("venció el") == 1
    assert re.search(r"2<span class=\"hidden\"> por responder", page)
    assert numbers(browser.get(f"{TRAY}?tipo=queja").text) == [first.number]
    assert numbers(browser.get(f"{TRAY}?vista=respondidas").text) == []


def test_every_letter_is_reached_page_by_page(browser: FlaskClient, office: Office) -> None:
    ids = [
        letter_cases.received(office, email=f"r{place}@correo.example", name=f"Rosa {place} Ñauñay")
        for place in range(FIRST_DUE.size + 2)
    ]
    known = {letter_cases.letter(office, each).number for each in ids}
    first = browser.get(TRAY).text
    [after] = re.findall(r'rel="next"\s+href="([^"]+)"', first)
    second = browser.get(html.unescape(after)).text
    assert set(numbers(first) + numbers(second)) == known
    assert len(numbers(second)) == 2


def test_a_letter_is_found_by_its_number_name_address_or_case(
    browser: FlaskClient, office: Office
) -> None:
    application_id = put_case(office)
    reference = steps.application(office, application_id).reference
    letter_cases.received(office, email="otra@correo.example", name="Ana Ruiz")
    letter_cases.write(office)
    letter_id = letter_cases.received(office, about=reference.replace("-", " ").lower())
    number = letter_cases.letter(office, letter_id).number
    assert number is not None
    for sought in (number.lower(), "quishpe", "ROSA@correo", reference, reference.lower()):
        assert numbers(browser.get(TRAY, query_string={"q": sought}).text) == [number], sought
    letter_cases.answer(office, letter_id, add_officer(office, "bmena"))
    found = browser.get(TRAY, query_string={"q": number}).text
    assert numbers(found) == [number]
    assert "respondida" in found
    for odd in ("100%", "_", "<b>", "Q-2026-999999"):
        page = browser.get(TRAY, query_string={"q": odd}).text
        assert numbers(page) == []
        assert f"No encontramos «{html.escape(odd)}»" in page


def test_a_case_names_its_newest_letters_and_leads_to_all(
    browser: FlaskClient, office: Office
) -> None:
    application_id = put_case(office)
    reference = steps.application(office, application_id).reference
    for place in range(MOST_OF_CASE + 1):
        letter_cases.received(office, email=f"r{place}@correo.example", about=reference)
    case = browser.get(f"/revision/casos/{application_id}").text
    assert len(numbers(case)) == MOST_OF_CASE
    assert f"/revision/cartas?q={reference}" in case


def test_an_answer_is_seen_before_it_is_sent(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    letter_id = letter_cases.received(office)
    address = f"{TRAY}/{letter_id}"
    page = browser.get(address).text
    assert BODY in page
    assert "Escribió sin ingresar" in page
    shown = browser.post(address, data=fields(office, letter_id, "ver")).text
    assert "Esta es la respuesta que recibirá Rosa Quishpe" in shown
    assert f"<p>{ANSWER}</p>" in shown
    assert letter_cases.letter(office, letter_id).state is LetterState.OPEN
    again = browser.post(address, data=fields(office, letter_id, "editar")).text
    assert f">{ANSWER}</textarea>" in again
    sent = browser.post(address, data=fields(office, letter_id, "enviar"))
    assert (sent.status_code, sent.headers["Location"]) == (303, TRAY)
    row = letter_cases.letter(office, letter_id)
    assert (row.answered_by, row.answer) == (officer_id, ANSWER)
    answered = browser.get(f"{TRAY}?vista=respondidas").text
    assert numbers(answered) == [row.number]
    assert "El correo todavía no sale" in browser.get(address).text


def test_who_comes_second_sees_the_answer_and_keeps_the_words(
    browser: FlaskClient, office: Office
) -> None:
    letter_id = letter_cases.received(office)
    form = fields(office, letter_id, "enviar", "Otra respuesta, que llegó tarde.")
    letter_cases.answer(office, letter_id, add_officer(office, "bmena"))
    for step in ("enviar", "ver", "editar"):
        page = browser.post(f"{TRAY}/{letter_id}", data={**form, "paso": step})
        assert page.status_code == 409
        assert "la respondió antes" in page.text
        assert "Otra respuesta, que llegó tarde." in page.text
        assert ANSWER in page.text
    assert len(steps.mails(office, "letter_answered")) == 1


def test_too_little_is_said_at_the_field(browser: FlaskClient, office: Office) -> None:
    letter_id = letter_cases.received(office)
    page = browser.post(f"{TRAY}/{letter_id}", data=fields(office, letter_id, "ver", "Bueno."))
    assert page.status_code == 422
    assert 'href="#respuesta"' in page.text
    assert ">Bueno.</textarea>" in page.text


def test_a_letter_that_is_not_there(browser: FlaskClient, office: Office) -> None:
    unconfirmed = letter_cases.write(office)
    for letter_id in (unconfirmed, UUID(int=7)):
        assert browser.get(f"{TRAY}/{letter_id}").status_code == 404
        form = {"respuesta": ANSWER, "paso": "enviar", "version": "1.0"}
        assert browser.post(f"{TRAY}/{letter_id}", data=form).status_code == 404


def test_a_case_names_its_letters_and_who_refused_answers_no_appeal(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    application_id = put_case(office)
    steps.observe(office, application_id, officer_id)
    reviewing.refuse(
        office.writing(),
        application_id=application_id,
        officer_id=officer_id,
        version=version_of(office, application_id),
        reasons="La actividad registrada no es artesanal.",
        institution=INSTITUTION,
    )
    reference = steps.application(office, application_id).reference
    letter_id = letter_cases.received(office, LetterKind.APPEAL, about=reference)
    number = letter_cases.letter(office, letter_id).number
    case = browser.get(f"/revision/casos/{application_id}").text
    assert "Cartas sobre esta solicitud" in case
    assert numbers(case) == [number]
    page = browser.get(f"{TRAY}/{letter_id}").text
    assert "la apelación la responde otra persona" in page
    assert "no es quien ingresó con ese RUC" in page
    assert "<textarea" not in page
    refused = browser.post(f"{TRAY}/{letter_id}", data=fields(office, letter_id, "enviar"))
    assert refused.status_code == 422
    assert letter_cases.letter(office, letter_id).state is LetterState.OPEN


def test_who_decided_a_case_answers_no_complaint_about_it_and_is_told_who_may(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    application_id = put_case(office)
    approve(office, application_id, officer_id)
    reference = steps.application(office, application_id).reference
    letter_id = letter_cases.received(office, about=reference)
    address = f"{TRAY}/{letter_id}"
    page = " ".join(browser.get(address).text.split())
    assert "Usted decidió esa solicitud: la queja la responde otra persona." in page
    assert "Ninguna otra cuenta puede todavía" in page
    assert "<textarea" not in page
    assert f'href="{TRAY}"' in page
    refused = browser.post(address, data=fields(office, letter_id, "enviar"))
    assert refused.status_code == 422
    assert letter_cases.letter(office, letter_id).state is LetterState.OPEN
    other = add_officer(office, "otra")
    name = steps.stored(office, OfficerRow, other).full_name
    add_officer(office, "audita", role=OfficerRole.AUDITOR)
    page = " ".join(browser.get(address).text.split())
    assert re.search(rf"Pueden responderla: {name} \([^;]+\)\.", page)
    letter_cases.answer(office, letter_id, other)
    assert "Pueden responderla" not in browser.get(address).text


def test_the_photo_of_a_warning_is_shown_on_its_page_and_each_look_is_written_down(
    browser: FlaskClient, office: Office
) -> None:
    letter_id = letter_cases.photographed(office)
    page = browser.get(f"{TRAY}/{letter_id}").text
    assert f'src="{TRAY}/{letter_id}/foto.jpg"' in page
    assert steps.events(office, "letter_photo_shown") == []
    picture = browser.get(f"{TRAY}/{letter_id}/foto.jpg", buffered=True)
    assert picture.data == JPEG + b"made"
    assert picture.headers["Content-Type"] == "image/jpeg"
    assert picture.headers["Cache-Control"] == "private, no-store"
    (event,) = steps.events(office, "letter_photo_shown")
    assert event.subject_id == letter_id


def test_a_photo_that_is_not_kept_is_told_and_not_given(
    browser: FlaskClient, office: Office
) -> None:
    letter_id = letter_cases.received(office, LetterKind.FALSE_DOCUMENT)
    assert "foto.jpg" not in browser.get(f"{TRAY}/{letter_id}").text
    letter_cases.send_photo(office, letter_id)
    page = browser.get(f"{TRAY}/{letter_id}").text
    assert "En revisión" in page
    assert "foto.jpg" not in page
    assert browser.get(f"{TRAY}/{letter_id}/foto.jpg").status_code == 404
    letter_cases.check_photo(office, RefusalReason.INFECTED)
    assert RefusalReason.INFECTED.sentence in browser.get(f"{TRAY}/{letter_id}").text
