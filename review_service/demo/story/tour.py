"""Sets up the acts of the tour, each one press from its end, and again once it was played."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from types import MappingProxyType
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from review_service.bootstrap import Container
from review_service.db.models import AgreementRow, ApplicationRow, OfficerRow, ReviewItemRow
from review_service.db.queries.officer.case import case_of
from review_service.demo.stage.errors import StoryFailedError
from review_service.demo.stage.home import Home
from review_service.demo.story import cases, drafting, seeding
from review_service.demo.story.cases import Case
from review_service.demo.story.drafting import Sender
from review_service.domain.agreements import AgreementState
from review_service.domain.applications import ItemVerdict
from review_service.domain.documents import SupportKind
from review_service.domain.file_identity import find_identifier
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.numbering import verification_token
from review_service.domain.tracks import ARTISAN, EMPRENDEDOR, MIPYME
from review_service.samples import accounts, people, turns
from review_service.samples.people import Person
from review_service.samples.ready_files import altered
from review_service.services.review import looking, reviewing
from review_service.services.review.looking import Look
from review_service.web.demo import tour
from review_service.web.demo.acts import PREPARED, Act
from review_service.web.demo.tour import Paper, Subject, Tour

APPROVABLE_SECONDS: Final = 120.0
POLL_SECONDS: Final = 0.1
CAST: Final[Mapping[Act, Sequence[Person]]] = MappingProxyType(
    {
        Act.ARTISAN: people.TOUR_ARTISANS,
        Act.BUSINESS: people.TOUR_BUSINESSES,
        Act.ENTREPRENEUR: people.TOUR_VENTURES,
        Act.OFFICER: people.TOUR_CASES,
    }
)
"""Who plays each act, in turn."""
TRACKS: Final = MappingProxyType({Act.BUSINESS: MIPYME, Act.ENTREPRENEUR: EMPRENDEDOR})
PAPERS: Final = (
    SupportKind.EMPLOYER_CERTIFICATE,
    SupportKind.TAX_CERTIFICATE,
    SupportKind.PAYROLL,
)


def waiting_acts(container: Container, home: Home) -> Iterator[Act]:
    """Yield the acts that were played, or never set up; none that was given up."""
    known = tour.read(home.folder)
    for act in PREPARED:
        if act not in known.given_up and not _is_open(container, act, known.subjects.get(act)):
            yield act


def give_up(home: Home, act: Act) -> None:
    """Let the start page say that the act could not be set up."""
    known = tour.read(home.folder)
    tour.write(home.folder, replace(known, given_up=known.given_up | {act}))


def hope_again(home: Home) -> None:
    """Let every act be tried in this run of the demo, also those that an earlier one gave up."""
    known = tour.read(home.folder)
    if known.given_up:
        tour.write(home.folder, replace(known, given_up=frozenset()))


def set_up(container: Container, home: Home, act: Act) -> None:
    """Bring the act's next person one press from its end, and tell the web process.

    Raises ``StoryFailedError``, and what the services raise; another try takes another person.
    """
    former = tour.read(home.folder).subjects.get(act)
    turn = former.turn + 1 if former else 0
    person = turns.in_turn(CAST[act], turn)
    _note(home, act, Subject(ruc=person.ruc, turn=turn))
    seeding.begin_afresh(container, person.ruc)
    seeding.name_anew(container, person)
    sender = Sender(container=container, person=person)
    case = case_of_act(act, person, series=turn // len(CAST[act]))
    application_id = drafting.draft(sender, case)
    if act is Act.OFFICER:
        seeding.confirm(sender, application_id, case)
        _judge_everything(container, application_id)
    _note(home, act, Subject(ruc=person.ruc, application_id=application_id, turn=turn))


def name_everybody(container: Container, home: Home) -> None:
    """Let the register call those who came again as their drafts do; an import forgets it."""
    for act, subject in tour.read(home.folder).subjects.items():
        if act in CAST:
            seeding.name_anew(container, turns.in_turn(CAST[act], subject.turn))


def show_paper(container: Container, home: Home) -> None:
    """Let the tour verify the newest Acuerdo of the stories, and a changed copy of it."""
    copies = {
        sha256(pdf).hexdigest(): pdf
        for place in home.issued.glob(f"{IssuedKind.AGREEMENT.file_word}-*.pdf")
        if (pdf := place.read_bytes())
    }
    chosen = (
        sa.select(AgreementRow.id, AgreementRow.sha256)
        .where(
            AgreementRow.sha256.in_(copies),
            AgreementRow.state == AgreementState.PUBLISHED,
        )
        .order_by(AgreementRow.published_at.desc())
    )
    with container.reading() as uow:
        row = uow.session.execute(chosen.limit(1)).one_or_none()
    if row is None:
        return
    changed = altered(copies[row.sha256])
    paper = Paper(
        token=verification_token(container.settings.verification_key, row.id),
        changed_sha256=sha256(changed).hexdigest(),
        changed_identifiers=",".join(sorted(each.hex() for each in find_identifier(changed))),
    )
    tour.write(home.folder, replace(tour.read(home.folder), paper=paper))


def _is_open(container: Container, act: Act, subject: Subject | None) -> bool:
    if subject is None or subject.application_id is None:
        return False
    chosen = sa.select(ApplicationRow.state).where(ApplicationRow.id == subject.application_id)
    with container.reading() as uow:
        return uow.session.execute(chosen).scalar_one_or_none() in act.open_states


def case_of_act(act: Act, person: Person, *, series: int) -> Case:
    """Return what the act's person applies with; each series has other photos."""
    track = TRACKS.get(act, ARTISAN)
    return Case(
        person=person,
        track=track,
        pictures=cases.GOOD if track is ARTISAN else (),
        papers=cases.in_order(*PAPERS) if track is EMPRENDEDOR else (),
        days_waiting=0,
        series=series,
    )


def _judge_everything(container: Container, application_id: UUID) -> None:
    """Let the visitor's officer look, accept every item, and wait until it can be approved."""
    drafting.wait_for_checks(container, application_id)
    with container.reading() as uow:
        officer_id = uow.session.execute(
            sa.select(OfficerRow.id).where(
                OfficerRow.user_name == accounts.VISITOR_OFFICER.user_name
            )
        ).scalar_one()
        items = uow.session.scalars(
            sa.select(ReviewItemRow.item).where(ReviewItemRow.application_id == application_id)
        ).all()
    looking.record(
        container.reading,
        container.writing,
        Look.PAGES,
        application_id=application_id,
        officer_id=officer_id,
    )
    for item in items:
        reviewing.judge(
            container.writing(),
            application_id=application_id,
            officer_id=officer_id,
            version=seeding.version_of(container, application_id),
            item=item,
            verdict=ItemVerdict.ACCEPTED,
        )
    deadline = time.monotonic() + APPROVABLE_SECONDS
    while time.monotonic() < deadline:
        with container.reading() as uow:
            if case_of(uow, application_id).can_be_approved:
                return
        time.sleep(POLL_SECONDS)
    raise StoryFailedError("se pudiera aprobar el caso del recorrido")


def _note(home: Home, act: Act, subject: Subject) -> None:
    known: Tour = tour.read(home.folder)
    tour.write(home.folder, replace(known, subjects={**known.subjects, act: subject}))
