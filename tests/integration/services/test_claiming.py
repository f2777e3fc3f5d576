"""Officers take cases: each gets another one, in the order in which they came in."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from review_service.db import claims
from review_service.db.fact_columns import NO_FACT
from review_service.db.models import ApplicationRow, EventRow, OfficerRow, ReviewItemRow
from review_service.db.sightings import sighting
from review_service.db.transitions import move
from review_service.domain.applications import (
    ApplicationKind,
    ApplicationState,
    ItemVerdict,
    ReviewItem,
)
from review_service.domain.errors import (
    InvalidInputError,
    NotAllowedError,
    NotHeldError,
    OwnCaseError,
    StaleStateError,
)
from review_service.domain.roles import OfficerRole
from review_service.domain.ruc import CEDULA_DIGITS
from review_service.domain.sightings import Sight
from review_service.domain.tracks import ARTISAN, MIPYME
from review_service.services.review import claiming, consulting, reviewing
from tests.factories import OTHER_RUC, RUC, SHEET, Office, add_officer
from tests.integration.services.steps import in_review

REASON = "La persona espera desde la mañana en la ventanilla."
CLIENTS, CASES = 8, 60


def put(office: Office, count: int, *, ruc: str = RUC, track: str = ARTISAN.key) -> list[UUID]:
    """Put bare cases into review, the first one the oldest; return their ids."""
    ids = [uuid4() for _ in range(count)]
    with office.writing() as uow:
        for place, identifier in enumerate(ids):
            moment = uow.now - timedelta(days=9) + timedelta(minutes=place)
            uow.session.add(
                ApplicationRow(
                    id=identifier,
                    reference=f"AR-2026-{identifier.hex[:8]}",
                    ruc=ruc,
                    holder="CHANGO PILLA SEGUNDO",
                    kind=ApplicationKind.NEW,
                    track=track,
                    state=ApplicationState.IN_REVIEW,
                    sheet=dict(SHEET),
                    registry_facts={},
                    created_at=moment,
                    changed_at=moment,
                    confirmed_at=moment,
                    # The promise says nothing of the order: the last one is due first.
                    due_at=uow.now - timedelta(minutes=place),
                )
            )
        uow.commit()
    return ids


def take(office: Office, case: UUID, officer: UUID, **more: object) -> None:
    claiming.take(office.writing(), application_id=case, officer_id=officer, **more)  # type: ignore[arg-type]


def take_next(office: Office, officer: UUID) -> UUID | None:
    return claiming.take_next(office.writing(), officer_id=officer)


def skim(office: Office, officer: UUID, after: UUID | None) -> UUID | None:
    """Press «Siguiente caso» on the page of ``after``."""
    found = claiming.take_next(office.writing(), officer_id=officer, after=after)
    return found or claiming.return_to_own(office.writing(), officer_id=officer, but=after)


def held(office: Office, officer: UUID) -> list[UUID]:
    """Return what the officer holds now, the oldest case first."""
    with office.reading() as uow:
        rows = uow.session.scalars(sa.select(ApplicationRow).order_by(ApplicationRow.confirmed_at))
        return [row.id for row in rows if claims.holder_of(uow, row) == officer]


def events(office: Office, action: str) -> list[EventRow]:
    with office.reading() as uow:
        return list(uow.session.scalars(sa.select(EventRow).where(EventRow.action == action)))


def let_pass(office: Office, case: UUID, minutes: int) -> None:
    """Let time pass for the claim on a case."""
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, case)
        assert row.claimed_until is not None
        row.claimed_until -= timedelta(minutes=minutes)
        uow.commit()


def judge(
    office: Office, case: UUID, officer: UUID, verdict: ItemVerdict = ItemVerdict.ACCEPTED
) -> None:
    """Judge as the form of a page does, which says what it was made from."""
    with office.reading() as uow:
        row = uow.session.get_one(ApplicationRow, case)
        version = row.version
        seen = sighting(uow.session, row, Sight.ITEM, ReviewItem.DATA_SHEET)
    reviewing.judge(
        office.writing(),
        application_id=case,
        officer_id=officer,
        version=version,
        item=ReviewItem.DATA_SHEET,
        verdict=verdict,
        seen=seen,
    )


def test_the_next_case_is_the_free_one_that_came_in_first(office: Office) -> None:
    first, second, third = put(office, 3)
    paz, andrade = add_officer(office, "paz"), add_officer(office, "andrade")
    assert take_next(office, paz) == first
    assert take_next(office, andrade) == second
    assert take_next(office, paz) == third, "what one holds stays held"
    assert take_next(office, andrade) is None
    let_pass(office, first, minutes=16)
    assert take_next(office, andrade) == first, "its quarter of an hour has ended"
    assert events(office, "case_taken_out_of_order") == []


def test_many_who_ask_at_once_get_another_case_each(office: Office) -> None:
    ids = put(office, CASES)
    officers = [add_officer(office, f"client-{n}") for n in range(CLIENTS)]
    start = threading.Barrier(CLIENTS)

    def work(officer: UUID) -> list[UUID]:
        start.wait()
        got = []
        while found := take_next(office, officer):
            got.append(found)
        return got

    with ThreadPoolExecutor(CLIENTS) as pool:
        got = [found for each in pool.map(work, officers) for found in each]
    assert sorted(got) == sorted(ids), "none twice, none forgotten"


@pytest.mark.parametrize("is_taken", [False, True])
def test_the_last_free_case_is_waited_for_while_another_writes_on_it(
    office: Office, *, is_taken: bool
) -> None:
    """Who passes over what is locked would tell «no queda otra» of a case that is let go."""
    (case,) = put(office, 1)
    paz, andrade = add_officer(office, "paz"), add_officer(office, "andrade")
    with ThreadPoolExecutor(1) as pool:
        with office.writing() as uow:
            chosen = sa.select(ApplicationRow).where(ApplicationRow.id == case)
            row = uow.session.execute(chosen.with_for_update()).scalar_one()
            asked = pool.submit(take_next, office, andrade)
            wait([asked], timeout=0.5)
            assert not asked.done()
            if is_taken:
                claims.hold(uow, row, officer_id=paz)
                uow.commit()
        assert asked.result() == (None if is_taken else case)


def test_who_has_no_free_one_returns_to_the_own_ones_in_turn(office: Office) -> None:
    first, second = put(office, 2)
    paz, andrade = add_officer(office, "paz"), add_officer(office, "andrade")

    def back(officer: UUID, but: UUID | None = None) -> UUID | None:
        return claiming.return_to_own(office.writing(), officer_id=officer, but=but)

    assert back(paz) is None
    assert (take_next(office, paz), take_next(office, paz)) == (first, second)
    assert [back(paz), back(paz), back(paz)] == [first, second, first]
    assert back(paz, but=second) == first
    assert back(andrade) is None
    let_pass(office, first, minutes=16)
    assert back(paz) == second, "what anybody may take is not one's own"
    assert back(paz, but=second) is None


def test_the_own_of_whom_one_represents_is_never_the_next(office: Office) -> None:
    put(office, 1, ruc=OTHER_RUC)
    officer = add_officer(office)
    with office.writing() as uow:
        uow.session.get_one(OfficerRow, officer).represented_rucs = [OTHER_RUC]
        uow.commit()
    assert take_next(office, officer) is None


def test_of_two_who_take_the_same_case_at_once_one_has_it(office: Office) -> None:
    officers = [add_officer(office, f"client-{n}") for n in range(2)]
    start = threading.Barrier(2)

    def work(told: tuple[UUID, UUID]) -> bool:
        officer, case = told
        start.wait()
        try:
            take(office, case, officer)
        except NotHeldError:
            return False
        return True

    for _ in range(15):
        (case,) = put(office, 1)
        with ThreadPoolExecutor(2) as pool:
            won = list(pool.map(work, [(officer, case) for officer in officers]))
        assert sorted(won) == [False, True]
        with office.writing() as uow:
            row = uow.session.get_one(ApplicationRow, case)
            assert row.claimed_by == officers[won.index(True)]
            uow.session.delete(row)
            uow.commit()


def test_taking_a_later_case_needs_a_reason_that_is_in_the_trail(office: Office) -> None:
    first, second = put(office, 2)
    officer = add_officer(office)
    for reason in ("", "porque sí"):
        with pytest.raises(InvalidInputError):
            take(office, second, officer, reason=reason)
    take(office, second, officer, reason=REASON)
    (event,) = events(office, "case_taken_out_of_order")
    assert event.subject_id == second
    assert event.actor == f"officer:{officer}"
    assert event.details["reason"] == REASON
    assert event.details["passed_over"] == str(first)
    take(office, second, officer)
    assert len(events(office, "case_taken_out_of_order")) == 1, "it is held already"


def test_no_order_binds_cases_of_another_track_held_ones_or_the_own(office: Office) -> None:
    officer, colleague = add_officer(office), add_officer(office, "paz")
    with office.reading() as uow:
        cedula = uow.session.get_one(OfficerRow, officer).cedula
    assert cedula is not None
    assert len(cedula) == CEDULA_DIGITS
    (own,) = put(office, 1, ruc=f"{cedula}001")
    put(office, 1, track=MIPYME.key)
    held, wanted = put(office, 2)
    take(office, own, colleague)
    claiming.give_back(office.writing(), application_id=own, officer_id=colleague)
    take(office, held, colleague, reason=REASON)
    take(office, wanted, officer)
    assert len(events(office, "case_taken_out_of_order")) <= 1
    with pytest.raises(OwnCaseError):
        take(office, own, officer)
    assert take_next(office, officer) != own


def test_only_the_holder_acts_and_each_act_holds_the_case_again(office: Office) -> None:
    case = in_review(office)
    paz, andrade = add_officer(office, "paz"), add_officer(office, "andrade")
    with pytest.raises(NotHeldError):
        judge(office, case, paz)
    take(office, case, paz)
    let_pass(office, case, minutes=10)
    judge(office, case, paz)
    with office.reading() as uow:
        until = uow.session.get_one(ApplicationRow, case).claimed_until
        assert until is not None
        assert until - uow.now > timedelta(minutes=14)
    with pytest.raises(NotHeldError):
        judge(office, case, andrade)
    with pytest.raises(NotHeldError):
        take(office, case, andrade)
    let_pass(office, case, minutes=16)
    judge(office, case, paz, ItemVerdict.OBSERVED)  # late, but nobody took it since
    let_pass(office, case, minutes=16)
    take(office, case, andrade)
    with pytest.raises(NotHeldError):
        judge(office, case, paz)


def test_a_caller_without_a_form_is_kept_out_only_by_a_colleague(office: Office) -> None:
    case = in_review(office)
    paz, andrade = add_officer(office, "paz"), add_officer(office, "andrade")
    take(office, case, paz)

    def read_and_judge(officer: UUID) -> None:
        reviewing.judge(
            office.writing(),
            application_id=case,
            officer_id=officer,
            version=version_of(office, case),
            item=ReviewItem.DATA_SHEET,
            verdict=ItemVerdict.ACCEPTED,
        )

    with pytest.raises(NotHeldError):
        read_and_judge(andrade)
    claiming.give_back(office.writing(), application_id=case, officer_id=paz)
    read_and_judge(andrade)


def version_of(office: Office, case: UUID) -> int:
    with office.reading() as uow:
        return uow.session.get_one(ApplicationRow, case).version


def test_a_supervisor_takes_over_and_the_trail_says_from_whom(office: Office) -> None:
    (case,) = put(office, 1)
    paz = add_officer(office, "paz")
    issuer = add_officer(office, "andrade")
    supervisor = add_officer(office, "vega", role=OfficerRole.SUPERVISOR)
    take(office, case, paz)
    with pytest.raises(NotAllowedError):
        take(office, case, issuer, instead_of=paz)
    with pytest.raises(NotHeldError):
        take(office, case, supervisor)
    with pytest.raises(NotHeldError):
        take(office, case, supervisor, instead_of=issuer)
    take(office, case, supervisor, instead_of=paz)
    (event,) = events(office, "case_taken_over")
    assert (event.actor, event.details["held_by"]) == (f"officer:{supervisor}", str(paz))
    assert not claiming.renew(office.writing(), application_id=case, officer_id=paz)


def test_what_is_left_is_free_soon_unless_its_page_is_used_again(office: Office) -> None:
    (case,) = put(office, 1)
    paz, andrade = add_officer(office, "paz"), add_officer(office, "andrade")
    take(office, case, paz)
    claiming.leave(office.writing(), application_id=case, officer_id=paz)
    assert take_next(office, andrade) is None, "another page of it may follow"
    let_pass(office, case, minutes=1)
    assert claiming.renew(office.writing(), application_id=case, officer_id=paz)
    assert take_next(office, andrade) is None
    claiming.give_back(office.writing(), application_id=case, officer_id=andrade)
    assert take_next(office, andrade) is None, "only its holder gives it back"
    assert claiming.give_back(office.writing(), application_id=case, officer_id=paz)
    assert take_next(office, andrade) == case


def test_a_claim_changes_no_fact_and_writes_no_event(office: Office) -> None:
    """The statements of ``db/claims.py`` are not noted: they may write these columns alone."""
    claim = {"claimed_by", "claimed_at", "claimed_until"}
    assert set(NO_FACT[ApplicationRow]) == claim | {"assigned_to", "moved_zone"}
    written = set(re.findall(r"(\w+)=(?!=)[^=]", Path(claims.__file__).read_text("utf-8")))
    assert written & set(ApplicationRow.__table__.columns.keys()) <= set(NO_FACT[ApplicationRow])
    (case,) = put(office, 1)
    officer = add_officer(office)

    def count() -> int:
        with office.reading() as uow:
            return uow.session.execute(sa.select(sa.func.count(EventRow.sequence))).scalar_one()

    before = count()
    assert take_next(office, officer) == case
    take(office, case, officer)
    claiming.renew(office.writing(), application_id=case, officer_id=officer)
    claiming.leave(office.writing(), application_id=case, officer_id=officer)
    claiming.return_to_own(office.writing(), officer_id=officer)
    claiming.give_back(office.writing(), application_id=case, officer_id=officer)
    assert count() == before


def test_nobody_holds_a_case_that_is_decided(office: Office) -> None:
    case = in_review(office)
    officer = add_officer(office)
    take(office, case, officer)
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, case)
        move(uow, row, ApplicationState.WITHDRAWN, actor="applicant", due_at=None)
        uow.commit()
    with office.reading() as uow:
        row = uow.session.get_one(ApplicationRow, case)
        assert (row.claimed_by, row.claimed_at, row.claimed_until) == (None, None, None)
    with pytest.raises(StaleStateError):
        take(office, case, officer)


def test_who_skims_holds_the_case_in_view_alone_and_goes_on(office: Office) -> None:
    officer, colleague = add_officer(office), add_officer(office, "paz")
    first, second, third = put(office, 3)
    place = None
    for expected in (first, second, third):
        place = skim(office, officer, place)
        assert place == expected
        assert held(office, officer) == [expected]
    assert take_next(office, colleague) == first, "what was left is the oldest free one again"
    assert skim(office, officer, third) == second, "the own one that was left longest ago"
    assert skim(office, officer, second) == third
    assert held(office, officer) == [third]


def test_who_takes_a_later_case_past_an_own_one_is_in_the_trail(office: Office) -> None:
    officer = add_officer(office)
    first, second, third = put(office, 3)
    (certificate,) = put(office, 1, ruc=OTHER_RUC, track=MIPYME.key)
    with office.writing() as uow:  # the last of all, and the first of its track
        uow.session.get_one(ApplicationRow, certificate).confirmed_at = uow.now
        uow.commit()
    assert skim(office, officer, None) == first
    assert events(office, "case_passed_over") == []
    assert skim(office, officer, first) == second
    assert take_next(office, officer) == third, "the second is held all the same, from the queue"
    assert take_next(office, officer) == certificate
    told = [(each.subject_id, each.details["passed_over"]) for each in passed(office)]
    assert told == [(second, [str(first)]), (third, [str(first), str(second)])]


def test_who_takes_a_later_case_from_the_list_past_one_held_unread_is_in_the_trail(
    office: Office,
) -> None:
    """The older one is not free, so that no reason is asked for."""
    officer = add_officer(office)
    first, second = put(office, 2)
    assert take_next(office, officer) == first
    take(office, second, officer)
    take(office, second, officer)  # that it is taken once more says nothing new
    (told,) = passed(office)
    assert (told.subject_id, told.details["passed_over"]) == (second, [str(first)])
    assert told.actor == f"officer:{officer}"


def test_who_goes_on_after_a_verdict_passes_nothing_over(office: Office) -> None:
    officer, case = add_officer(office), in_review(office)
    (later,) = put(office, 1, ruc=OTHER_RUC)
    with office.writing() as uow:
        uow.session.get_one(ApplicationRow, later).confirmed_at = uow.now
        uow.commit()
    assert skim(office, officer, None) == case
    judge(office, case, officer)
    assert skim(office, officer, case) == later
    assert passed(office) == []


def test_who_waits_for_a_colleagues_answer_passes_nothing_over(office: Office) -> None:
    officer, case = add_officer(office), in_review(office)
    colleague = add_officer(office, "paz")
    (later,) = put(office, 1, ruc=OTHER_RUC)
    with office.writing() as uow:
        uow.session.get_one(ApplicationRow, later).confirmed_at = uow.now
        uow.commit()
    assert skim(office, officer, None) == case
    with office.reading() as uow:
        tomorrow = (uow.now + timedelta(days=1)).date().isoformat()
    consulting.ask(
        office.writing(),
        application_id=case,
        officer_id=officer,
        colleague_id=colleague,
        question=REASON,
        needed_by=tomorrow,
    )
    assert skim(office, officer, case) == later
    assert passed(office) == []


def passed(office: Office) -> list[EventRow]:
    """Return what tells that cases were passed over, the oldest first."""
    return sorted(events(office, "case_passed_over"), key=lambda each: each.sequence)


def test_a_case_with_a_verdict_since_it_was_taken_is_kept(office: Office) -> None:
    officer = add_officer(office)
    case, bystander = in_review(office), put(office, 1, ruc=OTHER_RUC)[0]
    take(office, case, officer, reason=REASON)
    with office.reading() as uow:
        version = uow.session.get_one(ApplicationRow, case).version
    reviewing.judge(
        office.writing(),
        application_id=case,
        officer_id=officer,
        version=version,
        item=ReviewItem.PEOPLE,
        verdict=ItemVerdict.ACCEPTED,
    )
    assert skim(office, officer, case) == bystander
    assert set(held(office, officer)) == {case, bystander}


def test_a_verdict_of_before_keeps_nothing(office: Office) -> None:
    officer = add_officer(office)
    case, other = in_review(office), put(office, 1, ruc=OTHER_RUC)[0]
    with office.writing() as uow:
        entry = uow.session.get_one(ReviewItemRow, (case, ReviewItem.PEOPLE))
        entry.verdict, entry.judged_by = ItemVerdict.ACCEPTED, officer
        entry.judged_at = uow.now - timedelta(hours=1)
        uow.commit()
    take(office, case, officer, reason=REASON)
    assert skim(office, officer, case) == other
    assert held(office, officer) == [other]


def test_nothing_of_a_colleague_is_given_back_by_naming_it(office: Office) -> None:
    officer, colleague = add_officer(office), add_officer(office, "paz")
    first, second = put(office, 2)
    assert take_next(office, colleague) == first
    assert skim(office, officer, first) == second
    assert held(office, colleague) == [first]


@pytest.mark.parametrize(("minutes", "next_one"), [(14, 1), (16, 0)])
def test_what_was_left_a_quarter_of_an_hour_ago_is_in_its_order_again(
    office: Office, minutes: int, next_one: int
) -> None:
    officer = add_officer(office)
    cases = put(office, 3)
    assert skim(office, officer, None) == cases[0]
    assert skim(office, officer, cases[0]) == cases[1]
    claiming.give_back(office.writing(), application_id=cases[1], officer_id=officer)
    let_pass(office, cases[0], minutes=minutes)
    assert take_next(office, officer) == cases[next_one]


def test_what_ran_out_or_was_left_by_closing_its_page_is_the_next_one(office: Office) -> None:
    officer = add_officer(office)
    first, _ = put(office, 2)
    take(office, first, officer)
    let_pass(office, first, minutes=16)
    assert take_next(office, officer) == first


def test_what_was_let_go_is_held_again_by_an_act_and_not_by_a_page(office: Office) -> None:
    """A page that is being left says late that it was used."""
    officer, case = add_officer(office), in_review(office)
    put(office, 1, ruc=OTHER_RUC)
    take(office, case, officer, reason=REASON)
    other = skim(office, officer, case)
    assert not claiming.renew(office.writing(), application_id=case, officer_id=officer)
    claiming.leave(office.writing(), application_id=case, officer_id=officer)
    assert held(office, officer) == [other]
    judge(office, case, officer)
    assert set(held(office, officer)) == {case, other}
    with office.reading() as uow:
        assert uow.session.get_one(ApplicationRow, case).claimed_at is not None
