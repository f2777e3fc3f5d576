"""Papers that an institution holds: its list, what is kept of its answers, and what comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from review_service.db.models import ApplicationRow, EventRow, FindingRow, InstitutionPaperRow
from review_service.domain.applications import ApplicationState
from review_service.domain.documents import VENTURE_PAPERS, SupportKind
from review_service.domain.errors import NotAllowedError, NotFoundError, RegistryError
from review_service.domain.finding_codes import FindingCode
from review_service.domain.imported_lines import ImportKind
from review_service.domain.looked_up import Answer, Found, HeldPaper, answers_in, with_answers
from review_service.ports import PaperRegister
from review_service.services.applicant import looked_up, register_facts, sending, support_papers
from review_service.services.upkeep import importing, invariants
from tests.factories import (
    RUC,
    Office,
    confirm_business,
    issuing_rules,
    rule_parts,
    upload,
)
from tests.integration.services import steps
from tests.looked_up import bring_list, held, line, rules_with
from tests.ventures import OF_A_PERSON, give_paper, open_venture, publish

IESS, SRI, PAYROLL = OF_A_PERSON
LATER = timedelta(minutes=4)


@dataclass
class SilentRegister:
    """A ``PaperRegister`` that does not answer for some kinds; for others it asks another."""

    register: PaperRegister
    silent: set[SupportKind] = field(default_factory=lambda: set(SupportKind))
    asked: list[SupportKind] = field(default_factory=list)

    def find(self, ruc: str, kind: SupportKind) -> HeldPaper | None:
        """Answer, or raise."""
        self.asked.append(kind)
        if kind in self.silent:
            raise RegistryError("down", retryable=True)
        return self.register.find(ruc, kind)

    def kinds(self) -> frozenset[SupportKind]:
        """Answer."""
        return self.register.kinds()


def renew(
    office: Office,
    application_id: UUID,
    rulebook: Mapping[str, Any],
    register: PaperRegister | None = None,
) -> bool:
    return looked_up.renew(
        office.writing(),
        register or office.papers,
        application_id=application_id,
        ruc=RUC,
        rulebook=rulebook,
    )


def answers(office: Office, application_id: UUID) -> Mapping[SupportKind, Answer]:
    return answers_in(steps.application(office, application_id).registry_facts)


def let_pass(office: Office, application_id: UUID) -> None:
    """Make what is kept older than the pages of a draft go on with."""
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        found = {
            kind: replace(each, asked_at=each.asked_at - LATER, tried_at=each.tried_at - LATER)
            for kind, each in answers_in(row.registry_facts).items()
        }
        row.registry_facts = with_answers(row.registry_facts, found)
        uow.commit()


def told(
    office: Office, application_id: UUID, rulebook: Mapping[str, Any]
) -> list[tuple[str, bool]]:
    found = sending.problems_before_sending(
        office.reading(), application_id=application_id, ruc=RUC, rulebook=rulebook
    )
    return [(one.sentence, one.blocking) for one in found if one.place == "papers"]


def confirm(
    office: Office,
    application_id: UUID,
    rulebook: Mapping[str, Any],
    register: PaperRegister | None = None,
) -> ApplicationRow:
    parts = rule_parts(office, issuing=replace(issuing_rules(), rulebook=rulebook))
    confirm_business(office, application_id, parts=replace(parts, papers=register or office.papers))
    return steps.application(office, application_id)


def send_others(office: Office, application_id: UUID, *looked: SupportKind) -> None:
    for kind in OF_A_PERSON:
        if kind not in looked:
            give_paper(office, application_id, kind)


def test_by_default_nobody_is_asked_and_nothing_is_kept(office: Office, tmp_path: Path) -> None:
    bring_list(office, tmp_path, [line(office, kind) for kind in VENTURE_PAPERS])
    application_id = open_venture(office)
    register = SilentRegister(office.papers)
    assert not renew(office, application_id, issuing_rules().rulebook, register)
    assert (register.asked, answers(office, application_id)) == ([], {})
    assert len(told(office, application_id, issuing_rules().rulebook)) == 3


@pytest.mark.parametrize("comes_from", ["looked_up", "either"])
def test_with_every_paper_held_the_certificate_comes_without_one_sent(
    office: Office, tmp_path: Path, comes_from: str
) -> None:
    bring_list(office, tmp_path, [line(office, kind) for kind in OF_A_PERSON])
    rulebook, application_id = rules_with(comes_from, *OF_A_PERSON), open_venture(office)
    assert renew(office, application_id, rulebook)
    assert told(office, application_id, rulebook) == []
    row = confirm(office, application_id, rulebook)
    assert (row.state, row.referral) == (ApplicationState.APPROVED, None)
    kept = answers_in(row.registry_facts)
    assert {kind: each.found for kind, each in kept.items()} == dict.fromkeys(
        OF_A_PERSON, Found.HELD
    )
    publish(office)
    assert steps.state(office, application_id) is ApplicationState.ISSUED
    assert invariants.broken_invariants(office.reading, office.store) == []


def test_what_the_institution_says_wins_over_what_was_sent(office: Office, tmp_path: Path) -> None:
    bring_list(office, tmp_path, [line(office, SRI, ESTADO="CON DEUDAS")])
    rulebook, application_id = rules_with("either", SRI), open_venture(office)
    send_others(office, application_id)
    renew(office, application_id, rulebook)
    [(sentence, blocking)] = told(office, application_id, rulebook)
    assert not blocking
    assert "obligaciones pendientes" in sentence
    row = confirm(office, application_id, rulebook)
    assert row.state is ApplicationState.IN_REVIEW
    assert "obligaciones pendientes" in (row.referral or "")
    codes = {one.code for one in steps.rows(office, FindingRow) if one.compared}
    assert FindingCode.SUPPORT_DEBT.value in codes


def test_nothing_held_goes_to_a_person_and_the_applicant_is_asked_for_none(
    office: Office, tmp_path: Path
) -> None:
    bring_list(office, tmp_path, [line(office, SRI, ruc="1790001564001")])
    rulebook, application_id = rules_with("looked_up", SRI), open_venture(office)
    send_others(office, application_id, SRI)
    renew(office, application_id, rulebook)
    assert answers(office, application_id)[SRI].found is Found.NOTHING
    [(sentence, blocking)] = told(office, application_id, rulebook)
    assert (sentence, blocking) == (
        "Certificado de cumplimiento tributario (SRI): el SRI no lo tiene.",
        False,
    )
    with pytest.raises(NotAllowedError):
        upload(office, application_id, content=steps.PDF, kind=SRI.document_kind)
    row = confirm(office, application_id, rulebook)
    assert row.state is ApplicationState.IN_REVIEW
    assert row.referral == sentence


def test_without_a_list_the_source_is_silent_and_sending_waits(office: Office) -> None:
    rulebook, application_id = rules_with("looked_up", SRI), open_venture(office)
    send_others(office, application_id, SRI)
    assert not renew(office, application_id, rulebook)
    assert answers(office, application_id)[SRI].found is Found.SILENT
    [(sentence, blocking)] = told(office, application_id, rulebook)
    assert blocking
    assert "Ahora no responde el SRI" in sentence
    with pytest.raises(NotAllowedError):
        upload(office, application_id, content=steps.PDF, kind=SRI.document_kind)


def test_with_either_what_was_not_found_may_be_sent(office: Office, tmp_path: Path) -> None:
    rulebook, application_id = rules_with("either", SRI), open_venture(office)
    send_others(office, application_id, SRI)
    renew(office, application_id, rulebook)
    assert told(office, application_id, rulebook) == [
        ("Falta el certificado del SRI: agréguelo.", True)
    ]
    give_paper(office, application_id, SRI)
    assert told(office, application_id, rulebook) == []
    assert confirm(office, application_id, rulebook).state is ApplicationState.APPROVED
    assert tmp_path.is_dir()


def test_with_either_what_was_found_is_not_asked_for(office: Office, tmp_path: Path) -> None:
    bring_list(office, tmp_path, [line(office, SRI)])
    rulebook, application_id = rules_with("either", SRI), open_venture(office)
    renew(office, application_id, rulebook)
    with pytest.raises(NotAllowedError):
        upload(office, application_id, content=steps.PDF, kind=SRI.document_kind)
    upload(office, application_id, content=steps.PDF, kind=IESS.document_kind)


def test_pages_ask_once_in_three_minutes(office: Office, tmp_path: Path) -> None:
    bring_list(office, tmp_path, [line(office, SRI)])
    rulebook, application_id = rules_with("looked_up", SRI), open_venture(office)
    register = SilentRegister(office.papers, silent=set())
    for _ in range(3):
        renew(office, application_id, rulebook, register)
    assert register.asked == [SRI]
    let_pass(office, application_id)
    renew(office, application_id, rulebook, register)
    assert register.asked == [SRI, SRI]


def test_silence_is_asked_again_as_seldom_and_leaves_what_was_said(
    office: Office, tmp_path: Path
) -> None:
    bring_list(office, tmp_path, [line(office, SRI)])
    rulebook, application_id = rules_with("looked_up", SRI), open_venture(office)
    renew(office, application_id, rulebook)
    let_pass(office, application_id)
    before = answers(office, application_id)[SRI]
    silent = SilentRegister(office.papers)
    for _ in range(2):
        assert not renew(office, application_id, rulebook, silent)
    assert silent.asked == [SRI]
    after = answers(office, application_id)[SRI]
    assert (after.found, after.paper, after.asked_at) == (
        Found.HELD, before.paper, before.asked_at,
    )  # fmt: skip
    assert after.tried_at > before.tried_at


def test_a_rule_that_asks_the_applicant_again_forgets_the_answers(
    office: Office, tmp_path: Path
) -> None:
    bring_list(office, tmp_path, [line(office, SRI)])
    application_id = open_venture(office)
    renew(office, application_id, rules_with("looked_up", SRI))
    assert set(answers(office, application_id)) == {SRI}
    renew(office, application_id, issuing_rules().rulebook)
    assert answers(office, application_id) == {}


def test_asking_the_sri_for_the_register_keeps_the_answers(office: Office, tmp_path: Path) -> None:
    bring_list(office, tmp_path, [line(office, SRI)])
    application_id = open_venture(office)
    renew(office, application_id, rules_with("looked_up", SRI))
    kept = answers(office, application_id)
    assert register_facts.renew(
        office.writing(), office.registry, application_id=application_id, ruc=RUC, at_once=True
    )
    assert answers(office, application_id) == kept


def test_confirming_asks_anew(office: Office, tmp_path: Path) -> None:
    bring_list(office, tmp_path, [line(office, SRI)])
    rulebook, application_id = rules_with("looked_up", SRI), open_venture(office)
    send_others(office, application_id, SRI)
    renew(office, application_id, rulebook)
    bring_list(office, tmp_path, [line(office, SRI, ESTADO="CON DEUDAS")], name="otra.csv")
    row = confirm(office, application_id, rulebook)
    assert row.state is ApplicationState.IN_REVIEW
    answer = answers_in(row.registry_facts)[SRI]
    assert answer.paper is not None
    assert answer.paper.owes


def test_a_source_that_is_down_when_confirming_leaves_all_as_it_was(
    office: Office, tmp_path: Path
) -> None:
    bring_list(office, tmp_path, [line(office, SRI)])
    rulebook, application_id = rules_with("looked_up", SRI), open_venture(office)
    send_others(office, application_id, SRI)
    renew(office, application_id, rulebook)
    with office.writing() as uow:  # what is known is of the day before
        row = uow.session.get_one(ApplicationRow, application_id)
        [answer] = answers_in(row.registry_facts).values()
        old = replace(answer, asked_at=answer.asked_at - timedelta(days=1))
        row.registry_facts = with_answers(row.registry_facts, {SRI: old})
        uow.commit()
    with pytest.raises(RegistryError):
        confirm(office, application_id, rulebook, SilentRegister(office.papers))
    assert steps.state(office, application_id) is ApplicationState.AWAITING_CONFIRMATION


def test_a_source_that_is_down_when_confirming_is_no_loss_where_it_answered_today(
    office: Office, tmp_path: Path
) -> None:
    bring_list(office, tmp_path, [line(office, SRI)])
    rulebook, application_id = rules_with("looked_up", SRI), open_venture(office)
    send_others(office, application_id, SRI)
    renew(office, application_id, rulebook)
    row = confirm(office, application_id, rulebook, SilentRegister(office.papers))
    assert row.state is ApplicationState.APPROVED


def test_one_silent_source_keeps_no_other_from_being_asked(office: Office, tmp_path: Path) -> None:
    bring_list(office, tmp_path, [line(office, SRI), line(office, IESS)])
    rulebook, application_id = rules_with("either", SRI, IESS), open_venture(office)
    renew(office, application_id, rulebook, SilentRegister(office.papers, silent={IESS}))
    assert {kind: each.found for kind, each in answers(office, application_id).items()} == {
        IESS: Found.SILENT,
        SRI: Found.HELD,
    }


def test_the_places_of_a_draft_tell_what_was_found(office: Office, tmp_path: Path) -> None:
    bring_list(office, tmp_path, [line(office, SRI)])
    rulebook, application_id = rules_with("looked_up", SRI), open_venture(office)
    renew(office, application_id, rulebook)
    places = {
        each.kind: each
        for each in support_papers.places(
            office.reading(), application_id=application_id, ruc=RUC, rulebook=rulebook
        )
    }
    answer = places[SRI].answer
    assert answer is not None
    assert answer.told.startswith("Lo tiene SRI, del ")
    assert "referencia sri-1" in answer.told
    assert (places[SRI].may_be_sent, places[IESS].may_be_sent) == (False, True)


def test_a_list_goes_in_is_overwritten_and_undone(office: Office, tmp_path: Path) -> None:
    first = bring_list(office, tmp_path, [line(office, SRI), line(office, IESS), "mala"])
    assert (first.lines, first.refused) == (3, 1)
    second = bring_list(
        office,
        tmp_path,
        [line(office, SRI, ESTADO="CON DEUDAS"), line(office, PAYROLL)],
        name="otra.csv",
    )
    assert second.refused == 0
    row = held(office, SRI)
    assert row is not None
    assert (row.owes, row.institution, row.source) == (True, "SRI", "otra.csv")
    assert office.papers.kinds() == {IESS, SRI, PAYROLL}
    undone = importing.undo_last(office.database, ImportKind.PAPERS)
    assert (undone.removed, undone.restored) == (1, 1)
    row = held(office, SRI)
    assert row is not None
    assert not row.owes
    assert office.papers.kinds() == {IESS, SRI}
    with pytest.raises(NotFoundError):
        importing.undo_last(office.database, ImportKind.PAPERS)
    imported = [one for one in steps.rows(office, EventRow) if one.action == "imported"]
    assert [one.details["kind"] for one in imported] == ["documentos", "documentos"]


def test_the_register_finds_nothing_in_a_list_and_is_silent_without_one(
    office: Office, tmp_path: Path
) -> None:
    with pytest.raises(RegistryError):
        office.papers.find(RUC, SRI)
    bring_list(office, tmp_path, [line(office, SRI, ruc="1790001564001")])
    assert office.papers.find(RUC, SRI) is None
    with pytest.raises(RegistryError):
        office.papers.find(RUC, IESS)
    bring_list(office, tmp_path, [line(office, SRI)], name="otra.csv")
    found = office.papers.find(RUC, SRI)
    assert found is not None
    assert (found.institution, found.reference, found.owes) == ("SRI", "sri-1", False)
    assert len(steps.rows(office, InstitutionPaperRow)) == 2
