"""Reads the mail kept by the demo's mail catcher; of each message only the text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from typing import Final

from review_service.domain.errors import NotFoundError
from review_service.domain.file_kinds import HEAD_BYTES
from review_service.domain.given_names import given_name, true_ending

FOLDER: Final = "mail"
NAME: Final = re.compile(r"(\d{20})-\d{1,9}\.eml")
NANOSECONDS: Final = 1_000_000_000
LINK: Final = re.compile(r"(https?://[^\s<>\"]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPart:
    """A piece of a mail's text; ``path`` is set when it is a link to this service."""

    words: str
    path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One attached file."""

    name: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaughtMail:
    """One caught message."""

    name: str
    """File name, which says when it was caught."""
    caught_at: datetime
    to: str
    sender: str
    subject: str
    text: str
    attachments: tuple[Attachment, ...]

    def parts(self, public_url: str) -> Iterator[TextPart]:
        """Yield the text in pieces; links to this service are separate pieces."""
        for words in LINK.split(self.text):
            is_ours = words.startswith(f"{public_url}/")
            yield TextPart(words=words, path=words[len(public_url) :] if is_ours else None)


def newest(data_dir: Path, *, limit: int) -> tuple[CaughtMail, ...]:
    """Return the newest messages, newest first."""
    names = sorted(_names(data_dir), reverse=True)[:limit]
    return tuple(_mail(name, _message(data_dir, name)) for name in names)


def count(data_dir: Path) -> int:
    """Return how many messages were caught."""
    return sum(1 for _ in _names(data_dir))


def read(data_dir: Path, name: str) -> CaughtMail:
    """Return one message. Raises ``NotFoundError``."""
    return _mail(name, _message(data_dir, name))


def attachment(data_dir: Path, name: str, place: int) -> tuple[str, bytes]:
    """Return a plain name with its true ending, and the bytes of one attachment.

    Raises ``NotFoundError``.
    """
    files = list(_message(data_dir, name).iter_attachments())
    if place >= len(files):
        raise NotFoundError(f"no attachment {place} in {name}")
    content = _content(files[place])
    stem = Path(files[place].get_filename() or "").stem or "adjunto"
    return given_name(stem, ending=true_ending(content[:HEAD_BYTES])), content


def _names(data_dir: Path) -> Iterator[str]:
    for place in (data_dir / FOLDER).glob("*.eml"):
        if NAME.fullmatch(place.name):
            yield place.name


def _message(data_dir: Path, name: str) -> EmailMessage:
    if not NAME.fullmatch(name):
        raise NotFoundError("no such mail")
    try:
        content = (data_dir / FOLDER / name).read_bytes()
    except FileNotFoundError as error:
        raise NotFoundError("no such mail") from error
    return message_from_bytes(content, _class=EmailMessage, policy=policy.default)


def _mail(name: str, message: EmailMessage) -> CaughtMail:
    body = message.get_body(("plain",))
    return CaughtMail(
        name=name,
        caught_at=datetime.fromtimestamp(int(name[:20]) / NANOSECONDS, tz=UTC),
        to=_address(message, "To"),
        sender=_address(message, "From"),
        subject=str(message["Subject"] or ""),
        text=str(body.get_content()) if body else "",
        attachments=tuple(
            Attachment(name=part.get_filename() or "adjunto", size_bytes=len(_content(part)))
            for part in message.iter_attachments()
        ),
    )


def _address(message: EmailMessage, header: str) -> str:
    found: tuple[Address, ...] = getattr(message[header], "addresses", ())
    return ", ".join(address.addr_spec for address in found)


def _content(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
