"""Officers: password and code together let in, each alone does not, and codes work once."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import UUID

import pyotp
import pytest

from review_service.db.models import OfficerRow, SessionRow
from review_service.domain.devices import Asker, Device
from review_service.domain.errors import InvalidInputError, NotFoundError, TooManyAttemptsError
from review_service.domain.request_limits import (
    CODE_ACCOUNT,
    PASSWORD_ACCOUNT,
    PASSWORD_FLOOD,
    PASSWORD_NETWORK,
)
from review_service.domain.roles import OfficerRole
from review_service.services import sessions
from review_service.services.sessions import Signed
from review_service.services.upkeep import officer_accounts, officers, password_hashes
from review_service.services.upkeep.officers import (
    CodeNeededError,
    OfficerAdded,
    SignInFailedError,
)
from review_service.services.upkeep.password_hashes import (
    FULL_SECONDS,
    HASHES_AT_ONCE,
    HASHES_WAITING,
)
from tests.factories import SECRET, Office
from tests.integration.services import steps
from tests.integration.services.counted import set_count
from tests.quick_passwords import AS_IN_PRODUCTION
from tests.waiting import until

PASSWORD = "nube lenta sobre el páramo 47"


def add(office: Office, user_name: str = "randrade", password: str = PASSWORD) -> OfficerAdded:
    return officers.add(
        office.writing(),
        user_name=user_name,
        full_name="Rosa Andrade",
        unit="Zonal 1",
        password=password,
        role=OfficerRole.ISSUER,
    )


def give_password(
    office: Office,
    password: str = PASSWORD,
    *,
    name: str = "randrade",
    client: str = "c",
    device: Device | None = None,
    code: str = "",
) -> Signed:
    return officers.check_password(
        office.writing(),
        user_name=name,
        password=password,
        asker=Asker(network=client, device=device or Device()),
        secret_key=SECRET,
        code=code,
    )


def give_code(office: Office, signed: Signed, code: str, *, device: Device | None = None) -> Signed:
    return officers.check_second_factor(
        office.writing(),
        token=signed.token,
        code=code,
        secret_key=SECRET,
        device=device or Device(),
    )


def known_device(added: OfficerAdded) -> Device:
    return Device().with_account(SECRET, sessions.officer_account(added.officer_id))


def wrong_code(added: OfficerAdded) -> str:
    return f"{(int(code_of(added)) + 500_000) % 1_000_000:06d}"


def code_of(added: OfficerAdded, *, steps_ahead: int = 0) -> str:
    return pyotp.TOTP(added.totp_secret).generate_otp(int(time.time()) // 30 + steps_ahead)


def wait_for_a_fresh_step() -> None:
    """Let no 30 s step turn in the middle of a test."""
    left = 30 - datetime.now(UTC).timestamp() % 30
    if left < 4:
        time.sleep(left + 0.1)


def test_password_and_code_open_a_session_with_a_new_token(office: Office) -> None:
    added = add(office)
    first = give_password(office)
    half = sessions.current(office.writing(), token=first.token)
    assert half is not None
    assert half.second_factor is False
    second = give_code(office, first, code_of(added))
    assert second.token != first.token
    whole = sessions.current(office.writing(), token=second.token)
    assert whole is not None
    assert (whole.second_factor, whole.officer_id) == (True, added.officer_id)
    assert sessions.current(office.writing(), token=first.token) is None


def test_a_user_name_is_written_in_any_case(office: Office) -> None:
    add(office, " RAndrade ")
    give_password(office, name="RANDRADE ")
    (row,) = officers.listed(office.reading())
    assert (row.user_name, row.full_name, row.unit) == ("randrade", "Rosa Andrade", "Zonal 1")
    assert row.active


def test_the_password_is_kept_as_a_slow_hash_only(office: Office) -> None:
    added = add(office)
    row = steps.stored(office, OfficerRow, added.officer_id)
    assert row.password_hash.startswith("$argon2id$")
    assert AS_IN_PRODUCTION.hash("any").startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert added.totp_uri.startswith("otpauth://totp/")


@pytest.mark.parametrize(
    ("name", "password", "field"),
    [
        ("randrade", "corta", "password"),
        ("randrade", "randrade1234", "password"),
        ("r andrade", PASSWORD, "user_name"),
        ("", PASSWORD, "user_name"),
        ("r\x00", PASSWORD, "user_name"),
    ],
)
def test_an_account_that_is_none_is_not_made(
    office: Office, name: str, password: str, field: str
) -> None:
    with pytest.raises(InvalidInputError) as raised:
        add(office, name, password)
    assert set(raised.value.problems) == {field}
    assert steps.rows(office, OfficerRow) == []


def test_a_name_is_given_once(office: Office) -> None:
    add(office)
    with pytest.raises(InvalidInputError) as raised:
        add(office, "RANDRADE")
    assert set(raised.value.problems) == {"user_name"}


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("randrade", "otra cosa del todo distinta"),
        ("randrade", ""),
        ("nadie", PASSWORD),
        ("", ""),
        ("rand\x00rade", PASSWORD),
    ],
)
def test_a_wrong_name_or_password_opens_nothing(office: Office, name: str, password: str) -> None:
    add(office)
    with pytest.raises(SignInFailedError):
        give_password(office, password, name=name)
    assert steps.rows(office, SessionRow) == []


def test_a_locked_account_lets_nobody_in(office: Office) -> None:
    added = add(office)
    half = give_password(office)
    officer_accounts.set_active(office.writing(), user_name="randrade", active=False)
    with pytest.raises(SignInFailedError):
        give_password(office)
    with pytest.raises(SignInFailedError):
        give_code(office, half, code_of(added))
    officer_accounts.set_active(office.writing(), user_name="randrade", active=True)
    give_password(office)
    with pytest.raises(NotFoundError):
        officer_accounts.set_active(office.writing(), user_name="nadie", active=False)


def test_a_code_works_once_also_in_another_session(office: Office) -> None:
    wait_for_a_fresh_step()
    added = add(office)
    code = code_of(added)
    give_code(office, give_password(office), code)
    again = give_password(office)
    with pytest.raises(SignInFailedError):
        give_code(office, again, code)
    give_code(office, again, code_of(added, steps_ahead=1))


def test_an_older_code_is_no_use_after_a_newer_one(office: Office) -> None:
    wait_for_a_fresh_step()
    added = add(office)
    give_code(office, give_password(office), code_of(added, steps_ahead=1))
    with pytest.raises(SignInFailedError):
        give_code(office, give_password(office), code_of(added))


@pytest.mark.parametrize(("ahead", "good"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_off(office: Office, ahead: int, *, good: bool) -> None:
    wait_for_a_fresh_step()
    added = add(office)
    half, code = give_password(office), code_of(added, steps_ahead=ahead)
    if good:
        give_code(office, half, f"{code[:3]} {code[3:]}")
    else:
        with pytest.raises(SignInFailedError):
            give_code(office, half, code)


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "١٢٣٤٥٦", "²²²²²²", "\x00", "1" * 500])
def test_what_is_no_code_opens_nothing(office: Office, code: str) -> None:
    add(office)
    half = give_password(office)
    with pytest.raises(SignInFailedError):
        give_code(office, half, code)


def test_after_five_wrong_codes_the_password_is_asked_again(office: Office) -> None:
    wait_for_a_fresh_step()
    added = add(office)
    half = give_password(office)
    wrong = f"{(int(code_of(added)) + 1) % 1_000_000:06d}"
    for _ in range(5):
        with pytest.raises(SignInFailedError):
            give_code(office, half, wrong)
    with pytest.raises(TooManyAttemptsError):
        give_code(office, half, code_of(added))
    give_code(office, give_password(office), code_of(added))


@pytest.mark.parametrize("token", ["", "nobody"])
def test_a_code_without_a_password_opens_nothing(office: Office, token: str) -> None:
    added = add(office)
    with pytest.raises(SignInFailedError):
        officers.check_second_factor(
            office.writing(), token=token, code=code_of(added), secret_key=SECRET
        )


def test_an_applicants_session_cannot_become_an_officers(office: Office) -> None:
    added = add(office)
    with office.writing() as uow:
        signed = sessions.start_applicant(uow, ruc="3000000012001")
        uow.commit()
    with pytest.raises(SignInFailedError):
        give_code(office, signed, code_of(added))


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_past_the_limit_of_a_network_the_code_comes_with_the_password(office: Office) -> None:
    wait_for_a_fresh_step()
    added = add(office)
    set_count(office, PASSWORD_NETWORK, "203.0.113.7", PASSWORD_NETWORK.count)
    with pytest.raises(CodeNeededError):
        give_password(office, client="203.0.113.7")
    assert give_password(office, client="203.0.113.7", code=code_of(added)).account
    give_password(office, client="203.0.113.9")


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_flood_from_one_network_waits_and_known_browsers_do_not(office: Office) -> None:
    added = add(office)
    set_count(office, PASSWORD_FLOOD, "203.0.113.7", PASSWORD_FLOOD.count)
    with pytest.raises(TooManyAttemptsError) as raised:
        give_password(office, client="203.0.113.7")
    assert raised.value.retry_after <= 60
    give_password(office, client="203.0.113.7", device=known_device(added))


def test_passwords_of_strangers_hold_few_threads_and_keep_no_known_browser_out(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Past the few that wait one is told to come again, and has used up no try."""
    added = add(office)
    inside, may_hash = list[str](), threading.Event()

    def waits(_stored: str | None, password: str) -> bool:
        inside.append(password)
        assert may_hash.wait(60)
        return password == PASSWORD

    monkeypatch.setattr(password_hashes, "matches", waits)
    most = HASHES_AT_ONCE + HASHES_WAITING
    with ThreadPoolExecutor(most + 1) as pool:
        tried = [pool.submit(give_password, office, "x", name=f"n{each}") for each in range(most)]
        until(lambda: len(inside) == most)
        set_count(office, PASSWORD_FLOOD, "full", PASSWORD_FLOOD.count - 1)
        for _ in range(2):
            with pytest.raises(TooManyAttemptsError) as full:
                give_password(office, client="full")
            assert full.value.retry_after == FULL_SECONDS
        known = pool.submit(give_password, office, device=known_device(added))
        may_hash.set()
        assert known.result(60).token
        assert [type(each.exception(60)) for each in tried] == [SignInFailedError] * most
    assert give_password(office, client="full").token


@pytest.mark.parametrize("name", ["randrade", "nadie"])
def test_ten_wrong_passwords_lock_nobody_out(office: Office, name: str) -> None:
    wait_for_a_fresh_step()
    added = add(office)
    set_count(office, PASSWORD_ACCOUNT, name, PASSWORD_ACCOUNT.count - 1)
    with pytest.raises(SignInFailedError):
        give_password(office, "x", name=name)
    with pytest.raises(CodeNeededError):
        give_password(office, name=name)
    with pytest.raises(SignInFailedError):
        give_password(office, "x", name=name, code=code_of(added))
    if name == "randrade":
        with pytest.raises(SignInFailedError):
            give_password(office, code=wrong_code(added))
        half = give_password(office, device=known_device(added))
        whole = give_password(office, code=code_of(added))
        assert not half.account
        current = sessions.current(office.writing(), token=whole.token)
        assert current is not None
        assert current.second_factor
    assert isinstance(add(office, "bmena").officer_id, UUID)
    give_password(office, name="bmena")


def test_what_is_asked_together_does_not_tell_which_was_wrong(office: Office) -> None:
    added = add(office)
    set_count(office, PASSWORD_ACCOUNT, "randrade", PASSWORD_ACCOUNT.count)
    with pytest.raises(SignInFailedError):
        give_password(office, "x", code="123456")
    assert steps.events(office, "officer_code_refused") == [], "no code is spent without the word"
    with pytest.raises(SignInFailedError):
        give_password(office, code=wrong_code(added))
    assert len(steps.events(office, "officer_code_refused")) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_ten_codes_are_judged_for_one_account_however_many_sessions(office: Office) -> None:
    wait_for_a_fresh_step()
    added = add(office)
    halves = [give_password(office, client=f"client {number}") for number in range(10)]
    wrong, judged = wrong_code(added), 0
    for half in halves:
        for _ in range(5):
            try:
                give_code(office, half, wrong)
            except SignInFailedError:
                judged += 1
            except TooManyAttemptsError:
                pass
    # The window may turn once in the middle of the test.
    assert CODE_ACCOUNT.count <= judged <= 2 * CODE_ACCOUNT.count
    own = known_device(added)
    give_code(office, give_password(office, device=own), code_of(added), device=own)
