"""«Mis solicitudes»: the list, a new one, one with its history, and withdrawing it."""

import logging
from collections.abc import Sequence
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.queries.applicant.appeals import own_appeal
from review_service.db.queries.applicant.applications import (
    OwnApplication,
    application_of,
    applications_of,
    papers_that_stand,
    waiting_before,
)
from review_service.db.queries.applicant.files import files_of
from review_service.db.queries.applicant.history import (
    corrections_of,
    history_of,
    letters_of,
)
from review_service.db.queries.letters import own_letters
from review_service.db.queries.withdrawal_resolutions import has_signed_withdrawal
from review_service.db.retained_files import payroll_file
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationKind, ApplicationState
from review_service.domain.errors import InvalidInputError, NotFoundError, StoreError
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.letters import LetterKind
from review_service.domain.numbering import link_token
from review_service.domain.payroll_terms import applicant_sentence
from review_service.domain.renewals import Standing
from review_service.domain.terms import ecuador_day
from review_service.domain.tracks import ARTISAN, Track, track_named
from review_service.services.applicant import applying, own_agreement, renewing
from review_service.services.applicant.date_statements import term_of
from review_service.services.applicant.renewing import Asked, Renewal
from review_service.web import seeing
from review_service.web.applicant import blueprint
from review_service.web.auth import applicant_ruc
from review_service.web.context import parts
from review_service.web.forms import Form, Problem
from review_service.web.languages import gettext

logger = logging.getLogger(__name__)


@blueprint.get("")
def applications() -> str:
    """List the RUC's applications."""
    with parts().reading() as uow:
        own = applications_of(uow, applicant_ruc())
        issued_on = {one.track.key: one.track for one in own if one.paper}
        renewals = {key: _renewal(uow, track) for key, track in issued_on.items()}
        acuerdo = renewals.get(ARTISAN.key) or _renewal(uow, ARTISAN)
    return render_template(
        "applicant/applications.html",
        applications=own,
        in_force=papers_that_stand(own, Standing.IN_FORCE),
        to_come=papers_that_stand(own, Standing.NOT_YET),
        open_tracks={one.track.key for one in own if one.is_open},
        renewals=renewals,
        imported=acuerdo if acuerdo and acuerdo.application_id is None else None,
        form=Form(),
    )


@blueprint.get("/nueva")
def new_application() -> str:
    """Ask which track."""
    return render_template("applicant/new.html")


@blueprint.get("/nueva/<via>")
def new_on_track(via: str) -> str:
    """Ask what a track needs to know before it begins."""
    track = track_named(via)
    if track is None:
        raise NotFoundError(f"no track {via[:40]!r}")
    with parts().reading() as uow:
        own = applications_of(uow, applicant_ruc())
        renewal = _renewal(uow, track)
    return _new_page(own, track, renewal=renewal)


@blueprint.post("/nueva")
def open_application() -> BaseResponse | tuple[str, int]:
    """Open a draft, or continue the one that is open."""
    via = request.form.get("via", "")
    track = track_named(via) if via else ARTISAN  # a page of before tracks names none
    if track is None:
        raise NotFoundError(f"no track {via[:40]!r}")
    with parts().reading() as uow:
        own = applications_of(uow, applicant_ruc())
        renewal = _renewal(uow, track)
    kind = _kind(track, own)
    if kind is None:
        problem = Problem(
            place="kind", sentence=gettext("Elija si es su primer Acuerdo o una renovación.")
        )
        return _new_page(own, track, problem, renewal=renewal), 422
    try:
        application_id = applying.open_application(
            parts().writing(),
            registry=parts().registry,
            ruc=applicant_ruc(),
            kind=kind,
            track=track,
            asked=Asked(facts_changed="cambiaron" in request.form, rulebook=parts().rulebook),
        )
    except InvalidInputError as error:
        told = [Problem(place="", sentence=each) for each in error.problems.values()]
        return _new_page(own, track, *told, renewal=renewal), 422
    bring_own_agreement(application_id)
    return redirect(url_for("applicant.edit_sheet", application_id=application_id), code=303)


def bring_own_agreement(application_id: UUID) -> None:
    """Put the paper that we issued into a renewal; without the store it can still be sent."""
    try:
        own_agreement.attach(
            parts().writing, parts().store, application_id=application_id, ruc=applicant_ruc()
        )
    except StoreError:
        logger.warning("own_agreement_not_attached", extra={"application_id": str(application_id)})


def _kind(track: Track, own: Sequence[OwnApplication]) -> ApplicationKind | None:
    """Return the kind that was chosen; of a certificate what we issued says it."""
    if track.issues is IssuedKind.CERTIFICATE:
        had = any(one.track is track and one.paper is not None for one in own)
        return ApplicationKind.RENEWAL if had else ApplicationKind.NEW
    if "cambiaron" in request.form:
        return ApplicationKind.RENEWAL
    kinds = {kind.value: kind for kind in ApplicationKind}
    return kinds.get(request.form.get("kind", ""))


def _renewal(uow: UnitOfWork, track: Track) -> Renewal | None:
    return renewing.renewal_of(uow, ruc=applicant_ruc(), track=track, rulebook=parts().rulebook)


def _new_page(
    own: Sequence[OwnApplication], track: Track, *problems: Problem, renewal: Renewal | None
) -> str:
    return render_template(
        "applicant/begin.html",
        form=Form(),
        track=track,
        problems=problems,
        draft=next((one for one in own if one.is_draft and one.track is track), None),
        has_own=any(one.acuerdo for one in own),
        renewal=renewal,
    )


@blueprint.get("/<uuid:application_id>")
def application(application_id: UUID) -> str:
    """Show one application: its state in words, the next step, and its history."""
    with parts().reading() as uow:
        own = application_of(uow, application_id=application_id, ruc=applicant_ruc())
        letters = letters_of(uow, application_id)
        of_it = own_letters(uow, ruc=applicant_ruc(), application_id=application_id)
        has_appealed = any(each.kind is LetterKind.APPEAL for each in of_it)
        before = 0
        if own.state is ApplicationState.APPROVED:
            before = waiting_before(uow, application_id)
        shown = {
            "files": files_of(uow, application_id),
            "history": history_of(uow, application_id),
            "notices": letters.notices,
            "corrections": corrections_of(uow, application_id),
            "remedy": letters.remedy,
            "legal": term_of(
                uow,
                application_id=application_id,
                ruc=applicant_ruc(),
                seat=parts().institution().place,
            ),
            "payroll": _payroll(uow, application_id) if own.asks_papers else "",
            "own_letters": [
                (each, link_token(parts().settings.secret_key, each.id)) for each in of_it
            ],
            "has_resolution": own.state is ApplicationState.WITHDRAWN
            and has_signed_withdrawal(uow, application_id),
            "own_appeal": own_appeal(uow, application_id) if has_appealed else None,
        }
    return render_template(
        "applicant/application.html", application=own, waiting_before=before, **shown
    )


def _payroll(uow: UnitOfWork, application_id: UUID) -> str:
    """Return what becomes of the file of the payroll; empty without one."""
    file = payroll_file(uow, application_id)
    if file is None:
        return ""
    today = ecuador_day(uow.now)
    return applicant_sentence(file.case, file.deleted_on, parts().rulebook, today=today)


@blueprint.get("/<uuid:application_id>/retirar")
def ask_to_withdraw(application_id: UUID) -> str:
    """Show what withdrawing means, before it is done."""
    with parts().reading() as uow:
        own = application_of(uow, application_id=application_id, ruc=applicant_ruc())
    return render_template("applicant/withdraw.html", application=own)


@blueprint.post("/<uuid:application_id>/retirar")
def withdraw(application_id: UUID) -> BaseResponse:
    """Withdraw the application."""
    applying.withdraw(
        parts().writing(), application_id=application_id, ruc=applicant_ruc(), seen=seeing.seen()
    )
    flash(
        gettext(
            "Su solicitud quedó en «%(label)s».", label=gettext(ApplicationState.WITHDRAWN.label)
        ),
        "good",
    )
    return redirect(url_for("applicant.application", application_id=application_id), code=303)
