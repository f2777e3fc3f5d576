"""Accounts change by an operator who is named, never by their owner; resets end every session."""

from typing import Any

import pytest
import sqlalchemy as sa

from review_service.db.models import OfficerRow
from review_service.db.row_facts import FACTS
from review_service.domain.errors import InvalidInputError, NotAllowedError, NotFoundError
from review_service.domain.roles import OfficerRole
from review_service.services import sessions
from review_service.services.sessions import Signed
from review_service.services.upkeep import officer_accounts, officers
from review_service.services.upkeep.officers import SignInFailedError
from tests.factories import RUC, Office
from tests.integration.services import steps
from tests.integration.services.test_officers import PASSWORD, code_of, give_code, give_password

CEDULA = "1710034065"
OTHER_CEDULA = RUC[:10]
OPERATOR = "jefatura"


def add(office: Office, user_name: str = "randrade", number: str | None = CEDULA) -> Any:  # noqa: ANN401 -- OfficerAdded
    return officers.add(
        office.writing(),
        user_name=user_name,
        full_name="Rosa Andrade",
        unit="Zonal 1",
        password=PASSWORD,
        role=OfficerRole.REVIEWER,
        number=number,
        operator=OPERATOR,
    )


def signed_in(office: Office, added: Any) -> Signed:  # noqa: ANN401 -- OfficerAdded
    return give_code(office, give_password(office), code_of(added))


def row_of(office: Office, user_name: str = "randrade") -> OfficerRow:
    with office.reading() as uow:
        return uow.session.execute(
            sa.select(OfficerRow).where(OfficerRow.user_name == user_name)
        ).scalar_one()


def test_an_account_is_made_with_role_and_number_by_somebody_named(office: Office) -> None:
    added = add(office, number=f"{CEDULA}001")
    row = row_of(office)
    assert (row.role, row.cedula) == (OfficerRole.REVIEWER, CEDULA)
    (event,) = steps.events(office, "officer_added")
    assert {"role": "reviewer", "operator": OPERATOR}.items() <= event.details.items()
    assert event.subject_id == added.officer_id


def test_a_number_that_is_none_or_taken_makes_no_account(office: Office) -> None:
    add(office)
    for number in ("1710034066", f"{CEDULA}001", "1792060346001", ""):
        with pytest.raises(InvalidInputError) as raised:
            add(office, "bmena", number)
        assert set(raised.value.problems) == {"number"}
    assert [row.user_name for row in steps.rows(office, OfficerRow)] == ["randrade"]


def test_a_role_changes_at_once_and_says_by_whom(office: Office) -> None:
    signed = signed_in(office, add(office))
    officer_accounts.set_role(
        office.writing(), user_name="randrade", role=OfficerRole.AUDITOR, operator=OPERATOR
    )
    current = sessions.current(office.writing(), token=signed.token)
    assert current is not None
    assert current.standing is not None
    assert current.standing.role is OfficerRole.AUDITOR
    (event,) = steps.events(office, "officer_role_changed")
    told = {"before": "reviewer", "role": "auditor", "operator": OPERATOR}
    assert event.details == {**told, FACTS: event.details[FACTS]}


def test_nobody_changes_the_own_account(office: Office) -> None:
    add(office)
    before = row_of(office)
    own: dict[str, Any] = {"user_name": "RAndrade", "operator": "randrade "}
    for change in (
        lambda: officer_accounts.set_role(office.writing(), role=OfficerRole.ADMIN, **own),
        lambda: officer_accounts.set_active(office.writing(), active=False, **own),
        lambda: officer_accounts.set_number(office.writing(), number=OTHER_CEDULA, **own),
        lambda: officer_accounts.set_represented(office.writing(), rucs=[], **own),
        lambda: officer_accounts.reset_password(office.writing(), password="otra " * 5, **own),
        lambda: officer_accounts.reset_second_factor(office.writing(), **own),
    ):
        with pytest.raises(NotAllowedError):
            change()
    after = row_of(office)
    for column in sa.inspect(OfficerRow).columns:
        assert getattr(before, column.key) == getattr(after, column.key)
    with pytest.raises(NotAllowedError):
        officers.add(
            office.writing(),
            user_name="jefatura",
            full_name="J",
            unit="Matriz",
            password=PASSWORD,
            role=OfficerRole.ADMIN,
            operator="jefatura",
        )


def test_a_reset_password_ends_every_session_and_the_old_one_is_worth_nothing(
    office: Office,
) -> None:
    signed = signed_in(office, add(office))
    fresh = "telar zaguán neblina 52"
    officer_accounts.reset_password(
        office.writing(), user_name="randrade", password=fresh, operator=OPERATOR
    )
    assert sessions.current(office.writing(), token=signed.token) is None
    with pytest.raises(SignInFailedError):
        give_password(office)
    give_password(office, fresh)
    (event,) = steps.events(office, "officer_password_reset")
    assert event.details["operator"] == OPERATOR
    assert fresh not in str(event.details)
    with pytest.raises(InvalidInputError):
        officer_accounts.reset_password(office.writing(), user_name="randrade", password="corta")


def test_a_reset_second_factor_ends_every_session_and_the_old_codes(office: Office) -> None:
    added = add(office)
    signed = signed_in(office, added)
    fresh = officer_accounts.reset_second_factor(
        office.writing(), user_name="randrade", operator=OPERATOR
    )
    assert fresh.totp_secret != added.totp_secret
    assert sessions.current(office.writing(), token=signed.token) is None
    half = give_password(office)
    with pytest.raises(SignInFailedError):
        give_code(office, half, code_of(added, steps_ahead=1))
    give_code(office, half, code_of(fresh))
    assert len(steps.events(office, "officer_second_factor_reset")) == 1


def test_an_account_nobody_has_is_not_changed(office: Office) -> None:
    with pytest.raises(NotFoundError):
        officer_accounts.set_role(office.writing(), user_name="nadie", role=OfficerRole.ADMIN)
    with pytest.raises(NotFoundError):
        officer_accounts.reset_second_factor(office.writing(), user_name="nadie")


def test_an_officer_gives_the_own_number_once(office: Office) -> None:
    added = add(office, number=None)
    with pytest.raises(InvalidInputError):
        officers.give_cedula(office.writing(), officer_id=added.officer_id, number="1710034066")
    officers.give_cedula(office.writing(), officer_id=added.officer_id, number=CEDULA)
    assert row_of(office).cedula == CEDULA
    with pytest.raises(NotAllowedError):
        officers.give_cedula(office.writing(), officer_id=added.officer_id, number=OTHER_CEDULA)
    assert row_of(office).cedula == CEDULA
    (event,) = steps.events(office, "officer_cedula_given")
    assert (event.subject_id, list(event.details)) == (added.officer_id, [FACTS])


def test_an_operator_corrects_the_number_and_names_represented_companies(office: Office) -> None:
    add(office)
    officer_accounts.set_number(
        office.writing(), user_name="randrade", number=CEDULA, operator=OPERATOR
    )
    officer_accounts.set_number(
        office.writing(), user_name="randrade", number=OTHER_CEDULA, operator=OPERATOR
    )
    officer_accounts.set_represented(
        office.writing(), user_name="randrade", rucs=["1792060346-001"], operator=OPERATOR
    )
    standing = row_of(office).standing
    assert standing.cedula == OTHER_CEDULA
    assert standing.represented == {"1792060346001"}
    for action in ("officer_cedula_changed", "officer_represented_changed"):
        for event in steps.events(office, action):
            assert OTHER_CEDULA not in str(event.details)
            assert "1792060346" not in str(event.details)
    with pytest.raises(InvalidInputError):
        officer_accounts.set_represented(office.writing(), user_name="randrade", rucs=["17920"])


def test_a_locked_account_whose_number_was_taken_meanwhile_stays_locked(office: Office) -> None:
    add(office)
    officer_accounts.set_active(office.writing(), user_name="randrade", active=False)
    add(office, "bmena")
    with pytest.raises(InvalidInputError):
        officer_accounts.set_active(office.writing(), user_name="randrade", active=True)
    assert not row_of(office).active


def test_what_was_typed_wrong_and_signing_out_are_events_without_names(office: Office) -> None:
    added = add(office)
    for name, password in (("randrade", "no es esta clave"), ("mi clave en el nombre", "x")):
        with pytest.raises(SignInFailedError):
            give_password(office, password, name=name)
    refused = steps.events(office, "officer_password_refused")
    assert [event.subject_id for event in refused] == [added.officer_id, None]
    half = give_password(office)
    with pytest.raises(SignInFailedError):
        give_code(office, half, "000")
    (wrong,) = steps.events(office, "officer_code_refused")
    assert wrong.subject_id == added.officer_id
    whole = give_code(office, half, code_of(added))
    sessions.end(office.writing(), token=whole.token)
    sessions.end(office.writing(), token=whole.token)
    (out,) = steps.events(office, "officer_signed_out")
    assert out.actor == f"officer:{added.officer_id}"
    assert all(event.details == {} for event in (*refused, wrong, out))
