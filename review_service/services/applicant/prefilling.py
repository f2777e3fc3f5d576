"""What a new draft's data sheet holds before anybody types: what the State knows already."""

from dataclasses import replace

from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationKind
from review_service.domain.data_sheet import MAX_TEXT, DataSheet, with_listed_names
from review_service.domain.paper_signs import undrawn_problem
from review_service.domain.prior_activity import PriorActivity
from review_service.domain.sheet_comparison import is_activity
from review_service.domain.taxpayers import Taxpayer
from review_service.domain.terms import ecuador_day
from review_service.domain.tracks import ARTISAN, Track
from review_service.domain.wording import in_sentence_case
from review_service.services.agreements.imported_formers import newest_import
from review_service.services.applicant import own_agreement


def prefilled(
    uow: UnitOfWork, taxpayer: Taxpayer, kind: ApplicationKind, track: Track
) -> DataSheet:
    """Return what is known: of a renewal the sheet of what we issued, or what was imported."""
    former = own_agreement.former_sheet(uow, taxpayer.ruc, track=track)
    if former is not None and kind is ApplicationKind.RENEWAL:
        return replace(former, sales_cents=None, sales_year=None, started_this_year=False)
    head, sheet = taxpayer.head, DataSheet()
    if head is not None:
        sheet = with_listed_names(
            DataSheet(ciiu=head.ciiu, province=head.province, canton=head.canton)
        )
    if kind is ApplicationKind.RENEWAL and track is ARTISAN:
        sheet = _with_prior_activity(uow, taxpayer, sheet)
    began = taxpayer.started_on
    is_new = began is not None and began.year == ecuador_day(uow.now).year
    asks = "started_this_year" in track.questions.fields
    return replace(sheet, started_this_year=asks and is_new)


def _with_prior_activity(uow: UnitOfWork, taxpayer: Taxpayer, sheet: DataSheet) -> DataSheet:
    """Return the sheet with the activity of the imported Acuerdo; the code only if it is the RUC's.

    Words that could not be printed are left out.
    """
    imported = newest_import(uow, taxpayer.ruc)
    if imported is None:
        return sheet
    told = PriorActivity.from_text(imported.activity)
    is_own = any(is_activity(told.ciiu, place.ciiu) for place in taxpayer.establishments)
    words = in_sentence_case(told.words)
    if len(words) > MAX_TEXT or undrawn_problem(words, field=""):
        words = ""
    return replace(sheet, trade=words, ciiu=told.ciiu if is_own else sheet.ciiu)
