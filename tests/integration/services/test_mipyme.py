"""A MIPYME from its draft to its certificate, and everything that sends it to a person instead."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    EstablishmentRow,
    LaterControlRow,
    ReviewItemRow,
    TaxpayerRow,
)
from review_service.db.queries.officer.case import case_of
from review_service.domain.applications import (
    ApplicationKind,
    ApplicationState,
    ItemVerdict,
    ReviewItem,
)
from review_service.domain.categories import Category
from review_service.domain.documents import DocumentKind
from review_service.domain.errors import InvalidInputError, NotAllowedError, RegistryError
from review_service.domain.taxpayers import Taxpayer, TaxpayerStatus
from review_service.domain.tracks import MIPYME
from review_service.samples.people import synthetic_ruc
from review_service.services.agreements import issuing
from review_service.services.applicant import applying, confirming, own_agreement, sending
from review_service.services.applicant.renewing import Asked
from review_service.services.applicant.sending import ASKED_FOR_A_PERSON, IncompleteError
from review_service.services.review import reviewing
from review_service.services.review.decision_checks import ChosenCategory
from review_service.services.upkeep import invariants
from tests.factories import (
    BUSINESS_SHEET,
    RUC,
    SECRET,
    Office,
    add_officer,
    add_taxpayer,
    confirm_business,
    confirmation_code,
    issuing_rules,
    open_business,
    open_draft,
    rule_parts,
    send_and_confirm,
    upload,
)
from tests.integration.services import steps
from tests.integration.services.test_issuing import make_press, only_lease
from tests.plain_paper import PlainReader

OVER = "9.000.000"


def row_of(office: Office, application_id: UUID) -> ApplicationRow:
    with office.reading() as uow:
        return uow.session.get_one(ApplicationRow, application_id)


def change_registry(office: Office, **values: object) -> None:
    with office.writing() as uow:
        uow.session.execute(sa.update(TaxpayerRow).where(TaxpayerRow.ruc == RUC).values(**values))
        uow.commit()


def in_officers_queue(office: Office, application_id: UUID) -> str:
    """Return why the application waits for an officer, after having seen that it does."""
    row = row_of(office, application_id)
    assert row.state is ApplicationState.IN_REVIEW
    assert (row.decided_rule, row.due_at is None) == (None, False)
    assert steps.rows(office, AgreementRow) == []
    return row.referral or ""


def test_a_certificate_is_numbered_as_soon_as_it_is_confirmed(office: Office) -> None:
    application_id = open_business(office)
    confirm_business(office, application_id)
    row = row_of(office, application_id)
    assert row.state is ApplicationState.APPROVED
    assert row.decided_rule is not None
    assert row.decided_rule.startswith("categories.limits@2018-12-01, applicants.mipyme.")
    assert row.decision_reasons == (
        "Microempresa: 4 personas y ventas de USD 85.000 (hasta 9 personas y USD 300.000)"
    )
    assert row.referral is None
    assert steps.rows(office, ReviewItemRow) == []
    (paper,) = steps.rows(office, AgreementRow)
    assert (paper.number, paper.snapshot["category"]) == ("RUM-2026-000001", "Microempresa")
    assert not {"85", "8500000", "85.000"} & {str(value) for value in paper.snapshot.values()}


def test_the_certificate_is_published_and_the_trail_holds(office: Office) -> None:
    confirm_business(office, application := open_business(office))
    signed_once = replace(make_press(office), reader=PlainReader(good=1, count=1))
    issuing.issue(office.writing, signed_once, only_lease(office))
    assert steps.state(office, application) is ApplicationState.ISSUED
    assert invariants.broken_invariants(office.reading, office.store) == []


def test_a_second_click_on_confirm_changes_nothing(office: Office) -> None:
    application_id = open_business(office)
    confirm_business(office, application_id)
    confirming.confirm_by_code(
        office.writing(),
        application_id=application_id,
        ruc=RUC,
        code="000000",
        secret_key=SECRET,
        parts=rule_parts(office),
    )
    assert len(steps.rows(office, AgreementRow)) == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"province": "Carchi", "canton": "Tulcán"}, "no registra un local abierto"),
        ({"ciiu": "C1071"}, "no consta en su RUC"),
        ({"employees": "250"}, "por ese número, no sería una MIPYME"),
        ({"started_this_year": "y"}, "inicio de actividades en 2015"),
    ],
)
def test_what_contradicts_the_register_is_told_before_and_goes_to_an_officer(
    office: Office, typed: dict[str, str], said: str
) -> None:
    application_id = open_business(office, **typed)
    told = sending.problems_before_sending(office.reading(), application_id=application_id, ruc=RUC)
    assert told
    assert not [problem for problem in told if problem.blocking]
    confirm_business(office, application_id)
    assert said in in_officers_queue(office, application_id)


def test_the_register_is_asked_again_when_it_is_confirmed(office: Office) -> None:
    application_id = open_business(office)
    change_registry(office, status=TaxpayerStatus.SUSPENDED)
    confirm_business(office, application_id)
    assert in_officers_queue(office, application_id) == "El RUC no consta activo."
    assert row_of(office, application_id).registry_facts["status"] == "SUSPENDIDO"


def test_a_ruc_that_left_the_register_goes_to_an_officer(office: Office) -> None:
    application_id = open_business(office)
    with office.writing() as uow:
        uow.session.execute(sa.delete(EstablishmentRow).where(EstablishmentRow.ruc == RUC))
        uow.session.execute(sa.delete(TaxpayerRow).where(TaxpayerRow.ruc == RUC))
        uow.commit()
    confirm_business(office, application_id)
    assert (
        in_officers_queue(office, application_id) == "El RUC ya no consta en el registro del SRI."
    )


def test_a_name_that_changed_at_the_register_goes_to_an_officer(office: Office) -> None:
    application_id = open_business(office)
    change_registry(office, name="OTRA PERSONA")
    confirm_business(office, application_id)
    assert "nombre" in in_officers_queue(office, application_id)


def test_over_the_limits_nobody_sends_by_mistake(office: Office) -> None:
    application_id = open_business(office, sales=OVER)
    with pytest.raises(IncompleteError) as raised:
        confirm_business(office, application_id)
    (problem,) = raised.value.problems
    assert (problem.place, problem.blocking) == ("category", True)
    assert "pida que lo revise una persona" in problem.sentence


def test_over_the_limits_a_person_looks_at_it_if_asked(office: Office) -> None:
    application_id = open_business(office, sales=OVER)
    confirm_business(office, application_id, wish="Las ventas son de  dos años")
    lines = in_officers_queue(office, application_id).splitlines()
    assert lines[0] == ASKED_FOR_A_PERSON
    assert lines[1].startswith("No es una MIPYME")
    assert lines[2] == "Dice: «Las ventas son de dos años»"


def test_a_draft_again_asks_for_no_person_any_more(office: Office) -> None:
    application_id = open_business(office, sales=OVER)
    sending.send(
        office.writing(),
        application_id=application_id,
        ruc=RUC,
        declared=True,
        secret_key=SECRET,
        wish="",
    )
    sending.take_back(office.writing(), application_id=application_id, ruc=RUC)
    assert row_of(office, application_id).referral is None


def test_to_ask_for_a_person_without_need_asks_for_none(office: Office) -> None:
    application_id = open_business(office)
    confirm_business(office, application_id, wish="porque sí")
    assert row_of(office, application_id).state is ApplicationState.APPROVED


@pytest.mark.parametrize("wish", ["x" * 501, "corazón \U0001f9f6"])
def test_words_that_cannot_be_kept_are_told(office: Office, wish: str) -> None:
    application_id = open_business(office, sales=OVER)
    with pytest.raises(IncompleteError) as raised:
        confirm_business(office, application_id, wish=wish)
    assert [problem.place for problem in raised.value.problems] == ["wish"]


def test_many_certificates_from_one_network_go_to_an_officer(office: Office) -> None:
    confirm_business(office, open_business(office), parts=rule_parts(office, most_per_network=1))
    add_taxpayer_of(office, THIRD)
    second = open_business(office, THIRD)
    confirm_business(office, second, THIRD, parts=rule_parts(office, most_per_network=1))
    row = row_of(office, second)
    assert row.state is ApplicationState.IN_REVIEW
    assert "la misma conexión" in (row.referral or "")
    add_taxpayer_of(office, FOURTH)
    elsewhere = open_business(office, FOURTH)
    confirm_business(
        office,
        elsewhere,
        FOURTH,
        parts=rule_parts(office, most_per_network=1, network="198.51.100.9"),
    )
    assert row_of(office, elsewhere).state is ApplicationState.APPROVED


def test_rules_that_nobody_confirmed_let_nothing_be_issued(office: Office) -> None:
    application_id = open_business(office)
    real = replace(issuing_rules(), demonstration=False)
    confirm_business(office, application_id, parts=rule_parts(office, issuing=real))
    assert "no ha confirmado todas las reglas" in in_officers_queue(office, application_id)


def test_chance_chooses_for_later_control(office: Office) -> None:
    confirm_business(
        office, first := open_business(office), parts=rule_parts(office, later_share=1.0)
    )
    add_taxpayer_of(office, THIRD)
    confirm_business(
        office, open_business(office, THIRD), THIRD, parts=rule_parts(office, later_share=0.0)
    )
    assert [row.application_id for row in steps.rows(office, LaterControlRow)] == [first]


def test_without_its_parts_no_rule_decides(office: Office) -> None:
    application_id = open_business(office)
    send_and_confirm(office, application_id)
    assert in_officers_queue(office, application_id)


def accept(office: Office, application_id: UUID, officer: UUID) -> None:
    reviewing.judge(
        office.writing(),
        application_id=application_id,
        officer_id=officer,
        version=row_of(office, application_id).version,
        item=ReviewItem.DATA_SHEET,
        verdict=ItemVerdict.ACCEPTED,
    )


@pytest.fixture
def referred(office: Office) -> UUID:
    """A MIPYME that asked for a person."""
    application_id = open_business(office, sales=OVER)
    confirm_business(office, application_id, wish="")
    return application_id


def approve(
    office: Office, application_id: UUID, category: Category | None, reasons: str = ""
) -> str:
    officer = add_officer(office)
    accept(office, application_id, officer)
    return reviewing.approve(
        office.writing(),
        application_id=application_id,
        officer_id=officer,
        version=row_of(office, application_id).version,
        rules=issuing_rules(),
        chosen=ChosenCategory(category=category, reasons=reasons),
    )


def test_an_officer_judges_the_data_sheet_alone(office: Office, referred: UUID) -> None:
    with office.reading() as uow:
        case = case_of(uow, referred)
    assert [item.item for item in case.items] == [ReviewItem.DATA_SHEET]
    assert case.referral.startswith(ASKED_FOR_A_PERSON)
    assert {row.name for row in case.sheet_rows} >= {"employees", "sales", "started"}
    assert not {"address", "workers"} & {row.name for row in case.sheet_rows}


def test_an_officer_grants_a_category_with_reasons(office: Office, referred: UUID) -> None:
    approve(office, referred, Category.MEDIUM, "Sumó las ventas de dos años; son la mitad.")
    (paper,) = steps.rows(office, AgreementRow)
    assert paper.snapshot["category"] == "Mediana empresa"
    assert row_of(office, referred).decision_reasons == (
        "Mediana empresa: Sumó las ventas de dos años; son la mitad."
    )
    assert invariants.broken_invariants(office.reading, office.store) == []


@pytest.mark.parametrize(
    ("category", "reasons", "place"),
    [
        (None, "", "category"),
        (Category.MEDIUM, "", "reasons"),
        (Category.MEDIUM, "Porque sí", "reasons"),
    ],
)
def test_an_officer_says_which_category_and_why(
    office: Office, referred: UUID, category: Category | None, reasons: str, place: str
) -> None:
    with pytest.raises(InvalidInputError) as raised:
        approve(office, referred, category, reasons)
    assert place in raised.value.problems
    assert steps.rows(office, AgreementRow) == []


def test_the_category_of_the_rule_needs_no_words(office: Office) -> None:
    application_id = open_business(office, province="Carchi", canton="Tulcán")
    confirm_business(office, application_id)
    approve(office, application_id, Category.MICRO)
    assert (row_of(office, application_id).decision_reasons or "").startswith("Microempresa: 4")


def test_one_of_each_track_may_be_open(office: Office) -> None:
    business, workshop = open_business(office), open_draft(office)
    assert business != workshop
    assert open_business(office) == business
    confirm_business(office, business)
    with pytest.raises(InvalidInputError, match="kind"):
        open_business(office)


def test_a_mipyme_sends_no_photos(office: Office) -> None:
    application_id = open_business(office)
    for kind in DocumentKind:
        with pytest.raises(NotAllowedError):
            upload(office, application_id, content=steps.JPEG, kind=kind)


def test_a_business_of_this_year_is_asked_so(office: Office) -> None:
    change_registry(office, started_on=date(2026, 3, 1))
    application_id = applying.open_application(
        office.writing(),
        registry=office.registry,
        ruc=RUC,
        kind=ApplicationKind.NEW,
        track=MIPYME,
    )
    assert row_of(office, application_id).sheet["started_this_year"] is True
    values = {**BUSINESS_SHEET, "started_this_year": "y"}
    applying.save_sheet(
        office.writing(),
        application_id=application_id,
        ruc=RUC,
        values=values,
        kind=ApplicationKind.NEW,
    )
    assert row_of(office, application_id).sheet["sales_year"] == 2026
    confirm_business(office, application_id)
    assert row_of(office, application_id).state is ApplicationState.APPROVED


THIRD, FOURTH = synthetic_ruc(20), synthetic_ruc(21)


def add_taxpayer_of(office: Office, ruc: str) -> None:
    with office.writing() as uow:
        add_taxpayer(uow, ruc)
        uow.commit()


def publish(office: Office, signatures: int) -> None:
    reader = PlainReader(good=signatures, count=signatures)
    issuing.issue(office.writing, replace(make_press(office), reader=reader), only_lease(office))


def test_another_category_beside_one_in_force_goes_to_an_officer(office: Office) -> None:
    confirm_business(office, open_business(office))
    publish(office, 1)
    again = open_business(office, RUC, Asked(facts_changed=True), sales="4.000.000")
    confirm_business(office, again)
    row = row_of(office, again)
    assert row.state is ApplicationState.IN_REVIEW
    assert "«Microempresa»" in (row.referral or "")


class SilentRegistry:
    """A register that does not answer."""

    def find(self, ruc: str) -> Taxpayer | None:
        raise RegistryError(f"no answer about {ruc[:3]}", retryable=True)

    def registered_email(self, ruc: str) -> str | None:
        raise RegistryError(f"no answer about {ruc[:3]}", retryable=True)


def confirm_in_silence(office: Office, application_id: UUID) -> None:
    confirming.confirm_by_code(
        office.writing(),
        application_id=application_id,
        ruc=RUC,
        code=confirmation_code(office, application_id),
        secret_key=SECRET,
        parts=replace(rule_parts(office), registry=SilentRegistry()),
    )


def test_only_what_a_rule_decides_needs_the_register(office: Office) -> None:
    workshop = steps.ready_draft(office)
    sending.send(
        office.writing(), application_id=workshop, ruc=RUC, declared=True, secret_key=SECRET
    )
    confirm_in_silence(office, workshop)
    assert row_of(office, workshop).state is ApplicationState.IN_REVIEW
    business = open_business(office)
    sending.send(
        office.writing(), application_id=business, ruc=RUC, declared=True, secret_key=SECRET
    )
    with pytest.raises(RegistryError):
        confirm_in_silence(office, business)
    assert row_of(office, business).state is ApplicationState.AWAITING_CONFIRMATION


def test_no_acuerdo_is_put_into_the_renewal_of_a_certificate(office: Office) -> None:
    steps.approve(office, steps.in_review(office), add_officer(office))
    publish(office, 2)
    application_id = applying.open_application(
        office.writing(),
        registry=office.registry,
        ruc=RUC,
        kind=ApplicationKind.RENEWAL,
        track=MIPYME,
    )
    assert not own_agreement.attach(
        office.writing, office.store, application_id=application_id, ruc=RUC
    )
