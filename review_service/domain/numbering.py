"""Makes the numbers, codes and tokens that are printed or mailed; ``identifiers`` reads them."""

import base64
import hashlib
import hmac
import re
from uuid import UUID

CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32: no I, L, O, U, which are easily confused when read aloud."""
CODE_CHARACTERS = 12
TOKEN_BYTES = 16


def application_reference(year: int, serial: int) -> str:
    """Return a reference such as ``AR-2026-004811``."""
    return f"AR-{year}-{serial:06d}"


def letter_number(year: int, serial: int) -> str:
    """Return the number of a letter to the service, such as ``Q-2026-000001``."""
    return f"Q-{year}-{serial:06d}"


def verification_token(key: str, agreement_id: UUID) -> str:
    """Return the QR token: 128 bits in 26 base32 characters, the same at every call.

    Derived, not stored: the database keeps only its SHA-256, and a repeated rendering of the same
    agreement prints the same QR.
    """
    digest = _derive(key, b"token", agreement_id)[:TOKEN_BYTES]
    return base64.b32encode(digest).decode("ascii").rstrip("=").lower()


def verification_code(key: str, agreement_id: UUID) -> str:
    """Return the typed code: 60 bits in 12 characters, without its hyphens."""
    number = int.from_bytes(_derive(key, b"code", agreement_id)[:8], "big")
    return "".join(CODE_ALPHABET[(number >> (5 * place)) & 31] for place in range(CODE_CHARACTERS))


def hash_secret(text: str) -> str:
    """Return the hex SHA-256 under which a token or code is looked up."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def spaced(code: str) -> str:
    """Group a code by four for reading: ``7K4M-29QX-TR3H``."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def clean_number(text: str) -> str:
    """Return a number from the ministry's own list as it is stored: capitals, no spacing.

    Its other signs stay as that list has them; a typed one is compared by
    ``identifiers.squeezed_number``.
    """
    return re.sub(r"\s+", "", text).upper().replace("–", "-")


def _derive(key: str, purpose: bytes, agreement_id: UUID) -> bytes:
    return hmac.digest(key.encode("utf-8"), purpose + b":" + agreement_id.bytes, hashlib.sha256)


def link_token(key: str, link_id: UUID) -> str:
    """Return the token of a mailed link: 128 bits, derived so that no live token is stored."""
    digest = _derive(key, b"link", link_id)[:TOKEN_BYTES]
    return base64.b32encode(digest).decode("ascii").rstrip("=").lower()


def link_code(key: str, link_id: UUID) -> str:
    """Return the six digits that can be read out on the telephone instead of opening the link."""
    return f"{int.from_bytes(_derive(key, b'digits', link_id)[:8], 'big') % 1_000_000:06d}"
