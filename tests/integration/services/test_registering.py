"""Signing in with the RUC: who gets a link, what a link and a code are worth, and for how long."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from review_service.db.models import LinkPurpose, OneUseLinkRow, SessionRow
from review_service.domain.devices import Asker, Device
from review_service.domain.errors import InvalidInputError, LinkError
from review_service.domain.numbering import link_code, link_token
from review_service.domain.request_limits import SIGN_IN_NETWORK
from review_service.domain.taxpayers import TaxpayerStatus
from review_service.samples.people import synthetic_ruc
from review_service.services import sessions
from review_service.services.applicant import registering
from review_service.services.applicant.registering import (
    AddressNeededError,
    SignInAsked,
    SignInRefusal,
    SignInRefusedError,
)
from tests.factories import OTHER_RUC, RUC, SECRET, Office, add_taxpayer
from tests.integration.services import steps
from tests.integration.services.counted import set_count

STRANGER = "1790001563001"


def ask(
    office: Office,
    ruc: str = RUC,
    client: str = "198.51.100.7",
    *,
    device: Device | None = None,
    address: str | None = None,
) -> SignInAsked:
    return registering.request_sign_in(
        office.writing(),
        registry=office.registry,
        ruc_text=ruc,
        asker=Asker(network=client, device=device or Device()),
        secret_key=SECRET,
        address=address,
    )


def by_code(office: Office, request_id: UUID, code: str) -> sessions.Signed:
    return registering.sign_in_by_code(
        office.writing(), request_id=request_id, code=code, secret_key=SECRET
    )


def wrong_code(request_id: UUID) -> str:
    right = int(link_code(SECRET, request_id))
    return f"{(right + 1) % 1_000_000:06d}"


def peek(office: Office, token: str, purpose: LinkPurpose = LinkPurpose.SIGN_IN) -> str:
    return registering.peek_link(
        office.reading(), token=token, purpose=purpose, registry=office.registry
    ).state


def ruc_of(office: Office, signed: sessions.Signed) -> str | None:
    current = sessions.current(office.writing(), token=signed.token)
    return current.ruc if current else None


def age_link(office: Office, link_id: UUID, *, minutes: float) -> None:
    row = steps.stored(office, OneUseLinkRow, link_id)
    steps.make_older(
        office, row, "link_expires_at", "code_expires_at", by=timedelta(minutes=minutes)
    )


def test_a_known_ruc_gets_a_link_at_the_address_of_the_sri(office: Office) -> None:
    asked = ask(office, " 3000000012-001 ")
    assert asked.ruc == RUC
    assert asked.masked_email == "ma•••@correo.example"
    (mail,) = steps.mails(office, "sign_in")
    assert mail.recipient == "maria@correo.example"
    assert mail.context == {"link_id": str(asked.request_id)}, "no live token is stored"
    assert len(office.notices.notified) == 1


@pytest.mark.parametrize(
    ("status", "email", "reason"),
    [
        (TaxpayerStatus.SUSPENDED, "x@y.example", SignInRefusal.SUSPENDED),
        (TaxpayerStatus.PASSIVE, "x@y.example", SignInRefusal.PASSIVE),
        (TaxpayerStatus.ACTIVE, None, SignInRefusal.NO_ADDRESS),
        (TaxpayerStatus.PASSIVE, None, SignInRefusal.PASSIVE),
        (None, None, SignInRefusal.UNKNOWN),
    ],
)
def test_who_may_not_sign_in_is_told_why_and_gets_no_mail(
    office: Office, status: TaxpayerStatus | None, email: str | None, reason: SignInRefusal
) -> None:
    if status is not None:
        with office.writing() as uow:
            add_taxpayer(uow, STRANGER, status=status, email=email)
            uow.commit()
    with pytest.raises(SignInRefusedError) as raised:
        ask(office, STRANGER)
    assert raised.value.reason is reason
    assert all((reason.heading, reason.sentence, reason.cure))
    assert steps.mails(office, "sign_in") == []


def test_what_is_no_ruc_is_said_at_the_field(office: Office) -> None:
    with pytest.raises(InvalidInputError) as raised:
        ask(office, "3000000013001")
    assert set(raised.value.problems) == {"ruc"}


def test_looking_at_a_link_uses_nothing_up_and_its_button_does(office: Office) -> None:
    token = link_token(SECRET, ask(office).request_id)
    assert [peek(office, token) for _ in range(3)] == ["good"] * 3
    signed = registering.sign_in_by_link(office.writing(), token=token)
    assert ruc_of(office, signed) == RUC
    assert peek(office, token) == "used"
    with pytest.raises(LinkError) as raised:
        registering.sign_in_by_link(office.writing(), token=token)
    assert raised.value.reason == "used"
    assert len(steps.rows(office, SessionRow)) == 1


@pytest.mark.parametrize("token", ["", "x", "a" * 26, "ñ\x00"])
def test_a_link_that_never_was_is_wrong(office: Office, token: str) -> None:
    ask(office)
    assert peek(office, token) == "wrong"
    with pytest.raises(LinkError) as raised:
        registering.sign_in_by_link(office.writing(), token=token)
    assert raised.value.reason == "wrong"


def test_a_sign_in_link_confirms_nothing(office: Office) -> None:
    token = link_token(SECRET, ask(office).request_id)
    assert peek(office, token, LinkPurpose.CONFIRM) == "wrong"


def test_a_link_lives_fifteen_minutes(office: Office) -> None:
    young, old = ask(office).request_id, ask(office, OTHER_RUC).request_id
    age_link(office, young, minutes=14.9)
    age_link(office, old, minutes=15.1)
    assert peek(office, link_token(SECRET, young)) == "good"
    assert peek(office, link_token(SECRET, old)) == "expired"
    with pytest.raises(LinkError) as raised:
        registering.sign_in_by_link(office.writing(), token=link_token(SECRET, old))
    assert raised.value.reason == "expired"
    registering.sign_in_by_link(office.writing(), token=link_token(SECRET, young))


def test_the_code_signs_in_once_and_the_link_with_it(office: Office) -> None:
    request_id = ask(office).request_id
    code = link_code(SECRET, request_id)
    signed = by_code(office, request_id, f" {code[:3]} {code[3:]} ")
    assert ruc_of(office, signed) == RUC
    with pytest.raises(LinkError) as raised:
        by_code(office, request_id, code)
    assert raised.value.reason == "used"
    assert peek(office, link_token(SECRET, request_id)) == "used"


def test_a_code_lives_ten_minutes(office: Office) -> None:
    young, old = ask(office).request_id, ask(office).request_id
    age_link(office, young, minutes=9.9)
    age_link(office, old, minutes=10.1)
    by_code(office, young, link_code(SECRET, young))
    with pytest.raises(LinkError) as raised:
        by_code(office, old, link_code(SECRET, old))
    assert raised.value.reason == "expired"


def test_the_fifth_try_of_a_code_may_be_right(office: Office) -> None:
    request_id = ask(office).request_id
    for _ in range(4):
        with pytest.raises(LinkError, match="wrong"):
            by_code(office, request_id, wrong_code(request_id))
    by_code(office, request_id, link_code(SECRET, request_id))


def test_after_five_wrong_codes_the_right_one_is_no_use(office: Office) -> None:
    request_id, other = ask(office).request_id, ask(office).request_id
    for _ in range(5):
        with pytest.raises(LinkError, match="wrong"):
            by_code(office, request_id, wrong_code(request_id))
    with pytest.raises(LinkError, match="too_many"):
        by_code(office, request_id, link_code(SECRET, request_id))
    by_code(office, other, link_code(SECRET, other))


@pytest.mark.parametrize("code", ["", "abc", "١٢٣٤٥٦", "²²²²²²", "1" * 500])
def test_what_is_no_code_is_wrong(office: Office, code: str) -> None:
    with pytest.raises(LinkError, match="wrong"):
        by_code(office, ask(office).request_id, code)


def test_a_code_belongs_to_its_own_request(office: Office) -> None:
    mine, theirs = ask(office).request_id, ask(office, OTHER_RUC).request_id
    with pytest.raises(LinkError, match="wrong"):
        by_code(office, theirs, link_code(SECRET, mine))
    with pytest.raises(LinkError, match="wrong"):
        by_code(office, uuid4(), link_code(SECRET, mine))


def known_device(ruc: str = RUC) -> Device:
    return Device().with_account(SECRET, sessions.applicant_account(ruc))


def test_an_address_is_not_flooded_and_a_good_link_is_always_in_the_box(office: Office) -> None:
    asked = [ask(office) for _ in range(9)]
    assert len(steps.mails(office, "sign_in")) == 3
    assert [each.sent_at is not None for each in asked] == [False] * 3 + [True] * 6
    assert asked[-1].request_id == asked[2].request_id, "the answer points to the newest mail"
    ask(office, OTHER_RUC)
    assert len(steps.mails(office, "sign_in")) == 4
    by_code(office, asked[-1].request_id, link_code(SECRET, asked[-1].request_id))


def test_past_the_limit_a_mail_goes_once_the_last_link_is_no_longer_good(office: Office) -> None:
    links = [ask(office).request_id for _ in range(3)]
    for link_id in links:
        age_link(office, link_id, minutes=10.1)
    assert ask(office).sent_at is None
    assert ask(office).sent_at is not None
    assert len(steps.mails(office, "sign_in")) == 4


def test_a_browser_known_to_the_ruc_gets_its_own_mails_and_no_other_ruc_s(office: Office) -> None:
    for _ in range(9):
        ask(office)
    assert [ask(office, device=known_device()).sent_at for _ in range(2)] == [None, None]
    assert ask(office, device=known_device(OTHER_RUC)).sent_at is not None
    forged = Device(device_id="0" * 32, marks=("0" * 32,))
    assert ask(office, device=forged).sent_at is not None


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_three_hundred_people_behind_one_address_all_get_their_mail(office: Office) -> None:
    rucs = [synthetic_ruc(number) for number in range(600, 900)]
    with office.writing() as uow:
        for ruc in rucs:
            add_taxpayer(uow, ruc, email=f"{ruc}@correo.example")
        uow.commit()
    for ruc in rucs * 2:
        assert ask(office, ruc).sent_at is None
    assert len(steps.mails(office, "sign_in")) == 600


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_past_the_limit_of_a_network_the_address_at_the_sri_is_asked_for(office: Office) -> None:
    set_count(office, SIGN_IN_NETWORK, "198.51.100.7", SIGN_IN_NETWORK.count)
    with pytest.raises(AddressNeededError):
        ask(office)
    with pytest.raises(InvalidInputError):
        ask(office, address="maria")
    wrong = ask(office, address="otra@correo.example")
    unknown = ask(office, STRANGER, address="otra@correo.example")
    assert wrong.masked_email == unknown.masked_email
    assert steps.mails(office, "sign_in") == [], "neither is told whether it was right"
    ask(office, address="Maria@correo.example")
    ask(office, device=known_device())
    ask(office, client="203.0.113.9")
    assert len(steps.mails(office, "sign_in")) == 3


def test_codes_that_strangers_tried_leave_the_link_good(office: Office) -> None:
    for _ in range(2):
        request_id = ask(office).request_id
        for _ in range(5):
            with pytest.raises(LinkError, match="wrong"):
                by_code(office, request_id, wrong_code(request_id))
    last = ask(office).request_id
    with pytest.raises(LinkError, match="link_only"):
        by_code(office, last, link_code(SECRET, last))
    assert (
        ruc_of(
            office, registering.sign_in_by_link(office.writing(), token=link_token(SECRET, last))
        )
        == RUC
    )
    own = ask(office, device=known_device()).request_id
    registering.sign_in_by_code(
        office.writing(),
        request_id=own,
        code=link_code(SECRET, own),
        secret_key=SECRET,
        device=known_device(),
    )
    assert len(steps.events(office, "code_refused")) == 10
