"""Public pages, which need no sign-in and no database."""

from flask import Blueprint, Response, render_template

from review_service.domain.needed_papers import looked_up_kinds
from review_service.domain.personal_data import data_uses
from review_service.domain.terms import ecuador_today
from review_service.web.context import parts

blueprint = Blueprint("public", __name__)


@blueprint.after_request
def _let_browsers_ask_again(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/")
def home() -> str:
    """Show what applicants get, the cost, the time it takes, and where to begin."""
    return render_template("public/home.html")


@blueprint.get("/ayuda")
def help_page() -> str:
    """Show the most frequent questions with their answers."""
    return render_template("public/help.html", limits=parts().limits)


@blueprint.get("/otros-tramites")
def other_tracks() -> str:
    """Say what an emprendedor needs at hand, and where to begin."""
    return render_template("public/other_tracks.html")


@blueprint.get("/datos-personales")
def personal_data() -> str:
    """Say which personal data are kept, why, and which rights people have."""
    rulebook, today = parts().rulebook, ecuador_today()
    return render_template(
        "public/personal_data.html",
        uses=data_uses(rulebook, on=today),
        looked_up=[kind.short_label for kind in looked_up_kinds(rulebook, on=today)],
    )
