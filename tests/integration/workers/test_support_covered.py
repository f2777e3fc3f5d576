"""A payroll whose pay is covered says all that is read of it, and nothing accuses it."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from review_service.domain.documents import DocumentKind, SupportKind
from review_service.domain.limits import UploadLimits
from review_service.domain.reports import DocumentReport
from review_service.domain.support_comparison import values_of
from review_service.domain.support_papers import PaperRead, doubts
from tests.samples.support_covered import PRINTED, WAYS, covered, uncovered
from tests.samples.support_papers import LAYOUTS, SupportPaper
from workers.inspecting.document import inspect

pytestmark = pytest.mark.usefixtures("process_sandbox")
COVERED_ALREADY = 7
"""This layout prints its pay covered."""
LAYOUTS_WITH_PAY = [each for each in range(LAYOUTS) if each != COVERED_ALREADY]
STRIPE_ON_RULES = pytest.mark.xfail(
    reason="a white strip over a ruled table: the few words left make the paper's tones seem even"
)


def cases() -> list[object]:
    """Return each layout with each way to cover it."""
    return [
        pytest.param(layout, way, marks=STRIPE_ON_RULES if (layout, way) == (3, "taped") else ())
        for layout in LAYOUTS_WITH_PAY
        for way in WAYS
    ]


def read(folder: Path, content: bytes) -> DocumentReport:
    path = folder / "nomina.pdf"
    path.write_bytes(content)
    return inspect(path, kind=DocumentKind.PAYROLL, limits=UploadLimits())


def prevented(report: DocumentReport, paper: SupportPaper) -> set[str]:
    """Return why no rule could grant on it."""
    found = doubts(
        SupportKind.PAYROLL,
        PaperRead(
            recognised_as=report.recognised_as,
            values=values_of((each.name, each.value, each.confidence) for each in report.fields),
            findings=tuple((each.code, each.severity) for each in report.findings),
        ),
        ruc=paper.ruc,
        holder=paper.holder,
        employees=paper.workers,
        on=paper.issued_on + timedelta(days=3),
    )
    return {doubt.code.value for doubt in found if doubt.prevents}


@pytest.mark.parametrize(("layout", "way"), cases())
def test_it_is_read_as_well_as_with_its_pay_and_nothing_accuses_it(
    tmp_path: Path, layout: int, way: str
) -> None:
    paper = SupportPaper(
        kind=SupportKind.PAYROLL, layout=layout, workers=5, issued_on=date(2026, 11, 12)
    )
    report = read(tmp_path, covered(paper, way))
    assert report.recognised_as is SupportKind.PAYROLL
    told = {field.name: field.value for field in report.fields}
    assert (told["ruc"], told["workers"]) == (paper.ruc, "5")
    assert told["issued_on"] == paper.issued_on.isoformat()
    assert report.findings == ()
    with_pay = prevented(read(tmp_path, uncovered(paper, way)), paper)
    assert prevented(report, paper) <= with_pay
    assert not (way in PRINTED and with_pay), "what is printed leaves no doubt at all"
