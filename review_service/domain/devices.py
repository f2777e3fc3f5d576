"""Browsers that have signed in before: what their cookie says, and how it is believed."""

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from typing import Final, Self

MAX_ACCOUNTS: Final = 8
"""Accounts that one browser is known to; the oldest is forgotten first."""
ID_CHARACTERS: Final = 32
MARK_CHARACTERS: Final = 32
_IPV6_NETWORK_BITS: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A browser: a random id, and one mark for each account that it has signed in to.

    A mark is a MAC over id and account, so that a cookie names no account and cannot be made up.
    """

    device_id: str = ""
    marks: tuple[str, ...] = ()

    @classmethod
    def from_cookie(cls, text: str) -> Self:
        """Read a cookie; anything else than ours is a browser that nobody knows."""
        device_id, *marks = text.split(".")
        if len(device_id) != ID_CHARACTERS or len(marks) > MAX_ACCOUNTS or not text.isascii():
            return cls()
        return cls(device_id=device_id, marks=tuple(marks))

    @property
    def cookie(self) -> str:
        """The text of the cookie."""
        return ".".join((self.device_id, *self.marks))

    def knows(self, key: str, account: str) -> bool:
        """Whether this browser has signed in to the account before."""
        own = _mark(key, self.device_id, account)
        return bool(self.device_id) and any(
            hmac.compare_digest(mark.encode(), own.encode()) for mark in self.marks
        )

    def with_account(self, key: str, account: str) -> "Device":
        """Return the device that knows this account too."""
        device_id = self.device_id or secrets.token_hex(ID_CHARACTERS // 2)
        own = _mark(key, device_id, account)
        others = tuple(mark for mark in self.marks if mark != own)
        return Device(device_id=device_id, marks=(*others, own)[-MAX_ACCOUNTS:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks, before anything is known of the person: a network and perhaps a known browser."""

    network: str
    device: Device = Device()

    def known_device(self, key: str, account: str) -> str | None:
        """Return the id of the browser when it has signed in to the account before."""
        return self.device.device_id if self.device.knows(key, account) else None


def network_of(address: str) -> str:
    """Return who pays for a network address: itself, or the /64 that one IPv6 customer gets."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return f"{int(parsed) >> (128 - _IPV6_NETWORK_BITS):x}/64"


def _mark(key: str, device_id: str, account: str) -> str:
    told = f"known-device:{device_id}:{account}".encode()
    return hmac.new(key.encode(), told, sha256).hexdigest()[:MARK_CHARACTERS]
