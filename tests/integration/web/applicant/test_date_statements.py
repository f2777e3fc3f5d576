"""Who got no decision within the legal term has a statement of the dates, and nobody else."""

import io
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import sqlalchemy as sa
from pypdf import PdfReader

from review_service.db.models import ApplicationRow, EventRow
from review_service.domain.applications import ApplicationState, ReviewItem
from review_service.domain.legal_term import Rest, legal_term
from review_service.domain.roles import OfficerRole
from review_service.domain.terms import ecuador_day
from review_service.domain.wording import long_date
from review_service.services.review import correcting, reviewing
from review_service.services.review.letters import CorrectionItem
from tests.factories import RUC, add_officer
from tests.integration.services import appeal_cases, steps
from tests.integration.services.test_legal_terms import asked_and_answered, received
from tests.integration.web.applicant.story import confirmed
from tests.integration.web.site import Site, Visitor

DAYS = 100
LATE_REASONS = "No se ve el taller en ninguna de las fotos que envió."


def grow_old(site: Site, application_id: UUID) -> str:
    """Let it have been received long ago; return the last day of its term as it is written."""
    with site.container.writing() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        row.confirmed_at = uow.now - timedelta(days=DAYS)
        row.due_at = uow.now - timedelta(days=DAYS - 5)
        term = legal_term(ecuador_day(row.confirmed_at), (), today=ecuador_day(uow.now))
        uow.commit()
    return long_date(term.last_day)


def notes(site: Site) -> list[EventRow]:
    with site.container.reading() as uow:
        return list(
            uow.session.scalars(sa.select(EventRow).where(EventRow.action == "dates_stated"))
        )


def test_within_the_term_the_page_says_until_when_and_states_nothing(
    site: Site, applicant: Visitor
) -> None:
    path = f"/solicitudes/{confirmed(site, applicant)}"
    page = applicant.get(path).text
    assert "La ley nos da hasta el" in page
    assert "constancia.pdf" not in page
    assert "atrasados" not in page
    assert applicant.get(f"{path}/constancia.pdf").status_code == 404
    assert notes(site) == []


def test_after_the_term_the_dates_are_stated_as_they_are(site: Site, applicant: Visitor) -> None:
    application_id = confirmed(site, applicant)
    last_day = grow_old(site, application_id)
    path = f"/solicitudes/{application_id}"
    page = applicant.get(path).text
    assert f"El plazo legal terminó el {last_day}" in page
    assert f'href="{path}/constancia.pdf"' in page
    assert "estamos atrasados" in page
    answer = applicant.get(f"{path}/constancia.pdf")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    words = " ".join(
        " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages).split()
    )
    assert f"Fin del plazo legal {last_day}" in words
    assert "Decisión notificada Ninguna hasta el" in words
    assert "No es un Acuerdo ni un certificado" in words
    [note] = notes(site)
    assert note.subject_id == application_id
    assert note.details["sha256"] == sha256(answer.data).hexdigest()


def test_the_pause_of_a_correction_is_stated_with_its_days(site: Site, applicant: Visitor) -> None:
    application_id = confirmed(site, applicant)
    asked(site, application_id)
    with site.container.reading() as uow:
        first = ecuador_day(uow.now) - timedelta(days=DAYS)
    notified, answered = first + timedelta(days=7), first + timedelta(days=10)
    received(site.office, application_id, first)
    asked_and_answered(site.office, application_id, notified, answered)
    words = stated(applicant, application_id)
    assert f"Se le notificó un pedido de corrección el {long_date(notified)}." in words
    assert f"Usted respondió el {long_date(answered)}." in words
    assert f"No cuentan los días hasta el {long_date(answered)}." in words
    rest = Rest(notified_on=notified, answered_on=answered)
    term = legal_term(first, [rest], today=first + timedelta(days=DAYS))
    assert f"Fin del plazo legal {long_date(term.last_day)}" in words


def test_after_an_accepted_appeal_both_days_are_stated_and_the_term_counts_from_the_return(
    site: Site, applicant: Visitor
) -> None:
    application_id = confirmed(site, applicant)
    appeal_cases.refuse(site.office, add_officer(site.office), application_id=application_id)
    supervisor = add_officer(site.office, "jefa", role=OfficerRole.SUPERVISOR)
    appeal_cases.decide(site.office, appeal_cases.appeal(site.office, application_id), supervisor)
    grow_old(site, application_id)
    assert applicant.get(f"/solicitudes/{application_id}/constancia.pdf").status_code == 404
    with site.container.writing() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        row.returned_at = uow.now - timedelta(days=DAYS - 10)
        returned = ecuador_day(row.returned_at)
        received_on = ecuador_day(row.confirmed_at) if row.confirmed_at else None
        uow.commit()
    words = stated(applicant, application_id)
    assert received_on is not None
    assert f"Recibida {long_date(received_on)}" in words
    assert f"Volvió a revisión {long_date(returned)}, por un recurso que se aceptó." in words
    term = legal_term(returned, (), today=returned + timedelta(days=DAYS))
    assert f"Fin del plazo legal {long_date(term.last_day)}" in words


def stated(applicant: Visitor, application_id: UUID) -> str:
    """Return the words of the statement as somebody downloads it."""
    answer = applicant.get(f"/solicitudes/{application_id}/constancia.pdf")
    assert answer.status_code == 200
    pages = PdfReader(io.BytesIO(answer.data)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def asked(site: Site, application_id: UUID) -> None:
    """Let an officer ask to correct the workshop, and the applicant answer."""
    words = "Una frase que alcanza para todo."
    correcting.request_correction(
        site.office.writing(),
        application_id=application_id,
        officer_id=add_officer(site.office),
        version=steps.application(site.office, application_id).version,
        items=[CorrectionItem(item=ReviewItem.WORKSHOP, reason=words, instruction=words)],
    )
    steps.hand_over(site.office, "correction_requested")
    correcting.answer(
        site.office.writing(),
        application_id=application_id,
        ruc=RUC,
        answers={ReviewItem.WORKSHOP: words},
    )


def test_a_refusal_after_the_term_takes_the_statement_from_nobody(
    site: Site, applicant: Visitor
) -> None:
    application_id = confirmed(site, applicant)
    last_day = grow_old(site, application_id)
    supervisor = add_officer(site.office, "jefa", role=OfficerRole.SUPERVISOR)
    steps.observe(site.office, application_id, supervisor)
    reviewing.refuse(
        site.office.writing(),
        application_id=application_id,
        officer_id=supervisor,
        version=steps.application(site.office, application_id).version,
        reasons=LATE_REASONS,
        late_reason=LATE_REASONS,
        institution=site.container.institution(),
    )
    page = applicant.get(f"/solicitudes/{application_id}").text
    assert f"El plazo legal terminó el {last_day}" in page
    assert f'href="/solicitudes/{application_id}/constancia.pdf"' in page
    words = stated(applicant, application_id)
    with site.container.reading() as uow:
        today = ecuador_day(uow.now)
    assert f"Decisión Se negó el {long_date(today)}, después de ese día." in words
    assert "Ninguna hasta el" not in words


def test_a_refusal_within_the_term_states_nothing(site: Site, applicant: Visitor) -> None:
    application_id = confirmed(site, applicant)
    appeal_cases.refuse(site.office, add_officer(site.office), application_id=application_id)
    grow_old(site, application_id)
    with site.container.writing() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        row.decided_at = row.confirmed_at + timedelta(days=20) if row.confirmed_at else None
        uow.commit()
    assert applicant.get(f"/solicitudes/{application_id}/constancia.pdf").status_code == 404
    assert "constancia.pdf" not in applicant.get(f"/solicitudes/{application_id}").text


def test_once_it_is_withdrawn_nothing_is_stated(site: Site, applicant: Visitor) -> None:
    application_id = confirmed(site, applicant)
    grow_old(site, application_id)
    with site.container.writing() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        row.state = ApplicationState.WITHDRAWN
        uow.commit()
    path = f"/solicitudes/{application_id}"
    assert applicant.get(f"{path}/constancia.pdf").status_code == 404
    assert "constancia.pdf" not in applicant.get(path).text
    assert notes(site) == []


def test_anybody_learns_that_the_file_is_ours_and_that_a_changed_one_is_not(
    site: Site, applicant: Visitor
) -> None:
    application_id = confirmed(site, applicant)
    grow_old(site, application_id)
    content = applicant.get(f"/solicitudes/{application_id}/constancia.pdf").data
    page = asked_of(site, content)
    assert "Es nuestra constancia" in page
    assert 'class="answer quiet"' in page, "green is what is in force, at a glance"
    assert "No es un Acuerdo ni un certificado" in page
    assert "TITUAÑA" not in page, "it names nobody"
    assert "No consta" in asked_of(site, content + b"\n")


def asked_of(site: Site, content: bytes) -> str:
    """Return what anybody reads who sends a file to be verified."""
    answer = site.visitor().client.post(
        "/verificar/archivo", data={"sha256": sha256(content).hexdigest()}
    )
    return answer.text


def test_nobody_else_gets_it(site: Site, applicant: Visitor) -> None:
    application_id = confirmed(site, applicant)
    grow_old(site, application_id)
    answer = site.visitor().get(f"/solicitudes/{application_id}/constancia.pdf")
    assert answer.status_code in {302, 303}
    assert notes(site) == []
