"""A one-time code for what an officer decides, asked for in the deciding form itself.

Any form that decides does two things: its page shows ``code_field`` of
``officer/fresh_factor.html``, which is nothing while the last code is fresh, and its view asks
``problem`` right before it calls the deciding service; with a sentence it shows the page again,
with all words, and decides nothing.
``tests/integration/web/officer/test_fresh_factor.py`` tries every deciding form.
"""

from typing import Final

from flask import Blueprint, abort, request

from review_service.db.models import SessionKind
from review_service.domain.errors import TooManyAttemptsError
from review_service.services.sessions import CurrentSession
from review_service.services.upkeep import officers
from review_service.services.upkeep.officers import SignInFailedError
from review_service.web import devices
from review_service.web.auth import current_session, look_again
from review_service.web.context import parts

FIELD: Final = "code"
"""Never kept with a form's words: see ``kept.SECRETS``."""
MISSING: Final = "Escriba los seis números que ahora muestra su aplicación."
WRONG: Final = (
    "Ese código no sirve, ya se usó o cambió mientras lo escribía. Escriba el de ahora; lo demás "
    "sigue aquí."
)
MINUTE: Final = 60


def is_due() -> bool:
    """Whether the signed-in officer has to give a code before deciding."""
    return not _session().is_factor_fresh(parts().settings.fresh_factor_minutes)


def problem() -> str:
    """Take the code of this form where one is due; return what is wrong with it, or nothing.

    A wrong one counts against the limits of the sign-in and is an event.
    """
    if not is_due():
        return ""
    code = request.form.get(FIELD, "").strip()
    if not code:
        return MISSING
    current = _session()
    if current.officer_id is None:
        abort(403)
    try:
        officers.renew_second_factor(
            parts().writing(),
            session_id=current.session_id,
            officer_id=current.officer_id,
            code=code,
            secret_key=parts().settings.secret_key,
            device=devices.device(),
        )
    except SignInFailedError:
        return WRONG
    except TooManyAttemptsError as error:
        minutes = -(-error.retry_after // MINUTE)
        return (
            f"Hubo muchos códigos equivocados. Espere {minutes} "
            f"{'minuto' if minutes == 1 else 'minutos'} y escriba el de entonces; lo demás sigue "
            "aquí."
        )
    look_again(SessionKind.OFFICER)
    return ""


def install(blueprint: Blueprint) -> None:
    """Let templates ask whether a code is due."""
    blueprint.add_app_template_global(is_due, "factor_is_due")
    blueprint.add_app_template_global(
        lambda: parts().settings.fresh_factor_minutes, "fresh_factor_minutes"
    )


def _session() -> CurrentSession:
    current = current_session(SessionKind.OFFICER)
    if current is None:
        abort(403)
    return current
