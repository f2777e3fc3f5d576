"""Pages for officers to sign in: password, then the one-time code of their device."""

from flask import Response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as BaseResponse
from wtforms import PasswordField
from wtforms.validators import InputRequired, Length

from review_service.db.models import SessionKind
from review_service.services.upkeep import officers
from review_service.services.upkeep.officers import CodeNeededError, SignInFailedError
from review_service.web import auth, concurrency, devices, kept
from review_service.web.context import parts
from review_service.web.forms import MAX_TYPED, Form, text
from review_service.web.officer import access

WRONG_PASSWORD = "Ese usuario y esa contraseña no van juntos. Revíselos y escríbalos otra vez."  # noqa: S105 -- a sentence
WRONG_BOTH = (
    "Usuario, contraseña y código no van juntos. Escríbalos otra vez, con el código de ahora."
)
CODE_TOO = (
    "Hubo muchos intentos con esta cuenta desde otros equipos. Escriba otra vez su contraseña y, "
    "junto con ella, el código que ahora muestra su aplicación."
)
WRONG_CODE = "Ese código no sirve, ya se usó o cambió mientras lo escribía. Escriba el de ahora."


class PasswordForm(Form):
    """The first factor."""

    user_name = text("Usuario", missing="Escriba su usuario.")
    password = PasswordField(
        "Contraseña",
        validators=[InputRequired(message="Escriba su contraseña."), Length(max=MAX_TYPED)],
    )


class BothForm(PasswordForm):
    """Both factors at once: what is asked for after many failed tries."""

    code = text("Código de seguridad", longest=20)


class TotpForm(Form):
    """The second factor."""

    code = text("Código de seguridad", missing="Escriba los seis números.", longest=20)


@access.get("/ingresar")
def sign_in() -> BaseResponse | str:
    """Ask for user name and password."""
    current = auth.current_session(SessionKind.OFFICER)
    if current is not None and current.second_factor:
        return redirect(url_for("officer.home"), code=303)
    return render_template("officer/sign_in.html", form=PasswordForm(formdata=None))


@access.post("/ingresar")
def give_password() -> BaseResponse | tuple[str, int]:
    """Check the password; the session that it opens can only be used to give the code."""
    form = BothForm() if "code" in request.form else PasswordForm()
    if not form.validate_on_submit():
        return render_template("officer/sign_in.html", form=form), 422
    concurrency.end()  # few passwords are hashed at once, outside the interpreter's lock
    try:
        signed = officers.check_password(
            parts().writing(),
            user_name=form.user_name.data,
            password=form.password.data,
            asker=devices.asker(),
            secret_key=parts().settings.secret_key,
            code=request.form.get("code", ""),
        )
    except CodeNeededError:
        form = BothForm()
        form.add({"code": CODE_TOO})
        return render_template("officer/sign_in.html", form=form), 422
    except SignInFailedError:
        form.add({"password": WRONG_BOTH if isinstance(form, BothForm) else WRONG_PASSWORD})
        return render_template("officer/sign_in.html", form=form), 422
    target = url_for("officer_access.second_factor")
    if signed.account:
        target = kept.way_back(signed, url_for("officer.home"))
    answer = redirect(target, code=303)
    return auth.remember(answer, signed, kind=SessionKind.OFFICER)


@access.get("/segundo-factor")
def second_factor() -> BaseResponse | str:
    """Ask for the one-time code."""
    current = auth.current_session(SessionKind.OFFICER)
    if current is None:
        return redirect(url_for("officer_access.sign_in"), code=303)
    if current.second_factor:
        return redirect(url_for("officer.home"), code=303)
    return render_template("officer/second_factor.html", form=TotpForm(formdata=None))


@access.post("/segundo-factor")
def give_code() -> BaseResponse | tuple[str, int]:
    """Check the code; open a full session with a new token."""
    form = TotpForm()
    if not form.validate_on_submit():
        return render_template("officer/second_factor.html", form=form), 422
    name = auth.cookie_name(auth.COOKIES[SessionKind.OFFICER], secure=parts().settings.is_https)
    try:
        signed = officers.check_second_factor(
            parts().writing(),
            token=request.cookies.get(name, ""),
            code=form.code.data,
            secret_key=parts().settings.secret_key,
            device=devices.device(),
        )
    except SignInFailedError:
        if auth.current_session(SessionKind.OFFICER) is None:
            return redirect(url_for("officer_access.sign_in"), code=303)
        form.add({"code": WRONG_CODE})
        return render_template("officer/second_factor.html", form=form), 422
    answer = redirect(kept.way_back(signed, url_for("officer.home")), code=303)
    return auth.remember(answer, signed, kind=SessionKind.OFFICER)


@access.post("/salir")
def sign_out() -> BaseResponse | Response:
    """End the session on the server and in the browser."""
    session.clear()
    answer = redirect(url_for("officer_access.sign_in"), code=303)
    return auth.forget(answer, kind=SessionKind.OFFICER)
