# ruff: noqa: INP001 -- beside the program that uses it, not a package
"""Everybody confirms at once, and the workers are killed in the middle of the documents."""

import os
import signal
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sa
from certificates_people import PATIENCE_SECONDS, Business, Crowd
from kills_found import is_settled
from kills_stack import Parts

from review_service.db.models import AgreementRow, TaskRow
from review_service.domain.agreements import AgreementState
from review_service.domain.work import TaskKind, TaskState

LOOK_SECONDS: Final = 0.25
AIM_SECONDS: Final = 0.005
"""How often it is looked whether both workers are in the middle of a document."""
AIMED_SECONDS: Final = 20.0
"""After which they are killed whatever they do."""
READERS: Final = 8
"""People who open the form at the same time, before the burst."""
TOLD_SECONDS: Final = 15.0


@dataclass(frozen=True, kw_only=True)
class Burst:
    """What came of it; times in seconds from the moment when all pressed."""

    crowd: Crowd
    published: Sequence[float]
    """When each document was published."""
    confirmed: float
    """When the last «Confirmar» was answered."""
    fetched: float
    """When the last one had the file."""
    killed: int
    """Workers killed while they made a document."""


def burst(parts: Parts, people: Sequence[Business]) -> Burst:
    """Let everybody confirm at once; kill both workers when half of the documents are there."""
    with ThreadPoolExecutor(READERS) as readers:
        list(readers.map(Business.open_form, people))
    before = len(_published(parts))
    began = datetime.now(UTC)
    crowd = Crowd(people)
    crowd.begin()
    killed, is_half = 0, False
    told_at = time.monotonic()
    while crowd.is_waiting and time.monotonic() < crowd.began + 2 * PATIENCE_SECONDS:
        time.sleep(LOOK_SECONDS)
        done = len(_published(parts)) - before
        if not is_half and done >= len(people) / 2:
            is_half, killed = True, _kill_workers(parts)
        if time.monotonic() > told_at + TOLD_SECONDS:
            told_at = time.monotonic()
            sys.stderr.write(f"{done} of {len(people)} published\n")
    crowd.end()
    since = (moment for moment in _published(parts) if moment >= began)
    return Burst(
        crowd=crowd,
        published=[(moment - began).total_seconds() for moment in since],
        confirmed=crowd.all_confirmed_at - crowd.began,
        fetched=max(one.got_at for one in people) - crowd.began,
        killed=killed,
    )


def settle(parts: Parts) -> None:
    """Wait until no task waits, mails among them."""
    ends_at = time.monotonic() + PATIENCE_SECONDS
    while not is_settled(parts):
        if time.monotonic() > ends_at:
            raise SystemExit("some task is never done")
        time.sleep(LOOK_SECONDS)


def _published(parts: Parts) -> list[datetime]:
    published = sa.select(AgreementRow.published_at).where(
        AgreementRow.state == AgreementState.PUBLISHED
    )
    with parts.stack.container.reading() as uow:
        return [moment for moment in uow.session.scalars(published) if moment is not None]


def _kill_workers(parts: Parts) -> int:
    """Kill all workers at once, each in the middle of a document; return how many were."""
    workers = {worker.pid for worker in parts.of("worker")}
    ends_at = time.monotonic() + AIMED_SECONDS
    while (busy := _making(parts) & workers) != workers and time.monotonic() < ends_at:
        time.sleep(AIM_SECONDS)
    for pid in workers:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return len(busy)


def _making(parts: Parts) -> set[int]:
    """Return the processes that hold the lease of a document."""
    with parts.stack.container.reading() as uow:
        owners = uow.session.scalars(
            sa.select(TaskRow.lease_owner).where(
                TaskRow.kind == TaskKind.ISSUE_AGREEMENT,
                TaskRow.state == TaskState.READY,
                TaskRow.leased_until > uow.now,
            )
        )
        return {int(owner.split(":")[1]) for owner in owners if owner}
