"""An installation that has lived: the demo's people and cases, real checks, a paper, and mishaps.

Everything goes through the services and the worker's own tasks with the real sandbox, so that each
table holds what it holds in a running service.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import sqlalchemy as sa

from review_service.adapters.catastro_registry import CatastroRegistry
from review_service.bootstrap import Container, Role, build
from review_service.db import named_files, tasks
from review_service.db.database import Database
from review_service.db.models import (
    ApplicationRow,
    DocumentRow,
    MailRow,
    OfficerRow,
    PageRow,
    TaskRow,
)
from review_service.demo.stage import preparing, registry_files
from review_service.demo.stage.home import Home
from review_service.demo.story import cases, seeding
from review_service.demo.story.cases import Case
from review_service.domain.applications import ApplicationKind, ApplicationState
from review_service.domain.documents import DocumentKind, Theme
from review_service.domain.errors import DamagedFileError
from review_service.domain.paper_list import COLUMNS
from review_service.domain.receipts import Receipt
from review_service.domain.work import TaskKind, TaskState
from review_service.ports import FileStore
from review_service.samples import accounts, files, people
from review_service.services import calendar, keeping, sessions, stored_files
from review_service.services.agreements import verifying
from review_service.services.applicant import applying, receipts, second_address
from review_service.services.upkeep import importing, mending
from review_service.services.upkeep.imports import kinds
from review_service.settings import Settings
from tests.factories import (
    FORM_SECRET,
    SECRET,
    SHEET,
    Office,
    RememberedBells,
    attend,
    open_draft,
    upload,
)
from tests.integration.services import steps
from tests.smtp_sink import SmtpSink, smtp_sink
from workers.tasks import photos, running


def told() -> Iterator[Case]:
    """Yield a PDF of photos, a case with one of them passed on, a renewal that was corrected."""
    sent = {case.person.ruc: case for case in cases.QUEUE}
    yield sent[people.CONFECTIONER.ruc]
    yield sent[people.CHOCOLATIER.ruc]
    yield replace(
        sent[people.HATTER.ruc],
        pictures=(*cases.GOOD[:2], cases.TOO_DARK, cases.GOOD[3]),
        correction=sent[people.SHOEMAKER.ruc].correction,
    )


def an_issuer() -> sa.Select[UUID]:
    """Return the question for an officer who may decide."""
    return sa.select(OfficerRow.id).where(OfficerRow.user_name == accounts.STORY_OFFICER.user_name)


def container_of(folder: Path, settings: Mapping[str, str]) -> Container:
    """Return the parts of a demonstration in a data folder; it has no queue."""
    env = {
        "DATA_DIR": str(folder),
        "DEMONSTRATION": "1",
        "SECRET_KEY": FORM_SECRET,
        "VERIFICATION_KEY": SECRET,
        "REDIS_URL": f"unix://{folder}/no.sock",
        **settings,
    }
    return replace(build(Settings.from_env(env), Role.WORKER), queue=RememberedBells())


def office_of(database: Database, store: FileStore) -> Office:
    """Return the parts as the factories want them."""
    return Office(
        database=database,
        store=store,
        registry=CatastroRegistry(database.reading),
        notices=RememberedBells(),
    )


def tell(folder: Path, settings: Mapping[str, str]) -> None:
    """Fill the installation of these settings in a data folder."""
    home = Home(folder=folder)
    home.registry.mkdir(parents=True)
    with smtp_sink() as sink:
        mail = {"SMTP_HOST": sink.host, "SMTP_PORT": str(sink.port)}
        container = container_of(folder, {**settings, **mail})
        photos.photo_index.cache_clear()
        preparing.prepare_database(container)
        _import_what_was_before(container, folder / "before")
        preparing.import_people(container, home)
        preparing.import_figures(container)
        preparing.make_officers(container)
        with working(container):
            for case in told():
                seeding.send(container, case)
        _issue(container)
        drain(container)
        _visit(container)
        _turn_a_form_away(container)
        _mishaps(container, sink)
        _print_a_receipt(container)
        photos.photo_index.cache_clear()
        container.database.engine.dispose()


def _import_what_was_before(container: Container, folder: Path) -> None:
    """Import the registers with another name or address on one line of each."""
    folder.mkdir()
    places = {registry_files.CATASTRO: (1, -3), registry_files.MAIL_FEED: (1,)}
    for file in registry_files.write(folder):
        header, first, *others = file.read_text("utf-8").splitlines()
        cells = first.split("|")
        for place in places.get(file.name, (2,)):
            cells[place] = f"antes.{cells[place]}"
        file.write_text("\n".join([header, "|".join(cells), *others]), "utf-8")
        if file.name == registry_files.PRIOR_AGREEMENTS:
            importing.import_file(
                container.database, file, kinds.agreements_kind, progress=lambda _: None
            )
        else:
            importing.import_file(
                container.database, file, kinds.registry_kind, progress=lambda _: None
            )
    _import_papers(container, folder)


def _import_papers(container: Container, folder: Path) -> None:
    """Import what an institution holds, and a month later what it says otherwise."""
    for month, state in enumerate(("AL DIA", "CON DEUDAS"), start=10):
        cells = [
            people.STORY[0].ruc, "SRI", people.STORY[0].name, state, f"2026-{month}-01", "", "",
            "SRI", f"SRI-{month}",
        ]  # fmt: skip
        file = folder / f"documentos-{month}.csv"
        file.write_text("\n".join(["|".join(COLUMNS), "|".join(cells), ""]), "utf-8")
        importing.import_file(container.database, file, kinds.papers_kind, progress=lambda _: None)


@contextmanager
def working(container: Container) -> Iterator[None]:
    """Do every task as it comes, in a thread beside."""
    over = threading.Event()

    def work() -> None:
        while not over.is_set():
            if not drain(container):
                over.wait(0.05)

    worker = threading.Thread(target=work, name="worker")
    worker.start()
    try:
        yield
    finally:
        over.set()
        worker.join()


def drain(container: Container) -> int:
    """Do what is due; return how many tasks that were."""
    with container.reading() as uow:
        due = uow.session.execute(
            sa.select(TaskRow.id).where(
                TaskRow.state == TaskState.READY, TaskRow.run_after <= uow.now
            )
        ).scalars()
        ids = list(due)
    return sum(running.run(container, task_id) for task_id in ids)


def waiting(database: Database) -> list[UUID]:
    """Return the applications that wait for an officer, oldest first."""
    with database.reading() as uow:
        return list(
            uow.session.execute(
                sa.select(ApplicationRow.id)
                .where(ApplicationRow.state == ApplicationState.IN_REVIEW)
                .order_by(ApplicationRow.reference)
            ).scalars()
        )


def _issue(container: Container) -> str:
    """Approve the first case with the worker's own rules, and print its paper."""
    office = office_of(container.database, container.store)
    first = waiting(container.database)[0]
    with container.reading() as uow:
        officer = uow.session.execute(an_issuer()).scalar_one()
    return steps.approve(office, first, officer)


def _visit(container: Container) -> None:
    """Sign people in, decree a day, ask for a paper, see a worker."""
    office = office_of(container.database, container.store)
    with container.writing() as uow:
        officer = uow.session.execute(an_issuer()).scalar_one()
        sessions.start_officer(uow, officer_id=officer, second_factor=True)
        sessions.start_applicant(uow, ruc=people.VISITOR_NEW.ruc)
        uow.commit()
    quito = calendar.DecreedDay(
        day=date(2026, 12, 6), canton="Quito", name="Fundación de Quito", source="Decreto 1"
    )
    calendar.decree(container.writing(), quito)
    verifying.by_token(container.writing(), token="no such token", client="somebody", key=SECRET)
    attend(office)


def _turn_a_form_away(container: Container) -> None:
    """Keep the words of a form that came after its session had ended."""
    page = "/solicitudes/nueva/artesano"
    words = (("kind", "first"), ("trade", "Tejidos a mano de ñandú"))
    keeping.keep(
        container.writing(), owner="a" * 41, path=page, page=page, fields=words, was_sent=True
    )


def _mishaps(container: Container, sink: SmtpSink) -> None:
    """Leave what faults leave: staged, refused, given up, undelivered, lost."""
    _lose_a_page_image(container)
    office = office_of(container.database, container.store)
    ruc = people.VISITOR_NEW.ruc
    draft = open_draft(office, ruc)
    upload(office, draft, content=a_photo(1), ruc=ruc, theme=Theme.PEOPLE)
    (lease,) = steps.leases(office, TaskKind.CHECK_DOCUMENT)
    mending.settle(office.writing, office.store, lease, error="it died", scan_required=False)
    broken = b"%PDF-1.7\nnothing of a PDF follows"
    upload(office, draft, content=broken, ruc=ruc, kind=DocumentKind.EVIDENCE)
    (lease,) = steps.leases(office, TaskKind.CHECK_DOCUMENT)
    with container.writing() as uow:
        tasks.give_back(uow, lease, error="", after_seconds=0)
        uow.commit()
    drain(container)
    sink.answer_to_recipient = "550 no such mailbox"
    with container.writing() as uow:
        mail = uow.session.execute(
            sa.select(MailRow).where(MailRow.sent_at.is_not(None)).limit(1)
        ).scalar_one()
        copy = MailRow(
            id=uuid4(),
            event=mail.event,
            recipient=mail.recipient,
            context=mail.context,
            created_at=uow.now,
        )
        uow.session.add(copy)
        uow.session.flush()
        uow.enqueue(TaskKind.SEND_MAIL, copy.id)
        uow.commit()
    drain(container)
    upload(office, draft, content=a_photo(2), ruc=ruc, theme=Theme.WORKSHOP)
    applying.save_sheet(
        container.writing(),
        application_id=draft,
        ruc=ruc,
        values={**SHEET, "notice_email": "hija@correo.example"},
        kind=ApplicationKind.NEW,
    )
    second_address.ask(container.writing(), application_id=draft, ruc=ruc, secret_key=SECRET)


def _print_a_receipt(container: Container) -> None:
    """Keep one printed receipt."""
    with container.reading() as uow:
        row = uow.session.scalars(
            sa.select(ApplicationRow).where(ApplicationRow.confirmed_at.is_not(None)).limit(1)
        ).one()
        assert row.confirmed_at is not None
        receipt = Receipt(
            reference=row.reference,
            holder=row.holder,
            ruc=row.ruc,
            kind=row.kind.label,
            trade="",
            place="",
            received_at=row.confirmed_at,
            due_at=row.due_at,
            files=(),
            institution="",
            support="",
            address="",
            demonstration=True,
        )
    receipts.printed(
        container.reading,
        container.writing,
        receipt,
        application_id=row.id,
        render=lambda _: b"%PDF-1.7 \x00\xff",
        edition="1",
    )


def _lose_a_page_image(container: Container) -> None:
    """Let somebody find that a page's image is gone; it is made again."""
    with container.reading() as uow:
        page = (
            uow.session.execute(
                sa.select(PageRow)
                .join(DocumentRow, DocumentRow.id == PageRow.document_id)
                .where(PageRow.image_key.is_not(None), DocumentRow.removed_at.is_(None))
            )
            .scalars()
            .first()
        )
        assert page is not None
        application_id = uow.session.get_one(DocumentRow, page.document_id).application_id
        lost = named_files.pictures(page, application_id=application_id).files[0]
    container.store.delete(lost.key)
    with suppress(DamagedFileError):
        stored_files.content(container.writing, container.store, lost)
    drain(container)


def a_photo(number: int) -> bytes:
    """Return a photo that no sample person has sent."""
    return files.photo(files.Scene.WORKSHOP, seed=90_000 + number)
