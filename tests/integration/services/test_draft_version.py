"""The version of a draft is read while others change the draft."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from review_service.db.models import ApplicationRow, DocumentRow
from review_service.db.sightings import draft_stamp
from tests.factories import Office, open_draft, upload
from tests.integration.services import steps


@contextmanager
def after_first_look_at_files(office: Office, act: Callable[[], object]) -> Iterator[list[str]]:
    """Act once, when the first statement on files has been answered; give the statements."""
    seen: list[str] = []

    def look(_connection: object, _cursor: object, statement: str, *_: Any) -> None:  # noqa: ANN401
        if "FROM documents" in statement and statement.startswith("SELECT"):
            seen.append(statement)
            if len(seen) == 1:
                act()

    sa.event.listen(office.database.engine, "after_cursor_execute", look)
    try:
        yield seen
    finally:
        sa.event.remove(office.database.engine, "after_cursor_execute", look)


@pytest.mark.parametrize("change", ["goes", "comes"])
def test_a_file_that_goes_or_comes_between_the_two_reads_breaks_nothing(
    office: Office, change: str
) -> None:
    application_id = open_draft(office)
    upload(office, application_id, content=steps.JPEG)

    def act() -> None:
        if change == "comes":
            upload(office, application_id, content=steps.JPEG + b"x", upload_key="another")
            return
        with office.writing() as uow:
            uow.session.execute(sa.update(DocumentRow).values(removed_at=uow.now))
            uow.commit()

    with after_first_look_at_files(office, act) as looks:
        with office.reading() as uow:
            row = uow.session.get_one(ApplicationRow, application_id)
            during = draft_stamp(uow.session, row)
        assert len(looks) > 1
    assert during
