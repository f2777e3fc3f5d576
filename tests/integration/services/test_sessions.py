"""Sessions: idle, absolute and ended ones are over; a locked officer's too."""

from datetime import timedelta

import pytest

from review_service.db.models import SessionKind, SessionRow
from review_service.services import sessions
from review_service.services.sessions import CurrentSession, Signed
from review_service.services.upkeep import officer_accounts
from tests.factories import RUC, Office, add_officer
from tests.integration.services import steps


def applicant(office: Office) -> Signed:
    with office.writing() as uow:
        signed = sessions.start_applicant(uow, ruc=RUC)
        uow.commit()
    return signed


def officer(office: Office, *, second_factor: bool = True, name: str = "randrade") -> Signed:
    officer_id = add_officer(office, name)
    with office.writing() as uow:
        signed = sessions.start_officer(uow, officer_id=officer_id, second_factor=second_factor)
        uow.commit()
    return signed


def current(office: Office, signed: Signed) -> CurrentSession | None:
    return sessions.current(office.writing(), token=signed.token)


def age(office: Office, *columns: str, **by: float) -> None:
    (row,) = steps.rows(office, SessionRow)
    steps.make_older(office, row, *columns, by=timedelta(**by))


def test_a_token_says_who_is_asking_and_is_kept_as_a_hash(office: Office) -> None:
    mine, theirs = applicant(office), officer(office)
    found = current(office, mine)
    assert found is not None
    assert (found.kind, found.ruc, found.officer_id) == (SessionKind.APPLICANT, RUC, None)
    other = current(office, theirs)
    assert other is not None
    assert (other.kind, other.ruc) == (SessionKind.OFFICER, None)
    assert (other.officer_name, other.second_factor) == ("Funcionaria randrade", True)
    kept = [row.token_hash for row in steps.rows(office, SessionRow)]
    assert mine.token not in kept
    assert theirs.token not in kept


@pytest.mark.parametrize("token", ["", "nobody", "\x00ñ", "x" * 5000])
def test_another_token_is_nobody(office: Office, token: str) -> None:
    applicant(office)
    assert sessions.current(office.writing(), token=token) is None


@pytest.mark.parametrize(("minutes", "alive"), [(119, True), (121, False)])
def test_an_applicant_may_be_idle_for_two_hours(
    office: Office, minutes: float, *, alive: bool
) -> None:
    signed = applicant(office)
    age(office, "last_seen_at", minutes=minutes)
    assert (current(office, signed) is not None) is alive


@pytest.mark.parametrize(("minutes", "alive"), [(29, True), (31, False)])
def test_an_officer_may_be_idle_for_half_an_hour(
    office: Office, minutes: float, *, alive: bool
) -> None:
    signed = officer(office)
    age(office, "last_seen_at", minutes=minutes)
    assert (current(office, signed) is not None) is alive


@pytest.mark.parametrize(("hours", "alive"), [(11.9, True), (12.1, False)])
def test_no_session_lives_longer_than_twelve_hours(
    office: Office, hours: float, *, alive: bool
) -> None:
    signed = applicant(office)
    age(office, "expires_at", hours=hours)
    assert (current(office, signed) is not None) is alive


@pytest.mark.parametrize(("minutes", "alive"), [(9.9, True), (10.1, False)])
def test_a_password_alone_lasts_ten_minutes(office: Office, minutes: float, *, alive: bool) -> None:
    signed = officer(office, second_factor=False)
    age(office, "expires_at", minutes=minutes)
    found = current(office, signed)
    assert (found is not None) is alive
    assert found is None or not found.second_factor


def test_use_keeps_a_session_alive_and_is_noted_once_a_minute(office: Office) -> None:
    signed = applicant(office)
    (before,) = steps.rows(office, SessionRow)
    current(office, signed)
    assert steps.rows(office, SessionRow)[0].last_seen_at == before.last_seen_at
    age(office, "last_seen_at", minutes=100)
    current(office, signed)
    assert steps.rows(office, SessionRow)[0].last_seen_at >= before.last_seen_at


def test_an_ended_session_is_over_on_the_server_and_others_live_on(office: Office) -> None:
    signed, other = applicant(office), applicant(office)
    sessions.end(office.writing(), token=signed.token)
    assert current(office, signed) is None
    assert current(office, other) is not None
    sessions.end(office.writing(), token=signed.token)
    sessions.end(office.writing(), token="never was")


def test_a_locked_officer_is_out_at_once_and_stays_out_of_that_session(office: Office) -> None:
    signed, other = officer(office), officer(office, name="bmena")
    officer_accounts.set_active(office.writing(), user_name="randrade", active=False)
    assert current(office, signed) is None
    assert current(office, other) is not None
    officer_accounts.set_active(office.writing(), user_name="randrade", active=True)
    assert current(office, signed) is None
