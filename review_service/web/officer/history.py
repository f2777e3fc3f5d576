"""What happened on a case, and the whole life of its RUC: two pages to read."""

from uuid import UUID

from flask import render_template, request

from review_service.db.queries.officer.ruc_life import ruc_life_of
from review_service.db.queries.officer.timeline import Who, timeline_of
from review_service.services.review.looking import Look
from review_service.web.context import parts
from review_service.web.officer import blueprint
from review_service.web.officer.case import record_look


@blueprint.get("/casos/<uuid:application_id>/historia")
def timeline(application_id: UUID) -> str:
    """Show what machine, applicant and officers did, all or one of them."""
    chosen = next((each for each in Who if each.value == request.args.get("de", "")), None)
    with parts().reading() as uow:
        found = timeline_of(uow, application_id, chosen=chosen)
    record_look(Look.CASE, application_id)
    return render_template("officer/timeline.html", found=found, chosen=chosen, everybody=list(Who))


@blueprint.get("/casos/<uuid:application_id>/ruc")
def ruc_life(application_id: UUID) -> str:
    """Show every application, document and letter of the RUC of a case, in all tracks."""
    with parts().reading() as uow:
        found = ruc_life_of(uow, application_id)
    record_look(Look.CASE, application_id)
    return render_template("officer/ruc_life.html", found=found)
