"""The second review: a drawn case without its decision, and what somebody else would do."""

from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.queries.officer import second_reviews as queries
from review_service.domain.errors import InvalidInputError, StaleStateError
from review_service.domain.second_reviews import SecondVerdict, agreement, kappa
from review_service.domain.tracks import TRACKS
from review_service.domain.written_reasons import MAX_REASON_CHARACTERS, MIN_REASON_CHARACTERS
from review_service.services.review import second_reviewing
from review_service.web.context import parts
from review_service.web.forms import Problem
from review_service.web.guarding import standing
from review_service.web.officer import blueprint
from review_service.web.officer.case import officer_id
from review_service.web.officer.charts import told_share
from review_service.web.officer.panel import PERIODS, asked_period, asked_track

OPINIONS: Final = {each.value: each for each in SecondVerdict}


@blueprint.get("/segundas")
def second_reviews() -> str:
    """Say what a second review is and how many the officer has open."""
    with parts().reading() as uow:
        mine = queries.waiting_for(uow, officer_id())
    return render_template("officer/second_reviews.html", mine=mine)


@blueprint.post("/segundas/siguiente")
def next_second_review() -> BaseResponse:
    """Take the next drawn case, or go on with the own open one."""
    review_id = second_reviewing.take_next(parts().writing(), officer_id=officer_id())
    if review_id is None:
        flash("No hay casos por mirar otra vez.", "good")
        return redirect(url_for("officer.second_reviews"), code=303)
    return redirect(url_for("officer.second_review", review_id=review_id), code=303)


@blueprint.get("/segundas/<uuid:review_id>")
def second_review(review_id: UUID) -> str:
    """Show a drawn case without its decision."""
    return _page(review_id)


@blueprint.post("/segundas/<uuid:review_id>")
def say_second_review(review_id: UUID) -> BaseResponse | tuple[str, int]:
    """Store what the officer would have done; only then say whether both agree."""
    try:
        agrees = second_reviewing.say(
            parts().writing(),
            review_id=review_id,
            officer_id=officer_id(),
            opinion=OPINIONS.get(request.form.get("opinion", "")),
            reasons=request.form.get("motivo", ""),
        )
    except InvalidInputError as error:
        problems = [Problem(place=place, sentence=text) for place, text in error.problems.items()]
        return _page(review_id, problems), HTTPStatus.UNPROCESSABLE_ENTITY
    except StaleStateError:
        flash("Usted ya había dicho otra cosa de este caso: vale lo primero.", "doubt")
        return redirect(url_for("officer.second_reviews"), code=303)
    flash(
        "Guardado: coincide con lo que se decidió."
        if agrees
        else "Guardado: se decidió otra cosa. Lo mira quien supervisa; la decisión no cambia.",
        "good",
    )
    return redirect(url_for("officer.second_reviews"), code=303)


@blueprint.get("/panel/segundas")
def second_figures() -> str:
    """Show how often both officers agree, and the cases in which they do not."""
    return _figures()


@blueprint.post("/panel/segundas/<uuid:review_id>")
def settle_second_review(review_id: UUID) -> BaseResponse | tuple[str, int]:
    """Store what a supervisor found of a difference."""
    place = f"motivo-{review_id}"  # kept words must not come back under another case
    try:
        second_reviewing.settle(
            parts().writing(),
            review_id=review_id,
            officer_id=officer_id(),
            words=request.form.get(place, ""),
        )
    except InvalidInputError as error:
        problems = [Problem(place=place, sentence=text) for text in error.problems.values()]
        return _figures(problems), HTTPStatus.UNPROCESSABLE_ENTITY
    except StaleStateError:
        flash("Otra persona lo cerró mientras tanto: vale lo que escribió primero.", "doubt")
        return redirect(url_for("officer.second_figures"), code=303)
    flash("Guardado. La decisión no cambia.", "good")
    return redirect(url_for("officer.second_figures"), code=303)


def _page(review_id: UUID, problems: list[Problem] | None = None) -> str:
    with parts().reading() as uow:
        case = queries.blind_case(uow, review_id, officer_id=officer_id())
    return render_template(
        "officer/second_review.html",
        case=case,
        opinions=list(SecondVerdict),
        problems=problems or (),
        wrong={each.place: each.sentence for each in problems or ()},
        typed={
            "opinion": request.form.get("opinion", ""),
            "motivo": request.form.get("motivo", ""),
        },
        shortest=MIN_REASON_CHARACTERS,
        longest=MAX_REASON_CHARACTERS,
    )


def _figures(problems: list[Problem] | None = None) -> str:
    days, track = asked_period(), asked_track()
    with parts().reading() as uow:
        found = queries.second_reviews(
            uow, days=days, track=track.key if track else None, standing=standing()
        )
    chance = kappa(found.pairs)
    return render_template(
        "officer/second_figures.html",
        found=found,
        days=days,
        track=track,
        periods=PERIODS,
        tracks=tuple(TRACKS.values()),
        share=told_share(agreement(found.pairs)),
        kappa="" if chance is None else f"{chance:.2f}".replace(".", ","),
        opinions=list(SecondVerdict),
        problems=problems or (),
        typed=request.form,
        wrong={each.place: each.sentence for each in problems or ()},
        shortest=MIN_REASON_CHARACTERS,
        longest=MAX_REASON_CHARACTERS,
    )
