"""How photos were made is told of the page in view, and leaves a clean point clean."""

import sqlalchemy as sa
from flask.testing import FlaskClient

from review_service.db.models import DocumentRow, FindingRow
from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Severity
from tests.factories import Office
from tests.integration.web.officer.desk_cases import put_case

STORY = "Según el archivo, sin comprobar: guardada con {}."


def test_it_is_told_of_the_page_in_view_alone(browser: FlaskClient, office: Office) -> None:
    case = put_case(office)
    with office.writing() as uow:
        documents = uow.session.scalars(
            sa.select(DocumentRow.id)
            .where(DocumentRow.application_id == case)
            .order_by(DocumentRow.created_at)
        ).all()
        for number, document_id in enumerate(documents, start=1):
            uow.session.add(
                FindingRow(
                    application_id=case,
                    document_id=document_id,
                    page=1,
                    check_name="making",
                    code=FindingCode.PHOTO_DECLARED.value,
                    severity=Severity.NOTE,
                    message=STORY.format(f"editor {number}"),
                    advice="",
                )
            )
        uow.commit()
    seen = set()
    for position in (1, 2):
        page = browser.get(f"/revision/casos/{case}?pagina={position}").text
        assert page.count("Según el archivo") == 1
        seen |= {number for number in range(1, 9) if STORY.format(f"editor {number}") in page}
        assert page.count("<span>sin alertas</span>") == len(documents) + 1, "and the data sheet"
    assert len(seen) == 2
