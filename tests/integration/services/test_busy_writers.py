"""Who verifies an Acuerdo is answered at once, whatever else is being written meanwhile."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import pytest
import sqlalchemy as sa

from review_service.db.models import AttemptRow, PaperProofRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.errors import TooManyAttemptsError
from review_service.domain.numbering import verification_code, verification_token
from review_service.domain.request_limits import VERIFY_TYPED
from review_service.services import attempts, quick_attempts
from review_service.services.agreements.verifying import Verdict
from tests.factories import SECRET, Office
from tests.integration.services import steps
from tests.integration.services.test_verifying import by_file, by_number, by_token, published

PATIENCE_SECONDS = 5.0
"""Of many answers; one that waited would take 15."""


@contextmanager
def somebody_writes(office: Office) -> Iterator[None]:
    """Hold what a long import holds: SQLite's only lock, or the row of who asks."""
    with office.writing() as uow:
        uow.session.execute(sa.update(AttemptRow).values(count=AttemptRow.count))
        uow.session.flush()
        began = time.monotonic()
        yield
        assert time.monotonic() - began < PATIENCE_SECONDS


@pytest.fixture
def paper(office: Office) -> tuple[str, str, str, str]:
    """Token, number, code and hash of a published paper, of which each was asked for once."""
    row = published(office)
    token, code = verification_token(SECRET, row.id), verification_code(SECRET, row.id)
    by_token(office, token)
    by_number(office, row.number, code)
    by_file(office, row.sha256 or "")
    return token, row.number, code, row.sha256 or ""


def test_all_three_ways_answer_while_another_writes(
    office: Office, paper: tuple[str, str, str, str]
) -> None:
    token, number, code, sha256 = paper
    with somebody_writes(office):
        answers = [
            by_token(office, token),
            by_number(office, number, code),
            by_file(office, sha256),
        ]
    assert {answer.verdict for answer in answers} == {Verdict.IN_FORCE}


def test_a_paper_without_proof_is_told_at_once_too(
    office: Office, paper: tuple[str, str, str, str]
) -> None:
    with office.writing() as uow:
        uow.session.execute(sa.delete(PaperProofRow))
        uow.commit()
    with somebody_writes(office):
        assert by_token(office, paper[0]).verdict is Verdict.UNPROVEN


def test_the_limit_holds_and_what_could_not_be_written_is_written_later(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quick_attempts, "WRITE_SECONDS", 0.0)
    limit = replace(VERIFY_TYPED, count=4, per_seconds=86_400)

    def spend() -> None:
        seen = quick_attempts.spend(office.writing(), limit, who="somebody", read=lambda _: "seen")
        assert seen == "seen"

    spend()
    with somebody_writes(office):
        for _ in range(3):
            spend()
        with pytest.raises(TooManyAttemptsError):
            spend()
    with pytest.raises(TooManyAttemptsError):
        spend()
    assert [row.count for row in steps.rows(office, AttemptRow)] == [6]


def test_attempts_are_written_once_a_second_and_those_of_others_are_learned(
    office: Office,
) -> None:
    limit = replace(VERIFY_TYPED, count=6, per_seconds=86_400)
    for _ in range(3):
        quick_attempts.spend(office.writing(), limit, who="somebody", read=lambda _: None)
    assert [row.count for row in steps.rows(office, AttemptRow)] == [1]
    with office.writing() as uow:  # as another process that counted five
        uow.session.execute(sa.update(AttemptRow).values(count=AttemptRow.count + 5))
        uow.commit()
    quick_attempts.spend(office.writing(), limit, who="somebody", read=lambda _: None)
    time.sleep(quick_attempts.WRITE_SECONDS)
    read: list[object] = []
    with pytest.raises(TooManyAttemptsError):
        quick_attempts.spend(office.writing(), limit, who="somebody", read=read.append)
    assert [row.count for row in steps.rows(office, AttemptRow)] == [10]
    assert read == []


def test_of_many_who_ask_the_oldest_is_forgotten(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quick_attempts, "MOST_KEPT", 2)
    limit = replace(VERIFY_TYPED, count=2, per_seconds=86_400)
    for who in ("a", "b", "c", "c", "a", "a"):
        quick_attempts.spend(office.writing(), limit, who=who, read=lambda _: None)
    with pytest.raises(TooManyAttemptsError):
        quick_attempts.spend(office.writing(), limit, who="a", read=lambda _: None)


def test_what_many_asked_in_a_second_is_written_together(office: Office) -> None:
    limit = replace(VERIFY_TYPED, per_seconds=86_400)
    for who in ("first", "a", "b", "b", "c"):
        quick_attempts.spend(office.writing(), limit, who=who, read=lambda _: None)
    time.sleep(quick_attempts.WRITE_SECONDS)
    quick_attempts.spend(office.writing(), limit, who="a", read=lambda _: None)
    counts = {row.key: row.count for row in steps.rows(office, AttemptRow)}
    keys = {who: attempts.key_of(limit.name, who) for who in ("first", "a", "b", "c")}
    assert {who: counts[key] for who, key in keys.items()} == {"first": 1, "a": 2, "b": 2, "c": 1}


def test_what_two_write_at_once_is_written_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the first waits for a connection for longer than a second."""
    monkeypatch.setattr(quick_attempts, "WRITE_SECONDS", 0.0)
    limit, add_many = replace(VERIFY_TYPED, per_seconds=86_400), attempts.add_many

    def spend() -> None:
        quick_attempts.spend(office.writing(), limit, who="somebody", read=lambda _: None)

    def add_later(uow: UnitOfWork, times: Mapping[quick_attempts.Place, int]) -> object:
        monkeypatch.setattr(attempts, "add_many", add_many)
        spend()
        return add_many(uow, times)

    monkeypatch.setattr(attempts, "add_many", add_later)
    spend()
    assert sum(row.count for row in steps.rows(office, AttemptRow)) <= 2
    spend()
    assert [row.count for row in steps.rows(office, AttemptRow)] == [3]
