# ruff: noqa: INP001 -- beside the programs that use it, not a package
"""The pages that ``scale.py`` measures, in the measured process."""

import json
import math
import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from flask import Flask

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import load_people
from scale_database import OFFICER, VERIFICATION_KEY
from scale_rows import agreement_id, application_id, is_issued

from review_service.bootstrap import Container, Role
from review_service.cli.base import container
from review_service.db import claims
from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    SessionKind,
    SessionRow,
)
from review_service.domain.numbering import hash_secret, verification_token
from review_service.domain.renewals import Standing
from review_service.services.review import claiming
from review_service.web import account_turns
from review_service.web.remembering import EXTENSION

TOKENS: Final = {SessionKind.OFFICER: "officer" * 6, SessionKind.APPLICANT: "applicant" * 5}
COOKIES: Final = {SessionKind.OFFICER: "funcionario", SessionKind.APPLICANT: "solicitante"}
SHOWN_SEARCHES: Final = 12
LOOP_STEPS: Final = 100_000
ANEW: Final = ", counted anew"
"""Ends the name of a page whose numbers the process does not remember from the request before."""
FILTERS: Final = {
    "track": "via=mipyme",
    "zone": "zona=Zonal+1",
    "canton": "canton=Otavalo%2C+Imbabura",
    "canton that has none": "canton=Sevilla+Don+Bosco%2C+Pichincha",
    "kind": "tipo=new",
    "frequent finding": "alerta=photo_blurred",
    "rare finding": "alerta=photo_dark",
    "finding that none has": "alerta=text_missing",
    "age": "antiguedad=mas-de-30",
    "age that few have": "antiguedad=hasta-3",
    "holder": "la-tiene=libre",
    "holder, own": "la-tiene=yo",
    "all of them": "via=artisan&zona=Zonal+1&tipo=new&alerta=photo_blurred"
    "&antiguedad=mas-de-30&la-tiene=libre",
    "two that never meet": "canton=Otavalo%2C+Imbabura&zona=Zonal+7",
    "zone and clean": "vista=sin-alertas&zona=Zonal+1",
    "zone and rare finding": "zona=Zonal+3&alerta=photo_dark",
}


def pages(times: int) -> dict[str, list[tuple[float, float]]]:
    """Return the milliseconds of each request of each page, the same requests at each call.

    Beside each those of a loop right after it, which says how fast the machine was.
    """
    from review_service.web import create_app  # noqa: PLC0415 -- jobs do without
    from review_service.web.wsgi import leave_out_of_collections  # noqa: PLC0415

    here = container(Role.WEB)
    app = create_app(here)
    leave_out_of_collections()  # as the web process does
    # One account that asks without a pause after another one did would rest for its sake (ADR 42).
    app.extensions[account_turns.EXTENSION].free_seconds = math.inf
    count = int(os.environ["SCALE_APPLICATIONS"])
    sample = _Sample(here, count)
    taken: dict[str, list[tuple[float, float]]] = {}
    for name, kind, addresses in sample.pages():
        client = app.test_client()
        if kind is not None:
            client.set_cookie(COOKIES[kind], TOKENS[kind])
        for turn in range(times + 2):
            address = addresses[turn % len(addresses)]
            if name.endswith(ANEW):
                _forget_counts(app)
            # Each from an address of its own, or the limits would answer.
            environ = {"REMOTE_ADDR": f"10.{turn % 250}.{random.randrange(250)}.1"}  # noqa: S311
            began = time.perf_counter()
            answer = client.get(address, environ_overrides=environ)
            spent = (time.perf_counter() - began) * 1000
            if not is_measured(address, answer.status_code):
                raise SystemExit(f"{name}: {address} answers {answer.status_code}")
            if turn >= 2:  # noqa: PLR2004 -- the first two load templates
                taken.setdefault(name, []).append((spent, _loop()))
    return {**taken, "next case": _cases_taken(here, times)}


def is_measured(address: str, status: int) -> bool:
    """Return whether an answer is the page that was asked for.

    One that sends to the sign-in or says that it is too busy takes a millisecond. Health says 503
    here, as there is no queue.
    """
    return status == HTTPStatus.OK or (
        status == HTTPStatus.SERVICE_UNAVAILABLE and address == "/salud"
    )


def _loop() -> float:
    """Return the milliseconds that a loop takes which is the same on every machine."""
    began = time.perf_counter()
    for _ in range(LOOP_STEPS):
        pass
    return (time.perf_counter() - began) * 1000


def _forget_counts(app: Flask) -> None:
    """Let the queue be counted as for the first officer who asks for it in some seconds."""
    known = app.extensions.get(EXTENSION, {})
    for name in [each for each in known if each.startswith(("counts", "filters ", "legal_"))]:
        known.pop(name)


def _cases_taken(here: Container, times: int) -> list[tuple[float, float]]:
    """Return the milliseconds of each time that an officer takes the next case."""
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        claiming.take_next(here.writing(), officer_id=OFFICER)
        spent.append(((time.perf_counter() - began) * 1000, _loop()))
    with here.writing() as uow:
        claims.give_all_back(uow, officer_id=OFFICER)
        uow.commit()
    return spent


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
        self._issued = [number for number in self._numbers if is_issued(number, count)]

    @property
    def rows(self) -> Sequence[ApplicationRow]:
        """The applications that it chose."""
        return self._rows

    def pages(self) -> Iterator[tuple[str, SessionKind | None, list[str]]]:
        """Yield name, who asks, and the addresses to ask for in turn."""
        officer, applicant = SessionKind.OFFICER, SessionKind.APPLICANT
        yield "home", None, ["/"]
        yield "health", None, ["/salud"]
        yield "figures", None, ["/cifras"]
        yield "verify by QR", None, [f"/v/{self._token(number)}" for number in self._issued[:30]]
        yield "own applications", applicant, ["/solicitudes"]
        yield "own application", applicant, [f"/solicitudes/{self._own}"]
        for view in ("por-revisar", "vencen-hoy", "corregidas", "sin-alertas"):
            yield f"queue {view}", officer, [f"/revision?vista={view}"]
        for name, query in FILTERS.items():
            yield f"queue by {name}", officer, [f"/revision?{query}"]
        for view in ("por-revisar", "sin-alertas"):
            yield f"queue {view}{ANEW}", officer, [f"/revision?vista={view}"]
        for name, query in FILTERS.items():
            yield f"queue by {name}{ANEW}", officer, [f"/revision?{query}"]
        yield "queue, a later page", officer, [self._later("/revision")]
        yield "case", officer, [f"/revision/casos/{each}" for each in self._open]
        yield "officers' health", officer, ["/revision/salud"]
        yield "panel", officer, ["/revision/panel?dias=365"]
        trial = "/revision/panel/reglas/categories.limits@2018-12-01"
        yield "panel, a rule tried", officer, [trial]
        yield "panel, checks", officer, ["/revision/panel/controles?dias=365"]
        yield "Acuerdos", officer, ["/revision/acuerdos"]
        yield "Acuerdos, a later page", officer, [self._later("/revision/acuerdos")]
        for standing in Standing:
            address = f"/revision/acuerdos?estado={standing.value}"
            yield f"Acuerdos {standing.value}", officer, [address]
        yield (
            "texts, rare",
            officer,
            [f"/revision/textos?q={row.reference.replace('-', '')}" for row in self._rows[:20]],
        )
        yield "texts, frequent", officer, ["/revision/textos?q=chimaba"]
        for name, asked in self._searches().items():
            yield f"search {name}", officer, [f"/revision?q={each}" for each in asked]
            yield f"Acuerdos {name}", officer, [f"/revision/acuerdos?q={each}" for each in asked]
            filtered = [f"/revision?q={each}&zona=Zonal+1" for each in asked]
            yield f"in a zone {name}", officer, filtered

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
    here = container(Role.WEB)
    sample = _Sample(here, int(os.environ["SCALE_APPLICATIONS"]))
    found = {
        name: [(path, f"{COOKIES[kind]}={TOKENS[kind]}" if kind else "-=-") for path in paths]
        for name, kind, paths in sample.pages()
    }
    _store_the_newest_agreement(here)
    owners, officer = load_people.applicants(here, sample.rows), COOKIES[SessionKind.OFFICER]
    officers = [f"{officer}={token}" for token in load_people.officers(here)]
    owner = COOKIES[SessionKind.APPLICANT]
    return {
        **found,
        "own applications": [("/solicitudes", f"{owner}={token}") for _, token in owners],
        "own application": [(f"/solicitudes/{own}", f"{owner}={token}") for own, token in owners],
        "case": [(path, cookie) for path, _ in found["case"] for cookie in officers],
        "queue": [(path, cookie) for path, _ in found["queue por-revisar"] for cookie in officers],
        "verify": [("/verificar", "-=-")],
        "help": [("/ayuda", "-=-")],
    }


def _store_the_newest_agreement(here: Container) -> None:
    """Put bytes where its row says, or the web process would take the store for another one."""
    newest = (
        sa.select(AgreementRow.storage_key)
        .where(AgreementRow.storage_key.is_not(None))
        .order_by(AgreementRow.numbered_at.desc())
        .limit(1)
    )
    with here.reading() as uow:
        key = uow.session.execute(newest).scalar_one()
    here.store.prepare()
    if here.store.size(str(key)) is None:  # the database may have been kept from a run before
        here.store.put(str(key), BytesIO(b"%PDF-1.7"))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(mix()) + "\n")
