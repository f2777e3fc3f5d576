"""Takes the photo of a false document, once its letter was received."""

from http import HTTPStatus

from flask import flash, make_response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from review_service.domain.documents import DocumentKind
from review_service.domain.errors import InvalidInputError, LinkError, TooManyAttemptsError
from review_service.domain.limits import MEBIBYTE, UploadLimits
from review_service.domain.wording import gettext_noop
from review_service.services.letters import photos
from review_service.services.letters.photos import FIELD, SentPhoto
from review_service.web.bodies import takes_files
from review_service.web.context import parts
from review_service.web.forms import Problem
from review_service.web.languages import gettext, language, page_address
from review_service.web.letters import blueprint
from review_service.web.letters.reading import letter_page, link_is_over

MISSING = gettext_noop("Elija o tome primero la foto.")


def _limit(limits: UploadLimits) -> int:
    return limits.bytes_for(DocumentKind.PHOTO)


def _too_large(limits: UploadLimits) -> str:
    return gettext(
        "La foto pesa más de %(most)s MB. Su carta ya está recibida; envíe una foto más liviana.",
        most=_limit(limits) // MEBIBYTE,
    )


@blueprint.post("/carta/<token>/foto")
@takes_files(_limit, too_large=_too_large)
def send_photo(token: str) -> BaseResponse:
    """Take the photo; whatever is wrong with it, the letter stays received."""
    try:
        with parts().reading() as uow:
            photos.require_letter(uow, token)
    except LinkError:
        return link_is_over(is_lapsed=False)  # a stranger's bytes stay unread
    sent = request.files.get(FIELD)
    if sent is None or not sent.filename:
        return _refused(token, MISSING)
    try:
        photos.receive(
            parts().writing,
            parts().store,
            token=token,
            photo=SentPhoto(file_name=sent.filename, stream=sent.stream),
            limits=parts().limits,
        )
    except LinkError:
        return link_is_over(is_lapsed=False)
    except InvalidInputError as error:
        return _refused(token, *error.problems.values())
    except TooManyAttemptsError as error:
        told = (Problem(place=FIELD, sentence=gettext("Hoy ya envió cinco fotos con esta carta.")),)
        answer = make_response(letter_page(token, problems=told), HTTPStatus.TOO_MANY_REQUESTS)
        answer.headers["Retry-After"] = str(error.retry_after)
        return answer
    flash(gettext("Recibimos la foto. La revisamos antes de que alguien la vea."), "good")
    return redirect(page_address("letters.letter", {"token": token}, language()), code=303)


def _refused(token: str, *sentences: str) -> BaseResponse:
    told = tuple(Problem(place=FIELD, sentence=each) for each in sentences)
    page = letter_page(token, problems=told)
    if page.status_code == HTTPStatus.OK:
        page.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    return page
