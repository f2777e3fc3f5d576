"""No proof trusts the row that it should prove: what the owner of the database changes is seen."""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa

from review_service.db.models import AgreementRow, PaperProofRow, TaskRow
from review_service.domain.agreements import AgreementState
from review_service.domain.errors import SigningError
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.numbering import verification_code, verification_token
from review_service.domain.paper_check import PaperSignatures
from review_service.domain.work import Lane, TaskKind
from review_service.services.agreements import issuing, proving, verifying
from review_service.services.agreements.verifying import Answer, Verdict
from tests.factories import OTHER_RUC, RUC, SECRET, Office, add_officer
from tests.integration.services import steps
from tests.integration.services.test_issuing import (
    agreement,
    approved,
    make_press,
    only_lease,
)
from tests.integration.services.test_verifying import published
from tests.plain_paper import PlainReader

FORGED = b"%PDF-1.7 forged " + b"x" * 8
"""Twenty-four bytes that are nobody's Acuerdo."""


def change(office: Office, **values: object) -> None:
    """Change the one agreement's row, as its owner can."""
    with office.writing() as uow:
        uow.session.execute(sa.update(AgreementRow).values(**values))
        uow.commit()


def changed_snapshot(**values: object) -> Callable[[AgreementRow], dict[str, Any]]:
    return lambda row: {"snapshot": {**row.snapshot, **values}}


CHANGES: dict[str, Callable[[AgreementRow], dict[str, Any]]] = {
    "another holder": changed_snapshot(holder="OTRA PERSONA"),
    "a part of the holder's name": changed_snapshot(holder="MARIA"),
    "another trade": changed_snapshot(trade="Joyería"),
    "no longer a demonstration": changed_snapshot(demonstration=False),
    "a longer validity": lambda row: {
        "valid_until": row.valid_until + timedelta(days=365),
        "snapshot": {
            **row.snapshot,
            "valid_until": (row.valid_until + timedelta(days=365)).isoformat(),
        },
    },
    "a longer validity in the column alone": lambda row: {
        "valid_until": row.valid_until + timedelta(days=365)
    },
    "another RUC": lambda _: {"ruc": "1792060346001"},
    "another file": lambda _: {"sha256": sha256(FORGED).hexdigest(), "size_bytes": len(FORGED)},
    "another file identifier": lambda _: {"file_identifier": "ab" * 16},
    "another serial": lambda row: {"serial": row.serial + 1},
    "another kind": lambda _: {"kind": IssuedKind.CERTIFICATE},
    "a fact taken away": lambda row: {
        "snapshot": {name: value for name, value in row.snapshot.items() if name != "trade"}
    },
    "a name that is a number": changed_snapshot(holder=5),
    "a ministry without a name": changed_snapshot(ministries=[{"acronym": "MPCEI"}]),
    "a day that is none": changed_snapshot(valid_until="nunca"),
    "no facts at all": lambda _: {"snapshot": ["nada"]},
}


def scan(office: Office, row: AgreementRow) -> Answer:
    token = verification_token(SECRET, row.id)
    return verifying.by_token(office.writing(), token=token, client="c", key=SECRET)


def tasks_to_prove(office: Office) -> list[TaskRow]:
    return [row for row in steps.rows(office, TaskRow) if row.kind is TaskKind.PROVE_PAPER]


def prove(office: Office, reader: PlainReader | None = None) -> None:
    for lease in steps.leases(office, TaskKind.PROVE_PAPER):
        proving.prove_again(
            office.writing,
            office.store,
            reader or PlainReader(),
            lease,
            key=SECRET,
            public_url="https://rum.example.ec",
        )


def put_forged_file(office: Office) -> str:
    return office.store.put("agreements/forged.pdf", BytesIO(FORGED)).key


def test_an_issued_paper_is_proven_before_anybody_can_ask(office: Office) -> None:
    row = published(office)
    answer = scan(office, row)
    assert answer.verdict is Verdict.IN_FORCE
    assert answer.agreement is not None
    assert answer.agreement.signatures == 2
    assert abs(answer.agreement.proven_at - row.numbered_at) < timedelta(minutes=1)
    assert tasks_to_prove(office) == []


@pytest.mark.parametrize("what", sorted(CHANGES))
def test_a_changed_row_is_no_longer_authentic_and_its_facts_are_not_shown(
    office: Office, what: str
) -> None:
    row = published(office)
    change(office, **CHANGES[what](row))
    if what == "another file":
        change(office, storage_key=put_forged_file(office))
    assert scan(office, row) == Answer(verdict=Verdict.CONTRADICTED)
    code = verification_code(SECRET, row.id)
    typed = verifying.by_number_and_code(
        office.writing(), number=row.number, code=code, client="c", key=SECRET
    )
    assert typed == Answer(verdict=Verdict.CONTRADICTED)
    prove(office)
    assert scan(office, row) == Answer(verdict=Verdict.CONTRADICTED), "a second look sees it too"
    assert len(steps.events(office, "paper_contradicted")) == 1


@pytest.mark.parametrize("what", sorted(CHANGES))
def test_taking_the_proof_away_does_not_help(office: Office, what: str) -> None:
    row = published(office)
    change(office, **CHANGES[what](row))
    with office.writing() as uow:
        uow.session.execute(sa.delete(PaperProofRow))
        uow.commit()
    assert scan(office, row) == Answer(verdict=Verdict.UNPROVEN)
    if what == "another file":
        change(office, storage_key=put_forged_file(office))
    prove(office)
    assert scan(office, row) == Answer(verdict=Verdict.CONTRADICTED)


def test_a_text_of_24_bytes_is_never_in_force(office: Office) -> None:
    row = published(office)
    change(office, **CHANGES["another file"](row), storage_key=put_forged_file(office))
    with office.writing() as uow:  # the trail continued as it would be, and the proof taken away
        uow.record(
            "agreement_stored",
            actor="worker",
            subject_id=row.application_id,
            sha256=sha256(FORGED).hexdigest(),
        )
        uow.session.execute(sa.delete(PaperProofRow))
        uow.commit()
    asked: dict[str, Any] = {
        "sha256": sha256(FORGED).hexdigest(),
        "identifiers": set(),
        "client": "c",
        "key": SECRET,
    }
    assert verifying.by_file(office.writing(), **asked).verdict is Verdict.UNPROVEN
    prove(office)
    assert verifying.by_file(office.writing(), **asked).verdict is Verdict.CONTRADICTED
    with office.reading() as uow:
        proof = proving.trusted(uow.session.get(PaperProofRow, row.id), key=SECRET)
    assert proof is not None
    assert any("no dice que se guardó este archivo" in fault for fault in proof.faults)


def test_a_proof_that_was_made_up_is_none(office: Office) -> None:
    row = published(office)
    with office.writing() as uow:
        uow.session.execute(sa.update(PaperProofRow).values(signatures=9))
        uow.commit()
    assert scan(office, row) == Answer(verdict=Verdict.UNPROVEN)
    (task,) = tasks_to_prove(office)
    assert task.lane is Lane.ISSUE, "somebody waits for the answer"
    scan(office, row)
    assert len(tasks_to_prove(office)) == 1, "asked once a day"
    prove(office)
    assert scan(office, row).verdict is Verdict.IN_FORCE


def test_an_altered_copy_of_an_unproven_one_shows_no_facts(office: Office) -> None:
    row = published(office)
    change(office, **CHANGES["another holder"](row))
    answer = verifying.by_file(
        office.writing(),
        sha256="0" * 64,
        identifiers={bytes.fromhex(row.file_identifier)},
        client="c",
        key=SECRET,
    )
    assert answer == Answer(verdict=Verdict.ALTERED)


@pytest.mark.parametrize("good", [0, 1])
def test_a_paper_whose_own_signatures_do_not_hold_is_never_published(
    office: Office, good: int
) -> None:
    approved(office)
    press = make_press(office)
    object.__setattr__(press, "reader", PlainReader(good=good))
    with pytest.raises(SigningError, match="firmas están intactas") as caught:
        issuing.issue(office.writing, press, only_lease(office))
    assert caught.value.retryable is False
    assert agreement(office).state is AgreementState.STORED
    assert steps.rows(office, PaperProofRow) == []


def test_proofs_are_made_anew_when_they_are_missing_or_old(office: Office) -> None:
    row = published(office)
    assert proving.ask_for_the_oldest(office.writing()) == 0
    (proof,) = steps.rows(office, PaperProofRow)
    steps.make_older(office, proof, "checked_at", by=timedelta(days=31))
    assert proving.ask_for_the_oldest(office.writing()) == 1
    (task,) = tasks_to_prove(office)
    assert task.lane is Lane.OCR, "behind everything that somebody waits for"
    prove(office)
    (renewed,) = steps.rows(office, PaperProofRow)
    assert renewed.checked_at > row.numbered_at
    assert proving.ask_for_the_oldest(office.writing()) == 0


@pytest.mark.parametrize("had_proof", [True, False])
def test_papers_that_cannot_be_proven_keep_no_other_waiting(
    office: Office, monkeypatch: pytest.MonkeyPatch, *, had_proof: bool
) -> None:
    monkeypatch.setattr(proving, "MOST_AT_ONCE", 1)
    officer = add_officer(office)
    for ruc in (RUC, OTHER_RUC):
        steps.approve(office, steps.in_review(office, ruc=ruc), officer)
    for lease in steps.leases(office, TaskKind.ISSUE_AGREEMENT):
        issuing.issue(office.writing, make_press(office), lease)
    for proof in steps.rows(office, PaperProofRow):
        steps.make_older(office, proof, "checked_at", by=timedelta(days=31))
    if not had_proof:
        with office.writing() as uow:
            uow.session.execute(sa.delete(PaperProofRow))
            uow.commit()
    for _ in range(2):
        assert proving.ask_for_the_oldest(office.writing()) == 1
    (lost,) = tasks_to_prove(office)
    row = steps.stored(office, AgreementRow, lost.subject_id)
    office.store.delete(row.storage_key or "")
    prove(office)
    assert proving.ask_for_the_oldest(office.writing()) == 1
    prove(office)
    proven = [
        proof.agreement_id
        for proof in steps.rows(office, PaperProofRow)
        if proof.checked_at > lost.created_at
    ]
    assert len(proven) == 1
    assert proven != [lost.subject_id]
    assert proving.ask_for_the_oldest(office.writing()) == 0, "it is tried again a day later"
    for task in tasks_to_prove(office):
        steps.make_older(office, task, "finished_at", by=timedelta(days=1))
    assert proving.ask_for_the_oldest(office.writing()) == 1


def test_certificates_are_judged_at_the_moment_that_the_trail_names(office: Office) -> None:
    row = published(office)
    (stored,) = steps.events(office, "agreement_stored")
    asked: list[datetime | None] = []

    class Asked(PlainReader):
        """A reader that keeps what it is asked."""

        def signatures(self, pdf: bytes, *, at: datetime | None = None) -> PaperSignatures:
            """Remember the moment."""
            asked.append(at)
            return super().signatures(pdf, at=at)

    scan(office, row)
    with office.writing() as uow:
        proving.ask(uow, row.id)
        uow.commit()
    prove(office, Asked())
    assert asked == [stored.at]


def test_a_lost_file_leaves_the_proof_as_it_was(office: Office) -> None:
    row = published(office)
    office.store.delete(row.storage_key or "")
    (proof,) = steps.rows(office, PaperProofRow)
    steps.make_older(office, proof, "checked_at", by=timedelta(days=31))
    proving.ask_for_the_oldest(office.writing())
    prove(office)
    assert all(task.finished_at is not None for task in tasks_to_prove(office))
    assert len(steps.rows(office, PaperProofRow)) == 1
