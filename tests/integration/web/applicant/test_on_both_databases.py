"""What the applicant's pages ask of the database, asked of each kind."""

import pytest

from review_service.db.queries.applicant.applications import application_of, applications_of
from review_service.db.queries.applicant.files import (
    files_of,
    files_received,
    former_files_of,
    pictures_of,
)
from review_service.db.queries.applicant.history import history_of, letters_of
from review_service.domain.applications import ApplicationKind, ApplicationState
from review_service.domain.errors import NotFoundError
from tests.factories import OTHER_RUC, RUC, Office
from tests.integration.web.applicant.story import confirmed, draft, send_photos
from tests.integration.web.site import Site, finish_checks, jpeg


@pytest.fixture
def office(office_on_each_database: Office) -> Office:
    """An office on each kind of database in turn."""
    return office_on_each_database


def test_an_application_is_told_alike(site: Site) -> None:
    bystander = draft(site, ruc=OTHER_RUC)
    application_id = confirmed(site, site.applicant(), ApplicationKind.RENEWAL)
    with site.office.reading() as uow:
        own = application_of(uow, application_id=application_id, ruc=RUC)
        assert [each.id for each in applications_of(uow, RUC)] == [application_id]
        assert own.state is ApplicationState.IN_REVIEW
        assert own.confirmed_at is not None
        assert own.masked_email == "ma•••@correo.example"
        files = files_of(uow, application_id)
        assert [photo.theme for photo in files.photos if photo.theme] == [
            "workshop",
            "people",
            "machinery",
            "process",
        ]
        assert files.agreement is not None
        assert files.is_settled
        assert files_received(uow, application_id, at=own.confirmed_at) == files.all
        assert history_of(uow, application_id)[0].words.startswith("Usted confirmó")
        assert {notice.words for notice in letters_of(uow, application_id).notices} == {
            "Enlace para confirmar su solicitud",
            "Comprobante de recepción",
        }
        with pytest.raises(NotFoundError):
            application_of(uow, application_id=bystander, ruc=RUC)


def test_former_files_and_pictures_are_found_alike(site: Site) -> None:
    applicant = site.applicant()
    application_id = draft(site)
    send_photos(applicant, application_id, jpeg(1), jpeg(2))
    finish_checks(site.office)
    with site.office.reading() as uow:
        first, second = files_of(uow, application_id).photos
    applicant.post(f"/solicitudes/{application_id}/documentos/{first.id}/quitar")
    with site.office.reading() as uow:
        assert [photo.id for photo in files_of(uow, application_id).photos] == [second.id]
        assert [photo.id for photo in former_files_of(uow, application_id)] == [first.id]
        keys = pictures_of(
            uow, application_id=application_id, ruc=RUC, document_id=second.id, number=1
        )
        assert keys.image is not None
        with pytest.raises(NotFoundError):
            pictures_of(
                uow, application_id=application_id, ruc=OTHER_RUC, document_id=second.id, number=1
            )


def test_small_steps_are_counted_together(site: Site) -> None:
    applicant = site.applicant()
    application_id = draft(site)
    send_photos(applicant, application_id, jpeg(1), jpeg(2), jpeg(3))
    with site.office.reading() as uow:
        newest = history_of(uow, application_id)[0]
    assert (newest.words, newest.times, newest.is_minor) == ("Usted subió un archivo.", 3, True)
