"""The version that every form of a case carries, and what is kept of a form that came too late.

One hidden field, ``version``, says what the form was made from. The deciding service compares it
under its lock (``services/case.py``, ``require_seen``); who acted second gets a page that shows
what is there now and keeps what was typed. ``SIGHTS`` names each route's part of the case:
``tests/integration/web/test_versions.py`` tries every route with a version of yesterday.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from flask import request

from review_service.db.models import ApplicationRow, DocumentRow
from review_service.db.sightings import Key, sighting
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.appeals import AppealOutcome
from review_service.domain.applications import ReviewItem
from review_service.domain.categories import Category
from review_service.domain.correction_reasons import reason_labels
from review_service.domain.documents import DocumentKind, SupportKind, Theme
from review_service.domain.errors import StaleStateError
from review_service.domain.file_tickets import WhyOriginal
from review_service.domain.item_evidence import item_of_file
from review_service.domain.item_words import SHEET_LABELS, fact_words
from review_service.domain.later_controls import LaterOutcome
from review_service.domain.not_applicable import OTHER, OTHER_WORDS
from review_service.domain.sightings import Sight, case_version
from review_service.web.access_table import TABLE
from review_service.web.context import parts

FIELD: Final = "version"
UNTYPED: Final = frozenset(
    {
        FIELD,
        "csrf_token",
        "kept_for",
        "upload_key",
        "paso",
        "pagina",
        "page",
        "later",
        "again",
        "ask",
        "asked_year",
        "base",
        "place",
        "change",
        "en_lugar",
        "corrige",
        "para",
        "estaba",
        "colega",
        "consulta",
        "caso",
        "lista",
        "foto",
        "otra_foto",
        "otro_caso",
    }
)
"""Fields that no person types; they go on with the form all the same."""
CHOSEN: Final = frozenset(
    {
        "theme",
        "puntos",
        "veredicto",
        "kind",
        "reason",
        "categoria",
        "resultado",
        "para_que",
        "decision",
    }
)
"""Fields whose value is one of a list."""
REASON_FIELD: Final = "_code"
"""Ends the name of a field that picks a reason for a correction."""
TICKED: Final = frozenset(
    {"declared", "sin_respuesta", "person", "started_this_year", "la_reviso_yo"}
)
"""Boxes that are ticked or not."""
SIGHTS: Final[Mapping[str, Sight]] = MappingProxyType(
    {
        "applicant.save_sheet": Sight.SHEET,
        "applicant.save_themes": Sight.FILE,
        "applicant.upload_evidence": Sight.PLACE,
        "applicant.upload_prior_agreement": Sight.PLACE,
        "applicant.upload_page_photos": Sight.PLACE,
        "applicant.change_page_photo": Sight.PLACE,
        "applicant.upload_paper": Sight.PLACE,
        "applicant.upload_paper_photos": Sight.PLACE,
        "applicant.move_paper": Sight.FILE,
        "applicant.employs_nobody": Sight.SHEET,
        "applicant.upload_photos": Sight.CASE,  # of a replacement, the photo that it replaces
        "applicant.say_not_applicable": Sight.THEME,
        "applicant.take_not_applicable_back": Sight.THEME,
        "applicant.move_photo": Sight.FILE,
        "applicant.comment_photo": Sight.FILE,
        "applicant.comment_page": Sight.FILE,
        "applicant.remove_document": Sight.FILE,
        "applicant.send": Sight.DRAFT,
        "applicant.confirm_by_code": Sight.CASE,
        "applicant.send_confirmation_again": Sight.CASE,
        "applicant.ask_second_address": Sight.SHEET,
        "applicant.take_back": Sight.CASE,
        "applicant.send_correction": Sight.DRAFT,
        "applicant.ask_extension": Sight.CASE,
        "applicant.withdraw": Sight.CASE,
        "applicant.join_directory": Sight.CASE,
        "applicant.leave_directory": Sight.CASE,
        "officer.judge": Sight.ITEM,
        "officer.take_case": Sight.CASE,
        "officer.move_case": Sight.CASE,
        "officer.end_later_control": Sight.CASE,
        "officer.write_note": Sight.CASE,
        "officer.judge_copy": Sight.CASE,
        "officer.ask_colleague": Sight.CASE,
        "officer.answer_colleague": Sight.CASE,
        "officer.remind_colleague": Sight.CASE,
        "officer.withdraw_question": Sight.CASE,
        "officer.ask_original": Sight.CASE,
        "officer.place_hold": Sight.CASE,
        "officer.record_appeal": Sight.CASE,
        "officer.lift_hold": Sight.CASE,
        "officer.confirm_approval": Sight.REVIEW,
        "officer.answer_recommendation": Sight.REVIEW,
        "officer.undo_decision": Sight.CASE,
        "officer.send_correction": Sight.REVIEW,
        "officer.send_refusal": Sight.REVIEW,
        "officer.decide_extension": Sight.LOOP,
        "officer.log_attempt": Sight.CASE,
        "officer.write_second_address": Sight.CASE,
        "officer.sign_withdrawal": Sight.LOOP,
        "officer.restart_notice": Sight.LOOP,
    }
)
KINDS: Final = MappingProxyType(
    {
        "applicant.upload_evidence": DocumentKind.EVIDENCE,
        "applicant.upload_prior_agreement": DocumentKind.AGREEMENT,
        "applicant.upload_page_photos": DocumentKind.AGREEMENT,
        "applicant.change_page_photo": DocumentKind.AGREEMENT,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """One thing that a person typed or chose."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """A form that came after somebody else's: what it said, and how to send it again."""

    typed: tuple[Typed, ...]
    fields: tuple[tuple[str, str], ...]
    """Every field of the form but the token and the version."""
    fresh: str
    """The present version; empty when the case allows the action no longer."""
    had_file: bool
    """Whether it brought a file, which must be chosen again."""


def seen() -> str:
    """Return the version that the form carries; empty when it carries none, which is never new."""
    return request.form.get(FIELD, "")[:80]


def seen_case() -> int:
    """Return the case's own version that the form was made from.

    Raises ``StaleStateError`` for a form that says none, as one of before this release.
    """
    version = case_version(seen())
    if version < 0:
        raise StaleStateError("the form does not say what it was made from")
    return version


def fresh(endpoint: str, values: Mapping[str, Any], form: Mapping[str, Any]) -> str:
    """Return the present version for a form of a route; empty when it carries none."""
    sight, application_id = SIGHTS.get(endpoint), values.get("application_id")
    if sight is None or application_id is None:
        return ""
    with parts().reading() as uow:
        row = uow.session.get(ApplicationRow, application_id)
        states = TABLE[endpoint].states
        if row is None or (states is not None and row.state not in states):
            return ""
        try:
            sight, key = _part(uow, endpoint, sight, values, form)
            return sighting(uow.session, row, sight, key)
        except ValueError:
            return ""


def late() -> Late:
    """Return what the form of this request said."""
    pairs = [(name, text) for name, text in request.form.items(multi=True)]
    return Late(
        typed=tuple(
            Typed(label=label_of(name), text=text_of(name, text))
            for name, text in pairs
            if name not in UNTYPED and text.strip()
        ),
        fields=tuple(pair for pair in pairs if pair[0] not in {FIELD, "csrf_token", "kept_for"}),
        fresh=fresh(request.endpoint or "", request.view_args or {}, request.form),
        had_file=any(file.filename for file in request.files.values()),
    )


def _part(
    uow: UnitOfWork,
    endpoint: str,
    sight: Sight,
    values: Mapping[str, Any],
    form: Mapping[str, Any],
) -> tuple[Sight, Key]:
    if endpoint == "applicant.upload_photos" and form.get("replaces"):
        return Sight.FILE, UUID(str(form["replaces"]))
    if sight is Sight.PLACE:
        return sight, _kind(uow, endpoint, values)
    if sight is Sight.ITEM:
        return sight, ReviewItem(values["item"])
    if sight is Sight.THEME:
        return sight, Theme(values["theme"])
    if endpoint == "applicant.save_themes":
        return sight, DocumentKind.EVIDENCE
    return sight, values.get("document_id")


def _kind(uow: UnitOfWork, endpoint: str, values: Mapping[str, Any]) -> DocumentKind:
    """Return which paper a form sends: its route says it, or the paper whose sheet it changes."""
    changed = None
    if "document_id" in values:
        changed = uow.session.get(DocumentRow, values["document_id"])
    if changed is not None and item_of_file(changed.kind) is not None:
        return changed.kind
    sent = kind_sent(endpoint, values)
    return KINDS[endpoint] if sent is None else sent


def kind_sent(endpoint: str, values: Mapping[str, Any]) -> DocumentKind | None:
    """Return which paper the forms of a route send; None where they send none."""
    papers = {kind.slug: kind.document_kind for kind in SupportKind}
    return papers.get(values.get("paper", "")) or KINDS.get(endpoint)


def label_of(name: str) -> str:
    """Return what a field is called on the page."""
    item_labels = {item.value: item.label for item in ReviewItem}
    item, _, part = name.rpartition("_")
    parts_of_request = {
        "code": "motivo del catálogo",
        "reason": "qué encontró",
        "instruction": "qué debe hacer",
    }
    if item in item_labels and part in parts_of_request:
        return f"{item_labels[item]}: {parts_of_request[part]}"
    if name.startswith("answer-"):
        headings = {item.value: item.heading for item in ReviewItem}
        return f"Su respuesta sobre «{headings.get(name[7:], name[7:])}»"
    if name.startswith("page-"):
        return f"La página {name[5:]} muestra"
    known = {
        "comment": "Su comentario",
        "reason": "Por qué no aplica",
        "words": "Por qué, con sus palabras",
        "number": "Su cédula o RUC",
        "theme": "Muestra",
        "motivos": "Motivos",
        "categoria": "Categoría",
        "resultado": "Lo que encontró",
        "nota": "Nota",
        "nota_interna": "Nota interna",
        "pregunta": "Su pregunta",
        "para_el": "Para cuándo",
        "sin_respuesta": "Decidir sin esperar la respuesta",
        "para_que": "Para qué",
        "zona": "Zona",
        "respuesta": "Su respuesta",
        "retencion": "Motivo",
        "prorroga": "Por qué necesita más días",
        "dias": "Días hábiles más",
        "motivo_prorroga": "Por qué no",
        "medio": "Medio",
        "resultado_aviso": "Qué pasó",
        "el_dia": "Qué día",
        "nota_aviso": "Nota del intento",
        "resolucion": "Lo que usted añade",
        "motivo_aviso": "Por qué empieza de nuevo",
        "recurso": "Lo que dice el recurso",
        "dia_recurso": "Día en que llegó el recurso",
        "decision": "Decisión",
        "orden": "Lo que se ordena",
        "la_reviso_yo": "La reviso yo",
        "quejas": "Quejas",
        "atenciones": "Atenciones",
        "motivo": "Motivo de la corrección",
        "motivo_toma": "Por qué esta antes",
        "motivo_tarde": "Por qué se decide tarde",
        "motivo_devolucion": "Por qué la devuelve",
        "person": "Que lo revise una persona",
        "wish": "Lo que debe saber esa persona",
        "puntos": "Punto",
        "veredicto": "Su decisión",
        "declared": "Declaración",
        "code": "Código",
        "kind": "Tipo de solicitud",
    }
    return known.get(name, SHEET_LABELS.get(name, name).capitalize())


def text_of(name: str, text: str) -> str:
    """Return what a person reads for the value of a field."""
    labels: Sequence[tuple[str, str]] = (
        *((item.value, item.label if name == "puntos" else item.heading) for item in ReviewItem),
        ("accepted", "Aceptado"),
        ("observed", "Observado"),
        ("pending", "Por revisar"),
        ("new", "Es mi primer Acuerdo"),
        ("renewal", "Quiero renovarlo"),
        (OTHER, OTHER_WORDS),
        *((category.value, category.label) for category in Category),
        *((outcome.value, outcome.label) for outcome in LaterOutcome),
        *((why.value, why.label) for why in WhyOriginal),
        *((outcome.value, outcome.label) for outcome in AppealOutcome),
    )
    chosen = name.startswith("page-") or name in CHOSEN
    if name in TICKED:
        return "Marcada"
    if name == "organisation":
        return fact_words(name, text)
    if name.endswith(REASON_FIELD):
        return reason_labels(parts().rulebook).get(text, text)
    return dict(labels).get(text, text) if chosen else text
