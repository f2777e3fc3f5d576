"""An Acuerdo issued before the second ministry's name changed keeps its number and its words."""

import sqlalchemy as sa
from flask.testing import FlaskClient

from review_service.adapters.agreement_pdf import WeasyPrintRenderer
from review_service.db.models import AgreementRow, FieldRow
from review_service.db.prior_proofs import recognise
from review_service.db.queries.officer.agreements import agreements_page
from review_service.domain.agreements import AgreementSnapshot
from review_service.domain.institution import institution_on
from review_service.domain.terms import ecuador_today
from review_service.services.review import reviewing
from tests.agreement_samples import MARKS, squeezed, text_of
from tests.factories import OTHER_RUC, Office, add_officer, issuing_rules
from tests.integration.web.officer.desk_cases import accept_everything, put_case, version_of
from tests.integration.web.verify.conftest import Paper
from tests.integration.web.verify.test_verifying import sent, typed, word
from tests.samples.measured import written
from workers.fields.prior import reading

BEFORE = "Ministerio del Trabajo"
NOW = "Ministerio de demostración"


def test_it_verifies_by_code_by_number_and_by_file(browser: FlaskClient, paper: Paper) -> None:
    assert paper.number.startswith("MPCEI-MDT-")
    assert institution_on(ecuador_today()).ministries[1].name == NOW
    for answer in (
        browser.get(f"/v/{paper.token}"),
        typed(browser, paper.number, paper.code),
        sent(browser, paper.pdf),
    ):
        assert word(answer) == "Vigente (good)"
        assert paper.number in answer.text


def test_it_is_found_and_known_as_a_prior_agreement(office: Office, paper: Paper) -> None:
    with office.reading() as uow:
        found = agreements_page(uow, text=paper.number, cursor=None)
        number = FieldRow(name="number", value=paper.number.lower(), confidence=95.0)
        known = recognise(uow.session, None, {"number": number}, ruc=OTHER_RUC).agreement
    assert [entry.number for entry in found.entries] == [paper.number]
    assert known is not None
    assert (known.number, known.is_ours) == (paper.number, True)
    assert known.ministries.endswith(f"; {BEFORE}")


def test_its_paper_is_printed_anew_from_its_snapshot(office: Office, paper: Paper) -> None:
    with office.reading() as uow:
        row = uow.session.get_one(AgreementRow, paper.id)
        snapshot = AgreementSnapshot.from_json(row.snapshot)
    text = squeezed(" ".join(text_of(WeasyPrintRenderer().render(snapshot, marks=MARKS))))
    assert squeezed(paper.number) in text
    assert squeezed(BEFORE).upper() in text.upper()
    assert squeezed(NOW).upper() not in text.upper()


def test_the_next_number_follows_in_the_new_form(office: Office, paper: Paper) -> None:
    case, officer_id = put_case(office, ruc=OTHER_RUC), add_officer(office, "mcueva")
    accept_everything(office, case, officer_id)
    rules = issuing_rules(institution_on(ecuador_today()))
    number = reviewing.approve(
        office.writing(),
        application_id=case,
        officer_id=officer_id,
        version=version_of(office, case),
        rules=rules,
    )
    year = ecuador_today().year
    assert (paper.number, number) == (
        f"MPCEI-MDT-{year}-000001",
        f"MPCEI-MDEMO-{year}-000002",
    )
    with office.reading() as uow:
        serials = uow.session.scalars(sa.select(AgreementRow.serial)).all()
    assert sorted(serials) == [1, 2]


def test_the_reader_of_prior_agreements_knows_both_forms() -> None:
    for name, number in ((BEFORE, "MPCEI-MDT-2026-000482"), (NOW, "MPCEI-MDEMO-2026-000483")):
        text = f"{name}. Acuerdo Interministerial N.º {number} A favor de ROSA DE LA TORRE"
        fields = {field.name: field.value for field in reading.read([(1, written(text))])}
        assert (fields["number"], fields["ministries"]) == (number, name)


def test_the_form_gives_an_example_in_the_form_of_today(browser: FlaskClient) -> None:
    example = institution_on(ecuador_today()).number(year=ecuador_today().year, sequence=482)
    assert f"Por ejemplo {example}" in browser.get("/verificar").text
