"""A small world for the access table: an application in each state, and everybody who may ask."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from werkzeug.test import TestResponse

from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    DocumentRow,
    OfficerRow,
    SessionRow,
)
from review_service.domain.applications import ApplicationState, ReviewItem
from review_service.domain.institution import institution_on
from review_service.domain.roles import OfficerRole
from review_service.domain.terms import ecuador_day
from review_service.samples.people import synthetic_ruc
from review_service.services import sessions
from review_service.services.applicant import sending
from review_service.services.review import correcting, reviewing
from review_service.services.review.letters import CorrectionItem
from tests.factories import (
    OTHER_RUC,
    RUC,
    SECRET,
    Office,
    add_officer,
    add_taxpayer,
    open_draft,
    upload,
)
from tests.integration.services import letter_cases, loop_cases, steps
from tests.integration.web.officer import desk_cases
from tests.integration.web.site import Site, finish_checks, jpeg

WORDS = "Una frase que alcanza para todo."


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Somebody with a browser."""

    name: str
    cookies: Mapping[str, str]
    ruc: str = ""
    """Of an applicant's session."""
    role: OfficerRole | None = None
    """Of an officer's session."""
    halfway: bool = False
    """The officer gave the password only."""
    numbered: bool = True
    owns: bool = False
    """The applications are the officer's own."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One application and what its addresses need."""

    state: ApplicationState
    application_id: UUID
    document_id: UUID
    version: int


@dataclass(frozen=True, kw_only=True)
class World:
    """The site, the people and the cases, and the database as it was made."""

    site: Site
    askers: tuple[Asker, ...]
    cases: Mapping[ApplicationState, Case]
    agreement_id: UUID
    letter_id: UUID
    form_cookie: str
    token: str
    pristine: sqlite3.Connection
    file: Path
    watching: sqlite3.Connection
    """Sees by ``data_version`` whether anybody wrote."""
    folders: tuple[Path, ...]
    """Those of the store; a new one changes the time of the one that it is in."""

    def ask(
        self,
        asker: Asker,
        method: str,
        path: str,
        form: Mapping[str, Any] | None = None,
        *,
        with_token: bool = True,
    ) -> TestResponse:
        """Send one request from a fresh browser of that person."""
        client = self.site.app.test_client()
        client.set_cookie("formulario", self.form_cookie)
        for name, value in asker.cookies.items():
            client.set_cookie(name, value)
        data = {**(form or {}), **({"csrf_token": self.token} if with_token else {})}
        return client.open(
            path, method=method, data=data if method == "POST" else None, buffered=True
        )

    def mark(self) -> tuple[int, ...]:
        """Return something that differs once database, store or queue have changed.

        A file that comes, goes or is replaced changes the time of its folder; the store writes
        none in place.
        """
        (version,) = self.watching.execute("PRAGMA data_version").fetchone()
        times = (folder.stat().st_mtime_ns for folder in self.folders if folder.exists())
        return (version, len(self.site.office.notices.notified), *times)

    def restore(self) -> None:
        """Put the database back to what it was."""
        target = sqlite3.connect(self.file)
        self.pristine.backup(target)
        target.close()


def make_world(site: Site, file: Path) -> World:
    """Fill a site on SQLite; ``file`` is its database, its store stands beside it."""
    office = site.office
    issuer = add_officer(office, "lpaz")
    cases = {state: _case(office, state, number, issuer) for number, state in enumerate(CASES, 40)}
    askers = (*_applicants(office), *_officers(office))
    _let_supervisor_take(office, cases[ApplicationState.IN_REVIEW])
    letter_id = letter_cases.photographed(office)
    with office.writing() as uow:
        # A session writes its last use once a minute: not while this is watched.
        uow.session.execute(sa.update(SessionRow).values(last_seen_at=sa.text(LATER)))
        agreement_id = uow.session.execute(
            sa.select(AgreementRow.id).where(AgreementRow.storage_key.is_not(None))
        ).scalar_one()
        uow.commit()
    visitor = site.visitor()
    token = visitor.token("/ingresar")
    cookie = visitor.client.get_cookie("formulario")
    assert cookie is not None
    source = sqlite3.connect(file)
    pristine = sqlite3.connect(":memory:")
    source.backup(pristine)
    source.close()
    store = file.parent / "files"
    return World(
        site=site,
        askers=askers,
        cases=cases,
        agreement_id=agreement_id,
        letter_id=letter_id,
        form_cookie=cookie.value,
        token=token,
        pristine=pristine,
        file=file,
        watching=sqlite3.connect(file),
        folders=tuple(each for each in (store, *store.rglob("*")) if each.is_dir()),
    )


LATER = "datetime('now', '+1 hour')"
CASES = (
    *(state for state in ApplicationState if state is not ApplicationState.APPROVED),
    ApplicationState.APPROVED,
)
"""The approved one last: what is numbered before it is published."""


def _case(office: Office, state: ApplicationState, number: int, issuer: UUID) -> Case:
    ruc = synthetic_ruc(number)
    with office.writing() as uow:
        add_taxpayer(uow, ruc)
        uow.commit()
    if state in (ApplicationState.DRAFT, ApplicationState.AWAITING_CONFIRMATION):
        application_id = _draft(office, ruc)
        if state is ApplicationState.AWAITING_CONFIRMATION:
            sending.send(
                office.writing(),
                application_id=application_id,
                ruc=ruc,
                declared=True,
                secret_key=SECRET,
            )
    else:
        application_id = desk_cases.put_case(office, ruc=ruc)
        _move(office, application_id, state, ruc=ruc, issuer=issuer)
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        assert row.state is state, state
        row.ruc = RUC
        document_id = uow.session.scalars(
            sa.select(DocumentRow.id).where(
                DocumentRow.application_id == application_id, DocumentRow.assembled.is_(False)
            )
        ).first()
        uow.commit()
    assert document_id is not None
    return Case(
        state=state, application_id=application_id, document_id=document_id, version=row.version
    )


def _draft(office: Office, ruc: str) -> UUID:
    application_id = open_draft(office, ruc)
    for shot in desk_cases.ALL_THEMES:
        upload(office, application_id, ruc=ruc, content=jpeg() + uuid4().bytes, theme=shot.theme)
    finish_checks(office)
    return application_id


def _move(
    office: Office, application_id: UUID, state: ApplicationState, *, ruc: str, issuer: UUID
) -> None:
    version = desk_cases.version_of(office, application_id)
    if state is ApplicationState.CORRECTION_REQUESTED:
        correcting.request_correction(
            office.writing(),
            application_id=application_id,
            officer_id=issuer,
            version=version,
            items=[
                CorrectionItem(item=ReviewItem.WORKSHOP, reason=WORDS, instruction=WORDS),
                CorrectionItem(item=ReviewItem.MACHINERY, reason=WORDS, instruction=WORDS),
                CorrectionItem(item=ReviewItem.DATA_SHEET, reason=WORDS, instruction=WORDS),
            ],
        )
        steps.hand_over(office, "correction_requested")
    elif state is ApplicationState.REFUSED:
        with office.reading() as uow:
            today = ecuador_day(uow.now)
        steps.observe(office, application_id, issuer)
        reviewing.refuse(
            office.writing(),
            application_id=application_id,
            officer_id=issuer,
            version=version,
            reasons=WORDS,
            institution=institution_on(today),
        )
    elif state is ApplicationState.WITHDRAWN:
        _move(office, application_id, ApplicationState.CORRECTION_REQUESTED, ruc=ruc, issuer=issuer)
        loop_cases.end_term(office, application_id)
        loop_cases.log(office, application_id)
        loop_cases.sign(office, application_id, officer_id=issuer)
    elif state in (ApplicationState.APPROVED, ApplicationState.ISSUED):
        desk_cases.approve(office, application_id, issuer)
        if state is ApplicationState.ISSUED:
            desk_cases.publish_everything(office)
    else:
        # What waits for an officer may be approved: every item is accepted.
        desk_cases.accept_everything(office, application_id, issuer)


def _let_supervisor_take(office: Office, case: Case) -> None:
    """Let one who may do everything hold the case in review: its forms stand on its pages."""
    chosen = sa.select(OfficerRow.id).where(OfficerRow.user_name == OfficerRole.SUPERVISOR.value)
    with office.reading() as uow:
        supervisor = uow.session.execute(chosen).scalar_one()
    desk_cases.take(office, case.application_id, supervisor)


def _applicants(office: Office) -> tuple[Asker, ...]:
    with office.writing() as uow:
        tokens = {ruc: sessions.start_applicant(uow, ruc=ruc).token for ruc in (RUC, OTHER_RUC)}
        uow.commit()
    return (
        Asker(name="nobody", cookies={}),
        Asker(name="applicant", cookies={"solicitante": tokens[RUC]}, ruc=RUC),
        Asker(name="other applicant", cookies={"solicitante": tokens[OTHER_RUC]}, ruc=OTHER_RUC),
    )


def _officers(office: Office) -> tuple[Asker, ...]:
    made = [
        *(_officer(office, role.value, role) for role in OfficerRole),
        _officer(office, "password only", OfficerRole.SUPERVISOR, halfway=True),
        _officer(office, "without cédula", OfficerRole.SUPERVISOR, numbered=False),
        *(
            _officer(office, f"own {role.value}", role, owns=True)
            for role in (OfficerRole.REVIEWER, OfficerRole.SUPERVISOR)
        ),
    ]
    return tuple(made)


def _officer(
    office: Office,
    name: str,
    role: OfficerRole,
    *,
    halfway: bool = False,
    numbered: bool = True,
    owns: bool = False,
) -> Asker:
    officer_id = add_officer(office, name, role=role, numbered=numbered)
    with office.writing() as uow:
        if owns:
            uow.session.get_one(OfficerRow, officer_id).cedula = RUC[:10]
        signed = sessions.start_officer(uow, officer_id=officer_id, second_factor=not halfway)
        uow.commit()
    return Asker(
        name=name,
        cookies={"funcionario": signed.token},
        role=role,
        halfway=halfway,
        numbered=numbered,
        owns=owns,
    )
