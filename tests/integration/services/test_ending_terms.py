"""Terms that pass: each application ends alone, and one that cannot end holds up no other."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db import audit
from review_service.db.database import Database
from review_service.db.models import FactSaltRow, TaskRow
from review_service.domain.applications import ApplicationState
from review_service.domain.errors import DatabaseDownError
from review_service.domain.work import TaskKind
from review_service.services.applicant import confirming, sending
from review_service.services.upkeep.rounds import RoundFailedError
from tests.factories import OTHER_RUC, RUC, SECRET, Office
from tests.integration.services import steps

NO_SALT = "no hexadecimal digits"


@dataclass(frozen=True, kw_only=True)
class Term:
    """One kind of term: how it comes to be over, and what ends it."""

    over: Callable[[Office, str, int], UUID]
    """Return an application of a RUC whose term has been over for so many days."""
    end: Callable[[Office], int]
    before: ApplicationState
    after: ApplicationState
    most: str
    """Where it stands how many a round ends at most."""


def unconfirmed(office: Office, ruc: str, days: int) -> UUID:
    application_id = steps.ready_draft(office, ruc=ruc)
    sending.send(
        office.writing(), application_id=application_id, ruc=ruc, declared=True, secret_key=SECRET
    )
    steps.hand_over(office, "confirm")
    row = steps.application(office, application_id)
    steps.make_older(office, row, "confirm_by", by=timedelta(days=3 + days))
    return application_id


TERMS = {
    "lapse": Term(
        over=unconfirmed,
        end=lambda office: confirming.lapse_unconfirmed(office.writing()),
        before=ApplicationState.AWAITING_CONFIRMATION,
        after=ApplicationState.DRAFT,
        most="review_service.services.applicant.confirming.LAPSED_AT_ONCE",
    ),
}


@pytest.fixture(params=TERMS)
def term(request: pytest.FixtureRequest) -> Term:
    """Each kind of term in turn."""
    return TERMS[request.param]


def set_salt(owner: Database, application_id: UUID, salt: str) -> None:
    """Write a salt; with one that is none, the application fails when its digests are computed."""
    with owner.writing() as uow:
        uow.session.execute(
            sa.update(FactSaltRow).where(FactSaltRow.subject_id == application_id).values(salt=salt)
        )
        uow.commit()


def is_chain_whole(office: Office) -> bool:
    with office.reading() as uow:
        return not list(audit.verify_chain(uow.session))


@pytest.mark.parametrize("most", [1, 500])
def test_one_that_fails_holds_up_no_other_and_leaves_nothing_behind(
    office: Office,
    owner: Database,
    term: Term,
    most: int,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(term.most, most)
    spoilt, later = term.over(office, RUC, 5), term.over(office, OTHER_RUC, 2)
    set_salt(owner, spoilt, NO_SALT)
    posts = [row for row in steps.rows(office, TaskRow) if row.kind is TaskKind.SEND_MAIL]
    office.notices.notified.clear()
    action = f"application_{term.after.value}"
    told = len(steps.events(office, action))
    with caplog.at_level(logging.ERROR), pytest.raises(RoundFailedError, match="1"):
        term.end(office)
    assert steps.state(office, later) is term.after
    assert steps.state(office, spoilt) is term.before
    fresh = steps.events(office, action)[told:]
    assert [event.subject_id for event in fresh] == [later]
    asked = [row for row in steps.rows(office, TaskRow) if row.kind is TaskKind.SEND_MAIL]
    assert len(asked) - len(posts) == len(office.notices.notified) == 0
    assert is_chain_whole(office)
    (record,) = [record for record in caplog.records if record.message == "term_not_ended"]
    assert vars(record)["application_id"] == str(spoilt)
    assert not {RUC, OTHER_RUC} & {str(value) for value in vars(record).values()}


def test_one_that_was_mended_ends_in_the_next_round(
    office: Office, owner: Database, term: Term
) -> None:
    spoilt = term.over(office, RUC, 5)
    set_salt(owner, spoilt, NO_SALT)
    for _ in range(2):
        with pytest.raises(RoundFailedError):
            term.end(office)
    set_salt(owner, spoilt, "ab" * 32)
    assert term.end(office) == 1
    assert term.end(office) == 0
    assert steps.state(office, spoilt) is term.after


def test_an_outage_ends_the_round_at_once(
    office: Office, term: Term, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of many would wait for a database that does not answer."""
    tried: list[object] = []

    def gone(*_: object, **__: object) -> None:
        tried.append(None)
        raise DatabaseDownError("the database went away", retryable=True)

    for ruc, days in ((RUC, 5), (OTHER_RUC, 2)):
        term.over(office, ruc, days)
    monkeypatch.setattr(confirming, "move", gone)
    with pytest.raises(DatabaseDownError):
        term.end(office)
    assert len(tried) == 1
