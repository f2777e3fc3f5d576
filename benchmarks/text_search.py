# ruff: noqa: INP001 -- a program of its own, not a package
"""Times the officers' search in the words of all pages, on SQLite and on PostgreSQL.

python benchmarks/text_search.py [--pages 200000] [--only sqlite|postgresql] [--json]
    [--strict]

Pages are generated: 60 words each from 30,000 made-up Spanish words, as frequent as words of a
language are (Zipf). Each question is asked as the screen asks it, with its count and the words
around the hits (of ten words a page: the whole pages would fill the disk), after one to warm up.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import numpy as np
import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from review_service.db import page_texts
from review_service.db.database import Database
from review_service.db.migrate import migrate
from review_service.db.models import ApplicationRow, DocumentRow, PageRow, PageTextRow
from review_service.db.queries.officer import texts as officer_texts
from review_service.db.queries.officer.texts import TextCursor
from review_service.domain import folding
from review_service.domain.applications import ApplicationKind, ApplicationState
from review_service.domain.documents import DocumentKind, DocumentState, PageKind
from tests.factories import RememberedBells
from tests.servers import start_postgres

VOCABULARY: Final = 30_000
WORDS_A_PAGE: Final = 60
PAGES_A_CASE: Final = 20
BATCH: Final = 2_000
"""Pages written per transaction."""
ROUNDS: Final = 9
BAR_MS: Final = 200.0
"""Most milliseconds of the database per search. Chosen by us: the issue sets no bar."""
START: Final = ("c", "p", "t", "m", "l", "tr", "br", "s", "d", "f", "r", "v")
MIDDLE: Final = ("a", "e", "i", "o", "u", "an", "er", "or", "al", "in")
END: Final = ("dor", "ción", "mento", "ría", "tero", "les", "do", "tura", "ble", "nte")


@dataclass(frozen=True, kw_only=True)
class Question:
    """A search that an officer may type, and why it is hard."""

    name: str
    text: str
    middle: bool = False
    """Asked for a page from the middle of the list."""


def main() -> int:
    """Fill, ask, print a table or one JSON object; 1 with ``--strict`` when the bar is missed."""
    options = _options()
    figures: dict[str, dict[str, Any]] = {}
    for kind in ("sqlite", "postgresql"):
        if options.only in (None, kind):
            with (
                tempfile.TemporaryDirectory(prefix="texts-") as folder,
                _database(kind, Path(folder)) as database,
            ):
                figures[kind] = _measured(database, options.pages)
    if options.json:
        sys.stdout.write(json.dumps({"pages": options.pages, **figures}) + "\n")
    else:
        sys.stdout.write(_table(figures, options.pages))
    return int(options.strict and bool(missed(figures)))


def missed(figures: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return the questions that take longer than the bar."""
    return [
        f"{kind}: {name}"
        for kind, found in figures.items()
        for name, one in found["questions"].items()
        if one["median_ms"] > BAR_MS
    ]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=200_000)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a bar is missed")
    return parser.parse_args()


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[Database]:
    """Give an empty database of the newest schema."""
    server = start_postgres(folder) if kind == "postgresql" else None
    try:
        url = (
            f"sqlite:///{folder}/texts.db"
            if server is None
            else f"postgresql://{server.user}:{server.password}@{server.endpoint}/postgres"
        )
        database = Database(url, RememberedBells())
        migrate(database.engine)
        yield database
        database.engine.dispose()
    finally:
        if server is not None:
            server.stop()


def _measured(database: Database, pages: int) -> dict[str, Any]:
    words = _vocabulary()
    started = time.perf_counter()
    _fill(database, words, pages)
    filled = time.perf_counter() - started
    return {
        "fill_pages_per_s": round(pages / filled),
        "questions": {one.name: _asked(database, one, pages) for one in _questions(words)},
    }


def _asked(database: Database, question: Question, pages: int) -> dict[str, Any]:
    """Return how long the question takes, in milliseconds, and how many pages it counts."""
    cursor = TextCursor(position=pages // 2) if question.middle else None
    taken = []
    count = 0
    for _ in range(ROUNDS + 1):
        started = time.perf_counter()
        with database.reading() as uow:
            found = officer_texts.find(uow, text=question.text, cursor=cursor)
        taken.append((time.perf_counter() - started) * 1000)
        count = found.count
    return {
        "median_ms": round(statistics.median(taken[1:]), 2),
        "worst_ms": round(max(taken[1:]), 2),
        "first_ms": round(taken[0], 2),
        "count": count,
    }


def _vocabulary() -> list[str]:
    """Return words from the most to the least frequent; the same at every run."""
    chance = np.random.default_rng(7)
    words: dict[str, None] = {}
    while len(words) < VOCABULARY:
        parts = [chance.choice(START), chance.choice(MIDDLE)]
        parts += [
            chance.choice(START) + chance.choice(MIDDLE) for _ in range(chance.integers(1, 3))
        ]
        words["".join(parts) + str(chance.choice(END))] = None
    return list(words)


def _questions(words: Sequence[str]) -> list[Question]:
    return [
        Question(name="the most frequent word", text=words[0]),
        Question(name="the same, middle of the list", text=words[0], middle=True),
        Question(name="a frequent word (rank 30)", text=words[30]),
        Question(name="a common word (rank 1000)", text=words[1000]),
        Question(name="a rare word (rank 20000)", text=words[20000]),
        Question(name="two frequent words", text=f"{words[0]} {words[20]}"),
        Question(name="a frequent and a rare word", text=f"{words[1]} {words[20000]}"),
        Question(name="two words rarely together", text=f"{words[400]} {words[900]}"),
        Question(name="two words never together", text=f"{NEVER[0]} {NEVER[1]}"),
        Question(name="a word that nobody wrote", text="inexistente"),
    ]


NEVER: Final = ("matutino", "vespertino")
"""Two words, each on a tenth of the pages, never both: the worst case for the planner."""


def _fill(database: Database, words: Sequence[str], pages: int) -> None:
    chance = np.random.default_rng(11)
    weights = 1 / np.arange(1, len(words) + 1)
    shares = np.cumsum(weights / weights.sum())
    number = 0
    while number < pages:
        count = min(BATCH, pages - number)
        ranks = np.searchsorted(shares, chance.random((count, WORDS_A_PAGE)))
        texts = [
            " ".join([*(words[rank] for rank in row), *_never(number + index)])
            for index, row in enumerate(np.minimum(ranks, len(words) - 1))
        ]
        with database.writing() as uow:
            for table, rows in _rows(number, texts).items():
                uow.session.connection().execute(sa.insert(table), rows)
            _write_texts(uow.session, number, texts)
            uow.commit()
        number += count
    with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        vacuum = "ANALYZE" if connection.dialect.name == "sqlite" else "VACUUM ANALYZE"
        connection.exec_driver_sql(vacuum)


def _never(number: int) -> tuple[str, ...]:
    return (NEVER[number % 2],) if number % 10 < len(NEVER) else ()


def _rows(start: int, texts: Sequence[str]) -> Mapping[Any, list[dict[str, Any]]]:
    """Return the rows of cases, documents and pages, in the order of their keys."""
    now = datetime(2026, 11, 20, tzinfo=UTC)
    cases = range(start // PAGES_A_CASE, (start + len(texts) - 1) // PAGES_A_CASE + 1)
    return {
        ApplicationRow: [_case(number, now) for number in cases],
        DocumentRow: [_document(number, now) for number in cases],
        PageRow: [_page(start + index, text) for index, text in enumerate(texts)],
    }


def _case(number: int, now: datetime) -> dict[str, Any]:
    return {
        "id": UUID(int=number + 1),
        "reference": f"AR-2026-{number:07}",
        "ruc": f"{number:013}",
        "kind": ApplicationKind.NEW,
        "state": ApplicationState.IN_REVIEW,
        "holder": f"Titular {number}",
        "sheet": {},
        "registry_facts": {},
        "created_at": now,
        "changed_at": now,
        "confirmed_at": now,
    }


def _document(number: int, now: datetime) -> dict[str, Any]:
    return {
        "id": UUID(int=number + 1),
        "application_id": UUID(int=number + 1),
        "kind": DocumentKind.EVIDENCE,
        "state": DocumentState.CHECKED,
        "upload_key": "evidence",
        "file_name": "fotos.pdf",
        "size_bytes": 1,
        "sha256": f"{number:064}",
        "storage_key": f"originals/{number}",
        "created_at": now,
    }


def _page(number: int, text: str) -> dict[str, Any]:
    words = [[word, 90.0, 10, 10, 80, 20] for word in text.split()[-10:]]
    return {
        "id": UUID(int=number + 1),
        "document_id": UUID(int=number // PAGES_A_CASE + 1),
        "number": number % PAGES_A_CASE + 1,
        "kind": PageKind.SCAN,
        "width_px": 1654,
        "height_px": 2339,
        "photos": [],
        "words": words,
    }


def _write_texts(session: Any, start: int, texts: Sequence[str]) -> None:  # noqa: ANN401 -- a session
    places = [UUID(int=start + index + 1) for index in range(len(texts))]
    terms = [list(folding.terms(text)) for text in texts]
    if session.get_bind().dialect.name == "sqlite":
        plain = [
            {"page_id": place, "search": " ".join(mine)}
            for place, mine in zip(places, terms, strict=True)
        ]
        session.execute(sa.insert(PageTextRow), plain)
        return
    vector = page_texts.both_vectors(sa.bindparam("text"), sa.bindparam("terms"))
    insert = sa.insert(PageTextRow.__table__).values(page_id=sa.bindparam("page"), search=vector)  # type: ignore[arg-type]
    rows = [
        {"page": place, "text": text, "terms": mine}
        for place, text, mine in zip(places, texts, terms, strict=True)
    ]
    session.connection().execute(insert, rows)


def _table(figures: Mapping[str, Mapping[str, Any]], pages: int) -> str:
    lines = [f"{pages} pages, bar {BAR_MS:.0f} ms (median)"]
    for kind, found in figures.items():
        lines.append(f"\n{kind}: {found['fill_pages_per_s']} pages/s written")
        lines.append(f"  {'question':<32}{'median':>10}{'worst':>10}{'first':>10}{'hits':>8}")
        for name, one in found["questions"].items():
            verdict = "ok" if one["median_ms"] <= BAR_MS else "MISSED"
            lines.append(
                f"  {name:<32}{one['median_ms']:>8.1f}ms{one['worst_ms']:>8.1f}ms"
                f"{one['first_ms']:>8.1f}ms{one['count']:>8}  {verdict}"
            )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
