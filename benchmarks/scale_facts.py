# ruff: noqa: INP001 -- beside the programs that use it, not a package
"""Digests of the facts of the rows of ``scale_rows.py``, as events of the service carry them.

Only the newest digest of a row is compared with it, so that one stands for those of before too.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from review_service.db import row_facts
from review_service.db.base import Base
from review_service.db.fact_columns import EDITIONS, written_columns
from review_service.db.models import DocumentRow, ReviewItemRow

ID: Final = "<id>"
APPLICATION: Final = "<application>"
FILE: Final = "<file>"
AT: Final = datetime.fromisoformat("0001-01-01T00:00:00+00:00")
AT_TEXT: Final = f"{AT.isoformat(timespec='microseconds')}"
DOCUMENT: Final[Mapping[str, Any]] = {
    "id": ID, "application_id": APPLICATION, "state": "checked", "file_name": "archivo.pdf",
    "size_bytes": 800_000, "sha256": FILE, "storage_key": f"originals/{ID}", "comment": "",
    "created_at": AT, "checked_at": AT, "round": 0, "assembled": False,
}  # fmt: skip
"""The facts of a document that are the same for all, and places for those that are not."""


def salt_of(subject: str) -> str:
    """Return the salt of a subject, always the same one."""
    return hashlib.sha256(subject.encode()).hexdigest()


def whole(table: type[Base], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of a row, with nothing in the columns that are not named."""
    return {name: facts.get(name) for edition in EDITIONS[table] for name in edition}


def member(name: str, told: str) -> str:
    """Return a digest as a member of an event's facts, which stand in the order of names."""
    return f'"{name}":"{told}"'


def digest(table: type[Base], facts: Mapping[str, Any], salt: str) -> str:
    """Return the digest of a row, of which unnamed columns hold nothing."""
    return row_facts.digest(table, whole(table, facts), salt=salt)


class FrequentDigests:
    """Digests of documents and review items, of which there are nine for each application.

    Their canonical text is made once, by the service's own function; places are filled in.
    """

    def __init__(self, items: tuple[str, ...], documents: tuple[tuple[str, int], ...]) -> None:
        self._items = [
            (
                f"review_items/{item}",
                _Pattern(
                    ReviewItemRow,
                    {"application_id": APPLICATION, "item": item, "verdict": "pending"},
                ),
            )
            for item in sorted(items)
        ]
        self._documents = [
            _Pattern(
                DocumentRow,
                {**DOCUMENT, "kind": kind, "upload_key": f"key{place}", "page_count": pages},
            )
            for place, (kind, pages) in enumerate(documents)
        ]

    def items(self, subject: str, salt: str) -> str:
        """Return the members of the pending items of an application, whose id is dashed."""
        return ",".join(
            member(name, pattern.digest(salt, {APPLICATION: subject}))
            for name, pattern in self._items
        )

    def document(self, place: int, subject: str, salt: str, **told: str) -> str:
        """Return the digest of a document; ``told`` are its dashed id, file's hash and moment."""
        places = {APPLICATION: subject, ID: told["id"], FILE: told["sha256"], AT_TEXT: told["at"]}
        return self._documents[place].digest(salt, places)


class _Pattern:
    """The canonical text of rows of one table that differ in few places."""

    def __init__(self, table: type[Base], facts: Mapping[str, Any]) -> None:
        said = {name: whole(table, facts)[name] for name in written_columns(table)}
        self._edition = len(EDITIONS[table])
        self._text = json.dumps(said, sort_keys=True, ensure_ascii=True, default=row_facts.plain)

    def digest(self, salt: str, places: Mapping[str, str]) -> str:
        text = self._text
        for place, value in places.items():
            text = text.replace(place, value)
        keyed = hmac.digest(bytes.fromhex(salt), text.encode("ascii"), "sha256")
        return f"{self._edition}:{keyed.hex()}"


def moment(at: datetime) -> str:
    """Return a moment as it stands in canonical facts."""
    return f"{row_facts.plain(at)}"
