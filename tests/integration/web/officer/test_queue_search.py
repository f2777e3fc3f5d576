"""Search among officers' cases: what it finds, and what it asks about."""

from uuid import UUID

import pytest
from flask.testing import FlaskClient

from review_service.db.models import ApplicationRow
from review_service.db.queries import keyset
from review_service.db.queries.keyset import NEWEST_LOOKED_AT
from review_service.db.queries.officer.queue import (
    search_page,
)
from review_service.db.queries.officer.queue_entries import QueueEntry
from review_service.domain.applications import ApplicationState
from review_service.domain.roles import OfficerRole
from tests.factories import OTHER_RUC, RUC, Office
from tests.integration.services import letter_cases
from tests.integration.web.officer.desk_cases import (
    WebOffice,
    add_reviewer,
    approve,
    put_case,
    sign_in,
)
from tests.integration.web.officer.test_queue_filters import OTAVALO, QUITO, put
from tests.integration.web.officer.test_text_search import put_text


@pytest.mark.parametrize("looked_at", [NEWEST_LOOKED_AT, 0])
def test_search_forgives_accents_and_finds_reference_ruc_and_name(
    office: Office, monkeypatch: pytest.MonkeyPatch, looked_at: int
) -> None:
    monkeypatch.setattr(keyset, "NEWEST_LOOKED_AT", looked_at)
    put_case(office)
    put_case(office, ruc=OTHER_RUC)
    found = {
        text: [entry.holder for entry in search(office, text)]
        for text in (
            "tituana quilumba",
            "TITUAÑA",
            "quil titu",
            "300000",
            OTHER_RUC,
            "nadie",
            "%",
            "_",
            "-.",
        )
    }
    maria, maigua = "TITUAÑA QUILUMBA MARIA", "TALLER MAIGUA E HIJOS"
    assert found == {
        "tituana quilumba": [maria],
        "TITUAÑA": [maria],
        "quil titu": [maria],
        "300000": [maria],
        OTHER_RUC: [maigua],
        "nadie": [],
        "%": [],
        "_": [],
        "-.": [],
    }


@pytest.mark.parametrize("looked_at", [NEWEST_LOOKED_AT, 0])
def test_search_finds_numbers_trades_and_names_however_they_are_typed(
    office: Office, web: WebOffice, monkeypatch: pytest.MonkeyPatch, looked_at: int
) -> None:
    monkeypatch.setattr(keyset, "NEWEST_LOOKED_AT", looked_at)
    case, other = put_case(office), put_case(office, ruc=OTHER_RUC)
    number = approve(office, case, add_reviewer(web))
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, other)
        row.holder = "CAN\u0303AR, 100% LANA_FINA S.A."
        row.sheet = {**row.sheet, "trade": "Cerámica, vidrio y 50% de yeso"}
        reference = row.reference
        uow.commit()
    year = reference.split("-")[1]
    wanted = {
        case: (
            number,
            f"N.º {number.replace('-', ' ')}.",
            number.replace("-", "–").lower(),
            number.replace("-", ""),
            f"{number[:-6]}{int(number[-6:])}",
            "tejidos a mano",
            f"{RUC[:3]} {RUC[3:10]} {RUC[10:]}",
            f"RUC: {RUC[:10]}-{RUC[10:]}",
            "Tituaña, María",
            f"Tituaña {RUC[:2]}",
        ),
        other: (
            reference.lower(),
            reference.replace("-", " "),
            f"AR {year} {int(reference[-6:])}",
            "cerámica",
            "CERAMICA VIDRIO",
            "cañar, lana",
            "100%",
            "50% yeso",
            "lana_fina",
            "s.a.",
        ),
    }
    found = {
        (identifier, text): [entry.id for entry in search(office, text)]
        for identifier, texts in wanted.items()
        for text in texts
    }
    assert found == {key: [key[0]] for key in found}
    assert search(office, "lana%fina") == ()
    assert search(office, "l_na") == ()


def test_for_two_letters_only_the_newest_are_searched_and_the_page_says_so(
    browser: FlaskClient, office: Office, officer_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = put_case(office), put_case(office, ruc=OTHER_RUC)
    number = approve(office, old, officer_id)
    approve(office, new, officer_id)
    for address in ("/revision", "/revision/acuerdos"):
        whole = browser.get(address, query_string={"q": "qu"}).text
        assert (number in whole or str(old) in whole, "más reciente" in whole) == (True, False)
    monkeypatch.setattr(keyset, "NEWEST_LOOKED_AT", 0)
    for address in ("/revision", "/revision/acuerdos"):
        part = browser.get(address, query_string={"q": "qu"}).text
        assert "No encontramos «qu»" in part
        assert "buscamos solo entre lo más reciente" in part
        longer = browser.get(address, query_string={"q": "qu tituaña"}).text
        assert (str(old) in longer, "más reciente" in longer) == (True, False)


def test_a_search_that_finds_nothing_asks_what_was_meant(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    case, draft = put_case(office), put_case(office, ruc=OTHER_RUC)
    number = approve(office, case, officer_id)
    with office.writing() as uow:
        reference = uow.session.get_one(ApplicationRow, case).reference
        uow.session.get_one(ApplicationRow, draft).confirmed_at = None
        uow.commit()
    near = {
        f"{reference[:-1]}9": reference,
        f"{number[:-1]}8": number,
        f"{RUC[:-1]}2": RUC,
        RUC[1:]: RUC,
    }
    for text, meant in near.items():
        page = browser.get("/revision", query_string={"q": text}).text
        assert "¿Quiso decir" in page, text
        assert f">{meant}</a>" in page
        assert f'value="{text}"' in page
    for text in ("zzz", f"{OTHER_RUC[:-1]}2"):
        assert "¿Quiso decir" not in browser.get("/revision", query_string={"q": text}).text


def test_the_acuerdos_propose_no_case_that_has_none(browser: FlaskClient, office: Office) -> None:
    """Its link would lead to the very page that found nothing."""
    case = put_case(office)
    with office.reading() as uow:
        reference = uow.session.get_one(ApplicationRow, case).reference
    page = browser.get("/revision/acuerdos", query_string={"q": reference}).text
    assert "¿Quiso decir" not in page
    assert browser.get("/revision", query_string={"q": reference}).text.count(reference) > 1


def test_search_finds_a_decided_case_too_but_no_draft(office: Office) -> None:
    case = put_case(office)
    with office.writing() as uow:
        uow.session.get_one(ApplicationRow, case).state = ApplicationState.WITHDRAWN
        uow.commit()
    assert [entry.id for entry in search(office, "AR-20")] == [case]
    with office.writing() as uow:
        uow.session.get_one(ApplicationRow, case).confirmed_at = None
        uow.commit()
    assert search(office, "AR-20") == ()


def search(office: Office, text: str) -> tuple[QueueEntry, ...]:
    """Return what a search finds."""
    with office.reading() as uow:
        return search_page(uow, text=text, cursor=None).entries


def test_one_box_finds_applications_letters_and_words_on_pages(
    browser: FlaskClient, office: Office
) -> None:
    """Each kind under its own heading; an application says what of it was meant."""
    scanned = put_text(office, "Acuerdo de la titular de telares tituana")
    page = browser.get("/revision", query_string={"q": "tituaña"}).text
    assert '<h2 class="group">Solicitudes</h2>' in page
    assert "Coincide: Nombre" in page
    assert "Palabras en las páginas" in page
    assert "<mark>tituana</mark>" in page
    page = browser.get("/revision", query_string={"q": "telares"}).text
    assert "Ninguna solicitud lleva «telares»" in page
    assert f"/revision/casos/{scanned}?documento=" in page
    page = browser.get("/revision", query_string={"q": f"{RUC[:3]} {RUC[3:]}"}).text
    assert "Coincide: RUC" in page


def test_a_letter_is_found_by_its_number_and_by_who_wrote_it(
    browser: FlaskClient, office: Office
) -> None:
    number = letter_cases.letter(office, letter_cases.received(office)).number or ""
    for text in (number, number.lower(), "quishpe"):
        page = browser.get("/revision", query_string={"q": text}).text
        assert '<h2 class="group">Cartas</h2>' in page, text
        assert number in page


def test_an_issued_number_is_said_beside_the_application(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    number = approve(office, put_case(office), officer_id)
    page = browser.get("/revision", query_string={"q": f"N.º {number.replace('-', ' ')}"}).text
    assert "Coincide: Número del documento" in page
    assert f"<small>{number}</small>" in page


def test_who_may_not_read_files_finds_no_words_of_pages(office: Office, web: WebOffice) -> None:
    put_text(office, "Acuerdo de la titular de telares")
    add_reviewer(web, role=OfficerRole.AUDITOR)
    page = sign_in(web).get("/revision", query_string={"q": "telares"}).text
    assert "Palabras en las páginas" not in page
    assert "No encontramos «telares»" in page


@pytest.mark.parametrize("looked_at", [NEWEST_LOOKED_AT, 0])
def test_with_a_filter_only_what_is_in_review_and_like_it_is_searched(
    browser: FlaskClient, office: Office, monkeypatch: pytest.MonkeyPatch, looked_at: int
) -> None:
    monkeypatch.setattr(keyset, "NEWEST_LOOKED_AT", looked_at)
    own, elsewhere, decided = (put(office, place) for place in (OTAVALO, QUITO, OTAVALO))
    with office.writing() as uow:
        uow.session.get_one(ApplicationRow, decided).state = ApplicationState.WITHDRAWN
        uow.commit()
    page = browser.get("/revision", query_string={"q": "pilla chango", "zona": "Zonal 1"}).text
    assert str(own) in page
    assert str(elsewhere) not in page
    assert str(decided) not in page
    assert "Solo entre las por revisar" in page
    page = browser.get("/revision", query_string={"q": "pilla chango", "zona": "Zonal 7"}).text
    assert "Buscar «pilla chango» en todo" in page
    page = browser.get("/revision", query_string={"q": "pilla chango"}).text
    assert all(str(case) in page for case in (own, elsewhere, decided))
