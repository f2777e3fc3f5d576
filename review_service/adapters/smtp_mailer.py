"""Sends messages through an SMTP relay."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Final

from review_service.domain.errors import MailError
from review_service.settings import MailSecurity, MailSettings

_NO_LOGIN: Final = frozenset({530, 534, 535, 538})
"""Replies that ask for another login, of any command. Source: RFC 4954, 6."""
_PERMANENT: Final = 500
"""Reply codes from this one on are permanent failures. Source: RFC 5321, 4.2.1."""


class SmtpMailer:
    """A ``Mailer`` with one connection per message."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings

    def send(self, message: EmailMessage) -> None:
        """Send to every address of To, Cc and Bcc; Bcc itself is left out.

        Raises ``MailError``: for good only where the message or its addresses are at fault. A relay
        that does not let us in (a password that was changed, no STARTTLS) is tried again.
        """
        with _getting_in():
            connection = self._connect()
        try:
            with _getting_in():
                self._log_in(connection)
            with _speaking_as_mailer():
                refused = connection.send_message(message)
        finally:
            _leave(connection)
        if refused:
            # The others have the message: sending again would double it for them.
            raise MailError(f"{len(refused)} of the addresses refused", retryable=False)

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        # Named after the sender, because asking the system can wait long for a broken name server.
        name = parseaddr(settings.sender)[1].rpartition("@")[2] or "localhost"
        if settings.security is MailSecurity.TLS:
            return smtplib.SMTP_SSL(
                settings.host,
                settings.port,
                local_hostname=name,
                timeout=settings.timeout_seconds,
                context=ssl.create_default_context(),
            )
        return smtplib.SMTP(
            settings.host, settings.port, local_hostname=name, timeout=settings.timeout_seconds
        )

    def _log_in(self, connection: smtplib.SMTP) -> None:
        if self._settings.security is MailSecurity.STARTTLS:
            connection.starttls(context=ssl.create_default_context())
        if self._settings.user is not None:
            connection.login(self._settings.user, self._settings.password or "")


def _leave(connection: smtplib.SMTP) -> None:
    """Send QUIT and wait for no reply: the message was accepted or refused before."""
    with suppress(smtplib.SMTPException, OSError):
        connection.putcmd("quit")
    connection.close()


@contextmanager
def _getting_in() -> Iterator[None]:
    """Whatever goes wrong before a message is shown is no fault of it."""
    try:
        yield
    except (smtplib.SMTPException, OSError, ValueError) as error:
        code = getattr(error, "smtp_code", "no answer")
        raise MailError(f"{type(error).__name__}: {code}", retryable=True) from error


@contextmanager
def _speaking_as_mailer() -> Iterator[None]:
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise _refused(min(codes), "address refused") from error
    except smtplib.SMTPResponseException as error:
        raise _refused(error.smtp_code, type(error).__name__) from error
    except smtplib.SMTPNotSupportedError as error:
        raise _impossible(error) from error
    except (smtplib.SMTPException, OSError) as error:
        raise MailError(f"no answer: {type(error).__name__}", retryable=True) from error
    except (MessageError, ValueError) as error:  # last: a bad certificate is a ValueError too
        raise _impossible(error) from error


def _impossible(error: Exception) -> MailError:
    return MailError(f"cannot be sent: {type(error).__name__}", retryable=False)


def _refused(code: int, what: str) -> MailError:
    """Return the error without the relay's text, which may contain the address."""
    return MailError(f"{what}: {code}", retryable=code < _PERMANENT or code in _NO_LOGIN)
