"""A theme that does not apply: said, taken back, judged, corrected and compared."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import pytest

from review_service.db.models import ApplicationRow, FindingRow, ReviewItemRow
from review_service.db.queries.applicant.applications import application_of
from review_service.db.queries.officer.case import case_of
from review_service.db.queries.officer.case_items import ItemView
from review_service.db.sightings import sighting
from review_service.domain.applications import (
    ApplicationState,
    ItemVerdict,
    ReviewItem,
)
from review_service.domain.documents import Theme
from review_service.domain.errors import (
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    StaleStateError,
)
from review_service.domain.findings import Severity
from review_service.domain.not_applicable import OTHER, SECTION
from review_service.domain.sightings import Sight
from review_service.services.applicant import not_applicable, sending
from review_service.services.applicant.sending import IncompleteError
from review_service.services.case import documents_of
from review_service.services.review import correcting, reviewing
from review_service.services.review.letters import CorrectionItem
from review_service.services.upkeep import invariants
from tests.factories import (
    OTHER_RUC,
    RUC,
    Office,
    add_officer,
    issuing_rules,
    open_business,
    open_draft,
    send_and_confirm,
    upload,
)
from tests.integration.services import steps
from tests.integration.services.steps import JPEG

BARE_HANDS = "Trabajo solo con las manos, sin máquinas ni herramientas."
OWN = "Las agujas son de mi hermana y las usa ella."
SHOWN = (Theme.WORKSHOP, Theme.PEOPLE, Theme.PROCESS)


def say(
    office: Office,
    application_id: UUID,
    theme: Theme = Theme.MACHINERY,
    choice: str = BARE_HANDS,
    words: str = "",
    *,
    ruc: str = RUC,
    seen: str | None = None,
) -> None:
    not_applicable.say(
        office.writing(),
        application_id=application_id,
        ruc=ruc,
        theme=theme,
        choice=choice,
        words=words,
        seen=seen,
    )


def take_back(
    office: Office,
    application_id: UUID,
    theme: Theme = Theme.MACHINERY,
    *,
    seen: str | None = None,
) -> None:
    not_applicable.take_back(
        office.writing(), application_id=application_id, ruc=RUC, theme=theme, seen=seen
    )


def photographed(office: Office, themes: Sequence[Theme] = SHOWN, ruc: str = RUC) -> UUID:
    """Return a draft with a checked photo of each of these themes."""
    application_id = open_draft(office, ruc)
    for theme in themes:
        upload(office, application_id, content=JPEG + theme.encode(), ruc=ruc, theme=theme)
    steps.check_all(office)
    return application_id


def in_review(office: Office) -> UUID:
    application_id = photographed(office)
    say(office, application_id)
    send_and_confirm(office, application_id)
    return application_id


def told(office: Office, application_id: UUID) -> list[tuple[str, bool]]:
    found = sending.problems_before_sending(
        office.reading(), application_id=application_id, ruc=RUC
    )
    return [(one.sentence, one.blocking) for one in found if one.place == "photos"]


def said(office: Office, application_id: UUID) -> list[tuple[Theme, str]]:
    with office.reading() as uow:
        own = application_of(uow, application_id=application_id, ruc=RUC)
    return [(each.theme, each.sentence) for each in own.not_applicable]


def point(
    office: Office, application_id: UUID, item: ReviewItem = ReviewItem.MACHINERY
) -> ItemView:
    with office.reading() as uow:
        case = case_of(uow, application_id)
    return next(each for each in case.items if each.item is item)


def stamp(office: Office, application_id: UUID, sight: Sight, theme: Theme | None = None) -> str:
    with office.reading() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        return sighting(uow.session, row, sight, theme)


def ask(office: Office, application_id: UUID, *items: ReviewItem) -> UUID:
    officer_id = add_officer(office)
    correcting.request_correction(
        office.writing(),
        application_id=application_id,
        officer_id=officer_id,
        version=steps.application(office, application_id).version,
        items=[
            CorrectionItem(item=item, reason="Se ve un telar.", instruction="Muéstrelo completo.")
            for item in items
        ],
    )
    return officer_id


def answer(office: Office, application_id: UUID) -> None:
    correcting.answer(office.writing(), application_id=application_id, ruc=RUC, answers={})


def test_a_theme_said_not_to_apply_is_missing_no_more(office: Office) -> None:
    application_id, bystander = photographed(office), photographed(office, ruc=OTHER_RUC)
    missing = "Falta mostrar: sus máquinas y herramientas. Puede atrasar su trámite."
    assert told(office, application_id) == [(missing, False)]
    say(office, application_id)
    assert told(office, application_id) == []
    assert said(office, application_id) == [(Theme.MACHINERY, BARE_HANDS)]
    send_and_confirm(office, application_id)
    assert steps.state(office, application_id) is ApplicationState.IN_REVIEW
    assert steps.application(office, bystander).not_applicable is None


def test_the_finding_says_that_it_does_not_apply(office: Office) -> None:
    application_id = in_review(office)
    [found] = [
        row for row in steps.rows(office, FindingRow) if row.application_id == application_id
    ]
    assert found.code == "theme_not_applicable_machinery"
    assert found.severity is Severity.DOUBT
    assert found.message == "Sin fotos de «máquinas y herramientas»: dice que no aplica."


def test_the_same_again_is_no_event_and_other_words_are_one(office: Office) -> None:
    application_id = photographed(office)
    for _ in range(2):
        say(office, application_id)
    assert len(steps.events(office, "theme_not_applicable")) == 1
    say(office, application_id, choice=OTHER, words=OWN)
    [first, second] = steps.events(office, "theme_not_applicable")
    assert {first.details["theme"], second.details["theme"]} == {"machinery"}
    assert OWN not in str(second.details)
    assert said(office, application_id) == [(Theme.MACHINERY, OWN)]


def test_taking_it_back_keeps_the_words_and_counts_for_nothing(office: Office) -> None:
    application_id = photographed(office)
    say(office, application_id, choice=OTHER, words=OWN)
    for _ in range(2):
        take_back(office, application_id)
    assert len(steps.events(office, "theme_applies")) == 1
    assert said(office, application_id) == []
    assert [sentence for sentence, _ in told(office, application_id)] == [
        "Falta mostrar: sus máquinas y herramientas. Puede atrasar su trámite."
    ]
    with office.reading() as uow:
        own = application_of(uow, application_id=application_id, ruc=RUC)
    assert own.themes_kept[Theme.MACHINERY].words == OWN


def test_taking_back_what_was_never_said_changes_nothing(office: Office) -> None:
    application_id = photographed(office)
    take_back(office, application_id)
    assert steps.application(office, application_id).not_applicable is None


def test_photos_of_the_theme_stay_and_the_applicant_is_asked(office: Office) -> None:
    application_id = photographed(office, tuple(Theme))
    say(office, application_id)
    [(sentence, blocking)] = told(office, application_id)
    assert sentence.startswith("Dijo que no aplica «sus máquinas y herramientas», y hay fotos")
    assert blocking is False
    send_and_confirm(office, application_id)
    both = point(office, application_id)
    assert (both.not_applicable, len(both.positions)) == (BARE_HANDS, 1)
    assert steps.finding_codes(office, application_id) == []


@pytest.mark.parametrize("theme", [Theme.WORKSHOP, Theme.PROCESS])
def test_a_theme_that_the_rule_does_not_name_must_be_shown(office: Office, theme: Theme) -> None:
    application_id = photographed(office)
    with pytest.raises(NotAllowedError):
        say(office, application_id, theme, OTHER, OWN)
    assert steps.application(office, application_id).not_applicable is None


def test_an_institutions_own_rule_decides_which(office: Office) -> None:
    application_id = photographed(office)
    entry = {
        "theme": "process",
        "reasons": ["Es secreto."],
        "valid_from": date(2020, 1, 1),
        "source": "acuerdo",
    }
    for theme, is_taken in ((Theme.PROCESS, True), (Theme.MACHINERY, False)):
        try:
            not_applicable.say(
                office.writing(),
                application_id=application_id,
                ruc=RUC,
                theme=theme,
                choice=OTHER,
                words=OWN,
                rulebook={SECTION: [entry]},
            )
        except NotAllowedError:
            assert not is_taken
    assert said(office, application_id) == [(Theme.PROCESS, OWN)]


def test_what_says_nothing_is_not_kept(office: Office) -> None:
    application_id = photographed(office)
    with pytest.raises(InvalidInputError):
        say(office, application_id, choice="", words="")
    assert said(office, application_id) == []


def test_only_ones_own_draft_of_an_artisan_and_none_in_review(office: Office) -> None:
    application_id = in_review(office)
    with pytest.raises(NotAllowedError):
        say(office, application_id, choice=OTHER, words=OWN)
    with pytest.raises(NotAllowedError):
        take_back(office, application_id)
    with pytest.raises(NotFoundError):
        say(office, application_id, ruc=OTHER_RUC)
    business = open_business(office, OTHER_RUC)
    with pytest.raises(NotAllowedError):
        say(office, business, ruc=OTHER_RUC)


def test_without_any_photo_nothing_is_sent(office: Office) -> None:
    application_id = photographed(office, ())
    say(office, application_id)
    say(office, application_id, Theme.PEOPLE, OTHER, OWN)
    with pytest.raises(IncompleteError):
        send_and_confirm(office, application_id)
    assert ("Agregue las fotos de su taller.", True) in told(office, application_id)


def test_two_windows_do_not_overwrite_each_other(office: Office) -> None:
    application_id = photographed(office)
    old = stamp(office, application_id, Sight.THEME, Theme.MACHINERY)
    beside = stamp(office, application_id, Sight.THEME, Theme.PEOPLE)
    draft = stamp(office, application_id, Sight.DRAFT)
    say(office, application_id, seen=old)
    with pytest.raises(StaleStateError):
        say(office, application_id, choice=OTHER, words=OWN, seen=old)
    with pytest.raises(StaleStateError):
        take_back(office, application_id, seen=old)
    say(office, application_id, seen=old)  # the same, from the older window
    assert said(office, application_id) == [(Theme.MACHINERY, BARE_HANDS)]
    assert stamp(office, application_id, Sight.THEME, Theme.PEOPLE) == beside
    assert stamp(office, application_id, Sight.DRAFT) != draft, "what is declared is another"


def test_an_officer_accepts_it_and_the_acuerdo_is_numbered(office: Office) -> None:
    application_id = in_review(office)
    assert point(office, application_id).not_applicable == BARE_HANDS
    assert not point(office, application_id).look.is_missing
    number = steps.approve(office, application_id, add_officer(office))
    assert number
    judged = steps.stored(office, ReviewItemRow, (application_id, ReviewItem.MACHINERY))
    assert judged.seen is not None
    assert judged.seen["facts"] == {"not_applicable": BARE_HANDS}
    assert invariants.broken_invariants(office.reading, office.store) == []


def test_what_was_said_alone_is_not_approved(office: Office) -> None:
    application_id = in_review(office)
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        row.not_applicable = {
            theme.value: {"reason": "", "words": OWN, "is_said": True} for theme in Theme
        }
        for document in documents_of(uow, application_id):
            document.removed_at = uow.now
        uow.commit()
    with pytest.raises(InvalidInputError) as caught:
        steps.approve(office, application_id, add_officer(office))
    assert "No hay nada que lo muestre" in caught.value.problems["items"]


def test_the_letter_tells_what_was_said_and_photos_may_come_instead(office: Office) -> None:
    application_id = in_review(office)
    ask(office, application_id, ReviewItem.MACHINERY)
    [letter] = steps.mails(office, "correction_requested")
    [item] = letter.context["items"]
    assert item["said"] == BARE_HANDS
    with pytest.raises(InvalidInputError):
        answer(office, application_id)
    upload(office, application_id, content=JPEG + b"telar", theme=Theme.MACHINERY)
    steps.check_all(office)
    take_back(office, application_id)
    answer(office, application_id)
    now = point(office, application_id)
    assert (now.not_applicable, len(now.positions), now.verdict) == ("", 1, ItemVerdict.PENDING)
    assert steps.finding_codes(office, application_id) == []


def test_another_reason_answers_a_correction_and_the_same_does_not(office: Office) -> None:
    application_id = in_review(office)
    ask(office, application_id, ReviewItem.MACHINERY)
    say(office, application_id)
    with pytest.raises(InvalidInputError):
        answer(office, application_id)
    say(office, application_id, choice=OTHER, words=OWN)
    answer(office, application_id)
    now = point(office, application_id)
    assert now.not_applicable == OWN
    assert now.look.why == "cambió: lo que dice de «no aplica»"
    [change] = now.look.facts
    assert (change.before, change.now) == (BARE_HANDS, OWN)


def test_of_what_nobody_asked_nothing_may_be_said(office: Office) -> None:
    application_id = in_review(office)
    ask(office, application_id, ReviewItem.WORKSHOP)
    for theme in (Theme.MACHINERY, Theme.PEOPLE):
        with pytest.raises(NotAllowedError):
            say(office, application_id, theme, OTHER, OWN)
    with pytest.raises(NotAllowedError):
        take_back(office, application_id)


def test_a_photo_that_was_asked_for_may_be_answered_with_not_applicable(office: Office) -> None:
    application_id = photographed(office)
    send_and_confirm(office, application_id)
    assert steps.finding_codes(office, application_id) == ["theme_missing_machinery"]
    ask(office, application_id, ReviewItem.MACHINERY)
    say(office, application_id)
    answer(office, application_id)
    assert steps.finding_codes(office, application_id) == ["theme_not_applicable_machinery"]
    assert point(office, application_id).not_applicable == BARE_HANDS


def test_a_verdict_falls_back_when_what_was_said_changes_behind_it(office: Office) -> None:
    application_id = in_review(office)
    officer_id = add_officer(office)
    steps.accept_all(office, application_id, officer_id)
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        row.not_applicable = {"machinery": {"reason": "", "words": OWN, "is_said": True}}
        uow.commit()
    assert point(office, application_id).look.was_reopened
    with pytest.raises(InvalidInputError) as caught:
        reviewing.approve(
            office.writing(),
            application_id=application_id,
            officer_id=officer_id,
            version=steps.application(office, application_id).version,
            rules=issuing_rules(),
        )
    assert "Cambió después de aceptarse" in caught.value.problems["items"]


def test_the_receipt_tells_what_was_said_at_first(office: Office) -> None:
    application_id = in_review(office)
    ask(office, application_id, ReviewItem.MACHINERY)
    say(office, application_id, choice=OTHER, words=OWN)
    with office.reading() as uow:
        own = application_of(uow, application_id=application_id, ruc=RUC)
    assert own.not_applicable_when_received == ((Theme.MACHINERY, BARE_HANDS),)
    [mail] = steps.mails(office, "received")
    assert mail.context["not_applicable"] == [
        {"theme": "Sus máquinas y herramientas", "sentence": BARE_HANDS}
    ]
