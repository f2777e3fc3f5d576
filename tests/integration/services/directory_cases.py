"""Many artisans in the directory, copied from the one who consented."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import AgreementRow, ApplicationRow, DirectoryConsentRow
from tests.factories import Office

AT_ONCE: Final = 5_000
TABLES: Final = (ApplicationRow, AgreementRow, DirectoryConsentRow)
UNIQUE: Final[Mapping[str, Callable[[int], Any]]] = {
    "application_id": lambda place: UUID(int=place),
    "reference": lambda place: f"AR-2099-{place:06d}",
    "open_key": lambda _: None,
    "serial": lambda place: 1_000 + place,
    "number": lambda place: f"X-2099-{place}",
    "token_hash": lambda place: f"{place:064x}",
    "code_hash": lambda place: f"{place:064x}",
    "file_identifier": lambda place: f"{place:032x}",
    "sha256": lambda place: f"{place:064x}",
    "storage_key": lambda place: f"agreements/{place}",
    "latest_key": lambda place: f"latest-{place}",
}


def copy_listed(office: Office, cantons: Sequence[str]) -> None:
    """Put one artisan like the first into each of these cantons."""
    with office.writing() as uow:
        for table in TABLES:
            mapper: Any = sa.inspect(table)
            names = [each.key for each in mapper.column_attrs]
            first = uow.session.scalars(sa.select(table).limit(1)).one()
            like = {name: getattr(first, name) for name in names}
            rows = [_copied(table, like, place, canton) for place, canton in enumerate(cantons, 1)]
            for start in range(0, len(rows), AT_ONCE):
                uow.session.execute(sa.insert(mapper.local_table), rows[start : start + AT_ONCE])
        uow.commit()


def _copied(table: Any, like: Mapping[str, Any], place: int, canton: str) -> dict[str, Any]:  # noqa: ANN401 -- a mapped class
    told = {name: UNIQUE[name](place) for name in UNIQUE if like.get(name) is not None}
    own: dict[str, Any] = {"id": UUID(int=place)}
    if table is DirectoryConsentRow:
        own |= {"canton": canton, "trade": f"Oficio {place % 3}"}
    return {**like, **told, **own}
