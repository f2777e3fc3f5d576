"""The pages to write a letter: which kind, the form, and what to do next."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final
from uuid import uuid4

from flask import flash, make_response, redirect, render_template, request, session
from werkzeug.wrappers import Response as BaseResponse
from wtforms import TextAreaField

from review_service.db.models import SessionKind
from review_service.domain.email_addresses import MOST_ADDRESS
from review_service.domain.errors import (
    InvalidInputError,
    RegistryError,
    TooManyAttemptsError,
)
from review_service.domain.letters import (
    CONFIRM_DAYS,
    MOST_ABOUT,
    MOST_BODY,
    MOST_NAME,
    DataRequest,
    LetterKind,
    term_of,
    terms_on,
)
from review_service.domain.numbering import link_token
from review_service.domain.ruc import mask_email
from review_service.domain.terms import ecuador_today
from review_service.domain.wording import gettext_noop, visible
from review_service.services.letters import writing
from review_service.services.letters.receipt import LetterRules
from review_service.services.letters.writing import WrittenLetter
from review_service.web import auth, devices
from review_service.web.context import parts
from review_service.web.dates import lately
from review_service.web.forms import Form, text
from review_service.web.languages import gettext, language, page_address
from review_service.web.letters import blueprint

WRITTEN = "letter_written"
"""Session key of this browser's last letter: the masked address that is to confirm it."""
LINK_BEFORE = "letter_link_before"
"""Session key: whether that address got no new mail, as it has links already."""
KINDS = {kind.slug: kind for kind in LetterKind}
ANY_KIND = f"any({','.join(map(repr, KINDS))})"
KEY: Final = re.compile(r"[0-9a-f]{32}")
EXPIRED = gettext_noop(
    "El formulario estuvo abierto mucho tiempo. Revise lo que escribió y envíelo otra vez."
)


class LetterForm(Form):
    """The form of every kind; what is missing the service says, and what a kind does not ask."""

    request = text(gettext_noop("Qué pide"))
    about = text(gettext_noop("Número de la solicitud o del documento"))
    body = TextAreaField(gettext_noop("Qué pasó"))
    name = text(gettext_noop("Su nombre"))
    email = text(gettext_noop("Su correo"))
    form_key = text("")

    @property
    def key(self) -> str:
        """The key that this form carries, or a new one where it carries none of ours."""
        given = self.form_key.data or ""
        return given if KEY.fullmatch(given) else uuid4().hex


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Who is signed in, as the SRI knows them."""

    ruc: str
    name: str
    email: str


@blueprint.get("")
def kinds() -> str:
    """Say what can be written, and within which term each is answered."""
    return render_template(
        "letters/kinds.html", terms=terms_on(parts().rulebook, on=ecuador_today())
    )


@blueprint.get(f"/nueva/<{ANY_KIND}:kind>")
def new_letter(kind: str) -> str:
    """Show the form."""
    form = LetterForm(formdata=None)
    form.about.data = visible(request.args.get("sobre", ""))[:MOST_ABOUT]
    return _page(KINDS[kind], form)


@blueprint.post(f"/nueva/<{ANY_KIND}:kind>")
def send_letter(kind: str) -> BaseResponse | tuple[str, int]:
    """Take the letter: at once from who is signed in, else once its address is confirmed.

    Whatever is wrong, the form is shown again with its words.
    """
    chosen, form = KINDS[kind], LetterForm()
    if not form.validate_on_submit():
        if form.csrf_token.errors:
            form.add({"": EXPIRED})
        return _page(chosen, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        return _sent(chosen, form)
    except InvalidInputError as error:
        form.add(error.problems)
        return _page(chosen, form), HTTPStatus.UNPROCESSABLE_ENTITY
    except TooManyAttemptsError as error:
        free_at = datetime.now(UTC) + timedelta(seconds=error.retry_after)
        form.add(
            {
                "": gettext(
                    "Ya recibimos muchas cartas desde aquí o para este correo. Podrá enviar "
                    "esta %(free_at)s. Lo que escribió sigue en el formulario.",
                    free_at=lately(free_at),
                )
            }
        )
        answer = make_response(_page(chosen, form), HTTPStatus.TOO_MANY_REQUESTS)
        answer.headers["Retry-After"] = str(error.retry_after)
        return answer


@blueprint.get("/enviada")
def sent() -> BaseResponse | str:
    """Say that the address must be confirmed now, and where the mail went."""
    if WRITTEN not in session:
        return redirect(page_address("letters.kinds", {}, language()), code=303)
    return render_template(
        "letters/sent.html",
        email=session[WRITTEN],
        link_before=session.get(LINK_BEFORE, False),
        days=CONFIRM_DAYS,
    )


def letter_rules() -> LetterRules:
    """Return the rules by which letters get their terms in this installation."""
    return LetterRules(rulebook=parts().rulebook, seat=parts().institution().place)


def _sent(kind: LetterKind, form: LetterForm) -> BaseResponse:
    writer = _writer()
    letter = WrittenLetter(
        kind=kind,
        body=form.body.data or "",
        name=writer.name if writer else form.name.data or "",
        email=writer.email if writer else form.email.data or "",
        about=form.about.data or "",
        request=_data_request(kind, form.request.data or ""),
        form_key=form.key,
    )
    secret_key = parts().settings.secret_key
    if writer is None:
        written = writing.write(
            parts().writing(), letter, network=devices.network(), secret_key=secret_key
        )
        session[WRITTEN] = mask_email(letter.email)
        session[LINK_BEFORE] = not written.is_mailed
        return redirect(page_address("letters.sent", {}, language()), code=303)
    letter_id = writing.write_signed_in(
        parts().writing(), letter, ruc=writer.ruc, secret_key=secret_key, rules=letter_rules()
    )
    flash(gettext("Recibimos su carta. Guarde o imprima este comprobante."), "good")
    token = link_token(secret_key, letter_id)
    return redirect(page_address("letters.letter", {"token": token}, language()), code=303)


def _writer() -> Writer | None:
    """Return who is signed in; None also while the registry does not tell an address."""
    current = auth.current_session(SessionKind.APPLICANT)
    if current is None or current.ruc is None:
        return None
    try:
        taxpayer = parts().registry.find(current.ruc)
        email = parts().registry.registered_email(current.ruc)
    except RegistryError:
        return None
    if taxpayer is None or not email:
        return None
    return Writer(ruc=current.ruc, name=taxpayer.name, email=email)


def _data_request(kind: LetterKind, told: str) -> DataRequest | None:
    if kind is not LetterKind.PERSONAL_DATA:
        return None
    return next((each for each in DataRequest if each.value == told), None)


def _page(kind: LetterKind, form: LetterForm) -> str:
    writer = _writer()
    return render_template(
        "letters/new.html",
        kind=kind,
        form=form,
        writer=writer,
        masked=mask_email(writer.email) if writer else "",
        requests=[(each.value, each.label, "") for each in DataRequest],
        term=term_of(parts().rulebook, kind, on=ecuador_today()),
        longest=MOST_BODY,
        most={"about": MOST_ABOUT, "name": MOST_NAME, "email": MOST_ADDRESS},
        days=CONFIRM_DAYS,
    )
