"""What the people of a test find in their mail."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from uuid import UUID

from tests.smtp_sink import SmtpSink

MAIL_SECONDS = 40
LINK = re.compile(r"https?://\S+?(/(?:ingresar/enlace|confirmar|quejas/carta)/[\w-]+)")
CODE = re.compile(r"\b\d{6}\b|\b\d{3} \d{3}\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail, as its reader sees it."""

    mail_id: UUID
    subject: str
    text: str
    attachments: tuple[tuple[str, bytes], ...]

    @property
    def link(self) -> str:
        """The path behind the letter's link."""
        found = LINK.search(self.text)
        assert found, self.text
        return found.group(1)

    @property
    def code(self) -> str:
        """The code that can be read out on the phone, as it is printed."""
        found = CODE.search(self.text)
        assert found, self.text
        return found.group()


class Mailbox:
    """Everybody's mail of one stack; each letter is handed out once.

    The relay has a letter a moment before the service writes down that it is sent, and a page
    that is asked for in between does not know it yet: no reader is as quick. So a letter is
    handed out once ``is_recorded`` answers for its id.
    """

    def __init__(self, sink: SmtpSink, is_recorded: Callable[[UUID], bool]) -> None:
        self._sink = sink
        self._is_recorded = is_recorded
        self._read: set[int] = set()

    def raw_mails(self) -> list[bytes]:
        """Return every message as it came over the wire."""
        return [caught.raw for caught in list(self._sink.mails)]

    def next_letter(self, address: str, *, about: str = "") -> Letter:
        """Wait for the oldest unread letter to an address whose subject holds some words."""
        deadline = time.monotonic() + MAIL_SECONDS
        while time.monotonic() < deadline:
            for place, caught in enumerate(list(self._sink.mails)):
                letter = _letter(caught.message)
                mine = address in caught.recipients and place not in self._read
                wanted = mine and about.lower() in letter.subject.lower()
                if wanted and self._is_recorded(letter.mail_id):
                    self._read.add(place)
                    return letter
            time.sleep(0.05)
        subjects = [mail.message["Subject"] for mail in self._sink.mails]
        raise AssertionError(
            f"no mail about «{about}» to {address} that is recorded as sent; there are: {subjects}"
        )


def _letter(message: EmailMessage) -> Letter:
    body = message.get_body(("plain",))
    return Letter(
        mail_id=UUID(str(message["Message-ID"])[1:37]),
        subject=str(message["Subject"]),
        text=body.get_content() if body is not None else "",
        attachments=tuple(
            (part.get_filename() or "", part.get_payload(decode=True) or b"")  # type: ignore[misc]
            for part in message.iter_attachments()
        ),
    )
