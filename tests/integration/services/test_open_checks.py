"""No case is decided or called clean before its photos were compared with those of others."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db import tasks
from review_service.db.models import DocumentRow
from review_service.db.queries.officer.case import case_of
from review_service.db.queries.officer.queue import queue_page
from review_service.db.queries.officer.queue_conditions import QueueFilter
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationState
from review_service.domain.documents import Theme
from review_service.domain.errors import InvalidInputError
from review_service.domain.work import TaskKind
from review_service.services.review import reviewing
from tests.factories import Office, add_officer, issuing_rules
from tests.integration.services import steps

WAITS = "Las fotos todavía se comparan con las de otras solicitudes. Espere un momento y decida."


def _searching(office: Office, application_id: UUID) -> list[UUID]:
    """Open a search for each photo of a case, as its checks do."""
    with office.writing() as uow:
        ids = list(
            uow.session.scalars(
                sa.select(DocumentRow.id).where(
                    DocumentRow.application_id == application_id,
                    DocumentRow.theme.in_(Theme),
                )
            )
        )
        for document_id in ids:
            uow.enqueue(TaskKind.FIND_RESEMBLING, document_id)
        uow.commit()
    return ids


def _end_searches(office: Office) -> None:
    for lease in steps.leases(office, TaskKind.FIND_RESEMBLING):
        with office.writing() as uow:
            assert tasks.finish(uow, lease)
            uow.commit()


def _clean(uow: UnitOfWork) -> list[UUID]:
    return [entry.id for entry in queue_page(uow, chosen=QueueFilter.CLEAN, cursor=None).entries]


def test_it_is_not_approved_until_its_photos_were_compared(office: Office) -> None:
    case, officer_id = steps.in_review(office), add_officer(office)
    _searching(office, case)
    with pytest.raises(InvalidInputError) as caught:
        steps.approve(office, case, officer_id)
    assert caught.value.problems == {"items": WAITS}
    assert steps.state(office, case) is ApplicationState.IN_REVIEW
    _end_searches(office)
    assert steps.approve(office, case, officer_id)


def test_it_is_not_refused_until_its_photos_were_compared(office: Office) -> None:
    case, officer_id = steps.in_review(office), add_officer(office)
    steps.observe(office, case, officer_id)
    _searching(office, case)
    with pytest.raises(InvalidInputError) as caught:
        reviewing.refuse(
            office.writing(),
            application_id=case,
            officer_id=officer_id,
            version=steps.application(office, case).version,
            reasons="Las fotos no muestran un taller de la persona que lo pide.",
            institution=issuing_rules().institution,
        )
    assert caught.value.problems == {"items": WAITS}
    assert steps.state(office, case) is ApplicationState.IN_REVIEW


def test_one_that_leased_the_search_holds_it_too(office: Office) -> None:
    case, officer_id = steps.in_review(office), add_officer(office)
    _searching(office, case)
    assert steps.leases(office, TaskKind.FIND_RESEMBLING)
    with pytest.raises(InvalidInputError) as caught:
        steps.approve(office, case, officer_id)
    assert caught.value.problems == {"items": WAITS}


def test_a_search_that_was_given_up_holds_nothing_and_is_told(office: Office) -> None:
    case, officer_id = steps.in_review(office), add_officer(office)
    _searching(office, case)
    for lease in steps.leases(office, TaskKind.FIND_RESEMBLING):
        steps.settle(office, lease)
    assert "photos_not_compared" in steps.finding_codes(office, case)
    assert steps.approve(office, case, officer_id)


def test_the_case_waits_and_the_queue_calls_it_not_clean(office: Office) -> None:
    case = steps.in_review(office)
    searched = _searching(office, case)
    with office.reading() as uow:
        seen = case_of(uow, case)
        assert {document.id for document in seen.in_search} == set(searched)
        assert not seen.can_be_approved
        assert not _clean(uow)
        (entry,) = queue_page(uow, chosen=QueueFilter.TO_REVIEW, cursor=None).entries
        assert entry.checks_running
    _end_searches(office)
    with office.reading() as uow:
        assert case_of(uow, case).in_search == ()
        assert _clean(uow) == [case]


def test_a_search_for_a_removed_file_holds_nothing(office: Office) -> None:
    case = steps.in_review(office)
    ids = _searching(office, case)
    with office.writing() as uow:
        for document_id in ids:
            uow.session.get_one(DocumentRow, document_id).removed_at = uow.now
        uow.commit()
    with office.reading() as uow:
        assert case_of(uow, case).in_search == ()
