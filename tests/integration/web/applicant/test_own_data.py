"""«Mis datos»: one archive of all that is kept of the RUC that is signed in, and of no other."""

import hashlib
import json
import logging
import zipfile
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa

from review_service.db.models import (
    DocumentRow,
    EventRow,
    OfficerRow,
    OneUseLinkRow,
    SessionRow,
)
from review_service.domain.request_limits import EXPORTS
from review_service.services.applicant.export_scope import EXPORTED, columns_of
from review_service.web.applicant.own_data import FRESH_FOR, MOST_AT_ONCE, PLACES
from tests.factories import OTHER_RUC, RUC, SHEET, open_draft
from tests.integration.services import steps
from tests.integration.web.applicant.own_data_cases import let_much_be_kept, stored_values
from tests.integration.web.applicant.story import draft, send_photos
from tests.integration.web.site import Site, Visitor, finish_checks, jpeg

PAGE = "/solicitudes/mis-datos"


def archive(visitor: Visitor, *, part: str = "") -> zipfile.ZipFile:
    answer = visitor.post(PAGE, {"parte": part}, page=PAGE)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/zip"
    name = f"mis-datos-{RUC}-{part}.zip" if part else f"mis-datos-{RUC}.zip"
    assert name in answer.headers["Content-Disposition"]
    found = zipfile.ZipFile(BytesIO(answer.data))
    assert found.testzip() is None
    return found


def told(found: zipfile.ZipFile) -> dict[str, Any]:
    return dict(json.loads(found.read("data.json")))


def test_the_archive_holds_what_was_typed_and_sent(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    send_photos(applicant, application_id, jpeg(1), jpeg(2))
    finish_checks(site.office)
    page = applicant.get(PAGE).text
    assert "Trae 1 solicitud y 2 archivos, unos" in " ".join(page.split())
    found = archive(applicant)
    data = told(found)
    [application] = data["solicitudes"]
    assert application["hoja"]["trade"] == SHEET["trade"]
    assert len(application["archivos"]) == 2
    names = [name for name in found.namelist() if name.startswith("archivos/")]
    assert len(names) == 2
    assert all(name.endswith(".jpg") and application["numero"] in name for name in names)
    assert {found.read(name) for name in names} == {jpeg(1), jpeg(2)}
    assert set(data) - {"que_es_cada_cosa"} <= {
        name.partition(".")[0] for name in data["que_es_cada_cosa"]
    }
    summary = found.read("resumen.html").decode()
    assert SHEET["trade"] in summary
    assert application["numero"] in summary


def test_it_holds_nothing_of_another(site: Site, applicant: Visitor) -> None:
    open_draft(site.office, OTHER_RUC)
    data = told(archive(applicant))
    assert data["solicitudes"] == []
    assert OTHER_RUC not in json.dumps(data)


def test_every_value_of_an_exported_column_stands_in_the_archive(
    site: Site, applicant: Visitor
) -> None:
    let_much_be_kept(site.office)
    text = json.dumps(told(archive(applicant)), ensure_ascii=False)
    empty = set(columns_of(EXPORTED))
    for column, value in stored_values(site.office):
        if value:
            empty.discard(column)
        assert json.dumps(value, ensure_ascii=False)[1:-1] in text, column
    assert empty == set(), "the test keeps something in every column"


def test_no_name_of_an_officer_and_no_secret_is_in_it(site: Site, applicant: Visitor) -> None:
    let_much_be_kept(site.office)
    found = archive(applicant)
    text = "".join(found.read(name).decode() for name in ("data.json", "resumen.html"))
    assert "Solo para quien revisa" not in text
    assert "Nota de quien revisa" not in text
    assert "MIPRO-78" not in text
    for officer in steps.rows(site.office, OfficerRow):
        assert officer.full_name not in text
        assert officer.user_name not in text
    for row in steps.rows(site.office, DocumentRow):
        assert (row.storage_key or row.staging_key or "?") not in text
    for link in steps.rows(site.office, OneUseLinkRow):
        assert link.token_hash not in text
        assert str(link.id) not in text


def test_it_comes_in_parts(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    send_photos(applicant, application_id, jpeg(1))
    reference = steps.application(site.office, application_id).reference
    page = " ".join(applicant.get(PAGE).text.split())
    assert f'name="parte" value="{reference}"' in page
    none = archive(applicant, part="sin-archivos")
    assert sorted(none.namelist()) == ["data.json", "resumen.html"]
    assert told(none)["solicitudes"]
    one = archive(applicant, part=reference)
    assert len(one.namelist()) == 3
    other = open_draft(site.office, OTHER_RUC)
    foreign = steps.application(site.office, other).reference
    assert applicant.post(PAGE, {"parte": foreign}, page=PAGE).status_code == 404


def test_each_photo_of_a_paper_is_a_file_and_none_is_given_twice(
    site: Site, applicant: Visitor
) -> None:
    application_id = draft(site)
    send_photos(applicant, application_id, jpeg(1))
    first, second = jpeg(2), jpeg(3)
    with site.office.writing() as uow:
        photo = uow.session.scalars(sa.select(DocumentRow)).one()
        site.office.store.put("originals/sheets", BytesIO(first + second))
        photo.page_photos = [["a.jpg", len(first)], ["b.jpg", len(second)]]
        photo.page_photos_key = "originals/sheets"
        photo.page_photos_sha256 = hashlib.sha256(first + second).hexdigest()
        uow.commit()
    found = archive(applicant)
    sheets = sorted(name for name in found.namelist() if "-hoja-" in name)
    assert [found.read(name) for name in sheets] == [first, second]
    assert told(found)["solicitudes"][0]["archivos"][0]["hojas"] == ["a.jpg", "b.jpg"]


def test_only_so_many_are_sent_at_a_time_and_waiting_costs_nothing(
    site: Site, applicant: Visitor
) -> None:
    taken = [PLACES.acquire(blocking=False) for _ in range(MOST_AT_ONCE)]
    try:
        assert all(taken)
        assert applicant.post(PAGE, page=PAGE).status_code == 429
        assert not _exports(site)
    finally:
        for _ in taken:
            PLACES.release()
    for _ in range(2):
        archive(applicant)
    assert PLACES._value == MOST_AT_ONCE, "each place was given back"  # noqa: SLF001


def test_what_was_deleted_is_told_and_not_there(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    send_photos(applicant, application_id, jpeg(1))
    with site.office.writing() as uow:
        uow.session.execute(sa.update(DocumentRow).values(released_at=uow.now))
        uow.commit()
    found = archive(applicant)
    assert not [name for name in found.namelist() if name.startswith("archivos/")]
    [file] = told(found)["solicitudes"][0]["archivos"]
    assert file["eliminado"]
    assert file["sha256"]


def test_a_file_that_cannot_be_read_spoils_no_other(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    send_photos(applicant, application_id, jpeg(1), jpeg(2))
    finish_checks(site.office)
    rows = steps.rows(site.office, DocumentRow)
    assert rows[0].storage_key
    site.office.store.delete(rows[0].storage_key)
    names = archive(applicant).namelist()
    assert len([name for name in names if name.endswith(".no-se-pudo-leer.txt")]) == 1
    assert len([name for name in names if name.endswith(".jpg")]) == 1


def test_who_signed_in_long_ago_signs_in_again(site: Site, applicant: Visitor) -> None:
    with site.office.writing() as uow:
        uow.session.execute(
            sa.update(SessionRow).values(created_at=uow.now - FRESH_FOR - timedelta(seconds=1))
        )
        uow.commit()
    assert "Ingresar otra vez para descargar" in applicant.get(PAGE).text
    answer = applicant.post(PAGE, page=PAGE)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/ingresar")
    assert applicant.get(PAGE).status_code == 303, "that session is over"
    assert not _exports(site)


def test_it_is_recorded_without_a_name_and_limited(
    site: Site, applicant: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for _ in range(EXPORTS.count):
        archive(applicant)
    assert applicant.post(PAGE, page=PAGE).status_code == 429
    events = _exports(site)
    assert len(events) == EXPORTS.count
    assert {*events[0].details} - {"facts"} == {"applications", "files", "size_bytes"}
    assert RUC not in caplog.text


def _exports(site: Site) -> list[EventRow]:
    return steps.events(site.office, "data_exported")
