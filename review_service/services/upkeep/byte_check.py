"""Compares every stored file with the SHA-256 in its row; can be interrupted and resumed."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import AgreementRow, DocumentRow, LetterPhotoRow, PageRow
from review_service.db.named_files import PAGE_KEYS, STAGES, Row, files_named_by, ids_after
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.stored_files import FileProblem, NamedFile
from review_service.ports import FileStore
from review_service.services.stored_files import Compared, compare
from review_service.services.upkeep import file_incidents
from review_service.services.upkeep.rounds import Round

ROWS: Final = 200
"""Rows in memory at once; the place reached is saved after each batch of this size."""
STALE: Final = timedelta(days=7)
"""An interrupted check older than this starts again: files may have changed since."""
ORDER: Final = [str(each.__tablename__) for each in STAGES]
"""Saved with a place: its stage is a number, and another version walks other tables."""
ROW_LABELS: Final = MappingProxyType(
    {
        AgreementRow: "Documento emitido",
        DocumentRow: "Documento",
        LetterPhotoRow: "Foto de una carta",
        PageRow: "Página",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far a walk has come."""

    stage: int = 0
    after: str = ""
    """Id of the last row looked at; empty at the beginning of a stage."""
    files: int = 0
    size_bytes: int = 0
    broken: int = 0
    adopted: int = 0
    """Older page images without a stored hash whose hash was stored now."""
    began_at: str = ""
    unread: int = 0
    """Files and rows that could not be read and were left out."""
    rested_at: str = ""

    @property
    def is_done(self) -> bool:
        """Whether every stage was walked."""
        return self.stage >= len(STAGES)


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenFile:
    """One file that is not what its row says."""

    file: NamedFile
    problem: FileProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """One file that could not be read although the store answers, or one row."""

    what: str
    """What people call it."""
    name: str
    """The file's key, or the row's id."""


class PlaceFile:
    """Keeps the place reached in a small file, so that the check can be resumed."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, *, now: datetime) -> Place:
        """Return where the last check stopped; the beginning if it ended, is stale or unknown.

        A file that says what no check of this version has written is unknown: it must not end a
        check early, nor go on with another table than it stopped at.
        """
        beginning = Place(began_at=now.isoformat())
        try:
            told = json.loads(self._path.read_text(encoding="utf-8"))
            if told.pop("order", None) != ORDER:
                return beginning
            place = Place(**told)
            age = now - datetime.fromisoformat(place.rested_at)
            UUID(place.after or "0" * 32)
        except (OSError, ValueError, TypeError, AttributeError, RecursionError):
            return beginning
        counts = (
            place.stage, place.files, place.size_bytes, place.broken, place.adopted, place.unread
        )  # fmt: skip
        is_ours = all(type(count) is int and count >= 0 for count in counts) and not place.is_done
        return place if is_ours and timedelta(0) <= age < STALE else beginning

    def write(self, place: Place) -> None:
        """Save the place reached; the file is replaced atomically."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        partial = self._path.with_name(f"{self._path.name}.partial")
        told = {"order": ORDER, **asdict(place)}
        partial.write_text(json.dumps(told), encoding="utf-8")
        partial.replace(self._path)

    def forget(self) -> None:
        """Delete the saved place, so that the next check starts from the beginning."""
        self._path.unlink(missing_ok=True)


def check_bytes(
    writing: UnitFactory,
    store: FileStore,
    place_file: PlaceFile,
    *,
    on_place: Callable[[Place], None] = lambda _: None,
) -> Iterator[BrokenFile | Unread | Place]:
    """Compare every stored file; yield each broken or unread one and, at the end, a ``Place``.

    Broken files become incidents, right ones close theirs. Goes on where the last walk rested.
    ``on_place`` hears of the progress. Holds one batch of rows and one piece of a file in memory.
    Raises ``StoreError`` when the store does not answer; the place stays for the next time.
    """
    looking = Round("file_not_compared", store=store)
    with writing() as uow:
        place = place_file.read(now=uow.now)
    while not place.is_done:
        stage = STAGES[place.stage]
        with writing() as uow:
            now = uow.now
            after = UUID(place.after) if place.after else None
            ids = ids_after(uow, stage, after, size=ROWS)
        files, unread = _files(looking, writing, stage, ids)
        right = []
        for file in files:
            compared = _compared(looking, writing, store, file)
            if compared is None:
                unread.append(_unread(file))
                continue
            found, is_told = compared
            place = replace(
                place, files=place.files + 1, size_bytes=place.size_bytes + found.size_bytes
            )
            if found.problem is None:
                right.append((file, found))
            elif is_told:
                place = replace(place, broken=place.broken + 1)
                yield BrokenFile(file=file, problem=found.problem)
        adopted, unsettled = _settle(looking, writing, right)
        unread += unsettled
        yield from unread
        place = replace(
            place,
            stage=place.stage if ids else place.stage + 1,
            after=str(ids[-1]) if ids else "",
            adopted=place.adopted + adopted,
            unread=place.unread + len(unread),
            rested_at=now.isoformat(timespec="seconds"),
        )
        place_file.write(place)
        on_place(place)
    place_file.forget()
    yield place


def _files(
    looking: Round, writing: UnitFactory, stage: type[Row], ids: Sequence[UUID]
) -> tuple[list[NamedFile], list[Unread]]:
    """Return the files that these rows name, and the rows that cannot be read."""
    files: list[NamedFile] = []

    def add(some: Sequence[UUID]) -> None:
        with writing() as uow:
            files.extend(files_named_by(uow, stage, some))

    unread = looking.some(ids, add, ids=lambda row_id: {"row_id": row_id})
    return files, [Unread(what=ROW_LABELS[stage], name=str(row_id)) for row_id in unread]


def _compared(
    looking: Round, writing: UnitFactory, store: FileStore, file: NamedFile
) -> tuple[Compared, bool] | None:
    """Compare a file and tell of it when it is broken; None when it cannot be read.

    The second value is whether a row still names it, so that it was told.
    """
    with looking.one(owner_id=file.owner_id):
        found = compare(store, file)
        if found.problem is None:
            return found, False
        return found, file_incidents.report(writing(), file, found.problem)
    return None


def _unread(file: NamedFile) -> Unread:
    return Unread(what=file.kind.label, name=file.key)


def _settle(
    looking: Round, writing: UnitFactory, right: Sequence[tuple[NamedFile, Compared]]
) -> tuple[int, list[Unread]]:
    """Close the incidents of correct files; return how many had no stored hash before.

    The second value are those for which it failed.
    """
    adopted: list[int] = []
    unsettled = looking.some(
        right,
        lambda some: adopted.append(_write_down_all(writing(), some)),
        ids=lambda one: {"owner_id": one[0].owner_id},
    )
    return sum(adopted), [_unread(file) for file, _ in unsettled]


def _write_down_all(uow: UnitOfWork, right: Sequence[tuple[NamedFile, Compared]]) -> int:
    with uow:
        file_incidents.close(uow, [file.key for file, _ in right])
        adopted = sum(_write_down(uow, file, found) for file, found in right if file.sha256 is None)
        uow.commit()
    return adopted


def _write_down(uow: UnitOfWork, file: NamedFile, found: Compared) -> int:
    key, column = PAGE_KEYS[file.kind]
    changed = uow.session.execute(
        sa.update(PageRow)
        .where(PageRow.document_id == file.owner_id, key == file.key, column.is_(None))
        .values({column.key: found.sha256})
        .returning(PageRow.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(changed)
