"""Writes an internal note on a case, or corrects an own one."""

from typing import Final
from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.domain.errors import InvalidInputError, NotFoundError
from review_service.domain.internal_notes import FIELD
from review_service.services.review import internal_notes
from review_service.web import kept, seeing
from review_service.web.context import parts
from review_service.web.officer import blueprint
from review_service.web.officer.case import officer_id

PROBLEM: Final = "bad nota"
"""Category of what is wrong with a note: told on top of the page and again at its field."""


@blueprint.post("/casos/<uuid:application_id>/notas")
def write_note(application_id: UUID) -> BaseResponse:
    """Add a note, or a newer version of the one that the form names."""
    corrects = _note_id(request.form.get("corrige", ""))
    try:
        internal_notes.write(
            parts().writing(),
            application_id=application_id,
            officer_id=officer_id(),
            body=request.form.get(FIELD, ""),
            corrects=corrects,
            seen=seeing.seen(),
        )
    except InvalidInputError as error:
        kept.keep_turned_away()
        flash(" ".join(error.problems.values()), PROBLEM)
    else:
        flash("La nota está guardada. El solicitante no la ve.", "good")
    return redirect(
        url_for("officer.case", application_id=application_id, _anchor="notas"), code=303
    )


def _note_id(text: str) -> UUID | None:
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFoundError(f"no such note: {text[:40]!r}") from error
