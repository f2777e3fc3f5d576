"""What one RUC may ask of the service, and what the service forgets."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from review_service.db import tasks
from review_service.db.models import (
    ApplicationRow,
    AttemptRow,
    DocumentRow,
    FindingRow,
    OneUseLinkRow,
    TaskRow,
)
from review_service.domain.applications import ApplicationKind
from review_service.domain.errors import InvalidInputError, TooManyAttemptsError
from review_service.domain.limits import UploadLimits
from review_service.domain.request_limits import UPLOAD
from review_service.domain.work import TaskKind
from review_service.services.applicant import applying
from review_service.services.upkeep import sweeping
from tests.factories import OTHER_RUC, RUC, Office, open_draft, upload
from tests.integration.services import steps

JPEG = b"\xff\xd8\xff\xe0" + b"not decoded here" * 20


def test_a_fourth_open_application_is_refused_and_another_ruc_is_not(office: Office) -> None:
    for _ in range(3):
        application_id = open_draft(office)
        with office.writing() as uow:
            row = uow.session.get_one(ApplicationRow, application_id)
            row.open_key = None
            uow.commit()
    with pytest.raises(InvalidInputError) as refused:
        applying.open_application(
            office.writing(), registry=office.registry, ruc=RUC, kind=ApplicationKind.NEW
        )
    assert "3 solicitudes" in refused.value.problems["kind"]
    open_draft(office, OTHER_RUC)


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


def test_old_attempts_and_links_are_forgotten_and_fresh_ones_stay(office: Office) -> None:
    application_id = open_draft(office)
    upload(office, application_id, content=JPEG)
    with office.writing() as uow:
        uow.session.add(AttemptRow(key="old", window_start=uow.now - timedelta(days=31), count=1))
        uow.commit()
    assert sweeping.prune(office.writing()) == 1
    with office.reading() as uow:
        left = uow.session.execute(sa.select(AttemptRow.key)).scalars().all()
        assert left
        assert "old" not in left
        assert uow.session.execute(sa.select(OneUseLinkRow)).first() is None


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
