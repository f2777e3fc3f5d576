"""A request that nobody answered ends by a resolution that an officer signs, and not by a clock."""

from datetime import timedelta
from uuid import UUID

import pytest

from review_service.db.legal_terms import legal_terms_of
from review_service.db.models import (
    ContactAttemptRow,
    CorrectionRow,
    OfficerRow,
    SessionRow,
    WithdrawalResolutionRow,
)
from review_service.db.queries.officer.decisions import decision_of
from review_service.db.queries.officer.queue import queue_page
from review_service.db.queries.officer.queue_conditions import QueueFilter
from review_service.db.queries.officer.timeline import timeline_of
from review_service.domain.applications import ApplicationState, ReviewItem
from review_service.domain.correction_loop import (
    ContactChannel,
    ContactResult,
    CopyState,
    Obstacle,
)
from review_service.domain.errors import (
    InvalidInputError,
    LetterChangedError,
    NotAllowedError,
    OwnCaseError,
    StaleStateError,
)
from review_service.domain.pending_decisions import DecisionPolicy
from review_service.domain.roles import OfficerRole
from review_service.domain.terms import add_business_days, ecuador_day
from review_service.services import sessions
from review_service.services.review import contacting, correcting, withdrawing
from review_service.services.review.letters import mark_of
from tests.factories import OTHER_RUC, RUC, Office, add_officer
from tests.integration.services import loop_cases, steps
from tests.integration.services.deciding_steps import FOUR_EYES, UNDOABLE, another_account
from tests.integration.services.loop_cases import INSTITUTION
from tests.integration.services.test_extending import ask as ask_for_days
from tests.integration.services.test_extending import decide as decide_days
from tests.integration.services.test_second_address import (
    DAUGHTER,
    SRI,
    RememberedMails,
    asked_to_correct,
    let_out,
)

WHY = "El correo del SRI era de su contador anterior."


def over(office: Office, *, ruc: str = RUC) -> UUID:
    """Return a case whose term to correct is over; nothing shows that the person saw it."""
    application_id = loop_cases.asked(office, ruc=ruc)
    loop_cases.end_term(office, application_id)
    return application_id


def listed(office: Office) -> list[UUID]:
    with office.reading() as uow:
        page = queue_page(uow, chosen=QueueFilter.WITHDRAWALS, cursor=None)
        return [each.id for each in page.entries]


def use_the_service(office: Office, ruc: str = RUC) -> None:
    with office.writing() as uow:
        sessions.start_applicant(uow, ruc=ruc)
        uow.commit()


def answer(office: Office, application_id: UUID) -> None:
    correcting.answer(
        office.writing(),
        application_id=application_id,
        ruc=RUC,
        answers=dict.fromkeys(ReviewItem, "No puedo, explico por qué."),
    )


def restart(office: Office, application_id: UUID, reason: str = WHY) -> None:
    withdrawing.restart_notice(
        office.writing(),
        application_id=application_id,
        officer_id=loop_cases.officer(office),
        version=steps.application(office, application_id).version,
        reason=reason,
        seat=INSTITUTION.place,
    )


def test_the_end_of_the_term_brings_the_case_to_officers_and_ends_nothing(office: Office) -> None:
    late, running = over(office), loop_cases.asked(office, ruc=OTHER_RUC)
    assert listed(office) == [late]
    assert steps.state(office, late) is ApplicationState.CORRECTION_REQUESTED
    assert loop_cases.loop(office, running).obstacle is Obstacle.RUNNING
    with pytest.raises(InvalidInputError, match="resolution"):
        loop_cases.sign(office, running)


def test_it_is_signed_by_somebody_with_all_that_happened_in_the_letter(office: Office) -> None:
    application_id = loop_cases.asked(office)
    ask_for_days(office, application_id)
    decide_days(office, application_id, 3)
    loop_cases.end_term(office, application_id)
    loop_cases.log(office, application_id, note="Timbró cinco veces.")
    signer = add_officer(office, "lpaz")
    loop_cases.sign(office, application_id, officer_id=signer, words="Se revisó el caso entero.")
    row = steps.application(office, application_id)
    assert (row.state, row.correct_by) == (ApplicationState.WITHDRAWN, None)
    signed = steps.stored(office, WithdrawalResolutionRow, application_id)
    assert signed.signed_by == signer
    (mail,) = steps.mails(office, "withdrawn")
    for name, said in signed.facts.items():
        assert mail.context[name] == said, name
    facts = signed.facts
    assert facts["items"] == ["El lugar donde trabaja", "Hoja de datos"]
    assert facts["extension"]["days"] == 3
    assert [(each["channel"], each["result"]) for each in facts["attempts"]] == [
        ("Teléfono", "no pudimos hablar con usted")
    ]
    assert "Timbró" not in str(facts), "what officers write for officers is in no letter"
    assert facts["seen_on"] == ""
    assert facts["words"] == ["Se revisó el caso entero."]
    assert facts["appeal_before"] == INSTITUTION.remedies.before
    with office.reading() as uow:
        assert decision_of(uow, application_id).by_id == signer
    (event,) = steps.events(office, "application_withdrawn")
    assert event.actor == f"officer:{signer}"
    with pytest.raises(StaleStateError):
        loop_cases.sign(office, application_id, officer_id=signer)


def test_nothing_is_signed_while_nobody_saw_it_and_nobody_tried(office: Office) -> None:
    unseen, seen = over(office), over(office, ruc=OTHER_RUC)
    assert loop_cases.loop(office, unseen).obstacle is Obstacle.NOT_SEEN
    with pytest.raises(InvalidInputError, match="resolution"):
        loop_cases.sign(office, unseen)
    use_the_service(office, OTHER_RUC)
    assert loop_cases.loop(office, seen).obstacle is None
    loop_cases.sign(office, seen)
    loop_cases.log(office, unseen)
    loop_cases.sign(office, unseen)
    assert steps.state(office, unseen) is ApplicationState.WITHDRAWN


def test_a_visit_before_the_notice_shows_nothing(office: Office) -> None:
    application_id = over(office)
    use_the_service(office)
    (session,) = steps.rows(office, SessionRow)
    steps.make_older(office, session, "last_seen_at", by=timedelta(days=1))
    assert loop_cases.loop(office, application_id).obstacle is Obstacle.NOT_SEEN


def test_an_attempt_does_not_begin_a_term(office: Office) -> None:
    application_id = loop_cases.asked(office, is_told=False)
    loop_cases.log(office, application_id, result=ContactResult.REACHED)
    loop_cases.end_term(office, application_id)
    assert loop_cases.loop(office, application_id).obstacle is Obstacle.NOT_TOLD
    assert listed(office) == []


def test_who_corrects_before_it_is_signed_is_in_time(office: Office) -> None:
    application_id = over(office)
    loop_cases.log(office, application_id)
    version = steps.application(office, application_id).version
    answer(office, application_id)
    assert steps.state(office, application_id) is ApplicationState.IN_REVIEW
    with pytest.raises(StaleStateError):
        withdrawing.sign(
            office.writing(),
            application_id=application_id,
            officer_id=loop_cases.officer(office),
            version=version,
            words="",
            institution=INSTITUTION,
        )
    assert steps.mails(office, "withdrawn") == []


def test_only_who_decides_signs_and_nobody_on_an_own_case(office: Office) -> None:
    application_id = over(office)
    loop_cases.log(office, application_id)
    reviewer = add_officer(office, "rev", role=OfficerRole.REVIEWER)
    with pytest.raises(NotAllowedError):
        loop_cases.sign(office, application_id, officer_id=reviewer)
    own = loop_cases.officer(office)
    with office.writing() as uow:
        uow.session.get_one(OfficerRow, own).cedula = RUC[:10]
        uow.commit()
    with pytest.raises(OwnCaseError):
        loop_cases.sign(office, application_id, officer_id=own)


def test_what_was_seen_is_what_is_signed(office: Office) -> None:
    application_id = over(office)
    loop_cases.log(office, application_id)
    with pytest.raises(StaleStateError):
        withdrawing.sign(
            office.writing(),
            application_id=application_id,
            officer_id=loop_cases.officer(office),
            version=steps.application(office, application_id).version,
            words="",
            institution=INSTITUTION,
            seen="1.abc",
        )


def test_a_notice_that_never_arrived_is_begun_anew_with_a_whole_term(office: Office) -> None:
    application_id = over(office)
    loop_cases.log(office, application_id)
    with pytest.raises(InvalidInputError, match="motivo"):
        restart(office, application_id, "No.")
    restart(office, application_id)
    loop = loop_cases.loop(office, application_id)
    assert (loop.obstacle, loop.attempts) == (Obstacle.NOT_TOLD, ()), "attempts are of this notice"
    assert listed(office) == []
    first, again = sorted(
        steps.mails(office, "correction_requested"), key=lambda mail: mail.created_at
    )
    assert first.context["items"] == again.context["items"]
    steps.hand_over(office, "correction_requested")
    with office.reading() as uow:
        today = ecuador_day(uow.now)
    row = steps.application(office, application_id)
    assert row.correct_by == add_business_days(today, 10)
    (event,) = steps.events(office, "notice_restarted")
    assert event.details["reason"] == WHY
    loop_cases.end_term(office, application_id)
    assert loop_cases.loop(office, application_id).obstacle is Obstacle.NOT_SEEN


def test_an_attempt_is_of_a_day_between_the_request_and_today(office: Office) -> None:
    application_id = over(office)
    with office.reading() as uow:
        today = ecuador_day(uow.now)
    for day in (today + timedelta(days=1), today - timedelta(days=1)):
        with pytest.raises(InvalidInputError, match="made_on"):
            loop_cases.log(office, application_id, made_on=day)
    for _ in range(2):
        loop_cases.log(office, application_id, made_on=today)
    assert len(steps.rows(office, ContactAttemptRow)) == 1, "a second click is no second attempt"


def test_an_attempt_stands_in_the_history(office: Office) -> None:
    application_id = over(office)
    loop_cases.log(
        office, application_id, channel=ContactChannel.IN_PERSON, note="Cerrado por vacaciones."
    )
    with office.reading() as uow:
        days = timeline_of(uow, application_id).days
    lines = [line for day in days for line in day.lines if line.words.startswith("Intentó")]
    assert [(line.words, line.said) for line in lines] == [
        ("Intentó avisar por otro medio: En persona, no contestó.", ("Cerrado por vacaciones.",))
    ]


def test_without_a_confirmed_second_address_nothing_is_sent_to_one(office: Office) -> None:
    application_id = over(office)
    with pytest.raises(InvalidInputError, match="second"):
        contacting.write_to_second_address(
            office.writing(),
            application_id=application_id,
            officer_id=loop_cases.officer(office),
            version=steps.application(office, application_id).version,
        )


def test_a_confirmed_second_address_is_written_to_by_one_press(office: Office) -> None:
    application_id = asked_to_correct(office)
    let_out(office, RememberedMails(refused=SRI))
    row = steps.application(office, application_id)
    for _ in range(2):
        contacting.write_to_second_address(
            office.writing(),
            application_id=application_id,
            officer_id=loop_cases.officer(office),
            version=row.version,
        )
    relay = RememberedMails()
    let_out(office, relay)
    assert relay.to(DAUGHTER) == ["correction_requested"], "once a day, and not to the register's"
    (attempt,) = loop_cases.loop(office, application_id).attempts
    assert (attempt.channel, attempt.result) == (
        ContactChannel.SECOND_ADDRESS,
        ContactResult.SENT,
    )
    assert steps.events(office, "term_started") == [], "a copy begins no term"


def write_to_second_address(office: Office, application_id: UUID) -> None:
    contacting.write_to_second_address(
        office.writing(),
        application_id=application_id,
        officer_id=loop_cases.officer(office),
        version=steps.application(office, application_id).version,
    )


def test_a_mail_to_the_second_address_is_an_attempt_only_once_it_was_handed_over(
    office: Office,
) -> None:
    application_id = asked_to_correct(office)
    let_out(office, RememberedMails())
    loop_cases.end_term(office, application_id)

    write_to_second_address(office, application_id)
    (attempt,) = loop_cases.loop(office, application_id).attempts
    assert attempt.copy is CopyState.ON_ITS_WAY
    assert loop_cases.loop(office, application_id).obstacle is Obstacle.NOT_SEEN

    let_out(office, RememberedMails(refused=DAUGHTER))
    (attempt,) = loop_cases.loop(office, application_id).attempts
    assert attempt.copy is CopyState.REFUSED
    assert loop_cases.loop(office, application_id).obstacle is Obstacle.NOT_SEEN
    with pytest.raises(InvalidInputError, match="resolution"):
        loop_cases.sign(office, application_id)

    write_to_second_address(office, application_id)
    let_out(office, RememberedMails())
    refused, sent = loop_cases.loop(office, application_id).attempts
    assert (refused.copy, sent.copy) == (CopyState.REFUSED, CopyState.HANDED_OVER)
    assert loop_cases.loop(office, application_id).obstacle is None
    loop_cases.sign(office, application_id)
    (letter,) = steps.mails(office, "withdrawn")
    assert [each["result"] for each in letter.context["attempts"]] == ["se lo enviamos"]


def test_an_officer_reads_what_became_of_a_mail_to_the_second_address(office: Office) -> None:
    application_id = asked_to_correct(office)
    let_out(office, RememberedMails())
    loop_cases.log(office, application_id)
    write_to_second_address(office, application_id)
    let_out(office, RememberedMails(refused=DAUGHTER))
    called, written = loop_cases.loop(office, application_id).attempts
    assert (called.outcome, written.outcome) == ("No contestó", "No se pudo entregar")


def test_the_legal_clock_rests_no_longer_by_a_second_notice(office: Office) -> None:
    application_id = loop_cases.asked(office)
    restart(office, application_id)
    steps.hand_over(office, "correction_requested")
    with office.reading() as uow:
        row = steps.application(office, application_id)
        term = legal_terms_of(uow, [row], seat=INSTITUTION.place)[application_id]
        assert term.rested_until == (add_business_days(ecuador_day(uow.now), 10),)


@pytest.mark.parametrize(
    ("channel", "result"),
    [
        (ContactChannel.SECOND_ADDRESS, ContactResult.SENT),
        (ContactChannel.SECOND_ADDRESS, ContactResult.NOT_REACHED),
        (ContactChannel.OTHER, ContactResult.SENT),
    ],
)
def test_a_mail_to_the_second_address_is_not_written_down_by_hand(
    office: Office, channel: ContactChannel, result: ContactResult
) -> None:
    application_id = over(office)
    with pytest.raises(InvalidInputError) as refused:
        loop_cases.log(office, application_id, channel=channel, result=result)
    assert refused.value.problems == {"channel": contacting.BY_THE_SERVICE}
    assert loop_cases.loop(office, application_id).attempts == ()


def prepare(
    office: Office, application_id: UUID, officer_id: UUID, policy: DecisionPolicy
) -> withdrawing.Facts:
    return withdrawing.prepared(
        office.writing(),
        application_id=application_id,
        officer_id=officer_id,
        version=steps.application(office, application_id).version,
        words="",
        institution=INSTITUTION,
        policy=policy,
    )


def sign_as(
    office: Office,
    application_id: UUID,
    officer_id: UUID,
    *,
    policy: DecisionPolicy = UNDOABLE,
    previewed: str | None = None,
) -> None:
    withdrawing.sign(
        office.writing(),
        application_id=application_id,
        officer_id=officer_id,
        version=steps.application(office, application_id).version,
        words="",
        institution=INSTITUTION,
        policy=policy,
        previewed=previewed,
    )


def asker_of(office: Office, application_id: UUID) -> UUID:
    (asker,) = {
        each.asked_by
        for each in steps.rows(office, CorrectionRow)
        if each.application_id == application_id
    }
    return asker


def test_with_four_eyes_another_signs_than_who_asked(office: Office) -> None:
    application_id = over(office)
    loop_cases.log(office, application_id)
    asker, colleague = asker_of(office, application_id), loop_cases.officer(office)
    with pytest.raises(InvalidInputError) as refused:
        prepare(office, application_id, asker, FOUR_EYES)
    assert refused.value.problems == {"resolution": withdrawing.OWN_REQUEST}
    with pytest.raises(InvalidInputError, match="resolution"):
        sign_as(office, application_id, asker, policy=FOUR_EYES)
    assert steps.state(office, application_id) is ApplicationState.CORRECTION_REQUESTED
    sign_as(office, application_id, colleague, policy=FOUR_EYES)
    assert steps.state(office, application_id) is ApplicationState.WITHDRAWN


def test_with_four_eyes_who_asked_signs_by_no_other_account_either(office: Office) -> None:
    application_id = over(office)
    loop_cases.log(office, application_id)
    again = another_account(office, asker_of(office, application_id))
    with pytest.raises(InvalidInputError, match="resolution"):
        sign_as(office, application_id, again, policy=FOUR_EYES)


def test_without_four_eyes_who_asked_signs(office: Office) -> None:
    application_id = over(office)
    loop_cases.log(office, application_id)
    sign_as(office, application_id, asker_of(office, application_id), policy=UNDOABLE)
    assert steps.state(office, application_id) is ApplicationState.WITHDRAWN


def test_another_letter_than_the_one_that_was_read_is_not_signed(office: Office) -> None:
    application_id = over(office)
    loop_cases.log(office, application_id)
    signer = loop_cases.officer(office)
    read = mark_of(prepare(office, application_id, signer, UNDOABLE))
    use_the_service(office)
    with pytest.raises(LetterChangedError):
        sign_as(office, application_id, signer, previewed=read)
    assert steps.mails(office, "withdrawn") == []
    read = mark_of(prepare(office, application_id, signer, UNDOABLE))
    sign_as(office, application_id, signer, previewed=read)
    assert steps.state(office, application_id) is ApplicationState.WITHDRAWN
