"""A paper as photos of its sheets: sending them, and bringing them into order."""

from collections.abc import Sequence
from uuid import UUID

from flask import flash, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.queries.applicant.files import files_of
from review_service.domain.documents import DocumentKind
from review_service.domain.errors import InvalidInputError, NotFoundError
from review_service.domain.item_evidence import item_of_file
from review_service.domain.limits import UploadLimits
from review_service.domain.page_photos import Change
from review_service.domain.wording import gettext_noop
from review_service.domain.wrong_files import Refused
from review_service.services.applicant import page_photos
from review_service.services.applicant.page_photos import NewPhoto, Paper
from review_service.web import seeing
from review_service.web.applicant import blueprint
from review_service.web.applicant.papers import prior_page
from review_service.web.applicant.support_papers import ANY_PAPER, SLUGS, paper_page
from review_service.web.applicant.uploading import KEY
from review_service.web.applicant.work import Work, work_in
from review_service.web.auth import applicant_ruc, wants_json
from review_service.web.bodies import takes_files
from review_service.web.context import parts
from review_service.web.dates import size
from review_service.web.forms import Problem
from review_service.web.languages import gettext, ngettext

FIELD = "hojas"
"""Name of each form's file field, and id of the one that begins a set."""
MORE = "mas-hojas"
"""Id of the field that adds sheets to a set."""
SHOWN = "resumen"
"""Where on the page the sheets begin."""
MOST_TOLD = 8
"""Refused files that are each told by name."""
DONE = {
    Change.EARLIER: gettext_noop("Movimos la hoja %(number)s hacia el principio."),
    Change.LATER: gettext_noop("Movimos la hoja %(number)s hacia el final."),
    Change.REMOVE: gettext_noop("Quitamos la hoja %(number)s."),
}


def _most_bytes(limits: UploadLimits) -> int:
    return limits.page_photos_bytes


def _too_large(limits: UploadLimits) -> str:
    return gettext(
        "Aceptamos hasta %(most)s hojas, y sus fotos pueden pesar juntas "
        "hasta %(size)s. Envíe menos, o elija en su cámara un tamaño "
        "menor (12 MP basta).",
        most=limits.agreement_pages,
        size=size(limits.page_photos_bytes),
    )


@blueprint.post("/<uuid:application_id>/acuerdo-anterior/hojas")
@takes_files(_most_bytes, too_large=_too_large)
def upload_page_photos(application_id: UUID) -> BaseResponse | tuple[str, int]:
    """Add photos of sheets, or send one anew; what is no photo is named, the others are taken."""
    return _add(application_id, DocumentKind.AGREEMENT)


@blueprint.post(f"/<uuid:application_id>/documentos/<{ANY_PAPER}:paper>/hojas")
@takes_files(_most_bytes, too_large=_too_large)
def upload_paper_photos(application_id: UUID, paper: str) -> BaseResponse | tuple[str, int]:
    """Do the same for a supporting paper."""
    return _add(application_id, SLUGS[paper].document_kind)


@blueprint.app_template_global("sheets_address")
def sheets_address(work: Work, kind: DocumentKind) -> str:
    """Return where photos of the sheets of such a paper are sent."""
    if kind.sent_as is None:
        return url_for("applicant.upload_page_photos", application_id=work.id)
    slug = kind.sent_as.slug
    return url_for("applicant.upload_paper_photos", application_id=work.id, paper=slug)


def _add(application_id: UUID, kind: DocumentKind) -> BaseResponse | tuple[str, int]:
    base, number = request.form.get("base", ""), _number(request.form.get("place", ""))
    try:
        added = page_photos.add(
            parts().writing,
            parts().store,
            limits=parts().limits,
            paper=_paper(application_id, _uuid(base) if base else None, kind),
            photos=_chosen(),
            instead_of=number,
        )
    except InvalidInputError as error:
        if wants_json():
            raise
        sentences = error.problems.values()
        place = FIELD if not base else MORE if number is None else f"hoja-{number}"
        problems = tuple(Problem(place=place, sentence=sentence) for sentence in sentences)
        return _shown(application_id, kind, problems), 422
    _tell(added.refused)
    return _back_to(application_id, kind)


def _shown(application_id: UUID, kind: DocumentKind, problems: tuple[Problem, ...]) -> str:
    if kind.sent_as is None:
        return prior_page(application_id, problems)
    return paper_page(application_id, kind.sent_as, problems)


def _tell(refused: Sequence[Refused]) -> None:
    """Say what was not taken on the next page: messages travel in a cookie, which is small."""
    for one in refused[:MOST_TOLD]:
        flash(gettext(one.sentence), "bad")
    left = len(refused) - MOST_TOLD
    if left > 0:
        told = ngettext(
            "Tampoco pudimos tomar otro archivo de los que envió.",
            "Tampoco pudimos tomar otros %(left)s archivos de los que envió.",
            left,
            left=left,
        )
        flash(told, "bad")


@blueprint.post("/<uuid:application_id>/documentos/<uuid:document_id>/hojas/<int:number>")
def change_page_photo(
    application_id: UUID, document_id: UUID, number: int
) -> BaseResponse | tuple[str, int]:
    """Move one sheet by one place, or take it out."""
    changes = {each.value: each for each in Change}
    change = changes.get(request.form.get("change", ""))
    if change is None:
        raise InvalidInputError({FIELD: gettext("Diga qué hacer con la hoja.")})
    kind = _kind_of(application_id, document_id)
    page_photos.rearrange(
        parts().writing,
        parts().store,
        limits=parts().limits,
        paper=_paper(application_id, document_id, kind),
        number=number,
        change=change,
    )
    flash(gettext(DONE[change], number=number), "good")
    return _back_to(application_id, kind)


def _kind_of(application_id: UUID, document_id: UUID) -> DocumentKind:
    """Return what the sheets are of; one that is gone is the prior agreement's, which says so."""
    with parts().reading() as uow:
        work_in(uow, application_id)
        found = (one.kind for one in files_of(uow, application_id).all if one.id == document_id)
        papers = (kind for kind in found if item_of_file(kind) is not None)
        return next(papers, DocumentKind.AGREEMENT)


def _back_to(application_id: UUID, kind: DocumentKind) -> BaseResponse:
    if kind.sent_as is None:
        target = url_for("applicant.prior_agreement", application_id=application_id, _anchor=SHOWN)
    else:
        slug = kind.sent_as.slug
        target = url_for(
            "applicant.paper", application_id=application_id, paper=slug, _anchor=SHOWN
        )
    return jsonify(next=target) if wants_json() else redirect(target, code=303)


def _paper(application_id: UUID, base: UUID | None, kind: DocumentKind) -> Paper:
    form_key = request.form.get("upload_key", "")
    if not KEY.fullmatch(form_key):
        raise InvalidInputError({FIELD: gettext("Vuelva a cargar la página y elija las fotos.")})
    return Paper(
        application_id=application_id,
        ruc=applicant_ruc(),
        upload_key=form_key,
        kind=kind,
        base=base,
        seen=seeing.seen(),
    )


def _chosen() -> list[NewPhoto]:
    chosen = [file for file in request.files.getlist(FIELD) if file.filename]
    if not chosen:
        raise InvalidInputError({FIELD: gettext("Elija o tome al menos una foto.")})
    return [NewPhoto(file_name=file.filename or "", stream=file.stream) for file in chosen]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None  # noqa: PLR2004 -- a sheet's number


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFoundError("no such paper") from error
