"""A browser's cookie says which accounts it signed in to, and can't be made up."""

import pytest

from review_service.domain.devices import MAX_ACCOUNTS, Asker, Device, network_of

KEY, OTHER_KEY = "a key", "another key"


def test_a_browser_is_known_to_the_accounts_it_was_given_and_to_no_other() -> None:
    device = Device.from_cookie(Device().with_account(KEY, "a").with_account(KEY, "b").cookie)
    assert [device.knows(KEY, account) for account in "abc"] == [True, True, False]
    assert not device.knows(OTHER_KEY, "a")


def test_a_mark_is_worth_nothing_in_another_browser() -> None:
    mine, theirs = Device().with_account(KEY, "a"), Device().with_account(KEY, "b")
    assert not Device(device_id=theirs.device_id, marks=mine.marks).knows(KEY, "a")


def test_the_oldest_account_is_forgotten_and_a_repeated_one_is_kept_once() -> None:
    device = Device()
    for number in range(MAX_ACCOUNTS + 1):
        device = device.with_account(KEY, str(number)).with_account(KEY, str(number))
    assert len(device.marks) == MAX_ACCOUNTS
    assert [device.knows(KEY, str(number)) for number in (0, 1, MAX_ACCOUNTS)] == [
        False,
        True,
        True,
    ]


@pytest.mark.parametrize("text", ["", ".", "x", "ñ" * 32, "0" * 31, "0" * 32 + ".x" * 9])
def test_what_is_no_cookie_of_ours_is_a_browser_that_nobody_knows(text: str) -> None:
    assert not Device.from_cookie(text).knows(KEY, "a")


def test_an_empty_id_is_never_known() -> None:
    device = Device().with_account(KEY, "a")
    assert not Device(marks=device.marks).knows(KEY, "a")


def test_an_asker_is_known_by_its_device() -> None:
    device = Device().with_account(KEY, "a")
    asker = Asker(network="198.51.100.7", device=device)
    assert asker.known_device(KEY, "a") == device.device_id
    assert asker.known_device(KEY, "b") is None
    assert Asker(network="198.51.100.7").known_device(KEY, "a") is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("198.51.100.7", "198.51.100.8", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:198.51.100.7", "198.51.100.7", True),
        ("unix", "unix", True),
    ],
)
def test_one_customer_pays_for_one_network(one: str, other: str, *, same: bool) -> None:
    assert (network_of(one) == network_of(other)) is same
