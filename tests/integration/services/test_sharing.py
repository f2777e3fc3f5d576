"""A process that sees none of the newest files looks at another store, and does not start."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from review_service.adapters.local_store import LocalFileStore
from review_service.db.models import DocumentRow
from review_service.domain.errors import SettingsError, StoreError
from review_service.services.upkeep.sharing import NOT_SHARED, require_shared_store
from tests.factories import Office
from tests.integration.services import steps


@pytest.fixture
def other(tmp_path: Path) -> LocalFileStore:
    """The folder of another host."""
    store = LocalFileStore(tmp_path / "other-host")
    store.prepare()
    return store


def test_one_of_the_newest_files_proves_the_store(office: Office, other: LocalFileStore) -> None:
    steps.in_review(office)
    require_shared_store(office.reading(), office.store)
    with pytest.raises(SettingsError, match="no ve los archivos") as caught:
        require_shared_store(office.reading(), other)
    assert str(caught.value) == NOT_SHARED


def test_a_lost_file_alone_does_not_keep_a_process_from_starting(office: Office) -> None:
    steps.in_review(office)
    with office.reading() as uow:
        stored = sa.select(DocumentRow.storage_key).where(DocumentRow.storage_key.is_not(None))
        key = uow.session.execute(stored.limit(1)).scalar_one()
    assert key is not None
    office.store.delete(key)
    require_shared_store(office.reading(), office.store)


def test_nothing_named_proves_nothing(office: Office, other: LocalFileStore) -> None:
    require_shared_store(office.reading(), other)
    assert list(other.keys("")) == []


def test_a_store_that_is_down_hinders_nobody(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    steps.in_review(office)

    def down(_key: str) -> int:
        raise StoreError("down", retryable=True)

    monkeypatch.setattr(office.store, "size", down)
    require_shared_store(office.reading(), office.store)
    assert "store_not_proven" in caplog.messages
