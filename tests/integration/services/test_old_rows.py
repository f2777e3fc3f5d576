"""Old rows go some at a time, only those that are old, and only as the plan says."""

from collections.abc import Callable
from copy import deepcopy
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.models import (
    AgreementRow,
    AttemptRow,
    DirectoryConsentRow,
    MailRow,
    SecondAddressRow,
)
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.dated_rules import read_rulebook
from review_service.domain.errors import DatabaseDownError
from review_service.domain.letters import LetterKind
from review_service.domain.retention import RetentionKind
from review_service.domain.roles import OfficerRole
from review_service.services.agreements import issuing, listing
from review_service.services.applicant import second_address
from review_service.services.letters import writing
from review_service.services.upkeep import invariants, old_rows
from review_service.services.upkeep.old_rows import AT_ONCE
from tests.factories import RUC, Office, add_officer, open_draft
from tests.integration.services import letter_cases, steps
from tests.integration.services.test_clockwork import leap
from tests.integration.services.test_issuing import approved, make_press, only_lease
from tests.integration.services.test_retention import CONFIRMED, hold, lift, rules
from tests.integration.services.test_second_address import DAUGHTER, ask, give, token_of


def prune(office: Office) -> dict[RetentionKind, int]:
    """Prune by confirmed terms; the plan said the same before."""
    told = {each.kind: each.count for each in old_rows.due(office.reading, rules()) if each.count}
    done = dict(old_rows.prune(office.reading, office.writing, rules()))
    assert done == told
    return done


def add_attempts(office: Office, count: int) -> None:
    with office.writing() as uow:
        old = uow.now - timedelta(days=31)
        rows = [{"key": f"{n:064}", "window_start": old, "count": 1} for n in range(count)]
        uow.session.execute(sa.insert(AttemptRow), rows)
        uow.session.add(AttemptRow(key="fresh", window_start=uow.now, count=1))
        uow.commit()


def counted(
    office: Office, *, fails_at: int | None = None
) -> tuple[Callable[[], UnitOfWork], list[int]]:
    """Return a factory that counts its units, and ends one of them as a killed process would."""
    begun: list[int] = []

    def begin() -> UnitOfWork:
        begun.append(1)
        if len(begun) == fails_at:
            raise DatabaseDownError("killed", retryable=True)
        return office.writing()

    return begin, begun


def test_a_heap_of_rows_goes_in_many_short_transactions(office: Office) -> None:
    add_attempts(office, 2 * AT_ONCE + 1)
    begin, begun = counted(office)
    done = old_rows.prune(office.reading, begin, rules())
    assert done == {RetentionKind.ATTEMPTS: 2 * AT_ONCE + 1}
    assert len(begun) == 3
    assert [row.key for row in steps.rows(office, AttemptRow)] == ["fresh"]
    assert prune(office) == {}


def test_one_that_is_killed_in_the_middle_goes_on_the_next_time(office: Office) -> None:
    add_attempts(office, 2 * AT_ONCE)
    begin, _ = counted(office, fails_at=2)
    with pytest.raises(DatabaseDownError):
        old_rows.prune(office.reading, begin, rules())
    assert len(steps.rows(office, AttemptRow)) == AT_ONCE + 1
    assert prune(office) == {RetentionKind.ATTEMPTS: AT_ONCE}


def test_two_rounds_at_once_delete_each_row_once(office: Office) -> None:
    add_attempts(office, AT_ONCE + 1)
    between: list[dict[RetentionKind, int]] = []

    def begin() -> UnitOfWork:
        if not between:
            between.append({})
            between[0] = prune(office)
        return office.writing()

    assert old_rows.prune(office.reading, begin, rules()) == {RetentionKind.ATTEMPTS: 0}
    assert between == [{RetentionKind.ATTEMPTS: AT_ONCE + 1}]


def test_nothing_is_due_while_the_clock_is_not_believed(office: Office) -> None:
    add_attempts(office, 2)
    leap(office, by=timedelta(days=400))
    [told] = [each for each in old_rows.due(office.reading, rules()) if each.count]
    assert (told.kind, told.is_due) == (RetentionKind.ATTEMPTS, False)
    assert old_rows.prune(office.reading, office.writing, rules()) == {}


def test_a_confirmed_term_of_the_past_confirms_none_of_today(office: Office) -> None:
    document: dict[str, Any] = deepcopy(dict(read_rulebook(None)))
    [mails] = [each for each in document["retention"] if each["kind"] == "mails"]
    former = {**mails, "valid_to": date(2026, 6, 30), "confirmed_by": CONFIRMED}
    mails.update(valid_from=date(2026, 7, 1), days=1)
    document["retention"].append(former)
    _add_mail(office, "received", days=400)
    assert old_rows.prune(office.reading, office.writing, document) == {}
    assert steps.mails(office, "received")[0].context == {"reference": "A-1"}
    mails["confirmed_by"] = CONFIRMED
    done = old_rows.prune(office.reading, office.writing, document)
    assert done == {RetentionKind.MAILS: 1}


def test_no_address_stays_of_a_letter_that_nobody_confirmed(office: Office) -> None:
    letter_id = letter_cases.write(office)
    confirmed = letter_cases.received(office, LetterKind.COMPLAINT, email="ana@correo.example")
    steps.hand_over(office, "letter_confirm")
    for mail in steps.mails(office, "letter_confirm"):
        steps.make_older(office, mail, "created_at", "sent_at", by=timedelta(days=7))
    letter = letter_cases.letter(office, letter_id)
    steps.make_older(office, letter, "written_at", "confirm_by", by=timedelta(days=7))
    assert writing.forget_unconfirmed(office.reading, office.writing) == 1
    assert prune(office) == {RetentionKind.QUESTIONS: 2}
    assert letter_cases.ADDRESS not in {row.recipient for row in steps.rows(office, MailRow)}
    assert letter_cases.letter(office, confirmed).email == "ana@correo.example"
    assert list(invariants.broken_invariants(office.reading, office.store)) == []


def test_more_unconfirmed_letters_than_are_read_at_once_are_all_forgotten(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "AT_ONCE", 2)
    ids = [letter_cases.write(office, email=f"a{number}@correo.example") for number in range(5)]
    for letter_id in ids:
        letter = letter_cases.letter(office, letter_id)
        steps.make_older(office, letter, "confirm_by", by=timedelta(days=8))
    assert writing.forget_unconfirmed(office.reading, office.writing) == 5


def test_a_second_address_that_never_said_yes_goes(office: Office) -> None:
    application_id = open_draft(office)
    give(office, application_id, "otra@correo.example")
    ask(office, application_id)
    give(office, application_id, DAUGHTER)
    ask(office, application_id)
    steps.hand_over(office, "second_address")
    for row in (*steps.rows(office, SecondAddressRow), *steps.mails(office, "second_address")):
        columns = ("sent_at",) if isinstance(row, MailRow) else ("expires_at",)
        steps.make_older(office, row, *columns, by=timedelta(days=40))
    assert prune(office) == {RetentionKind.QUESTIONS: 2, RetentionKind.SECOND_ADDRESSES: 1}
    assert [row.address for row in steps.rows(office, SecondAddressRow)] == [DAUGHTER]
    assert steps.mails(office, "second_address") == []
    steps.end(office, application_id)
    assert prune(office) == {RetentionKind.SECOND_ADDRESSES: 1}


def test_a_second_address_that_said_yes_stays(office: Office) -> None:
    application_id = open_draft(office)
    give(office, application_id, DAUGHTER)
    ask(office, application_id)
    second_address.confirm(office.writing(), token=token_of(office))
    [row] = steps.rows(office, SecondAddressRow)
    steps.make_older(office, row, "expires_at", by=timedelta(days=400))
    steps.end(office, application_id)
    assert prune(office) == {}
    assert len(steps.rows(office, SecondAddressRow)) == 1


@pytest.fixture
def listed(office: Office) -> UUID:
    """A published Acuerdo whose holder is in the directory by name."""
    application_id = approved(office)
    issuing.issue(office.writing, make_press(office), only_lease(office))
    listing.consent(
        office.writing(), application_id=application_id, ruc=RUC, shows_name=True, shows_phone=True
    )
    return application_id


def test_of_who_leaves_the_directory_only_that_they_agreed_is_kept(
    office: Office, listed: UUID
) -> None:
    listing.withdraw(office.writing(), application_id=listed, ruc=RUC)
    [row] = steps.rows(office, DirectoryConsentRow)
    assert (row.words, row.shows_name) == ("", True)
    assert row.ended_at is not None
    assert prune(office) == {}


def test_a_consent_ends_with_its_document(office: Office, listed: UUID) -> None:
    assert prune(office) == {}
    with office.writing() as uow:
        agreement = uow.session.scalars(sa.select(AgreementRow)).one()
        agreement.valid_until = uow.now.date() - timedelta(days=2)
        uow.commit()
    boss = add_officer(office, "jefa", role=OfficerRole.SUPERVISOR)
    hold(office, listed, boss)
    assert prune(office) == {}
    lift(office, listed, boss)
    assert prune(office) == {RetentionKind.CONSENTS: 1}
    [row] = steps.rows(office, DirectoryConsentRow)
    assert row.words == ""
    assert row.ended_at is not None
    assert prune(office) == {}
    found = [
        each
        for each in invariants.broken_invariants(office.reading, office.store)
        if each.name.startswith("row")
    ]
    assert found == []


def _add_mail(office: Office, event: str, *, days: int) -> None:
    with office.writing() as uow:
        then = uow.now - timedelta(days=days)
        uow.session.add(
            MailRow(
                event=event,
                recipient="ana@correo.example",
                context={"reference": "A-1"},
                created_at=then,
                sent_at=then,
            )
        )
        uow.commit()
