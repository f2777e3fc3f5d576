"""Pages of the tour: begins an act, and finds the mail that it waits for."""

import re
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from review_service.db.models import LinkPurpose, OneUseLinkRow, SessionKind
from review_service.domain.applications import ApplicationState
from review_service.domain.errors import NotFoundError
from review_service.domain.numbering import hash_secret
from review_service.web import auth
from review_service.web.context import parts
from review_service.web.demo import bar, blueprint, caught_mail, entering, progress, tour
from review_service.web.demo.acts import APPLICANTS, FIGURES_PATH, Act
from review_service.web.demo.progress import SEEN
from review_service.web.demo.tour import Subject

MAILS_LOOKED_AT: Final = 60
CONFIRM_LINK: Final = re.compile(r"/confirmar/([\w-]+)")

blueprint.add_app_template_global(bar.tour_bar, "tour_bar")


@blueprint.after_app_request
def note_seen(response: Response) -> Response:
    """Note an act that this answer brought to its end."""
    seen = bar.note_seen()
    if seen is not None:
        progress.remember(response, seen, SEEN)
    return response


@blueprint.post("/recorrido/<act>")
def begin_act(act: str) -> Response:
    """Bring the visitor, signed in as the act's person, one press from its end."""
    chosen = _named(act)
    if chosen is Act.JOURNALIST:
        if not progress.has_figures():
            raise NotFoundError("there are no figures")
        return _begun(redirect(FIGURES_PATH, code=303), chosen, SEEN)
    prepared = tour.read(parts().settings.data_dir)
    if chosen is Act.PASSERBY:
        if prepared.paper is None:
            return _not_ready()
        page = url_for("verify.by_token", token=prepared.paper.token)
        return _begun(redirect(page, code=303), chosen, "")
    subject = prepared.subjects.get(chosen)
    if subject is None or subject.application_id is None:
        return _not_ready()
    state = progress.states_of([subject.application_id]).get(subject.application_id)
    if state not in chosen.open_states:
        return _not_ready()
    answer = _entered(chosen, subject, subject.application_id, state)
    return _begun(answer, chosen, str(subject.application_id))


@blueprint.get("/recorrido/<act>/correo")
def act_mail(act: str) -> Response | str:
    """Lead to the link of the mail that the act waits for; wait for that mail."""
    chosen = _named(act)
    application_id = progress.as_id(progress.begun().get(chosen, ""))
    states = progress.states_of([application_id])
    if chosen not in APPLICANTS or application_id is None or application_id not in states:
        raise NotFoundError("no such act was begun")
    if states[application_id] is not ApplicationState.AWAITING_CONFIRMATION:
        page = url_for("applicant.application", application_id=application_id)
        return redirect(page, code=303)
    token = _mailed_token(application_id)
    if token is None:
        return render_template("demo/act_mail.html")
    return redirect(url_for("access.show_confirmation", token=token), code=303)


def _named(name: str) -> Act:
    try:
        return Act(name)
    except ValueError as error:
        raise NotFoundError("no such act") from error


def _entered(
    act: Act, subject: Subject, application_id: UUID, state: ApplicationState | None
) -> Response:
    if act is Act.OFFICER:
        page = url_for("officer.approve", application_id=application_id)
        signed = entering.as_officer(holding=application_id)
        return auth.remember(redirect(page, code=303), signed, kind=SessionKind.OFFICER)
    is_draft = state is ApplicationState.DRAFT
    endpoint = "applicant.review" if is_draft else "applicant.confirm"
    page = url_for(endpoint, application_id=application_id)
    signed = entering.as_applicant(subject.ruc)
    return auth.remember(redirect(page, code=303), signed, kind=SessionKind.APPLICANT)


def _begun(answer: Response, act: Act, value: str) -> Response:
    progress.remember(answer, act, value)
    return answer


def _not_ready() -> Response:
    return redirect(url_for("demo.start", _anchor="recorrido"), code=303)


def _mailed_token(application_id: UUID) -> str | None:
    """Return the token of the application's own link, once a mail with it was caught."""
    chosen = sa.select(OneUseLinkRow.token_hash).where(
        OneUseLinkRow.application_id == application_id,
        OneUseLinkRow.purpose == LinkPurpose.CONFIRM,
        OneUseLinkRow.used_at.is_(None),
    )
    with parts().reading() as uow:
        wanted = set(uow.session.scalars(chosen))
    for mail in caught_mail.newest(parts().settings.data_dir, limit=MAILS_LOOKED_AT):
        for token in CONFIRM_LINK.findall(mail.text):
            if hash_secret(token) in wanted:
                return str(token)
    return None
