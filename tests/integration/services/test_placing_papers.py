"""The place of each paper of an emprendedor: which are asked for, and papers that are moved."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.models import (
    ApplicationRow,
    DocumentRow,
    TaxpayerRow,
)
from review_service.db.sightings import sighting
from review_service.domain.applications import (
    ReviewItem,
)
from review_service.domain.documents import DocumentKind
from review_service.domain.errors import (
    NotAllowedError,
    NotFoundError,
    StaleStateError,
)
from review_service.domain.sightings import Sight
from review_service.services.applicant import applying, sending, support_papers
from review_service.services.applicant.sending import IncompleteError
from review_service.services.review import correcting
from review_service.services.review.letters import CorrectionItem
from review_service.services.upkeep import invariants
from tests.factories import (
    OTHER_RUC,
    RUC,
    SECRET,
    Office,
    add_officer,
    confirm_business,
    open_business,
    open_draft,
    upload,
)
from tests.integration.services import steps
from tests.integration.services.paper_cases import IESS, PAYROLL, SRI, document, old, row_of, told
from tests.ventures import OF_A_PERSON, give_paper, open_venture, ready_venture


def test_each_paper_that_is_missing_prevents_sending(office: Office) -> None:
    application_id = open_venture(office)
    assert told(office, application_id) == [
        ("Falta el certificado del IESS: agréguelo.", True),
        ("Falta el certificado del SRI: agréguelo.", True),
        ("Falta la nómina: agréguela.", True),
    ]
    with pytest.raises(IncompleteError):
        confirm_business(office, application_id)


def test_a_company_is_asked_for_its_deed_too(office: Office) -> None:
    with office.writing() as uow:
        uow.session.execute(
            sa.update(TaxpayerRow)
            .where(TaxpayerRow.ruc == OTHER_RUC)
            .values(taxpayer_type="SOCIEDAD")
        )
        uow.commit()
    application_id = open_venture(office, OTHER_RUC, employees="0")
    found = support_papers.places(office.reading(), application_id=application_id, ruc=OTHER_RUC)
    assert [place.kind.slug for place in found if place.is_needed] == ["escritura", "iess", "sri"]


def test_a_paper_that_is_still_read_prevents_sending(office: Office) -> None:
    application_id = ready_venture(office)
    upload(office, application_id, content=steps.PDF, kind=SRI.document_kind, file_name="otro.pdf")
    assert told(office, application_id) == [("Todavía leemos «otro.pdf». Espere un momento.", True)]


def test_a_paper_in_the_wrong_place_is_moved_by_one_press(office: Office) -> None:
    application_id = open_venture(office)
    give_paper(office, application_id, PAYROLL)
    wrong = give_paper(office, application_id, IESS, recognised_as=SRI)
    assert told(office, application_id)[0] == ("Falta el certificado del SRI: agréguelo.", True)
    sentence = f"En «{IESS.label}»: esto parece el certificado del SRI. Va en otro lugar."
    assert (sentence, False) in told(office, application_id)
    for _ in range(2):
        moved = support_papers.move(
            office.writing(), application_id=application_id, ruc=RUC, document_id=wrong
        )
        assert moved is SRI
    assert document(office, wrong).kind is DocumentKind.TAX_CERTIFICATE
    assert told(office, application_id) == [("Falta el certificado del IESS: agréguelo.", True)]


def test_two_papers_that_stand_in_each_others_place_change_places(office: Office) -> None:
    application_id = open_venture(office)
    give_paper(office, application_id, PAYROLL)
    one = give_paper(office, application_id, IESS, recognised_as=SRI)
    other = give_paper(office, application_id, SRI, recognised_as=IESS)
    support_papers.move(office.writing(), application_id=application_id, ruc=RUC, document_id=one)
    assert document(office, one).kind is DocumentKind.TAX_CERTIFICATE
    assert document(office, other).kind is DocumentKind.EMPLOYER_CERTIFICATE
    assert told(office, application_id) == []


def test_only_a_recognised_paper_of_ones_own_is_moved(office: Office) -> None:
    application_id = ready_venture(office)
    paper = steps.rows(office, DocumentRow)[0].id
    with pytest.raises(NotFoundError):
        support_papers.move(
            office.writing(), application_id=application_id, ruc=OTHER_RUC, document_id=paper
        )
    with pytest.raises(StaleStateError):
        support_papers.move(
            office.writing(),
            application_id=application_id,
            ruc=RUC,
            document_id=give_paper(office, application_id, IESS, recognised_as=SRI),
            seen="another",
        )
    confirm_business(office, application_id)
    with pytest.raises(NotAllowedError):
        support_papers.move(
            office.writing(), application_id=application_id, ruc=RUC, document_id=paper
        )


def test_a_track_without_papers_takes_none(office: Office) -> None:
    for application_id in (open_business(office), open_draft(office, OTHER_RUC)):
        ruc = row_of(office, application_id).ruc
        with pytest.raises(NotAllowedError):
            upload(
                office,
                application_id,
                ruc=ruc,
                content=steps.PDF,
                kind=DocumentKind.PAYROLL,
            )
        with pytest.raises(NotFoundError):
            support_papers.places(office.reading(), application_id=application_id, ruc=ruc)
        with pytest.raises(NotFoundError):
            support_papers.employs_nobody(office.writing(), application_id=application_id, ruc=ruc)


def placed(office: Office) -> dict[DocumentKind, list[UUID]]:
    """Return the papers that stand in each place."""
    found: dict[DocumentKind, list[UUID]] = {}
    for each in steps.rows(office, DocumentRow):
        if each.removed_at is None:
            found.setdefault(each.kind, []).append(each.id)
    return found


def test_what_a_misplaced_paper_had_replaced_comes_back_when_it_is_moved(office: Office) -> None:
    application_id = open_venture(office)
    good = give_paper(office, application_id, IESS)
    wrong = give_paper(office, application_id, IESS, recognised_as=SRI)
    assert placed(office) == {IESS.document_kind: [wrong]}
    support_papers.move(office.writing(), application_id=application_id, ruc=RUC, document_id=wrong)
    assert placed(office) == {IESS.document_kind: [good], SRI.document_kind: [wrong]}
    assert invariants.broken_invariants(office.reading, office.store) == []


def in_correction(office: Office) -> UUID:
    """Return an application whose two certificates an officer asked to correct."""
    application_id = open_venture(office)
    for kind in OF_A_PERSON:
        give_paper(office, application_id, kind, values=old(office))
    confirm_business(office, application_id)
    correcting.request_correction(
        office.writing(),
        application_id=application_id,
        officer_id=add_officer(office),
        version=row_of(office, application_id).version,
        items=[
            CorrectionItem(
                item=item, reason="Este certificado caducó.", instruction="Suba uno nuevo."
            )
            for item in (ReviewItem.EMPLOYER_CERTIFICATE, ReviewItem.TAX_CERTIFICATE)
        ],
    )
    return application_id


def test_a_moved_paper_that_is_taken_back_in_a_correction_leaves_one_in_each_place(
    office: Office,
) -> None:
    application_id = in_correction(office)
    before = placed(office)
    moved = give_paper(office, application_id, IESS, recognised_as=SRI)
    support_papers.move(office.writing(), application_id=application_id, ruc=RUC, document_id=moved)
    assert placed(office) == {**before, SRI.document_kind: [moved]}
    newer = give_paper(office, application_id, SRI)
    assert placed(office) == {**before, SRI.document_kind: [newer]}
    for each in (newer, moved):
        applying.remove_document(
            office.writing(), application_id=application_id, ruc=RUC, document_id=each
        )
    assert placed(office) == before, "all stand where they stood before the correction"
    assert invariants.broken_invariants(office.reading, office.store) == []


@pytest.mark.parametrize("pressed", [0, 1])
@pytest.mark.parametrize("first", [0, 1])
def test_two_that_changed_places_in_a_correction_and_are_taken_back_leave_the_old_ones(
    office: Office, pressed: int, first: int
) -> None:
    application_id = in_correction(office)
    before = placed(office)
    sent = (
        give_paper(office, application_id, IESS, recognised_as=SRI),
        give_paper(office, application_id, SRI, recognised_as=IESS),
    )
    support_papers.move(
        office.writing(), application_id=application_id, ruc=RUC, document_id=sent[pressed]
    )
    assert placed(office) == {
        **before, SRI.document_kind: [sent[0]], IESS.document_kind: [sent[1]],
    }  # fmt: skip
    for each in (sent[first], sent[1 - first]):
        applying.remove_document(
            office.writing(), application_id=application_id, ruc=RUC, document_id=each
        )
    assert placed(office) == before
    assert invariants.broken_invariants(office.reading, office.store) == []


def test_a_misplaced_paper_takes_the_place_of_one_that_stood_right(office: Office) -> None:
    application_id = open_venture(office)
    right = give_paper(office, application_id, SRI)
    wrong = give_paper(office, application_id, IESS, recognised_as=SRI)
    support_papers.move(office.writing(), application_id=application_id, ruc=RUC, document_id=wrong)
    assert placed(office) == {SRI.document_kind: [wrong]}
    assert document(office, right).kind is SRI.document_kind, "it is in no other's place"
    assert document(office, wrong).replaces == right


def test_one_that_is_still_read_keeps_its_place(office: Office) -> None:
    application_id = open_venture(office)
    wrong = give_paper(office, application_id, IESS, recognised_as=SRI)
    read = upload(office, application_id, content=steps.PDF, kind=SRI.document_kind).document_id
    support_papers.move(office.writing(), application_id=application_id, ruc=RUC, document_id=wrong)
    assert set(placed(office)[SRI.document_kind]) == {wrong, read}
    steps.check_all(office)
    assert placed(office) == {SRI.document_kind: [read]}


def test_a_paper_of_before_does_not_come_back_beside_another(office: Office) -> None:
    """As a version before left them: the former stands in another place than it had."""
    application_id = in_correction(office)
    old_one = placed(office)[IESS.document_kind][0]
    newer = give_paper(office, application_id, IESS)
    with office.writing() as uow:
        uow.session.get_one(DocumentRow, old_one).kind = SRI.document_kind
        uow.commit()
    before = placed(office)
    applying.remove_document(
        office.writing(), application_id=application_id, ruc=RUC, document_id=newer
    )
    assert placed(office) == {kind: ids for kind, ids in before.items() if newer not in ids}


def test_a_page_that_was_made_before_a_paper_moved_sends_nothing(office: Office) -> None:
    application_id = ready_venture(office)
    wrong = give_paper(office, application_id, SRI, recognised_as=IESS)
    with office.reading() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        before = sighting(uow.session, row, Sight.DRAFT)
    support_papers.move(office.writing(), application_id=application_id, ruc=RUC, document_id=wrong)
    with pytest.raises(StaleStateError):
        sending.send(
            office.writing(),
            application_id=application_id,
            ruc=RUC,
            declared=True,
            secret_key=SECRET,
            seen=before,
        )
