"""A payroll's file goes some days after the decision; what was read of it and the trail stay."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.adapters.local_store import LocalFileStore
from review_service.db.database import Database
from review_service.db.models import (
    AgreementRow,
    DocumentRow,
    FieldRow,
    PageRow,
)
from review_service.db.queries.applicant.history import history_of
from review_service.db.queries.officer.case import case_of
from review_service.domain.applications import ApplicationState, ReviewItem
from review_service.domain.dated_rules import read_rulebook
from review_service.domain.documents import DocumentKind, SupportKind
from review_service.domain.errors import NotFoundError
from review_service.domain.file_tickets import FileTicket, WhyOriginal
from review_service.domain.later_controls import LaterOutcome
from review_service.domain.payroll_terms import Hold
from review_service.services.applicant import applying, confirming
from review_service.services.applicant.sending import problems_before_sending
from review_service.services.review import correcting, handing_out, later_control
from review_service.services.review.letters import CorrectionItem
from review_service.services.upkeep import (
    backing_up,
    clockwork,
    file_recovery,
    invariants,
    rebuilding,
    retained_files,
    sweeping,
)
from review_service.services.upkeep.byte_check import PlaceFile, check_bytes
from review_service.services.upkeep.retained_files import PAYROLLS
from review_service.services.upkeep.rounds import RoundFailedError
from tests.conftest import FreshDatabase
from tests.factories import RUC, Office, add_officer, confirm_business, rule_parts, upload
from tests.integration.services import steps
from tests.integration.services.sent_drafts import send
from tests.integration.services.test_backing_up import CIPHER, Place, at, promises, restored
from tests.integration.services.test_ending_terms import NO_SALT, set_salt
from tests.integration.services.test_reconciling import old_store
from tests.ventures import OF_A_PERSON, give_paper, open_venture, publish

PAYROLL, PAYROLL_ITEM = SupportKind.PAYROLL, ReviewItem.PAYROLL
REASON = "La nómina no es del último mes."
LONG_AGO = timedelta(hours=25)


def rules(days: int = 0, draft_days: int | None = None) -> dict[str, Any]:
    """Return the packaged rules, with another term of payrolls."""
    packaged = read_rulebook(None)
    [entry] = packaged["payroll_deletion"]
    told = {"days": days, "draft_days": days if draft_days is None else draft_days}
    return {**packaged, "payroll_deletion": [{**entry, **told}]}


AT_ONCE = rules()


def venture(office: Office) -> tuple[UUID, UUID]:
    """Return a draft whose papers have pictures, and its payroll."""
    application_id = open_venture(office)
    given = [give_paper(office, application_id, kind, shows=kind.slug) for kind in OF_A_PERSON]
    return application_id, given[-1]


def issued(office: Office, *, controlled: bool = False) -> tuple[UUID, UUID]:
    """Return an application whose certificate is issued, and its payroll."""
    application_id, payroll = venture(office)
    share = 1.0 if controlled else 0.0
    confirm_business(office, application_id, parts=rule_parts(office, later_share=share))
    publish(office)
    return application_id, payroll


def delete(office: Office, rulebook: Mapping[str, Any] = AT_ONCE) -> int:
    return retained_files.delete(office.reading, office.writing, rulebook, PAYROLLS)


def holds(office: Office, rulebook: Mapping[str, Any] = AT_ONCE) -> list[tuple[int, Hold | None]]:
    """Return how many files each application keeps, and what holds them."""
    return [
        (one.files, one.deletion.hold)
        for one in retained_files.kept(office.reading, rulebook, PAYROLLS)
        if not one.is_due
    ]


def released(office: Office, document_id: UUID) -> bool:
    return steps.stored(office, DocumentRow, document_id).released_at is not None


def keys_of(office: Office, document_id: UUID) -> set[str]:
    """Return the keys that the rows of a document name and the store has."""
    with office.reading() as uow:
        row = uow.session.get_one(DocumentRow, document_id)
        pages = uow.session.scalars(
            sa.select(PageRow).where(PageRow.document_id == document_id)
        ).all()
    named = {row.storage_key, row.staging_key, row.page_photos_key}
    named |= {
        key for page in pages for key in (page.image_key, page.preview_key, page.thumbnail_key)
    }
    return {key for key in named if key and office.store.size(key) is not None}


def broken(office: Office, folder: Path) -> list[object]:
    """Return what does not hold: invariants, and the bytes of every file that is named."""
    *wrong, _ = check_bytes(office.writing, office.store, PlaceFile(folder / "place.json"))
    return [*invariants.broken_invariants(office.reading, office.store), *wrong]


def make_older(office: Office, document_id: UUID, column: str) -> None:
    steps.make_older(office, steps.stored(office, DocumentRow, document_id), column, by=LONG_AGO)


def test_the_file_and_the_pictures_go_and_what_was_read_stays(
    office: Office, tmp_path: Path
) -> None:
    application_id, payroll = issued(office)
    others = {row.id for row in steps.rows(office, DocumentRow)} - {payroll}
    assert len(keys_of(office, payroll)) == 3
    assert delete(office) == 1
    assert released(office, payroll)
    assert not any(released(office, other) for other in others)
    sweeping.sweep(office.reading, old_store(office, 48))
    assert len(keys_of(office, payroll)) == 3, "a backup that began before may still copy them"
    assert broken(office, tmp_path) == []
    make_older(office, payroll, "released_at")
    sweeping.sweep(office.reading, old_store(office, 48))
    assert keys_of(office, payroll) == set()
    assert all(len(keys_of(office, other)) == 3 for other in others)
    kept = {
        field.name: field.value
        for field in steps.rows(office, FieldRow)
        if field.document_id == payroll
    }
    assert set(kept) == {"ruc", "holder", "issued_on", "workers"}
    assert kept["workers"] == "4"
    with office.reading() as uow:
        case = case_of(uow, application_id)
    [paper] = [one for one in case.papers if one.kind is PAYROLL]
    assert {one.name for one in paper.values} == set(kept)
    assert all(one.box is None for one in paper.values)


def test_the_bytes_that_went_are_missed_by_nobody(office: Office, tmp_path: Path) -> None:
    _, payroll = issued(office)
    for key in keys_of(office, payroll):
        office.store.delete(key)
    assert broken(office, tmp_path), "without the deletion they are missed"
    delete(office)
    file_recovery.recheck(office.writing, office.store)
    assert broken(office, tmp_path) == []


def test_an_event_tells_it_and_names_nobody(office: Office) -> None:
    application_id, _ = issued(office)
    retained_files.delete(
        office.reading, office.writing, AT_ONCE, PAYROLLS, actor="operator", operator="la operadora"
    )
    [event] = steps.events(office, "payroll_deleted")
    assert (event.actor, event.subject_id) == ("operator", application_id)
    told = {name: value for name, value in event.details.items() if name != "facts"}
    assert set(told) == {"files", "size_bytes", "days", "rule_days", "operator"}
    assert (told["files"], told["days"], told["rule_days"]) == (1, 0, 0)
    with office.reading() as uow:
        newest = history_of(uow, application_id)[0]
    assert newest.words == "Se eliminó el archivo de su nómina."


def test_it_happens_once(office: Office) -> None:
    issued(office)
    assert [delete(office), delete(office)] == [1, 0]
    assert len(steps.events(office, "payroll_deleted")) == 1
    assert list(retained_files.kept(office.reading, AT_ONCE, PAYROLLS)) == []


@pytest.mark.parametrize(("ago", "deleted"), [(29, 0), (30, 1)])
def test_the_days_count_from_the_decision(office: Office, ago: int, deleted: int) -> None:
    application_id, payroll = issued(office)
    row = steps.application(office, application_id)
    steps.make_older(office, row, "decided_at", by=timedelta(days=ago))
    assert delete(office, rules(30)) == deleted
    assert released(office, payroll) is bool(deleted)


def test_looking_changes_nothing(office: Office) -> None:
    _, payroll = issued(office)
    [found] = retained_files.kept(office.reading, AT_ONCE, PAYROLLS)
    assert found.is_due
    assert (found.files, found.deletion.hold) == (1, None)
    assert not released(office, payroll)


def test_an_open_application_keeps_it(office: Office) -> None:
    application_id, payroll = venture(office)
    confirm_business(office, application_id)
    assert (delete(office), holds(office)) == (0, [(1, Hold.OPEN)]), "it is not signed yet"
    publish(office)
    assert delete(office) == 1
    assert released(office, payroll)


def test_a_withdrawn_one_loses_it_too(office: Office, tmp_path: Path) -> None:
    application_id, payroll = venture(office)
    applying.withdraw(office.writing(), application_id=application_id, ruc=RUC)
    assert delete(office, rules(1)) == 0
    assert delete(office) == 1
    assert released(office, payroll)
    assert broken(office, tmp_path) == []


def left(office: Office, application_id: UUID, days: int) -> None:
    """Let a draft lie so many days without a change."""
    for column in ("changed_at", "sheet_saved_at"):
        row = steps.application(office, application_id)
        steps.make_older(office, row, column, by=timedelta(days=days))


@pytest.mark.parametrize(("days", "deleted"), [(59, 0), (60, 1)])
def test_a_draft_that_was_left_loses_it_and_asks_for_another(
    office: Office, tmp_path: Path, days: int, deleted: int
) -> None:
    application_id, payroll = venture(office)
    left(office, application_id, days)
    packaged = read_rulebook(None)
    dry = [
        each.files
        for each in retained_files.kept(office.reading, packaged, PAYROLLS)
        if each.is_due
    ]
    assert sum(dry) == deleted
    assert delete(office, packaged) == deleted
    assert released(office, payroll) is bool(deleted)
    missing = [
        each.sentence
        for each in problems_before_sending(
            office.reading(), application_id=application_id, ruc=RUC
        )
        if each.blocking
    ]
    assert len(missing) == deleted
    assert broken(office, tmp_path) == []
    give_paper(office, application_id, PAYROLL, shows="otra")
    confirm_business(office, application_id)
    assert steps.state(office, application_id) is ApplicationState.APPROVED


def test_one_that_was_sent_and_lapsed_is_a_draft_again(office: Office) -> None:
    application_id, payroll = venture(office)
    send(office, application_id)
    steps.hand_over(office, "confirm")
    left(office, application_id, 400)
    assert (delete(office), holds(office)) == (0, [(1, Hold.OPEN)]), "it may still be confirmed"
    confirm_by = steps.application(office, application_id)
    steps.make_older(office, confirm_by, "confirm_by", by=timedelta(days=400))
    assert confirming.lapse_unconfirmed(office.writing()) == 1
    assert delete(office, rules(140, 60)) == 0, "it lapsed today"
    left(office, application_id, 60)
    assert delete(office, rules(140, 60)) == 1
    assert released(office, payroll)


def test_what_was_withdrawn_unsent_goes_after_the_days_of_a_draft(office: Office) -> None:
    application_id, payroll = venture(office)
    applying.withdraw(office.writing(), application_id=application_id, ruc=RUC)
    assert delete(office, rules(0, 1)) == 0
    assert delete(office, rules(140, 0)) == 1
    assert released(office, payroll)


@pytest.mark.parametrize("outcome", list(LaterOutcome))
def test_a_later_control_keeps_it(office: Office, outcome: LaterOutcome) -> None:
    application_id, payroll = issued(office, controlled=True)
    assert (delete(office), holds(office)) == (0, [(1, Hold.LATER_CONTROL)])
    later_control.end(
        office.writing(),
        application_id=application_id,
        officer_id=add_officer(office),
        outcome=outcome,
        note="En la nómina hay otras personas." if outcome is LaterOutcome.DIFFERS else "",
    )
    if outcome is LaterOutcome.DIFFERS:
        assert (delete(office), holds(office)) == (0, [(1, Hold.DIFFERENCE)])
        [paper] = steps.rows(office, AgreementRow)
        steps.make_older(office, paper, "valid_until", by=timedelta(days=400))
    assert delete(office) == 1
    assert released(office, payroll)


def test_nothing_goes_while_the_clock_is_not_believed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, payroll = issued(office)
    monkeypatch.setattr(clockwork, "is_steady", lambda _uow: False)
    assert delete(office) == 0
    assert not released(office, payroll)


def test_replaced_misplaced_and_refused_payrolls_go_as_well(office: Office) -> None:
    application_id = open_venture(office)
    first = give_paper(office, application_id, PAYROLL, shows="primera")
    second = give_paper(office, application_id, PAYROLL, shows="segunda")
    elsewhere = give_paper(
        office, application_id, OF_A_PERSON[0], recognised_as=PAYROLL, shows="en otro lugar"
    )
    certificate = give_paper(office, application_id, OF_A_PERSON[1], shows="sri")
    refused = upload(
        office, application_id, content=steps.PDF, kind=DocumentKind.PAYROLL
    ).document_id
    applying.withdraw(office.writing(), application_id=application_id, ruc=RUC)
    assert delete(office) == 4
    assert all(released(office, one) for one in (first, second, elsewhere, refused))
    assert not released(office, certificate)


def test_a_payroll_that_a_correction_replaced_goes_and_is_shown_no_more(office: Office) -> None:
    application_id = open_venture(office)
    for kind in OF_A_PERSON:
        values = {"workers": "9"} if kind is PAYROLL else None
        give_paper(office, application_id, kind, values=values, shows=kind.slug)
    confirm_business(office, application_id)
    officer = add_officer(office)
    correcting.request_correction(
        office.writing(),
        application_id=application_id,
        officer_id=officer,
        version=steps.application(office, application_id).version,
        items=[
            CorrectionItem(
                item=PAYROLL_ITEM, reason=REASON, instruction="Envíe la nómina del último mes."
            )
        ],
    )
    give_paper(office, application_id, PAYROLL, shows="corregida")
    with office.reading() as uow:
        [item] = [one for one in case_of(uow, application_id).items if one.item is PAYROLL_ITEM]
    assert item.replaced or item.look.gone
    applying.withdraw(office.writing(), application_id=application_id, ruc=RUC)
    assert delete(office) == 2
    with office.reading() as uow:
        case = case_of(uow, application_id)
    [item] = [one for one in case.items if one.item is PAYROLL_ITEM]
    assert item.replaced == ()
    assert all(picture.is_deleted for picture in (*item.look.gone, *item.look.added))
    of_payroll = [page for page in case.material.pages if page.item is PAYROLL_ITEM]
    assert of_payroll
    assert all(page.is_deleted and not page.has_image for page in of_payroll)
    assert all(
        not one.has_original for one in case.material.documents if one.kind is DocumentKind.PAYROLL
    )


def test_words_that_were_kept_by_a_version_before_go_too(office: Office) -> None:
    _, payroll = issued(office)
    with office.writing() as uow:
        page = uow.session.scalars(sa.select(PageRow).where(PageRow.document_id == payroll)).one()
        page.words = [["SALARIO", 99.0, 1, 1, 1, 1]]
        uow.commit()
    delete(office)
    assert [page.words for page in steps.rows(office, PageRow) if page.document_id == payroll] == [
        []
    ]


def test_one_that_cannot_be_deleted_holds_up_no_other(office: Office, owner: Database) -> None:
    stuck, payroll = venture(office)
    applying.withdraw(office.writing(), application_id=stuck, ruc=RUC)
    other, deleted = venture(office)
    applying.withdraw(office.writing(), application_id=other, ruc=RUC)
    set_salt(owner, stuck, NO_SALT)
    with pytest.raises(RoundFailedError, match="1"):
        delete(office)
    assert (released(office, payroll), released(office, deleted)) == (False, True)


def test_many_are_walked_in_parts(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retained_files, "AT_ONCE", 1)
    for _ in range(3):
        application_id, _ = venture(office)
        applying.withdraw(office.writing(), application_id=application_id, ruc=RUC)
    assert delete(office) == 3


def test_a_page_of_it_is_not_made_again(office: Office) -> None:
    _, payroll = issued(office)
    assert rebuilding.begin(office.writing(), payroll) is not None
    delete(office)
    assert rebuilding.begin(office.writing(), payroll) is None


def test_nobody_is_given_the_original(office: Office) -> None:
    application_id, payroll = issued(office)
    officer_id = add_officer(office)

    def ticket() -> FileTicket:
        return handing_out.ask_original(
            office.writing(),
            application_id=application_id,
            document_id=payroll,
            officer_id=officer_id,
            why=WhyOriginal.APPEAL,
        )

    assert handing_out.original(office.writing(), ticket()).file.owner_id == payroll
    given_before = ticket()
    delete(office)
    with pytest.raises(NotFoundError):
        handing_out.original(office.writing(), given_before)
    with pytest.raises(NotFoundError):
        ticket()


def test_a_backup_after_it_holds_no_payroll_and_is_whole(
    office: Office, database_kind: str, fresh_database_url: FreshDatabase, tmp_path: Path
) -> None:
    _, payroll = issued(office)
    gone = keys_of(office, payroll)
    delete(office)
    file = tmp_path / "respaldo.age"
    saved = backing_up.backup(office.database, office.store, CIPHER, file)
    assert (saved.missing, saved.unreadable, saved.altered) == ([], [], [])
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[database_kind]
    with at(fresh_database_url(other)) as database:
        again = Place(database=database, store=LocalFileStore(tmp_path / "elsewhere"))
        restored(again, file)
        assert promises(again) == []
        with database.reading() as uow:
            assert uow.session.get_one(DocumentRow, payroll).released_at is not None
        left = {entry.key for entry in again.store.keys("")}
    assert len(gone) == 3
    assert left
    assert not gone & left


def test_an_older_backup_brings_it_back_only_until_the_next_round(
    office: Office, database_kind: str, fresh_database_url: FreshDatabase, tmp_path: Path
) -> None:
    _, payroll = issued(office)
    file = tmp_path / "respaldo.age"
    backing_up.backup(office.database, office.store, CIPHER, file)
    delete(office)
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[database_kind]
    with at(fresh_database_url(other)) as database:
        restored(Place(database=database, store=LocalFileStore(tmp_path / "elsewhere")), file)
        assert retained_files.delete(database.reading, database.writing, AT_ONCE, PAYROLLS) == 1
        with database.reading() as uow:
            assert uow.session.get_one(DocumentRow, payroll).released_at is not None
