"""Bytes of files that were removed from a draft go in the end; what anybody may need stays."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.database import Database
from review_service.db.models import ApplicationRow, DocumentRow, PageRow
from review_service.db.named_files import files_named_by, ids_after
from review_service.db.queries.applicant.files import original_of, pictures_of
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.documents import Theme
from review_service.domain.errors import NotFoundError
from review_service.services.applicant import applying
from review_service.services.upkeep import clockwork, releasing, sweeping
from review_service.services.upkeep.rounds import RoundFailedError
from tests.factories import OTHER_RUC, RUC, Office, open_draft, send_and_confirm, upload
from tests.integration.services import steps
from tests.integration.services.test_ending_terms import NO_SALT, set_salt
from tests.integration.services.test_reconciling import old_store

DAY = timedelta(hours=24)
LONG_AGO = timedelta(hours=25)


def send(office: Office, application_id: UUID, theme: Theme = Theme.WORKSHOP) -> UUID:
    content = steps.JPEG + theme.value.encode()
    return upload(office, application_id, content=content, theme=theme).document_id


def remove(office: Office, application_id: UUID, document_id: UUID) -> None:
    applying.remove_document(
        office.writing(), application_id=application_id, ruc=RUC, document_id=document_id
    )


def make_older(office: Office, document_id: UUID, column: str, by: timedelta) -> None:
    row = steps.stored(office, DocumentRow, document_id)
    steps.make_older(office, row, column, by=by)


def keys_of(office: Office, document_id: UUID) -> set[str]:
    """Return the keys of a document's own file and of its pages that the store has."""
    with office.reading() as uow:
        row = uow.session.get_one(DocumentRow, document_id)
        pages = uow.session.scalars(sa.select(PageRow).where(PageRow.document_id == document_id))
        named = {row.storage_key, row.staging_key}
        for page in pages:
            named |= {page.image_key, page.preview_key, page.thumbnail_key}
    return {key for key in named if key and office.store.size(key) is not None}


def released(office: Office, document_id: UUID) -> bool:
    return steps.stored(office, DocumentRow, document_id).released_at is not None


def draft_with_a_removed_photo(office: Office) -> tuple[UUID, UUID, UUID]:
    """Return a draft, a photo that was removed from it a day ago, and one that stays."""
    draft = open_draft(office)
    gone, stays = send(office, draft), send(office, draft, Theme.MACHINERY)
    steps.check_all(office)
    remove(office, draft, gone)
    make_older(office, gone, "removed_at", LONG_AGO)
    return draft, gone, stays


def test_a_removed_file_is_released_after_a_day_and_swept_after_another(office: Office) -> None:
    _, gone, stays = draft_with_a_removed_photo(office)
    assert keys_of(office, gone)
    assert releasing.release(office.writing) == 1
    sweeping.sweep(office.reading, old_store(office, 48))
    assert keys_of(office, gone), "a backup that began before may still copy them"
    make_older(office, gone, "released_at", LONG_AGO)
    sweeping.sweep(office.reading, old_store(office, 48))
    assert not keys_of(office, gone)
    assert keys_of(office, stays)
    (event,) = steps.events(office, "files_released")
    assert event.details["files"] == 1


def test_a_file_removed_less_than_a_day_ago_is_not_released(office: Office) -> None:
    draft = open_draft(office)
    gone = send(office, draft)
    remove(office, draft, gone)
    make_older(office, gone, "removed_at", DAY - timedelta(minutes=5))
    assert releasing.release(office.writing) == 0
    assert not released(office, gone)


def test_an_unread_file_that_was_removed_is_released_too(office: Office) -> None:
    draft = open_draft(office)
    gone = send(office, draft)
    remove(office, draft, gone)
    make_older(office, gone, "removed_at", LONG_AGO)
    assert releasing.release(office.writing) == 1
    make_older(office, gone, "released_at", LONG_AGO)
    sweeping.sweep(office.reading, old_store(office, 48))
    assert not keys_of(office, gone)


def test_what_an_officer_has_had_before_them_is_never_released(office: Office) -> None:
    application_id = steps.in_review(office)
    with office.writing() as uow:
        application = uow.session.get_one(ApplicationRow, application_id)
        assert application.confirmed_at is not None
        application.confirmed_at -= 3 * DAY
        for row in uow.session.scalars(sa.select(DocumentRow)):
            row.removed_at = application.confirmed_at + timedelta(seconds=1)
        uow.commit()
    assert releasing.release(office.writing) == 0


def test_a_file_of_a_correction_is_not_released(office: Office) -> None:
    _, gone, _ = draft_with_a_removed_photo(office)
    with office.writing() as uow:
        uow.session.get_one(DocumentRow, gone).round = 1
        uow.commit()
    assert releasing.release(office.writing) == 0


def test_removed_before_it_was_sent_is_released_after_sending_too(office: Office) -> None:
    draft = open_draft(office)
    gone = send(office, draft)
    for theme in Theme:
        send(office, draft, theme)
    remove(office, draft, gone)
    steps.check_all(office)
    send_and_confirm(office, draft)
    make_older(office, gone, "removed_at", LONG_AGO)
    assert releasing.release(office.writing) == 1
    assert released(office, gone)


def test_nothing_is_released_while_the_clock_is_not_believed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft_with_a_removed_photo(office)
    monkeypatch.setattr(clockwork, "is_steady", lambda _uow: False)
    assert releasing.release(office.writing) == 0


def test_a_released_file_is_not_found_rather_than_missing(office: Office) -> None:
    draft, gone, stays = draft_with_a_removed_photo(office)
    releasing.release(office.writing)
    with office.reading() as uow:
        with pytest.raises(NotFoundError):
            original_of(uow, application_id=draft, ruc=RUC, document_id=gone)
        with pytest.raises(NotFoundError):
            pictures_of(uow, application_id=draft, ruc=RUC, document_id=gone, number=1)
        assert original_of(uow, application_id=draft, ruc=RUC, document_id=stays).file.sha256
        walked = {
            file.owner_id
            for stage in (DocumentRow, PageRow)
            for file in files_named_by(uow, stage, ids_after(uow, stage, None, size=100))
        }
    assert walked == {stays}


def test_many_are_released_in_parts(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(releasing, "AT_ONCE", 2)
    draft = open_draft(office)
    for theme in Theme:
        gone = send(office, draft, theme)
        remove(office, draft, gone)
        make_older(office, gone, "removed_at", LONG_AGO)
    assert releasing.release(office.writing) == len(Theme)
    assert [event.details["files"] for event in steps.events(office, "files_released")] == [2, 2]


@pytest.mark.parametrize("at_once", [1, 2, 500])
def test_one_that_cannot_be_released_holds_up_no_other(
    office: Office, owner: Database, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(releasing, "AT_ONCE", at_once)
    drafts = {ruc: open_draft(office, ruc) for ruc in (RUC, OTHER_RUC)}
    gone = {}
    for ruc, days in ((RUC, 3), (OTHER_RUC, 2)):
        gone[ruc] = upload(office, drafts[ruc], content=steps.JPEG, ruc=ruc).document_id
        applying.remove_document(
            office.writing(), application_id=drafts[ruc], ruc=ruc, document_id=gone[ruc]
        )
        make_older(office, gone[ruc], "removed_at", timedelta(days=days))
    set_salt(owner, drafts[RUC], NO_SALT)
    with pytest.raises(RoundFailedError, match="1"):
        releasing.release(office.writing)
    assert released(office, gone[OTHER_RUC])
    assert not released(office, gone[RUC])
    assert [event.details["files"] for event in steps.events(office, "files_released")] == [1]


def test_a_file_that_comes_back_meanwhile_is_not_released(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, gone, _ = draft_with_a_removed_photo(office)
    look = releasing._due  # noqa: SLF001 -- it comes back between the look and the release

    def then_bring_back(uow: UnitOfWork, **after: Any) -> object:  # noqa: ANN401 -- its own place
        found = look(uow, **after)
        with office.writing() as bringing:
            bringing.session.get_one(DocumentRow, gone).removed_at = None
            bringing.commit()
        return found

    monkeypatch.setattr(releasing, "_due", then_bring_back)
    assert releasing.release(office.writing) == 0
    assert not released(office, gone)
