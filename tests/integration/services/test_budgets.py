"""What one RUC may ask of the service, and what the service forgets."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from review_service.db import tasks
from review_service.db.models import (
    AttemptRow,
    DocumentRow,
    FindingRow,
    OneUseLinkRow,
    ReceiptRow,
    TaskRow,
)
from review_service.domain.dated_rules import read_rulebook
from review_service.domain.documents import DocumentKind
from review_service.domain.errors import BudgetSpentError, InvalidInputError, TooManyAttemptsError
from review_service.domain.limits import MEBIBYTE, UploadLimits
from review_service.domain.request_limits import (
    CASE_MEBIBYTES,
    CASE_PAGES,
    UPLOAD,
    UPLOAD_MEBIBYTES,
    UPLOAD_PAGES,
    Limit,
)
from review_service.domain.retention import RetentionKind
from review_service.domain.work import TaskKind
from review_service.services import attempts
from review_service.services.upkeep import old_rows
from tests.factories import OTHER_RUC, RUC, Office, open_draft, upload
from tests.integration.services import steps

JPEG = b"\xff\xd8\xff\xe0" + b"not decoded here" * 20


def test_uploads_of_a_day_end_at_the_limit(office: Office) -> None:
    application_id = open_draft(office)
    upload(office, application_id, content=JPEG)
    with office.writing() as uow:
        uow.session.execute(sa.update(AttemptRow).values(count=UPLOAD.count - 1))
        uow.commit()
    upload(office, application_id, content=JPEG)
    with pytest.raises(TooManyAttemptsError):
        upload(office, application_id, content=JPEG)
    with office.reading() as uow:
        assert len(uow.session.execute(sa.select(DocumentRow)).all()) == 2


def set_spent(office: Office, limit: Limit, who: str, count: int) -> None:
    """Set what was counted in this window."""
    with office.writing() as uow:
        attempts.note(uow, limit, who=who, times=1)
        key = attempts.key_of(limit.name, who)
        uow.session.execute(sa.update(AttemptRow).where(AttemptRow.key == key).values(count=count))
        uow.commit()


def spent(office: Office, limit: Limit, who: str) -> int:
    """Return what was counted."""
    key = attempts.key_of(limit.name, who)
    with office.reading() as uow:
        counts = uow.session.scalars(sa.select(AttemptRow.count).where(AttemptRow.key == key))
        return sum(counts)


@pytest.mark.parametrize("limit", [UPLOAD, UPLOAD_PAGES, UPLOAD_MEBIBYTES])
def test_past_a_budget_of_the_ruc_no_file_is_taken_and_another_ruc_s_is(
    office: Office, limit: Limit
) -> None:
    application_id = open_draft(office)
    set_spent(office, limit, RUC, limit.count)
    with pytest.raises(BudgetSpentError) as refused:
        upload(office, application_id, content=JPEG)
    with office.reading() as uow:
        day = timedelta(days=1)
        assert uow.now < refused.value.until <= uow.now + day
        assert refused.value.until.timestamp() % day.total_seconds() == pytest.approx(0, abs=2)
    assert [*office.store.keys("staging/")] == []
    upload(office, open_draft(office, OTHER_RUC), content=JPEG, ruc=OTHER_RUC)


@pytest.mark.parametrize("limit", [CASE_PAGES, CASE_MEBIBYTES])
def test_past_a_budget_of_the_application_no_file_is_taken(office: Office, limit: Limit) -> None:
    application_id = open_draft(office)
    set_spent(office, limit, str(application_id), limit.count)
    with pytest.raises(BudgetSpentError):
        upload(office, application_id, content=JPEG)


def test_pages_and_bytes_are_counted_for_the_ruc_and_the_application(office: Office) -> None:
    application_id = open_draft(office)
    upload(office, application_id, content=JPEG)
    pdf = b"%PDF-1.7" + bytes(MEBIBYTE)
    upload(office, application_id, content=pdf, kind=DocumentKind.EVIDENCE, file_name="a.pdf")
    case = str(application_id)
    assert spent(office, UPLOAD_PAGES, RUC) == spent(office, CASE_PAGES, case) == 41
    assert spent(office, UPLOAD_MEBIBYTES, RUC) == spent(office, CASE_MEBIBYTES, case) == 3


def test_the_same_file_sent_again_costs_nothing_even_past_the_budget(office: Office) -> None:
    application_id = open_draft(office)
    sent = upload(office, application_id, content=JPEG, upload_key="one")
    set_spent(office, UPLOAD, RUC, UPLOAD.count)
    again = upload(office, application_id, content=JPEG, upload_key="one")
    assert again == sent
    assert spent(office, UPLOAD_MEBIBYTES, RUC) == 1


def test_other_bytes_under_a_known_key_leave_nothing_behind_past_the_budget(
    office: Office,
) -> None:
    application_id = open_draft(office)
    upload(office, application_id, content=JPEG, upload_key="one")
    set_spent(office, UPLOAD, RUC, UPLOAD.count)
    with pytest.raises(TooManyAttemptsError):
        upload(office, application_id, content=JPEG + b"other", upload_key="one")
    assert len([*office.store.keys("staging/")]) == 1


def test_old_attempts_and_links_are_forgotten_and_fresh_ones_stay(office: Office) -> None:
    application_id = open_draft(office)
    upload(office, application_id, content=JPEG)
    with office.writing() as uow:
        uow.session.add(AttemptRow(key="old", window_start=uow.now - timedelta(days=31), count=1))
        uow.commit()
    pruned = old_rows.prune(office.reading, office.writing, read_rulebook(None))
    assert pruned == {RetentionKind.ATTEMPTS: 1}
    with office.reading() as uow:
        left = uow.session.execute(sa.select(AttemptRow.key)).scalars().all()
        assert left
        assert "old" not in left
        assert uow.session.execute(sa.select(OneUseLinkRow)).first() is None


def test_receipts_are_forgotten_after_90_days(office: Office) -> None:
    fresh, old = open_draft(office), open_draft(office, OTHER_RUC)
    with office.writing() as uow:
        uow.session.add_all(
            ReceiptRow(
                application_id=application_id,
                digest="0" * 64,
                content=b"a receipt",
                made_at=uow.now - timedelta(days=90, minutes=minutes),
            )
            for application_id, minutes in ((fresh, -5), (old, 5))
        )
        uow.commit()
    pruned = old_rows.prune(office.reading, office.writing, read_rulebook(None))
    assert pruned == {RetentionKind.RECEIPTS: 1}
    assert [row.application_id for row in steps.rows(office, ReceiptRow)] == [fresh]


def test_photos_of_one_application_end_at_their_common_weight(office: Office) -> None:
    tight = replace(office, limits=UploadLimits(photos_bytes=2 * len(JPEG)))
    application_id = open_draft(tight)
    upload(tight, application_id, content=JPEG)
    upload(tight, application_id, content=JPEG)
    with pytest.raises(InvalidInputError) as refused:
        upload(tight, application_id, content=JPEG)
    assert "juntas" in refused.value.problems["photos"]
    upload(tight, open_draft(tight, OTHER_RUC), content=JPEG, ruc=OTHER_RUC)


def test_evidence_that_cannot_be_bound_is_said_on_the_case(office: Office) -> None:
    application_id = open_draft(office)
    with office.writing() as uow:
        uow.enqueue(TaskKind.ASSEMBLE_EVIDENCE, application_id)
        uow.commit()
    with office.writing() as uow:
        task_id = uow.session.execute(sa.select(TaskRow.id)).scalar_one()
        lease = tasks.take_lease(uow, task_id, owner="test", seconds=60, max_attempts=3)
        uow.commit()
    assert lease is not None
    steps.settle(office, lease, error="it could not be bound")
    with office.reading() as uow:
        found = uow.session.execute(sa.select(FindingRow)).scalar_one()
    assert (found.code, found.application_id) == ("evidence_not_assembled", application_id)
