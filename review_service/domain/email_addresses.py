"""Reads the one e-mail address that a cell of an imported list means."""

import re
import unicodedata
from typing import Final

from review_service.domain.imported_lines import LineRefusedError

EMAIL: Final = re.compile(
    r"(?![.])(?!.*[.]{2})[A-Za-z0-9.!#$%&'*+/=?^_`{}~-]{1,64}(?<![.])"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?[.])+[A-Za-z]{2,24}"
)
"""Addresses that every mail relay accepts: ASCII, no quotes, no repeated dots (RFC 5321)."""
MOST_ADDRESS: Final = 254
"""Characters of a whole address. Source: RFC 5321, 4.5.3.1.3, less the brackets of a path."""
_LOCAL: Final = re.compile(r"(?![.])(?!.*[.]{2})[\w.!#$%&'*+/=?^`{}~-]+(?<![.])")
_DOMAIN: Final = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?[.])+(?:[A-Za-z]{2,24}|xn--[A-Za-z0-9-]{2,59})"
)
_MOST_LOCAL_BYTES: Final = 64
"""Source: RFC 5321, 4.5.3.1.1; RFC 6531 counts octets of UTF-8."""
_MOST_DOMAIN: Final = 253
_IN_BRACKETS: Final = re.compile(r"<([^<>]*)>")
_BETWEEN: Final = re.compile(r"[;,\s]+")
_MAILTO: Final = re.compile(r"(?i)\Amailto:")


def one_address(cell: str) -> str:
    """Return the address that the cell means; its domain in ASCII, as relays want it.

    Brackets, a name before them, ``mailto:`` and stray separators are left out; the same address
    twice is one. Letters such as ñ before the ``@`` stay (RFC 6531). Raises ``LineRefusedError``
    for none, for several and for what is no address.
    """
    found: dict[str, str] = {}
    for part in _parts(unicodedata.normalize("NFC", cell)):
        address = _address(part)
        if address is None:
            raise LineRefusedError(_problem(cell))
        found.setdefault(address.casefold(), address)
    if len(found) != 1:
        raise LineRefusedError(_problem(cell))
    return next(iter(found.values()))


def is_address(text: str) -> bool:
    """Return whether mail can go to this text: ``EMAIL``, and no longer than relays take."""
    return len(text) <= MOST_ADDRESS and EMAIL.fullmatch(text) is not None


def mailbox_of(address: str) -> str:
    """Return what all spellings of one mailbox share: no capitals, nothing after a ``+``."""
    local, _, domain = address.casefold().rpartition("@")
    return f"{local.split('+', 1)[0]}@{domain}"


def _parts(text: str) -> list[str]:
    bracketed = [part.strip() for part in _IN_BRACKETS.findall(text)]
    if bracketed and "@" not in _IN_BRACKETS.sub("", text):
        return bracketed
    return [part for part in _BETWEEN.split(text) if part]


def _address(text: str) -> str | None:
    local, at, domain = _MAILTO.sub("", text.strip("<>")).rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or len(local.encode()) > _MOST_LOCAL_BYTES:
        return None
    try:
        plain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    if not _DOMAIN.fullmatch(plain) or len(plain) > _MOST_DOMAIN:
        return None
    return f"{local}@{plain}"


def _problem(cell: str) -> str:
    if not cell.strip(" ;,<>"):
        return "No tiene dirección de correo."
    if cell.count("@") > 1:
        return "Hay más de una dirección en la celda: deje una sola."
    return "La dirección de correo no está bien escrita."
