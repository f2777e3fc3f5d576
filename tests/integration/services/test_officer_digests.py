"""One digest for each officer and business day, with what is theirs and late, and nobody's name."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.models import ApplicationRow, MailRow, OfficerRow, TaskRow
from review_service.db.queries.officer import late as queries
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.errors import InvalidInputError
from review_service.domain.roles import OfficerRole
from review_service.services import notifying
from review_service.services.review import claiming, digesting
from tests.factories import Office, add_officer
from tests.integration.services import steps

ADDRESS = "randrade@produccion.gob.ec"


@pytest.fixture(autouse=True)
def _morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every moment be one on which digests are sent; which those are the domain's test says."""
    monkeypatch.setattr(digesting, "is_time", lambda *_, **__: True)


@pytest.fixture
def officer_id(office: Office) -> UUID:
    found = add_officer(office, "randrade")
    want(office, found)
    return found


@pytest.fixture
def late_case(office: Office, officer_id: UUID) -> UUID:
    """A case that the officer took and that is overdue since yesterday."""
    case = steps.in_review(office)
    claiming.take(office.writing(), application_id=case, officer_id=officer_id)
    overdue(office, case)
    return case


def want(office: Office, officer_id: UUID, address: str = ADDRESS) -> None:
    digesting.set_address(office.writing(), officer_id=officer_id, address=address)


def overdue(office: Office, case: UUID) -> None:
    with office.writing() as uow:
        uow.session.get_one(ApplicationRow, case).due_at = uow.now - timedelta(days=3)
        uow.commit()


def send(office: Office) -> int:
    return digesting.send(office.reading, office.writing, seat="Quito")


def digests(office: Office) -> list[MailRow]:
    return steps.mails(office, "officer_digest")


def test_what_is_theirs_and_late_goes_out_once_a_day(office: Office, late_case: UUID) -> None:
    assert [send(office), send(office)] == [1, 0]
    [mail] = digests(office)
    case = steps.application(office, late_case)
    assert mail.recipient == ADDRESS
    assert mail.context["count"] == 1
    assert mail.context["lines"][0].startswith(f"{case.reference}: lo prometido venció hace")
    told = str(mail.context)
    assert case.holder not in told
    assert case.ruc not in told
    with office.reading() as uow:
        tasks = sa.select(sa.func.count()).where(TaskRow.subject_id == mail.id)
        assert uow.session.scalar(tasks) == 1
    with office.writing() as uow:  # the day after
        row = uow.session.scalars(sa.select(OfficerRow)).one()
        assert row.digested_on is not None
        row.digested_on -= timedelta(days=1)
        uow.commit()
    assert send(office) == 1


def test_nothing_late_is_no_mail_and_leaves_the_day_open(office: Office, officer_id: UUID) -> None:
    case = steps.in_review(office)
    claiming.take(office.writing(), application_id=case, officer_id=officer_id)
    assert send(office) == 0
    overdue(office, case)
    assert send(office) == 1


def test_a_colleagues_case_and_who_wants_none_get_none(office: Office, late_case: UUID) -> None:
    other = add_officer(office, "lpaz")
    want(office, other, "lpaz@produccion.gob.ec")
    assert send(office) == 1
    assert [mail.recipient for mail in digests(office)] == [ADDRESS]
    with office.reading() as uow:
        [(_, cases)] = queries.late_by_officer(uow, seat="Quito").items()
    assert [each.reference for each in cases] == [steps.application(office, late_case).reference]


@pytest.mark.parametrize("how", ["ended", "locked", "auditor"])
def test_who_may_not_or_will_not_gets_none(
    office: Office, late_case: UUID, officer_id: UUID, how: str
) -> None:
    del late_case
    if how == "ended":
        want(office, officer_id, " ")
    else:
        with office.writing() as uow:
            row = uow.session.get_one(OfficerRow, officer_id)
            row.active = how != "locked"
            row.role = OfficerRole.AUDITOR if how == "auditor" else row.role
            uow.commit()
    assert send(office) == 0
    assert digests(office) == []


def test_who_judged_or_asked_to_correct_keeps_the_case(office: Office, officer_id: UUID) -> None:
    case = steps.in_review(office)
    steps.accept_all(office, case, officer_id)
    with office.writing() as uow:
        uow.session.get_one(ApplicationRow, case).claimed_by = None
        uow.commit()
    overdue(office, case)
    assert send(office) == 1


def test_one_that_dies_before_its_commit_writes_the_digest_the_next_time(
    office: Office, late_case: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    del late_case

    def dies(uow: UnitOfWork, **_: object) -> None:
        uow.session.flush()
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(notifying, "post", dies)
        with pytest.raises(SystemExit):
            send(office)
    assert digests(office) == []
    assert send(office) == 1
    assert len(digests(office)) == 1


def test_outside_of_the_morning_nothing_goes(
    office: Office, late_case: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    del late_case
    monkeypatch.setattr(digesting, "is_time", lambda *_, **__: False)
    assert send(office) == 0


def test_an_address_is_one_and_its_change_is_told(office: Office, officer_id: UUID) -> None:
    for wrong in ("nadie", "a@b.ec, c@d.ec", "@produccion.gob.ec"):
        with pytest.raises(InvalidInputError) as problem:
            want(office, officer_id, wrong)
        assert set(problem.value.problems) == {"address"}
    want(office, officer_id)
    want(office, officer_id, "")
    assert len(steps.events(office, "digest_wanted")) == 1, "the same again changes nothing"
    assert len(steps.events(office, "digest_ended")) == 1


def test_a_case_that_was_given_to_somebody_is_theirs_alone(
    office: Office, late_case: UUID, officer_id: UUID
) -> None:
    other = add_officer(office, "otra")
    want(office, other, "otra@rum.example.ec")
    with office.writing() as uow:
        uow.session.get_one(ApplicationRow, late_case).assigned_to = other
        uow.commit()
    send(office)
    assert [mail.recipient for mail in digests(office)] == ["otra@rum.example.ec"]
    del officer_id
