# ruff: noqa: INP001 -- beside the program that uses it, not a package
"""The people of ``busiest_month.py``: from the first page of their track to what it ends in.

A track is one entry of ``MIX``: its share, its person, and the states in which an application of
it ends. The share of a track that has no person yet goes to artisans.
"""

import itertools
import json
import random
import threading
import time
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import ClassVar, Final
from uuid import UUID

import sqlalchemy as sa
from attack_browser import Browser, any_address
from busiest_counting import IN_REVIEW, ISSUED, apportioned
from busiest_papers import PLANS, Paper, Plan, papers_of
from certificates_counting import waits_for
from certificates_people import ANSWER_SECONDS, PATIENCE_SECONDS, Business
from kills_counting import Acknowledged
from kills_people import GivenUpError, Journey, People, confirmation_codes, insist

from review_service.db.models import DocumentRow
from review_service.domain.applications import ApplicationState, ReviewItem
from review_service.domain.documents import Theme
from review_service.domain.tracks import ARTISAN, EMPRENDEDOR, MIPYME, TRACKS, Track
from review_service.samples.files import photo_set
from tests.e2e.stack import OfficerAccount, Person
from tests.factories import BUSINESS_SHEET, SHEET
from tests.smtp_sink import SmtpSink
from tests.ventures import VENTURE_SHEET

LOOK_SECONDS: Final = 0.5
"""How often somebody looks into the mailbox."""
PHOTO_WIDTH: Final = 4000
"""Pixels, as phones take them."""
FIRST_ASK_SECONDS, LONGEST_ASK_SECONDS, SLOWER = 0.4, 5.0, 1.5
"""How often a page asks whether a paper was read (``following.js``)."""


class WrongEndError(Exception):
    """A rule granted what is doubtful, or sent to an officer what is in order."""


class Mailbox:
    """The codes of all mails that ask to confirm, each mail read once."""

    def __init__(self, sink: SmtpSink) -> None:
        self._sink, self._read = sink, 0
        self._codes: dict[str, str] = {}
        self._lock = threading.Lock()

    def code_of(self, address: str) -> str:
        """Wait for the mail to this address and return its code. Raises ``GivenUpError``."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            with self._lock:
                for caught in self._sink.mails[self._read :]:
                    self._read += 1
                    for code in confirmation_codes(caught):
                        self._codes |= dict.fromkeys(caught.recipients, code)
                if address in self._codes:
                    return self._codes[address]
            time.sleep(LOOK_SECONDS)
        raise GivenUpError(f"the mail to {address}")


class Album:
    """Photos of four themes as phones take them; the same ones again with other last bytes."""

    def __init__(self, *, sets: int, seed: int) -> None:
        themes = photo_set(count=10 * sets, width_px=PHOTO_WIDTH, seed=seed)
        self._photos = {
            theme: [each.jpeg for each in themes if each.theme is theme] for theme in Theme
        }

    def photos(self, chance: random.Random) -> dict[Theme, bytes]:
        """Return one of each theme, like no other one to the byte."""
        return {
            theme: chance.choice(jpegs) + chance.randbytes(16)
            for theme, jpegs in self._photos.items()
        }


@dataclass(frozen=True, kw_only=True)
class Shared:
    """What all people of one run have in common."""

    mailbox: Mailbox
    album: Album
    officer: OfficerAccount
    """Decides the doubtful emprendedores, one case at a time."""
    desk: threading.Lock = field(default_factory=threading.Lock)
    """Held while the officer is busy with a case."""
    turns: Iterator[int] = field(default_factory=itertools.count)
    """Counts the emprendedores, so that their plans follow each other."""


@dataclass
class Walk(Journey):
    """One application, and how many seconds each step of it took."""

    shared: Shared
    steps: dict[str, float] = field(default_factory=dict)
    case: Acknowledged | None = None
    business: Business | None = None
    is_over: bool = False
    """Whether it came to its end."""
    _ready: tuple[Person, Browser] | None = None
    sheet: ClassVar[Mapping[str, str]]
    is_certified: ClassVar[bool] = True
    """Whether it ends with a certificate in its hands."""

    def pack(self) -> None:
        """Make beforehand what it brings, so that making it takes nothing from the service."""

    def prepare(self) -> None:
        """Sign in, so that the first page can be opened at once."""
        person = self._applies_as()
        own = self._applicant(person.ruc)
        own.address, own.patience_seconds = any_address(), ANSWER_SECONDS
        self._ready = person, own

    def _applies_as(self) -> Person:
        return insist(self.people.parts.stack.newcomer)

    def _go(self) -> None:
        if self._ready is None:
            self.prepare()
        person, own = self._ready or (self._applies_as(), Browser(""))
        with self._step("all of it"):
            with self._step("begin"):
                found = self._open(own, person.ruc)
            self.case = case = Acknowledged(application=str(found), address=person.email)
            self.people.cases.append(case)
            page = f"/solicitudes/{found}"
            with self._step("data sheet"):
                self._submit(
                    own, f"{page}/datos", f"{page}/datos", {**self.sheet, "kind": "new"},
                    lambda: self._row(found).sheet_saved_at is not None,
                )  # fmt: skip
            self._send_files(own, case, page)
            with self._step("send"):
                self._submit(
                    own, f"{page}/revisar", f"{page}/enviar", {"declared": "y"},
                    lambda: self._row(found).state is not ApplicationState.DRAFT,
                )  # fmt: skip
            with self._step("mail with the code"):
                code = self.shared.mailbox.code_of(person.email)
            self._confirm(own, person, found, code)
            case.is_sent = True
            self._wait(case)
        self.is_over = True

    def _confirm(self, own: Browser, person: Person, found: UUID, code: str) -> None:
        self.business = Business(application_id=found, email=person.email, code=code, browser=own)
        with self._step("field for the code"):
            self.business.open_form()
        with self._step("«Confirmar»"):
            self.business.confirm()

    def _fetch(self, step: str) -> None:
        """Look at the page as often as it says, until it has the certificate."""
        if self.business is None or self.business.confirmed is None:
            raise GivenUpError("nothing was confirmed")
        self.business.follow()
        self.steps[step] = self.business.got_at - self.business.confirmed[0]

    @abstractmethod
    def _send_files(self, own: Browser, case: Acknowledged, page: str) -> None:
        """Send what the track asks for."""

    @abstractmethod
    def _wait(self, case: Acknowledged) -> None:
        """Wait for what comes after «Confirmar»."""

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.steps[name] = time.monotonic() - began


class Mipyme(Walk):
    """Answers, confirms and fetches the certificate."""

    track = MIPYME
    sheet = BUSINESS_SHEET

    def _send_files(self, own: Browser, case: Acknowledged, page: str) -> None:
        """Send nothing: a MIPYME is asked for no paper."""

    def _wait(self, case: Acknowledged) -> None:
        case.is_approved = True
        self._fetch("«Confirmar» to the file")


@dataclass
class Entrepreneur(Walk):
    """Sends the papers of its plan; an officer decides where one has expired."""

    track = EMPRENDEDOR
    sheet = VENTURE_SHEET
    plan: Plan = PLANS[0]
    _person: Person | None = None
    _papers: Sequence[Paper] = ()

    def pack(self) -> None:
        """Take the next plan; make its person and the papers in that person's name."""
        stack = self.people.parts.stack
        self.plan = PLANS[next(self.shared.turns) % len(PLANS)]
        self._person = insist(
            lambda: stack.new_company() if self.plan.is_company else stack.newcomer()
        )
        self._papers = papers_of(self._person, self.plan)

    def _applies_as(self) -> Person:
        if self._person is None:
            raise ValueError("has packed nothing")
        return self._person

    def _send_files(self, own: Browser, case: Acknowledged, page: str) -> None:
        found, papers = UUID(case.application), f"{page}/documentos"
        for paper in self._papers:
            place, name = f"{papers}/{paper.place.slug}", f"{paper.kind.slug}.pdf"
            with self._step(f"paper, {name} to «{paper.place.slug}»"):
                self._send_file(own, case, place, "pdf", (name, paper.pdf))
            with self._step(f"read, {name}"):
                self._follow_reading(own, place)
            if paper.place is not paper.kind:
                with self._step("move it"):
                    self._move(own, found, place, paper)
        if not self.plan.employs:
            with self._step("«No tengo empleados»"):
                self._submit(
                    own, papers, f"{papers}/sin-empleados", {},
                    lambda: self._row(found).sheet.get("employees") == 0,
                )  # fmt: skip

    def _follow_reading(self, own: Browser, place: str) -> None:
        """Ask as the page does until the paper was read, then look at what was read."""
        ends_at, wait = time.monotonic() + PATIENCE_SECONDS, FIRST_ASK_SECONDS
        address = waits_for(self._look(own, place))
        while address and time.monotonic() < ends_at:
            time.sleep(wait)
            wait = min(wait * SLOWER, LONGEST_ASK_SECONDS)
            answer = self.people.ask(own, "GET", address, headers={"Accept": "application/json"})
            if json.loads(answer.data)["settled"]:
                address = waits_for(self._look(own, place))
        if address:
            raise GivenUpError(f"{place}: is still being read")

    def _look(self, own: Browser, page: str) -> str:
        return self.people.ask(own, "GET", page).data.decode()

    def _move(self, own: Browser, found: UUID, place: str, paper: Paper) -> None:
        """Press the button that puts the paper where it belongs."""
        wanted = paper.kind.document_kind
        sent = sa.select(DocumentRow.id, DocumentRow.kind).where(
            DocumentRow.application_id == found,
            DocumentRow.kind.in_((paper.place.document_kind, wanted)),
        )

        def stands() -> tuple[UUID, bool]:
            with self.people.parts.stack.container.reading() as uow:
                row = uow.session.execute(sent).one()
                return row.id, row.kind is wanted

        ending = f"/solicitudes/{found}/documentos/{insist(stands)[0]}/a-su-lugar"
        self._submit(own, place, ending, {}, lambda: stands()[1])

    def _wait(self, case: Acknowledged) -> None:
        """Wait for the certificate; before it for the officer where a paper is doubtful."""
        found = UUID(case.application)
        is_referred = insist(lambda: self._row(found).state) is ApplicationState.IN_REVIEW
        if is_referred is not (self.plan.old is not None):
            raise WrongEndError(f"{self.plan} was {'referred' if is_referred else 'granted'}")
        if is_referred:
            items = (ReviewItem.DATA_SHEET, *(ReviewItem(kind.value) for kind in self.plan.kinds))
            with self._step("the officer, waiting included"), self.shared.desk:
                self._approve(self.shared.officer, found, items)
        case.is_approved = True
        self._fetch(f"{'doubtful, ' if is_referred else ''}«Confirmar» to the file")


class Artisan(Walk):
    """Sends four photos; what an officer decides later belongs to another day."""

    track = ARTISAN
    sheet = SHEET
    is_certified = False

    def _send_files(self, own: Browser, case: Acknowledged, page: str) -> None:
        for theme, jpeg in self.shared.album.photos(self.chance).items():
            with self._step(f"photo, {theme.value}"):
                file = ("taller.jpg", jpeg)
                self._send_file(own, case, f"{page}/fotos", "photos", file, theme=theme.value)

    def _wait(self, case: Acknowledged) -> None:
        """Go away: the checks end in the background, and the rows are looked at afterwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A track's part of the crowd."""

    percent: int
    walk: type[Walk] | None
    """Who applies in it; None: nobody can yet."""
    ends_in: frozenset[str]


MIX: Final[Mapping[str, Share]] = {
    MIPYME.key: Share(percent=90, walk=Mipyme, ends_in=frozenset({ISSUED})),
    EMPRENDEDOR.key: Share(percent=5, walk=Entrepreneur, ends_in=frozenset({ISSUED})),
    ARTISAN.key: Share(percent=5, walk=Artisan, ends_in=frozenset({IN_REVIEW})),
}
"""By the key of the track. An assumption: the register tells no parts."""


def present(
    mix: Mapping[str, Share] = MIX, tracks: Mapping[str, Track] = TRACKS
) -> tuple[dict[str, int], list[str]]:
    """Return the percent of each track that somebody can apply in, and what was changed for it."""
    percents, told = {key: share.percent for key, share in mix.items()}, []
    for key, share in mix.items():
        if share.walk is None or key not in tracks:
            percents[ARTISAN.key] += percents.pop(key)
            why = "nobody here applies in it yet" if key in tracks else "there is no such track yet"
            told.append(f"{key}: {why}; its {share.percent} % are artisans")
    return percents, told


def crowd(
    people: People, count: int, *, shared: Shared, chance: random.Random, first: int
) -> list[Walk]:
    """Return so many people, mixed, whose numbers begin with ``first``."""
    percents, _ = present()
    kinds = [
        share
        for key, several in apportioned(percents, count).items()
        for share in several * [MIX[key].walk]
        if share is not None
    ]
    chance.shuffle(kinds)
    return [
        kind(people, number, random.Random(f"{people.seed}-{number}"), shared)  # noqa: S311
        for number, kind in enumerate(kinds, first)
    ]


def businesses(walks: Sequence[Walk]) -> list[Business]:
    """Return those that have a certificate in their hands, or should."""
    return [each.business for each in walks
            if each.is_certified and each.business is not None]  # fmt: skip
