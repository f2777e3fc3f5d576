"""Documents of the emprendedor track through sandbox and command line, as text and as scan."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from review_service.cli.inspecting import run
from review_service.domain.documents import VENTURE_PAPERS, DocumentKind, SupportKind, TextSource
from review_service.domain.limits import UploadLimits
from review_service.domain.reports import DocumentReport
from review_service.domain.support_comparison import values_of
from review_service.domain.support_papers import PaperRead, doubts
from review_service.samples.people import JOINERY, VENTURE_STORY, VISITOR_VENTURE, Person
from review_service.samples.support_papers import paper
from tests.samples.hostile import good_pdf
from tests.samples.support_altered import WAYS, altered
from tests.samples.support_papers import COMPANIES, SupportPaper, scanned_pdf, text_pdf
from workers.inspecting.document import inspect

pytestmark = pytest.mark.usefixtures("process_sandbox")
RUC, OTHER_RUC = COMPANIES[0][1], COMPANIES[1][1]


def inspected(folder: Path, content: bytes) -> DocumentReport:
    path = folder / "documento.pdf"
    path.write_bytes(content)
    return inspect(path, kind=DocumentKind.SUPPORT, limits=UploadLimits())


@pytest.mark.parametrize("kind", VENTURE_PAPERS)
@pytest.mark.parametrize("is_scanned", [False, True])
def test_each_kind_is_recognised_as_text_and_as_scan(
    tmp_path: Path,
    kind: SupportKind,
    is_scanned: bool,  # noqa: FBT001 -- a parameter of the test
) -> None:
    paper = SupportPaper(kind=kind, term_days=30)
    report = inspected(tmp_path, scanned_pdf(paper) if is_scanned else text_pdf(paper))
    assert report.reason is None
    assert report.recognised_as is kind
    assert report.pages[0].words_from is (TextSource.OCR if is_scanned else TextSource.LAYER)
    read = {field.name: field.value for field in report.fields}
    assert letters(read["holder"]) == letters(paper.holder)
    assert read["issued_on"] == paper.issued_on.isoformat()
    if kind is not SupportKind.DEED:
        assert read["ruc"] == paper.ruc
    assert [finding.code for finding in report.findings] == []


SIGNS = {
    "replaced text": "support_font_differs",
    "white box": "support_covered",
    "later revision": "support_revised",
    "notes": "support_laid_over",
    "hidden layer": "support_text_differs",
    "white text": "support_text_differs",
    "clean patch": "support_patched",
    "noisy patch": "support_patched",
    "pasted scan": "support_patched",
}


@pytest.mark.parametrize("way", WAYS)
def test_each_way_to_alter_a_paper_leaves_its_sign(tmp_path: Path, way: str) -> None:
    made = altered(SupportPaper(kind=SupportKind.TAX_CERTIFICATE, layout=1), way, place=0)
    report = inspected(tmp_path, made.content)
    assert report.reason is None
    assert SIGNS[way] in [finding.code for finding in report.findings]


def test_the_iess_may_say_that_nobody_works_there(tmp_path: Path) -> None:
    paper = SupportPaper(kind=SupportKind.EMPLOYER_CERTIFICATE, workers=0)
    for content in (text_pdf(paper), scanned_pdf(paper)):
        report = inspected(tmp_path, content)
        assert {field.name: field.value for field in report.fields}["workers"] == "0"
        assert report.findings == ()


def test_another_paper_is_accepted_with_advice(tmp_path: Path) -> None:
    report = inspected(tmp_path, text_pdf(SupportPaper(kind=None, other="permit")))
    assert (report.reason, report.recognised_as, report.fields) == (None, None, ())
    assert [finding.code for finding in report.findings] == ["support_unknown"]


def test_only_the_first_scanned_pages_are_read(tmp_path: Path) -> None:
    report = inspected(tmp_path, good_pdf(8))
    assert report.reason is None
    assert [page.number for page in report.pages if page.words_from is TextSource.OCR] == [1, 2, 3]


def letters(text: str) -> str:
    """Return what is said without the stops, which a scan may add to or lose."""
    return "".join(sign for sign in text if sign.isalnum())


def told(folder: Path, paper: SupportPaper, *, ruc: str | None = RUC, on: date) -> list[str]:
    """Return the codes that the command prints."""
    path = folder / "documento.pdf"
    path.write_bytes(text_pdf(paper))
    code, text = run(path, kind=DocumentKind.SUPPORT, ruc=ruc, on=on, as_json=True)
    assert code == 0
    plain = json.loads(text)
    assert plain["recognised_as"] == (paper.kind.value if paper.kind else None)
    return [finding["code"] for finding in plain["findings"]]


def test_the_command_says_foreign_expired_and_owing(tmp_path: Path) -> None:
    paper = SupportPaper(valid_until=date(2026, 12, 10))
    assert told(tmp_path, paper, on=date(2026, 12, 2)) == []
    assert told(tmp_path, paper, on=date(2026, 12, 3)) == ["support_expires_soon"]
    assert told(tmp_path, paper, on=date(2026, 12, 11)) == ["support_expired"]
    assert told(tmp_path, paper, ruc=OTHER_RUC, on=date(2026, 12, 1)) == ["support_of_other"]
    assert told(tmp_path, paper, ruc=None, on=date(2026, 12, 1)) == []
    owing = SupportPaper(kind=SupportKind.EMPLOYER_CERTIFICATE, owes=True)
    assert told(tmp_path, owing, on=date(2026, 11, 12)) == ["support_debt"]


def test_the_command_tells_it_in_spanish(tmp_path: Path) -> None:
    path = tmp_path / "nomina.pdf"
    path.write_bytes(text_pdf(SupportPaper(kind=SupportKind.PAYROLL, workers=5)))
    code, text = run(path, kind=DocumentKind.SUPPORT, ruc=RUC)
    assert code == 0
    assert "Documento          Nómina de trabajadores" in text
    assert "Trabajadores       5  (página 1, confianza 100 de 100)" in text
    assert "Firma" not in text


@pytest.mark.parametrize(
    "person", [VISITOR_VENTURE, JOINERY, *VENTURE_STORY], ids=lambda each: each.ruc
)
def test_the_papers_of_the_sample_emprendedores_leave_no_doubt(
    tmp_path: Path, person: Person
) -> None:
    today = date(2026, 11, 28)
    spared = set() if person is JOINERY else {SupportKind.DEED}
    for kind in set(VENTURE_PAPERS) - spared:
        content = paper(person, kind, issued_on=today - timedelta(days=2))
        report = inspected(tmp_path, content)
        read = PaperRead(
            recognised_as=report.recognised_as,
            values=values_of((one.name, one.value, one.confidence) for one in report.fields),
            findings=tuple((one.code, one.severity) for one in report.findings),
        )
        assert person.size
        assert (
            doubts(
                kind,
                read,
                ruc=person.ruc,
                holder=person.name,
                employees=person.size.employees,
                on=today,
            )
            == ()
        )
