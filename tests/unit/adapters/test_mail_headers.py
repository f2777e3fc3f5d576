"""The headers of a mail are ours alone, whatever values and addresses hold."""

from collections.abc import Mapping
from email import message_from_bytes, policy

import pytest

from review_service.adapters.mail_templates import EVENTS, TemplateComposer
from review_service.domain.errors import MailError
from review_service.ports import MailComposer
from tests.unit.adapters.mail_samples import CONTEXTS, INSTITUTION, MESSAGE_ID, compose

HEADERS = {
    "From", "To", "Reply-To", "Subject", "Message-ID", "Auto-Submitted", "Content-Language",
    "MIME-Version", "Content-Type",
}  # fmt: skip
LINE_BREAKS = [
    "\r\nBcc: x@evil.example", "\nBcc: x@evil.example", "\rBcc: x@evil.example", "\0",
    "\r\n\r\n<html>", "\n\n", "a\x0bb", "a\x0cb", "a\x1cb", "a\x1db", "a\x1eb", "a\x85b",
    "a\u2028b", "a\u2029b", "\r\n .", "%0a\n", "=?utf-8?q?=0A?=\n", "a\x7fb", "\x1b[31m",
    "a\n\tb",
    " =?utf-8?q?=0D=0ABcc:_x@evil.example?=",
    " =?utf-8?b?DQpCY2M6IHhAZXZpbC5leGFtcGxl?=",
]  # fmt: skip


@pytest.fixture(scope="module")
def composer() -> MailComposer:
    return TemplateComposer(sender="tramites@acuerdos.example", institution=INSTITUTION)


@pytest.mark.parametrize("event", sorted(EVENTS))
def test_the_headers_are_fixed(composer: MailComposer, event: str) -> None:
    message = compose(composer, event)
    assert set(message.keys()) == HEADERS
    assert message["From"] == f'"{INSTITUTION.name}" <tramites@acuerdos.example>'
    assert message["Reply-To"] == INSTITUTION.support.email
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == MESSAGE_ID
    lines = bytes(message).split(b"\r\n")
    assert max(len(line) for line in lines) < 998


def test_replies_may_go_elsewhere() -> None:
    composer = TemplateComposer(
        sender="RUM <a@b.example>", institution=INSTITUTION, reply_to="c@d.example"
    )
    message = compose(composer, "sign_in")
    assert (message["From"], message["Reply-To"]) == ("RUM <a@b.example>", "c@d.example")


@pytest.mark.parametrize("payload", LINE_BREAKS)
@pytest.mark.parametrize("place", ["recipient", "message_id", "subject", "attachment"])
def test_no_value_starts_a_header_of_its_own(
    composer: MailComposer, place: str, payload: str
) -> None:
    values = {"recipient": "a@b.example", "message_id": MESSAGE_ID, "attachment": "Acuerdo.pdf"}
    context: Mapping[str, object] = CONTEXTS["confirm"]
    if place == "subject":
        context = {**context, "reference": f"2026{payload}"}
    else:
        values[place] += payload
    try:
        message = composer.compose(
            "confirm",
            context,
            recipient=values["recipient"],
            message_id=values["message_id"],
            attachments=[(values["attachment"], b"%PDF-")],
        )
    except MailError as error:
        assert error.retryable is False  # noqa: PT017 -- either way is right
        return
    read = message_from_bytes(bytes(message), policy=policy.default)
    assert set(read.keys()) == HEADERS
    assert "evil" not in str(read["To"])


@pytest.mark.parametrize(
    "address",
    [
        "", " ", "maria", "@correo.example", "maria@", "a@b.example, c@d.example", "a@b@c.example",
        "a@b.example;c@d.example", "María <maria@correo.example> x", "maria@ñandú.example",
        '"a b"@c.example', "a b@c.example", "<>", "a@b.example\n",
    ],
)  # fmt: skip
def test_only_one_plain_address_is_written_to(composer: MailComposer, address: str) -> None:
    with pytest.raises(MailError) as caught:
        composer.compose("sign_in", CONTEXTS["sign_in"], recipient=address, message_id=MESSAGE_ID)
    assert caught.value.retryable is False


def test_a_letter_beyond_ascii_may_stand_before_the_at(composer: MailComposer) -> None:
    message = composer.compose(
        "sign_in", CONTEXTS["sign_in"], recipient="begoña@correo.example", message_id=MESSAGE_ID
    )
    assert str(message["To"]) == "begoña@correo.example"
