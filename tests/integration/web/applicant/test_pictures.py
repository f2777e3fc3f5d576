"""Pictures and papers reach their owner, as downloads that no browser runs."""

from dataclasses import replace
from io import BytesIO
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.adapters.local_store import LocalFileStore
from review_service.db.models import AgreementRow, ApplicationRow
from review_service.db.queries.applicant.files import files_of
from review_service.domain.agreements import AgreementState
from review_service.domain.applications import ItemVerdict
from review_service.services.review import reviewing
from review_service.web import create_app
from tests.factories import OTHER_RUC, add_officer, issuing_rules, items_of_a_person
from tests.integration.certificates import issued_certificate
from tests.integration.web.applicant.story import confirmed, draft, send_photos
from tests.integration.web.site import Site, Visitor, finish_checks, jpeg


def first_photo(site: Site, application_id: UUID) -> UUID:
    with site.office.reading() as uow:
        return files_of(uow, application_id).photos[0].id


def test_a_page_is_shown_as_pixels_that_only_this_browser_keeps(
    site: Site, applicant: Visitor
) -> None:
    application_id = draft(site)
    send_photos(applicant, application_id, jpeg())
    finish_checks(site.office)
    pages = f"/solicitudes/{application_id}/paginas/{first_photo(site, application_id)}"
    for name in ("miniatura", "imagen"):
        answer = applicant.get(f"{pages}/1/{name}.jpg")
        assert answer.mimetype == "image/jpeg"
        assert answer.data.startswith(b"\xff\xd8")
        assert answer.headers["Cache-Control"] == "private, max-age=3600"
        assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert applicant.get(f"{pages}/2/imagen.jpg").status_code == 404


def test_the_original_comes_back_byte_for_byte_as_a_download(
    site: Site, applicant: Visitor
) -> None:
    application_id = draft(site)
    send_photos(applicant, application_id, jpeg(77))
    photo = first_photo(site, application_id)
    path = f"/solicitudes/{application_id}/documentos/{photo}/original"
    assert applicant.get(path).status_code == 404
    finish_checks(site.office)
    answer = applicant.get(path)
    assert answer.data == jpeg(77)
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"


def test_nobody_else_sees_a_picture_or_an_original(site: Site, applicant: Visitor) -> None:
    theirs, own = draft(site, ruc=OTHER_RUC), draft(site)
    send_photos(site.applicant(OTHER_RUC), theirs, jpeg())
    finish_checks(site.office)
    photo = first_photo(site, theirs)
    for application_id in (theirs, own):
        pages = f"/solicitudes/{application_id}/paginas/{photo}/1"
        assert applicant.get(f"{pages}/imagen.jpg").status_code == 404
        original = f"/solicitudes/{application_id}/documentos/{photo}/original"
        assert applicant.get(original).status_code == 404


def test_a_store_without_the_picture_is_said_and_no_broken_picture(
    site: Site, applicant: Visitor
) -> None:
    application_id = draft(site)
    send_photos(applicant, application_id, jpeg())
    finish_checks(site.office)
    photo = first_photo(site, application_id)
    empty = LocalFileStore(site.container.settings.data_dir / "another")
    empty.prepare()
    client = create_app(replace(site.container, store=empty)).test_client()
    cookie = applicant.client.get_cookie("solicitante")
    assert cookie is not None
    client.set_cookie("solicitante", cookie.value)
    answer = client.get(f"/solicitudes/{application_id}/paginas/{photo}/1/imagen.jpg")
    assert answer.status_code == 503
    assert answer.mimetype == "image/svg+xml", "a drawing in its place, with words"
    assert "Estamos volviendo a hacer esta imagen" in answer.text
    assert answer.headers["Retry-After"] == "60"
    assert answer.headers["Cache-Control"] == "no-store"
    lost = client.get(f"/solicitudes/{application_id}/documentos/{photo}/original")
    assert lost.status_code == 500, "an incident: it is logged as one"
    assert "Ese archivo no está como se guardó" in lost.text
    assert "Retry-After" not in lost.headers, "waiting brings nothing back"
    answer = client.get(f"/solicitudes/{application_id}/paginas/{photo}/1/imagen.jpg")
    assert "Esta imagen se perdió" in answer.text
    assert "Retry-After" not in answer.headers


def test_the_agreement_is_given_once_it_is_published(site: Site, applicant: Visitor) -> None:
    application_id = confirmed(site, applicant)
    approve(site, application_id)
    path = f"/solicitudes/{application_id}/acuerdo.pdf"
    assert "Estamos firmando su Acuerdo" in applicant.get(f"/solicitudes/{application_id}").text
    assert applicant.get(path).status_code == 404
    publish(site, application_id)
    answer = applicant.get(path)
    assert answer.data == b"%PDF-1.7 signed"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=Acuerdo-")
    assert applicant.get(f"/solicitudes/{application_id}").text.count("Descargar mi Acuerdo") == 1
    assert site.applicant(OTHER_RUC).get(path).status_code == 404


def test_a_certificate_is_given_under_its_own_name(
    site: Site, applicant: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = issued_certificate(site.office, monkeypatch)
    answer = applicant.get(f"/solicitudes/{row.application_id}/acuerdo.pdf")
    given = answer.headers["Content-Disposition"]
    assert given == f"attachment; filename=Certificado-{row.number}.pdf"
    page = applicant.get(f"/solicitudes/{row.application_id}").text
    assert "Su certificado quedó firmado y listo." in page
    assert "Su certificado, con el PDF" in page


def approve(site: Site, application_id: UUID) -> None:
    officer_id = add_officer(site.office)
    with site.office.reading() as uow:
        version = uow.session.get_one(ApplicationRow, application_id).version
    for item in items_of_a_person():
        reviewing.judge(
            site.office.writing(),
            application_id=application_id,
            officer_id=officer_id,
            version=version,
            item=item,
            verdict=ItemVerdict.ACCEPTED,
        )
    reviewing.approve(
        site.office.writing(),
        application_id=application_id,
        officer_id=officer_id,
        version=version,
        rules=issuing_rules(),
    )


def publish(site: Site, application_id: UUID) -> None:
    """Stand in for the worker that signs."""
    key = f"agreements/{application_id}.pdf"
    stored = site.office.store.put(key, BytesIO(b"%PDF-1.7 signed"))
    with site.office.writing() as uow:
        uow.session.execute(
            sa.update(AgreementRow)
            .where(AgreementRow.application_id == application_id)
            .values(
                state=AgreementState.PUBLISHED,
                storage_key=key,
                size_bytes=stored.size_bytes,
                sha256=stored.sha256,
                published_at=uow.now,
            )
        )
        uow.session.execute(
            sa.update(ApplicationRow)
            .where(ApplicationRow.id == application_id)
            .values(state="issued")
        )
        uow.commit()
