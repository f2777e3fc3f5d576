"""Correct only what was asked, with the officer's words beside it, and send it again."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.queries.applicant import application_of
from review_service.db.queries.applicant_files import OwnDocument, files_of, former_files_of
from review_service.domain.applications import ApplicationState, ReviewItem
from review_service.domain.documents import DocumentKind
from review_service.domain.errors import InvalidInputError
from review_service.services import correcting
from review_service.services.sending import IncompleteError
from review_service.web.applicant import blueprint
from review_service.web.applicant.work import work_in
from review_service.web.auth import applicant_ruc
from review_service.web.context import parts
from review_service.web.forms import Problem


@blueprint.get("/<uuid:application_id>/corregir")
def correct(application_id: UUID) -> BaseResponse | str:
    """List what was asked, each with the way to change it."""
    with parts().reading() as uow:
        own = application_of(uow, application_id=application_id, ruc=applicant_ruc())
    if own.state is not ApplicationState.CORRECTION_REQUESTED:
        return redirect(url_for("applicant.application", application_id=application_id), code=303)
    return _page(application_id)


@blueprint.post("/<uuid:application_id>/corregir")
def send_correction(application_id: UUID) -> BaseResponse | tuple[str, int]:
    """Send the corrections; a second click changes nothing."""
    answers = {item: request.form.get(f"answer-{item.value}", "") for item in ReviewItem}
    try:
        correcting.answer(
            parts().writing(), application_id=application_id, ruc=applicant_ruc(), answers=answers
        )
    except InvalidInputError as error:
        problems = tuple(
            Problem(place=f"answer-{name}", sentence=sentence)
            for name, sentence in error.problems.items()
        )
        return _page(application_id, problems, answers), 422
    except IncompleteError as error:
        problems = tuple(Problem(place="", sentence=entry.sentence) for entry in error.problems)
        return _page(application_id, problems, answers), 422
    flash("Enviamos su corrección. Una persona la revisará otra vez.", "good")
    return redirect(url_for("applicant.application", application_id=application_id), code=303)


def _page(
    application_id: UUID,
    problems: tuple[Problem, ...] = (),
    answers: dict[ReviewItem, str] | None = None,
) -> str:
    with parts().reading() as uow:
        work = work_in(uow, application_id)
        files = files_of(uow, application_id)
        former = former_files_of(uow, application_id)
    asked_round = max((entry.round for entry in work.asked), default=0)
    entries = [
        {
            "asked": entry,
            "answer": (answers or {}).get(entry.item, ""),
            "before": [
                *(d for d in former if _speaks_to(d, entry.item) and d.round < asked_round),
                *(d for d in files.all if _speaks_to(d, entry.item) and d.round < asked_round),
            ],
            "after": [d for d in files.all if _speaks_to(d, entry.item) and d.round == asked_round],
            "address": _where(application_id, entry.item),
        }
        for entry in work.asked
    ]
    return render_template("applicant/correct.html", work=work, entries=entries, problems=problems)


def _speaks_to(document: OwnDocument, item: ReviewItem) -> bool:
    if item is ReviewItem.PRIOR_AGREEMENT:
        return document.kind is DocumentKind.AGREEMENT
    if document.kind is DocumentKind.PHOTO:
        return document.theme is not None and document.theme.value == item.value
    if document.kind is DocumentKind.EVIDENCE and item.is_theme:
        return any(page.theme and page.theme.value == item.value for page in document.pages)
    return False


def _where(application_id: UUID, item: ReviewItem) -> str:
    if item is ReviewItem.DATA_SHEET:
        return url_for("applicant.edit_sheet", application_id=application_id)
    if item is ReviewItem.PRIOR_AGREEMENT:
        return url_for("applicant.prior_agreement", application_id=application_id)
    return url_for("applicant.photos", application_id=application_id, _anchor=item.value)
