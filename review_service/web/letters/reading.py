"""The page of one letter: its confirmation, its receipt, its history, and the answer."""

from datetime import datetime

from flask import Response, make_response, redirect, render_template, session
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.queries.applicant.appeals import appeal_behind
from review_service.db.queries.letters import LetterView, letter_behind, waiting_letters
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.email_addresses import mailbox_of
from review_service.domain.errors import LinkError
from review_service.domain.letters import LetterKind
from review_service.domain.limits import MEBIBYTE
from review_service.domain.numbering import hash_secret, link_token
from review_service.services.letters import writing
from review_service.web.context import parts
from review_service.web.forms import Problem
from review_service.web.languages import language, page_address
from review_service.web.letters import blueprint
from review_service.web.letters.writing import letter_rules

OVER = 410
PROVEN = "letter_mailbox"
"""Session key: hash of the mailbox whose link this browser pressed."""


@blueprint.get("/carta/<token>")
def letter(token: str) -> Response:
    """Show the letter; opening the mailed link confirms nothing."""
    return letter_page(token)


def letter_page(token: str, *, problems: tuple[Problem, ...] = ()) -> Response:
    """Return the page of a letter; ``problems`` are those of its photo."""
    with parts().reading() as uow:
        found = letter_behind(uow, token)
        others = _others(uow, found) if found is not None else ()
        is_appeal = found is not None and found.kind is LetterKind.APPEAL
        appeal = appeal_behind(uow, found.id) if found is not None and is_appeal else None
    if found is None or found.is_lapsed:
        return link_is_over(is_lapsed=found is not None)
    template = "letter" if found.number else "confirm"
    return make_response(
        render_template(
            f"letters/{template}.html",
            letter=found,
            appeal=appeal,
            others=others,
            problems=problems,
            photo_mebibytes=parts().limits.photo_bytes // MEBIBYTE,
            token=token,
        )
    )


def link_is_over(*, is_lapsed: bool) -> Response:
    """Return the page of a link that serves no more, or never did."""
    return make_response(render_template("letters/over.html", is_lapsed=is_lapsed), OVER)


@blueprint.post("/carta/<token>")
def confirm_letter(token: str) -> BaseResponse:
    """Receive the letter, and show its receipt; a second press shows the same."""
    try:
        email = writing.confirm(parts().writing(), token=token, rules=letter_rules()).email
    except LinkError as error:
        return link_is_over(is_lapsed=error.reason == "expired")
    session[PROVEN] = hash_secret(mailbox_of(email))
    return redirect(page_address("letters.letter", {"token": token}, language()), code=303)


def _others(uow: UnitOfWork, found: LetterView) -> tuple[tuple[str, LetterKind, datetime], ...]:
    """Return the pages of other letters that wait for the same mailbox, for its owner only.

    Only the mail leads to the page of one that waits too; the address of a received one may have
    been passed on.
    """
    is_owner = session.get(PROVEN) == hash_secret(mailbox_of(found.email))
    if found.number and not is_owner:
        return ()
    secret_key = parts().settings.secret_key
    return tuple(
        (
            page_address("letters.letter", {"token": link_token(secret_key, each.id)}, language()),
            each.kind,
            each.written_at,
        )
        for each in waiting_letters(uow, found.email)
        if each.id != found.id
    )
