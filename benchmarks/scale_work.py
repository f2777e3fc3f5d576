# ruff: noqa: INP001 -- beside the programs that use it, not a package
"""What ``scale.py`` measures, in the measured process: the pages and the jobs."""

import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, cast
from uuid import UUID, uuid4

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scale_database import OFFICER, VERIFICATION_KEY
from scale_rows import agreement_id, application_id, is_issued

from review_service.adapters.local_store import LocalFileStore
from review_service.bootstrap import Container
from review_service.cli.base import container
from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    DocumentRow,
    PageRow,
    SessionKind,
    SessionRow,
)
from review_service.domain.numbering import hash_secret, verification_token
from review_service.ports import FileStore, StoredKey
from review_service.services.agreements import proving
from review_service.services.applicant import sending
from review_service.services.review import correcting
from review_service.services.upkeep import file_recovery, mending, row_holding, sweeping
from review_service.services.upkeep.audit_check import check_audit
from review_service.services.upkeep.checked_part import ReachedFile
from review_service.services.upkeep.invariants import check_again
from review_service.services.upkeep.sealing import SealKeeper

TOKENS: Final = {SessionKind.OFFICER: "officer" * 6, SessionKind.APPLICANT: "applicant" * 5}
COOKIES: Final = {SessionKind.OFFICER: "funcionario", SessionKind.APPLICANT: "solicitante"}
SHOWN_SEARCHES: Final = 12


class ListedStore:
    """A store that lists what the rows name, and one orphan in a thousand; it holds no bytes."""

    def __init__(self, parts: Container) -> None:
        self._parts = parts
        self._files = parts.store
        self.deleted = 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 -- the rest is the real store's
        return getattr(self._files, name)

    def keys(self, prefix: str) -> Iterator[StoredKey]:
        """List in the order of keys, a page at a time, as a store does."""
        columns = {
            "originals/": [DocumentRow.storage_key],
            "agreements/": [AgreementRow.storage_key],
            "derived/": [PageRow.image_key, PageRow.thumbnail_key],
        }
        old = datetime.now(UTC) - timedelta(days=30)
        for start, named in columns.items():
            if not prefix.startswith(start):
                continue
            for column in named:
                with self._parts.database.engine.connect() as connection:
                    found = connection.execution_options(yield_per=1000).execute(
                        sa.select(column).where(column.startswith(prefix))
                    )
                    for count, (key,) in enumerate(found):
                        yield StoredKey(key=str(key), size_bytes=1, modified_at=old)
                        if count % 1000 == 0:
                            yield StoredKey(key=f"{prefix}{uuid4()}", size_bytes=1, modified_at=old)

    def size(self, key: str) -> int | None:
        """Say that every named file is there."""
        return 1 if key else None

    def delete(self, key: str) -> None:
        """Count."""
        del key
        self.deleted += 1


def parts() -> Container:
    """Return the parts of a process, with a store that holds no bytes."""
    made = container()
    return replace(made, store=cast("FileStore", ListedStore(made)))


def _reconcile(here: Container) -> object:
    done = mending.reconcile(
        here.writing, here.queue, here.store, max_attempts=3, scan_required=False
    )
    return done.notified


def _seal(here: Container) -> object:
    real = replace(here, store=LocalFileStore(here.settings.data_dir / "files"))
    made = SealKeeper(real.sealing, here.writing, here.reading).round()
    return made.statement.sequence if made else 0


def _audit(here: Container, *, only_after: bool) -> object:
    real = replace(here, store=LocalFileStore(here.settings.data_dir / "files"))
    places = real.sealing.places
    report = check_audit(
        here.reading, checker=real.sealing.sealer, places=places, only_after=only_after
    )
    return len(report.links) + len(report.problems)


def _invariants(here: Container, *, is_whole: bool) -> object:
    """Read everything, or what is due on the day after."""
    reached_file = ReachedFile(here.settings.seals.folder / "row-check.json")
    if is_whole:
        reached_file.forget()
    sealing = replace(here, store=LocalFileStore(here.settings.data_dir / "files")).sealing
    checked = check_again(here.reading, here.store, sealing=sealing, reached_file=reached_file)
    return len(checked.broken)


JOBS: Final[Mapping[str, Callable[[Container], object]]] = MappingProxyType(
    {
        "reconcile": _reconcile,
        "lapse": lambda here: sending.lapse_unconfirmed(here.writing()),
        "withdraw": lambda here: correcting.withdraw_overdue(
            here.writing(), institution=here.institution()
        ),
        "sweep": lambda here: sweeping.sweep(here.reading, here.store),
        "recheck_files": lambda here: file_recovery.recheck(here.writing, here.store).mended,
        "prune": lambda here: sweeping.prune(here.writing()),
        "prove_papers": lambda here: proving.ask_for_the_oldest(here.writing()),
        "hold_rows": lambda here: row_holding.go_on(here.reading, here.writing, seconds=120),
        "seal": _seal,
        "audit_verify": lambda here: _audit(here, only_after=False),
        "audit_verify_only_after": lambda here: _audit(here, only_after=True),
        "invariants_whole": lambda here: _invariants(here, is_whole=True),
        "invariants": lambda here: _invariants(here, is_whole=False),
    }
)
"""The jobs by name; each returns how much it found or did."""


def pages(times: int) -> dict[str, list[float]]:
    """Return the milliseconds of each request of each page."""
    from review_service.web import create_app  # noqa: PLC0415 -- jobs do without

    here = container()
    app = create_app(here)
    count = int(os.environ["SCALE_APPLICATIONS"])
    sample = _Sample(here, count)
    taken: dict[str, list[float]] = {}
    for name, kind, addresses in sample.pages():
        client = app.test_client()
        if kind is not None:
            client.set_cookie(COOKIES[kind], TOKENS[kind])
        for turn in range(times + 2):
            address = addresses[turn % len(addresses)]
            # Each from an address of its own, or the limits would answer.
            environ = {"REMOTE_ADDR": f"10.{turn % 250}.{random.randrange(250)}.1"}  # noqa: S311
            began = time.perf_counter()
            answer = client.get(address, environ_overrides=environ)
            spent = (time.perf_counter() - began) * 1000
            if answer.status_code not in {200, 303, 503}:  # health, without a queue
                raise SystemExit(f"{name}: {address} answers {answer.status_code}")
            if turn >= 2:  # noqa: PLR2004 -- the first two load templates
                taken.setdefault(name, []).append(spent)
    return taken


class _Sample:
    """Addresses of pages, chosen from the rows."""

    def __init__(self, here: Container, count: int) -> None:
        self._here = here
        chance = random.Random(7)  # noqa: S311 -- the same at every run
        self._numbers = [chance.randrange(count) for _ in range(400)]
        with here.writing() as uow:
            ids = [application_id(number) for number in self._numbers[:100]]
            chosen = sa.select(ApplicationRow).where(ApplicationRow.id.in_(ids))
            self._rows = list(uow.session.scalars(chosen))
            self._open = list(
                uow.session.scalars(
                    sa.select(ApplicationRow.id)
                    .where(
                        ApplicationRow.state == "in_review", ApplicationRow.id >= UUID(int=5 << 124)
                    )
                    .order_by(ApplicationRow.id)
                    .limit(20)
                )
            )
            owner = self._rows[0]
            for session_kind, token in TOKENS.items():
                is_officer = session_kind is SessionKind.OFFICER
                uow.session.execute(
                    sa.delete(SessionRow).where(SessionRow.token_hash == hash_secret(token))
                )
                uow.session.add(
                    SessionRow(
                        kind=session_kind,
                        token_hash=hash_secret(token),
                        ruc=None if is_officer else owner.ruc,
                        officer_id=OFFICER if is_officer else None,
                        created_at=uow.now,
                        last_seen_at=uow.now,
                        expires_at=uow.now + timedelta(hours=2),
                        second_factor_at=uow.now if is_officer else None,
                    )
                )
            uow.commit()
            self._own = owner.id
        self._issued = [number for number in self._numbers if is_issued(number)]

    def pages(self) -> Iterator[tuple[str, SessionKind | None, list[str]]]:
        """Yield name, who asks, and the addresses to ask for in turn."""
        officer, applicant = SessionKind.OFFICER, SessionKind.APPLICANT
        yield "home", None, ["/"]
        yield "health", None, ["/salud"]
        yield "verify by QR", None, [f"/v/{self._token(number)}" for number in self._issued[:30]]
        yield "own applications", applicant, ["/solicitudes"]
        yield "own application", applicant, [f"/solicitudes/{self._own}"]
        for view in ("por-revisar", "vencen-hoy", "corregidas", "sin-alertas"):
            yield f"queue {view}", officer, [f"/revision?vista={view}"]
        yield "queue, a later page", officer, [self._later("/revision")]
        yield "next case", officer, ["/revision/siguiente"]
        yield "case", officer, [f"/revision/casos/{each}" for each in self._open]
        yield "officers' health", officer, ["/revision/salud"]
        yield "Acuerdos", officer, ["/revision/acuerdos"]
        yield "Acuerdos, a later page", officer, [self._later("/revision/acuerdos")]
        yield (
            "texts, rare",
            officer,
            [f"/revision/textos?q={row.reference.replace('-', '')}" for row in self._rows[:20]],
        )
        yield "texts, frequent", officer, ["/revision/textos?q=chimaba"]
        for name, asked in self._searches().items():
            yield f"search {name}", officer, [f"/revision?q={each}" for each in asked]
            yield f"Acuerdos {name}", officer, [f"/revision/acuerdos?q={each}" for each in asked]

    def _searches(self) -> dict[str, list[str]]:
        rows = self._rows[:SHOWN_SEARCHES]
        names = [row.holder.split() for row in rows]
        return {
            "by reference": [row.reference for row in rows],
            "by serial only": [row.reference.split("-")[2] for row in rows],
            "by RUC": [row.ruc for row in rows],
            "by begin of RUC": [row.ruc[:7] for row in rows],
            "by number": [f"MPCEI-MDT-{2020 + at % 5}-{at * 37 + 1:06d}" for at in range(10)],
            "by family name": [each[0] for each in names],
            "by whole name": ["+".join(each) for each in names],
            "by inner part": [each[0][1:] for each in names],
            "by first name": ["MARIA", "begoña"],
            "by trade": ["filigrana", "toquilla"],
            "by name and trade": [
                f"{each[0]}+{str(row.sheet['trade']).split()[-1]}"
                for each, row in zip(names, rows, strict=True)
            ],
            "finds nothing": ["zzyzx", "AR-2031-000001", "1799999999001", "xq"],
            "frequent words never together": ["filigrana+toquilla"],
        }

    def _token(self, number: int) -> str:
        return verification_token(VERIFICATION_KEY, agreement_id(number))

    def _later(self, address: str) -> str:
        moment = datetime.now(UTC) - timedelta(days=1500 if "acuerdos" in address else 0)
        return f"{address}?desde=d~{moment:%Y%m%dT%H%M%S}.000000~{UUID(int=5 << 124).hex}"


def mix() -> dict[str, list[tuple[str, str]]]:
    """Return the addresses of ``load.py``'s mix with the cookie of who asks."""
    here = container()
    sample = _Sample(here, int(os.environ["SCALE_APPLICATIONS"]))
    found = {
        name: [(path, f"{COOKIES[kind]}={TOKENS[kind]}" if kind else "-=-") for path in paths]
        for name, kind, paths in sample.pages()
    }
    return {
        **found,
        "queue": found["queue por-revisar"],
        "verify": [("/verificar", "-=-")],
        "help": [("/ayuda", "-=-")],
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(mix()) + "\n")
