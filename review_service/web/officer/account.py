"""The officer's own account: name, role, what it may do; the cédula is asked for once."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.queries.officer.late import digest_address_of
from review_service.domain.errors import InvalidInputError
from review_service.domain.roles import GRANTS, Permission
from review_service.domain.ruc import mask_cedula
from review_service.services.review import digesting
from review_service.services.upkeep import officers
from review_service.web import auth
from review_service.web.context import parts
from review_service.web.forms import Form, text
from review_service.web.guarding import standing
from review_service.web.officer import blueprint
from review_service.web.officer.case import officer_id
from review_service.web.officer.shortcuts import SHORTCUTS


class CedulaForm(Form):
    """The officer's number."""

    number = text("Cédula o RUC", missing="Escriba su cédula o su RUC.", longest=40)


class DigestForm(Form):
    """Where the officer's daily digest goes."""

    address = text("Correo para el resumen diario", longest=254)


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
    """Keep where the daily digest goes, or end it."""
    form = DigestForm()
    wanted = request.form.get("paso", "") != "quitar"
    try:
        if wanted and not form.validate_on_submit():
            return _page(CedulaForm(formdata=None), form), 422
        address = digesting.set_address(
            parts().writing(),
            officer_id=officer_id(),
            address=form.address.data or "" if wanted else "",
        )
    except InvalidInputError as error:
        form.add(error.problems)
        return _page(CedulaForm(formdata=None), form), 422
    flash(
        f"El resumen diario irá a {address}." if address else "No le enviaremos el resumen diario.",
        "good",
    )
    return redirect(url_for("officer.account"), code=303)


def first_page() -> str:
    """Return the address of the first page that the signed-in officer's role may see."""
    officer = standing()
    if officer.may(Permission.READ_CASES):
        return url_for("officer.queue")
    if officer.may(Permission.SEE_HEALTH):
        return url_for("officer.health")
    return url_for("officer.account")


def _page(form: CedulaForm, digest: DigestForm | None = None) -> str:
    officer = standing()
    with parts().reading() as uow:
        address = digest_address_of(uow, officer_id())
    return render_template(
        "officer/account.html",
        form=form,
        digest=digest or DigestForm(formdata=None, data={"address": address}),
        digest_address=address,
        may_have_digest=officer.may(Permission.REVIEW),
        role=officer.role,
        shortcuts=SHORTCUTS,
        cedula=mask_cedula(officer.cedula) if officer.cedula else "",
        granted=[each for each in Permission if each in GRANTS[officer.role]],
    )
