"""Cases of the later tracks and of officers on which ``test_kept_of_later_tracks`` tries a form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from review_service.domain.documents import DocumentKind
from review_service.domain.tracks import EMPRENDEDOR, MIPYME
from review_service.web.access_table import TABLE, Audience
from tests.associations import APPOINTMENT
from tests.factories import (
    BUSINESS_SHEET,
    OTHER_RUC,
    RUC,
    SHEET,
    Office,
)
from tests.integration.web.kept_builders import (
    FILE_AGAIN,
    IESS,
    PHONE,
    SHOWN,
    SRI,
    TYPED,
    alike,
    appealed,
    appealed_on_paper,
    asked_of_a_colleague,
    association,
    differing,
    looked_at_again,
    misplaced,
    on_a_paper,
    only,
    opened,
    over_the_limits,
    photographed,
    recommended,
    renewal,
    said_not_applicable,
    to_choose_a_category,
    to_control,
    to_correct_a_paper,
    unasked,
)
from tests.integration.web.site import jpeg, pdf
from tests.integration.web.test_kept import SENTENCE
from tests.ventures import VENTURE_SHEET, open_venture


@dataclass(frozen=True, kw_only=True)
class Case:
    """A form, and the case that it stands on."""

    endpoint: str
    build: Callable[[Office], Mapping[str, Any]]
    """Make the case; return what the addresses of form and page name."""
    words: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, tuple[bytes, str]] = field(default_factory=dict)
    ruc: str = RUC
    again: str = SENTENCE
    """What the page shows when the words are given back."""

    @property
    def is_officers(self) -> bool:
        return TABLE[self.endpoint].audience is Audience.OFFICER


ITEM: Final = IESS.value
CASES: Final[Mapping[str, Case]] = {
    "mipyme, sheet": Case(
        endpoint="applicant.save_sheet",
        build=opened(MIPYME),
        words={**BUSINESS_SHEET, "phone": PHONE, "asked_year": "2026"},
        again=f'value="{PHONE}"',
    ),
    "mipyme, words for a person": Case(
        endpoint="applicant.send",
        build=over_the_limits,
        words={"declared": "y", "person": "y", "wish": TYPED},
        again=f"\n{SHOWN}</textarea>",
    ),
    "emprendedor, sheet": Case(
        endpoint="applicant.save_sheet",
        build=opened(EMPRENDEDOR),
        words={**VENTURE_SHEET, "phone": PHONE},
        again=f'value="{PHONE}"',
    ),
    "association, sheet": Case(
        endpoint="applicant.save_sheet",
        build=association,
        words={**SHEET, "kind": "new", "workshops": TYPED},
        ruc=OTHER_RUC,
        again=f"\n{SHOWN}</textarea>",
    ),
    "association, appointment": Case(
        endpoint="applicant.upload_paper",
        build=lambda office: {**association(office), "paper": APPOINTMENT.slug},
        files={"pdf": (pdf("n"), "nombramiento.pdf")},
        ruc=OTHER_RUC,
        again=FILE_AGAIN,
    ),
    "emprendedor, paper": Case(
        endpoint="applicant.upload_paper",
        build=on_a_paper,
        files={"pdf": (pdf("a"), "sri.pdf")},
        again=FILE_AGAIN,
    ),
    "emprendedor, photos of a paper": Case(
        endpoint="applicant.upload_paper_photos",
        build=on_a_paper,
        files={"hojas": (jpeg(), "hoja.jpg")},
        again=FILE_AGAIN,
    ),
    "emprendedor, in its place": Case(endpoint="applicant.move_paper", build=misplaced),
    "emprendedor, nobody": Case(
        endpoint="applicant.employs_nobody", build=lambda office: only(open_venture(office))
    ),
    "renewal, paper": Case(
        endpoint="applicant.upload_prior_agreement",
        build=renewal,
        files={"pdf": (pdf("b"), "acuerdo.pdf")},
        again=FILE_AGAIN,
    ),
    "renewal, photos": Case(
        endpoint="applicant.upload_page_photos",
        build=renewal,
        files={"hojas": (jpeg(), "hoja.jpg")},
        again=FILE_AGAIN,
    ),
    "renewal, one photo": Case(
        endpoint="applicant.change_page_photo",
        build=photographed(DocumentKind.AGREEMENT),
        words={"change": "later", "page": "acuerdo"},
    ),
    "emprendedor, one photo": Case(
        endpoint="applicant.change_page_photo",
        build=photographed(SRI.document_kind),
        words={"change": "later", "page": "documento-sri"},
    ),
    "emprendedor, taken out": Case(
        endpoint="applicant.remove_document", build=unasked, words={"page": "documento-nomina"}
    ),
    "photos that are no copies": Case(
        endpoint="officer.judge_copy",
        build=alike,
        words={
            "foto": "{_here}",
            "otro_caso": "{_other}",
            "otra_foto": "{_there}",
            "motivo": TYPED,
        },
        again=SHOWN,
    ),
    "theme, back": Case(endpoint="applicant.take_not_applicable_back", build=said_not_applicable),
    "officer, category": Case(
        endpoint="officer.confirm_approval",
        build=to_choose_a_category,
        words={"categoria": "medium", "motivos": TYPED},
        again=f"\n{SHOWN}</textarea>",
    ),
    "officer, later control": Case(
        endpoint="officer.end_later_control",
        build=to_control,
        words={"resultado": "differs", "nota": TYPED},
        again=f"\n{SHOWN}</textarea>",
    ),
    "officer, appeal": Case(
        endpoint="officer.decide_appeal",
        build=appealed,
        words={"decision": "accepted", "motivos": TYPED, "orden": TYPED, "la_reviso_yo": "1"},
        again=f"{SHOWN}</textarea>",
    ),
    "officer, day of an appeal": Case(
        endpoint="officer.correct_entry_day",
        build=appealed_on_paper,
        words={"dia_recurso": "2026-01-05", "motivo_dia": TYPED},
        again=f"{SHOWN}</textarea>",
    ),
    "officer, second review": Case(
        endpoint="officer.say_second_review",
        build=looked_at_again,
        words={"opinion": "correct", "motivo": TYPED},
        again=f"{SHOWN}</textarea>",
    ),
    "officer, difference of a second review": Case(
        endpoint="officer.settle_second_review",
        build=differing,
        words={"motivo-{review_id}": TYPED},
        again=f"{SHOWN}</textarea>",
    ),
    "officer, recommendation": Case(
        endpoint="officer.answer_recommendation",
        build=recommended,
        words={"paso": "devolver", "motivo_devolucion": TYPED},
        again=f"{SHOWN}</textarea>",
    ),
    "officer, answer to a colleague": Case(
        endpoint="officer.answer_colleague",
        build=asked_of_a_colleague,
        words={"respuesta": TYPED},
        again=f"{SHOWN}</textarea>",
    ),
    "officer, reminder of a colleague": Case(
        endpoint="officer.remind_colleague", build=asked_of_a_colleague
    ),
    "officer, question taken back": Case(
        endpoint="officer.withdraw_question", build=asked_of_a_colleague
    ),
    "officer, correction of a paper": Case(
        endpoint="officer.send_correction",
        build=to_correct_a_paper,
        words={"puntos": ITEM, f"{ITEM}_reason": TYPED},
        again=SHOWN,
    ),
}
