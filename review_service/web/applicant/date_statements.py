"""The statement of dates: for who got no decision within the legal term."""

from uuid import UUID

from flask import Response, url_for

from review_service.db.queries.applicant.applications import application_of
from review_service.domain.given_names import given_name
from review_service.services.applicant import date_statements
from review_service.services.applicant.date_statements import Letterhead
from review_service.web import account_turns
from review_service.web.applicant import blueprint
from review_service.web.applicant.submitting import asked_for
from review_service.web.auth import applicant_ruc
from review_service.web.context import parts
from review_service.web.files import attached_pdf
from review_service.web.languages import gettext


@blueprint.get("/<uuid:application_id>/constancia.pdf")
def date_statement(application_id: UUID) -> Response:
    """Send the statement as a PDF; each one that is given is noted in the audit trail."""
    container = parts()
    with container.reading() as uow:
        own = application_of(uow, application_id=application_id, ruc=applicant_ruc())
    institution = container.institution()
    path = url_for("applicant.application", application_id=application_id)
    account_turns.end_turn()
    content = date_statements.stated(
        container.writing,
        application_id=application_id,
        ruc=applicant_ruc(),
        letterhead=Letterhead(
            kind=f"{asked_for(own.track)} · {gettext(own.kind.label).lower()}",
            institution=institution.name,
            seat=institution.place,
            support=institution.support.sentence,
            address=f"{container.settings.public_url}{path}",
            demonstration=container.settings.demonstration,
        ),
        render=container.receipt_printer.render_dates,
    )
    return attached_pdf(content, name=given_name("constancia", own.reference, ending="pdf"))
