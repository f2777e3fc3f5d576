"""Anybody may ask: true, expired, altered or unknown; every wrong question is answered alike."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from review_service.db.models import AgreementRow
from review_service.domain.errors import TooManyAttemptsError
from review_service.domain.numbering import spaced, verification_code, verification_token
from review_service.domain.request_limits import (
    VERIFY_FILE,
    VERIFY_SCANNED,
    VERIFY_TYPED,
    Limit,
)
from review_service.domain.terms import ecuador_day
from review_service.domain.work import TaskKind
from review_service.services.agreements import issuing, verifying
from review_service.services.agreements.verifying import Answer, Verdict
from tests.asked_statements import asked_of
from tests.copied_cases import copied
from tests.factories import SECRET, Office, add_officer
from tests.integration.services import steps
from tests.integration.services.counted import set_count, until_held_up
from tests.integration.services.test_issuing import make_press

UNKNOWN = Answer(verdict=Verdict.UNKNOWN)


@copied
def published(office: Office) -> AgreementRow:
    application_id = steps.in_review(office)
    steps.approve(office, application_id, add_officer(office))
    (lease,) = steps.leases(office, TaskKind.ISSUE_AGREEMENT)
    issuing.issue(office.writing, make_press(office), lease)
    (row,) = steps.rows(office, AgreementRow)
    return row


def by_token(office: Office, token: str) -> Answer:
    return verifying.by_token(office.writing(), token=token, client="c", key=SECRET)


def by_number(office: Office, number: str, code: str) -> Answer:
    return verifying.by_number_and_code(
        office.writing(), number=number, code=code, client="c", key=SECRET
    )


def by_file(office: Office, sha256: str, *identifiers: bytes) -> Answer:
    return verifying.by_file(
        office.writing(), sha256=sha256, identifiers=set(identifiers), client="c", key=SECRET
    )


def test_all_three_ways_find_the_same_facts(office: Office) -> None:
    row = published(office)
    code = verification_code(SECRET, row.id)
    answers = [
        by_token(office, verification_token(SECRET, row.id)),
        by_number(office, row.number, code),
        by_number(office, f" {row.number.lower()} ", spaced(code).lower()),
        by_file(office, row.sha256 or ""),
    ]
    assert all(answer == answers[0] for answer in answers)
    assert answers[0].verdict is Verdict.IN_FORCE
    found = answers[0].agreement
    assert found is not None
    assert (found.number, found.holder) == (row.number, "TITUAÑA QUILUMBA MARIA")
    assert (found.masked_ruc, found.ciiu) == ("3000••••••001", "C139209")
    assert (found.valid_from, found.valid_until) == (row.valid_from, row.valid_until)
    assert (found.sha256, found.signatures) == (row.sha256, 2)
    assert found.demonstration


@pytest.mark.parametrize(("days", "verdict"), [(0, Verdict.IN_FORCE), (1, Verdict.EXPIRED)])
def test_it_holds_through_its_last_day(office: Office, days: int, verdict: Verdict) -> None:
    row = published(office)
    with office.writing() as uow:
        kept = uow.session.get_one(AgreementRow, row.id)
        until = ecuador_day(uow.now) - timedelta(days=days)
        kept.valid_until = until
        kept.snapshot = {**kept.snapshot, "valid_until": until.isoformat()}
        uow.commit()
    steps.prove_as_it_is(office, row.id)
    assert by_token(office, verification_token(SECRET, row.id)).verdict is verdict


def test_an_altered_copy_of_ours_shows_what_the_true_one_says(office: Office) -> None:
    row = published(office)
    answer = by_file(office, "0" * 64, b"x" * 16, bytes.fromhex(row.file_identifier))
    assert answer.verdict is Verdict.ALTERED
    assert answer.agreement is not None
    assert answer.agreement.number == row.number


def test_a_file_that_says_it_is_many_is_looked_at_fifty_times_at_most(office: Office) -> None:
    row = published(office)
    many = {bytes([255, number]) + b"\xff" * 14 for number in range(60)}
    assert by_file(office, "0" * 64, *many) == UNKNOWN
    assert row.sha256 is not None


WRONG: dict[str, Callable[[Office, AgreementRow], Answer]] = {
    "no token": lambda office, _: by_token(office, ""),
    "another token": lambda office, _: by_token(office, "a" * 26),
    "a token in capitals": lambda office, row: by_token(
        office, verification_token(SECRET, row.id).upper()
    ),
    "a token with NUL": lambda office, _: by_token(office, "\x00" * 26),
    "no number": lambda office, _: by_number(office, "", ""),
    "another number": lambda office, row: by_number(
        office, row.number[:-2] + "99", verification_code(SECRET, row.id)
    ),
    "a near number with another code": lambda office, row: by_number(
        office, row.number[:-1] + "9", "0" * 12
    ),
    "a near number with nearly its code": lambda office, row: by_number(
        office, row.number[:-1] + "9", verification_code(SECRET, row.id)[:11] + "!"
    ),
    "another code": lambda office, row: by_number(office, row.number, "0" * 12),
    "half a code": lambda office, row: by_number(
        office, row.number, verification_code(SECRET, row.id)[:11]
    ),
    "a number with NUL": lambda office, row: by_number(office, row.number + "\x00", "x"),
    "a code with NUL": lambda office, row: by_number(office, row.number, "\x00ñ" * 900),
    "an endless number": lambda office, _: by_number(office, "9" * 10_000, "x"),
    "another file": lambda office, _: by_file(office, "0" * 64),
    "a file of somebody": lambda office, _: by_file(office, "0" * 64, b"y" * 16),
}


SPELLED: dict[str, Callable[[str], str]] = {
    "as printed": lambda number: f"N.º {number.replace('-', ' ')}",
    "with a final point": lambda number: f"{number}.",
    "in small letters": lambda number: number.lower(),
    "with long dashes": lambda number: number.replace("-", " — "),
    "with the whole label": lambda number: f"Acuerdo Interministerial Nro. {number}",
    "without separators": lambda number: number.replace("-", ""),
}


@pytest.mark.parametrize("spelling", SPELLED)
def test_a_genuine_number_is_found_as_it_stands_on_the_paper(office: Office, spelling: str) -> None:
    row = published(office)
    answer = by_number(office, SPELLED[spelling](row.number), verification_code(SECRET, row.id))
    assert answer.verdict is Verdict.IN_FORCE


NEAR: dict[str, Callable[[str], str]] = {
    "another digit": lambda number: number[:-1] + "9",
    "two digits swapped": lambda number: number[:-2] + number[-1] + number[-2],
    "letters for zeros": lambda number: number[:-6] + number[-6:].replace("0", "O"),
    "zeros left out": lambda number: f"{number[:-6]}{int(number[-6:])}",
    "one zero left out": lambda number: number[:-6] + number[-5:],
    "a letter left out": lambda number: number[1:],
    "another year": lambda number: f"{number[:-8]}9{number[-7:]}",
}


@pytest.mark.parametrize("slip", NEAR)
def test_a_near_number_is_proposed_to_who_typed_its_whole_code(office: Office, slip: str) -> None:
    row = published(office)
    typed = NEAR[slip](row.number)
    code = verification_code(SECRET, row.id)
    assert typed != row.number
    assert by_number(office, typed, code) == Answer(verdict=Verdict.UNKNOWN, meant=row.number)
    assert by_number(office, typed, code[:-1]) == UNKNOWN


def test_every_wrong_question_gets_the_same_answer(office: Office) -> None:
    row = published(office)
    answers = {question: ask(office, row) for question, ask in WRONG.items()}
    assert answers == dict.fromkeys(WRONG, UNKNOWN)


def test_what_is_not_published_yet_is_unknown(office: Office) -> None:
    application_id = steps.in_review(office)
    number = steps.approve(office, application_id, add_officer(office))
    (row,) = steps.rows(office, AgreementRow)
    assert by_token(office, verification_token(SECRET, row.id)) == UNKNOWN
    assert by_number(office, number, verification_code(SECRET, row.id)) == UNKNOWN


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("ask", "limit"),
    [
        (
            lambda office, client: verifying.by_token(
                office.writing(), token="", client=client, key=SECRET
            ),
            VERIFY_SCANNED,
        ),
        (
            lambda office, client: verifying.by_number_and_code(
                office.writing(), number="", code="", client=client, key=SECRET
            ),
            VERIFY_TYPED,
        ),
        (
            lambda office, client: verifying.by_file(
                office.writing(), sha256="", identifiers=set(), client=client, key=SECRET
            ),
            VERIFY_FILE,
        ),
    ],
)
def test_one_network_address_may_ask_so_often_a_minute(
    office: Office, ask: Callable[[Office, str], Answer], limit: Limit
) -> None:
    set_count(office, limit, "198.51.100.7", limit.count - 1)
    ask(office, "198.51.100.7")

    def refused() -> TooManyAttemptsError | None:
        try:
            ask(office, "198.51.100.7")
        except TooManyAttemptsError as error:
            return error
        return None

    error = until_held_up(refused, lambda answer: answer is not None)
    assert error is not None
    assert 0 < error.retry_after <= 60
    ask(office, "203.0.113.9")


@pytest.mark.parametrize("verdict", Verdict)
def test_each_verdict_is_of_three_words_at_most(verdict: Verdict) -> None:
    assert 1 <= len(verdict.label.split()) <= 3


def test_a_scanned_code_is_answered_with_one_statement(office: Office) -> None:
    """It is what is asked most; each statement costs a web process half a millisecond."""
    row = published(office)
    token = verification_token(SECRET, row.id)
    by_token(office, token)  # writes what was counted, as the first one in each second does
    with asked_of(office.database.engine) as asked:
        assert by_token(office, token).verdict is Verdict.IN_FORCE
    own = [each for each in asked if not each.startswith(("BEGIN", "PRAGMA"))]
    assert len(own) == 1, "\n".join(own)
