"""Sweeping a store of many files: a part at a time, ended in time, never what a page names."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import pairwise
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from review_service.db.models import PageRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.errors import StoreError
from review_service.ports import StoredKey
from review_service.services.upkeep.sweeping import AT_ONCE, StoreWalk, sweep
from tests.factories import Office
from tests.integration.services import steps
from tests.integration.services.test_reconciling import OldStore, old_store

KEYS = 3 * AT_ONCE + 7


class LongStore(OldStore):
    """A store that lists many orphans that are a year old; it remembers what is deleted."""

    listed = 0
    fails_at = KEYS + 1
    deleted: list[str]

    def keys(self, prefix: str) -> Iterator[StoredKey]:
        """List orphans under one prefix."""
        old = datetime.now(UTC) - timedelta(days=365)
        for number in range(KEYS if prefix == "originals/" else 0):
            self.listed += 1
            if self.listed == self.fails_at:
                raise StoreError("no answer", retryable=True)
            yield StoredKey(key=f"originals/{number}", size_bytes=1, modified_at=old)

    def delete(self, key: str) -> None:
        """Note it."""
        self.deleted.append(key)


@pytest.fixture
def store(office: Office) -> LongStore:
    made = LongStore(old_store(office, 0)._folder)  # noqa: SLF001 -- the same folder
    made.deleted = []
    return made


def test_a_sweep_holds_only_a_part_of_the_keys(office: Office, store: LongStore) -> None:
    asked_at: list[int] = []

    def reading() -> UnitOfWork:
        asked_at.append(store.listed)
        return office.reading()

    assert sweep(reading, store) == KEYS
    steps_between = [later - before for before, later in pairwise(asked_at)]
    assert max(steps_between) <= AT_ONCE
    assert sorted(store.deleted) == sorted(f"originals/{number}" for number in range(KEYS))


def test_a_sweep_ends_in_time_and_the_next_one_goes_on(
    office: Office, store: LongStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(1_000))  # of the sweep alone: connections have their own
    told = SimpleNamespace(monotonic=lambda: next(clock))
    monkeypatch.setattr("review_service.services.upkeep.sweeping.time", told)
    walk = StoreWalk(store)
    removed = [sweep(office.reading, store, walk=walk, seconds=2) for _ in range(3)]
    assert removed == [AT_ONCE, AT_ONCE, AT_ONCE]
    assert sweep(office.reading, store, walk=walk, seconds=9) == 7
    assert len(set(store.deleted)) == KEYS


def test_a_listing_that_fails_begins_anew(office: Office, store: LongStore) -> None:
    walk = StoreWalk(store)
    store.fails_at = 10
    with pytest.raises(StoreError):
        sweep(office.reading, store, walk=walk)
    assert sweep(office.reading, store, walk=walk) == KEYS


def test_a_picture_that_lies_in_no_document_s_folder_stays(office: Office) -> None:
    steps.in_review(office)
    strange = "derived/elsewhere/1.jpg"
    with office.writing() as uow:
        page_id = uow.session.scalars(sa.select(PageRow.id).limit(1)).one()
        changed = sa.update(PageRow).where(PageRow.id == page_id)
        uow.session.execute(changed.values(image_key=strange))
        uow.commit()
    office.store.put(strange, BytesIO(b"a picture"))
    sweep(office.reading, old_store(office, 48))
    assert office.store.size(strange) is not None


def test_what_no_put_ended_goes_at_the_begin_of_each_walk(office: Office) -> None:
    asked: list[datetime] = []

    class Store(OldStore):
        def drop_unfinished(self, *, before: datetime) -> int:
            asked.append(before)
            return super().drop_unfinished(before=before)

    store = Store(old_store(office, 0)._folder)  # noqa: SLF001 -- the same folder
    walk = StoreWalk(store)
    sweep(office.reading, store, walk=walk)
    sweep(office.reading, store, walk=walk)
    with office.reading() as uow:
        day = timedelta(hours=24)
        assert [uow.now - day - each < timedelta(minutes=1) for each in asked] == [True, True]
