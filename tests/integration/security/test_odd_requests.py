"""What no page of ours would send: a refusal each time, never a failure of the service."""

from io import BytesIO
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from review_service.db.models import DocumentRow
from tests.integration.web.applicant.story import complete, draft, send_pdf, send_photos
from tests.integration.web.site import Site, Visitor, finish_checks, jpeg

ODD_WORDS = ["\x00", "a\x00b", "\x1b[31m", "\u202eabc", "' OR 1=1 --", "%", "_", "\\", "😀" * 40]
NUMBERS = ["0", "2147483648", "9223372036854775808", "9" * 30]


def photo_of(site: Site, application_id: UUID) -> UUID:
    """Return one photo of the application."""
    with site.office.reading() as uow:
        photos = sa.select(DocumentRow.id).where(
            DocumentRow.application_id == application_id, DocumentRow.removed_at.is_(None)
        )
        return uow.session.execute(photos.limit(1)).scalar_one()


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("size", ["miniatura", "imagen"])
def test_a_page_number_that_no_database_holds_is_no_page(
    site: Site, applicant: Visitor, number: str, size: str
) -> None:
    application_id = complete(site, applicant)
    photo = photo_of(site, application_id)
    answer = applicant.get(f"/solicitudes/{application_id}/paginas/{photo}/{number}/{size}.jpg")
    assert answer.status_code == 404


@pytest.mark.parametrize("number", NUMBERS)
def test_an_officer_finds_no_such_page_either(officer: FlaskClient, number: str) -> None:
    answer = officer.get(f"/revision/casos/{uuid4()}/paginas/{uuid4()}/{number}.jpg")
    assert answer.status_code == 404


@pytest.mark.parametrize("words", ODD_WORDS)
@pytest.mark.parametrize("place", ["/revision", "/revision/acuerdos"])
def test_a_search_for_odd_signs_finds_nothing_and_does_not_fail(
    officer: FlaskClient, place: str, words: str
) -> None:
    assert officer.get(place, query_string={"q": words}).status_code == 200


@pytest.mark.parametrize("name", ["page-²", "page-①", "page-" + "9" * 5000, "page--1", "page-"])
def test_a_page_that_cannot_be_has_no_theme(site: Site, applicant: Visitor, name: str) -> None:
    application_id = draft(site)
    send_pdf(applicant, application_id, "pdf")
    finish_checks(site.office)
    answer = applicant.post(
        f"/solicitudes/{application_id}/pdf/temas", {name: "people", "page-1": "people"}
    )
    assert answer.status_code == 303


@pytest.mark.parametrize("former", ["x", "\x00", "{{7*7}}", "9" * 5000])
def test_a_photo_replaces_only_a_photo(site: Site, applicant: Visitor, former: str) -> None:
    application_id = draft(site)
    data = {
        "theme": "workshop",
        "upload_key": uuid4().hex,
        "replaces": former,
        "photos": [(BytesIO(jpeg()), "foto.jpg")],
    }
    answer = applicant.post(f"/solicitudes/{application_id}/fotos/subir", data)
    assert answer.status_code == 404
    with site.office.reading() as uow:
        assert uow.session.execute(sa.select(DocumentRow)).first() is None


@pytest.mark.parametrize("action", ["aprobar", "puntos/workshop"])
def test_an_officer_decides_nothing_before_it_is_confirmed(
    site: Site, applicant: Visitor, officer: FlaskClient, action: str
) -> None:
    application_id = complete(site, applicant)
    applicant.post(f"/solicitudes/{application_id}/enviar", {"declared": "y"})
    answer = officer.post(
        f"/revision/casos/{application_id}/{action}", data={"version": "2", "veredicto": "accepted"}
    )
    assert answer.status_code == 404


def test_replacing_a_photo_twice_is_replacing_it_once(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    send_photos(applicant, application_id, jpeg(1))
    former = photo_of(site, application_id)
    for _click in range(2):
        answer = send_photos(
            applicant, application_id, jpeg(2), key="one-form-only", replaces=former
        )
        assert answer.status_code == 303
    with site.office.reading() as uow:
        left = sa.select(DocumentRow).where(DocumentRow.removed_at.is_(None))
        rows = uow.session.execute(left).scalars().all()
    (new,) = [row for row in rows if row.id != former]
    assert new.replaces == former
    assert len(rows) == 2, "the former stands until the new one's checks have accepted it"


def test_removing_a_photo_twice_ends_at_the_same_page(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    send_photos(applicant, application_id, jpeg(1))
    photo = photo_of(site, application_id)
    for _click in range(2):
        answer = applicant.post(f"/solicitudes/{application_id}/documentos/{photo}/quitar")
        assert answer.status_code == 303
