"""Papers with ink over a value, a letterhead's RUC or an older number, read by the real engine."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pypdfium2
import pytest

from review_service.domain.documents import DocumentKind
from review_service.domain.limits import UploadLimits
from review_service.domain.reports import (
    RENEWED_NUMBER,
    SURE_CONFIDENCE,
    AgreementField,
    ReadField,
)
from tests.samples import old_ink
from tests.samples.old_layouts import typeset
from tests.samples.old_papers import Facts
from tests.samples.old_scans import taken_as
from workers.inspecting.document import inspect

pytestmark = pytest.mark.usefixtures("process_sandbox")
FACTS = Facts(number="MIPRO-2016-0123")


def read(folder: Path, pdf: bytes, condition: str = "300 dpi") -> dict[str, ReadField]:
    path = folder / "paper.pdf"
    path.write_bytes(taken_as(condition)(pdf, 3))
    report = inspect(path, kind=DocumentKind.AGREEMENT, limits=UploadLimits())
    return {field.name: field for field in report.fields}


def sure(fields: dict[str, ReadField]) -> set[str]:
    return {name for name, field in fields.items() if field.confidence >= SURE_CONFIDENCE}


@pytest.mark.parametrize(
    ("layout", "covered"),
    [
        ("table", AgreementField.ISSUED_ON),
        ("grid", AgreementField.NUMBER),
        ("certificate", AgreementField.ACTIVITY),
        ("prose", AgreementField.RUC),
    ],
)
def test_what_ink_covers_is_unread_and_all_else_is_read(
    tmp_path: Path, layout: str, covered: AgreementField
) -> None:
    pdf = typeset(FACTS, layout=layout)
    whole = sure(read(tmp_path, pdf))
    assert covered in whole
    ink = old_ink.inked(pdf, old_ink.said(FACTS, covered), np.random.default_rng(5))
    lost = whole - sure(read(tmp_path, ink))
    assert covered in lost
    assert len(lost) <= 2, "a term of years counts from the day of issue"


def test_the_ministrys_ruc_in_the_letterhead_is_not_the_holders(tmp_path: Path) -> None:
    facts = replace(FACTS, letterhead="MINISTERIO DE INDUSTRIAS - RUC: 1760013210001")
    found = read(tmp_path, typeset(facts, layout="table"), "200 dpi, skewed")
    assert found["ruc"].value == FACTS.ruc
    assert "ruc" in sure(found)


def test_the_older_number_is_read_in_its_own_role(tmp_path: Path) -> None:
    facts = replace(FACTS, renews="Renueva el Acuerdo Nro. MIPRO-2010-0077.")
    found = read(tmp_path, typeset(facts, layout="table"))
    assert found["number"].value == FACTS.number
    assert found[RENEWED_NUMBER].value == "MIPRO-2010-0077"
    assert "number" in sure(found)


def test_print_that_people_overlook_is_never_sure(tmp_path: Path) -> None:
    """A page that looks empty must not lend a paper the values that the register has."""
    path = tmp_path / "faint.pdf"
    with pypdfium2.PdfDocument(typeset(FACTS, layout="table")) as paper:
        drawn = paper[0].render(scale=200 / 72).to_pil().convert("L")
    drawn.point(lambda luma: 255 - (255 - luma) // 17).save(path, resolution=200)
    found = inspect(path, kind=DocumentKind.AGREEMENT, limits=UploadLimits()).fields
    assert not sure({field.name: field for field in found})
