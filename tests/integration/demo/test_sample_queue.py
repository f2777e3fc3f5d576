"""The queue that the demo fills: cases of all three tracks, each with what its officer sees."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from review_service.bootstrap import Container
from review_service.db.models import ApplicationRow, FindingRow
from review_service.demo.story import cases, seeding
from review_service.demo.story.cases import Case
from review_service.domain.applications import ApplicationState
from review_service.domain.findings import Severity
from review_service.domain.tracks import TRACKS
from review_service.samples import people
from review_service.services.upkeep import invariants
from tests.integration.services.whole_story import working
from workers.inspecting.document import start_sandbox, stop_sandbox

REFERRED = {
    people.WORKROOM.ruc: "Una persona mira el certificado del IESS.",
    people.BAKERY.ruc: "Certificado de cumplimiento tributario (SRI): valió hasta el ",
    people.STUDIO.ruc: (
        "En el lugar de «Certificado de obligaciones patronales (IESS)» hay otro documento: "
        "Certificado de cumplimiento tributario (SRI)."
    ),
    people.JOINERY.ruc: "Nómina de trabajadores: hay 8 personas; la solicitud dice 5.",
}


def test_every_track_has_cases_and_the_emprendedores_four_different_doubts() -> None:
    assert {case.track.key for case in cases.EVERY_CASE} == TRACKS.keys()
    assert [case.person.ruc for case in cases.VENTURES] == list(REFERRED)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[None]:
    start_sandbox()
    yield
    stop_sandbox()


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize("case", cases.VENTURES, ids=lambda case: str(case.person.name))
def test_an_emprendedor_waits_for_an_officer_with_one_doubt(
    prepared: Container, case: Case
) -> None:
    with working(prepared):
        seeding.send(prepared, case)
    assert case.person not in {each.person for each in seeding.waiting_cases(prepared)}
    with prepared.reading() as uow:
        chosen = sa.select(ApplicationRow).where(ApplicationRow.ruc == case.person.ruc)
        row = uow.session.execute(chosen).scalar_one()
    assert row.state is ApplicationState.IN_REVIEW
    [reason] = (row.referral or "").splitlines()
    assert reason.startswith(REFERRED[case.person.ruc])
    assert invariants.broken_invariants(prepared.reading, prepared.store) == []


@pytest.mark.usefixtures("sandbox")
def test_an_association_and_an_artisan_share_a_workshop_without_an_alert(
    prepared: Container,
) -> None:
    there = {people.JEWELLER.ruc, people.JEWELLERS.ruc}
    with working(prepared):
        for case in cases.QUEUE:
            if case.person.ruc in there:
                seeding.send(prepared, case)
        with prepared.reading() as uow:
            rows = {
                row.id: row.ruc
                for row in uow.session.scalars(
                    sa.select(ApplicationRow).where(ApplicationRow.ruc.in_(there))
                )
                if row.state is ApplicationState.IN_REVIEW
            }
            found = uow.session.scalars(
                sa.select(FindingRow).where(FindingRow.application_id.in_(rows))
            ).all()
    photos = [(rows[each.application_id], each.code, each.severity) for each in found
              if each.code.startswith("photo_of")]  # fmt: skip
    shared = ("photo_of_shared_workshop", Severity.NOTE)
    assert sorted(photos) == sorted((ruc, *shared) for ruc in there)
    papers = {each.code for each in found if each.code.startswith("support_")}
    assert papers == {"support_names_holder"}
