"""Letters to the service: complaints, appeals, requests on personal data, false documents.

Whoever writes needs no session, so the blueprint checks the token of its one form itself: a form
that stood open for too long is shown again with its words instead of being turned away. The page
of a letter is for who has its address.
"""

from typing import Final

from flask import Blueprint, Response, request
from flask.blueprints import BlueprintSetupState

from review_service.web.languages import PARAMETER
from review_service.web.security import no_referrer

FOUND: Final = frozenset({"letters.kinds", "letters.new_letter"})
"""Pages that the sitemap lists; of the others no search engine keeps the address."""
blueprint = Blueprint("letters", __name__, url_prefix="/quejas")


@blueprint.after_request
def _keep_the_address_here(response: Response) -> Response:
    is_found = (
        request.method == "GET" and request.endpoint in FOUND and set(request.args) <= {PARAMETER}
    )
    return response if is_found else no_referrer(response)


def _check_the_token_in_the_view(state: BlueprintSetupState) -> None:
    state.app.extensions["csrf"].exempt(blueprint)


blueprint.record(_check_the_token_in_the_view)

from review_service.web.letters import (  # noqa: E402 -- the views hang on the blueprint
    photographing,
    reading,
    writing,
)

__all__ = ["blueprint", "photographing", "reading", "writing"]
