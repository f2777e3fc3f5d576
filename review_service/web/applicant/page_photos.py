"""The prior agreement as photos of its sheets: sending them, and bringing them into order."""

from collections.abc import Sequence
from uuid import UUID

from flask import flash, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.domain.errors import InvalidInputError, NotFoundError
from review_service.domain.limits import UploadLimits
from review_service.domain.page_photos import Change
from review_service.domain.wrong_files import Refused
from review_service.services.applicant import page_photos
from review_service.services.applicant.page_photos import NewPhoto, Paper
from review_service.web import seeing
from review_service.web.applicant import blueprint
from review_service.web.applicant.papers import prior_page
from review_service.web.applicant.uploading import KEY
from review_service.web.auth import applicant_ruc, wants_json
from review_service.web.bodies import takes_files
from review_service.web.context import parts
from review_service.web.dates import size
from review_service.web.forms import Problem

FIELD = "hojas"
"""Name of each form's file field, and id of the one that begins a set."""
MORE = "mas-hojas"
"""Id of the field that adds sheets to a set."""
SHOWN = "resumen"
"""Where on the page the sheets begin."""
MOST_TOLD = 8
"""Refused files that are each told by name."""
DONE = {
    Change.EARLIER: "Movimos la hoja {} hacia el principio.",
    Change.LATER: "Movimos la hoja {} hacia el final.",
    Change.REMOVE: "Quitamos la hoja {}.",
}


def _most_bytes(limits: UploadLimits) -> int:
    return limits.page_photos_bytes


def _too_large(limits: UploadLimits) -> str:
    return (
        f"Aceptamos hasta {limits.agreement_pages} hojas, y sus fotos pueden pesar juntas hasta "
        f"{size(limits.page_photos_bytes)}. "
        "Envíe menos, o elija en su cámara un tamaño menor (12 MP basta)."
    )


@blueprint.post("/<uuid:application_id>/acuerdo-anterior/hojas")
@takes_files(_most_bytes, too_large=_too_large)
def upload_page_photos(application_id: UUID) -> BaseResponse | tuple[str, int]:
    """Add photos of sheets, or send one anew; what is no photo is named, the others are taken."""
    base, number = request.form.get("base", ""), _number(request.form.get("place", ""))
    try:
        added = page_photos.add(
            parts().writing,
            parts().store,
            limits=parts().limits,
            paper=_paper(application_id, _uuid(base) if base else None),
            photos=_chosen(),
            instead_of=number,
        )
    except InvalidInputError as error:
        if wants_json():
            raise
        sentences = error.problems.values()
        place = FIELD if not base else MORE if number is None else f"hoja-{number}"
        problems = tuple(Problem(place=place, sentence=sentence) for sentence in sentences)
        return prior_page(application_id, problems), 422
    _tell(added.refused)
    return _back_to(application_id)


def _tell(refused: Sequence[Refused]) -> None:
    """Say what was not taken on the next page: messages travel in a cookie, which is small."""
    for one in refused[:MOST_TOLD]:
        flash(one.sentence, "bad")
    left = len(refused) - MOST_TOLD
    if left > 0:
        others = "otro archivo" if left == 1 else f"otros {left} archivos"
        flash(f"Tampoco pudimos tomar {others} de los que envió.", "bad")


@blueprint.post("/<uuid:application_id>/documentos/<uuid:document_id>/hojas/<int:number>")
def change_page_photo(
    application_id: UUID, document_id: UUID, number: int
) -> BaseResponse | tuple[str, int]:
    """Move one sheet by one place, or take it out."""
    changes = {each.value: each for each in Change}
    change = changes.get(request.form.get("change", ""))
    if change is None:
        raise InvalidInputError({FIELD: "Diga qué hacer con la hoja."})
    page_photos.rearrange(
        parts().writing,
        parts().store,
        limits=parts().limits,
        paper=_paper(application_id, document_id),
        number=number,
        change=change,
    )
    flash(DONE[change].format(number), "good")
    return _back_to(application_id)


def _back_to(application_id: UUID) -> BaseResponse:
    target = url_for("applicant.prior_agreement", application_id=application_id, _anchor=SHOWN)
    return jsonify(next=target) if wants_json() else redirect(target, code=303)


def _paper(application_id: UUID, base: UUID | None) -> Paper:
    form_key = request.form.get("upload_key", "")
    if not KEY.fullmatch(form_key):
        raise InvalidInputError({FIELD: "Vuelva a cargar la página y elija las fotos."})
    return Paper(
        application_id=application_id,
        ruc=applicant_ruc(),
        upload_key=form_key,
        base=base,
        seen=seeing.seen(),
    )


def _chosen() -> list[NewPhoto]:
    chosen = [file for file in request.files.getlist(FIELD) if file.filename]
    if not chosen:
        raise InvalidInputError({FIELD: "Elija o tome al menos una foto."})
    return [NewPhoto(file_name=file.filename or "", stream=file.stream) for file in chosen]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None  # noqa: PLR2004 -- a sheet's number


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFoundError("no such paper") from error
