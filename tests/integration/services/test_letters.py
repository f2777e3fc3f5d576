"""Letters to the service: received once, numbered without a gap, answered once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from review_service.db.letters import letter_stamp
from review_service.db.models import LetterRow, OfficerRow
from review_service.db.queries.letters import waiting_letters
from review_service.domain.errors import (
    InvalidInputError,
    LinkError,
    NotAllowedError,
    NotFoundError,
    OwnCaseError,
    StaleStateError,
    TooManyAttemptsError,
)
from review_service.domain.letters import DataRequest, LetterKind, LetterState
from review_service.domain.numbering import link_token
from review_service.domain.request_limits import LETTER_OWNER, LETTER_RECIPIENT
from review_service.domain.roles import OfficerRole
from review_service.domain.terms import business_days_between, ecuador_day
from review_service.services.letters import writing
from review_service.services.letters.receipt import LetterRules
from review_service.services.review import reviewing
from review_service.services.upkeep import invariants
from tests.factories import OTHER_RUC, RUC, SECRET, Office, add_officer
from tests.integration.services import letter_cases, steps
from tests.integration.services.letter_cases import ADDRESS, ANSWER, BODY, RULES
from tests.integration.services.test_notices import INSTITUTION
from tests.integration.services.test_second_address import RememberedMails, let_out


@pytest.fixture
def office(office_on_each_database: Office) -> Office:
    """An office on each kind of database."""
    return office_on_each_database


def whole(office: Office) -> bool:
    return invariants.broken_invariants(office.reading, office.store) == []


def test_a_letter_of_a_stranger_is_received_once_its_address_says_so(office: Office) -> None:
    bystander = letter_cases.write(office, email="otra@correo.example")
    letter_id = letter_cases.write(office)
    row = letter_cases.letter(office, letter_id)
    assert (row.state, row.number, row.received_at) == (LetterState.UNCONFIRMED, None, None)
    number = letter_cases.confirm(office, letter_id)
    row = letter_cases.letter(office, letter_id)
    assert row.received_at is not None
    assert row.due_on is not None
    assert number == row.number == f"Q-{ecuador_day(row.received_at).year}-000001"
    assert row.state is LetterState.OPEN
    assert business_days_between(ecuador_day(row.received_at), row.due_on) == row.term_days == 10
    assert letter_cases.letter(office, bystander).state is LetterState.UNCONFIRMED
    assert whole(office)


def test_a_form_that_comes_twice_is_one_letter_of_one_mail(office: Office) -> None:
    first, again = (letter_cases.write(office, form_key="a1") for _ in range(2))
    assert first == again
    assert len(steps.events(office, "letter_written")) == 1
    relay = RememberedMails()
    let_out(office, relay)
    assert len(relay.gone) == 1
    other = letter_cases.write(office, form_key="a1", email="otra@correo.example")
    assert other != first, "nobody reaches another's letter by its key"
    mine = letter_cases.write_signed_in(office, form_key="a1")
    assert mine == letter_cases.write_signed_in(office, form_key="a1")
    assert (
        len(
            {first, other, mine, letter_cases.write_signed_in(office, ruc=OTHER_RUC, form_key="a1")}
        )
        == 4
    )
    assert whole(office)


@pytest.mark.parametrize("is_signed_in", [True, False])
def test_a_form_that_comes_again_spends_nothing(office: Office, *, is_signed_in: bool) -> None:
    most = LETTER_OWNER.count if is_signed_in else LETTER_RECIPIENT.count
    send = letter_cases.write_signed_in if is_signed_in else letter_cases.write
    assert len({send(office, form_key="a1") for _ in range(most + 1)}) == 1


def test_letters_are_received_while_others_are_confirmed(office: Office) -> None:
    """One way locked the chain and then the counter, the other the counter and then the chain."""
    asked = [letter_cases.write(office, email=f"r{place}@correo.example") for place in range(8)]

    def receive(place: int) -> None:
        if place % 2:
            letter_cases.write_signed_in(office, form_key=f"{place}")
        else:
            letter_cases.confirm(office, asked[place // 2])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(receive, range(16)))
    assert len(steps.events(office, "letter_received")) == 16
    assert whole(office)


def test_a_letter_about_a_case_that_is_being_decided_waits_for_nobody_who_waits_for_it(
    office: Office,
) -> None:
    application_id = steps.in_review(office)
    steps.observe(office, application_id)
    reference = steps.application(office, application_id).reference
    with ThreadPoolExecutor(4) as pool:
        letters = [
            pool.submit(letter_cases.write_signed_in, office, about=reference, form_key=f"{place}")
            for place in range(6)
        ]
        refusing = pool.submit(
            reviewing.refuse,
            office.writing(),
            application_id=application_id,
            officer_id=add_officer(office),
            version=steps.application(office, application_id).version,
            reasons="La actividad registrada no es artesanal.",
            institution=INSTITUTION,
        )
        for each in letters:
            each.result()
        refusing.result()
    assert whole(office)


def test_forms_that_come_at_the_same_time_are_one_letter(office: Office) -> None:
    with ThreadPoolExecutor(4) as pool:
        written = list(
            pool.map(lambda _: letter_cases.write_signed_in(office, form_key="a1"), range(4))
        )
    assert len(set(written)) == 1
    assert len(steps.events(office, "letter_received")) == 1
    assert whole(office)


def test_a_second_press_gives_the_same_number(office: Office) -> None:
    letter_id = letter_cases.write(office)
    assert letter_cases.confirm(office, letter_id) == letter_cases.confirm(office, letter_id)
    assert len(steps.events(office, "letter_received")) == 1


def test_numbers_have_no_gap_whoever_writes(office: Office) -> None:
    letter_cases.write(office)
    for place in range(1, 4):
        kind = list(LetterKind)[place % 2]
        letter_id = letter_cases.write_signed_in(office, kind, about="AR-2026-000001")
        number = letter_cases.letter(office, letter_id).number
        assert number is not None
        assert number.endswith(f"-{place:06d}")
    assert whole(office)


def test_the_question_to_the_address_holds_no_word_of_the_letter(office: Office) -> None:
    letter_id = letter_cases.write(office)
    relay = RememberedMails()
    let_out(office, relay)
    ((event, to, context),) = relay.gone
    assert (event, to) == ("letter_confirm", ADDRESS)
    assert set(context) == {"kind", "link", "link_expires_at"}
    assert context["link"] == f"http://localhost/quejas/carta/{link_token(SECRET, letter_id)}"


def test_who_is_signed_in_is_heard_at_once(office: Office) -> None:
    letter_id = letter_cases.write_signed_in(office)
    row = letter_cases.letter(office, letter_id)
    assert (row.state, row.ruc) == (LetterState.OPEN, RUC)
    relay = RememberedMails()
    let_out(office, relay)
    assert relay.to(ADDRESS) == ["letter_received"]


def test_a_wrong_link_and_one_that_is_over_confirm_nothing(office: Office) -> None:
    letter_id = letter_cases.write(office)
    with pytest.raises(LinkError, match="wrong"):
        writing.confirm(office.writing(), token="no token", rules=RULES)
    row = letter_cases.letter(office, letter_id)
    steps.make_older(office, row, "confirm_by", by=timedelta(days=7, seconds=1))
    with pytest.raises(LinkError, match="expired"):
        letter_cases.confirm(office, letter_id)
    assert letter_cases.letter(office, letter_id).state is LetterState.UNCONFIRMED


def test_only_what_nobody_confirmed_in_time_is_forgotten(office: Office) -> None:
    late, waiting = letter_cases.write(office), letter_cases.write(office)
    kept = letter_cases.received(office)
    for each in (late, kept):
        row = letter_cases.letter(office, each)
        steps.make_older(office, row, "confirm_by", by=timedelta(days=8))
    assert writing.forget_unconfirmed(office.reading, office.writing) == 1
    assert {row.id for row in steps.rows(office, LetterRow)} == {waiting, kept}
    assert [event.subject_id for event in steps.events(office, "letter_not_confirmed")] == [late]
    relay = RememberedMails()
    let_out(office, relay)
    assert relay.to(ADDRESS) == ["letter_confirm", "letter_confirm", "letter_received"]


def test_a_letter_names_the_application_whose_number_was_typed(office: Office) -> None:
    application_id = steps.in_review(office)
    reference = steps.application(office, application_id).reference
    about = letter_cases.write(office, LetterKind.APPEAL, about=reference.lower())
    other = letter_cases.write(office, LetterKind.APPEAL, about="AR-2026-999999")
    assert letter_cases.letter(office, about).application_id == application_id
    assert letter_cases.letter(office, other).application_id is None


@pytest.mark.parametrize(
    ("kind", "changed", "field"),
    [
        (LetterKind.COMPLAINT, {"body": "muy mal"}, "body"),
        (LetterKind.COMPLAINT, {"body": "a" * 4001}, "body"),
        (LetterKind.COMPLAINT, {"name": "  "}, "name"),
        (LetterKind.COMPLAINT, {"email": "rosa@correo"}, "email"),
        (LetterKind.COMPLAINT, {"email": f"rosa@{'a.' * 130}example"}, "email"),
        (LetterKind.COMPLAINT, {"email": "rosa@correo.example\r\nBcc: b@b.example"}, "email"),
        (LetterKind.COMPLAINT, {"about": "9" * 81}, "about"),
        (LetterKind.COMPLAINT, {"request": DataRequest.ACCESS}, "request"),
        (LetterKind.PERSONAL_DATA, {}, "request"),
        (LetterKind.APPEAL, {}, "about"),
    ],
)
def test_what_nobody_could_act_on_is_not_taken(
    office: Office, kind: LetterKind, changed: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        letter_cases.write(office, kind, **changed)
    assert set(refused.value.problems) == {field}
    assert steps.rows(office, LetterRow) == []


def test_one_mailbox_is_asked_five_times_a_day_whoever_writes(office: Office) -> None:
    for place in range(LETTER_RECIPIENT.count):
        letter_id = letter_cases.write(office, email=f"Rosa+{place}@correo.example")
        letter_cases.confirm(office, letter_id)
    with pytest.raises(TooManyAttemptsError):
        letter_cases.write(office)
    letter_cases.write(office, email="otra@correo.example")


def test_who_fills_the_box_of_somebody_else_keeps_no_letter_of_theirs_out(office: Office) -> None:
    for place in range(LETTER_RECIPIENT.count):
        letter_cases.write(office, email=f"Rosa+{place}@correo.example")
    mine = letter_cases.new_letter(LetterKind.COMPLAINT)
    kept = writing.write(office.writing(), mine, network="192.0.2.8", secret_key=SECRET)
    assert not kept.is_mailed
    assert len(steps.mails(office, "letter_confirm")) == LETTER_RECIPIENT.count
    with office.reading() as uow:
        waiting = waiting_letters(uow, "ROSA@correo.example")
        assert waiting_letters(uow, "rosario@correo.example") == ()
        assert waiting_letters(uow, "rosa@otro.example") == ()
    assert kept.letter_id in {each.id for each in waiting}
    assert letter_cases.confirm(office, kept.letter_id).startswith("Q-")
    assert whole(office)


def test_the_link_serves_all_its_days_from_when_it_leaves(office: Office) -> None:
    letter_id = letter_cases.write(office)
    steps.make_older(office, letter_cases.letter(office, letter_id), "confirm_by", by=timedelta(6))
    relay = RememberedMails()
    let_out(office, relay)
    row = letter_cases.letter(office, letter_id)
    assert row.confirm_by is not None
    with office.reading() as uow:
        assert row.confirm_by > uow.now + timedelta(days=6, hours=23)
    assert relay.gone[0][2]["link_expires_at"] == row.confirm_by
    assert whole(office)


def test_who_is_signed_in_has_a_budget_of_the_own_ruc(office: Office) -> None:
    for _ in range(LETTER_OWNER.count):
        letter_cases.write_signed_in(office)
    with pytest.raises(TooManyAttemptsError):
        letter_cases.write_signed_in(office)
    letter_cases.write_signed_in(office, ruc=OTHER_RUC)


def test_an_officer_answers_once_and_the_answer_goes_out(office: Office) -> None:
    letter_id, bystander = letter_cases.received(office), letter_cases.received(office)
    first, second = add_officer(office), add_officer(office, "bmena")
    seen = letter_stamp(letter_cases.letter(office, letter_id))
    letter_cases.answer(office, letter_id, first, seen=seen)
    letter_cases.answer(office, letter_id, first, seen=seen)
    with pytest.raises(StaleStateError):
        letter_cases.answer(office, letter_id, second, seen=seen)
    with pytest.raises(StaleStateError):
        letter_cases.answer(office, letter_id, first, text=ANSWER + " Otra vez.", seen=seen)
    row = letter_cases.letter(office, letter_id)
    assert (row.state, row.answer, row.answered_by) == (LetterState.ANSWERED, ANSWER, first)
    assert len(steps.events(office, "letter_answered")) == 1
    (mail,) = steps.mails(office, "letter_answered")
    assert (mail.id, mail.recipient) == (row.answer_mail_id, ADDRESS)
    assert mail.context["paragraphs"] == [ANSWER]
    assert letter_cases.letter(office, bystander).state is LetterState.OPEN
    assert whole(office)


def test_a_form_of_before_answers_nothing(office: Office) -> None:
    letter_id = letter_cases.received(office)
    with pytest.raises(StaleStateError):
        letter_cases.answer(office, letter_id, add_officer(office), seen="1.00000000000000000000")


def test_a_letter_that_was_not_received_is_not_there_for_officers(office: Office) -> None:
    letter_id = letter_cases.write(office)
    with pytest.raises(NotFoundError):
        letter_cases.answer(office, letter_id, add_officer(office))


@pytest.mark.parametrize(
    ("role", "kind", "may"),
    [
        (OfficerRole.REVIEWER, LetterKind.COMPLAINT, True),
        (OfficerRole.REVIEWER, LetterKind.APPEAL, False),
        (OfficerRole.ISSUER, LetterKind.APPEAL, True),
        (OfficerRole.AUDITOR, LetterKind.COMPLAINT, False),
        (OfficerRole.ADMIN, LetterKind.COMPLAINT, False),
    ],
)
def test_who_may_answer(office: Office, role: OfficerRole, kind: LetterKind, *, may: bool) -> None:
    letter_id = letter_cases.received(office, kind, about="AR-2026-000001")
    officer = add_officer(office, role=role)
    if may:
        letter_cases.answer(office, letter_id, officer)
        return
    with pytest.raises(NotAllowedError):
        letter_cases.answer(office, letter_id, officer)


def test_nobody_answers_the_own_letter_or_one_against_the_own_decision(
    office: Office,
) -> None:
    application_id = steps.in_review(office)
    officer = add_officer(office)
    reference = steps.application(office, application_id).reference
    own = letter_cases.write_signed_in(office)
    appeal = letter_cases.received(office, LetterKind.APPEAL, about=reference)
    complaint = letter_cases.received(office, email="otra@correo.example", about=reference)
    warning = letter_cases.received(
        office, LetterKind.FALSE_DOCUMENT, email="una@correo.example", about=reference
    )
    steps.observe(office, application_id, officer)
    reviewing.refuse(
        office.writing(),
        application_id=application_id,
        officer_id=officer,
        version=steps.application(office, application_id).version,
        reasons="La actividad registrada no es artesanal.",
        institution=INSTITUTION,
    )
    for each in (appeal, complaint):
        with pytest.raises(InvalidInputError, match="respuesta"):
            letter_cases.answer(office, each, officer)
    letter_cases.answer(office, warning, officer)
    with office.writing() as uow:
        other = uow.session.get(OfficerRow, officer)
        assert other is not None
        other.cedula = RUC[:10]
        uow.commit()
    for each in (own, appeal, complaint):
        with pytest.raises(OwnCaseError):
            letter_cases.answer(office, each, officer)
    letter_cases.answer(office, complaint, add_officer(office, "otra"))


def test_the_term_is_that_of_the_rules_of_the_day(office: Office) -> None:
    rules = {
        "letter_terms": [
            {
                "kind": kind.value,
                "days": 30,
                "norm": "COA, art. 207",
                "certainty": "verified",
                "valid_from": date(2018, 12, 1),
                "source": "COA",
            }
            for kind in LetterKind
        ]
    }
    letter_id = writing.write_signed_in(
        office.writing(),
        letter_cases.new_letter(),
        ruc=RUC,
        secret_key=SECRET,
        rules=LetterRules(rulebook=rules),
    )
    row = letter_cases.letter(office, letter_id)
    assert (row.term_days, row.term_norm) == (30, "COA, art. 207")
    (mail,) = steps.mails(office, "letter_received")
    assert (mail.context["term"], mail.context["norm"]) == ("plazo legal", "COA, art. 207")


def test_no_word_of_a_letter_is_logged_or_in_the_trail(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        letter_id = letter_cases.received(office)
        letter_cases.answer(office, letter_id, add_officer(office))
    told = [
        str(event.details)
        for action in ("letter_written", "letter_received", "letter_answered")
        for event in steps.events(office, action)
    ]
    for words in (BODY, ANSWER, ADDRESS, "Quishpe"):
        assert not any(words in text for text in [*told, *caplog.messages])
