"""A real SMTP server that keeps what it gets, and refuses when told to."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

from tests.servers import LOOPBACK, free_port

TAKEN = "250 OK"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaughtMail:
    """One message as it came over the wire."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """The message, parsed."""
        return message_from_bytes(self.raw, policy=SMTP_POLICY)


@dataclass(slots=True, kw_only=True)
class SmtpSink:
    """What the server caught and how it answers; change an answer to make it refuse."""

    host: str = LOOPBACK
    port: int
    mails: list[CaughtMail] = field(default_factory=list)
    answer_to_recipient: str = TAKEN
    answer_to_message: str = TAKEN


@contextmanager
def smtp_sink(
    *,
    tls: ssl.SSLContext | None = None,
    starttls: ssl.SSLContext | None = None,
    account: tuple[str, str] | None = None,
    beyond_ascii: bool = True,
) -> Iterator[SmtpSink]:
    """Serve on a free loopback port, optionally over TLS, with STARTTLS or only after a login.

    ``beyond_ascii`` is whether it offers SMTPUTF8.
    """
    sink = SmtpSink(port=free_port())
    options: dict[str, Any] = {"ssl_context": tls, "enable_SMTPUTF8": beyond_ascii}
    if starttls is not None:
        options |= {"tls_context": starttls, "require_starttls": True}
    if account is not None:
        options |= {"authenticator": _only(account), "auth_required": True}
        options |= {"auth_require_tls": starttls is not None}
    controller = Controller(_Keep(sink), hostname=sink.host, port=sink.port, **options)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()


class _Keep:
    def __init__(self, sink: SmtpSink) -> None:
        self._sink = sink

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's name
        self, _server: object, _session: object, envelope: Envelope, address: str, _options: object
    ) -> str:
        if self._sink.answer_to_recipient == TAKEN:
            envelope.rcpt_tos.append(address)
        return self._sink.answer_to_recipient

    async def handle_DATA(  # noqa: N802 -- aiosmtpd's name
        self, _server: object, _session: object, envelope: Envelope
    ) -> str:
        if self._sink.answer_to_message == TAKEN:
            mail = CaughtMail(
                sender=envelope.mail_from or "",
                recipients=tuple(envelope.rcpt_tos),
                raw=cast(bytes, envelope.content),
            )
            self._sink.mails.append(mail)
        return self._sink.answer_to_message


def _only(account: tuple[str, str]) -> Any:  # noqa: ANN401 -- aiosmtpd types it so
    expected = LoginPassword(*(part.encode() for part in account))

    def authenticate(*arguments: object) -> AuthResult:
        return AuthResult(success=arguments[-1] == expected, handled=False)

    return authenticate
