"""What the code under test asks of a database."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa


@contextmanager
def asked_of(engine: sa.Engine, word: str = "") -> Iterator[list[str]]:
    """Give the statements, while they are made; with a word, those that have it."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if word in statement and statement != "BEGIN":
            found.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    yield found
    sa.event.remove(engine, "before_cursor_execute", note)
