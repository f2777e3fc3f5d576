"""The page for a form that came after another change: what is there now, what was typed."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final
from uuid import UUID

from flask import make_response, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.queries.applicant.applications import OwnApplication, application_of
from review_service.db.queries.applicant.files import OwnDocument, OwnFiles, files_of
from review_service.domain.data_sheet import typed_values
from review_service.domain.errors import StaleStateError
from review_service.domain.item_words import SHEET_LABELS, fact_words
from review_service.domain.wording import gettext_noop
from review_service.web import errors, kept, seeing
from review_service.web.applicant import blueprint
from review_service.web.auth import applicant_ruc, wants_json
from review_service.web.context import parts
from review_service.web.languages import gettext
from review_service.web.seeing import Typed

CONFLICT: Final = 409
AGAIN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "applicant.save_sheet": gettext_noop("Guardar lo mío"),
        "applicant.save_themes": gettext_noop("Guardar lo mío"),
        "applicant.move_photo": gettext_noop("Moverla de todos modos"),
        "applicant.comment_photo": gettext_noop("Guardar lo mío"),
        "applicant.comment_page": gettext_noop("Guardar lo mío"),
        "applicant.say_not_applicable": gettext_noop("Guardar lo mío"),
        "applicant.take_not_applicable_back": gettext_noop("Quitar lo que dije"),
        "applicant.move_paper": gettext_noop("Ponerlo ahí de todos modos"),
        "applicant.employs_nobody": gettext_noop("No tengo empleados"),
        "applicant.remove_document": gettext_noop("Quitarlo de todos modos"),
        "applicant.confirm_by_code": gettext_noop("Confirmar"),
        "applicant.send_confirmation_again": gettext_noop("Enviar otra vez"),
        "applicant.take_back": gettext_noop("Volver a borrador"),
        "applicant.send_correction": gettext_noop("Enviar la corrección así"),
        "applicant.withdraw": gettext_noop("Retirar la solicitud"),
    }
)
"""What the button says that sends a form again. A declaration is read again before it is made."""
OF_THE_CASE: Final = frozenset(
    {
        "applicant.withdraw",
        "applicant.confirm_by_code",
        "applicant.send_confirmation_again",
        "applicant.take_back",
    }
)
"""Forms after which one looks at the application itself, wherever they stand."""


@blueprint.errorhandler(StaleStateError)
def changed_meanwhile(error: StaleStateError) -> BaseResponse:
    """Show what is there now and keep what was typed; scripts get the error."""
    application_id = (request.view_args or {}).get("application_id")
    if application_id is None or wants_json():
        return errors.answer(error)
    late, endpoint = seeing.late(), request.endpoint or ""
    with parts().reading() as uow:
        own = application_of(uow, application_id=application_id, ruc=applicant_ruc())
        files = files_of(uow, application_id)
    page = render_template(
        "applicant/late.html",
        application=own,
        late=late,
        now=_present(own, files),
        again=AGAIN.get(endpoint, "") if late.fresh else "",
        page=_page(own, endpoint),
    )
    return make_response(page, CONFLICT)


def _page(own: OwnApplication, endpoint: str) -> str:
    if not own.state.is_editable or endpoint in OF_THE_CASE:
        return url_for("applicant.application", application_id=own.id)
    return kept.page_of(endpoint, request.view_args or {}, request.form)


def _present(own: OwnApplication, files: OwnFiles) -> Sequence[Typed]:
    """Return what stands now where the form would have written."""
    endpoint, document_id = request.endpoint, (request.view_args or {}).get("document_id")
    if endpoint == "applicant.save_sheet":
        return _sheet(own)
    if endpoint == "applicant.employs_nobody":
        people = typed_values(own.sheet).get("employees", "")
        return [
            Typed(
                label=gettext(SHEET_LABELS["employees"]).capitalize(),
                text=people or gettext("vacío"),
            )
        ]
    if endpoint == "applicant.save_themes":
        return _pages(files.evidence)
    if document_id is None:
        document_id = _uuid(request.form.get("replaces", ""))
    if document_id is not None:
        return _file(next((one for one in files.all if one.id == document_id), None))
    kind = seeing.kind_sent(endpoint or "", request.view_args or {})
    standing = [one.file_name for one in files.all if kind is not None and one.kind is kind]
    return [Typed(label=gettext("En su solicitud"), text=f"«{name}»") for name in standing]


def _sheet(own: OwnApplication) -> Sequence[Typed]:
    stored = typed_values(own.sheet)
    return [
        Typed(
            label=gettext(SHEET_LABELS[name]).capitalize(),
            text=gettext(fact_words(name, stored.get(name, ""))) or gettext("vacío"),
        )
        for name in SHEET_LABELS
        if name in request.form and request.form[name].strip() != stored.get(name, "")
    ]


def _pages(document: OwnDocument | None) -> Sequence[Typed]:
    return [
        Typed(
            label=gettext("Página %(number)s", number=page.number),
            text=gettext(page.theme.heading)
            if page.theme
            else gettext("Otra cosa")
            if page.is_sorted
            else gettext("Falta decir qué muestra"),
        )
        for page in (document.pages if document else ())
    ]


def _file(document: OwnDocument | None) -> Sequence[Typed]:
    if document is None:
        return [Typed(label=gettext("Ese archivo"), text=gettext("Ya no está en su solicitud."))]
    found = [Typed(label=gettext("Archivo"), text=document.file_name)]
    if document.theme is not None:
        found.append(Typed(label=gettext("Muestra"), text=gettext(document.theme.heading)))
    said = (document.comment, *(page.comment for page in document.pages))
    found.extend(Typed(label=gettext("Comentario"), text=text) for text in said if text)
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
