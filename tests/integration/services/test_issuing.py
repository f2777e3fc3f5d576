"""From number to publication: a crash anywhere and a repeat give one number, paper and mail."""

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.models import AgreementRow, ApplicationRow, TaskRow
from review_service.db.tasks import Lease
from review_service.domain.agreements import AgreementSnapshot, AgreementState
from review_service.domain.applications import ApplicationKind, ApplicationState
from review_service.domain.dated_rules import read_rulebook
from review_service.domain.errors import InvalidInputError, SigningError, StoreError
from review_service.domain.issued_documents import IssuedSnapshot, VerificationMarks
from review_service.domain.numbering import spaced, verification_code, verification_token
from review_service.domain.signing import Objection
from review_service.domain.work import TaskKind, TaskState
from review_service.ports import FileStore
from review_service.services.agreements import issuing
from review_service.services.agreements.issuing import Press
from review_service.services.applicant import applying
from review_service.services.review import reviewing
from review_service.services.upkeep import invariants
from tests.copied_cases import copied
from tests.factories import (
    OTHER_RUC,
    RUC,
    SECRET,
    SHEET,
    Office,
    add_officer,
    confirmed_rulebook,
    issuing_rules,
    send_and_confirm,
)
from tests.integration.services import steps
from tests.integration.services.test_second_address import (
    RememberedMails,
    ask,
    confirm,
    let_out,
)
from tests.plain_paper import PlainPaper, PlainReader


class Crash(BaseException):
    """The process is gone: nothing may catch it."""


class KeptPaper(PlainPaper):
    """A renderer that keeps what it is given, and counts."""

    def __init__(self) -> None:
        self.printed: list[tuple[IssuedSnapshot, VerificationMarks]] = []
        self.crash = False

    def render(self, snapshot: IssuedSnapshot, *, marks: VerificationMarks) -> bytes:
        """Print one page."""
        if self.crash:
            raise Crash
        self.printed.append((snapshot, marks))
        return super().render(snapshot, marks=marks) + f" {len(self.printed)}".encode()


class PlainSigner:
    """A signer that signs with a word."""

    def __init__(self) -> None:
        self.crash = False
        self.error: SigningError | None = None
        self.against: list[Objection] = []
        self.demonstration = False

    def objections(self, snapshot: IssuedSnapshot) -> list[Objection]:
        """Object as the test says."""
        del snapshot
        return self.against

    def is_demonstration(self, snapshot: IssuedSnapshot) -> bool:
        """Say what the test says."""
        del snapshot
        return self.demonstration

    def sign(self, pdf: bytes, *, snapshot: IssuedSnapshot) -> bytes:
        """Sign."""
        if self.crash:
            raise Crash
        if self.error is not None:
            raise self.error
        return pdf + b" signed by " + str(len(snapshot.ministries)).encode()


def make_press(office: Office, store: FileStore | None = None) -> Press:
    return Press(
        renderer=KeptPaper(),
        signer=PlainSigner(),
        store=store or office.store,
        reader=PlainReader(),
        verification_key=SECRET,
        public_url="https://rum.example.ec",
    )


@copied
def approved(office: Office) -> UUID:
    application_id = steps.in_review(office)
    steps.approve(office, application_id, add_officer(office))
    return application_id


def only_lease(office: Office) -> Lease:
    (lease,) = steps.leases(office, TaskKind.ISSUE_AGREEMENT)
    return lease


def next_lease(office: Office) -> Lease:
    """Let the lease of a dead worker run out and take the next."""
    for row in steps.rows(office, TaskRow):
        if row.leased_until is not None:
            steps.make_older(office, row, "leased_until", by=timedelta(seconds=61))
    return only_lease(office)


def agreement(office: Office) -> AgreementRow:
    (row,) = steps.rows(office, AgreementRow)
    return row


def papers(office: Office) -> list[str]:
    return [entry.key for entry in office.store.keys("agreements/")]


def expect_published_once(office: Office, application_id: UUID) -> None:
    row = agreement(office)
    assert (row.state, row.serial) == (AgreementState.PUBLISHED, 1)
    assert row.storage_key in papers(office)
    with office.store.open(row.storage_key or "") as stream:
        assert hashlib.sha256(stream.read()).hexdigest() == row.sha256
    assert steps.state(office, application_id) is ApplicationState.ISSUED
    (mail,) = steps.mails(office, "issued")
    assert (mail.attachment_key, mail.context["number"]) == (row.storage_key, row.number)
    assert mail.attachment_name == f"Acuerdo-{row.number}.pdf"
    assert len(steps.events(office, "application_issued")) == 1
    tasks = [task for task in steps.rows(office, TaskRow) if task.kind is TaskKind.ISSUE_AGREEMENT]
    assert [task.state for task in tasks] == [TaskState.DONE]
    assert invariants.broken_invariants(office.reading, office.store) == []


def test_an_approved_application_is_printed_signed_stored_and_published(office: Office) -> None:
    application_id, press = approved(office), make_press(office)
    issuing.issue(office.writing, press, only_lease(office))
    expect_published_once(office, application_id)
    assert len(papers(office)) == 1


def test_the_paper_carries_the_marks_that_verify_it(office: Office) -> None:
    approved(office)
    press = make_press(office)
    issuing.issue(office.writing, press, only_lease(office))
    row = agreement(office)
    assert isinstance(press.renderer, KeptPaper)
    ((snapshot, marks),) = press.renderer.printed
    assert snapshot == AgreementSnapshot.from_json(row.snapshot)
    assert marks.url == f"https://rum.example.ec/v/{verification_token(SECRET, row.id)}"
    assert marks.code == spaced(verification_code(SECRET, row.id))
    assert marks.file_identifier.hex() == row.file_identifier


@pytest.mark.parametrize("step", ["render", "sign", "put", "keep", "publish"])
def test_a_crash_at_any_step_and_a_repeat_issue_once(
    office: Office, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    application_id, press = approved(office), make_press(office)
    number = agreement(office).number
    with monkeypatch.context() as patched:
        crash_at(step, press, office, patched)
        with pytest.raises(Crash):
            issuing.issue(office.writing, press, only_lease(office))
    assert steps.state(office, application_id) is ApplicationState.APPROVED
    assert steps.mails(office, "issued") == []
    assert isinstance(press.renderer, KeptPaper)
    assert isinstance(press.signer, PlainSigner)
    press.renderer.crash = press.signer.crash = False
    issuing.issue(office.writing, press, next_lease(office))
    expect_published_once(office, application_id)
    assert agreement(office).number == number
    assert len(papers(office)) == (2 if step == "keep" else 1)


def crash_at(step: str, press: Press, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the process die just before the step takes effect."""
    assert isinstance(press.renderer, KeptPaper)
    assert isinstance(press.signer, PlainSigner)

    def die(*_: object, **__: object) -> None:
        raise Crash

    if step == "render":
        press.renderer.crash = True
    elif step == "sign":
        press.signer.crash = True
    elif step == "put":
        monkeypatch.setattr(office.store, "put", die)
    elif step == "keep":
        monkeypatch.setattr(issuing, "_keep", die)
    else:
        monkeypatch.setattr(issuing, "_publish", die)


def test_a_late_worker_publishes_nothing_twice(office: Office) -> None:
    application_id, press = approved(office), make_press(office)
    late = only_lease(office)
    second = next_lease(office)
    issuing.issue(office.writing, press, second)
    issuing.issue(office.writing, press, late)
    expect_published_once(office, application_id)


def test_two_workers_in_the_middle_keep_the_first_paper(office: Office) -> None:
    application_id, press = approved(office), make_press(office)
    late = only_lease(office)

    class Slow(KeptPaper):
        """A renderer that is overtaken."""

        def render(self, snapshot: IssuedSnapshot, *, marks: VerificationMarks) -> bytes:
            issuing.issue(office.writing, press, next_lease(office))
            return super().render(snapshot, marks=marks) + b" late"

    slow = Press(
        renderer=Slow(),
        signer=press.signer,
        store=office.store,
        reader=PlainReader(),
        verification_key=SECRET,
        public_url=press.public_url,
    )
    issuing.issue(office.writing, slow, late)
    expect_published_once(office, application_id)
    with office.store.open(agreement(office).storage_key or "") as stream:
        assert b"late" not in stream.read()


def test_a_signature_that_fails_leaves_the_number_and_no_paper(office: Office) -> None:
    approved(office)
    press = make_press(office)
    assert isinstance(press.signer, PlainSigner)
    press.signer.error = SigningError("wrong PIN", retryable=False)
    with pytest.raises(SigningError):
        issuing.issue(office.writing, press, only_lease(office))
    assert agreement(office).state is AgreementState.NUMBERED
    assert papers(office) == []


@pytest.mark.parametrize("waits", [True, False])
def test_an_objection_leaves_the_paper_unsigned_and_says_whether_to_wait(
    office: Office, *, waits: bool
) -> None:
    approved(office)
    press = make_press(office)
    assert isinstance(press.signer, PlainSigner)
    press.signer.against = [
        Objection(sentence="Falta la clave.", waits=True),
        Objection(sentence="Falta la lista.", waits=waits),
    ]
    with pytest.raises(SigningError, match=r"Falta la clave\. Falta la lista\.") as caught:
        issuing.issue(office.writing, press, only_lease(office))
    assert caught.value.retryable is waits
    assert papers(office) == []
    press.signer.against = []
    issuing.issue(office.writing, press, next_lease(office))
    assert agreement(office).state is AgreementState.PUBLISHED


def test_a_real_paper_on_an_unconfirmed_rule_waits_until_it_is_confirmed(office: Office) -> None:
    approved(office)
    row = agreement(office)
    with office.writing() as uow:
        uow.session.execute(
            sa.update(AgreementRow).values(snapshot={**row.snapshot, "demonstration": False})
        )
        uow.commit()
    press = make_press(office)
    before = {**confirmed_rulebook(), "ministries": ministries_of_the_snapshot(row)}
    unconfirmed = {**before, "places": read_rulebook(None)["places"]}
    with pytest.raises(SigningError, match=r"no ha confirmado lugar\.") as caught:
        issuing.issue(office.writing, replace(press, rulebook=unconfirmed), only_lease(office))
    assert caught.value.retryable
    assert papers(office) == []
    issuing.issue(office.writing, replace(press, rulebook=before), next_lease(office))
    assert agreement(office).state is AgreementState.PUBLISHED


def ministries_of_the_snapshot(row: AgreementRow) -> list[dict[str, Any]]:
    """Return the ministries that the paper prints as confirmed entries that hold today."""
    confirmed_by = {"norm": "Acuerdo 1", "who": "Secretaría General", "day": date(2026, 11, 1)}
    return [
        {
            **ministry,
            "order": place,
            "valid_from": date(2018, 12, 1),
            "source": "Acuerdo 1",
            "confirmed_by": confirmed_by,
        }
        for place, ministry in enumerate(row.snapshot["ministries"], start=1)
    ]


def test_a_store_that_is_down_leaves_the_number(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved(office)

    def fail(*_: object, **__: object) -> None:
        raise StoreError("down", retryable=True)

    monkeypatch.setattr(office.store, "put", fail)
    with pytest.raises(StoreError):
        issuing.issue(office.writing, make_press(office), only_lease(office))
    assert agreement(office).storage_key is None


def test_the_paper_goes_to_the_second_address_once_it_left_for_the_first(office: Office) -> None:
    application_id = steps.ready_draft(office)
    applying.save_sheet(
        office.writing(),
        application_id=application_id,
        ruc=RUC,
        values={**SHEET, "notice_email": "hija@correo.example"},
        kind=ApplicationKind.NEW,
    )
    ask(office, application_id)
    confirm(office)
    send_and_confirm(office, application_id)
    steps.approve(office, application_id, add_officer(office))
    issuing.issue(office.writing, make_press(office), only_lease(office))
    assert [mail.recipient for mail in steps.mails(office, "issued")] == ["maria@correo.example"]
    let_out(office, RememberedMails())
    sent = steps.mails(office, "issued")
    assert {mail.recipient for mail in sent} == {"hija@correo.example", "maria@correo.example"}
    assert len({mail.attachment_key for mail in sent}) == 1


@pytest.mark.parametrize(("ciiu", "years"), [("C107101", 1), ("C139209", 3), ("C1104.01", 1)])
def test_food_and_drink_are_valid_for_a_year_and_all_else_for_three(
    office: Office, ciiu: str, years: int
) -> None:
    application_id = steps.ready_draft(office)
    applying.save_sheet(
        office.writing(),
        application_id=application_id,
        ruc=RUC,
        values={**SHEET, "ciiu": ciiu},
        kind=ApplicationKind.NEW,
    )
    send_and_confirm(office, application_id)
    steps.approve(office, application_id, add_officer(office))
    row = agreement(office)
    assert row.valid_until.year - row.valid_from.year == years


@pytest.mark.parametrize(
    ("field", "value"),
    [("ciiu", "C999999"), ("province", "Atlántida"), ("canton", "Ciudad Perdida")],
)
def test_what_the_version_before_let_be_sent_is_not_printed(
    office: Office, field: str, value: str
) -> None:
    application_id = steps.in_review(office)
    row = steps.application(office, application_id)
    with office.writing() as uow:
        uow.session.execute(
            sa.update(ApplicationRow)
            .where(ApplicationRow.id == application_id)
            .values(sheet={**row.sheet, field: value})
        )
        uow.commit()
    with pytest.raises(InvalidInputError) as caught:
        steps.approve(office, application_id, add_officer(office))
    assert "pida que corrijan la hoja de datos" in caught.value.problems["sheet"]
    assert steps.application(office, application_id).state is ApplicationState.IN_REVIEW


def test_a_place_is_printed_by_its_official_name_and_the_activity_with_the_registers_words(
    office: Office,
) -> None:
    application_id = steps.in_review(office)
    row = steps.application(office, application_id)
    typed = {"province": "IMBABURA", "canton": "otavaló", "ciiu": "C1392.09"}
    with office.writing() as uow:
        uow.session.execute(
            sa.update(ApplicationRow)
            .where(ApplicationRow.id == application_id)
            .values(sheet={**row.sheet, **typed})
        )
        uow.commit()
    steps.approve(office, application_id, add_officer(office))
    printed = agreement(office).snapshot
    assert (printed["province"], printed["canton"]) == ("Imbabura", "Otavalo")
    assert printed["activity"] == "Fabricación de otros artículos textiles"


def test_numbers_follow_each_other_also_after_a_decision_that_failed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = steps.in_review(office), steps.in_review(office, ruc=OTHER_RUC)
    officer_id = add_officer(office)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    steps.accept_all(office, first, officer_id)
    with monkeypatch.context() as patched:
        patched.setattr("review_service.db.unit_of_work.append_events", fail)
        with pytest.raises(RuntimeError):
            reviewing.approve(
                office.writing(),
                application_id=first,
                officer_id=officer_id,
                version=steps.application(office, first).version,
                rules=issuing_rules(),
            )
    numbers = [steps.approve(office, one, officer_id) for one in (second, first)]
    assert [number[-6:] for number in numbers] == ["000001", "000002"]
