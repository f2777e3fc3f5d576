"""The page on which an officer records an appeal that came on paper."""

from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.appeals import is_appealed, standing_act
from review_service.db.queries.officer.decisions import confirmed, names_of
from review_service.db.sightings import case_stamp
from review_service.domain.errors import InvalidInputError, StaleStateError
from review_service.domain.form_days import form_day
from review_service.domain.letters import LEAST_BODY, MOST_BODY
from review_service.domain.terms import ecuador_day
from review_service.services.appeals import lodging
from review_service.services.appeals.lodging import PaperAppeal
from review_service.web import seeing
from review_service.web.context import parts
from review_service.web.forms import Problem
from review_service.web.letters.writing import letter_rules
from review_service.web.officer import blueprint
from review_service.web.officer.case import officer_id

FIELDS: Final = {"entered_on": "dia_recurso", "words": "recurso"}


@blueprint.get("/casos/<uuid:application_id>/recurso")
def paper_appeal(application_id: UUID) -> str:
    """Ask when it came and what it says."""
    return _page(application_id, day="", words="")


@blueprint.post("/casos/<uuid:application_id>/recurso")
def record_appeal(application_id: UUID) -> BaseResponse | tuple[str, int]:
    """Record it; the receipt goes to the applicant's address."""
    day, words = request.form.get("dia_recurso", ""), request.form.get("recurso", "").strip()
    try:
        letter_id = lodging.record_paper(
            parts().writing(),
            PaperAppeal(entered_on=form_day(day), words=words),
            application_id=application_id,
            officer_id=officer_id(),
            secret_key=parts().settings.secret_key,
            rules=letter_rules(),
            seen=seeing.seen(),
        )
    except InvalidInputError as error:
        told = tuple(
            Problem(place=FIELDS.get(field, ""), sentence=sentence)
            for field, sentence in error.problems.items()
        )
        page = _page(application_id, day=day, words=words, problems=told)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    flash("Registró el recurso. El comprobante sale al correo de la persona.", "good")
    return redirect(url_for("officer.appeal", letter_id=letter_id), code=303)


def _page(application_id: UUID, *, day: str, words: str, problems: tuple[Problem, ...] = ()) -> str:
    with parts().reading() as uow:
        row = confirmed(uow, application_id)
        act = standing_act(uow.session, row)
        if act is None or is_appealed(uow.session, row.id, act):
            raise StaleStateError(f"nothing to appeal of application {application_id}")
        names = names_of(uow.session, [act.by])
        return render_template(
            "officer/paper_appeal.html",
            case=row,
            stamp=case_stamp(row),
            act=act,
            act_by=names.get(act.by, "") if act.by else "",
            first_day=ecuador_day(act.at).isoformat(),
            last_day=ecuador_day(uow.now).isoformat(),
            day=day,
            words=words,
            problems=problems,
            problem_at={each.place: each.sentence for each in problems},
            shortest=LEAST_BODY,
            longest=MOST_BODY,
        )
