"""The photo of a letter: after it, checked like every file, and kept as the sandbox made it."""

from collections.abc import Mapping
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest

from review_service.db.models import LetterPhotoRow
from review_service.db.tasks import Lease
from review_service.domain.errors import InvalidInputError, LinkError, TooManyAttemptsError
from review_service.domain.letters import LetterKind, LetterPhotoState
from review_service.domain.refusals import RefusalReason
from review_service.domain.request_limits import LETTER_PHOTO
from review_service.domain.retention import RetentionKind
from review_service.domain.roles import OfficerRole
from review_service.domain.work import TaskKind
from review_service.services.letters import photos
from review_service.services.upkeep import invariants, old_rows, sweeping
from tests.factories import Office, add_officer
from tests.integration.services import letter_cases, steps
from tests.integration.services.steps import JPEG
from tests.integration.services.test_reconciling import old_store
from tests.integration.services.test_retention import hold, lift, rules


@pytest.fixture
def office(office_on_each_database: Office) -> Office:
    """An office on each kind of database."""
    return office_on_each_database


@pytest.fixture
def letter_id(office: Office) -> UUID:
    return letter_cases.received(office, LetterKind.FALSE_DOCUMENT)


def photo(office: Office, letter_id: UUID) -> LetterPhotoRow:
    return steps.stored(office, LetterPhotoRow, letter_id)


def lease(office: Office) -> Lease:
    (taken,) = steps.leases(office, TaskKind.CHECK_LETTER_PHOTO)
    return taken


def staged(office: Office) -> list[str]:
    return [entry.key for entry in office.store.keys("staging/")]


def test_a_photo_is_kept_as_the_sandbox_made_it(office: Office, letter_id: UUID) -> None:
    letter_cases.send_photo(office, letter_id)
    row = photo(office, letter_id)
    assert (row.state, row.staging_key) == (LetterPhotoState.WAITING, staged(office)[0])
    made = office.store.put("derived/x/y.jpg", BytesIO(JPEG + b"made"))
    assert photos.finish(
        office.writing(), lease(office), checked=row.staging_key or "", made=made, refusal=None
    )
    row = photo(office, letter_id)
    assert (row.state, row.staging_key, row.image_key) == (
        LetterPhotoState.KEPT,
        None,
        made.key,
    )
    officer = add_officer(office)
    file = photos.hand_out(office.writing(), letter_id=letter_id, officer_id=officer)
    assert (file.key, file.sha256) == (made.key, made.sha256)
    assert len(steps.events(office, "letter_photo_shown")) == 1
    assert invariants.broken_invariants(office.reading, office.store) == []


def test_a_letter_takes_one_photo_and_another_only_when_it_was_refused(
    office: Office, letter_id: UUID
) -> None:
    letter_cases.send_photo(office, letter_id)
    with pytest.raises(InvalidInputError, match="foto"):
        letter_cases.send_photo(office, letter_id, JPEG + b"another")
    first = photo(office, letter_id).staging_key or ""
    photos.finish(
        office.writing(),
        lease(office),
        checked=first,
        made=None,
        refusal=RefusalReason.INFECTED,
    )
    letter_cases.send_photo(office, letter_id, JPEG + b"another")
    row = photo(office, letter_id)
    assert (row.state, row.refusal) == (LetterPhotoState.WAITING, None)
    assert row.staging_key != first


def test_the_same_bytes_again_are_the_same_photo(office: Office, letter_id: UUID) -> None:
    """Whoever lost the line after the last byte sends it again."""
    letter_cases.send_photo(office, letter_id)
    key = photo(office, letter_id).staging_key
    letter_cases.send_photo(office, letter_id)
    assert photo(office, letter_id).staging_key == key
    assert staged(office) == [key]
    letter_cases.check_photo(office)
    letter_cases.send_photo(office, letter_id)
    assert photo(office, letter_id).state is LetterPhotoState.KEPT
    assert staged(office) == []
    assert len(steps.events(office, "letter_photo_sent")) == 1


@pytest.mark.parametrize(
    ("content", "name"), [(b"", "a.jpg"), (b"%PDF-1.7", "a.pdf"), (b"<svg/>", "a.jpg")]
)
def test_what_is_no_photo_is_refused_and_stored_nowhere(
    office: Office, letter_id: UUID, content: bytes, name: str
) -> None:
    with pytest.raises(InvalidInputError):
        letter_cases.send_photo(office, letter_id, content, name)
    assert staged(office) == []
    assert steps.rows(office, LetterPhotoRow) == []


def test_only_a_received_open_warning_takes_a_photo(office: Office, letter_id: UUID) -> None:
    unconfirmed = letter_cases.write(office, LetterKind.FALSE_DOCUMENT)
    complaint = letter_cases.received(office)
    for each in (unconfirmed, complaint):
        with pytest.raises(LinkError):
            letter_cases.send_photo(office, each)
    letter_cases.answer(office, letter_id, add_officer(office))
    with pytest.raises(InvalidInputError, match="foto"):
        letter_cases.send_photo(office, letter_id)
    assert staged(office) == []


def test_a_letter_takes_so_many_tries_a_day(office: Office, letter_id: UUID) -> None:
    for _ in range(LETTER_PHOTO.count):
        with pytest.raises(InvalidInputError):
            letter_cases.send_photo(office, letter_id, b"no photo")
    with pytest.raises(TooManyAttemptsError):
        letter_cases.send_photo(office, letter_id)


def test_a_photo_goes_a_term_after_the_answer_once_the_term_is_confirmed(office: Office) -> None:
    letter_id = letter_cases.photographed(office)
    assert prune(office, rules()) == {}, "nobody answered"
    letter_cases.answer(office, letter_id, add_officer(office))
    assert prune(office, rules()) == {}, "answered today"
    make_old(office, letter_id)
    assert prune(office, rules(confirmed=False)) == {}, "nobody confirmed the term"
    assert prune(office, rules()) == {RetentionKind.LETTER_PHOTOS: 1}
    row = photo(office, letter_id)
    assert (row.state, row.image_key, row.image_sha256) == (LetterPhotoState.GONE, None, None)
    assert row.sha256, "of what came is kept what it was"
    assert sweeping.sweep(office.reading, old_store(office, 48)) == 0, "a backup may copy it yet"
    steps.make_older(office, row, "released_at", by=timedelta(days=2))
    assert sweeping.sweep(office.reading, old_store(office, 48)) == 1
    assert prune(office, rules()) == {}
    assert invariants.broken_invariants(office.reading, office.store) == []


def test_a_hold_on_what_the_letter_names_keeps_its_photo(office: Office) -> None:
    application_id = steps.in_review(office)
    about = steps.application(office, application_id).reference
    letter_id = letter_cases.photographed(office, about=about)
    boss = add_officer(office, "jefa", role=OfficerRole.SUPERVISOR)
    letter_cases.answer(office, letter_id, boss)
    make_old(office, letter_id)
    hold(office, application_id, boss)
    assert prune(office, rules()) == {}
    lift(office, application_id, boss)
    assert prune(office, rules()) == {RetentionKind.LETTER_PHOTOS: 1}


def prune(office: Office, rulebook: Any) -> Mapping[RetentionKind, int]:  # noqa: ANN401 -- rules as read
    return old_rows.prune(office.reading, office.writing, rulebook)


def make_old(office: Office, letter_id: UUID) -> None:
    letter = letter_cases.letter(office, letter_id)
    steps.make_older(office, letter, "answered_at", by=timedelta(days=400))
