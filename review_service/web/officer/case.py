"""The page of one case, judging an item, and the page when another officer acted first."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.models import SessionKind
from review_service.db.queries.officer.case import case_of, decision_of
from review_service.db.queries.officer.colleagues import deciders_of
from review_service.db.queries.officer.pages import words_on
from review_service.domain.applications import ItemVerdict, ReviewItem
from review_service.domain.errors import (
    InvalidInputError,
    InvalidTransitionError,
    NotFoundError,
    StaleStateError,
)
from review_service.services.review import looking, reviewing
from review_service.services.review.looking import Look
from review_service.web.auth import current_session
from review_service.web.context import parts
from review_service.web.guarding import standing
from review_service.web.officer import blueprint
from review_service.web.officer.desk import Desk


@blueprint.get("/casos/<uuid:application_id>")
def case(application_id: UUID) -> str:
    """Show one case: its pages, the one selected, and the items to judge."""
    with parts().reading() as uow:
        found = case_of(uow, application_id)
        colleagues = deciders_of(uow, application_id) if standing().is_own(found.ruc) else None
        desk = Desk.from_arguments(found, request.args)
        if desk.page is not None:
            page = desk.page
            desk = desk.with_words(words_on(uow, document_id=page.document_id, number=page.number))
    record_look(Look.CASE, application_id)
    return render_template("officer/case.html", case=found, desk=desk, colleagues=colleagues)


@blueprint.post("/casos/<uuid:application_id>/puntos/<item>")
def judge(application_id: UUID, item: str) -> BaseResponse:
    """Store the judgement of one item and return to the same page."""
    version, verdict = seen_version(), _known_verdict(request.form.get("veredicto", ""))
    try:
        reviewing.judge(
            parts().writing(),
            application_id=application_id,
            officer_id=officer_id(),
            version=version,
            item=_known_item(item),
            verdict=verdict,
            seen=request.form.get("visto"),
        )
    except InvalidInputError as error:
        flash(" ".join(error.problems.values()), "bad")
    page = request.form.get("pagina", "")
    return redirect(
        url_for(
            "officer.case",
            application_id=application_id,
            pagina=page if page.isdigit() else None,
            _anchor=f"punto-{item}",
        ),
        code=303,
    )


@blueprint.errorhandler(StaleStateError)
@blueprint.errorhandler(InvalidTransitionError)
def decided_meanwhile(_error: Exception) -> tuple[str, int]:
    """Say who acted first, what they decided and when."""
    application_id = (request.view_args or {})["application_id"]
    with parts().reading() as uow:
        decision = decision_of(uow, application_id)
    return (
        render_template("officer/decided.html", decision=decision, me=officer_id()),
        409,
    )


def officer_id() -> UUID:
    """Return the signed-in officer's id; use only on guarded pages."""
    current = current_session(SessionKind.OFFICER)
    if current is None or current.officer_id is None:
        abort(403)
    return current.officer_id


def record_look(look: Look, application_id: UUID) -> None:
    """Record the event that the signed-in officer looks at something of a case."""
    looking.record(
        parts().reading,
        parts().writing,
        look,
        application_id=application_id,
        officer_id=officer_id(),
    )


def seen_version() -> int:
    """Return the version of the case that the form was rendered from."""
    text = request.form.get("version", "")
    if not (text.isascii() and text.isdigit()):
        raise InvalidInputError({"version": "El formulario llegó incompleto. Ábralo otra vez."})
    return int(text[:9])


def _known_item(text: str) -> ReviewItem:
    try:
        return ReviewItem(text)
    except ValueError as error:
        raise NotFoundError(f"no such item: {text[:40]!r}") from error


def _known_verdict(text: str) -> ItemVerdict:
    try:
        return ItemVerdict(text)
    except ValueError as error:
        problem = "Elija si acepta u observa este punto."
        raise InvalidInputError({"veredicto": problem}) from error
