"""Shows similar photos side by side, and records which officer looked at them."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import render_template

from review_service.db.queries.officer.copies import Picture, comparison_of
from review_service.services.review import handing_out
from review_service.web.context import parts
from review_service.web.officer import blueprint
from review_service.web.officer.case import officer_id

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
    )
