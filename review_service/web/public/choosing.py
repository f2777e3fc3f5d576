"""«¿Cuál es el mío?»: a question a page, plain links, no memory but the address."""

from flask import render_template

from review_service.domain.categories import limits_on
from review_service.domain.errors import NotFoundError
from review_service.domain.terms import ecuador_today
from review_service.domain.track_questions import MOST_QUESTIONS, Ending, after
from review_service.web.context import parts
from review_service.web.public import blueprint


@blueprint.get("/cual-es-el-mio")
def which_track() -> str:
    """Ask the first question."""
    return _page([])


@blueprint.get("/cual-es-el-mio/<path:given>")
def answered(given: str) -> str:
    """Ask the next question, or say which document it is and what to have at hand.

    ``given`` are the answers so far, apart by «/». Raises ``NotFoundError`` for one of none.
    """
    return _page(given.split("/"))


def _page(slugs: list[str]) -> str:
    place = after(slugs)
    if place is None:
        raise NotFoundError("no such answer")
    most_sales = limits_on(ecuador_today(), parts().rulebook)[-1][-1]
    page = "public/ending.html" if isinstance(place.at, Ending) else "public/question.html"
    return render_template(
        page,
        place=place,
        given="/".join(slugs),
        before="/".join(slugs[:-1]),
        number=len(slugs) + 1,
        most=MOST_QUESTIONS,
        most_sales=most_sales,
    )
