"""The officer's own account: name, role, what it may do; the cédula is asked for once."""

from datetime import UTC, datetime, timedelta

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.queries.officer.late import DigestAddress, digest_address_of
from review_service.domain.errors import InvalidInputError, TooManyAttemptsError
from review_service.domain.roles import GRANTS, Permission
from review_service.domain.ruc import mask_cedula
from review_service.services.review import digesting
from review_service.services.upkeep import officers
from review_service.web import auth
from review_service.web.context import parts
from review_service.web.dates import lately
from review_service.web.forms import Form, text
from review_service.web.guarding import standing
from review_service.web.officer import blueprint
from review_service.web.officer.case import officer_id
from review_service.web.officer.shortcuts import SHORTCUTS

CONFIRM = "confirmar"
"""Value of the button that gives the code back."""


class CedulaForm(Form):
    """The officer's number."""

    number = text("Cédula o RUC", missing="Escriba su cédula o su RUC.", longest=40)


class DigestForm(Form):
    """Where the officer's daily digest goes."""

    address = text("Correo para el resumen diario", longest=254)


class DigestCodeForm(Form):
    """The code that was mailed to that address."""

    code = text("Código", missing="Escriba los seis números del correo.", longest=40)


@blueprint.get("/inicio")
def home() -> BaseResponse:
    """Redirect to the first page that the signed-in officer's role may see."""
    return redirect(first_page(), code=303)


@blueprint.get("/cuenta")
def account() -> str:
    """Show what the account may do, and ask for the cédula while it is missing."""
    return _page(CedulaForm(formdata=None))


@blueprint.post("/cuenta")
def give_cedula() -> BaseResponse | tuple[str, int]:
    """Keep the officer's cédula and go on to where the officer wanted to go."""
    form = CedulaForm()
    try:
        if not form.validate_on_submit():
            return _page(form), 422
        officers.give_cedula(parts().writing(), officer_id=officer_id(), number=form.number.data)
    except InvalidInputError as error:
        form.add(error.problems)
        return _page(form), 422
    flash("Guardamos su número. Las solicitudes de su RUC las deciden otras personas.", "good")
    return redirect(auth.way_back(first_page()), code=303)


@blueprint.post("/cuenta/resumen")
def set_digest() -> BaseResponse | tuple[str, int]:
    """Keep where the daily digest is to go and mail a code there, take the code, or end it."""
    step = request.form.get("paso", "")
    try:
        if step == CONFIRM:
            return _confirmed()
        return _asked(is_wanted=step != "quitar")
    except TooManyAttemptsError as error:
        free_at = datetime.now(UTC) + timedelta(seconds=error.retry_after)
        flash(
            "Van demasiados intentos con este correo. Mire también en «No deseados» o «Spam». "
            f"Puede intentarlo otra vez {lately(free_at)}.",
            "doubt",
        )
        return redirect(url_for("officer.account"), code=303)


def _asked(*, is_wanted: bool) -> BaseResponse | tuple[str, int]:
    form = DigestForm()
    try:
        if is_wanted and not form.validate_on_submit():
            return _page(CedulaForm(formdata=None), form), 422
        address = digesting.set_address(
            parts().writing(),
            officer_id=officer_id(),
            address=form.address.data or "" if is_wanted else "",
        )
    except InvalidInputError as error:
        form.add(error.problems)
        return _page(CedulaForm(formdata=None), form), 422
    if not address:
        flash("No le enviaremos el resumen diario.", "good")
    elif not _digest_address().is_confirmed:
        flash(f"Enviamos un código a {address}. Escríbalo aquí para recibir el resumen.", "good")
    return redirect(url_for("officer.account", _anchor="resumen"), code=303)


def _confirmed() -> BaseResponse | tuple[str, int]:
    form = DigestCodeForm()
    try:
        if not form.validate_on_submit():
            return _page(CedulaForm(formdata=None), code=form), 422
        address = digesting.confirm_address(
            parts().writing(),
            officer_id=officer_id(),
            code=form.code.data or "",
            secret_key=parts().settings.secret_key,
        )
    except InvalidInputError as error:
        form.add(error.problems)
        return _page(CedulaForm(formdata=None), code=form), 422
    flash(f"El resumen diario irá a {address}.", "good")
    return redirect(url_for("officer.account"), code=303)


def first_page() -> str:
    """Return the address of the first page that the signed-in officer's role may see."""
    officer = standing()
    if officer.may(Permission.READ_CASES):
        return url_for("officer.queue")
    if officer.may(Permission.SEE_HEALTH):
        return url_for("officer.health")
    return url_for("officer.account")


def _digest_address() -> DigestAddress:
    with parts().reading() as uow:
        return digest_address_of(uow, officer_id())


def _page(
    form: CedulaForm, digest: DigestForm | None = None, code: DigestCodeForm | None = None
) -> str:
    officer, wanted = standing(), _digest_address()
    return render_template(
        "officer/account.html",
        form=form,
        digest=digest or DigestForm(formdata=None, data={"address": wanted.address}),
        digest_code=code or DigestCodeForm(formdata=None),
        digest_address=wanted,
        is_code_good=wanted.code_until is not None and wanted.code_until > datetime.now(UTC),
        confirm=CONFIRM,
        may_have_digest=officer.may(Permission.REVIEW),
        role=officer.role,
        shortcuts=SHORTCUTS,
        cedula=mask_cedula(officer.cedula) if officer.cedula else "",
        granted=[each for each in Permission if each in GRANTS[officer.role]],
    )
