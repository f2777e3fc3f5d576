"""The mailer against a real SMTP server that refuses, breaks off or wants a login when told to."""

import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from review_service.adapters.smtp_mailer import SmtpMailer
from review_service.domain.errors import MailError
from review_service.settings import MailSecurity, MailSettings
from tests.servers import LOOPBACK, free_port
from tests.smtp_sink import SmtpSink, smtp_sink


def letter(to: str = "maria@example.ec") -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = "Ministerio <no-responder@rum.example.ec>"
    message["To"] = to
    message["Subject"] = "Su Acuerdo está listo"
    message.set_content("Señora María:\n.\nAdjuntamos el Acuerdo.\n")
    message.add_attachment(b"%PDF-1.7 \x00\xff", maintype="application", subtype="pdf")
    return message


@pytest.fixture
def mailer(mail_settings: MailSettings) -> SmtpMailer:
    return SmtpMailer(mail_settings)


def test_the_relay_gets_the_message_as_it_is(mailer: SmtpMailer, mail_sink: SmtpSink) -> None:
    mailer.send(letter())
    (mail,) = mail_sink.mails
    assert mail.sender == "no-responder@rum.example.ec"
    assert mail.recipients == ("maria@example.ec",)
    assert mail.message["Subject"] == "Su Acuerdo está listo"
    body = mail.message.get_body()
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == (
        "Señora María:\n.\nAdjuntamos el Acuerdo.\n"
    )
    (attached,) = mail.message.iter_attachments()
    assert attached.get_content() == b"%PDF-1.7 \x00\xff"


def test_an_address_with_a_letter_beyond_ascii_is_reached(
    mailer: SmtpMailer, mail_sink: SmtpSink
) -> None:
    mailer.send(letter("begoña@example.ec"))
    (mail,) = mail_sink.mails
    assert mail.recipients == ("begoña@example.ec",)


def test_a_relay_that_knows_ascii_only_is_not_asked_again(mail_settings: MailSettings) -> None:
    with smtp_sink(beyond_ascii=False) as sink:
        mailer = SmtpMailer(replace(mail_settings, port=sink.port))
        with pytest.raises(MailError) as caught:
            mailer.send(letter("begoña@example.ec"))
    assert caught.value.retryable is False
    assert sink.mails == []


def test_a_blind_copy_stays_blind(mailer: SmtpMailer, mail_sink: SmtpSink) -> None:
    message = letter()
    message["Bcc"] = "archivo@example.ec"
    mailer.send(message)
    (mail,) = mail_sink.mails
    assert set(mail.recipients) == {"maria@example.ec", "archivo@example.ec"}
    assert mail.message["Bcc"] is None


@pytest.mark.parametrize(
    ("answer", "retryable"),
    [
        ("421 4.3.2 later", True),
        ("451 4.7.1 greylisted", True),
        ("452 4.2.2 full", True),
        ("550 5.1.1 no such mailbox", False),
        ("554 5.7.1 refused", False),
    ],
)
@pytest.mark.parametrize("step", ["recipient", "message"])
def test_a_refusal_says_whether_to_try_again(
    mailer: SmtpMailer, mail_sink: SmtpSink, step: str, answer: str, *, retryable: bool
) -> None:
    setattr(mail_sink, f"answer_to_{step}", answer)
    with pytest.raises(MailError) as refused:
        mailer.send(letter())
    assert refused.value.retryable is retryable
    assert "maria" not in str(refused.value)
    assert mail_sink.mails == []


def test_nobody_listening_may_change(mail_settings: MailSettings) -> None:
    with pytest.raises(MailError) as down:
        SmtpMailer(replace(mail_settings, port=free_port())).send(letter())
    assert down.value.retryable is True


def test_an_unknown_host_may_change(mail_settings: MailSettings) -> None:
    with pytest.raises(MailError) as down:
        SmtpMailer(replace(mail_settings, host="relay.invalid")).send(letter())
    assert down.value.retryable is True


def test_a_silent_relay_is_given_up(mail_settings: MailSettings) -> None:
    with socket.create_server((LOOPBACK, 0)) as silent:
        port = silent.getsockname()[1]
        began = time.monotonic()
        with pytest.raises(MailError) as refused:
            SmtpMailer(replace(mail_settings, port=port, timeout_seconds=0.3)).send(letter())
        assert refused.value.retryable is True
        assert time.monotonic() - began < 3


def test_a_line_that_breaks_off_may_be_tried_again(mail_settings: MailSettings) -> None:
    with socket.create_server((LOOPBACK, 0)) as server:

        def greet_and_leave() -> None:
            connection, _ = server.accept()
            connection.sendall(b"220 hello\r\n")
            connection.close()

        Thread(target=greet_and_leave, daemon=True).start()
        with pytest.raises(MailError) as broken:
            SmtpMailer(replace(mail_settings, port=server.getsockname()[1])).send(letter())
        assert broken.value.retryable is True


def test_a_goodbye_that_fails_is_no_failure(mail_settings: MailSettings) -> None:
    """The relay has the message by then: an error would send it twice."""
    taken = Event()
    with socket.create_server((LOOPBACK, 0)) as server:
        answers = [b"250 hi", b"250 ok", b"250 ok", b"354 go", b"250 taken", b"500 what"]

        def answer() -> None:
            connection, _ = server.accept()
            with connection, connection.makefile("rwb", buffering=0) as wire:
                wire.write(b"220 hello\r\n")
                for each in answers:
                    line = wire.readline()
                    if each == b"250 taken":
                        while line.strip() != b".":
                            line = wire.readline()
                        taken.set()
                    wire.write(each + b"\r\n")

        Thread(target=answer, daemon=True).start()
        SmtpMailer(replace(mail_settings, port=server.getsockname()[1])).send(letter())
    assert taken.is_set()


def test_a_goodbye_is_not_waited_for(mail_settings: MailSettings) -> None:
    """The relay has the message: until that is written down, a dying worker would send it twice."""
    with socket.create_server((LOOPBACK, 0)) as server:
        answers = [b"250 hi", b"250 ok", b"250 ok", b"354 go", b"250 taken"]
        goodbyes: list[bytes] = []

        def answer() -> None:
            connection, _ = server.accept()
            with connection, connection.makefile("rwb", buffering=0) as wire:
                wire.write(b"220 hello\r\n")
                for each in answers:
                    line = wire.readline()
                    if each == b"250 taken":
                        while line.strip() != b".":
                            line = wire.readline()
                    wire.write(each + b"\r\n")
                goodbyes.append(wire.readline())
                time.sleep(2)

        relay = Thread(target=answer, daemon=True)
        relay.start()
        began = time.monotonic()
        SmtpMailer(replace(mail_settings, port=server.getsockname()[1])).send(letter())
        assert time.monotonic() - began < 1.5
        relay.join()
    assert goodbyes[0].strip().lower() == b"quit"


@pytest.mark.parametrize("to", ["maría@example.ec", "no address at all"])
def test_what_no_relay_can_carry_is_refused_for_good(
    mailer: SmtpMailer, mail_sink: SmtpSink, to: str
) -> None:
    mail_sink.answer_to_recipient = "553 5.1.3 bad address"
    with pytest.raises(MailError) as refused:
        mailer.send(letter(to))
    assert refused.value.retryable is False


# --- protected connections ---


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A self-made certificate for loopback, key and certificate in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "relay of the tests")])
    now = datetime.now(tz=UTC)
    made = (
        x509.CertificateBuilder(subject_name=name, issuer_name=name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(LOOPBACK))]), critical=False
        )
        .sign(key, SHA256())
    )
    path = tmp_path / "relay.pem"
    path.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + made.public_bytes(Encoding.PEM)
    )
    return path


@pytest.fixture
def context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture(params=[MailSecurity.TLS, MailSecurity.STARTTLS])
def protected(
    request: pytest.FixtureRequest, context: ssl.SSLContext, mail_settings: MailSettings
) -> Iterator[tuple[MailSettings, SmtpSink]]:
    """A relay with TLS from the first byte, then one with STARTTLS."""
    wrapped = {MailSecurity.TLS: "tls", MailSecurity.STARTTLS: "starttls"}[request.param]
    with smtp_sink(**{wrapped: context}) as sink:  # type: ignore[arg-type]
        yield replace(mail_settings, port=sink.port, security=request.param), sink


def test_sends_over_a_protected_connection(
    protected: tuple[MailSettings, SmtpSink], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    settings, sink = protected
    SmtpMailer(settings).send(letter())
    assert len(sink.mails) == 1


def test_trusts_no_unknown_certificate(protected: tuple[MailSettings, SmtpSink]) -> None:
    settings, sink = protected
    with pytest.raises(MailError) as refused:
        SmtpMailer(settings).send(letter())
    assert refused.value.retryable is True
    assert sink.mails == []


def test_never_falls_back_to_an_open_connection(
    mail_settings: MailSettings, mail_sink: SmtpSink
) -> None:
    with pytest.raises(MailError) as refused:
        SmtpMailer(replace(mail_settings, security=MailSecurity.STARTTLS)).send(letter())
    assert refused.value.retryable is True, "the message is not at fault"
    assert mail_sink.mails == []


@pytest.fixture
def relay_with_login(
    context: ssl.SSLContext,
    certificate: Path,
    mail_settings: MailSettings,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[tuple[MailSettings, SmtpSink]]:
    """A relay that wants a login, and the settings of somebody who has one."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with smtp_sink(starttls=context, account=("rum", "una clave larga")) as sink:
        settings = replace(
            mail_settings,
            port=sink.port,
            timeout_seconds=20,
            security=MailSecurity.STARTTLS,
            user="rum",
            password="una clave larga",
        )
        yield settings, sink


def test_logs_in(relay_with_login: tuple[MailSettings, SmtpSink]) -> None:
    settings, sink = relay_with_login
    SmtpMailer(settings).send(letter())
    assert len(sink.mails) == 1


@pytest.mark.parametrize(
    ("account", "code"), [({"password": "otra"}, "535"), ({"user": None, "password": None}, "530")]
)
def test_a_refused_or_missing_login_is_no_fault_of_the_message(
    relay_with_login: tuple[MailSettings, SmtpSink], account: dict[str, Any], code: str
) -> None:
    """The operator mends it; the notices that waited leave then."""
    settings, sink = relay_with_login
    with pytest.raises(MailError, match=code) as refused:
        SmtpMailer(replace(settings, **account)).send(letter())
    assert refused.value.retryable is True
    assert sink.mails == []


def test_a_login_that_is_asked_for_at_the_address_is_no_fault_of_the_message(
    mailer: SmtpMailer, mail_sink: SmtpSink
) -> None:
    mail_sink.answer_to_recipient = "530 5.7.0 Authentication required"
    with pytest.raises(MailError) as refused:
        mailer.send(letter())
    assert refused.value.retryable is True


def test_a_relay_that_takes_no_login_finds_no_fault_with_the_message(
    mail_settings: MailSettings, mail_sink: SmtpSink
) -> None:
    with pytest.raises(MailError) as refused:
        SmtpMailer(replace(mail_settings, user="rum", password="una clave larga")).send(letter())
    assert refused.value.retryable is True
    assert mail_sink.mails == []
