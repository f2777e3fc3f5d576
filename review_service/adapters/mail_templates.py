"""Composes mails from templates: one message per event, as plain text and as HTML.

What each event's context must hold; a missing name raises ``MailError``. Names that end in
``_at``, ``_on``, ``_until``, ``_by`` or ``_day`` take a ``date``, an aware ``datetime``, the ISO
text of either, or words that stand already. ``link`` is where the button leads; without it the
button leads to ``public_url`` followed by ``path``.

====================== ==========================================================================
event                  context beside ``link``, or ``public_url`` and ``path``
====================== ==========================================================================
sign_in                code, link_expires_at, code_expires_at
confirm                reference, code, link_expires_at, code_expires_at
second_address         link_expires_at
received               reference, received_at, decide_by, files: [{name, sha256}],
                       not_applicable: [{theme, sentence}] where something was said
correction_requested   reference, last_day, items: [{subject, reason, instruction}], each with
                       said where the applicant said that the theme does not apply, and
                       with basis where the officer's reason is of the catalogue
correction_reminder    reference, last_day, items: [heading]
extension_decided      reference, granted (business days, 0 for none), last_day, answer: why not
refused                reference, reasons: [text], remedies, appeal_before, appeal_until
issued                 reference, number, valid_until, kind (of an ``IssuedKind``; without it an
                       Acuerdo), begins_on when that is later than today, replaces when it
                       takes the place of those numbers; the PDF goes as an attachment
withdrawn              reference, last_day, appeal_before, appeal_until; of a resolution that an
                       officer signed also asked_on, items, notified_on, is_renewed, reminded,
                       extension, seen_on, attempts, words, signed_on, signer, unit, remedies
letter_confirm         kind, link_expires_at: no word of the letter
letter_received        kind, number, received_at, answer_by, term, norm (may be empty)
letter_answered        kind, number, received_at, paragraphs: [text]
appeal_decided         number, reference, entered_on, outcome, reasons: [text], order: [text],
                       empty unless it was accepted, basis, remains (empty if it was)
draft_left             reference, left_on, goes_on
digest_confirm         code, code_expires_at
officer_digest         count, lines: [text], questions, question_lines: [text], today_on
audit_sealed           sequence, sealed_at, limits, block: text of the seal for programs
====================== ==========================================================================

The body of the letters stands alone in ``email/letters/<event>.html``, for a preview: give it
the context through ``worded`` first. Further names in a context are ignored.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any, Final

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateNotFound,
    UndefinedError,
    pass_context,
    select_autoescape,
)
from jinja2.runtime import Context

from review_service.domain.errors import MailError
from review_service.domain.institution import Institution
from review_service.domain.withdrawal_resolutions import fact_lines
from review_service.domain.wording import Gettext, in_words, printable, untranslated
from review_service.languages import SPANISH, Language, translations
from review_service.packaged_files import templates_folder

EVENTS: Final = frozenset(
    {
        "sign_in",
        "confirm",
        "second_address",
        "received",
        "correction_requested",
        "correction_reminder",
        "extension_decided",
        "refused",
        "issued",
        "withdrawn",
        "letter_confirm",
        "letter_received",
        "letter_answered",
        "appeal_decided",
        "draft_left",
        "digest_confirm",
        "officer_digest",
        "audit_sealed",
    }
)

_DATED: Final = re.compile(r".*_(at|on|until|by|day)")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_PLAIN_ADDRESS: Final = re.compile(r"[!#-'*+./-9=?A-Z^-~\w-]+@[A-Za-z0-9.-]+")
"""Without quotes, comments or lists; beyond ASCII only letters, and only before the ``@``."""

_MESSAGE_ID: Final = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>")
MAX_SUBJECT_CHARACTERS: Final = 200


class TemplateComposer:
    """A ``MailComposer`` on ``templates/email``, with a fixed sender and reply address."""

    def __init__(
        self,
        *,
        sender: str,
        institution: Institution,
        reply_to: str | None = None,
        language: Language = SPANISH,
    ) -> None:
        """``sender`` is an address, with or without a name; replies go to ``reply_to``.

        Without ``reply_to`` they go to the institution's support address. Texts are in the
        language; what its catalogue lacks is Spanish.
        """
        self._sender = _named_address(sender, name=institution.name)
        self._reply_to = _named_address(reply_to or institution.support.email, name="")
        self._common = {
            "institution": institution.name,
            "support": institution.support.sentence,
            "language": language.tag,
        }
        self._language, self._texts = language, translations(language.code)
        self._environment = Environment(
            loader=FileSystemLoader(templates_folder()),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        self._environment.policies["ext.i18n.trimmed"] = True
        self._environment.install_gettext_translations(  # type: ignore[attr-defined]  # of i18n
            self._texts, newstyle=True
        )
        self._environment.filters["translated"] = self._translated
        self._environment.globals["withdrawal_facts"] = self._withdrawal_facts

    def _translated(self, text: str, /, **values: object) -> str:
        found = self._texts.gettext(text) if text else text
        return found % values if values else found

    @pass_context
    def _withdrawal_facts(self, context: Context) -> tuple[str, ...]:
        try:
            return fact_lines(context.get_all(), self._translated)
        except KeyError as error:
            raise UndefinedError(f"{error} is undefined") from error

    def compose(
        self,
        event: str,
        context: Mapping[str, object],
        *,
        recipient: str,
        message_id: str,
        attachments: Sequence[tuple[str, bytes]] = (),
    ) -> EmailMessage:
        """Return the message of ``templates/email/<event>``; attachments are (name, PDF) pairs.

        Raises ``MailError`` (not retryable) when an address or a header cannot be one, when there
        is no such event, and when the context lacks a name.
        """
        if event not in EVENTS:
            raise MailError(f"no such event: {event[:40]!r}", retryable=False)
        if not _MESSAGE_ID.fullmatch(message_id):
            raise MailError("the message id is none", retryable=False)
        to = _address(recipient)
        words = {**self._common, **worded(context, self._translated)}
        message = EmailMessage(policy=SMTP)
        message["From"] = self._sender
        message["To"] = to
        message["Reply-To"] = self._reply_to
        message["Subject"] = _subject(self._render(event, "subject.txt", words))
        message["Message-ID"] = message_id
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(_tidy(self._render(event, "body.txt", words)), cte="quoted-printable")
        html = self._render(event, "body.html", words)
        message.add_alternative(html, subtype="html", cte="quoted-printable")
        for name, content in attachments:
            message.add_attachment(
                content, maintype="application", subtype="pdf", filename=_header(name)
            )
        # Last: adding a part would carry a Content- header into it.
        message["Content-Language"] = self._language.tag
        return message

    def _render(self, event: str, name: str, words: Mapping[str, Any]) -> str:
        try:
            return self._environment.get_template(f"email/{event}/{name}").render(words)
        except (UndefinedError, TemplateNotFound) as error:
            raise MailError(f"cannot write {event}: {error}", retryable=False) from error


def worded(context: Mapping[str, object], gettext: Gettext = untranslated) -> dict[str, Any]:
    """Return the context for the templates: dates in words, a link, no unprintable characters."""
    words = {
        name: in_words(_moment(value) if _DATED.fullmatch(name) else value, gettext)
        for name, value in context.items()
    }
    if "public_url" in words:
        words.setdefault("link", f"{words['public_url']}{words.get('path', '')}")
    return {name: _printable(value) for name, value in words.items()}


def _moment(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        pass  # not a bare day: a moment, or words
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return value


def _printable(value: Any) -> Any:  # noqa: ANN401 -- walks plain data of any shape
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {name: _printable(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [_printable(entry) for entry in value]
    return value


def _header(value: str) -> str:
    """Return the value if it is safe in a header; raises ``MailError`` if it has line breaks.

    Encoded words count too: the standard library decodes ``=0A`` in one into a line break that it
    then writes out.
    """
    if not value.strip() or _CONTROL.search(value) or "=?" in value:
        raise MailError("a header value holds a line break or nothing", retryable=False)
    return value


def _subject(rendered: str) -> str:
    return _header(rendered.strip())[:MAX_SUBJECT_CHARACTERS]


def _named_address(value: str, *, name: str) -> Address:
    """Return an address as settings give it: ``Name <address>``, or the bare address."""
    match = re.fullmatch(r"([^<>]*)<([^<>]+)>", _header(value).strip())
    if match is None:
        return _address(value, name=name)
    return _address(match[2], name=match[1].strip(' "') or name)


def _address(value: str, *, name: str = "") -> Address:
    """Return one plain address. A letter such as ñ before the ``@`` needs a relay with SMTPUTF8."""
    if not _PLAIN_ADDRESS.fullmatch(_header(value)):
        raise MailError("not one plain e-mail address", retryable=False)
    try:
        if not value.isascii():
            local, _, domain = value.partition("@")
            return Address(display_name=name, username=local, domain=domain)
        return Address(display_name=name, addr_spec=value)
    except (MessageError, ValueError, IndexError) as error:
        raise MailError("not an e-mail address", retryable=False) from error


def _tidy(text: str) -> str:
    """Return the text with one empty line between paragraphs and none at the ends."""
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
