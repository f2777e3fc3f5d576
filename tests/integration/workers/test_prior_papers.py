"""Old agreements of every layout and wear, read by the real engine in the sandbox."""

import io
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pikepdf
import pytest

from review_service.domain.documents import DocumentKind
from review_service.domain.limits import UploadLimits
from review_service.domain.prior_comparison import judge
from review_service.domain.reports import AgreementField, DocumentReport, FieldOutcome
from tests.samples import old_facts
from tests.samples.old_facts import Forgery
from tests.samples.old_layouts import LAYOUTS, typeset
from tests.samples.old_papers import Facts
from tests.samples.old_scans import CONDITIONS, taken_as
from workers.inspecting.document import inspect

pytestmark = pytest.mark.usefixtures("process_sandbox")
CODE = "https://acuerdos.example/v/7k4m29qxtr3h7k4m29qxtr3hab"
FACTS = Facts(number="MDT-MIPRO-2016-0123", code=CODE)


@cache
def read(facts: Facts, *, layout: str, condition: str) -> DocumentReport:
    """Return what is read from a paper; what several tests ask for is read once."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "paper.pdf"
        path.write_bytes(taken_as(condition)(typeset(facts, layout=layout), 3))
        return inspect(path, kind=DocumentKind.AGREEMENT, limits=UploadLimits())


def outcomes(report: DocumentReport, true: Facts) -> dict[str, FieldOutcome]:
    """Judge each field that was read against the true facts, as the office does."""
    expected = {
        AgreementField.NUMBER: true.number,
        AgreementField.HOLDER: true.holder,
        AgreementField.RUC: true.ruc,
        AgreementField.ACTIVITY: true.activity,
        AgreementField.MINISTRIES: "; ".join(true.ministries),
        AgreementField.ISSUED_ON: true.issued_on.isoformat(),
        AgreementField.VALID_UNTIL: true.valid_until.isoformat(),
    }
    return {
        field.name: judge(
            AgreementField(field.name),
            field.value,
            field.confidence,
            expected[AgreementField(field.name)],
        )
        for field in report.fields
    }


@pytest.mark.parametrize(
    ("condition", "layout"), list(zip(CONDITIONS, [*LAYOUTS, *LAYOUTS], strict=False))
)
def test_reads_an_old_paper_under_each_condition(condition: str, layout: str) -> None:
    report = read(FACTS, layout=layout, condition=condition)
    found = outcomes(report, FACTS)
    assert FieldOutcome.DIFFERS not in found.values()
    assert list(found.values()).count(FieldOutcome.MATCHES) >= 6
    assert [code.text for code in report.codes] == [CODE]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_reads_every_field_of_each_layout(layout: str) -> None:
    report = read(FACTS, layout=layout, condition="300 dpi")
    assert outcomes(report, FACTS) == {
        field.value: FieldOutcome.MATCHES for field in AgreementField
    }


@pytest.mark.parametrize("condition", ["upside down", "sideways"])
def test_shows_a_turned_page_upright_and_its_boxes_fit(condition: str) -> None:
    report = read(FACTS, layout="prose", condition=condition)
    straight = read(FACTS, layout="prose", condition="300 dpi")
    (page,) = report.pages
    assert page.height_px > page.width_px
    for turned, usual in zip(report.fields, straight.fields, strict=True):
        assert turned.box.left == pytest.approx(usual.box.left, abs=40)
        assert turned.box.top == pytest.approx(usual.box.top, abs=40)
    assert report.codes[0].box.top == pytest.approx(straight.codes[0].box.top, abs=40)


FIELD_FORGERIES = [forgery for forgery in Forgery if forgery is not Forgery.FOREIGN_CODE]
HARDEST = {
    Forgery.NUMBER_DIGIT,
    Forgery.NUMBER_LETTER,
    Forgery.NAME_LETTER,
    Forgery.ISSUED_DAY,
    Forgery.RUC_OTHER,
}
"""One letter or digit, which a bad scan blurs first; the others with --trials."""


@pytest.mark.parametrize(
    ("condition", "forgery"),
    [
        *(("300 dpi", forgery) for forgery in FIELD_FORGERIES),
        *(
            pytest.param(
                "150 dpi",
                forgery,
                marks=() if forgery in HARDEST else pytest.mark.trial,
            )
            for forgery in FIELD_FORGERIES
        ),
    ],
)
def test_never_takes_a_forged_field_for_the_true_one(condition: str, forgery: Forgery) -> None:
    forged = old_facts.forged(FACTS, forgery, np.random.default_rng(4))
    assert forged != FACTS
    found = outcomes(read(forged, layout="table", condition=condition), FACTS)
    assert found.get(forgery.field) is not FieldOutcome.MATCHES


def test_doubts_a_paper_whose_dates_contradict_each_other(tmp_path: Path) -> None:
    """The forger moved the last day but not the term, or the head but not the foot."""
    later = FACTS.valid_until + timedelta(days=400)
    path = tmp_path / "paper.pdf"
    pages = (
        typeset(FACTS, layout="prose"),
        typeset(Facts(number=FACTS.number, valid_until=later), layout="table"),
    )
    path.write_bytes(_together([taken_as("300 dpi")(page, 1) for page in pages]))
    report = inspect(path, kind=DocumentKind.AGREEMENT, limits=UploadLimits())
    assert outcomes(report, FACTS)["valid_until"] is FieldOutcome.UNREADABLE


def _together(papers: list[bytes]) -> bytes:
    with pikepdf.new() as both:
        for paper in papers:
            with pikepdf.open(io.BytesIO(paper)) as pdf:
                both.pages.extend(pdf.pages)
        out = io.BytesIO()
        both.save(out)
    return out.getvalue()
