"""Shared by the pages of an open application: current step, next step, what may be changed."""

from dataclasses import dataclass
from uuid import UUID

from flask import url_for

from review_service.db.queries.applicant.applications import OwnApplication, application_of
from review_service.db.queries.applicant.files import OwnDocument, OwnPage
from review_service.db.queries.applicant.history import AskedCorrection, corrections_of
from review_service.db.queries.applicant.stamps import Stamps, stamps_of
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationState, ReviewItem
from review_service.domain.data_sheet import WORKSHOP
from review_service.domain.documents import SupportKind, Theme
from review_service.domain.errors import InvalidTransitionError
from review_service.domain.item_evidence import Allowed, item_of_file
from review_service.domain.wording import gettext_noop
from review_service.web.auth import applicant_ruc
from review_service.web.context import parts
from review_service.web.languages import gettext

SHEET, BUSINESS_SHEET, PHOTOS, PRIOR, PAPERS, REVIEW, CONFIRM = (
    gettext_noop("Datos del taller"),
    gettext_noop("Datos del negocio"),
    gettext_noop("Fotos"),
    gettext_noop("Acuerdo anterior"),
    gettext_noop("Documentos"),
    gettext_noop("Revisar y enviar"),
    gettext_noop("Confirmar"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """An application that the applicant may change now."""

    application: OwnApplication
    asked: tuple[AskedCorrection, ...]
    """Open requests to correct; empty while it is a draft, when everything may be changed."""
    stamps: Stamps
    """Versions for the forms of the page."""

    @property
    def id(self) -> UUID:
        """The application's id."""
        return self.application.id

    def stamp_of(self, document_id: UUID) -> str:
        """Return the version for the forms of one file; empty for one that came just now."""
        return self.stamps.files.get(document_id, "")

    @property
    def is_correction(self) -> bool:
        """Whether an officer asked for changes."""
        return self.application.state is ApplicationState.CORRECTION_REQUESTED

    @property
    def themes(self) -> tuple[Theme, ...]:
        """The photo themes that may be changed."""
        return tuple(theme for theme in Theme if self.may_change(ReviewItem(theme.value)))

    @property
    def allowed(self) -> Allowed:
        """What may be changed, by item and by page."""
        there = self.application.items
        if not self.is_correction:
            return Allowed(asked=None, round=0, items=there)
        asked = frozenset(entry.item for entry in self.asked)
        newest = max((entry.round for entry in self.asked), default=0)
        return Allowed(asked=asked, round=newest, items=there)

    def may_change(self, item: ReviewItem) -> bool:
        """Whether the item is open to the applicant."""
        return self.allowed.item(item)

    def may_change_paper(self, kind: SupportKind) -> bool:
        """Whether a supporting paper may be sent or changed."""
        return self.may_change(ReviewItem(kind.value))

    def may_change_page(self, document: OwnDocument, page: OwnPage) -> bool:
        """Whether a page of a PDF may be sorted and commented."""
        whole = item_of_file(document.kind)
        if whole is not None:
            return self.may_change(whole)
        return self.allowed.page(page.theme, file_round=document.round)

    def themes_for(self, document: OwnDocument, page: OwnPage) -> tuple[Theme, ...]:
        """Return the themes that a page of a PDF may be sorted under."""
        return tuple(
            theme
            for theme in Theme
            if self.allowed.sorting(page.theme, theme, file_round=document.round)
        )

    def may_remove(self, document: OwnDocument) -> bool:
        """Whether the PDF of photos may be taken out."""
        themes = [page.theme for page in document.pages]
        return self.allowed.removing(themes, file_round=document.round)

    def is_new(self, document: OwnDocument) -> bool:
        """Whether the file was sent in this correction, so that it may be taken back."""
        return self.is_correction and document.round == self.allowed.round

    def themes_kept(self, document: OwnDocument | None) -> tuple[Theme, ...]:
        """Return the themes of a PDF's pages that nobody asked to correct."""
        shown = {page.theme for page in document.pages} if document else set()
        return tuple(theme for theme in Theme if theme in shown and theme not in self.themes)

    def request_for(self, item: str) -> AskedCorrection | None:
        """Return what the officer wrote on the item."""
        return next((entry for entry in self.asked if entry.item == item), None)

    @property
    def sheet_step(self) -> str:
        """Name of the step of the data sheet."""
        return sheet_step_of(self.application)

    @property
    def steps(self) -> tuple[str, ...]:
        """Names of the steps, in order."""
        return steps_of(self.application)

    def place(self, name: str) -> int:
        """Return the 1-based place of a step."""
        return self.steps.index(name) + 1

    def after(self, name: str) -> str:
        """Return the URL of the next step; in a correction, that of its list."""
        if self.is_correction:
            return url_for("applicant.correct", application_id=self.id)
        follower = self.steps[self.steps.index(name) + 1]
        return url_for(ENDPOINTS[follower], application_id=self.id)

    def before(self, name: str) -> tuple[str, str]:
        """Return URL and text of the link back."""
        if self.is_correction:
            return url_for("applicant.correct", application_id=self.id), gettext(
                "Lo que debe corregir"
            )
        place = self.steps.index(name)
        if place == 0:
            return url_for("applicant.applications"), gettext("Mis solicitudes")
        former = self.steps[place - 1]
        return url_for(ENDPOINTS[former], application_id=self.id), former


def steps_of(application: OwnApplication) -> tuple[str, ...]:
    """Return the names of the steps, in order, as the track and the kind have them."""
    items = application.track.items_for(application.kind)
    photos = (PHOTOS,) if application.track.shows_photos else ()
    prior = (PRIOR,) if ReviewItem.PRIOR_AGREEMENT in items else ()
    papers = (PAPERS,) if application.asks_papers else ()
    return (sheet_step_of(application), *photos, *prior, *papers, REVIEW, CONFIRM)


def sheet_step_of(application: OwnApplication) -> str:
    """Return the name of the step of the data sheet."""
    return SHEET if application.track.questions is WORKSHOP else BUSINESS_SHEET


ENDPOINTS = {
    SHEET: "applicant.edit_sheet",
    BUSINESS_SHEET: "applicant.edit_sheet",
    PHOTOS: "applicant.photos",
    PRIOR: "applicant.prior_agreement",
    PAPERS: "applicant.papers",
    REVIEW: "applicant.review",
    CONFIRM: "applicant.confirm",
}


def work_on(application_id: UUID, *, items: tuple[ReviewItem, ...] = ()) -> Work:
    """Return the signed-in applicant's open application.

    Raises ``NotFoundError``, and ``InvalidTransitionError`` when it was sent already or when none
    of ``items`` may be changed.
    """
    with parts().reading() as uow:
        return work_in(uow, application_id, items=items)


def work_in(uow: UnitOfWork, application_id: UUID, *, items: tuple[ReviewItem, ...] = ()) -> Work:
    """Do as ``work_on`` inside the caller's transaction."""
    own = application_of(uow, application_id=application_id, ruc=applicant_ruc())
    if not own.state.is_editable:
        raise InvalidTransitionError(f"application {application_id} is {own.state.value}")
    open_requests = tuple(
        entry for entry in corrections_of(uow, application_id) if entry.answered_at is None
    )
    work = Work(application=own, asked=open_requests, stamps=stamps_of(uow, application_id))
    if items and not any(work.may_change(item) for item in items):
        raise InvalidTransitionError(f"nobody asked to correct that of {application_id}")
    return work
