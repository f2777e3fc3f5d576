"""Pages to sign in with the RUC: a mail to the SRI's address, with a link and a code."""

from uuid import UUID

from flask import Response, flash, make_response, redirect, render_template, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.models import LinkPurpose, SessionKind
from review_service.domain.errors import InvalidInputError, LinkError
from review_service.domain.ruc import meant_ruc
from review_service.domain.wording import clock, gettext_noop
from review_service.services.applicant import registering
from review_service.services.applicant.registering import AddressNeededError, SignInRefusedError
from review_service.web import auth, devices, kept
from review_service.web.applicant import access
from review_service.web.context import parts
from review_service.web.forms import Form, text
from review_service.web.languages import gettext
from review_service.web.security import no_referrer

ASKED = "sign_in_asked"
"""Session key of this browser's own request: id, masked address and RUC."""
WRONG_CODE = gettext_noop(
    "Ese código no es el que enviamos. Revise los números y escríbalo otra vez."
)


class RucForm(Form):
    """The form for the RUC."""

    ruc = text("RUC", missing=gettext_noop("Escriba los 13 números de su RUC."))
    address = text(gettext_noop("El correo que registró en el SRI"))


class CodeForm(Form):
    """The form for the code in the mail."""

    code = text(
        gettext_noop("Código"),
        missing=gettext_noop("Escriba el código que llegó al correo."),
        longest=20,
    )


@access.get("/ingresar")
def sign_in() -> BaseResponse | str:
    """Ask for the RUC."""
    if auth.current_session(SessionKind.APPLICANT) is not None:
        return redirect(url_for("applicant.applications"), code=303)
    return _ruc_page(RucForm(formdata=None))


@access.post("/ingresar")
def ask_for_link() -> BaseResponse | tuple[str, int]:
    """Send the link and the code to the address at the SRI."""
    form = RucForm()
    if not form.validate_on_submit():
        return _ruc_page(form), 422
    try:
        asked = registering.request_sign_in(
            parts().writing(),
            registry=parts().registry,
            ruc_text=form.ruc.data,
            asker=devices.asker(),
            secret_key=parts().settings.secret_key,
            address=(form.address.data or "").strip() or None,
        )
    except AddressNeededError:
        return _ruc_page(form, asks_address=True), 422
    except InvalidInputError as error:
        form.add(error.problems)
        asks_address = "address" in error.problems
        return _ruc_page(form, meant=meant_ruc(form.ruc.data), asks_address=asks_address), 422
    session[ASKED] = [str(asked.request_id), asked.masked_email, asked.ruc]
    if asked.sent_at is not None:
        flash(
            gettext(
                "Ya le escribimos a las %(sent_at)s y ese mensaje todavía sirve: abra su "
                "enlace. No enviamos otro para no llenarle el correo.",
                sent_at=clock(asked.sent_at),
            ),
            "doubt",
        )
    elif form.address.data:
        flash(
            gettext("Si ese es el correo que consta en el SRI, el mensaje llega en un minuto."),
            "doubt",
        )
    return redirect(url_for("access.link_sent"), code=303)


@access.errorhandler(SignInRefusedError)
def refused(error: SignInRefusedError) -> tuple[str, int]:
    """Say why signing in is not possible and what to do; the number stays in the form."""
    page = render_template("applicant/sign_in_refused.html", reason=error.reason, form=RucForm())
    return page, 422


@access.get("/ingresar/enviado")
def link_sent() -> BaseResponse | str:
    """Say to which address the mail was sent, and ask for the code."""
    if ASKED not in session:
        return redirect(url_for("access.sign_in"), code=303)
    return _code_page(CodeForm(formdata=None))


@access.post("/ingresar/codigo")
def sign_in_by_code() -> BaseResponse | tuple[str, int]:
    """Open a session with the code of this browser's own request."""
    if ASKED not in session:
        return redirect(url_for("access.sign_in"), code=303)
    form = CodeForm()
    if not form.validate_on_submit():
        return _code_page(form), 422
    try:
        signed = registering.sign_in_by_code(
            parts().writing(),
            request_id=UUID(session[ASKED][0]),
            code=form.code.data,
            secret_key=parts().settings.secret_key,
            device=devices.device(),
        )
    except LinkError as error:
        if error.reason != "wrong":
            return render_template("applicant/link_over.html", state=error.reason, what="code"), 410
        form.add({"code": WRONG_CODE})
        return _code_page(form), 422
    session.pop(ASKED, None)
    target = kept.way_back(signed, url_for("applicant.applications"))
    return auth.remember(redirect(target, code=303), signed, kind=SessionKind.APPLICANT)


@access.get("/ingresar/enlace/<token>")
def show_link(token: str) -> Response:
    """Show a button, since mail scanners open links and would use them up."""
    link = registering.peek_link(
        parts().reading(),
        token=token,
        purpose=LinkPurpose.SIGN_IN,
        registry=parts().registry,
    )
    if link.state == "good":
        return no_referrer(make_response(render_template("applicant/link.html", link=link)))
    page = render_template("applicant/link_over.html", state=link.state, what="link")
    return no_referrer(make_response(page, 410))


@access.post("/ingresar/enlace/<token>")
def sign_in_by_link(token: str) -> BaseResponse:
    """Use the link up and open a session."""
    try:
        signed = registering.sign_in_by_link(parts().writing(), token=token)
    except LinkError as error:
        page = render_template("applicant/link_over.html", state=error.reason, what="link")
        return no_referrer(make_response(page, 410))
    session.pop(ASKED, None)
    target = kept.way_back(signed, url_for("applicant.applications"))
    return auth.remember(redirect(target, code=303), signed, kind=SessionKind.APPLICANT)


@access.post("/salir")
def sign_out() -> BaseResponse:
    """End the session on the server and in the browser."""
    session.clear()
    return auth.forget(redirect(url_for("public.home"), code=303), kind=SessionKind.APPLICANT)


def _ruc_page(form: RucForm, *, meant: str | None = None, asks_address: bool = False) -> str:
    return render_template(
        "applicant/sign_in.html", form=form, meant=meant, asks_address=asks_address
    )


def _code_page(form: CodeForm) -> str:
    _, masked_email, ruc = session[ASKED]
    return render_template("applicant/link_sent.html", form=form, email=masked_email, ruc=ruc)
