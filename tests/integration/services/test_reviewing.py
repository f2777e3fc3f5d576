"""The officer's word: item by item, then once; who comes second is told so."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest

from review_service.db.models import AgreementRow, FindingRow, ReviewItemRow, TaskRow
from review_service.domain.applications import (
    ApplicationKind,
    ApplicationState,
    ItemVerdict,
    ReviewItem,
)
from review_service.domain.documents import Theme
from review_service.domain.errors import InvalidInputError, NotFoundError, StaleStateError
from review_service.domain.institution import institution_on
from review_service.domain.terms import add_business_days, ecuador_day, ecuador_today
from review_service.domain.work import TaskKind
from review_service.services.agreements.printed_facts import IssuingRules
from review_service.services.review import letters, reviewing
from review_service.services.review.decision_checks import NOTHING_OBSERVED
from tests.factories import (
    OTHER_RUC,
    RUC,
    Office,
    add_officer,
    confirmed_rulebook,
    issuing_rules,
    items_of_a_person,
    open_draft,
    send_and_confirm,
    upload,
)
from tests.integration.services import steps

INSTITUTION = institution_on(date(2026, 11, 20))
REASONS = "Las fotos no son del taller declarado.\n\nEl taller no existe en esa dirección."


def approve(
    office: Office,
    application_id: UUID,
    officer_id: UUID,
    version: int,
    *,
    rules: IssuingRules | None = None,
) -> str:
    return reviewing.approve(
        office.writing(),
        application_id=application_id,
        officer_id=officer_id,
        version=version,
        rules=rules or issuing_rules(),
    )


def refuse(
    office: Office, application_id: UUID, officer_id: UUID, version: int, reasons: str = REASONS
) -> None:
    reviewing.refuse(
        office.writing(),
        application_id=application_id,
        officer_id=officer_id,
        version=version,
        reasons=reasons,
        institution=INSTITUTION,
    )


def version(office: Office, application_id: UUID) -> int:
    return steps.application(office, application_id).version


def test_a_verdict_is_written_down_with_its_officer_and_may_change(office: Office) -> None:
    application_id, officer_id = steps.in_review(office), add_officer(office)
    bystander = steps.in_review(office, ruc=OTHER_RUC)
    for verdict in (ItemVerdict.ACCEPTED, ItemVerdict.OBSERVED):
        steps.judge(office, application_id, officer_id, ReviewItem.WORKSHOP, verdict)
    row = steps.stored(office, ReviewItemRow, (application_id, ReviewItem.WORKSHOP))
    assert (row.verdict, row.judged_by) == (ItemVerdict.OBSERVED, officer_id)
    assert row.judged_at is not None
    other = steps.stored(office, ReviewItemRow, (bystander, ReviewItem.WORKSHOP))
    assert other.verdict is ItemVerdict.PENDING
    assert len(steps.events(office, "item_judged")) == 2


def test_a_new_application_has_no_prior_agreement_to_judge(office: Office) -> None:
    application_id, officer_id = steps.in_review(office), add_officer(office)
    with pytest.raises(NotFoundError):
        steps.judge(office, application_id, officer_id, ReviewItem.PRIOR_AGREEMENT)


def test_a_draft_is_nobody_elses_business(office: Office) -> None:
    application_id, officer_id = open_draft(office), add_officer(office)
    for missing in (application_id, uuid4()):
        with pytest.raises(NotFoundError):
            approve(office, missing, officer_id, 1)
        with pytest.raises(NotFoundError):
            refuse(office, missing, officer_id, 1)


def test_approving_takes_decision_number_snapshot_and_task_together(office: Office) -> None:
    application_id, officer_id = steps.in_review(office), add_officer(office)
    bystander = steps.in_review(office, ruc=OTHER_RUC)
    number = steps.approve(office, application_id, officer_id)
    row = steps.application(office, application_id)
    assert (row.state, row.decided_by, row.due_at) == (ApplicationState.APPROVED, officer_id, None)
    (agreement,) = steps.rows(office, AgreementRow)
    assert (agreement.number, agreement.serial) == (number, 1)
    assert agreement.snapshot["holder"] == "TITUAÑA QUILUMBA MARIA"
    assert agreement.snapshot["activity"] == "Fabricación de otros artículos textiles"
    assert agreement.snapshot["demonstration"] is True
    assert (agreement.valid_until.year - agreement.valid_from.year) == 3
    tasks = [task for task in steps.rows(office, TaskRow) if task.kind is TaskKind.ISSUE_AGREEMENT]
    assert [task.subject_id for task in tasks] == [agreement.id]
    assert steps.state(office, bystander) is ApplicationState.IN_REVIEW


def test_a_real_acuerdo_waits_until_every_rule_behind_it_is_confirmed(office: Office) -> None:
    application_id, officer_id = steps.in_review(office), add_officer(office)
    steps.accept_all(office, application_id, officer_id)
    real = replace(issuing_rules(institution_on(ecuador_today())), demonstration=False)
    open_rules = {**confirmed_rulebook(), "places": issuing_rules().rulebook["places"]}
    now = version(office, application_id)
    with pytest.raises(InvalidInputError) as raised:
        approve(office, application_id, officer_id, now, rules=replace(real, rulebook=open_rules))
    assert raised.value.problems == {
        "rules": "Todavía no se puede emitir este documento: la institución no ha confirmado "
        "lugar. La solicitud sigue en revisión; avise a quien administra el servicio."
    }
    assert steps.rows(office, AgreementRow) == []
    assert steps.state(office, application_id) is ApplicationState.IN_REVIEW
    complete = replace(real, rulebook=confirmed_rulebook())
    number = approve(office, application_id, officer_id, now, rules=complete)
    assert number.endswith("-000001"), "the refused attempt took no number"


@pytest.mark.parametrize("verdict", [ItemVerdict.PENDING, ItemVerdict.OBSERVED])
def test_every_item_must_be_accepted(office: Office, verdict: ItemVerdict) -> None:
    application_id = steps.in_review(office, kind=ApplicationKind.RENEWAL)
    officer_id = add_officer(office)
    steps.accept_all(office, application_id, officer_id)
    steps.judge(office, application_id, officer_id, ReviewItem.PRIOR_AGREEMENT, verdict)
    with pytest.raises(InvalidInputError) as raised:
        approve(office, application_id, officer_id, version(office, application_id))
    assert raised.value.problems == {"items": "Para aprobar falta aceptar: acuerdo anterior."}
    assert steps.rows(office, AgreementRow) == []


def test_nothing_is_decided_while_checks_run(office: Office) -> None:
    application_id, officer_id = open_draft(office), add_officer(office)
    upload(office, application_id, content=steps.JPEG, theme=Theme.WORKSHOP)
    send_and_confirm(office, application_id)
    steps.accept_all(office, application_id, officer_id)
    now = version(office, application_id)
    with pytest.raises(InvalidInputError, match="items"):
        approve(office, application_id, officer_id, now)
    with pytest.raises(InvalidInputError, match="items"):
        refuse(office, application_id, officer_id, now)
    steps.check_all(office)
    with pytest.raises(InvalidInputError, match="items"):  # nobody has seen what was accepted
        approve(office, application_id, officer_id, now)
    steps.judge(office, application_id, officer_id, ReviewItem.WORKSHOP)
    approve(office, application_id, officer_id, now)


def test_findings_inform_and_decide_nothing(office: Office) -> None:
    application_id, officer_id = open_draft(office), add_officer(office)
    upload(office, application_id, content=steps.JPEG, theme=Theme.WORKSHOP)
    steps.check_all(office)
    send_and_confirm(office, application_id)
    assert len(steps.rows(office, FindingRow)) == 3
    steps.approve(office, application_id, officer_id)
    assert steps.state(office, application_id) is ApplicationState.APPROVED


@pytest.mark.parametrize("length", [0, 19])
def test_a_refusal_without_reasons_is_none(office: Office, length: int) -> None:
    application_id, officer_id = steps.in_review(office), add_officer(office)
    with pytest.raises(InvalidInputError) as raised:
        refuse(office, application_id, officer_id, 3, f"  {'a' * length}  ")
    assert set(raised.value.problems) == {"reasons"}
    assert steps.state(office, application_id) is ApplicationState.IN_REVIEW


@pytest.mark.parametrize(("length", "taken"), [(20, True), (4000, True), (4001, False)])
def test_reasons_have_a_least_and_a_greatest_length(
    office: Office, length: int, *, taken: bool
) -> None:
    application_id, officer_id = steps.in_review(office), add_officer(office)
    now = version(office, application_id)
    if not taken:
        with pytest.raises(InvalidInputError):
            refuse(office, application_id, officer_id, now, "a" * length)
        return
    steps.observe(office, application_id, officer_id)
    refuse(office, application_id, officer_id, now, "a" * length)
    assert steps.application(office, application_id).decision_reasons == "a" * length


def test_a_refusal_follows_from_a_point_that_stands_observed(office: Office) -> None:
    application_id, officer_id = steps.in_review(office), add_officer(office)
    now = version(office, application_id)
    for item in (None, *items_of_a_person()):
        if item is not None:
            steps.judge(office, application_id, officer_id, item)
        with pytest.raises(InvalidInputError) as raised:
            refuse(office, application_id, officer_id, now)
        assert raised.value.problems == {"reasons": NOTHING_OBSERVED}
    steps.observe(office, application_id, officer_id)
    refuse(office, application_id, officer_id, now)
    assert steps.state(office, application_id) is ApplicationState.REFUSED


def test_a_refusal_tells_reasons_and_remedies_as_its_preview_did(office: Office) -> None:
    application_id, officer_id = steps.in_review(office), add_officer(office)
    bystander = steps.in_review(office, ruc=OTHER_RUC)
    preview = letters.refusal_letter(
        office.reading(),
        application_id=application_id,
        reasons=REASONS,
        institution=INSTITUTION,
    )
    steps.observe(office, application_id, officer_id)
    refuse(office, application_id, officer_id, version(office, application_id))
    row = steps.application(office, application_id)
    assert (row.state, row.decided_by, row.due_at) == (ApplicationState.REFUSED, officer_id, None)
    assert row.decision_reasons == REASONS
    (mail,) = steps.mails(office, "refused")
    assert {name: mail.context[name] for name in preview} == preview
    assert preview["reasons"] == [line for line in REASONS.splitlines() if line]
    assert row.decided_at is not None
    last = add_business_days(ecuador_day(row.decided_at), INSTITUTION.remedies.appeal_days)
    assert preview["appeal_until"] == last.isoformat()
    assert steps.state(office, bystander) is ApplicationState.IN_REVIEW


def test_reasons_with_signs_that_no_database_keeps_are_cleaned(office: Office) -> None:
    application_id, officer_id = steps.in_review(office), add_officer(office)
    now = version(office, application_id)
    steps.observe(office, application_id, officer_id)
    refuse(office, application_id, officer_id, now, "El taller\x00 no existe\x1b allí.\nNo está.")
    row = steps.application(office, application_id)
    assert row.decision_reasons == "El taller no existe allí.\nNo está."


def test_who_saw_an_older_page_decides_nothing(office: Office) -> None:
    application_id, first, second = (
        steps.in_review(office),
        add_officer(office),
        add_officer(office, "bmena"),
    )
    seen = version(office, application_id)
    steps.approve(office, application_id, first)
    with pytest.raises(StaleStateError):
        approve(office, application_id, second, seen)
    with pytest.raises(StaleStateError):
        refuse(office, application_id, second, seen)
    with pytest.raises(StaleStateError):
        approve(office, application_id, second, version(office, application_id))
    with pytest.raises(StaleStateError):
        steps.judge(office, application_id, second, ReviewItem.WORKSHOP)
    assert steps.application(office, application_id).decided_by == first
    assert len(steps.rows(office, AgreementRow)) == 1


@pytest.mark.parametrize("offset", [-1, 1])
def test_only_the_version_that_was_shown_counts(office: Office, offset: int) -> None:
    application_id, officer_id = steps.in_review(office), add_officer(office)
    steps.accept_all(office, application_id, officer_id)
    with pytest.raises(StaleStateError):
        approve(office, application_id, officer_id, version(office, application_id) + offset)


def test_verdicts_given_at_once_are_all_kept(office: Office) -> None:
    application_id, officer_id = steps.in_review(office), add_officer(office)
    with ThreadPoolExecutor(5) as pool:
        list(
            pool.map(
                lambda item: steps.judge(office, application_id, officer_id, item),
                items_of_a_person(),
            )
        )
    assert {row.verdict for row in steps.rows(office, ReviewItemRow)} == {ItemVerdict.ACCEPTED}


def test_a_letter_of_an_application_that_is_not_there_is_not_written(office: Office) -> None:
    with pytest.raises(NotFoundError):
        letters.correction_letter(office.reading(), application_id=uuid4(), items=[])
    assert RUC != OTHER_RUC
