"""The photo of a false document on the page of its letter: no script, no word lost."""

from collections.abc import Callable
from http import HTTPStatus
from io import BytesIO
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from review_service.db.models import LetterPhotoRow
from review_service.domain.letters import LetterKind, LetterPhotoState
from review_service.domain.limits import MEBIBYTE
from review_service.domain.numbering import link_token
from review_service.domain.refusals import RefusalReason
from review_service.domain.request_limits import LETTER_PHOTO
from tests.factories import SECRET, add_officer
from tests.integration.services import letter_cases, steps
from tests.integration.services.letter_cases import BODY
from tests.integration.services.steps import JPEG
from tests.integration.web.site import Site

FORM = 'enctype="multipart/form-data"'


@pytest.fixture
def letter_id(site: Site) -> UUID:
    return letter_cases.received(site.office, LetterKind.FALSE_DOCUMENT)


def page_of(letter_id: UUID) -> str:
    return f"/quejas/carta/{link_token(SECRET, letter_id)}"


def read(site: Site, letter_id: UUID) -> str:
    return site.visitor().get(page_of(letter_id)).text


def send(
    site: Site, letter_id: UUID, content: bytes = JPEG, name: str = "papel.jpg"
) -> TestResponse:
    answer = site.visitor().client.post(
        f"{page_of(letter_id)}/foto", data={"foto": (BytesIO(content), name)}, buffered=True
    )
    answer.request.environ["wsgi.input"].close()
    return answer


def photos(site: Site) -> list[LetterPhotoRow]:
    return steps.rows(site.office, LetterPhotoRow)


def test_the_form_of_the_letter_tells_that_a_photo_comes_after_it(site: Site) -> None:
    assert "puede añadir una foto" in site.visitor().get("/quejas/nueva/documento-falso").text
    assert "una foto" not in site.visitor().get("/quejas/nueva/queja").text


def test_a_photo_is_sent_from_the_page_and_told_there_and_shown_to_nobody(
    site: Site, letter_id: UUID
) -> None:
    assert FORM in read(site, letter_id)
    sent = send(site, letter_id)
    assert (sent.status_code, sent.headers["Location"]) == (303, page_of(letter_id))
    page = read(site, letter_id)
    assert "todavía la estamos revisando" in page
    assert FORM not in page
    letter_cases.check_photo(site.office)
    page = read(site, letter_id)
    assert "Solo la ve quien responde" in page
    assert "<img" not in page.split("<main", 1)[1]


def test_the_same_photo_again_is_no_mistake_and_another_one_is(site: Site, letter_id: UUID) -> None:
    send(site, letter_id)
    assert send(site, letter_id).status_code == HTTPStatus.SEE_OTHER
    other = send(site, letter_id, JPEG + b"another")
    assert other.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Esta carta ya tiene otra foto." in other.text
    assert len(photos(site)) == 1


def test_a_refused_photo_says_why_and_another_may_be_sent(site: Site, letter_id: UUID) -> None:
    send(site, letter_id)
    letter_cases.check_photo(site.office, RefusalReason.INFECTED)
    page = read(site, letter_id)
    assert RefusalReason.INFECTED.sentence in page
    assert FORM in page
    assert send(site, letter_id).status_code == 303


def test_of_a_photo_that_could_not_be_checked_no_pdf_is_spoken(site: Site, letter_id: UUID) -> None:
    send(site, letter_id)
    letter_cases.check_photo(site.office, RefusalReason.TOO_COSTLY)
    page = read(site, letter_id)
    assert "Tome otra foto y envíela" in page
    assert "PDF" not in page.split("<main", 1)[1]


HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200)


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"", "papel.jpg", "está vacío"),
        (HEIC, "IMG_1.HEIC", "formato HEIC"),
        (b"%PDF-1.7 " * 9, "papel.pdf", "Tome una foto del papel"),
        (b"<svg/>" * 9, "papel.jpg", "no es una foto JPG o PNG"),
        (JPEG + bytes(15 * MEBIBYTE), "papel.jpg", "pesa más de 15 MB"),
        (JPEG + bytes(30 * MEBIBYTE), "papel.jpg", "Su carta ya está recibida"),
    ],
    ids=["empty", "heic", "pdf", "svg", "too_large", "much_too_large"],
)
def test_what_is_no_photo_gets_a_plain_sentence_and_costs_no_word(
    site: Site, letter_id: UUID, content: bytes, name: str, told: str
) -> None:
    answer = send(site, letter_id, content, name)
    assert answer.status_code in {
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    }
    assert told in answer.text
    page = read(site, letter_id)
    assert BODY in page
    assert FORM in page
    assert photos(site) == []
    assert list(site.office.store.keys("staging/")) == []


def test_no_file_is_asked_for_at_its_field(site: Site, letter_id: UUID) -> None:
    answer = send(site, letter_id, b"", "")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Elija o tome primero la foto." in answer.text
    assert 'aria-describedby="foto-hint foto-problem"' in answer.text
    assert BODY in answer.text


def test_past_the_limit_the_page_says_so_and_until_when(site: Site, letter_id: UUID) -> None:
    for _ in range(LETTER_PHOTO.count):
        assert send(site, letter_id, b"nada de foto").status_code == 422
    answer = send(site, letter_id)
    assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert answer.headers["Retry-After"]
    assert "Hoy ya envió cinco fotos" in answer.text
    other = letter_cases.received(site.office, LetterKind.FALSE_DOCUMENT, email="o@correo.example")
    assert send(site, other).status_code == 303, "another letter is not kept out"


@pytest.mark.parametrize(
    "make",
    [
        lambda site: letter_cases.write(site.office, LetterKind.FALSE_DOCUMENT),
        lambda site: letter_cases.received(site.office),
    ],
    ids=["unconfirmed", "complaint"],
)
def test_other_letters_take_none(site: Site, make: Callable[[Site], UUID]) -> None:
    letter_id = make(site)
    assert FORM not in read(site, letter_id)
    assert send(site, letter_id).status_code == HTTPStatus.GONE
    assert photos(site) == []


def test_an_answered_letter_takes_none_and_says_so(site: Site, letter_id: UUID) -> None:
    letter_cases.answer(site.office, letter_id, add_officer(site.office))
    assert FORM not in read(site, letter_id)
    answer = send(site, letter_id)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "no recibe más fotos" in answer.text


def test_who_signed_in_sends_one_and_finds_it_in_the_archive(site: Site) -> None:
    letter_id = letter_cases.write_signed_in(site.office, LetterKind.FALSE_DOCUMENT)
    assert send(site, letter_id).status_code == 303
    letter_cases.check_photo(site.office)
    assert photos(site)[0].state is LetterPhotoState.KEPT
    applicant = site.applicant()
    page = applicant.get("/solicitudes/mis-datos").text
    assert "cartas: 1 archivo" in page
