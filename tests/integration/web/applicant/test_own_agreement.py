"""The service remembers the Acuerdo that it issued: it is first on the page and in the renewal."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import AgreementRow, DocumentRow
from review_service.db.queries.applicant.files import OwnDocument, files_of
from review_service.domain.applications import ApplicationKind
from review_service.domain.documents import DocumentKind
from review_service.domain.terms import ecuador_day
from review_service.domain.wording import long_date
from tests.factories import OTHER_RUC, add_officer
from tests.integration.web.applicant.story import confirmed, draft, send_pdf
from tests.integration.web.officer import desk_cases
from tests.integration.web.site import Site, Visitor, finish_checks


def issued(site: Site, applicant: Visitor) -> UUID:
    """Return an application whose agreement is out, in force and in its window of renewal."""
    application_id = fresh(site, applicant)
    ends_in(site, 60)
    return application_id


def ends_in(site: Site, days: int) -> None:
    """Let the end of every agreement be so many days away."""
    with site.office.writing() as uow:
        end = ecuador_day(uow.now) + timedelta(days=days)
        uow.session.execute(sa.update(AgreementRow).values(valid_until=end))
        uow.commit()


def fresh(site: Site, applicant: Visitor) -> UUID:
    """Return an application whose agreement is just out."""
    application_id = confirmed(site, applicant)
    officer_id = add_officer(site.office)
    desk_cases.accept_everything(site.office, application_id, officer_id)
    desk_cases.approve(site.office, application_id, officer_id)
    desk_cases.publish_everything(site.office)
    return application_id


def paper(site: Site) -> AgreementRow:
    with site.office.reading() as uow:
        return uow.session.scalars(sa.select(AgreementRow)).one()


def renewed(visitor: Visitor) -> UUID:
    """Press «Renovarlo» in its window; return the draft."""
    answer = visitor.post("/solicitudes/nueva", {"kind": "renewal"}, page="/solicitudes")
    return UUID(answer.headers["Location"].split("/")[2])


def agreement_in(site: Site, application_id: UUID) -> OwnDocument | None:
    with site.office.reading() as uow:
        return files_of(uow, application_id).agreement


def test_an_agreement_in_force_is_first_on_the_page(site: Site, applicant: Visitor) -> None:
    application_id = issued(site, applicant)
    shown = applicant.get("/solicitudes").text
    number = paper(site).number
    assert f"Su Acuerdo {number} está vigente" in shown
    assert shown.index(f"/solicitudes/{application_id}/acuerdo.pdf") < shown.index('class="list"')
    assert "Renovarlo" in shown
    assert "está vigente" not in site.applicant(OTHER_RUC).get("/solicitudes").text


def test_one_that_is_over_is_not_called_in_force(site: Site, applicant: Visitor) -> None:
    issued(site, applicant)
    with site.office.writing() as uow:
        yesterday = ecuador_day(uow.now) - timedelta(days=1)
        uow.session.execute(sa.update(AgreementRow).values(valid_until=yesterday))
        uow.commit()
    assert "está vigente" not in applicant.get("/solicitudes").text


def test_a_renewal_is_prefilled_and_asks_for_no_pdf_of_ours(site: Site, applicant: Visitor) -> None:
    issued(site, applicant)
    application_id = renewed(applicant)
    sheet = applicant.get(f"/solicitudes/{application_id}/datos").text
    for words in ("Tejidos a mano", "Calle Sucre 12-40", "0991234567"):
        assert words in sheet
    document = agreement_in(site, application_id)
    assert document is not None
    assert document.sha256 == paper(site).sha256
    assert not document.state.is_final
    finish_checks(site.office)
    shown = applicant.get(f"/solicitudes/{application_id}/acuerdo-anterior").text
    assert "Este es el Acuerdo que le emitimos" in shown
    review = applicant.get(f"/solicitudes/{application_id}/revisar").text
    assert "Agregue su Acuerdo anterior" not in review


def test_it_is_put_there_once_and_not_again_when_taken_out(site: Site, applicant: Visitor) -> None:
    issued(site, applicant)
    application_id = renewed(applicant)
    assert renewed(applicant) == application_id
    finish_checks(site.office)
    document = agreement_in(site, application_id)
    assert document is not None
    path = f"/solicitudes/{application_id}/documentos/{document.id}/quitar"
    assert applicant.post(path, {"page": "acuerdo"}).status_code == 303
    renewed(applicant)
    assert agreement_in(site, application_id) is None
    with site.office.reading() as uow:
        ours = sa.select(sa.func.count(DocumentRow.id)).where(
            DocumentRow.application_id == application_id,
            DocumentRow.kind == DocumentKind.AGREEMENT,
        )
        assert uow.session.execute(ours).scalar_one() == 1


def test_a_draft_that_becomes_a_renewal_gets_it_and_a_given_one_stays(
    site: Site, applicant: Visitor
) -> None:
    issued(site, applicant)
    application_id = draft(site)
    assert agreement_in(site, application_id) is None
    sheet = {"kind": "renewal", "trade": "Tejidos a mano", "later": "y"}
    applicant.post(f"/solicitudes/{application_id}/datos", sheet)
    document = agreement_in(site, application_id)
    assert document is not None
    assert document.is_ours


def test_who_has_none_of_ours_is_asked_for_it(site: Site, applicant: Visitor) -> None:
    application_id = draft(site, ApplicationKind.RENEWAL)
    renewed(applicant)
    assert agreement_in(site, application_id) is None
    send_pdf(applicant, application_id, "acuerdo-anterior")
    given = agreement_in(site, application_id)
    assert given is not None
    assert not given.is_ours


def test_before_its_window_the_page_says_when_and_has_a_door(
    site: Site, applicant: Visitor
) -> None:
    application_id = fresh(site, applicant)
    ends_in(site, 61)
    opens = long_date(paper(site).valid_until - timedelta(days=60))
    listed = applicant.get("/solicitudes").text
    assert f"Puede renovarlo desde el {opens}" in listed
    assert "Renovarlo</button>" not in listed
    shown = applicant.get("/solicitudes/nueva/artesano").text
    assert opens in shown
    assert f"/solicitudes/{application_id}" in shown
    assert "Mis datos cambiaron" in shown
    refused = applicant.post(
        "/solicitudes/nueva", {"via": "artesano", "kind": "renewal"}, page="/solicitudes"
    )
    assert refused.status_code == 422
    assert f"Puede renovarlo desde el {opens}" in refused.text
    assert "elija «Mis datos cambiaron»" in refused.text


def test_who_says_that_facts_changed_gets_a_prefilled_renewal(
    site: Site, applicant: Visitor
) -> None:
    fresh(site, applicant)
    answer = applicant.post(
        "/solicitudes/nueva",
        {"via": "artesano", "cambiaron": "1"},
        page="/solicitudes/nueva/artesano",
    )
    application_id = UUID(answer.headers["Location"].split("/")[2])
    assert "Tejidos a mano" in applicant.get(f"/solicitudes/{application_id}/datos").text
    assert agreement_in(site, application_id) is not None
    assert "¿Cambió algo" not in applicant.get("/solicitudes").text, "one is open already"
