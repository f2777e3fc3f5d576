"""Pages for PDFs of an applicant: the ready evidence with its themes, and the prior agreement."""

import re
from uuid import UUID

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.queries.applicant.files import OwnDocument, OwnFiles, OwnPage, files_of
from review_service.domain.applications import ReviewItem
from review_service.domain.documents import DocumentKind, Theme
from review_service.domain.errors import InvalidInputError, NotFoundError
from review_service.domain.limits import UploadLimits
from review_service.services.applicant import applying
from review_service.web import kept, seeing
from review_service.web.applicant import blueprint, verdicts
from review_service.web.applicant.photos import PHOTO_ITEMS
from review_service.web.applicant.uploading import Sent, receive_all
from review_service.web.applicant.work import PHOTOS, PRIOR, Work, work_in
from review_service.web.auth import applicant_ruc, wants_json
from review_service.web.bodies import takes_files
from review_service.web.context import parts
from review_service.web.dates import size
from review_service.web.forms import Problem
from review_service.web.languages import gettext

Problems = tuple[Problem, ...]
PRIOR_ITEMS = (ReviewItem.PRIOR_AGREEMENT,)
ALL = "all"
"""Value of the button that confirms every suggestion."""
UNSAID = "-"
"""Value of a theme choice that was not made yet."""
PAGE_FIELD = re.compile(r"page-([0-9]{1,4})")


def _evidence_limit(limits: UploadLimits) -> int:
    return limits.evidence_bytes


def _evidence_too_large(limits: UploadLimits) -> str:
    return gettext("El PDF puede pesar hasta %(size)s.", size=size(limits.evidence_bytes))


def _agreement_limit(limits: UploadLimits) -> int:
    return limits.agreement_bytes


def _agreement_too_large(limits: UploadLimits) -> str:
    return gettext(
        "El PDF de su Acuerdo anterior puede pesar hasta %(size)s.",
        size=size(limits.agreement_bytes),
    )


@blueprint.get("/<uuid:application_id>/pdf")
def evidence(application_id: UUID) -> str:
    """Show the upload of one ready PDF, then the choice of a theme for each of its pages."""
    return _evidence_page(application_id)


@blueprint.post("/<uuid:application_id>/pdf/subir")
@takes_files(_evidence_limit, too_large=_evidence_too_large)
def upload_evidence(application_id: UUID) -> BaseResponse | tuple[str, int]:
    """Receive the PDF; it replaces the one before."""
    return _upload(application_id, DocumentKind.EVIDENCE)


@blueprint.post("/<uuid:application_id>/pdf/temas")
def save_themes(application_id: UUID) -> BaseResponse:
    """Save the theme of each page; a suggestion counts only once it is confirmed."""
    with parts().reading() as uow:
        work = work_in(uow, application_id, items=PHOTO_ITEMS)
        document = files_of(uow, application_id).evidence
    if document is None:
        raise InvalidInputError({"pdf": gettext("Primero suba el PDF con las fotos.")})
    applying.assign_themes(
        parts().writing(),
        application_id=application_id,
        ruc=applicant_ruc(),
        document_id=document.id,
        themes=_chosen(document),
        seen=seeing.seen(),
    )
    confirmed = request.form.get("confirm", "")
    if confirmed.isdigit():
        anchor = f"pagina-{confirmed}"
        page = url_for("applicant.evidence", application_id=application_id, _anchor=anchor)
        return redirect(page, code=303)
    flash(gettext("Guardamos lo que muestra cada página."), "good")
    return redirect(work.after(PHOTOS), code=303)


def _chosen(document: OwnDocument) -> dict[int, Theme | None]:
    """Return the chosen theme of each page, leaving out suggestions that were not changed."""
    themes = {theme.value: theme for theme in Theme}
    confirmed = request.form.get("confirm", "")
    waiting = {page.number: page.to_confirm for page in document.pages if page.to_confirm}
    chosen = {
        int(named.group(1)): themes.get(value)
        for name, value in request.form.items()
        if (named := PAGE_FIELD.fullmatch(name)) and value != UNSAID
    }
    return {
        number: theme
        for number, theme in chosen.items()
        if confirmed in {ALL, str(number)} or theme is None or waiting.get(number) is not theme
    }


@blueprint.get("/<uuid:application_id>/acuerdo-anterior")
def prior_agreement(application_id: UUID) -> str:
    """Show the upload of the prior agreement and the values read from it."""
    return prior_page(application_id)


@blueprint.post("/<uuid:application_id>/acuerdo-anterior/subir")
@takes_files(_agreement_limit, too_large=_agreement_too_large)
def upload_prior_agreement(application_id: UUID) -> BaseResponse | tuple[str, int]:
    """Receive the scanned PDF; it replaces the one before."""
    return _upload(application_id, DocumentKind.AGREEMENT)


@blueprint.get("/<uuid:application_id>/documentos/<uuid:document_id>/estado")
def document_state(application_id: UUID, document_id: UUID) -> Response:
    """Return the progress of one file's checks as JSON, with the pages new to the script."""
    with parts().reading() as uow:
        work = work_in(uow, application_id)
        found = [d for d in files_of(uow, application_id).all if d.id == document_id]
    if not found:
        return jsonify(settled=True, done=0, total=None, pages=[], summary="")
    document, held = found[0], verdicts.marks_held("tiene")
    return verdicts.answer(
        settled=document.state.is_final,
        done=document.pages_checked,
        total=document.page_count,
        pages=[
            {"number": page.number, "html": _card_html(work, document, page)}
            for page in document.pages
            if held.get(str(page.number)) != verdicts.mark_of(page)
        ],
        summary=render_template(
            "applicant/summary.html",
            summary=verdicts.of_pages(document),
            work=work,
            only_to_redo=False,
        ),
    )


def _back_to(kind: DocumentKind) -> str:
    """Return what the forms of the page of such a file say of it."""
    if kind.sent_as is not None:
        return f"{kept.OF_PAPER}{kind.sent_as.slug}"
    return "acuerdo" if kind is DocumentKind.AGREEMENT else "pdf"


def _card_html(work: Work, document: OwnDocument, page: OwnPage) -> str:
    return render_template(
        "applicant/page_card.html",
        work=work,
        back_to=_back_to(document.kind),
        document=document,
        page=page,
        limits=parts().limits,
        problems=(),
        is_undecided=False,
    )


def _upload(application_id: UUID, kind: DocumentKind) -> BaseResponse | tuple[str, int]:
    is_evidence = kind is DocumentKind.EVIDENCE
    page = "applicant.evidence" if is_evidence else "applicant.prior_agreement"
    target = url_for(page, application_id=application_id)
    sent = Sent(
        application_id=application_id,
        kind=kind,
        theme=None,
        field="pdf",
        missing=gettext("Elija el archivo PDF."),
    )
    try:
        receive_all(sent)
    except InvalidInputError as error:
        if wants_json():
            raise
        problems = tuple(
            Problem(place="pdf", sentence=sentence) for sentence in error.problems.values()
        )
        show = _evidence_page if is_evidence else prior_page
        return show(application_id, problems), 422
    if wants_json():
        return jsonify(next=target)
    return redirect(target, code=303)


def _evidence_page(application_id: UUID, problems: Problems = ()) -> str:
    with parts().reading() as uow:
        work = work_in(uow, application_id, items=PHOTO_ITEMS)
        files = files_of(uow, application_id)
    return _page("applicant/evidence.html", work, files, DocumentKind.EVIDENCE, problems)


def prior_page(application_id: UUID, problems: Problems = ()) -> str:
    """Return the page of the prior agreement, with what was wrong in a form on it."""
    with parts().reading() as uow:
        work = work_in(uow, application_id, items=PRIOR_ITEMS)
        files = files_of(uow, application_id)
    if PRIOR not in work.steps:
        raise NotFoundError(f"a new application {application_id} brings no prior agreement")
    return _page("applicant/prior_agreement.html", work, files, DocumentKind.AGREEMENT, problems)


def _page(
    template: str, work: Work, files: OwnFiles, kind: DocumentKind, problems: Problems
) -> str:
    is_evidence = kind is DocumentKind.EVIDENCE
    document = files.evidence if is_evidence else files.agreement
    return render_template(
        template,
        work=work,
        document=document,
        kind=kind,
        refused=files.refused_of(kind),
        former=files.former_of(document) if document else None,
        kept=work.themes_kept(document) if is_evidence else (),
        summary=verdicts.of_pages(document) if document else None,
        pages=verdicts.pages_shown(document) if document else (),
        general=verdicts.general_advice(document) if document else (),
        only_to_redo=verdicts.only_to_redo(),
        problems=problems,
        step=PHOTOS if is_evidence else PRIOR,
        limits=parts().limits,
    )
