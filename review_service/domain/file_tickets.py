"""The ticket for which an original file is given out: once, and within a minute."""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, Self
from uuid import UUID

SERVES_FOR: Final = timedelta(minutes=1)
_PURPOSE: Final = b"original:"
_ID_BYTES: Final = 16
_TIME_BYTES: Final = 8
_FACTS_BYTES: Final = 4 * _ID_BYTES + _TIME_BYTES
MOST_CHARACTERS: Final = 200


class WhyOriginal(StrEnum):
    """Why an officer needs the file itself and not its picture."""

    DETAIL = "detail"
    SIGNATURE = "signature"
    NO_PICTURE = "no_picture"
    AUTHORITY = "authority"
    APPEAL = "appeal"

    @property
    def label(self) -> str:
        """Spanish words for the screen."""
        return {
            WhyOriginal.DETAIL: "Ver un detalle que la imagen no muestra",
            WhyOriginal.SIGNATURE: "Comprobar la firma electrónica o los datos del archivo",
            WhyOriginal.NO_PICTURE: "La imagen falta o está dañada",
            WhyOriginal.AUTHORITY: "Lo pide una autoridad",
            WhyOriginal.APPEAL: "Responder una queja o una apelación",
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTicket:
    """Who may fetch which original, and since when."""

    id: UUID
    """Used once."""
    application_id: UUID
    document_id: UUID
    officer_id: UUID
    given_at: datetime
    """UTC, in whole seconds."""

    def serves(self, now: datetime) -> bool:
        """Whether it is not older than a minute."""
        return timedelta(0) <= now - self.given_at + timedelta(seconds=1) <= SERVES_FOR

    def to_text(self, key: str) -> str:
        """Return the ticket as it stands in an address, sealed with the key."""
        facts = b"".join(
            (
                self.id.bytes,
                self.application_id.bytes,
                self.document_id.bytes,
                self.officer_id.bytes,
                int(self.given_at.timestamp()).to_bytes(_TIME_BYTES, "big"),
            )
        )
        return base64.urlsafe_b64encode(facts + _mac(key, facts)).decode("ascii").rstrip("=")

    @classmethod
    def from_text(cls, key: str, text: str) -> Self | None:
        """Return the ticket that was sealed with the key; None for any other text."""
        if len(text) > MOST_CHARACTERS or not text.isascii():
            return None
        try:
            raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (ValueError, binascii.Error):
            return None
        facts, mac = raw[:_FACTS_BYTES], raw[_FACTS_BYTES:]
        if len(facts) != _FACTS_BYTES or not hmac.compare_digest(mac, _mac(key, facts)):
            return None
        ids = [
            UUID(bytes=facts[start : start + _ID_BYTES])
            for start in range(0, 4 * _ID_BYTES, _ID_BYTES)
        ]
        seconds = int.from_bytes(facts[4 * _ID_BYTES :], "big")
        return cls(
            id=ids[0],
            application_id=ids[1],
            document_id=ids[2],
            officer_id=ids[3],
            given_at=datetime.fromtimestamp(seconds, UTC),
        )


def _mac(key: str, facts: bytes) -> bytes:
    return hmac.digest(key.encode("utf-8"), _PURPOSE + facts, hashlib.sha256)
