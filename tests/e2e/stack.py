"""The whole service as processes of their own: web, worker, scheduler and what they talk to."""

import csv
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import count
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen
from uuid import UUID

import pyotp

from review_service.adapters.catastro_registry import CatastroRegistry
from review_service.bootstrap import Container, Role, build
from review_service.db.migrate import migrate
from review_service.db.models import MailRow
from review_service.demo.stage.processes import Children
from review_service.domain import prior_list
from review_service.domain.roles import OfficerRole
from review_service.samples.people import synthetic_company, synthetic_ruc
from review_service.samples.scan import PriorAgreement
from review_service.samples.trades import EMBROIDERY, Trade
from review_service.services.upkeep import importing, officers
from review_service.services.upkeep.imports import kinds
from review_service.settings import Settings
from tests.e2e.mailbox import Mailbox
from tests.factories import FORM_SECRET, SECRET, Office, RememberedBells, add_taxpayer
from tests.servers import LOOPBACK, free_port
from tests.smtp_sink import SmtpSink

START_SECONDS = 60
PASSWORD = "una clave larga para las pruebas 7"
FIRST_RUC = 200
"""Below are the demo's own people."""
KEPT = ("HOME", "LANG", "PATH", "PYTHONPATH", "TESSDATA_PREFIX", "TMPDIR", "LD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A taxpayer of the registry with a mailbox of their own."""

    ruc: str
    name: str
    email: str


@dataclass(slots=True, kw_only=True)
class OfficerAccount:
    """An account with what it takes to get in."""

    id: UUID
    user_name: str
    full_name: str
    totp: pyotp.TOTP
    codes_used: set[str] = field(default_factory=set)

    def code(self) -> str:
        """Return a one-time code that was not used yet: this step's or the next one's."""
        now = int(time.time())
        for moment in (now, now + 30):
            code = self.totp.at(moment)
            if code not in self.codes_used:
                self.codes_used.add(code)
                return code
        raise AssertionError("two codes of this half minute are used up: take a fresh officer")


@dataclass
class Stack:
    """A running service and the people it knows."""

    base: str
    env: Mapping[str, str]
    mailbox: Mailbox
    logs: Path
    _numbers: Iterator[int] = field(default_factory=lambda: count(FIRST_RUC))

    @cached_property
    def container(self) -> Container:
        """The operator's parts, for what people do outside the browser."""
        return build(Settings.from_env(self.env), Role.OPERATOR)

    @cached_property
    def office(self) -> Office:
        """The same parts, as the factories of the other tests want them."""
        return Office(
            database=self.container.database,
            store=self.container.store,
            registry=CatastroRegistry(self.container.reading),
            notices=RememberedBells(),
        )

    def newcomer(
        self,
        name: str = "LEMA CONEJO ROSA ELVIRA",
        *,
        number: int | None = None,
        trade: Trade = EMBROIDERY,
    ) -> Person:
        """Put a fresh taxpayer with a registered address into the registry."""
        number = number or next(self._numbers)
        return self._registered(synthetic_ruc(number), name, number, trade=trade)

    def new_company(self, name: str = "TEJIDOS LEMA CONEJO CIA. LTDA.") -> Person:
        """Put a fresh company with a registered address into the registry."""
        number = next(self._numbers)
        return self._registered(synthetic_company(number), name, number, taxpayer_type="SOCIEDAD")

    def _registered(
        self,
        ruc: str,
        name: str,
        number: int,
        *,
        taxpayer_type: str = "PERSONA NATURAL",
        trade: Trade = EMBROIDERY,
    ) -> Person:
        person = Person(ruc=ruc, name=name, email=f"persona{number}@correo.example")
        with self.container.writing() as uow:
            add_taxpayer(
                uow,
                ruc,
                name=name,
                email=person.email,
                taxpayer_type=taxpayer_type,
                ciiu=trade.ciiu,
                activity=trade.activity,
            )
            uow.commit()
        return person

    def officer(
        self, full_name: str = "R. Andrade", *, role: OfficerRole = OfficerRole.ISSUER
    ) -> OfficerAccount:
        """Make an officer's account."""
        number = next(self._numbers)
        user_name = f"oficial{number}"
        added = officers.add(
            self.container.writing(),
            user_name=user_name,
            full_name=full_name,
            unit="Zonal 1",
            password=PASSWORD,
            role=role,
            number=synthetic_ruc(number),
        )
        return OfficerAccount(
            id=added.officer_id,
            user_name=user_name,
            full_name=full_name,
            totp=pyotp.TOTP(added.totp_secret),
        )

    def has_recorded_mail(self, mail_id: UUID) -> bool:
        """Tell whether the service wrote down that a mail was sent, with all that follows."""
        with self.container.reading() as uow:
            mail = uow.session.get(MailRow, mail_id)
            return mail is None or mail.sent_at is not None

    def import_prior(self, prior: PriorAgreement, folder: Path) -> None:
        """Import an agreement that was issued before this service."""
        self.import_priors([prior], folder)

    def import_priors(self, priors: Iterable[PriorAgreement], folder: Path) -> None:
        """Import the list of agreements that were issued before this service."""
        file = folder / "anteriores.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, delimiter="|")
            writer.writerow(prior_list.COLUMNS)
            writer.writerows(
                [
                    prior.number,
                    prior.ruc,
                    prior.holder,
                    prior.activity,
                    prior.issued_on.isoformat(),
                    prior.valid_until.isoformat(),
                ]
                for prior in priors
            )
        importing.import_file(
            self.container.database, file, kinds.agreements_kind, progress=lambda _lines: None
        )


def stack_on(sink: SmtpSink, *, base: str, env: Mapping[str, str], logs: Path) -> Stack:
    """Return a stack whose mailbox hands out what the service wrote down as sent."""

    def is_recorded(mail_id: UUID) -> bool:
        return stack.has_recorded_mail(mail_id)

    stack = Stack(base=base, env=env, mailbox=Mailbox(sink, is_recorded), logs=logs)
    return stack


@contextmanager
def running(
    folder: Path,
    *,
    database_url: str,
    redis_url: str,
    sink: SmtpSink,
    more: Mapping[str, str] | None = None,
    workers: int = 1,
    web_processes: int = 1,
) -> Iterator[Stack]:
    """Start every process of the service and stop them at the end."""
    port = free_port()
    env = {name: os.environ[name] for name in KEPT if name in os.environ}
    env |= {
        "DATA_DIR": str(folder / "data"),
        "DATABASE_URL": database_url,
        "DEMONSTRATION": "1",
        "MAIL_FROM": "no-responder@rum.example.ec",
        "PUBLIC_URL": f"http://localhost:{port}",
        "PYTHONUNBUFFERED": "1",
        "RECONCILE_SECONDS": "1",
        "REDIS_URL": redis_url,
        "SECRET_KEY": FORM_SECRET,
        "SMTP_HOST": sink.host,
        "SMTP_PORT": str(sink.port),
        "VERIFICATION_KEY": SECRET,
        **(more or {}),
    }
    logs = folder / "logs"
    logs.mkdir()
    (folder / "data").mkdir(exist_ok=True)
    stack = stack_on(sink, base=f"http://localhost:{port}", env=env, logs=logs)
    migrate(stack.container.database.engine)
    stack.container.store.prepare()
    with Children(logs) as children:
        bind = f"--bind={LOOPBACK}:{port}"
        web = _python("review_service.cli", "web", bind, f"--workers={web_processes}")
        children.start("web", web, env=env)
        for place in range(workers):
            children.start(f"worker-{place}" if place else "worker", _python("workers"), env=env)
        children.start("scheduler", _python("review_service.cli", "scheduler"), env=env)
        _wait_until_healthy(stack, children)
        try:
            yield stack
        finally:
            stack.container.database.engine.dispose()


@contextmanager
def second_web(stack: Stack, folder: Path, more: Mapping[str, str]) -> Iterator[Stack]:
    """Serve the same service at another address with other settings."""
    port = free_port()
    base = f"http://localhost:{port}"
    env = {**stack.env, "PUBLIC_URL": base, **more}
    with Children(folder) as children:
        bind = f"--bind={LOOPBACK}:{port}"
        children.start("web", _python("review_service.cli", "web", bind, "--workers=1"), env=env)
        other = replace(stack, base=base, env=env, logs=folder)
        _wait_until_healthy(other, children)
        yield other


def _python(*arguments: str) -> list[str]:
    return [sys.executable, "-m", *arguments]


def _wait_until_healthy(stack: Stack, children: Children) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        ended = children.ended()
        if ended is not None:
            log = (stack.logs / f"{ended.name}.log").read_text()
            raise RuntimeError(f"{ended.name} ended:\n{log[-2000:]}")
        with suppress(URLError, OSError), urlopen(f"{stack.base}/salud", timeout=5) as answer:  # noqa: S310
            if answer.status == 200:
                return
        time.sleep(0.2)
    logs = "\n".join(path.read_text()[-1000:] for path in stack.logs.glob("*.log"))
    raise RuntimeError(f"the service did not start:\n{logs}")
