"""Later control: chosen by chance when a rule grants, ended once by an officer who may."""

from dataclasses import replace
from uuid import UUID

import pytest

from review_service.db.models import ApplicationRow, LaterControlRow, OfficerRow
from review_service.db.queries.applicant.history import history_of, letters_of
from review_service.db.queries.officer.case import case_of
from review_service.db.queries.officer.queue import Onlooker, counts_of, queue_page
from review_service.db.queries.officer.queue_conditions import QueueFilter
from review_service.domain.errors import (
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    StaleStateError,
)
from review_service.domain.later_controls import LaterOutcome
from review_service.domain.roles import OfficerRole
from review_service.services.review import later_control
from review_service.services.upkeep import invariants
from tests.factories import RUC, Office, add_officer, confirm_business, open_business, rule_parts
from tests.integration.services import steps

NOTE = "Las ventas del formulario 104 son otras."


def chosen(office: Office) -> UUID:
    application_id = open_business(office)
    confirm_business(office, application_id, parts=rule_parts(office, later_share=1.0))
    return application_id


def end(
    office: Office,
    application_id: UUID,
    officer: UUID,
    outcome: LaterOutcome = LaterOutcome.AS_DECLARED,
    note: str = "",
    seen: str | None = None,
) -> None:
    later_control.end(
        office.writing(),
        application_id=application_id,
        officer_id=officer,
        outcome=outcome,
        note=note,
        seen=seen,
    )


def waiting(office: Office) -> list[UUID]:
    with office.reading() as uow:
        page = queue_page(uow, chosen=QueueFilter.LATER, cursor=None)
        assert counts_of(uow)[QueueFilter.LATER] == len(page.entries)
        return [entry.id for entry in page.entries]


def test_an_officer_looks_at_it_once(office: Office) -> None:
    application_id, officer = chosen(office), add_officer(office)
    assert waiting(office) == [application_id]
    end(office, application_id, officer, LaterOutcome.DIFFERS, NOTE)
    assert waiting(office) == []
    with office.reading() as uow:
        later = case_of(uow, application_id).later
    assert later is not None
    assert (later.outcome, later.note, later.by) == (
        LaterOutcome.DIFFERS,
        NOTE,
        "Funcionaria randrade",
    )
    (event,) = steps.events(office, "later_control_ended")
    assert event.actor == f"officer:{officer}"
    assert invariants.broken_invariants(office.reading, office.store) == []


def test_the_holder_is_not_told(office: Office) -> None:
    application_id = chosen(office)
    end(office, application_id, add_officer(office), LaterOutcome.DIFFERS, NOTE)
    with office.reading() as uow:
        history = history_of(uow, application_id)
        letters = letters_of(uow, application_id)
    assert "control" not in str(history).lower()
    assert "control" not in str(letters).lower()


def test_a_second_click_is_no_conflict_and_a_colleague_is_told(office: Office) -> None:
    application_id, officer = chosen(office), add_officer(office)
    end(office, application_id, officer)
    end(office, application_id, officer)
    with pytest.raises(StaleStateError):
        end(office, application_id, add_officer(office, "otra"))
    with pytest.raises(StaleStateError):
        end(office, application_id, officer, LaterOutcome.DIFFERS, NOTE)
    with pytest.raises(StaleStateError):
        end(office, application_id, officer, note="Otra nota, que no se perdió en silencio.")
    assert len(steps.events(office, "later_control_ended")) == 1


def test_nobody_learns_in_the_queue_of_a_control_of_their_own(office: Office) -> None:
    application_id, officer = chosen(office), add_officer(office)
    with office.reading() as uow:
        row = uow.session.get_one(OfficerRow, officer)
        others = row.standing
        own = replace(others, cedula=RUC[:10])
        pages = [
            queue_page(
                uow,
                chosen=QueueFilter.LATER,
                cursor=None,
                who=Onlooker(id=officer, standing=who),
            )
            for who in (others, own)
        ]
    assert [[entry.id for entry in page.entries] for page in pages] == [[application_id], []]


def test_a_page_of_before_changes_nothing(office: Office) -> None:
    application_id = chosen(office)
    with pytest.raises(StaleStateError):
        end(office, application_id, add_officer(office), seen="1.x")
    assert waiting(office) == [application_id]


@pytest.mark.parametrize(
    ("outcome", "note"),
    [
        (LaterOutcome.DIFFERS, "Otras ventas."),
        (LaterOutcome.AS_DECLARED, "x" * 2001),
        (LaterOutcome.AS_DECLARED, "bien \U0001f9f6"),
    ],
)
def test_a_difference_is_explained(office: Office, outcome: LaterOutcome, note: str) -> None:
    application_id = chosen(office)
    with pytest.raises(InvalidInputError, match="note"):
        end(office, application_id, add_officer(office), outcome, note)
    assert waiting(office) == [application_id]


def test_only_reviewers_and_only_where_it_was_asked_for(office: Office) -> None:
    application_id = chosen(office)
    with pytest.raises(NotAllowedError):
        end(office, application_id, add_officer(office, role=OfficerRole.AUDITOR))
    with office.writing() as uow:
        uow.session.delete(uow.session.get_one(LaterControlRow, application_id))
        uow.commit()
    with pytest.raises(NotFoundError):
        end(office, application_id, add_officer(office, "otra"))
    with office.reading() as uow:
        assert case_of(uow, application_id).later is None
        assert uow.session.get_one(ApplicationRow, application_id).decided_rule
