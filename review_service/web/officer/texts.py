"""Page of the full-text search over all pages."""

from flask import render_template, request

from review_service.db.queries.officer import texts as officer_texts
from review_service.db.queries.officer.texts import MOST_COUNTED, TextCursor
from review_service.domain import folding
from review_service.web.context import parts
from review_service.web.officer import blueprint
from review_service.web.officer.queue import searched


@blueprint.get("/textos")
def texts() -> str:
    """Show the pages that have every typed word, newest first."""
    text = searched()
    cursor = TextCursor.from_text(request.args.get("desde", ""))
    with parts().reading() as uow:
        page = officer_texts.find(uow, text=text, cursor=cursor)
    return render_template(
        "officer/texts.html",
        page=page,
        text=text,
        wanted=folding.searched(text),
        most=MOST_COUNTED,
    )
