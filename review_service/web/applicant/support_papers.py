"""Supporting papers: their list, and a page for each to send it as PDF or photos."""

from dataclasses import dataclass
from uuid import UUID

from flask import flash, jsonify, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.queries.applicant.files import OwnDocument, OwnFiles, files_of
from review_service.db.retained_files import dropped_on
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ReviewItem
from review_service.domain.documents import SupportKind
from review_service.domain.errors import InvalidInputError
from review_service.domain.limits import UploadLimits
from review_service.domain.looked_up import Answer
from review_service.domain.payroll_terms import (
    deletion_days,
    draft_days,
    dropped_sentence,
    told_days,
)
from review_service.domain.terms import ecuador_day
from review_service.services.applicant import support_papers
from review_service.services.applicant.support_papers import PaperPlace
from review_service.web import seeing
from review_service.web.applicant import blueprint, verdicts
from review_service.web.applicant.register_facts import renew_papers
from review_service.web.applicant.uploading import Sent, receive_all
from review_service.web.applicant.work import PAPERS, work_in
from review_service.web.auth import applicant_ruc, wants_json
from review_service.web.bodies import takes_files
from review_service.web.context import parts
from review_service.web.dates import size
from review_service.web.forms import Problem
from review_service.web.languages import gettext

PAPER_ITEMS = tuple(item for item in ReviewItem if item.is_paper)
"""Begins what a form says of the page it was on, before the paper's slug."""
SLUGS = {kind.slug: kind for kind in SupportKind}
ANY_PAPER = f"any({','.join(SLUGS)})"
"""Converter of the routes that name a paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperCard:
    """One place on the list."""

    place: PaperPlace
    document: OwnDocument | None

    @property
    def told(self) -> tuple[str, ...]:
        """What the applicant is told of the file in it."""
        return self.place.told.get(self.document.id, ()) if self.document else ()

    @property
    def answer(self) -> Answer | None:
        """What stands in the place of a file: what an institution said, or its silence."""
        answer = self.place.answer
        stands = answer is not None and (answer.paper is not None or not answer.may_be_sent)
        return answer if stands else None

    @property
    def belongs(self) -> SupportKind | None:
        """The other place that it seems to belong to; None for where it is."""
        found = self.document.recognised_as if self.document else None
        return found if found is not self.place.kind else None


@blueprint.get("/<uuid:application_id>/documentos")
def papers(application_id: UUID) -> str:
    """List the papers that this applicant must send, each with what is known of it."""
    renew_papers(application_id)
    with parts().reading() as uow:
        work = work_in(uow, application_id, items=PAPER_ITEMS)
        files = files_of(uow, application_id)
        dropped = _dropped(uow, application_id, files)
    cards = cards_of(application_id, files)
    return render_template(
        "applicant/papers.html",
        work=work,
        step=PAPERS,
        cards=[card for card in cards if card.place.is_needed or card.document],
        spared=[card.place.kind for card in cards if not card.place.is_needed],
        employs_nobody=work.application.sheet.employees == 0,
        dropped=dropped,
    )


@blueprint.get(f"/<uuid:application_id>/documentos/<{ANY_PAPER}:paper>")
def paper(application_id: UUID, paper: str) -> str:
    """Show one paper: its upload, how its checks go, and what was read from it."""
    renew_papers(application_id)
    return paper_page(application_id, SLUGS[paper])


def _limit(limits: UploadLimits) -> int:
    return limits.support_bytes


def _too_large(limits: UploadLimits) -> str:
    return gettext("El PDF puede pesar hasta %(size)s.", size=size(limits.support_bytes))


@blueprint.post(f"/<uuid:application_id>/documentos/<{ANY_PAPER}:paper>/subir")
@takes_files(_limit, too_large=_too_large)
def upload_paper(application_id: UUID, paper: str) -> BaseResponse | tuple[str, int]:
    """Receive the PDF of one paper; it replaces the one before."""
    kind = SLUGS[paper]
    target = url_for("applicant.paper", application_id=application_id, paper=paper)
    sent = Sent(
        application_id=application_id,
        kind=kind.document_kind,
        theme=None,
        field="pdf",
        missing=gettext("Elija el archivo PDF."),
    )
    try:
        receive_all(sent)
    except InvalidInputError as error:
        if wants_json():
            raise
        problems = tuple(
            Problem(place="pdf", sentence=sentence) for sentence in error.problems.values()
        )
        return paper_page(application_id, kind, problems), 422
    if wants_json():
        return jsonify(next=target)
    return redirect(target, code=303)


@blueprint.post("/<uuid:application_id>/documentos/<uuid:document_id>/a-su-lugar")
def move_paper(application_id: UUID, document_id: UUID) -> BaseResponse:
    """Put a paper into the place of what it was recognised as."""
    kind = support_papers.move(
        parts().writing(),
        application_id=application_id,
        ruc=applicant_ruc(),
        document_id=document_id,
        seen=seeing.seen(),
    )
    flash(gettext("Lo pusimos en «%(label)s».", label=gettext(kind.label)), "good")
    return redirect(
        url_for("applicant.papers", application_id=application_id, _anchor=kind.slug), code=303
    )


@blueprint.post("/<uuid:application_id>/documentos/sin-empleados")
def employs_nobody(application_id: UUID) -> BaseResponse:
    """Say that nobody is employed, so that no payroll is asked for."""
    support_papers.employs_nobody(
        parts().writing(),
        application_id=application_id,
        ruc=applicant_ruc(),
        seen=seeing.seen(),
    )
    flash(gettext("Anotamos que no emplea a nadie: no hace falta la nómina."), "good")
    return redirect(url_for("applicant.papers", application_id=application_id), code=303)


def paper_page(application_id: UUID, kind: SupportKind, problems: tuple[Problem, ...] = ()) -> str:
    """Return the page of one paper, with what was wrong in a form on it."""
    with parts().reading() as uow:
        work = work_in(uow, application_id, items=(ReviewItem(kind.value),))
        files = files_of(uow, application_id)
        today = ecuador_day(uow.now)
        dropped = _dropped(uow, application_id, files) if kind is SupportKind.PAYROLL else ""
    card = next(each for each in cards_of(application_id, files) if each.place.kind is kind)
    document = card.document
    return render_template(
        "applicant/paper.html",
        work=work,
        paper=kind,
        card=card,
        document=document,
        kind=kind.document_kind,
        refused=files.refused_of(kind.document_kind),
        former=files.former_of(document) if document else None,
        summary=verdicts.of_pages(document) if document else None,
        pages=verdicts.pages_shown(document) if document else (),
        general=verdicts.general_advice(document) if document else (),
        only_to_redo=verdicts.only_to_redo(),
        problems=problems,
        step=PAPERS,
        payroll_days=told_days(deletion_days(parts().rulebook, ended_on=today, today=today)),
        draft_days=told_days(draft_days(parts().rulebook, left_on=today, today=today)),
        dropped=dropped,
        limits=parts().limits,
    )


def _dropped(uow: UnitOfWork, application_id: UUID, files: OwnFiles) -> str:
    """Return why the payroll that stood in a draft is gone; empty where one stands, or none did."""
    day = None if SupportKind.PAYROLL in files.papers else dropped_on(uow, application_id)
    return "" if day is None else dropped_sentence(day, parts().rulebook)


def cards_of(application_id: UUID, files: OwnFiles) -> list[PaperCard]:
    """Return the places for papers of an application, each with the file in it."""
    found = support_papers.places(
        parts().reading(),
        application_id=application_id,
        ruc=applicant_ruc(),
        rulebook=parts().rulebook,
    )
    return [PaperCard(place=place, document=files.papers.get(place.kind)) for place in found]
