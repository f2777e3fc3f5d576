"""Public verification pages: by QR code, by number and code, or by the PDF itself.

Nothing here changes anything and nobody is signed in, so these forms carry no token and set no
cookie; the services count the attempts.
"""

from flask import Blueprint, Response, request
from flask.blueprints import BlueprintSetupState

from review_service.web.security import no_referrer

blueprint = Blueprint("verify", __name__)


@blueprint.after_request
def _keep_the_address_here(response: Response) -> Response:
    is_found = request.endpoint == "verify.ask"  # listed in the sitemap
    return response if is_found else no_referrer(response)


def _without_form_token(state: BlueprintSetupState) -> None:
    state.app.extensions["csrf"].exempt(blueprint)


blueprint.record(_without_form_token)

from review_service.web.verify import asking  # noqa: E402 -- the views hang on the blueprint

__all__ = ["asking", "blueprint"]
