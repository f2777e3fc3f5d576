"""What happened on a case in one order, and all of its RUC in every track."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from review_service.db.models import AgreementRow, ApplicationRow, EventRow, PriorAgreementRow
from review_service.db.queries.officer.timeline import Who, timeline_of
from review_service.db.queries.officer.timeline_words import UNTOLD, WORDS
from review_service.domain.applications import ItemVerdict, ReviewItem
from review_service.domain.roles import OfficerRole
from review_service.domain.terms import ecuador_day
from review_service.services.review import correcting, internal_notes, moving
from review_service.services.review.letters import CorrectionItem
from tests.factories import OTHER_RUC, RUC, Office, add_officer
from tests.integration.web.officer.desk_cases import (
    WebOffice,
    add_reviewer,
    approve,
    counted,
    judge,
    publish_everything,
    put_case,
    sign_in,
    version_of,
)

MOST_ASKED = 12
ROOT = Path(__file__).parents[4]
NOTE = "Llamé al teléfono de la hoja: contestó su hija."
INSTRUCTION = "Tome la foto con las personas del taller."


def worked_on(office: Office, officer_id: UUID) -> UUID:
    """Return a case of which machine, applicant and officer did something."""
    case = put_case(office)
    judge(
        office,
        case,
        officer_id,
        item=ReviewItem.PEOPLE,
        version=version_of(office, case),
        verdict=ItemVerdict.OBSERVED,
    )
    internal_notes.write(office.writing(), application_id=case, officer_id=officer_id, body=NOTE)
    correcting.request_correction(
        office.writing(),
        application_id=case,
        officer_id=officer_id,
        version=version_of(office, case),
        items=[
            CorrectionItem(
                item=ReviewItem.PEOPLE, reason="No se ve a nadie.", instruction=INSTRUCTION
            )
        ],
    )
    return case


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_one_order_tells_what_applicant_machine_and_officers_did(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    case = worked_on(office, officer_id)
    page = words(browser.get(f"/revision/casos/{case}/historia").text)
    told = [
        "R. Andrade: Pidió una corrección.",
        INSTRUCTION,
        "R. Andrade: Escribió una nota interna.",
        NOTE,
        f"R. Andrade: Juzgó un punto: {ReviewItem.PEOPLE.label}, observado.",
        "Solicitante Confirmó la solicitud: quedó recibida.",
        "Sistema Terminó la revisión automática de un archivo. (4 veces)",
        "Solicitante Empezó la solicitud.",
    ]
    places = [page.index(each) for each in told]
    assert places == sorted(places), "the newest first"
    assert "día 1 desde que se recibió" in page
    assert "rows_written" not in page


@pytest.mark.parametrize("who", list(Who))
def test_one_of_them_alone_is_shown(
    browser: FlaskClient, office: Office, officer_id: UUID, who: Who
) -> None:
    case = worked_on(office, officer_id)
    page = browser.get(f"/revision/casos/{case}/historia?de={who.value}").text
    tags = re.findall(r'<span class="tag[^"]*">([^<]+)</span>', page)
    assert set(tags) == {who.label}
    assert f'aria-current="page">{who.label}' in " ".join(page.split())


def test_days_count_from_the_receipt(office: Office, officer_id: UUID) -> None:
    case = worked_on(office, officer_id)
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, case)
        assert row.confirmed_at is not None
        row.confirmed_at -= timedelta(days=3)
        uow.commit()
    with office.reading() as uow:
        found = timeline_of(uow, case)
        assert [(each.day, each.number) for each in found.days] == [(ecuador_day(uow.now), 4)]


def test_it_tells_who_gave_the_case_to_whom_and_why(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    case = worked_on(office, officer_id)
    other = put_case(office, ruc=OTHER_RUC)
    supervisor = add_officer(office, "supervisa", role=OfficerRole.SUPERVISOR)
    moving.move(
        office.writing(),
        application_id=other,
        officer_id=supervisor,
        to=officer_id,
        zone="Zonal 4",
        reason=NOTE,
    )
    told = words(browser.get(f"/revision/casos/{other}/historia").text)
    assert "Pasó el caso: Zonal 4." in told
    assert NOTE in told
    assert NOTE in words(browser.get(f"/revision/casos/{case}/historia").text)


def test_every_event_of_a_case_that_the_service_records_has_words() -> None:
    """What is about a case by its name in the source, and not only what one case happened to do."""
    record = re.compile(r'"((?:case|second_review|note|item|application|checks)_[a-z_]+)"')
    named = {
        action
        for file in (ROOT / "review_service" / "services" / "review").glob("*.py")
        for call in re.finditer(r"uow\.record\(\s*([^)]*)", file.read_text("utf-8"))
        for action in record.findall(call.group(1).partition(",")[0])
    }
    assert {"case_moved", "note_written", "item_judged"} <= named
    assert named - set(WORDS) - UNTOLD == set()


def test_every_event_of_a_whole_case_has_words(office: Office, officer_id: UUID) -> None:
    worked_on(office, officer_id)
    approve(office, put_case(office, ruc=OTHER_RUC), officer_id)
    publish_everything(office)
    with office.reading() as uow:
        actions = set(
            uow.session.scalars(
                sa.select(EventRow.action).where(
                    EventRow.action.not_like("officer%"), EventRow.subject_id.is_not(None)
                )
            )
        )
    assert actions - set(WORDS) - UNTOLD == set()


def test_all_of_a_ruc_stands_on_one_page_in_every_track(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    case = worked_on(office, officer_id)
    issued = put_case(office, ruc=OTHER_RUC)
    number = approve(office, issued, officer_id)
    publish_everything(office)
    with office.writing() as uow:
        uow.session.get_one(ApplicationRow, issued).ruc = RUC
        uow.session.scalars(sa.select(AgreementRow)).one().ruc = RUC
        today = ecuador_day(uow.now)
        uow.session.add(
            PriorAgreementRow(
                number="MIPRO-2015-0001",
                ruc=RUC,
                holder="T",
                activity="A",
                issued_on=today - timedelta(days=4000),
                valid_until=today - timedelta(days=3000),
                source="lista.csv",
                imported_at=uow.now,
            )
        )
        uow.commit()
    page = words(browser.get(f"/revision/casos/{case}/ruc").text)
    assert f"Todo sobre el RUC {RUC}" in page
    assert f"{number} Acuerdo Interministerial Vigente" in page
    assert "MIPRO-2015-0001 Acuerdo de antes de este servicio Caducado" in page
    assert INSTRUCTION in page
    assert "Todavía sin respuesta." in page
    assert "Nadie ha escrito sobre este RUC." in page


def test_it_has_nothing_of_another_ruc(browser: FlaskClient, office: Office) -> None:
    case, stranger = put_case(office), put_case(office, ruc=OTHER_RUC)
    page = browser.get(f"/revision/casos/{case}/ruc").text
    with office.reading() as uow:
        assert timeline_of(uow, case).reference in page
        assert timeline_of(uow, stranger).reference not in page
    assert "No tiene documentos, ni emitidos aquí ni de antes." in page


@pytest.mark.parametrize("page", ["historia", "ruc"])
def test_nobody_reads_them_of_an_own_case_and_an_auditor_may(
    web: WebOffice, office: Office, page: str
) -> None:
    add_reviewer(web, "duena", "D. Dueña", number=RUC)
    add_reviewer(web, "auditoria", role=OfficerRole.AUDITOR)
    case = put_case(office)
    own = sign_in(web, "duena")
    assert own.get(f"/revision/casos/{case}/{page}").status_code == 403
    assert f"/{page}" not in own.get(f"/revision/casos/{case}").text
    assert sign_in(web, "auditoria").get(f"/revision/casos/{case}/{page}").status_code == 200


@pytest.mark.parametrize("page", ["historia", "ruc"])
def test_each_page_asks_the_database_few_times(
    browser: FlaskClient, office: Office, officer_id: UUID, page: str
) -> None:
    case = worked_on(office, officer_id)
    address = f"/revision/casos/{case}/{page}"
    browser.get(address)
    with counted(office) as asked:
        assert browser.get(address).status_code == 200
    assert len(asked) <= MOST_ASKED, "\n".join(asked)
