"""Reads the mail kept by the mail catcher for one address."""

import re
import time
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Final

from review_service.demo.stage.errors import StoryFailedError

WAIT_SECONDS: Final = 120.0
POLL_SECONDS: Final = 0.05
LINK: Final = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message, with what the story needs of it."""

    subject: str
    text: str
    attachments: tuple[tuple[str, bytes], ...]

    def link(self, path: str) -> str:
        """Return the first link whose address has that path."""
        for link in LINK.findall(self.text):
            if path in link:
                return str(link)
        raise StoryFailedError(f"el correo «{self.subject}» trajera un enlace a {path}")


class Mailbox:
    """The messages to one address; each is returned once."""

    def __init__(self, folder: Path, address: str) -> None:
        self._folder = folder
        self._address = address
        self._seen = set(self._names())

    def next_letter(self, path: str, *, seconds: float = WAIT_SECONDS) -> Letter:
        """Wait for the next letter to this address that has a link to the path."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for name in sorted(set(self._names()) - self._seen):
                self._seen.add(name)
                letter = _read(self._folder / name, self._address)
                if letter is not None and path in letter.text:
                    return letter
            time.sleep(POLL_SECONDS)
        raise StoryFailedError(f"llegara a {self._address} un correo con un enlace a {path}")

    def _names(self) -> list[str]:
        return [place.name for place in self._folder.glob("*.eml")]


def _read(place: Path, address: str) -> Letter | None:
    message = message_from_bytes(place.read_bytes(), _class=EmailMessage, policy=policy.default)
    if address not in str(message["To"]):
        return None
    body = message.get_body(("plain",))
    return Letter(
        subject=str(message["Subject"]),
        text=str(body.get_content()) if body else "",
        attachments=tuple(
            (part.get_filename() or "", part.get_payload(decode=True) or b"")  # type: ignore[misc]
            for part in message.iter_attachments()
        ),
    )
