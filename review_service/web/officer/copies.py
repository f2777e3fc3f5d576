"""Shows similar photos side by side, and records which officer looked at them."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.queries.officer.copies import Picture, comparison_of
from review_service.domain.errors import InvalidInputError, NotFoundError
from review_service.services.review import copy_denials, handing_out
from review_service.services.review.copy_denials import PhotoPair
from review_service.web import kept, seeing
from review_service.web.context import parts
from review_service.web.officer import blueprint
from review_service.web.officer.case import officer_id

ALLOWED: Final = "si"
"""Value of ``decision`` that takes a denial back."""
_TURNS: Final = (
    (1, 0, 0, 1, 0, 0),
    (0, -1, 1, 0, 0, 1),
    (-1, 0, 0, -1, 1, 1),
    (0, 1, -1, 0, 1, 0),
    (1, 0, 0, -1, 0, 1),
    (-1, 0, 0, 1, 1, 0),
    (0, 1, 1, 0, 0, 0),
    (0, -1, -1, 0, 1, 1),
)
"""Matrix of each form, in the order of ``pdq.FORMS``; the last two in widths and heights shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """How to draw a picture: its turn, and the crop around the photo."""

    width: int
    height: int
    transform: str
    outline: str
    """Points of what both photos show, in pixels of the page; empty where nothing says it."""


@blueprint.get("/casos/<uuid:application_id>/comparar/<uuid:document_id>/<int:number>")
def compare_photos(application_id: UUID, document_id: UUID, number: int) -> str:
    """Show a page's photo beside similar ones; looking at other applications is recorded."""
    with parts().reading() as uow:
        found = comparison_of(
            uow, application_id=application_id, document_id=document_id, number=number
        )
    handing_out.compared(
        parts().writing(),
        application_id=application_id,
        others=[pair.application_id for pair in found.pairs],
        officer_id=officer_id(),
    )
    return render_template("officer/compare.html", compared=found, shown=shown)


@blueprint.post("/casos/<uuid:application_id>/comparar/<uuid:document_id>/<int:number>")
def judge_copy(application_id: UUID, document_id: UUID, number: int) -> BaseResponse:
    """Remember that two photos are no copies, or take that back."""
    pair = PhotoPair(
        document_id=document_id,
        page_number=number,
        sha256=request.form.get("foto", ""),
        other_id=_uuid(request.form.get("otro_caso", "")),
        other_sha256=request.form.get("otra_foto", ""),
    )
    me, seen = officer_id(), seeing.seen()
    if request.form.get("decision") == ALLOWED:
        copy_denials.allow(
            parts().writing(),
            application_id=application_id,
            pair=pair,
            officer_id=me,
            seen=seen,
            rulebook=parts().rulebook,
        )
        flash("Las dos fotos vuelven a avisar como parecidas.", "good")
    else:
        _deny(application_id, pair, me, seen)
    return redirect(
        url_for(
            "officer.compare_photos",
            application_id=application_id,
            document_id=document_id,
            number=number,
        ),
        code=303,
    )


def _deny(application_id: UUID, pair: PhotoPair, me: UUID, seen: str | None) -> None:
    """Remember that two photos are no copies, or say why not and keep what was typed."""
    try:
        copy_denials.deny(
            parts().writing(),
            application_id=application_id,
            pair=pair,
            officer_id=me,
            reason=request.form.get(copy_denials.REASON_FIELD, ""),
            seen=seen,
            rulebook=parts().rulebook,
        )
    except InvalidInputError as error:
        kept.keep_turned_away()
        flash(" ".join(error.problems.values()), "bad")
    else:
        flash("Queda anotado que no es copia. Este par ya no avisa.", "good")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFoundError(f"no such case: {text[:40]!r}") from error


def shown(picture: Picture) -> Shown:
    """Return how to draw a picture in the orientation of the other one."""
    box = picture.box
    a, b, c, d, right, down = _TURNS[picture.turned]
    width, height = (box.width, box.height) if a else (box.height, box.width)
    matrix = f"matrix({a} {b} {c} {d} {right * width} {down * height})"
    return Shown(
        width=max(1, width),
        height=max(1, height),
        transform=f"{matrix} translate({-box.left} {-box.top})",
        outline=" ".join(
            f"{box.left + across * box.width:.1f},{box.top + down * box.height:.1f}"
            for across, down in picture.outline
        ),
    )
