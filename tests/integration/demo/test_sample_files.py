"""The ready files do what the start page says of them, in the sandbox that the workers use."""

from pathlib import Path

import pytest

from review_service.domain.documents import DocumentKind
from review_service.domain.findings import Severity
from review_service.domain.limits import UploadLimits
from review_service.domain.refusals import RefusalReason
from review_service.domain.reports import DocumentReport
from review_service.samples import ready_files
from review_service.samples.ready_files import BAD, DOUBTFUL, GOOD, SampleFile
from workers.inspecting.document import inspect

NOTHING = Path("/nonexistent")
EVERYTHING = {file.name: file for file in ready_files.everything(NOTHING)}
REFUSED = {
    "vacio.pdf": RefusalReason.EMPTY_FILE,
    "cortado.pdf": RefusalReason.DAMAGED,
    "con-contrasena.pdf": RefusalReason.PASSWORD,
    "sin-paginas.pdf": RefusalReason.NO_PAGES,
    "demasiadas-paginas.pdf": RefusalReason.TOO_MANY_PAGES,
    "pagina-web.pdf": RefusalReason.NOT_A_PDF,
    "foto.pdf": RefusalReason.NOT_A_PDF,
    "gigante.png": RefusalReason.IMAGE_TOO_LARGE,
}
NOTICED = {
    "foto-oscura.jpg": "oscur",
    "foto-borrosa.jpg": "borros",
    "foto-quemada.jpg": "luz",
    "foto-pequena.jpg": "resolución",
    "con-programa.pdf": "javascript",
}
EXPIRED = "sri-caducado.pdf"
"""Of an emprendedor; the comparison with the day notices it, no check of the file itself."""
QUICK = ("taller.jpg", "manos.jpg", "tejido.jpg", "no-se-puede-imprimir.pdf")


def report_on(file: SampleFile, folder: Path) -> DocumentReport:
    place = folder / file.name
    place.write_bytes(file.make())
    kind = DocumentKind.EVIDENCE if file.name.endswith(".pdf") else DocumentKind.PHOTO
    return inspect(place, kind=kind, limits=UploadLimits())


def worst(report: DocumentReport) -> Severity | None:
    findings = [*report.findings, *(f for page in report.pages for f in page.findings)]
    for severity in (Severity.BAD, Severity.DOUBT):
        if any(finding.severity is severity for finding in findings):
            return severity
    return None


@pytest.mark.parametrize("name", QUICK)
def test_good_files_are_accepted_without_remarks(name: str, tmp_path: Path) -> None:
    report = report_on(EVERYTHING[name], tmp_path)
    assert report.reason is None
    assert worst(report) is None


@pytest.mark.parametrize("name", sorted(NOTICED))
def test_doubtful_files_are_accepted_with_a_remark(name: str, tmp_path: Path) -> None:
    report = report_on(EVERYTHING[name], tmp_path)
    assert report.reason is None
    assert worst(report) is not None
    said = [f.message for page in report.pages for f in page.findings]
    said += [finding.message for finding in report.findings]
    assert NOTICED[name] in " ".join(said).lower()


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_bad_files_are_refused_for_their_reason(name: str, tmp_path: Path) -> None:
    assert report_on(EVERYTHING[name], tmp_path).reason is REFUSED[name]


def test_every_bad_file_is_tried_here() -> None:
    assert {file.name for file in EVERYTHING.values() if file.group == BAD} == set(REFUSED)
    doubtful = {file.name for file in EVERYTHING.values() if file.group == DOUBTFUL}
    assert doubtful == {*NOTICED, "acuerdo-otra-fecha.pdf", EXPIRED}
    assert set(QUICK) <= {file.name for file in EVERYTHING.values() if file.group == GOOD}


def test_files_are_made_once_and_the_paper_when_there_is_one(tmp_path: Path) -> None:
    samples, issued = tmp_path / "samples", tmp_path / "issued"
    samples.mkdir()
    issued.mkdir()
    for name in EVERYTHING:
        (samples / name).write_bytes(b"made before")
    assert ready_files.write(samples, issued=issued) == 0
    paper = b"%PDF-1.7 " + bytes(range(200))
    (issued / "Acuerdo-1.pdf").write_bytes(paper)
    assert ready_files.write(samples, issued=issued) == 2
    assert (samples / "acuerdo-emitido.pdf").read_bytes() == paper
    copy = (samples / "acuerdo-cambiado.pdf").read_bytes()
    assert sum(ours != theirs for ours, theirs in zip(paper, copy, strict=True)) == 1
    assert (samples / "taller.jpg").read_bytes() == b"made before"
