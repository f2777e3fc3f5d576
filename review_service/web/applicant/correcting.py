"""Pages to correct what an officer asked for, with the officer's words, and to send it again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.correction_loop import extension_of
from review_service.db.handed_over import NoticeWord
from review_service.db.queries.applicant.applications import application_of
from review_service.db.queries.applicant.changes import ItemChange, changes_of
from review_service.db.queries.applicant.files import OwnDocument, files_of, former_files_of
from review_service.db.queries.applicant.history import AskedCorrection
from review_service.domain.applications import ApplicationState, ReviewItem
from review_service.domain.correction_loop import MOST_EXTENSION_DAYS
from review_service.domain.documents import DocumentKind, SupportKind, Theme
from review_service.domain.errors import InvalidInputError
from review_service.domain.item_evidence import item_of_file
from review_service.domain.item_words import change_sentence
from review_service.services.applicant import extending
from review_service.services.applicant.sending import IncompleteError
from review_service.services.review import correcting
from review_service.web import seeing
from review_service.web.applicant import blueprint
from review_service.web.applicant.work import Work, work_in
from review_service.web.auth import applicant_ruc
from review_service.web.context import parts
from review_service.web.forms import Problem
from review_service.web.languages import gettext


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One picture on the page, from before or after the correction."""

    document: OwnDocument
    page: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item to correct, with the page to do it on and what has changed so far."""

    asked: AskedCorrection
    address: str
    before: tuple[Shot, ...]
    after: tuple[Shot, ...]
    is_changed: bool
    answer: str
    not_applicable: str = ""
    """Why the theme does not apply, as it is said now; empty where nothing is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Also:
    """An item that changed although no officer asked for it."""

    item: ReviewItem
    sentence: str
    is_missing: bool
    address: str


@blueprint.get("/<uuid:application_id>/corregir")
def correct(application_id: UUID) -> BaseResponse | str:
    """List the requested items, each with a link to change it."""
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
            parts().writing(),
            application_id=application_id,
            ruc=applicant_ruc(),
            answers=answers,
            seat=parts().institution().place,
            seen=seeing.seen(),
            rulebook=parts().rulebook,
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
    flash(gettext("Enviamos su corrección. Una persona la revisará otra vez."), "good")
    return redirect(url_for("applicant.application", application_id=application_id), code=303)


@blueprint.post("/<uuid:application_id>/corregir/prorroga")
def ask_extension(application_id: UUID) -> BaseResponse | tuple[str, int]:
    """Ask for more days; the same words again change nothing."""
    reason = request.form.get(extending.FIELD, "")
    try:
        extending.ask(
            parts().writing(),
            application_id=application_id,
            ruc=applicant_ruc(),
            reason=reason,
            seen=seeing.seen(),
        )
    except InvalidInputError as error:
        problems = tuple(
            Problem(place=name, sentence=sentence) for name, sentence in error.problems.items()
        )
        return _page(application_id, problems, extension_reason=reason), 422
    flash(gettext("Recibimos su pedido de prórroga. Le responderemos por correo."), "good")
    return redirect(url_for("applicant.correct", application_id=application_id), code=303)


def _page(
    application_id: UUID,
    problems: tuple[Problem, ...] = (),
    answers: dict[ReviewItem, str] | None = None,
    *,
    extension_reason: str = "",
) -> str:
    with parts().reading() as uow:
        work = work_in(uow, application_id)
        files = files_of(uow, application_id)
        former = former_files_of(uow, application_id)
        changes = changes_of(uow, application_id)
        number = max((each.round for each in work.asked), default=0)
        extension = extension_of(uow.session, application_id, number)
    own = work.application
    runs = own.notice is NoticeWord.DELIVERED and not own.is_term_over
    entries = tuple(
        _entry(
            work,
            asked,
            present=files.all,
            former=former,
            change=changes.get(asked.item),
            answer=(answers or {}).get(asked.item),
        )
        for asked in work.asked
    )
    return render_template(
        "applicant/correct.html",
        work=work,
        entries=entries,
        also=_also(work, changes),
        kept=work.themes_kept(files.evidence),
        problems=problems,
        extension=extension,
        may_extend=runs and extension is None,
        most_extension_days=MOST_EXTENSION_DAYS,
        extension_reason=extension_reason,
    )


def _also(work: Work, changes: Mapping[ReviewItem, ItemChange]) -> tuple[Also, ...]:
    """Return the items that changed without a request and will be reviewed again."""
    return tuple(
        Also(
            item=item,
            sentence=change_sentence(changes[item].change),
            is_missing=changes[item].is_missing,
            address=_where(work.id, item),
        )
        for item in ReviewItem
        if item in changes and not work.may_change(item)
    )


def _entry(
    work: Work,
    asked: AskedCorrection,
    *,
    present: tuple[OwnDocument, ...],
    former: tuple[OwnDocument, ...],
    change: ItemChange | None,
    answer: str | None,
) -> Entry:
    added = {(each.document_id, each.page) for each in change.change.added} if change else set()
    seen = [d for d in former if d.removed_at is not None and d.removed_at > asked.asked_at]
    older = [d for d in (*seen, *present) if d.round < asked.round]
    now = _shots(asked.item, present)
    after = tuple(
        shot
        for shot in now
        if shot.document.round == asked.round or (str(shot.document.id), shot.page) in added
    )
    waits = any(not shot.document.state.is_final for shot in after)
    return Entry(
        asked=asked,
        address=_where(work.id, asked.item),
        before=tuple(shot for shot in _shots(asked.item, older) if shot not in after),
        after=after,
        is_changed=change is not None or waits,
        answer=answer or "",
        not_applicable=next(
            (
                said.sentence
                for said in work.application.not_applicable
                if said.theme.value == asked.item.value
            ),
            "",
        ),
    )


def _shots(item: ReviewItem, documents: Iterable[OwnDocument]) -> tuple[Shot, ...]:
    """Return the pictures for an item: single photos, and pages of the same theme."""
    shots: list[Shot] = []
    theme = Theme(item.value) if item.is_theme else None
    for document in documents:
        if document.refusal is not None:
            continue
        if document.kind is DocumentKind.PHOTO and theme and document.theme is theme:
            shots.append(Shot(document=document, page=1))
        elif document.kind is DocumentKind.EVIDENCE and theme:
            pages = (page for page in document.pages if page.theme is theme)
            shots.extend(Shot(document=document, page=page.number) for page in pages)
        elif item_of_file(document.kind) is item:
            shots.append(Shot(document=document, page=1))
    return tuple(shots)


def _where(application_id: UUID, item: ReviewItem) -> str:
    if item is ReviewItem.DATA_SHEET:
        return url_for("applicant.edit_sheet", application_id=application_id)
    if item is ReviewItem.PRIOR_AGREEMENT:
        return url_for("applicant.prior_agreement", application_id=application_id)
    if item.is_paper:
        paper = SupportKind(item.value).slug
        return url_for("applicant.paper", application_id=application_id, paper=paper)
    return url_for("applicant.photos", application_id=application_id, _anchor=item.value)
