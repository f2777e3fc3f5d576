"""Fills an empty installation: schema, registry, officers, sample files, and the start page."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import sqlalchemy as sa

from review_service.bootstrap import Container
from review_service.db.migrate import migrate
from review_service.db.models import AgreementRow, ApplicationRow, OfficerRow
from review_service.demo.stage import registry_files
from review_service.demo.stage.home import Home
from review_service.domain import figure_list
from review_service.domain.agreements import AgreementState
from review_service.domain.applications import ApplicationState
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.terms import ecuador_day
from review_service.packaged_files import published_figures
from review_service.samples import people, ready_files
from review_service.samples.accounts import (
    EVERY_OFFICER,
    STORY_OFFICER,
    VISITOR_AUDITOR,
    VISITOR_OFFICER,
    VISITOR_REVIEWER,
    Officer,
)
from review_service.samples.people import Person
from review_service.services.figures import publishing
from review_service.services.upkeep import clockwork, importing, officers
from review_service.services.upkeep.imports import kinds
from review_service.web.demo.start_page import (
    FILE_NAME,
    PersonGroup,
    SampleAccount,
    SampleDownload,
    SamplePerson,
    StartPage,
)


def prepare_database(container: Container) -> None:
    """Bring the schema and the store to where this version needs them."""
    migrate(container.database.engine)
    # A demonstration that rested for days is no service whose terms stood still.
    clockwork.accept(container.writing(), operator="demo", reason="la demostración empieza")
    container.store.prepare()


def import_people(container: Container, home: Home) -> int:
    """Import the sample catastro, the e-mail feed and the prior agreements; return how many."""
    catastro, feed, prior = registry_files.write(home.registry)
    for file in (catastro, feed):
        importing.import_file(container.database, file, kinds.registry_kind, progress=_silently)
    importing.import_file(container.database, prior, kinds.agreements_kind, progress=_silently)
    return len(people.EVERYBODY)


def import_figures(container: Container) -> int:
    """Publish the months that gob.ec published; return how many the service knows of them."""
    found = figure_list.read(published_figures().read_text("utf-8").splitlines())
    done = publishing.import_published(container.writing(), found, operator="demo")
    return done.added + done.known


def make_officers(container: Container) -> None:
    """Make the officers' accounts that are not there yet."""
    for officer in EVERY_OFFICER:
        if _row_of(container, officer) is None:
            officers.add(
                container.writing(),
                user_name=officer.user_name,
                full_name=officer.full_name,
                unit=officer.unit,
                password=officer.password,
                role=officer.role,
                number=officer.cedula,
            )


def second_factor_of(container: Container, officer: Officer) -> str:
    """Return the secret of an officer's one-time codes; only a demonstration shows it."""
    row = _row_of(container, officer)
    if row is None:
        raise LookupError(officer.user_name)
    return row.totp_secret


def write_start_page(container: Container, home: Home) -> None:
    """Write the content of the start page to its file, for the web process."""
    page = StartPage(
        people=_people(container),
        officers=tuple(
            SampleAccount(
                user_name=officer.user_name,
                full_name=officer.full_name,
                unit=officer.unit,
                password=officer.password,
                totp_secret=second_factor_of(container, officer),
                role=officer.role.label,
            )
            for officer in (VISITOR_OFFICER, STORY_OFFICER, VISITOR_REVIEWER, VISITOR_AUDITOR)
        ),
        downloads=tuple(
            SampleDownload(name=file.name, group=file.group, shows=file.shows)
            for file in ready_files.everything(home.issued)
            if (home.samples / file.name).exists()
        ),
    )
    place = home.folder / FILE_NAME
    making = _fresh(place)
    making.write_text(json.dumps(page.to_json(), ensure_ascii=False), encoding="utf-8")
    making.rename(place)


def _people(container: Container) -> tuple[SamplePerson, ...]:
    """Return the people for the start page, each with what can be seen; only true statements."""
    return (
        *_of(PersonGroup.BUSINESS, _businesses(container)),
        *_of(PersonGroup.ENTREPRENEUR, _entrepreneurs(container)),
        *_of(PersonGroup.ARTISAN, _artisans(container)),
        *_of(
            PersonGroup.KEPT_OUT,
            (
                (people.SUSPENDED, "RUC suspendido."),
                (people.PASSIVE, "RUC pasivo."),
                (people.NO_ADDRESS, "El SRI no tiene su correo."),
            ),
        ),
        SamplePerson(
            group=PersonGroup.KEPT_OUT,
            ruc=people.UNKNOWN_RUC,
            name="",
            shows="No consta en el registro del SRI.",
        ),
    )


def _of(group: PersonGroup, shown: Iterable[tuple[Person, str]]) -> Iterator[SamplePerson]:
    for person, shows in shown:
        yield SamplePerson(group=group, ruc=person.ruc, name=person.shown_name, shows=shows)


def _businesses(container: Container) -> Iterator[tuple[Person, str]]:
    yield people.VISITOR_SHOP, "Tienda de abarrotes: pida su certificado, sale al momento."
    yield people.VISITOR_SOFTWARE, "Compañía de programas con dos locales: pida su certificado."
    yield people.VISITOR_CAFE, "Empezó este año: cuente lo vendido hasta hoy."
    yield (
        people.VISITOR_LARGE,
        "Vende 12.000.000 al año, más que una MIPYME: pida que lo revise una persona.",
    )
    yield (
        people.VISITOR_MOVED,
        "Se mudó a Ibarra y el SRI aún dice Quito: ponga Ibarra y decide una persona.",
    )
    if holder := _holder(container, IssuedKind.CERTIFICATE, people.BUSINESS_STORY):
        yield holder, "Ya tiene su certificado: descárguelo y verifíquelo."


def _entrepreneurs(container: Container) -> Iterator[tuple[Person, str]]:
    yield (
        people.VISITOR_VENTURE,
        "Emplea a 3 personas: suba los documentos de prueba y pida su certificado.",
    )
    if holder := _holder(container, IssuedKind.CERTIFICATE, people.VENTURE_STORY):
        yield holder, "Ya tiene su certificado: descárguelo y verifíquelo."


def _artisans(container: Container) -> Iterator[tuple[Person, str]]:
    yield people.VISITOR_NEW, "Tejedor sin Acuerdo anterior: pida el primero."
    yield people.VISITOR_RENEWAL, "Ceramista con un Acuerdo anterior: renueve."
    if corrector := _corrector(container):
        yield corrector, "Le pidieron corregir una foto."
    if holder := _holder(container, IssuedKind.AGREEMENT, people.STORY):
        yield holder, "Ya tiene su Acuerdo: descárguelo y verifíquelo."


def _holder(container: Container, kind: IssuedKind, told: Iterable[Person]) -> Person | None:
    """Return the person of a story with the newest paper of that kind in force."""
    known = {person.ruc: person for person in told}
    with container.reading() as uow:
        chosen = (
            sa.select(AgreementRow)
            .where(
                AgreementRow.ruc.in_(known),
                AgreementRow.state == AgreementState.PUBLISHED,
                AgreementRow.kind == kind,
                AgreementRow.valid_until >= ecuador_day(uow.now),
            )
            .order_by(AgreementRow.published_at.desc())
            .limit(1)
        )
        row = uow.session.execute(chosen).scalar_one_or_none()
    return known[row.ruc] if row else None


def _corrector(container: Container) -> Person | None:
    """Return the sample person with an unanswered correction request."""
    chosen = sa.select(ApplicationRow.id).where(
        ApplicationRow.ruc == people.VISITOR_CORRECTION.ruc,
        ApplicationRow.state == ApplicationState.CORRECTION_REQUESTED,
    )
    with container.reading() as uow:
        waits = uow.session.execute(chosen).first()
    return people.VISITOR_CORRECTION if waits else None


def _fresh(place: Path) -> Path:
    making = place.with_suffix(".new")
    making.touch(mode=0o600)
    return making


def _row_of(container: Container, officer: Officer) -> OfficerRow | None:
    with container.reading() as uow:
        return uow.session.execute(
            sa.select(OfficerRow).where(OfficerRow.user_name == officer.user_name)
        ).scalar_one_or_none()


def _silently(_lines: int) -> None:
    """Report no progress: importing a few lines takes no time."""
