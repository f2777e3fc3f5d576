"""A context of each event that is mailed, and what somebody reads of a message."""

import re
from datetime import UTC, date, datetime
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

from review_service.domain.institution import institution_on
from review_service.ports import MailComposer

INSTITUTION = institution_on(date(2026, 11, 20))
MOMENT = datetime(2026, 11, 20, 23, 4, tzinfo=UTC)
MESSAGE_ID = "<0b6f0f3c-7a5e-4a53-8f1d-2b6f3d6e9a10@acuerdos.example>"
COMMON = {"reference": "2026-001207", "public_url": "https://acuerdos.example"}
LINKED = {
    "link": "https://acuerdos.example/x/k3?a=1&b=2",
    "code": "K7P-42M",
    "link_expires_at": MOMENT,
    "code_expires_at": MOMENT,
}
CONTEXTS: dict[str, dict[str, Any]] = {
    "sign_in": LINKED,
    "confirm": {**LINKED, "reference": "2026-001207"},
    "received": {
        **COMMON,
        "received_at": MOMENT,
        "decide_by": date(2026, 11, 25),
        "files": [{"name": "taller 1.jpg", "sha256": "ab" * 32}],
    },
    "correction_requested": {
        **COMMON,
        "last_day": date(2026, 12, 4),
        "items": [
            {
                "subject": "Foto 4",
                "reason": "Está muy oscura.",
                "instruction": "Encienda la luz y tómela otra vez.",
            },
            {
                "subject": "Acuerdo anterior",
                "reason": "Falta la última página.",
                "instruction": "Escanee todas las páginas.",
            },
        ],
    },
    "refused": {
        **COMMON,
        "reasons": ["La actividad registrada no es artesanal."],
        "remedies": INSTITUTION.remedies.text,
        "appeal_before": INSTITUTION.remedies.before,
        "appeal_until": date(2026, 12, 4),
    },
    "issued": {**COMMON, "number": "MPCEI-MDT-2026-000482", "valid_until": date(2029, 11, 20)},
    "correction_reminder": {
        **COMMON,
        "last_day": date(2026, 12, 4),
        "items": ["El lugar donde trabaja", "Sus máquinas y herramientas"],
    },
    "extension_decided": {
        **COMMON,
        "granted": 0,
        "answer": "El pedido era de una sola foto.",
        "last_day": date(2026, 12, 9),
    },
    "draft_left": {
        **COMMON,
        "left_on": date(2025, 11, 28),
        "goes_on": date(2026, 12, 28),
    },
    "withdrawn": {
        **COMMON,
        "asked_on": date(2026, 11, 20),
        "items": ["El lugar donde trabaja", "Hoja de datos"],
        "notified_on": date(2026, 11, 20),
        "is_renewed": True,
        "last_day": date(2026, 12, 9),
        "reminded": ["2 de diciembre de 2026", "7 de diciembre de 2026"],
        "extension": {"on": "1 de diciembre de 2026", "days": 3, "answer": ""},
        "seen_on": "",
        "attempts": [
            {
                "on": "10 de diciembre de 2026",
                "channel": "Teléfono",
                "result": "no pudimos hablar con usted",
            }
        ],
        "words": ["Se miró el caso entero."],
        "signed_on": date(2026, 12, 11),
        "signer": "Lucía Paz",
        "unit": "Zonal 1",
        "remedies": INSTITUTION.remedies.text,
        "appeal_before": INSTITUTION.remedies.before,
        "appeal_until": date(2026, 12, 18),
    },
    "second_address": {
        "link": "https://acuerdos.example/correo/abc",
        "link_expires_at": MOMENT,
    },
    "letter_confirm": {
        "link": "https://acuerdos.example/quejas/carta/abc",
        "link_expires_at": MOMENT,
        "kind": "Queja",
    },
    "letter_received": {
        "link": "https://acuerdos.example/quejas/carta/abc",
        "kind": "Queja",
        "number": "Q-2026-000001",
        "received_at": MOMENT,
        "answer_by": date(2026, 12, 4),
        "term": "compromiso del servicio",
        "norm": "",
    },
    "letter_answered": {
        "link": "https://acuerdos.example/quejas/carta/abc",
        "kind": "Queja",
        "number": "Q-2026-000001",
        "received_at": MOMENT,
        "paragraphs": ["Lamentamos la demora.", "Su solicitud ya fue revisada."],
    },
    "appeal_decided": {
        "link": "https://acuerdos.example/quejas/carta/abc",
        "number": "Q-2026-000001",
        "reference": "2026-001207",
        "entered_on": date(2026, 11, 20),
        "outcome": "Aceptamos su recurso. Su solicitud vuelve a revisión.",
        "reasons": ["La segunda foto muestra el taller entero."],
        "order": ["Mirar otra vez la segunda foto."],
        "basis": "Artículos 205, 219 y 224 del Código Orgánico Administrativo.",
        "remains": "Contra esta decisión queda la vía judicial.",
    },
    "digest_confirm": {
        "public_url": COMMON["public_url"],
        "code": "482913",
        "code_expires_at": MOMENT,
    },
    "officer_digest": {
        "public_url": COMMON["public_url"],
        "count": 2,
        "lines": [
            "AR-2026-000007: lo prometido venció hace 2 días hábiles",
            "AR-2026-000008: al plazo legal le quedan 3 días hábiles",
        ],
        "today_on": "2026-11-30",
    },
    "audit_sealed": {
        "public_url": COMMON["public_url"],
        "sequence": 4711,
        "sealed_at": MOMENT,
        "limits": "Este sello responde por la cadena entera.",
        "block": "-----BEGIN AUDIT SEAL-----\neyJoZWFkIjoi\n-----END AUDIT SEAL-----",
    },
}


def compose(
    composer: MailComposer,
    event: str,
    **changes: Any,  # noqa: ANN401 -- any context
) -> EmailMessage:
    return composer.compose(
        event,
        {**CONTEXTS[event], **changes},
        recipient="maria@correo.example",
        message_id=MESSAGE_ID,
    )


class Words(HTMLParser):
    """Collects what a reader of the HTML sees, and what it would load."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self._hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src"}]
        self._hidden = tag in {"style", "title"}

    def handle_endtag(self, tag: str) -> None:
        del tag
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.text.append(data)


def parts(message: EmailMessage) -> tuple[str, Words]:
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    words = Words()
    words.feed(html.get_content())
    return plain.get_content(), words


def vocabulary(text: str) -> list[str]:
    return re.findall(r"\w{4,}", text.casefold())
