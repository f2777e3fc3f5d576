"""Imports the SRI's catastro, the e-mail feed, and agreements issued before this service.

Files are streamed in batches, each batch one transaction that also says how far it came: an
import that breaks off goes on where it stopped, and one that ran to its end changes nothing.
"""

import codecs
import csv
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from types import MappingProxyType

from review_service.db.base import Base
from review_service.db.models import (
    EstablishmentRow,
    PriorAgreementRow,
    RegisteredEmailRow,
    RegistryImportRow,
    TaxpayerRow,
)
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain import catastro
from review_service.domain.errors import InvalidInputError
from review_service.domain.numbering import clean_number
from review_service.domain.paper_signs import undrawn_problem

BATCH_LINES = 2000
PIECE_BYTES = 1024 * 1024
MAX_FIELD_CHARACTERS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """Counts of one import."""

    lines: int
    refused: int
    already_done: bool
    unprintable: tuple[str, ...] = ()
    """The first lines refused for a sign that no paper can print, each as one sentence."""


Progress = Callable[[int], None]
_Store = Callable[[UnitOfWork, Sequence[Sequence[str]], str], int]


def import_registry(writing: UnitFactory, file: Path, *, progress: Progress) -> Imported:
    """Import a catastro file or an e-mail feed; the header says which.

    Raises ``InvalidInputError`` when it is neither.
    """
    encoding = _encoding(file)
    header = _header(file, encoding)
    if catastro.is_catastro(header):
        columns = catastro.columns_of(header)
        printed = {name: columns[name] for name in PRINTED_COLUMNS if name in columns}
        return _run(writing, file, encoding, _catastro_store(columns), progress, printed)
    if catastro.is_email_feed(header):
        return _run(writing, file, encoding, _store_emails, progress)
    raise InvalidInputError(
        {"file": "El archivo no es un catastro del SRI ni una lista NUMERO_RUC|CORREO."}
    )


def import_agreements(writing: UnitFactory, file: Path, *, progress: Progress) -> Imported:
    """Import agreements issued before this service.

    Columns ``NUMERO|RUC|TITULAR|ACTIVIDAD|EMITIDO|VALIDO_HASTA``, dates as ``2023-11-20``; a last
    column ``REVOCADO`` may give the day from which an agreement counts no more.
    Raises ``InvalidInputError`` for another header.
    """
    encoding = _encoding(file)
    header = [name.strip().upper() for name in _header(file, encoding)]
    if header not in (AGREEMENT_COLUMNS, [*AGREEMENT_COLUMNS, REVOKED_COLUMN]):
        raise InvalidInputError(
            {"file": f"La primera línea debe ser {'|'.join(AGREEMENT_COLUMNS)}."}
        )
    return _run(writing, file, encoding, _store_agreements, progress)


AGREEMENT_COLUMNS = ["NUMERO", "RUC", "TITULAR", "ACTIVIDAD", "EMITIDO", "VALIDO_HASTA"]
REVOKED_COLUMN = "REVOCADO"
PRINTED_COLUMNS = (
    "RAZON_SOCIAL",
    "ACTIVIDAD_ECONOMICA",
    "DESCRIPCION_PROVINCIA_EST",
    "DESCRIPCION_CANTON_EST",
)
"""What an Acuerdo prints of the register."""
NAMED_LINES = 10


def _run(
    writing: UnitFactory,
    file: Path,
    encoding: str,
    store: _Store,
    progress: Progress,
    printed: Mapping[str, int] = MappingProxyType({}),
) -> Imported:
    unprintable: list[str] = []
    sha256 = _sha256(file)
    with writing() as uow:
        former = uow.session.get(RegistryImportRow, sha256)
        if former is None:
            former = RegistryImportRow(
                sha256=sha256,
                file_name=file.name,
                lines_done=0,
                lines_refused=0,
                started_at=uow.now,
            )
            uow.session.add(former)
            uow.commit()
        elif former.finished_at is not None:
            return Imported(
                lines=former.lines_done, refused=former.lines_refused, already_done=True
            )
        done, refused = former.lines_done, former.lines_refused
    lines = islice(_lines(file, encoding), done + 1, None)
    while batch := list(islice(lines, BATCH_LINES)):
        # The header is the first line of the file.
        bad = _unprintable(batch, printed, first_line=done + 2)
        unprintable += list(bad.values())[: NAMED_LINES - len(unprintable)]
        kept = [cells for at, cells in enumerate(batch) if at not in bad]
        with writing() as uow:
            refused += len(batch) - store(uow, kept, file.name)
            done += len(batch)
            _keep(uow, sha256, done=done, refused=refused, finished=False)
            uow.commit()
        progress(done)
    with writing() as uow:
        _keep(uow, sha256, done=done, refused=refused, finished=True)
        uow.record("imported", actor="operator", lines=done, refused=refused)
        uow.commit()
    return Imported(lines=done, refused=refused, already_done=False, unprintable=tuple(unprintable))


def _unprintable(
    batch: Sequence[Sequence[str]], printed: Mapping[str, int], *, first_line: int
) -> dict[int, str]:
    """Return, by place in the batch, a sentence on each line that could not be printed."""
    found: dict[int, str] = {}
    for at, cells in enumerate(batch):
        for name, place in printed.items():
            text = cells[place] if place < len(cells) else ""
            if problem := undrawn_problem(text, field=f"Línea {first_line + at}: {name}"):
                found[at] = problem
                break
    return found


def _keep(uow: UnitOfWork, sha256: str, *, done: int, refused: int, finished: bool) -> None:
    row = uow.session.get_one(RegistryImportRow, sha256)
    row.lines_done, row.lines_refused = done, refused
    row.finished_at = uow.now if finished else None


def _catastro_store(columns: dict[str, int]) -> _Store:
    def store(uow: UnitOfWork, batch: Sequence[Sequence[str]], source: str) -> int:
        lines = [
            line for cells in batch if (line := catastro.parse_line(cells, columns)) is not None
        ]
        taxpayers: dict[str, dict[str, object]] = {
            line.ruc: {
                "ruc": line.ruc,
                "name": line.name,
                "status": line.status,
                "taxpayer_class": line.taxpayer_class,
                "taxpayer_type": line.taxpayer_type,
                "started_on": line.started_on,
                "source": source,
                "imported_at": uow.now,
            }
            for line in lines
        }
        places: dict[tuple[str, str], dict[str, object]] = {
            (line.ruc, line.number): {
                "ruc": line.ruc,
                "number": line.number,
                "trade_name": line.trade_name,
                "is_open": line.is_open,
                "province": line.province,
                "canton": line.canton,
                "parish": line.parish,
                "ciiu": line.ciiu,
                "activity": line.activity,
            }
            for line in lines
        }
        _upsert(uow, TaxpayerRow, list(taxpayers.values()))
        _upsert(uow, EstablishmentRow, list(places.values()))
        return len(lines)

    return store


def _store_emails(uow: UnitOfWork, batch: Sequence[Sequence[str]], source: str) -> int:
    pairs = [pair for cells in batch if (pair := catastro.parse_email(cells)) is not None]
    rows: dict[str, dict[str, object]] = {
        ruc: {"ruc": ruc, "email": email, "source": source, "imported_at": uow.now}
        for ruc, email in pairs
    }
    _upsert(uow, RegisteredEmailRow, list(rows.values()))
    return len(pairs)


def _store_agreements(uow: UnitOfWork, batch: Sequence[Sequence[str]], source: str) -> int:
    rows: dict[object, dict[str, object]] = {}
    stored = 0
    for cells in batch:
        row = _agreement(cells)
        if row is not None:
            rows[row["number"]] = {**row, "source": source, "imported_at": uow.now}
            stored += 1
    _upsert(uow, PriorAgreementRow, list(rows.values()))
    return stored


def _agreement(cells: Sequence[str]) -> dict[str, object] | None:
    if len(cells) - len(AGREEMENT_COLUMNS) not in {0, 1}:
        return None
    number, ruc, holder, activity, issued, until, *rest = (cell.strip() for cell in cells)
    try:
        issued_on, valid_until = date.fromisoformat(issued), date.fromisoformat(until)
        revoked_on = date.fromisoformat(rest[0]) if rest and rest[0] else None
    except ValueError:
        return None
    if not number or not catastro.RUC.fullmatch(ruc) or valid_until < issued_on:
        return None
    return {
        "number": clean_number(number),
        "ruc": ruc,
        "holder": holder,
        "activity": activity,
        "issued_on": issued_on,
        "valid_until": valid_until,
        "revoked_on": revoked_on,
    }


def _upsert(uow: UnitOfWork, row: type[Base], values: list[dict[str, object]]) -> None:
    """Insert or overwrite whole rows by primary key, in one statement per batch."""
    if not values:
        return
    table = Base.metadata.tables[row.__tablename__]
    keys = [column.name for column in table.primary_key]
    if uow.session.get_bind().dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert  # noqa: PLC0415
    else:
        from sqlalchemy.dialects.postgresql import (  # type: ignore[assignment]  # noqa: PLC0415
            insert,
        )
    statement = insert(table)
    fresh = {name: statement.excluded[name] for name in values[0] if name not in keys}
    uow.session.execute(statement.on_conflict_do_update(index_elements=keys, set_=fresh), values)


def _lines(file: Path, encoding: str) -> Iterator[list[str]]:
    csv.field_size_limit(MAX_FIELD_CHARACTERS)
    with file.open(encoding=encoding, newline="", errors="replace") as text:
        reader = csv.reader(text, delimiter=catastro.SEPARATOR)
        try:
            yield from reader
        except csv.Error as error:
            raise InvalidInputError(
                {
                    "file": f"Cerca de la línea {reader.line_num} unas comillas se abren y no se "
                    "cierran. Corríjala y repita: lo anterior ya está guardado."
                }
            ) from error


def _header(file: Path, encoding: str) -> list[str]:
    return next(_lines(file, encoding), [])


def _encoding(file: Path) -> str:
    """Tell UTF-8 from Latin-1 by the whole file; the SRI publishes both."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    with file.open("rb") as binary:
        while piece := binary.read(PIECE_BYTES):
            try:
                decoder.decode(piece)
            except UnicodeDecodeError:
                return "latin-1"
    return "utf-8-sig"


def _sha256(file: Path) -> str:
    with file.open("rb") as binary:
        return hashlib.file_digest(binary, "sha256").hexdigest()
