"""Pages to review everything, send it, confirm it, and see the receipt."""

from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.queries.applicant.applications import OwnApplication, application_of
from review_service.db.queries.applicant.being_read import being_read
from review_service.db.queries.applicant.files import OwnDocument, files_of, files_received
from review_service.domain.applications import ApplicationState
from review_service.domain.documents import Theme
from review_service.domain.errors import InvalidTransitionError, LinkError, NotFoundError
from review_service.domain.given_names import given_name
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.receipts import Receipt, ReceivedFile, SaidOfTheme
from review_service.domain.rule_decisions import Referral, RuleDecision
from review_service.domain.tracks import Track
from review_service.services.agreements import succession
from review_service.services.applicant import confirming, receipts, ruling, sending
from review_service.services.applicant.sending import IncompleteError, SendProblem
from review_service.web import account_turns, devices, seeing
from review_service.web.applicant import blueprint
from review_service.web.applicant.register_facts import renew_facts
from review_service.web.applicant.signing_in import WRONG_CODE, CodeForm
from review_service.web.applicant.support_papers import cards_of
from review_service.web.applicant.work import (
    ENDPOINTS,
    PAPERS,
    PHOTOS,
    PRIOR,
    REVIEW,
    SHEET,
    steps_of,
    work_in,
)
from review_service.web.auth import applicant_ruc
from review_service.web.context import parts
from review_service.web.files import attached_pdf
from review_service.web.forms import Problem
from review_service.web.languages import gettext

PLACES = {"sheet": SHEET, "photos": PHOTOS, "prior_agreement": PRIOR, "papers": PAPERS}


@blueprint.get("/<uuid:application_id>/revisar")
def review(application_id: UUID) -> BaseResponse | str:
    """Show everything that will be sent, and what is still missing."""
    with parts().reading() as uow:
        own = application_of(uow, application_id=application_id, ruc=applicant_ruc())
    if own.state is ApplicationState.CORRECTION_REQUESTED:
        return redirect(url_for("applicant.correct", application_id=application_id), code=303)
    renew_facts(application_id)
    return _review_now(application_id)


@blueprint.post("/<uuid:application_id>/enviar")
def send(application_id: UUID) -> BaseResponse | str | tuple[str, int]:
    """Send it, or only ask the register again; a second click leads to the same page."""
    asks = "ask" in request.form
    renew_facts(application_id, at_once=asks)
    if asks:
        return _review_now(application_id)
    try:
        sending.send(
            parts().writing(),
            application_id=application_id,
            ruc=applicant_ruc(),
            declared="declared" in request.form,
            secret_key=parts().settings.secret_key,
            seen=seeing.seen(),
            rulebook=parts().rulebook,
            wish=request.form.get("wish", "") if "person" in request.form else None,
        )
    except IncompleteError as error:
        return _review_page(application_id, error.problems, tried=True), 422
    return redirect(url_for("applicant.confirm", application_id=application_id), code=303)


@blueprint.get("/<uuid:application_id>/confirmar")
def confirm(application_id: UUID) -> BaseResponse | str:
    """Say to which address the mail was sent, and ask for its code."""
    own = _own(application_id)
    if own.confirmed_at is not None:
        return redirect(after_confirming(own), code=303)
    return _confirm_page(own, CodeForm(formdata=None))


@blueprint.post("/<uuid:application_id>/confirmar")
def confirm_by_code(application_id: UUID) -> BaseResponse | tuple[str, int]:
    """Confirm with the code of the newest mail."""
    form = CodeForm()
    if not form.validate_on_submit():
        return _confirm_page(_own(application_id), form), 422
    try:
        confirming.confirm_by_code(
            parts().writing(),
            application_id=application_id,
            ruc=applicant_ruc(),
            code=form.code.data,
            secret_key=parts().settings.secret_key,
            seat=parts().institution().place,
            seen=seeing.seen(),
            parts=parts().rule_parts(devices.network()),
        )
    except LinkError as error:
        form.add({"code": _code_problem(error.reason)})
        return _confirm_page(_own(application_id), form), 422
    return redirect(after_confirming(_own(application_id)), code=303)


@blueprint.post("/<uuid:application_id>/confirmar/otra-vez")
def send_confirmation_again(application_id: UUID) -> BaseResponse:
    """Mail a new link and code."""
    sending.send_confirmation_again(
        parts().writing(),
        application_id=application_id,
        ruc=applicant_ruc(),
        secret_key=parts().settings.secret_key,
        seen=seeing.seen(),
        registered=parts().registry.registered_email(applicant_ruc()),
    )
    flash(gettext("Enviamos otro correo. Use el código más nuevo."), "good")
    return redirect(url_for("applicant.confirm", application_id=application_id), code=303)


@blueprint.post("/<uuid:application_id>/volver-a-borrador")
def take_back(application_id: UUID) -> BaseResponse:
    """Make it a draft again, so that something can be changed before it is confirmed."""
    sending.take_back(
        parts().writing(), application_id=application_id, ruc=applicant_ruc(), seen=seeing.seen()
    )
    flash(
        gettext(
            "Su solicitud es otra vez un borrador: cambie lo que quiera y envíela de nuevo. "
            "El enlace y el código que le enviamos ya no sirven."
        ),
        "good",
    )
    return redirect(url_for("applicant.review", application_id=application_id), code=303)


@blueprint.get("/<uuid:application_id>/comprobante")
def receipt(application_id: UUID) -> str:
    """Show what was received, when, the next step and its last day."""
    own, shown = _receipt(application_id)
    return render_template("applicant/receipt.html", application=own, receipt=shown)


@blueprint.get("/<uuid:application_id>/comprobante.pdf")
def receipt_pdf(application_id: UUID) -> Response:
    """Send the receipt as a PDF, which is printed once."""
    own, shown = _receipt(application_id)
    container = parts()
    account_turns.end_turn()
    content = receipts.printed(
        container.reading,
        container.writing,
        shown,
        application_id=own.id,
        render=container.receipt_printer.render,
        edition=container.receipt_printer.edition,
    )
    return attached_pdf(content, name=given_name("comprobante", own.reference, ending="pdf"))


def after_confirming(own: OwnApplication) -> str:
    """Return where a confirmed application goes on: its receipt, or what the rule granted."""
    page = "applicant.receipt" if own.has_receipt else "applicant.application"
    return url_for(page, application_id=own.id)


def _received(document: OwnDocument) -> ReceivedFile:
    of_theme = f": {document.theme.heading.lower()}" if document.theme else ""
    return ReceivedFile(
        name=document.file_name,
        what=f"{document.kind.label}{of_theme}",
        size_bytes=document.size_bytes,
        sha256=document.sha256,
    )


def _own(application_id: UUID) -> OwnApplication:
    with parts().reading() as uow:
        own = application_of(uow, application_id=application_id, ruc=applicant_ruc())
    if own.is_draft:
        raise InvalidTransitionError(f"application {application_id} was not sent")
    return own


def _review_now(application_id: UUID) -> str:
    problems = sending.problems_before_sending(
        parts().reading(),
        application_id=application_id,
        ruc=applicant_ruc(),
        rulebook=parts().rulebook,
    )
    return _review_page(application_id, problems)


def _review_page(
    application_id: UUID, problems: tuple[SendProblem, ...], *, tried: bool = False
) -> str:
    with parts().reading() as uow:
        work = work_in(uow, application_id)
        files = files_of(uow, application_id)
        reading = being_read(uow, files, {problem.waits_for for problem in problems})
    ruled = ruling.preview(
        parts().reading(),
        application_id=application_id,
        ruc=applicant_ruc(),
        rulebook=parts().rulebook,
    )
    place = None
    if isinstance(ruled, RuleDecision):
        place = succession.foreseen(
            parts().reading(), application_id=application_id, category=ruled.category
        )
    cards = cards_of(application_id, files) if work.application.asks_papers else []
    return render_template(
        "applicant/review.html",
        place=place,
        granted=ruled if isinstance(ruled, RuleDecision) else None,
        referral=ruled if isinstance(ruled, Referral) else None,
        asks_person="person" in request.form,
        wish=request.form.get("wish", ""),
        work=work,
        files=files,
        is_told=any(each.place == "papers" and not each.blocking for each in problems),
        told_papers={card.place.kind for card in cards if card.told},
        step=REVIEW,
        themes=[(theme, files.under(theme)) for theme in Theme],
        blocking=[
            _linked(work.id, problem)
            for problem in problems
            if problem.blocking and problem.waits_for is None
        ],
        reading=reading,
        advice=[_linked(work.id, problem) for problem in problems if not problem.blocking],
        undeclared=any(problem.place == "declaration" for problem in problems),
        tried=tried,
    )


def _linked(application_id: UUID, problem: SendProblem) -> tuple[str, Problem]:
    place = PLACES.get(problem.place)
    if place is None:
        here = {"declaration": "declared", "category": "person"}.get(problem.place, problem.place)
        return "", Problem(place=here, sentence=problem.sentence)
    address = url_for(ENDPOINTS[place], application_id=application_id)
    return address, Problem(place="", sentence=problem.sentence)


def _confirm_page(own: OwnApplication, form: CodeForm) -> str:
    if own.state is not ApplicationState.AWAITING_CONFIRMATION:
        raise InvalidTransitionError(f"application {own.id} is {own.state.value}")
    return render_template(
        "applicant/confirm.html", application=own, form=form, steps=steps_of(own)
    )


def asked_for(track: Track) -> str:
    """Return what a track's application asks for, in Spanish."""
    return {
        IssuedKind.AGREEMENT: gettext(
            "%(label)s de artesano", label=gettext(IssuedKind.AGREEMENT.label)
        )
    }.get(track.issues, f"{gettext(track.issues.label)} · {gettext(track.label)}")


def _code_problem(reason: str) -> str:
    return {
        "expired": gettext("Ese código se venció. Pida otro correo y use el código nuevo."),
        "used": gettext("Ese código ya se usó. Pida otro correo y use el código nuevo."),
        "too_many": gettext(
            "Demasiados códigos equivocados. Pida otro correo y use el código nuevo."
        ),
    }.get(reason) or gettext(WRONG_CODE)


def _receipt(application_id: UUID) -> tuple[OwnApplication, Receipt]:
    container = parts()
    with container.reading() as uow:
        own = application_of(uow, application_id=application_id, ruc=applicant_ruc())
        if own.confirmed_at is None or not own.has_receipt:
            raise NotFoundError(f"no receipt of {application_id}")
        files = files_received(uow, application_id, at=own.confirmed_at)
    institution = container.institution()
    path = url_for("applicant.application", application_id=application_id)
    return own, Receipt(
        reference=own.reference,
        holder=own.holder,
        ruc=own.ruc,
        kind=f"{asked_for(own.track)} · {gettext(own.kind.label).lower()}",
        trade=own.sheet.trade,
        place=", ".join(part for part in (own.sheet.canton, own.sheet.province) if part),
        received_at=own.confirmed_at,
        due_at=own.due_at,
        files=tuple(_received(document) for document in files),
        not_applicable=tuple(
            SaidOfTheme(theme=theme.heading, sentence=sentence)
            for theme, sentence in own.not_applicable_when_received
        ),
        institution=institution.name,
        support=institution.support.sentence,
        address=f"{container.settings.public_url}{path}",
        demonstration=container.settings.demonstration,
    )
