"""What one RUC may ask of the service, and what the service forgets."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from review_service.db.models import ApplicationRow, AttemptRow, DocumentRow, OneUseLinkRow
from review_service.domain.applications import ApplicationKind
from review_service.domain.errors import InvalidInputError, TooManyAttemptsError
from review_service.services import applying, receiving, reconciling
from tests.factories import OTHER_RUC, RUC, Office, open_draft, upload

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
        uow.session.execute(sa.update(AttemptRow).values(count=receiving.UPLOADS_PER_DAY - 1))
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
    assert reconciling.prune(office.writing()) == 1
    with office.reading() as uow:
        left = uow.session.execute(sa.select(AttemptRow.key)).scalars().all()
        assert left
        assert "old" not in left
        assert uow.session.execute(sa.select(OneUseLinkRow)).first() is None
