# ruff: noqa: INP001 -- beside the program that uses it, not a package
"""What ``kills.py`` breaks: processes that are killed, and the parts beside them that fail.

Each kill remembers what was in hand, and is over when that is done; each fault remembers what
waited when it ended.
"""

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final
from urllib.request import urlopen
from uuid import UUID

import sqlalchemy as sa
from kills_people import People, Step
from kills_stack import Kept, Parts
from processes import children
from redis import Redis

from review_service.db.models import PulseRow, TaskRow, WorkerRow
from review_service.domain.errors import OutsideError
from review_service.domain.work import TaskState
from tests.servers import crash_postgres, start_redis
from tests.smtp_sink import TAKEN

POLL_SECONDS: Final = 0.02
WATCH_SECONDS: Final = 0.25
SEEK_SECONDS: Final = 20.0
"""How long a killer waits for a victim in the middle of something before it takes any."""
ANY_KIND_SECONDS: Final = 8.0
"""After which it no longer waits for a kind of task that was killed seldom."""
DELAY_SECONDS: Final = 0.1
"""Longest pause between finding the victim at work and its death."""
HOLD_SECONDS: Final = 30.0
"""How long a fault lasts that does not pass by itself."""
LATER: Final = "451 4.3.0 later, please"


@dataclass(eq=False, kw_only=True)
class Blow:
    """One kill or fault and what must be done for it to be over."""

    name: str
    in_hand: str
    at: float
    is_over: Callable[[], bool]
    seconds: float | None = None
    """Until it was over; None while it is not."""


@dataclass
class Watch:
    """Looks again and again which blows are over."""

    blows: list[Blow] = field(default_factory=list)
    tracked: set[UUID] = field(default_factory=set)
    """Tasks that were in the hands of a killed worker: none is killed twice."""
    _over: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self) -> None:
        """Start looking."""
        threading.Thread(target=self._run, name="watch", daemon=True).start()

    def end(self) -> None:
        """Look no more."""
        self._over.set()

    def add(self, blow: Blow) -> None:
        """Take one more."""
        with self._lock:
            self.blows.append(blow)

    def of(self, name: str) -> list[Blow]:
        """Return those of a name."""
        with self._lock:
            return [blow for blow in self.blows if blow.name == name]

    @property
    def waiting(self) -> list[Blow]:
        """Those that are not over."""
        with self._lock:
            return [blow for blow in self.blows if blow.seconds is None]

    def _run(self) -> None:
        while not self._over.wait(WATCH_SECONDS):
            for blow in self.waiting:
                # A part that does not answer leaves the question open.
                with suppress(OutsideError, sa.exc.DBAPIError, OSError):
                    if blow.is_over():
                        blow.seconds = time.monotonic() - blow.at


@dataclass
class Killer:
    """Kills one kind of process so many times, at random moments."""

    kind: str
    parts: Parts
    people: People
    watch: Watch
    kills: int
    pace_seconds: float
    chance: random.Random
    deaths: Counter[str] = field(default_factory=Counter)
    """What was in hand, and how often."""

    def run(self, over: threading.Event) -> None:
        """Kill until it was often enough, or until it is over."""
        hit = {"web": self._web, "worker": self._worker, "scheduler": self._scheduler}[self.kind]
        while self.deaths.total() < self.kills and not over.is_set():
            began = time.monotonic()
            with suppress(OutsideError, sa.exc.DBAPIError):
                if (blow := hit(began + SEEK_SECONDS)) is not None:
                    self.deaths[blow.in_hand] += 1
                    self.watch.add(blow)
            wanted = self.chance.uniform(0.5, 1.5) * self.pace_seconds
            over.wait(max(POLL_SECONDS, began + wanted - time.monotonic()))

    def _blow(self, in_hand: str, at: float, is_over: Callable[[], bool]) -> Blow:
        return Blow(name=self.kind, in_hand=in_hand, at=at, is_over=is_over)

    def _web(self, until: float) -> Blow | None:
        """Kill gunicorn, or one of its processes, while somebody waits for an answer."""
        kept = self.parts.of("web")[0]
        while time.monotonic() < until:
            time.sleep(self.chance.uniform(0, DELAY_SECONDS / 2))
            if self.people.steps():
                break
        main, steps = kept.pid, self.people.steps()
        if not main:
            return None
        serving = children(main)
        victim = self.chance.choice([main, *serving[:1]])
        at = _kill(victim)
        if at is None:
            return None
        hit = {step for step in steps if not step.is_answered}
        base = self.parts.stack.base

        def is_over() -> bool:
            return all(step.is_answered for step in hit) and _answers(base)

        what = "gunicorn" if victim == main else "one of its processes"
        return self._blow(f"{what}, {'a request' if hit else 'no request'}", at, is_over)

    def _worker(self, until: float) -> Blow | None:
        """Kill a worker in the middle of a task, of each kind of task about as often."""
        any_kind = time.monotonic() + ANY_KIND_SECONDS
        while time.monotonic() < until:
            found = self._at_work()
            least = min((self.deaths[kind] for _, kind, _ in found), default=0)
            mean = self.deaths.total() / max(1, len(self.deaths))
            if found and (least <= mean or time.monotonic() > any_kind):
                task_id, kind, kept = min(found, key=lambda each: self.deaths[each[1]])
                time.sleep(self.chance.uniform(0, DELAY_SECONDS))
                if self._is_held(task_id, kept.pid):
                    return self._kill_at(kept, task_id, kind)
            time.sleep(POLL_SECONDS)
        free = [kept for kept in self.parts.of("worker") if kept.pid]
        return self._kill_idle(self.chance.choice(free)) if free else None

    def _at_work(self) -> list[tuple[UUID, str, Kept]]:
        """Return the first attempts at tasks that no kill has met, with the worker at each."""
        workers = {kept.pid: kept for kept in self.parts.of("worker") if kept.pid}
        with self.parts.stack.container.reading() as uow:
            rows = uow.session.execute(
                sa.select(TaskRow.id, TaskRow.kind, TaskRow.lease_owner).where(
                    TaskRow.state == TaskState.READY,
                    TaskRow.leased_until > uow.now,
                    TaskRow.attempts == 1,
                )
            ).all()
        return [
            (row.id, row.kind.value, kept)
            for row in rows
            if row.id not in self.watch.tracked
            and (kept := workers.get(_pid_of(row.lease_owner))) is not None
        ]

    def _kill_at(self, kept: Kept, task_id: UUID, kind: str) -> Blow | None:
        killed = kept.pid
        at = _kill(killed) if killed else None
        if at is None:
            return None
        if not self._is_held(task_id, killed):  # it ended in the last moment
            return self._blow(BETWEEN, at, lambda: self._attends(kept, killed))
        self.watch.tracked.add(task_id)
        return self._blow(kind, at, lambda: self._is_done(task_id))

    def _is_held(self, task_id: UUID, pid: int) -> bool:
        with self.parts.stack.container.reading() as uow:
            row = uow.session.get_one(TaskRow, task_id)
            return row.state is TaskState.READY and _pid_of(row.lease_owner) == pid

    def _kill_idle(self, kept: Kept) -> Blow | None:
        killed = kept.pid
        at = _kill(killed) if killed else None
        if at is None:
            return None
        return self._blow(BETWEEN, at, lambda: self._attends(kept, killed))

    def _scheduler(self, _until: float) -> Blow | None:
        """Kill the scheduler; its next one must give a sign of life."""
        kept = self.parts.of("scheduler")[0]
        killed = kept.pid
        at = _kill(killed) if killed else None
        if at is None:
            return None
        return self._blow("its clock", at, lambda: self._beats(kept, killed))

    def _is_done(self, task_id: UUID) -> bool:
        with self.parts.stack.container.reading() as uow:
            return uow.session.get_one(TaskRow, task_id).state is not TaskState.READY

    def _attends(self, kept: Kept, killed: int) -> bool:
        return self._is_seen(sa.select(WorkerRow.host), kept, killed)

    def _beats(self, kept: Kept, killed: int) -> bool:
        return self._is_seen(sa.select(PulseRow.host), kept, killed)

    def _is_seen(self, hosts: sa.Select[Any], kept: Kept, killed: int) -> bool:
        """Whether a later process in the killed one's place has written its sign of life."""
        pid = kept.pid
        if pid in {0, killed}:
            return False
        with self.parts.stack.container.reading() as uow:
            return any(_pid_of(host) == pid for host in uow.session.scalars(hosts))


@dataclass
class Faults:
    """What fails beside the kills, one after the other."""

    parts: Parts
    people: People
    watch: Watch
    pace_seconds: float
    chance: random.Random

    def run(self, over: threading.Event) -> None:
        """Let each fault happen once, in random order, with a pause before each."""
        names = list(FAULTS)
        self.chance.shuffle(names)
        for name in names:
            if over.wait(self.chance.uniform(0.7, 1.3) * self.pace_seconds):
                return
            FAULTS[name](self)
            self._watch(name)

    def _watch(self, name: str) -> None:
        """Take down what waits at the end of a fault."""
        at, steps, ids = time.monotonic(), self.people.steps(), set[UUID]()
        while True:
            with suppress(OutsideError, sa.exc.DBAPIError):
                ids = self._ready()
                break
            time.sleep(WATCH_SECONDS)
        blow = Blow(
            name=name, in_hand=f"{len(ids)} tasks, {len(steps)} requests", at=at,
            is_over=lambda: self._are_done(ids, steps),
        )  # fmt: skip
        self.watch.add(blow)

    def _ready(self) -> set[UUID]:
        with self.parts.stack.container.reading() as uow:
            ready = sa.select(TaskRow.id).where(TaskRow.state == TaskState.READY)
            return set(uow.session.scalars(ready))

    def _are_done(self, ids: set[UUID], steps: set[Step]) -> bool:
        answers = all(step.is_answered for step in steps) and _answers(self.parts.stack.base)
        return answers and not ids & self._ready()

    def redis_hangs(self) -> None:
        """Redis takes connections and answers nothing."""
        self.parts.redis.kill(signal.SIGSTOP)
        time.sleep(HOLD_SECONDS * 2)
        self.parts.redis.kill(signal.SIGCONT)

    def redis_forgets(self) -> None:
        """Every notice is gone, five times."""
        for _ in range(5):
            with suppress(Exception), Redis.from_url(self.parts.stack.env["REDIS_URL"]) as redis:
                redis.flushall()
            time.sleep(HOLD_SECONDS / 15)

    def redis_stops(self) -> None:
        """Redis ends, and is back later."""
        former = self.parts.redis
        former.kill()
        former.wait()
        time.sleep(HOLD_SECONDS)
        folder = self.parts.room.folder / "redis"
        self.parts.redis = start_redis(folder, port=former.port, password=former.password)
        self.parts.room.note("redis", self.parts.redis)

    def postgres_restarts(self) -> None:
        """PostgreSQL ends at once, with no time to end well, and recovers."""
        folder = self.parts.room.folder / "postgres"
        self.parts.postgres = crash_postgres(self.parts.postgres, folder)
        self.parts.room.note("postgres", self.parts.postgres)

    def store_is_full(self) -> None:
        """Let the store take nothing."""
        self.parts.relay.is_full = True
        time.sleep(HOLD_SECONDS)
        self.parts.relay.is_full = False

    def store_gives_wrong_bytes(self) -> None:
        """Each file is read with wrong bytes."""
        self.parts.relay.is_wrong = True
        time.sleep(HOLD_SECONDS)
        self.parts.relay.is_wrong = False

    def relay_refuses(self) -> None:
        """Let the mail relay refuse every message for now."""
        self.parts.sink.answer_to_message = LATER
        time.sleep(HOLD_SECONDS)
        self.parts.sink.answer_to_message = TAKEN


BETWEEN: Final = "between two tasks"
FAULTS: Final[Mapping[str, Callable[[Faults], None]]] = MappingProxyType(
    {
        "Redis hung": Faults.redis_hangs,
        "Redis flushed": Faults.redis_forgets,
        "Redis stopped": Faults.redis_stops,
        "PostgreSQL restarted": Faults.postgres_restarts,
        "disk full": Faults.store_is_full,
        "wrong bytes from the store": Faults.store_gives_wrong_bytes,
        "mail refused": Faults.relay_refuses,
    }
)


def _kill(pid: int) -> float | None:
    """Kill a process; return when, or None if there is none of that id."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return None
    return time.monotonic()


def _pid_of(owner: str | None) -> int:
    """Return the process in «host:pid» or «host:pid:more»; 0 without one."""
    parts = (owner or "").split(":")
    return int(parts[1]) if len(parts) > 1 else 0


def _answers(base: str) -> bool:
    with urlopen(f"{base}/ingresar", timeout=2) as answer:  # noqa: S310 -- our own address
        return bool(answer.status == 200)  # noqa: PLR2004
