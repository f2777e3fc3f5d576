"""The search for photos that resemble each other, as work: positions, repetition, failure, size."""

import threading
from dataclasses import replace
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.bootstrap import Container
from review_service.db.models import (
    ApplicationRow,
    CounterRow,
    DocumentRow,
    PageRow,
    PhotoRow,
    ResemblanceRow,
    TaskRow,
)
from review_service.domain.applications import ApplicationState
from review_service.domain.documents import DocumentKind, PageKind, Theme
from review_service.domain.reports import DocumentReport, PageReport
from review_service.domain.work import TaskKind, TaskState
from review_service.services.findings import checking, comparing, resembling
from tests.factories import (
    OTHER_RUC,
    RUC,
    Office,
    open_draft,
    upload,
)
from tests.integration.services import steps
from tests.integration.services.resembling_photos import (
    FORMS,
    case,
    checked,
    hashed,
    near,
    photo,
    search,
    told,
)
from tests.integration.services.steps import JPEG
from workers.tasks import running


def test_positions_have_no_gap_and_none_is_given_twice(office: Office, worker: Container) -> None:
    first = open_draft(office, RUC)
    second = open_draft(office, OTHER_RUC)
    checked(office, first, [photo(f"a{each}") for each in range(3)], RUC)
    checked(office, second, [photo(f"b{each}") for each in range(3)], OTHER_RUC)
    documents = [row.id for row in steps.rows(office, DocumentRow)]
    threads = [
        threading.Thread(target=lambda each=each: resembling.enrol(office.writing(), each))
        for each in documents * 3
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    positions = sorted(row.index_position or 0 for row in steps.rows(office, PhotoRow))
    assert positions == [1, 2, 3, 4, 5, 6]
    (counter,) = [row for row in steps.rows(office, CounterRow) if row.name == "photo_index"]
    assert counter.value == 6
    search(office, worker)
    assert {row.state for row in steps.rows(office, TaskRow)} >= {TaskState.DONE}


def test_plain_photos_and_those_without_a_hash_stay_out(office: Office, worker: Container) -> None:
    plain = photo("wall", quality=49)
    fit = photo("just", quality=50)
    without = replace(photo("old"), pdq_forms=(), pdq_views=(), pdq_quality=None)
    case(office, plain, fit, without)
    search(office, worker)
    by_quality = {row.pdq_quality: row.index_position for row in steps.rows(office, PhotoRow)}
    assert by_quality == {49: None, 50: 1, None: None}
    standing = resembling.standing(office.reading())
    assert (standing.enrolled, standing.waiting) == (1, 0)
    assert (standing.plain, standing.without_hash) == (1, 1)


def test_twenty_photos_sent_one_by_one_make_one_search(office: Office, worker: Container) -> None:
    draft = open_draft(office, RUC)
    for theme in Theme:
        upload(office, draft, content=JPEG, ruc=RUC, theme=theme)
    for lease in steps.leases(office, TaskKind.CHECK_DOCUMENT):
        document = checking.begin(office.writing(), lease.subject_id)
        assert document is not None
        page = PageReport(
            number=1,
            kind=PageKind.PHOTO,
            width_px=1,
            height_px=1,
            photos=(photo(str(lease.subject_id)),),
        )
        checking.record_page(office.writing(), document.document_id, page)
        key = f"originals/{lease.subject_id}"
        office.store.copy(document.staging_key, key)
        report = DocumentReport(kind=document.kind, sha256=document.sha256, size_bytes=1)
        assert checking.finish(office.writing(), lease, report, storage_key=key)
    tasks = [row for row in steps.rows(office, TaskRow) if row.kind is TaskKind.FIND_RESEMBLING]
    assert len(tasks) == 4
    assert running.run(worker, tasks[0].id) is True
    assert [running.run(worker, task.id) for task in tasks[1:]] == [False] * 3
    assert sorted(row.index_position or 0 for row in steps.rows(office, PhotoRow)) == [1, 2, 3, 4]


def test_a_search_that_runs_twice_writes_once(office: Office, worker: Container) -> None:
    seen = hashed("loom")
    case(office, photo("loom", seen=seen), ruc=OTHER_RUC)
    second = case(office, photo("copy", seen=near(seen, 2)))
    search(office, worker)
    before = told(office, second)
    with office.writing() as uow:
        uow.session.execute(
            sa.update(TaskRow)
            .where(TaskRow.kind == TaskKind.FIND_RESEMBLING)
            .values(state=TaskState.READY, attempts=0)
        )
        uow.commit()
    search(office, worker)
    assert len(steps.rows(office, ResemblanceRow)) == 1
    assert told(office, second) == before


def test_a_search_that_is_given_up_says_that_nobody_looked(office: Office) -> None:
    given_up = case(office, photo("loom"))
    bystander = case(office, photo("kiln"), ruc=OTHER_RUC)
    (lease,) = [
        lease
        for lease in steps.leases(office, TaskKind.FIND_RESEMBLING)
        if owner_of(office, lease.subject_id) == given_up
    ]
    steps.settle(office, lease)
    ((code, message),) = told(office, given_up)
    assert code == "photos_not_compared"
    assert message.startswith("No se pudo buscar")
    assert told(office, bystander) == []


def owner_of(office: Office, document_id: UUID) -> UUID:
    return steps.stored(office, DocumentRow, document_id).application_id


def test_a_file_whose_checks_died_is_still_searched(office: Office, worker: Container) -> None:
    seen = hashed("loom")
    case(office, photo("loom", seen=seen), ruc=OTHER_RUC)
    draft = open_draft(office, RUC)
    upload(office, draft, content=steps.PDF, ruc=RUC, kind=DocumentKind.EVIDENCE)
    (lease,) = steps.leases(office, TaskKind.CHECK_DOCUMENT)
    document = checking.begin(office.writing(), lease.subject_id)
    assert document is not None
    page = PageReport(
        number=1,
        kind=PageKind.PHOTO,
        width_px=1,
        height_px=1,
        photos=(photo("copy", seen=near(seen, 2)),),
    )
    checking.record_page(office.writing(), document.document_id, page)
    steps.settle(office, lease)
    search(office, worker)
    assert len(steps.rows(office, ResemblanceRow)) == 1


def test_an_index_that_disagrees_with_the_database_accuses_nobody(
    office: Office, worker: Container
) -> None:
    seen = hashed("loom")
    first = case(office, photo("loom", seen=seen), ruc=OTHER_RUC)
    search(office, worker)
    with office.writing() as uow:
        row = uow.session.execute(sa.select(PhotoRow)).scalar_one()
        row.pdq_forms = hashed("other") * FORMS
        uow.commit()
    second = case(office, photo("copy", seen=near(seen, 2)))
    search(office, worker)
    assert steps.rows(office, ResemblanceRow) == []
    assert told(office, first) == told(office, second) == []


def test_a_photo_that_many_share_is_told_in_short(office: Office, worker: Container) -> None:
    one = photo("bank form")
    others = []
    for _ in range(6):
        others.append(case(office, one, ruc=OTHER_RUC))
        with office.writing() as uow:
            uow.session.get_one(ApplicationRow, others[-1]).state = ApplicationState.WITHDRAWN
            uow.session.get_one(ApplicationRow, others[-1]).open_key = None
            uow.commit()
    mine = case(office, one)
    search(office, worker)
    messages = [message for _, message in told(office, mine)]
    assert len(messages) == 3
    assert sum(message.endswith(", y 3 más.") for message in messages) == 1


@pytest.mark.parametrize("count", [2, 9])
def test_the_number_of_questions_does_not_grow_with_the_photos(
    office: Office, worker: Container, count: int
) -> None:
    shared = [photo(f"shared {number}") for number in range(count)]
    case(office, *shared, ruc=OTHER_RUC)
    mine = case(office, *shared)
    search(office, worker)
    asked: list[str] = []

    def count_question(*arguments: object) -> None:
        statement = str(arguments[2])
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            asked.append(statement)

    sa.event.listen(office.database.engine, "before_cursor_execute", count_question)
    with office.writing() as uow:
        comparing.compare(uow, mine)
        uow.commit()
    sa.event.remove(office.database.engine, "before_cursor_execute", count_question)
    assert len(told(office, mine)) == count
    assert len(asked) <= 30


def test_what_waits_is_asked_for_again(office: Office, worker: Container) -> None:
    case(office, photo("loom"))
    with office.writing() as uow:
        uow.session.execute(sa.delete(TaskRow).where(TaskRow.kind == TaskKind.FIND_RESEMBLING))
        uow.commit()
    assert resembling.standing(office.reading()).waiting == 1
    assert resembling.ask_again(office.writing()) == 1
    search(office, worker)
    assert resembling.standing(office.reading()).waiting == 0
    assert resembling.ask_again(office.writing()) == 0


def test_a_photo_whose_application_is_gone_leaves_its_place_empty(
    office: Office, worker: Container
) -> None:
    seen = hashed("loom")
    first = case(office, photo("loom", seen=seen), sent=False)
    search(office, worker)
    with office.writing() as uow:
        uow.session.execute(
            sa.delete(PageRow).where(
                PageRow.document_id.in_(
                    sa.select(DocumentRow.id).where(DocumentRow.application_id == first)
                )
            )
        )
        uow.commit()
    second = case(office, photo("copy", seen=near(seen, 2)), ruc=OTHER_RUC)
    search(office, worker)
    assert steps.rows(office, ResemblanceRow) == []
    assert told(office, second) == []
    assert [row.index_position for row in steps.rows(office, PhotoRow)] == [2]
