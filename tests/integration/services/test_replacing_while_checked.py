"""A file is replaced at the very moment a worker writes one of its pages down."""

import threading
import time

import sqlalchemy as sa

from review_service.db.models import DocumentRow, FindingRow
from review_service.ports import StoredFile
from review_service.services.findings import checking
from tests.factories import Office
from tests.integration.services.test_checking import begun, blurred, page

UNTIL_IT_WAITS_SECONDS = 0.5


def test_an_upload_and_a_page_that_meet_do_not_deadlock(office: Office) -> None:
    lease = begun(office)
    said: list[Exception] = []

    def write_down() -> None:
        try:
            checking.record_page(
                office.writing(),
                lease.subject_id,
                page(findings=(blurred(),)),
                image=StoredFile(key="derived/a.jpg", size_bytes=1, sha256="a" * 64),
            )
        except Exception as error:  # noqa: BLE001 -- told to the test's own thread
            said.append(error)

    write_down()
    with office.writing() as uow:  # so that the repeat has something to change in the file's row
        uow.session.execute(sa.update(DocumentRow).values(pages_checked=0))
        uow.commit()
    worker = threading.Thread(target=write_down)
    with office.writing() as uow:
        # as an upload does: first the former file, then what was said of it
        document = uow.session.get(DocumentRow, lease.subject_id)
        assert document is not None
        document.removed_at = uow.now
        uow.session.flush()
        worker.start()
        time.sleep(UNTIL_IT_WAITS_SECONDS)
        uow.session.execute(
            sa.delete(FindingRow).where(FindingRow.application_id == document.application_id)
        )
        uow.commit()
    worker.join()
    assert said == []
    with office.reading() as uow:
        kept = uow.session.get(DocumentRow, lease.subject_id)
        assert kept is not None
        assert kept.removed_at is not None
        assert kept.pages_checked == 1
