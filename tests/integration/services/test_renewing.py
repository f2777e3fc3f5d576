"""When a RUC may ask for its next document, and what a rule grants before and within the window."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from review_service.db.models import AgreementRow, ApplicationRow
from review_service.domain.applications import ApplicationKind, ApplicationState
from review_service.domain.errors import InvalidInputError
from review_service.domain.tracks import EMPRENDEDOR, MIPYME
from review_service.services.applicant import applying, renewing, sending
from review_service.services.applicant.renewing import ASKED_AS_EVER, Asked, Renewal
from review_service.services.applicant.sending import IncompleteError
from tests.factories import OTHER_RUC, RUC, Office, confirm_business, open_business
from tests.integration.services import steps
from tests.integration.services.test_succession import certified, paper, publish, today
from tests.ventures import OF_A_PERSON, give_paper, ready_venture

CHANGED = Asked(facts_changed=True)


def ends_in(office: Office, row: AgreementRow, days: int) -> None:
    steps.make_older(
        office, row, "valid_until", by=row.valid_until - today(office) - timedelta(days=days)
    )


def renewal(office: Office, ruc: str = RUC) -> Renewal | None:
    with office.reading() as uow:
        return renewing.renewal_of(uow, ruc=ruc, track=MIPYME)


def state(office: Office, application_id: UUID) -> tuple[ApplicationState, str]:
    row = steps.stored(office, ApplicationRow, application_id)
    return row.state, row.referral or ""


def ask(office: Office, asked: Asked = ASKED_AS_EVER) -> UUID:
    return applying.open_application(
        office.writing(),
        registry=office.registry,
        ruc=RUC,
        kind=ApplicationKind.RENEWAL,
        track=MIPYME,
        asked=asked,
    )


@pytest.mark.parametrize(("days", "is_open"), [(31, False), (30, True), (0, True)])
def test_it_opens_thirty_days_before_the_end(office: Office, days: int, *, is_open: bool) -> None:
    ends_in(office, row := certified(office), days)
    found = renewal(office)
    assert found is not None
    assert (found.number, found.is_open) == (row.number, is_open)
    assert found.opens_on == found.valid_until - timedelta(days=30)
    if is_open:
        ask(office)
    else:
        with pytest.raises(InvalidInputError) as raised:
            ask(office)
        assert "Mis datos cambiaron" in raised.value.problems["kind"]


def test_nothing_is_to_be_renewed_without_one_or_after_its_end(office: Office) -> None:
    assert renewal(office) is None
    ends_in(office, certified(office), -1)
    assert renewal(office) is None
    assert renewal(office, OTHER_RUC) is None
    ask(office)


def test_the_rules_of_the_installation_say_when(office: Office) -> None:
    certified(office)
    begins = {"valid_from": date(2018, 12, 1), "source": "prueba"}
    rules = {"renewal_windows": [{"kind": "certificate", "days": 366, **begins}]}
    opened = steps.stored(office, ApplicationRow, ask(office, Asked(rulebook=rules)))
    assert opened.state is ApplicationState.DRAFT


def test_a_renewal_in_its_window_is_prefilled(office: Office) -> None:
    first = certified(office, ciiu="C1071")
    ends_in(office, first, 30)
    sheet = steps.stored(office, ApplicationRow, ask(office)).sheet
    assert (sheet["ciiu"], sheet["employees"]) == ("C1071", 4)
    assert sheet.get("sales_cents") is None, "the sales are those of a newer year"


def test_within_the_window_a_rule_grants_the_next_one_at_once(office: Office) -> None:
    first = certified(office)
    ends_in(office, first, 30)
    confirm_business(office, application_id := open_business(office))
    assert state(office, application_id)[0] is ApplicationState.APPROVED
    publish(office)
    second = next(row for row in steps.rows(office, AgreementRow) if row.number != first.number)
    assert second.valid_from == paper(office, first.number).valid_until + timedelta(days=1)


def test_before_the_window_nothing_that_says_the_same_is_granted(office: Office) -> None:
    first = certified(office)
    application_id = open_business(office, RUC, CHANGED)
    with pytest.raises(IncompleteError) as raised:
        confirm_business(office, application_id)
    (problem,) = raised.value.problems
    assert (problem.place, problem.blocking) == ("category", True)
    assert "diría lo mismo" in problem.sentence
    told = sending.problems_before_sending(office.reading(), application_id=application_id, ruc=RUC)
    assert [each.place for each in told] == ["category"]
    confirm_business(office, application_id, wish="Lo necesito para un banco")
    found, referral = state(office, application_id)
    assert found is ApplicationState.IN_REVIEW
    assert f"Diría lo mismo que el que ya tiene. Su certificado {first.number} vale" in referral


def test_before_the_window_changed_facts_are_granted_and_take_the_place(office: Office) -> None:
    first = certified(office)
    of_another_place(office, first)
    application_id = open_business(office, RUC, CHANGED)
    confirm_business(office, application_id)
    assert state(office, application_id) == (ApplicationState.APPROVED, "")
    second = next(row for row in steps.rows(office, AgreementRow) if row.number != first.number)
    assert second.valid_from == today(office)
    assert paper(office, first.number).successor_id == second.id


def of_another_place(office: Office, row: AgreementRow) -> None:
    """Let a certificate say a place from before a move."""
    with office.writing() as uow:
        kept = uow.session.get_one(AgreementRow, row.id)
        kept.snapshot = {**kept.snapshot, "canton": "Tulcán", "province": "Carchi"}
        uow.commit()


@pytest.mark.parametrize(
    ("year", "expected"),
    [(None, ApplicationState.IN_REVIEW), (2024, ApplicationState.APPROVED)],
)
def test_another_category_goes_to_a_person_on_sales_of_the_same_year_only(
    office: Office, year: int | None, expected: ApplicationState
) -> None:
    first = certified(office)
    if year is not None:
        with office.writing() as uow:
            former = uow.session.get_one(ApplicationRow, first.application_id)
            former.sheet = {**former.sheet, "sales_year": year}
            uow.commit()
    application_id = open_business(office, RUC, CHANGED, sales="400.000")
    confirm_business(office, application_id)
    found, referral = state(office, application_id)
    assert found is expected
    assert ("dice «Microempresa»" in referral) is (year is None)


def test_an_emprendedor_whose_certificate_would_say_the_same_hears_it_before_sending(
    office: Office,
) -> None:
    """Nothing is said of the papers: they could be tried until the answer is another."""
    confirm_business(office, ready_venture(office))
    publish(office)
    application_id = applying.open_application(
        office.writing(),
        registry=office.registry,
        ruc=RUC,
        kind=ApplicationKind.RENEWAL,
        track=EMPRENDEDOR,
        asked=CHANGED,
    )
    for kind in OF_A_PERSON:
        give_paper(office, application_id, kind, values={"holder": "OTRA PERSONA"})
    found = sending.problems_before_sending(
        office.reading(), application_id=application_id, ruc=RUC
    )
    [problem] = [each for each in found if each.blocking]
    assert (problem.place, "diría lo mismo" in problem.sentence) == (sending.RULE_PLACE, True)
    with pytest.raises(IncompleteError):
        confirm_business(office, application_id)
    confirm_business(office, application_id, wish="")
    moved, referral = state(office, application_id)
    assert moved is ApplicationState.IN_REVIEW
    assert referral.startswith(sending.ASKED_FOR_A_PERSON)
