"""Events in words."""

from collections.abc import Iterator
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from review_service.adapters.mail_templates import EVENTS, TemplateComposer, worded
from review_service.domain.errors import MailError
from review_service.packaged_files import templates_folder
from review_service.ports import MailComposer
from tests import sentences
from tests.unit.adapters.mail_samples import (
    COMMON,
    CONTEXTS,
    INSTITUTION,
    MESSAGE_ID,
    MOMENT,
    compose,
    parts,
    vocabulary,
)

OF_NO_REQUEST = {
    "sign_in", "second_address", "letter_confirm", "letter_received", "letter_answered",
    "officer_digest", "digest_confirm", "audit_sealed",
}  # fmt: skip


@pytest.fixture(scope="module")
def composer() -> MailComposer:
    return TemplateComposer(sender="tramites@acuerdos.example", institution=INSTITUTION)


def test_every_event_has_its_three_files_and_no_folder_is_left_over() -> None:
    folder = templates_folder() / "email"
    events = {path.name for path in folder.iterdir() if path.is_dir()} - {"letters"}
    assert events == EVENTS == set(CONTEXTS)
    for event in EVENTS:
        names = {path.name for path in (folder / event).iterdir()}
        assert names == {"subject.txt", "body.txt", "body.html"}


@pytest.mark.parametrize("event", sorted(EVENTS))
def test_the_html_says_the_same_words_as_the_text(composer: MailComposer, event: str) -> None:
    plain, html = parts(compose(composer, event))
    seen = " ".join(html.text)
    missing = set(vocabulary(plain)) - set(vocabulary(seen))
    # The address itself stands in the button, not in the words.
    assert missing - set(vocabulary(CONTEXTS[event].get("link", COMMON["public_url"]))) == set()


def test_a_withdrawal_of_the_version_before_is_still_told(composer: MailComposer) -> None:
    """One that waited while this version came has none of the facts of a resolution."""
    names = ("reference", "public_url", "last_day", "appeal_before", "appeal_until")
    context = {name: CONTEXTS["withdrawn"][name] for name in names}
    message = composer.compose(
        "withdrawn", context, recipient="maria@correo.example", message_id=MESSAGE_ID
    )
    plain, _ = parts(message)
    assert "el plazo terminó el 9 de diciembre de 2026 sin respuesta" in plain


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "con la prórroga, terminó el 9 de diciembre de 2026"),
        ({"extension": {}}, "Su plazo de diez días hábiles terminó el 9 de diciembre de 2026"),
        (
            {"extension": {"on": "1 de diciembre", "days": 0, "answer": "Era una foto."}},
            "No se la dimos: «Era una foto.»",
        ),
        ({"seen_on": date(2026, 12, 3)}, "la última vez el 3 de diciembre de 2026"),
        ({}, "(teléfono): no pudimos hablar con usted."),
    ],
)
def test_a_resolution_tells_what_happened(
    composer: MailComposer, changes: dict[str, Any], words: str
) -> None:
    plain, html = parts(compose(composer, "withdrawn", **changes))
    assert words in plain
    assert words in " ".join(" ".join(html.text).split())


@pytest.mark.parametrize(("granted", "words"), [(1, "un día hábil más"), (0, "no podemos darla")])
def test_more_days_are_given_or_not(composer: MailComposer, granted: int, words: str) -> None:
    plain, _ = parts(compose(composer, "extension_decided", granted=granted, answer="Era una."))
    assert words in plain
    assert ("Era una." in plain) is (granted == 0)


@pytest.mark.parametrize("event", sorted(EVENTS))
def test_an_empty_line_follows_the_heading(composer: MailComposer, event: str) -> None:
    plain, _ = parts(compose(composer, event))
    heading, after, *_ = plain.splitlines()
    assert heading.isupper()
    assert after == ""


def test_a_receipt_without_files_promises_no_list_of_them(composer: MailComposer) -> None:
    plain, html = parts(compose(composer, "received", files=[]))
    assert "Sus archivos" not in plain
    assert "Sus archivos" not in " ".join(html.text)


@pytest.mark.parametrize("event", sorted(EVENTS))
def test_a_message_has_one_heading_one_button_no_picture(
    composer: MailComposer, event: str
) -> None:
    plain, html = parts(compose(composer, event))
    assert html.tags.count("h1") == 1
    assert html.tags.count("a") == 1
    assert not {"img", "script", "link", "iframe"} & set(html.tags)
    link = CONTEXTS[event].get("link", COMMON["public_url"])
    assert html.addresses == [link]
    assert link in plain
    assert INSTITUTION.support.email in plain


@pytest.mark.parametrize("event", sorted(EVENTS - {"audit_sealed"}))
def test_sentences_of_mails_are_short(composer: MailComposer, event: str) -> None:
    plain, _ = parts(compose(composer, event))
    assert sentences.problems(sentences.of_text(plain)) == []


@pytest.mark.parametrize("event", sorted(EVENTS - OF_NO_REQUEST))
def test_the_number_of_the_request_stands_in_every_message(
    composer: MailComposer, event: str
) -> None:
    plain, html = parts(compose(composer, event))
    assert "2026-001207" in plain
    assert "2026-001207" in " ".join(html.text)


@pytest.mark.parametrize(
    ("event", "subject"),
    [
        ("issued", "Su Acuerdo está listo"),
        (
            "correction_requested",
            "Corrija su solicitud 2026-001207: tiene hasta el 4 de diciembre de 2026",
        ),
    ],
)
def test_the_subject_says_the_news(composer: MailComposer, event: str, subject: str) -> None:
    assert compose(composer, event)["Subject"] == subject


def test_the_correction_letter_gives_each_reason_its_instruction_the_last_day_and_the_basis(
    composer: MailComposer,
) -> None:
    plain, html = parts(compose(composer, "correction_requested"))
    for text in (plain, " ".join(html.text)):
        assert "la corrección hasta el 4 de diciembre de 2026" in " ".join(text.split())
    assert "2 puntos por corregir" in plain
    assert plain.index("Está muy oscura.") < plain.index("Encienda la luz")
    assert plain.index("Encienda la luz") < plain.index("Falta la última página.")
    assert "hasta el 4 de diciembre de 2026" in plain
    assert "artículo 140 del Código Orgánico Administrativo" in plain


def test_the_refusal_gives_reasons_remedies_before_whom_and_until_when(
    composer: MailComposer,
) -> None:
    plain, _ = parts(compose(composer, "refused"))
    for words in [
        "por esta razón", "La actividad registrada no es artesanal.", INSTITUTION.remedies.text,
        INSTITUTION.remedies.before, "hasta el 4 de diciembre de 2026", "artículo 100",
        "artículos 205 y 224",
    ]:  # fmt: skip
        assert words in plain


@pytest.mark.parametrize("spelling", ["2026-12-04", date(2026, 12, 4), "4 de diciembre de 2026"])
def test_a_day_may_come_as_a_day_as_iso_text_or_in_words(
    composer: MailComposer, spelling: object
) -> None:
    plain, _ = parts(compose(composer, "correction_requested", last_day=spelling))
    assert "hasta el 4 de diciembre de 2026" in plain


def test_a_moment_may_come_as_iso_text(composer: MailComposer) -> None:
    plain, _ = parts(compose(composer, "received", received_at=MOMENT.isoformat()))
    assert "20 de noviembre de 2026 a las 18h04" in plain


@pytest.mark.parametrize(
    ("context", "link"),
    [
        ({"public_url": "https://a.example"}, "https://a.example"),
        ({"public_url": "https://a.example", "path": "/s/1"}, "https://a.example/s/1"),
        ({"public_url": "https://a.example", "link": "https://a.example/l"}, "https://a.example/l"),
    ],
)
def test_the_button_leads_to_the_link_or_to_the_path(context: dict[str, object], link: str) -> None:
    assert worded(context)["link"] == link


def test_only_names_that_say_so_are_read_as_dates() -> None:
    assert worded({"reference": "2026-12-04"}) == {"reference": "2026-12-04"}


@pytest.mark.parametrize(
    "payload", ["{{7*7}}", "<b>x</b>", "<img src=http://127.0.0.1/>", "{% raw %}", "&amp;", "\"'>"]
)
def test_what_people_type_is_shown_as_typed(composer: MailComposer, payload: str) -> None:
    item = {"subject": payload, "reason": payload, "instruction": payload}
    plain, html = parts(compose(composer, "correction_requested", items=[item]))
    assert plain.count(payload) == 3
    assert " ".join(html.text).count(payload) == 3
    assert not {"b", "img"} & set(html.tags)


def test_signs_that_steer_a_terminal_or_turn_the_text_are_left_out(
    composer: MailComposer,
) -> None:
    plain, html = parts(compose(composer, "refused", reasons=["a\x1b[31m\u202eb\0c"]))
    assert "a[31mbc" in plain
    assert "a[31mbc" in " ".join(html.text)


def test_an_unknown_event_is_not_guessed(composer: MailComposer) -> None:
    for event in ("unknown", "../agreement", "letters"):
        with pytest.raises(MailError, match="no such event"):
            composer.compose(event, {}, recipient="a@b.example", message_id=MESSAGE_ID)


OF_BEFORE = ("withdrawn", "asked_on")
"""Without it a withdrawal is told as the version before wrote it."""


def needed() -> Iterator[tuple[str, str]]:
    for event, context in CONTEXTS.items():
        for name in context:
            if name not in {"public_url", "reference"} and (event, name) != OF_BEFORE:
                yield event, name


@pytest.mark.parametrize(("event", "name"), list(needed()))
def test_a_missing_name_is_an_error_and_not_an_empty_place(
    composer: MailComposer, event: str, name: str
) -> None:
    context = {key: value for key, value in CONTEXTS[event].items() if key != name}
    with pytest.raises(MailError, match=name) as caught:
        composer.compose(event, context, recipient="a@b.example", message_id=MESSAGE_ID)
    assert caught.value.retryable is False


@pytest.mark.parametrize(
    ("count", "subject"),
    [
        (0, "1 pregunta espera su respuesta"),
        (2, "2 asuntos suyos están atrasados o por vencer y 1 pregunta espera su respuesta"),
    ],
)
def test_a_digest_tells_of_questions_beside_late_cases_or_alone(
    composer: MailComposer, count: int, subject: str
) -> None:
    line = "AR-2026-000009: la respuesta se necesitaba hace 2 días"
    lines = CONTEXTS["officer_digest"]["lines"] if count else []
    told = {"count": count, "lines": lines, "questions": 1, "question_lines": [line]}
    message = composer.compose(
        "officer_digest",
        {**CONTEXTS["officer_digest"], **told},
        recipient="a@b.example",
        message_id=MESSAGE_ID,
    )
    assert message["Subject"] == subject
    for kind in ("plain", "html"):
        part = message.get_body((kind,))
        assert part is not None
        assert line in part.get_content()
        assert ("que usted tomó" in part.get_content()) is bool(count)


def test_the_pdf_travels_whole(composer: MailComposer, tmp_path: Path) -> None:
    content = bytes(range(256)) * 100
    message = composer.compose(
        "issued",
        CONTEXTS["issued"],
        recipient="a@b.example",
        message_id=MESSAGE_ID,
        attachments=[("Acuerdo MPCEI-MDT-2026-000482.pdf", content)],
    )
    (tmp_path / "m.eml").write_bytes(bytes(message))
    read = message_from_bytes((tmp_path / "m.eml").read_bytes(), policy=policy.default)
    assert isinstance(read, EmailMessage)
    (attached,) = read.iter_attachments()
    assert attached.get_content_type() == "application/pdf"
    assert attached.get_filename() == "Acuerdo MPCEI-MDT-2026-000482.pdf"
    assert attached.get_content() == content


def test_the_mail_of_a_renewal_says_from_which_day_it_holds(composer: MailComposer) -> None:
    later = {**CONTEXTS["issued"], "begins_on": date(2026, 12, 5)}
    message = composer.compose("issued", later, recipient="a@b.example", message_id=MESSAGE_ID)
    for part in message.walk():
        if part.get_content_maintype() == "text":
            said = " ".join(part.get_content().split())
            assert "5 de diciembre de 2026" in said
            assert "cuando termina el anterior, hasta el 20 de noviembre de 2029." in said


def test_the_mail_of_one_that_takes_a_place_names_the_former(composer: MailComposer) -> None:
    taking = {**CONTEXTS["issued"], "replaces": "MPCEI-MDT-2025-000017"}
    message = composer.compose("issued", taking, recipient="a@b.example", message_id=MESSAGE_ID)
    for part in message.walk():
        if part.get_content_maintype() == "text":
            said = " ".join(part.get_content().split())
            assert "Desde hoy reemplaza a MPCEI-MDT-2025-000017." in said
