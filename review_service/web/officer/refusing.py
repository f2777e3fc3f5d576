"""The page for an officer who may not do something: why not, and who may."""

from flask import make_response, render_template
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.models import SessionKind
from review_service.db.queries.officer.colleagues import Colleagues, who_may_decide
from review_service.domain.errors import NotAllowedError, OwnCaseError
from review_service.web import errors
from review_service.web.auth import current_session, wants_json
from review_service.web.context import parts
from review_service.web.guarding import asked_permission
from review_service.web.officer import blueprint
from review_service.web.officer.account import first_page

REFUSED = 403


@blueprint.errorhandler(NotAllowedError)
@blueprint.errorhandler(Forbidden)
def refused(error: Exception) -> BaseResponse:
    """Say that the role does not grant it, or that the case is the officer's own."""
    current = current_session(SessionKind.OFFICER)
    if wants_json() or current is None or current.standing is None:
        return errors.answer(error)
    colleagues: Colleagues | None = None
    if isinstance(error, OwnCaseError) and errors.asked_application() is not None:
        with parts().reading() as uow:
            colleagues = who_may_decide(uow, errors.asked_application())
    page = render_template(
        "officer/refused.html",
        colleagues=colleagues,
        role=current.standing.role,
        permission=asked_permission(),
        first_page=first_page(),
    )
    return make_response(page, REFUSED)
