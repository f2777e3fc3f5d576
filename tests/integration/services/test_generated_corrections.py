"""Random corrections: whatever an applicant does, what is approved is what an officer saw."""

import random
from collections.abc import Callable, Mapping
from typing import Final

import pytest
import sqlalchemy as sa

from review_service.db.models import ApplicationRow, DocumentRow, PageRow
from review_service.domain.applications import ApplicationState, ItemVerdict, ReviewItem
from review_service.domain.documents import DocumentKind, DocumentState, Theme
from review_service.domain.errors import InvalidInputError, NotAllowedError, NotFoundError
from review_service.domain.refusals import RefusalReason
from review_service.services.applicant import applying
from review_service.services.applicant.sending import IncompleteError
from review_service.services.review import settling
from tests.factories import RUC, SHEET, Office, add_officer, items_of_a_person, send_and_confirm
from tests.factories import upload as send_file
from tests.integration.services import steps
from tests.integration.services import test_swapped_evidence as attack

SEEDS: Final = range(8)
ACTIONS_A_ROUND: Final = 7
ROUNDS: Final = 3
PICTURES: Final = ("taller", "gente", "telar", "proceso", "otro", "nada", "calle", "mesa")
Look = tuple[tuple[str, ...], ...]


class Correspondence:
    """An applicant who tries anything, and an officer who remembers what was on the screen."""

    def __init__(self, office: Office, seed: int) -> None:
        self.office = office
        self.chance = random.Random(seed)  # noqa: S311 -- repeatable, not secret
        self.application_id, _ = attack.draft_of_a_pdf(office)
        send_and_confirm(office, self.application_id)
        self.officer_id = add_officer(office)
        self.accepted: dict[ReviewItem, Look] = {}

    def look(self) -> Mapping[ReviewItem, Look]:
        """Read what stands under each item, without the code that is tried here."""
        shown: dict[ReviewItem, list[tuple[str, ...]]] = {item: [] for item in ReviewItem}
        with self.office.reading() as uow:
            row = uow.session.get_one(ApplicationRow, self.application_id)
            shown[ReviewItem.DATA_SHEET] = [(name, str(row.sheet[name])) for name in row.sheet]
            pages = uow.session.execute(
                sa.select(DocumentRow, PageRow)
                .join(PageRow, PageRow.document_id == DocumentRow.id)
                .where(
                    DocumentRow.application_id == self.application_id,
                    DocumentRow.removed_at.is_(None),
                    DocumentRow.assembled.is_(False),
                    DocumentRow.state == DocumentState.CHECKED,
                )
            ).all()
            for document, page in pages:
                theme = document.theme or page.theme
                content = page.image_sha256 or document.sha256
                if theme is not None:
                    said = (content, document.comment, page.comment)
                    shown[ReviewItem(theme.value)].append(said)
        return {item: tuple(sorted(looks)) for item, looks in shown.items()}

    def try_anything(self) -> None:
        """Take one step that a form allows, or that a forged form would try."""
        steps_to_try: tuple[Callable[[], None], ...] = (
            self.send_pdf,
            self.send_pdf,
            self.send_photo,
            self.sort_pages,
            self.sort_pages,
            self.move_photo,
            self.remove,
            self.comment,
            self.save_sheet,
        )
        try:
            self.chance.choice(steps_to_try)()
        except (NotAllowedError, NotFoundError, InvalidInputError):
            return

    def send_pdf(self) -> None:
        pages = self.chance.choices(PICTURES, k=self.chance.randint(1, 5))
        send_file(
            self.office,
            self.application_id,
            content=attack.pdf_of(*pages),
            kind=DocumentKind.EVIDENCE,
            theme=None,
        )
        refused = self.chance.random() < 0.2
        steps.check_all(
            self.office,
            pages=len(pages),
            pictures=pages,
            reason=RefusalReason.DAMAGED if refused else None,
        )

    def send_photo(self) -> None:
        photos = [one.id for one in self.documents() if one.kind is DocumentKind.PHOTO]
        send_file(
            self.office,
            self.application_id,
            content=steps.JPEG + self.chance.choice(PICTURES).encode(),
            theme=self.chance.choice(list(Theme)),
            replaces=self.chance.choice([None, *photos]),
        )
        if self.chance.random() < 0.7:
            steps.check_all(self.office)

    def sort_pages(self) -> None:
        document = self.any_document()
        choices = [*Theme, *Theme, None]
        attack.sort_pages(
            self.office,
            self.application_id,
            document.id,
            [self.chance.choice(choices) for _ in range(self.chance.randint(1, 5))],
        )

    def move_photo(self) -> None:
        applying.move_photo(
            self.office.writing(),
            application_id=self.application_id,
            ruc=RUC,
            document_id=self.any_document().id,
            theme=self.chance.choice(list(Theme)),
        )

    def remove(self) -> None:
        applying.remove_document(
            self.office.writing(),
            application_id=self.application_id,
            ruc=RUC,
            document_id=self.any_document().id,
        )

    def comment(self) -> None:
        applying.comment(
            self.office.writing(),
            application_id=self.application_id,
            ruc=RUC,
            document_id=self.any_document().id,
            text=self.chance.choice(["Es de noche.", ""]),
            page=self.chance.choice([None, 1, 2]),
        )

    def save_sheet(self) -> None:
        applying.save_sheet(
            self.office.writing(),
            application_id=self.application_id,
            ruc=RUC,
            values={**SHEET, "address": self.chance.choice(["Otra calle 1", SHEET["address"]])},
            kind=steps.application(self.office, self.application_id).kind,
        )

    def documents(self) -> list[DocumentRow]:
        return [
            row
            for row in steps.rows(self.office, DocumentRow)
            if row.application_id == self.application_id
        ]

    def any_document(self) -> DocumentRow:
        return self.chance.choice(self.documents())

    def answer(self) -> bool:
        answers = dict.fromkeys(ReviewItem, "No puedo cambiarlo.")
        try:
            attack.answer(self.office, self.application_id, answers)
        except IncompleteError:
            return False
        return True

    def judge_some(self) -> None:
        """Accept a few items, looking at each; ask for the others."""
        looked = self.look()
        for item in items_of_a_person(steps.application(self.office, self.application_id).kind):
            if self.chance.random() < 0.7:
                steps.judge(self.office, self.application_id, self.officer_id, item)
                self.accepted[item] = looked[item]

    def may_be_asked(self) -> list[ReviewItem]:
        """Return the items that were not corrected as asked and accepted already (COA 141)."""
        with self.office.reading() as uow:
            row = uow.session.get_one(ApplicationRow, self.application_id)
            settled = settling.settled_items(uow, row)
        return [item for item in list(ReviewItem)[:5] if item not in settled]

    def require_what_was_seen(self) -> None:
        """Every accepted item shows exactly what was on the screen when it was accepted."""
        shown = self.look()
        for item, verdict in attack.verdicts(self.office, self.application_id).items():
            if verdict is ItemVerdict.ACCEPTED:
                assert shown[item] == self.accepted[item], item

    def judge_all_and_approve(self) -> None:
        """Accept what is still open: nothing that an applicant did keeps a case from its end."""
        if steps.state(self.office, self.application_id) is ApplicationState.IN_REVIEW:
            steps.approve(self.office, self.application_id, self.officer_id)
        assert steps.state(self.office, self.application_id) is ApplicationState.APPROVED

    def approve(self) -> None:
        attack.approve(self.office, self.application_id, self.officer_id)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_approved_is_what_an_officer_saw(office: Office, seed: int) -> None:
    case = Correspondence(office, seed)
    for _ in range(ROUNDS):
        case.judge_some()
        asked = case.may_be_asked()
        if not asked:
            break
        asked = case.chance.sample(asked, k=min(len(asked), case.chance.randint(1, 2)))
        attack.ask(office, case.application_id, case.officer_id, *asked)
        for _ in range(ACTIONS_A_ROUND):
            case.try_anything()
        if not case.answer():
            assert steps.state(office, case.application_id) is (
                ApplicationState.CORRECTION_REQUESTED
            )
            return
        case.require_what_was_seen()
        steps.check_all(office)  # what was still being checked ends before the officers' eyes
        case.require_what_was_seen()
    try:
        case.approve()
    except InvalidInputError:
        assert steps.state(office, case.application_id) is ApplicationState.IN_REVIEW
    else:
        assert set(attack.verdicts(office, case.application_id).values()) == {ItemVerdict.ACCEPTED}
    case.require_what_was_seen()
    case.judge_all_and_approve()
