"""A track that only tests know goes from its confirmation to a verified certificate, by a rule.

It has no code of its own in the product: whatever the decider and the kind of document are, number,
print, signature, store, publication, mail, verification, audit and invariants are the same.
"""

from dataclasses import replace
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from review_service.db.audit import verify_chain
from review_service.db.models import AgreementRow, ApplicationRow, CounterRow
from review_service.db.queries.applicant.applications import applications_of, papers_that_stand
from review_service.db.queries.officer.prior import before_of
from review_service.domain import tracks
from review_service.domain.agreements import AgreementState
from review_service.domain.applications import ApplicationState
from review_service.domain.errors import InvalidInputError, InvalidTransitionError
from review_service.domain.identifiers import squeezed_number
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.numbering import verification_code, verification_token
from review_service.domain.renewals import Standing
from review_service.domain.rule_decisions import RuleDecision, RuleQuestion
from review_service.domain.tracks import ARTISAN, MIPYME, Track, by_key
from review_service.services.agreements import issuing, verifying
from review_service.services.agreements.deciding import approve_by_rule
from review_service.services.agreements.verifying import Verdict
from review_service.services.applicant import own_agreement, sending
from review_service.services.upkeep import invariants
from tests.factories import OTHER_RUC, RUC, SECRET, Office, add_officer, issuing_rules
from tests.integration.services import steps
from tests.integration.services.test_issuing import make_press, only_lease
from tests.plain_paper import PlainReader

DECISION = RuleDecision(
    rule="categories@2018-12-29",
    category="Microempresa",
    reasons="Microempresa: 4 personas y ventas de USD 85.000 (hasta 9 personas y USD 300.000)",
)


def _grant(_asked: RuleQuestion) -> RuleDecision:
    return DECISION


TESTED = replace(ARTISAN, key="tested", slug="prueba", issues=IssuedKind.CERTIFICATE, rule=_grant)


@pytest.fixture(autouse=True)
def _tested_track(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracks, "TRACKS", by_key((ARTISAN, MIPYME, TESTED)))


def put_on(office: Office, application_id: UUID, track: Track) -> None:
    with office.writing() as uow:
        uow.session.get_one(ApplicationRow, application_id).track = track.key
        uow.commit()


def awaiting(office: Office, ruc: str = RUC) -> UUID:
    """Send a complete draft of the track; it waits for its confirmation."""
    application_id = steps.ready_draft(office, ruc=ruc)
    put_on(office, application_id, TESTED)
    sending.send(
        office.writing(), application_id=application_id, ruc=ruc, declared=True, secret_key=SECRET
    )
    return application_id


def decide(office: Office, application_id: UUID, decision: RuleDecision = DECISION) -> str:
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        number = approve_by_rule(uow, row, decision, rules=issuing_rules())
        uow.commit()
    return number


def certified(office: Office, ruc: str = RUC) -> UUID:
    """Bring a certificate to its publication."""
    application_id = awaiting(office, ruc)
    decide(office, application_id)
    signed_once = replace(make_press(office), reader=PlainReader(good=1, count=1))
    issuing.issue(office.writing, signed_once, only_lease(office))
    return application_id


def certificate(office: Office) -> AgreementRow:
    (row,) = [row for row in steps.rows(office, AgreementRow) if row.kind is IssuedKind.CERTIFICATE]
    return row


def test_a_rule_decides_what_was_confirmed_and_says_why(office: Office) -> None:
    application_id = awaiting(office)
    assert decide(office, application_id) == "RUM-2026-000001"
    with office.reading() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        assert row.state is ApplicationState.APPROVED
        assert (row.decided_by, row.decided_rule) == (None, DECISION.rule)
        assert (row.decided_at, row.decision_reasons) == (row.confirmed_at, DECISION.reasons)
        assert (row.due_at, row.confirm_by, row.open_key) == (None, None, None)
    (event,) = steps.events(office, "application_approved")
    assert event.actor == f"rule:{DECISION.rule}"


def test_the_certificate_is_published_mailed_and_verified(office: Office) -> None:
    application_id = certified(office)
    row = certificate(office)
    assert row.state is AgreementState.PUBLISHED
    assert steps.state(office, application_id) is ApplicationState.ISSUED
    (mail,) = steps.mails(office, "issued")
    assert mail.attachment_name == f"Certificado-{row.number}.pdf"
    assert mail.context["kind"] == "certificate"
    token = verification_token(SECRET, row.id)
    answers = [
        verifying.by_token(office.writing(), token=token, client="a", key=SECRET),
        verifying.by_number_and_code(
            office.writing(),
            number=squeezed_number(row.number),
            code=verification_code(SECRET, row.id),
            client="a",
            key=SECRET,
        ),
        verifying.by_file(
            office.writing(), sha256=row.sha256 or "", identifiers=set(), client="a", key=SECRET
        ),
    ]
    for answer in answers:
        assert answer.verdict is Verdict.IN_FORCE
        assert answer.agreement is not None
        assert (answer.agreement.kind, answer.agreement.category) == (
            IssuedKind.CERTIFICATE,
            "Microempresa",
        )
        assert (answer.agreement.trade, answer.agreement.signatures) == ("", 1)


def test_each_kind_has_numbers_without_a_gap_of_its_own(office: Office) -> None:
    certified(office)
    artisan = steps.in_review(office, ruc=OTHER_RUC)
    steps.approve(office, artisan, add_officer(office))
    serials = {row.kind: row.serial for row in steps.rows(office, AgreementRow)}
    assert serials == {IssuedKind.AGREEMENT: 1, IssuedKind.CERTIFICATE: 1}
    counters = {row.name: row.value for row in steps.rows(office, CounterRow) if row.year == 2026}
    assert (counters["agreement"], counters["certificate"]) == (1, 1)
    assert invariants.broken_invariants(office.reading, office.store) == []


def test_trail_invariants_and_row_facts_hold(office: Office) -> None:
    certified(office)
    assert invariants.broken_invariants(office.reading, office.store) == []
    with office.reading() as uow:
        assert list(verify_chain(uow.session)) == []


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"decided_rule": "categories@2030-01-01"}, "decision_not_in_trail"),
        ({"decision_reasons": "Mediana empresa"}, "row_not_as_in_trail"),
        ({"track": "artisan"}, "row_not_as_in_trail"),
    ],
)
def test_a_changed_decision_is_found(office: Office, change: dict[str, str], name: str) -> None:
    application_id = certified(office)
    with office.database.engine.begin() as connection:
        connection.execute(
            sa.update(ApplicationRow).where(ApplicationRow.id == application_id).values(**change)
        )
    found = {broken.name for broken in invariants.broken_invariants(office.reading, office.store)}
    assert name in found, found


def test_a_gap_among_certificates_is_found(office: Office) -> None:
    certified(office)
    with office.database.engine.begin() as connection:
        connection.execute(sa.update(AgreementRow).values(serial=2))
    found = {broken.name for broken in invariants.broken_invariants(office.reading, office.store)}
    assert "numbers" in found


def test_a_rule_does_not_decide_what_officers_decide(office: Office) -> None:
    application_id = awaiting(office)
    put_on(office, application_id, ARTISAN)
    with pytest.raises(InvalidTransitionError):
        decide(office, application_id)
    assert steps.state(office, application_id) is ApplicationState.AWAITING_CONFIRMATION
    assert steps.rows(office, AgreementRow) == []


def test_no_certificate_is_numbered_without_its_category(office: Office) -> None:
    application_id = steps.in_review(office)
    put_on(office, application_id, TESTED)
    with pytest.raises(InvalidInputError, match="category"):
        steps.approve(office, application_id, add_officer(office))
    assert steps.state(office, application_id) is ApplicationState.IN_REVIEW
    assert steps.rows(office, AgreementRow) == []


def test_a_rule_does_not_decide_a_draft_nor_what_an_officer_has(office: Office) -> None:
    draft = steps.ready_draft(office)
    put_on(office, draft, TESTED)
    with pytest.raises(InvalidTransitionError):
        decide(office, draft)
    reviewed = steps.in_review(office, ruc=OTHER_RUC)
    put_on(office, reviewed, TESTED)
    with pytest.raises(InvalidTransitionError):
        decide(office, reviewed)
    assert steps.rows(office, AgreementRow) == []


@pytest.mark.parametrize(
    "values",
    [
        {"state": ApplicationState.REFUSED},
        {"decided_rule": None},
        {"decided_at": None},
    ],
)
def test_the_database_holds_that_a_rule_only_grants(
    office: Office, values: dict[str, object]
) -> None:
    application_id = awaiting(office)
    decide(office, application_id)
    changed = sa.update(ApplicationRow).where(ApplicationRow.id == application_id).values(**values)
    with pytest.raises(IntegrityError), office.database.engine.begin() as connection:
        connection.execute(changed)


def test_nobody_decides_twice(office: Office) -> None:
    application_id = awaiting(office)
    decide(office, application_id)
    officer = add_officer(office)
    with pytest.raises(IntegrityError), office.database.engine.begin() as connection:
        connection.execute(
            sa.update(ApplicationRow)
            .where(ApplicationRow.id == application_id)
            .values(decided_by=officer)
        )


def test_a_certificate_is_no_prior_acuerdo(office: Office) -> None:
    certified(office)
    with office.reading() as uow:
        assert own_agreement.former_sheet(uow, RUC) is None
        own = applications_of(uow, RUC)
        (one,) = papers_that_stand(own, Standing.IN_FORCE)
        assert one.paper is not None
        assert (one.paper.kind, one.acuerdo) == (IssuedKind.CERTIFICATE, None)
    later = steps.ready_draft(office)
    with office.reading() as uow:
        row = uow.session.get_one(ApplicationRow, later)
        assert before_of(uow.session, row).agreements == ()
