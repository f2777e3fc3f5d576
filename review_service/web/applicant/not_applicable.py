"""Routes of the page of photos that say of a theme that it does not apply, or take that back."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.domain.documents import Theme
from review_service.domain.errors import InvalidInputError
from review_service.services.applicant import not_applicable
from review_service.web import seeing
from review_service.web.applicant import blueprint
from review_service.web.applicant.photos import photos_page
from review_service.web.applicant.theme_forms import Tried
from review_service.web.auth import applicant_ruc
from review_service.web.context import parts
from review_service.web.forms import Problem
from review_service.web.languages import gettext

THEME = "any(workshop, people, machinery, process)"


@blueprint.post(f"/<uuid:application_id>/fotos/<{THEME}:theme>/no-aplica")
def say_not_applicable(application_id: UUID, theme: str) -> BaseResponse | tuple[str, int]:
    """Say why a theme does not apply."""
    of = Theme(theme)
    choice, words = request.form.get("reason", ""), request.form.get("words", "")
    try:
        not_applicable.say(
            parts().writing(),
            application_id=application_id,
            ruc=applicant_ruc(),
            theme=of,
            choice=choice,
            words=words,
            rulebook=parts().rulebook,
            seen=seeing.seen(),
        )
    except InvalidInputError as error:
        problems = tuple(
            Problem(place=f"{name}-{theme}", sentence=sentence)
            for name, sentence in error.problems.items()
        )
        tried = Tried(theme=of, choice=choice, words=words, problems=error.problems)
        return photos_page(application_id, problems, tried), 422
    flash(
        gettext(
            "Anotamos que no aplica «%(heading)s». Quien revise lo decide.",
            heading=gettext(of.heading),
        ),
        "good",
    )
    return _back_to(application_id, of)


@blueprint.post(f"/<uuid:application_id>/fotos/<{THEME}:theme>/si-aplica")
def take_not_applicable_back(application_id: UUID, theme: str) -> BaseResponse:
    """Say that a theme applies after all."""
    of = Theme(theme)
    not_applicable.take_back(
        parts().writing(),
        application_id=application_id,
        ruc=applicant_ruc(),
        theme=of,
        seen=seeing.seen(),
    )
    flash(
        gettext(
            "Quitamos «no aplica» de «%(heading)s». Agregue sus fotos.", heading=gettext(of.heading)
        ),
        "good",
    )
    return _back_to(application_id, of)


def _back_to(application_id: UUID, theme: Theme) -> BaseResponse:
    return redirect(
        url_for("applicant.photos", application_id=application_id, _anchor=theme.value), code=303
    )
