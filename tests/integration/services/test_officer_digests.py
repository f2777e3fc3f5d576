"""One digest for each officer and business day, with what is theirs and late, and nobody's name."""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.models import ApplicationRow, MailRow, OfficerRow, TaskRow
from review_service.db.queries.officer import late as queries
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.errors import InvalidInputError, TooManyAttemptsError
from review_service.domain.legal_term import oldest_alarming
from review_service.domain.numbering import link_code
from review_service.domain.request_limits import DIGEST_CODE, DIGEST_MAIL
from review_service.domain.roles import OfficerRole
from review_service.domain.terms import ecuador_day, end_of_day
from review_service.services import notifying
from review_service.services.review import claiming, digesting
from tests.factories import RUC, SECRET, Office, add_officer
from tests.integration.services import deciding_steps as deciding
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
    """Give an address and the code that was mailed there; nothing ends the digests."""
    given = digesting.set_address(office.writing(), officer_id=officer_id, address=address)
    if given and code_of(office, officer_id):
        confirm(office, officer_id, code_of(office, officer_id))


def code_of(office: Office, officer_id: UUID) -> str:
    """Return the code that waits; empty where none does."""
    with office.reading() as uow:
        question = uow.session.get_one(OfficerRow, officer_id).digest_question
    return link_code(SECRET, question) if question else ""


def confirm(office: Office, officer_id: UUID, code: str) -> None:
    digesting.confirm_address(office.writing(), officer_id=officer_id, code=code, secret_key=SECRET)


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
    assert len(steps.events(office, "digest_confirmed")) == 1
    assert len(steps.events(office, "digest_ended")) == 1


def test_an_address_that_gave_no_code_back_gets_nothing_but_the_question(
    office: Office, late_case: UUID, officer_id: UUID
) -> None:
    del late_case
    other = "otra.persona@example.ec"
    digesting.set_address(office.writing(), officer_id=officer_id, address=other)
    assert send(office) == 0
    assert [mail.recipient for mail in steps.mails(office, "digest_confirm")] == [ADDRESS, other]
    with pytest.raises(InvalidInputError) as problem:
        confirm(office, officer_id, "000000" if code_of(office, officer_id) != "000000" else "1")
    assert set(problem.value.problems) == {"code"}
    assert send(office) == 0
    confirm(office, officer_id, code_of(office, officer_id))
    assert send(office) == 1
    assert [mail.recipient for mail in digests(office)] == [other]


def test_the_code_of_a_former_address_confirms_no_other(office: Office, officer_id: UUID) -> None:
    digesting.set_address(office.writing(), officer_id=officer_id, address="una@example.ec")
    former = code_of(office, officer_id)
    digesting.set_address(office.writing(), officer_id=officer_id, address="otra@example.ec")
    assert former != code_of(office, officer_id)
    with pytest.raises(InvalidInputError):
        confirm(office, officer_id, former)


def test_a_code_serves_once_and_one_day(office: Office, officer_id: UUID) -> None:
    with pytest.raises(InvalidInputError):
        confirm(office, officer_id, "482913")  # it was given back already
    digesting.set_address(office.writing(), officer_id=officer_id, address="una@example.ec")
    with office.writing() as uow:
        row = uow.session.get_one(OfficerRow, officer_id)
        assert row.digest_asked_at is not None
        row.digest_asked_at -= timedelta(days=1, minutes=1)
        uow.commit()
    with pytest.raises(InvalidInputError) as problem:
        confirm(office, officer_id, code_of(office, officer_id))
    assert problem.value.problems == {"code": digesting.CODE_OVER}


def test_nobody_mails_a_stranger_or_guesses_without_end(office: Office, officer_id: UUID) -> None:
    for n in range(DIGEST_MAIL.count - 1):  # one was spent for the first address
        address = f"desconocido{n}@example.ec"
        digesting.set_address(office.writing(), officer_id=officer_id, address=address)
    with pytest.raises(TooManyAttemptsError):
        digesting.set_address(office.writing(), officer_id=officer_id, address="x@example.ec")
    for _ in range(DIGEST_CODE.count - 1):  # one was spent likewise
        with suppress(InvalidInputError):
            confirm(office, officer_id, "x")
    with pytest.raises(TooManyAttemptsError):
        confirm(office, officer_id, "x")


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


def test_a_late_recommendation_reminds_who_may_issue_it(office: Office, officer_id: UUID) -> None:
    case = steps.in_review(office)
    steps.accept_all(office, case, officer_id)
    deciding.approve(office, case, officer_id, deciding.FOUR_EYES)
    with office.writing() as uow:
        uow.session.get_one(ApplicationRow, case).assigned_to = officer_id
        cedula = uow.session.get_one(OfficerRow, officer_id).cedula
        uow.commit()
    others = {name: add_officer(office, name) for name in ("issuer", "twin", "owner", "locked")}
    others["reviewer"] = add_officer(office, "reviewer", role=OfficerRole.REVIEWER)
    for name, other in others.items():
        want(office, other, f"{name}@produccion.gob.ec")
    with office.writing() as uow:
        uow.session.get_one(OfficerRow, others["twin"]).cedula = cedula
        uow.session.get_one(OfficerRow, others["owner"]).represented_rucs = [RUC]
        uow.session.get_one(OfficerRow, others["locked"]).active = False
        uow.commit()
    overdue(office, case)
    assert send(office) == 1
    [mail] = digests(office)
    assert mail.recipient == "issuer@produccion.gob.ec"
    assert mail.context["count"] == 1


def test_a_recommendation_given_back_is_its_officers_again(
    office: Office, officer_id: UUID
) -> None:
    case = steps.in_review(office)
    steps.accept_all(office, case, officer_id)
    deciding.approve(office, case, officer_id, deciding.FOUR_EYES)
    overdue(office, case)
    assert send(office) == 0
    deciding.give_back(office, case, add_officer(office, "otra"), "La dirección no coincide.")
    assert send(office) == 1
    assert [mail.recipient for mail in digests(office)] == [ADDRESS]


def test_a_case_that_nobody_ever_took_is_the_supervisors_once_its_legal_term_nears(
    office: Office,
) -> None:
    add_officer(office, "emisora")
    boss = add_officer(office, "jefa", role=OfficerRole.SUPERVISOR)
    case = steps.in_review(office)
    overdue(office, case)
    with office.reading() as uow:
        assert queries.late_by_officer(uow, seat="Quito") == {}, "late, and not near its term"
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, case)
        row.confirmed_at = end_of_day(oldest_alarming(ecuador_day(uow.now)))
        uow.commit()
    with office.reading() as uow:
        [(told, cases)] = queries.late_by_officer(uow, seat="Quito").items()
    assert (told, len(cases)) == (boss, 1), "and not the issuer's, who never had it"
