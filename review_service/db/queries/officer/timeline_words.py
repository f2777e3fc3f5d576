"""What each event of a case is called on its timeline, in Spanish."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from review_service.db.queries.applicant.history import LETTERS
from review_service.domain.actors import OFFICER
from review_service.domain.appeals import AppealOutcome
from review_service.domain.applications import ItemVerdict, ReviewItem
from review_service.domain.correction_loop import ContactChannel, ContactResult
from review_service.domain.documents import Theme
from review_service.domain.file_tickets import WhyOriginal
from review_service.domain.pending_decisions import DecisionOutcome
from review_service.domain.rule_decisions import actor_of_rule
from review_service.domain.wording import told_value

WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "application_opened": "Empezó la solicitud.",
        "sheet_saved": "Guardó la hoja de datos.",
        "document_received": "Subió un archivo.",
        "document_removed": "Quitó un archivo.",
        "document_moved": "Puso un documento en su lugar.",
        "document_checked": "Terminó la revisión automática de un archivo.",
        "document_refused": "Un archivo no se pudo aceptar.",
        "evidence_assembled": "Reunió las fotos en un solo PDF.",
        "theme_not_applicable": "Dijo que un tema de las fotos no aplica",
        "theme_applies": "Quitó «no aplica» de un tema de las fotos",
        "second_address_asked": "Pidió que los avisos vayan también a otro correo.",
        "second_address_confirmed": "El otro correo dijo que quiere los avisos.",
        "address_renewed": "Tomó del SRI otro correo registrado.",
        "application_awaiting_confirmation": "Envió la solicitud.",
        "application_in_review": "Confirmó la solicitud: quedó recibida.",
        "application_correction_requested": "Pidió una corrección.",
        "application_approved": "Aprobó la solicitud.",
        "application_issued": "El documento quedó firmado y publicado.",
        "application_refused": "Negó la solicitud.",
        "application_withdrawn": "La solicitud quedó desistida.",
        "application_draft": "Volvió a ser un borrador.",
        "appeal_lodged": "Presentó un recurso contra la decisión.",
        "appeal_decided": "Decidió el recurso",
        "appeal_day_corrected": "Corrigió el día en que ingresó el recurso",
        "agreement_numbered": "Se dio el número del Acuerdo",
        "certificate_numbered": "Se dio el número del certificado",
        "agreement_stored": "Se guardó el Acuerdo firmado.",
        "certificate_stored": "Se guardó el certificado firmado.",
        "paper_contradicted": "El papel firmado no coincidió con lo que consta: no se publicó.",
        "item_judged": "Juzgó un punto",
        "item_reopened": "Un punto volvió a abrirse",
        "case_viewed": "Abrió el caso.",
        "pages_viewed": "Miró las páginas.",
        "original_downloaded": "Descargó un archivo original.",
        "original_asked": "Pidió un archivo original",
        "copy_denied": "Dijo de una foto que se parece a la de otro caso: no es copia.",
        "copy_denial_undone": "Dijo que esa foto sí puede ser copia: vuelve a avisar.",
        "photos_compared": "Comparó una foto de esta solicitud con otro caso.",
        "agreement_downloaded": "Descargó el documento emitido.",
        "case_taken_over": "Tomó el caso que tenía otra persona.",
        "case_taken_out_of_order": "Tomó el caso antes que otro más antiguo",
        "case_passed_over": "Llegó a este caso sin revisar antes otro más antiguo que tenía.",
        "case_moved": "Pasó el caso",
        "assigned_case_taken": "Tomó el caso que era de otra persona",
        "second_review_settled": "Cerró una segunda revisión.",
        "decision_recommended": "Recomendó una decisión",
        "recommendation_given_back": "Devolvió la recomendación",
        "recommendation_withdrawn": "Retiró su recomendación",
        "decision_made": "Decidió; todavía se podía deshacer",
        "decision_undone": "La decisión se deshizo antes de tener efecto",
        "decision_dropped": "La decisión no llegó a tener efecto",
        "refused_late": "Negó después del plazo legal, y dijo por qué",
        "withdrawn_late": "Firmó el desistimiento después del plazo legal, y dijo por qué",
        "later_control_ended": "Terminó el control posterior.",
        "extension_asked": "Pidió una prórroga para corregir.",
        "extension_granted": "Concedió la prórroga",
        "extension_refused": "Negó la prórroga.",
        "contact_attempted": "Intentó avisar por otro medio",
        "notice_restarted": "Empezó el aviso de la corrección de nuevo.",
        "legal_hold_placed": "Impidió que se elimine algo del caso.",
        "legal_hold_lifted": "Terminó la retención legal.",
        "note_written": "Escribió una nota interna",
        "note_corrected": "Corrigió su nota interna",
        "colleague_asked": "Preguntó a un colega",
        "colleague_reminded": "Recordó a un colega que espera su respuesta.",
        "colleague_answered": "Respondió la pregunta de un colega",
        "question_withdrawn": "Retiró la pregunta que hizo a un colega.",
        "term_started": "Empezó a correr un plazo: su aviso se entregó.",
        "mail_sent": "Se entregó un correo",
        "mail_failed": "No se pudo entregar un correo",
        "mail_dropped": "No hacía falta ya un correo",
        "notice_delivered_otherwise": "Se avisó por otro medio",
        "dates_stated": "Descargó la constancia de fechas.",
        "payroll_deleted": "Se eliminó el archivo de la nómina.",
        "photos_deleted": "Se eliminaron las fotos.",
        "replaced_files_deleted": "Se eliminaron archivos que otros reemplazaron.",
        "directory_joined": "Quiso estar en el directorio de artesanos.",
        "directory_left": "Salió del directorio de artesanos.",
        "draft_left_told": "Se avisó que el borrador se va a eliminar.",
        "draft_deleted": "Se eliminó lo que tenía el borrador.",
    }
)
"""What each action is called; without a point at the end something of it follows."""
UNTOLD: Final = frozenset(
    {
        "rows_written", "rows_first_held", "rows_not_held", "task_cancelled", "checks_judged",
        "second_review_taken", "second_review_said",
    }
)  # fmt: skip
"""Actions of the trail that say nothing of the case itself."""
GIVES_REASON: Final = frozenset(
    {
        "refused_late", "withdrawn_late", "case_taken_out_of_order", "case_moved",
        "assigned_case_taken", "recommendation_given_back", "recommendation_withdrawn",
        "decision_undone", "notice_restarted", "appeal_day_corrected",
    }
)  # fmt: skip
"""Actions whose event holds why, in the officer's words."""
MINOR: Final = frozenset(
    {
        "sheet_saved", "document_received", "document_removed", "document_moved",
        "document_checked", "case_viewed", "pages_viewed", "mail_dropped", "agreement_stored",
        "certificate_stored", "evidence_assembled",
    }
)  # fmt: skip
"""Small steps, drawn less important."""
OF_THE_OFFICE: Final = frozenset({"extension_granted", "contact_attempted", "appeal_day_corrected"})
CORRECTED: Final = "Envió la corrección."
DECIDED_APPEAL: Final = "appeal_decided"
ON_PAPER: Final = "Registró un recurso que llegó en papel."
RETURNED: Final = "Devolvió la solicitud a revisión por el recurso."
ASKED_AGAIN: Final = "Volvió a pedir la corrección, por el recurso."
TAKEN_BACK: Final = "La volvió a borrador para cambiarla."
GIVEN_UP: Final = "Desistió de la solicitud."
SIGNED_WITHDRAWAL: Final = "Firmó el desistimiento."
GRANTED: Final = "Una regla otorgó la categoría al confirmar."
_RULE: Final = actor_of_rule("")


def words_of(action: str, details: Mapping[str, Any], actor: str) -> str:
    """Return one Spanish sentence for an event of ``WORDS``, by its action, details and actor."""
    words = _special(action, details.get("origin"), actor) or WORDS[action]
    told = "" if words.endswith(".") else _more(action, details)
    return words if words.endswith(".") else f"{words}{': ' if told else ''}{told}."


def _special(action: str, origin: object, actor: str) -> str:
    """Return what an action is called where it depends on who did it, or out of which state."""
    said = {
        ("application_draft", "applicant"): TAKEN_BACK,
        ("application_withdrawn", "applicant"): GIVEN_UP,
        ("application_withdrawn", OFFICER): SIGNED_WITHDRAWAL,
        ("application_in_review", "correction_requested"): CORRECTED,
        ("application_in_review", "refused"): RETURNED,
        ("application_correction_requested", "withdrawn"): ASKED_AGAIN,
        ("appeal_lodged", OFFICER): ON_PAPER,
        ("application_approved", _RULE): GRANTED,
    }
    kind = next((each for each in (OFFICER, _RULE) if actor.startswith(each)), actor)
    return said.get((action, kind)) or said.get((action, str(origin)), "")


def _more(action: str, details: Mapping[str, Any]) -> str:
    """Return what follows the words of an action; empty where the trail says no more."""
    if action in {"item_judged", "item_reopened"}:
        item = _label(ReviewItem, details.get("item"))
        verdict = _label(ItemVerdict, details.get("verdict")) if action == "item_judged" else ""
        return f"{item}, {verdict.lower()}" if verdict else item
    if action in {"mail_sent", "mail_failed", "mail_dropped", "notice_delivered_otherwise"}:
        told = LETTERS.get(str(details.get("event")), "Aviso sobre la solicitud")
        return f"«{told % {'document': 'documento'}}»"
    if action in {"theme_not_applicable", "theme_applies"}:
        return _label(Theme, details.get("theme"))
    if "outcome" in details or action in OF_THE_OFFICE:
        return _of_the_office(action, details)
    if action == "original_asked":
        return next((each.label for each in WhyOriginal if each.value == details.get("why")), "")
    return str(details.get("zone" if action == "case_moved" else "number") or "")


def _of_the_office(action: str, details: Mapping[str, Any]) -> str:
    if "outcome" in details:
        kind = AppealOutcome if action == DECIDED_APPEAL else DecisionOutcome
        return _label(kind, details["outcome"]).lower()
    if action == "extension_granted":
        days = details.get("days")
        return "1 día hábil" if days == 1 else f"{days} días hábiles"
    if action == "appeal_day_corrected":
        former, day = (told_value(str(details.get(name, ""))) for name in ("former", "day"))
        return f"decía el {former}, fue el {day}"
    channel = _label(ContactChannel, details.get("channel"))
    return f"{channel}, {_label(ContactResult, details.get('result')).lower()}"


Labelled = (
    type[ReviewItem]
    | type[ItemVerdict]
    | type[Theme]
    | type[DecisionOutcome]
    | type[AppealOutcome]
    | type[ContactChannel]
    | type[ContactResult]
)


def _label(kind: Labelled, value: object) -> str:
    return next((each.label for each in kind if each.value == value), "")
