"""Takes cases and gives them back; says who has which open, again and again, to open pages."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from flask import flash, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.queries.officer.claims import presence_of
from review_service.db.queries.officer.queue import PAGE_SIZE
from review_service.domain.errors import InvalidInputError, NotHeldError
from review_service.services.review import claiming
from review_service.web import errors, kept, seeing
from review_service.web.auth import wants_json
from review_service.web.context import parts
from review_service.web.guarding import standing
from review_service.web.officer import blueprint
from review_service.web.officer.case import officer_id
from review_service.web.unchanged import unchanged

LEAVING: Final = "salir"
GIVING_BACK: Final = "soltar"
"""What a page says that it does with its case; anything else: it uses it."""


@blueprint.post("/siguiente")
def next_case() -> BaseResponse:
    """Take the free case that came in first and show it."""
    return take_next(after=_uuid(request.form.get("despues", "")))


def take_next(*, after: UUID | None = None) -> BaseResponse:
    """Let the signed-in officer hold the next case; return the way to it.

    ``after`` is the case left by this; without a verdict it is held no longer. Without a free one
    the next is another of the officer's own.
    """
    me = officer_id()
    found = claiming.take_next(parts().writing(), officer_id=me, after=after)
    if found is None:
        found = claiming.return_to_own(parts().writing(), officer_id=me, but=after)
        if found is None:
            flash("No queda otra solicitud libre por revisar.", "good")
            return redirect(url_for("officer.queue"), code=303)
        flash("No queda otra libre. Esta ya la tenía usted.", "good")
    return redirect(url_for("officer.case", application_id=found), code=303)


@blueprint.post("/casos/<uuid:application_id>/tomar")
def take_case(application_id: UUID) -> BaseResponse:
    """Take this very case, out of order with a reason, or in place of a colleague."""
    try:
        claiming.take(
            parts().writing(),
            application_id=application_id,
            officer_id=officer_id(),
            reason=request.form.get("motivo_toma", ""),
            instead_of=_uuid(request.form.get("en_lugar", "")),
            seen=seeing.seen(),
        )
    except InvalidInputError as error:
        kept.keep_turned_away()
        flash(" ".join(error.problems.values()), "bad")
    return redirect(
        url_for("officer.case", application_id=application_id, _anchor="contenido"), code=303
    )


@blueprint.get("/presencia")
def presence() -> BaseResponse:
    """Return who has these cases open; of one alone also a mark that changes with it."""
    asked = _uuids(request.args.getlist("caso")[:PAGE_SIZE])
    with parts().reading() as uow:
        found = presence_of(uow, asked, marked=len(asked) == 1)
    me, onlooker = officer_id(), standing()
    return unchanged(
        jsonify(
            cases={
                str(case): {
                    "words": each.claim.words(me) if each.claim else "",
                    "mark": each.mark_for(onlooker),
                    "mine": each.last_by == me,
                }
                for case, each in found.items()
            }
        )
    )


@blueprint.post("/presencia")
def keep_case() -> BaseResponse:
    """Hold a case for the whole time again, leave it, or give it back; say whether it is held."""
    case, act = _uuid(request.form.get("caso", "")), request.form.get("acto", "")
    is_held = False
    if case is not None:
        if act == GIVING_BACK:
            claiming.give_back(parts().writing(), application_id=case, officer_id=officer_id())
        elif act == LEAVING:
            claiming.leave(parts().writing(), application_id=case, officer_id=officer_id())
        else:
            is_held = claiming.renew(
                parts().writing(), application_id=case, officer_id=officer_id()
            )
    if act == GIVING_BACK and not wants_json():
        flash("Soltó el caso: otra persona puede tomarlo.", "good")
        return redirect(url_for("officer.queue"), code=303)
    return jsonify(held=is_held)


@blueprint.errorhandler(NotHeldError)
def not_held(error: NotHeldError) -> BaseResponse:
    """Say kindly that the case must be taken first; what was typed is kept for then."""
    application_id = errors.asked_application()
    if wants_json() or application_id is None:
        return errors.answer(error)
    is_form = request.method == "POST"
    has_words = is_form and request.endpoint not in {"officer.judge", "officer.take_case"}
    was_kept = has_words and kept.keep_turned_away() is not None
    told = "Lo que pidió no se aplicó: usted no tiene este caso." if is_form else ""
    waits = "Lo que escribió está guardado y sigue en su formulario." if was_kept else ""
    cure = "Tómelo primero; si otra persona lo tiene, espere a que lo suelte."
    flash(" ".join(each for each in (told, cure, waits) if each), "doubt")
    return redirect(url_for("officer.case", application_id=application_id), code=303)


def _uuids(texts: Iterable[str]) -> list[UUID]:
    return [found for found in map(_uuid, texts) if found is not None]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
