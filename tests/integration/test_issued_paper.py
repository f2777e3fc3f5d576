"""The issued paper in the hands of programs that are not ours."""

import os
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdf
import pytest

from review_service.adapters.agreement_pdf import WeasyPrintRenderer
from review_service.adapters.demonstration_authority import (
    DemonstrationKeys,
    demonstration_keys,
)
from review_service.adapters.pdf_signer import PdfSigner, load_key
from review_service.domain.file_identity import find_identifier
from tests.agreement_samples import MARKS, make_snapshot
from tests.chromium_program import chromium_program
from workers.inside.signatures import check_signatures
from workers.inspecting.signatures import check_here
from workers.sandbox.keeper import start_sandbox, stop_sandbox

NOW = datetime(2026, 11, 20, 23, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("issued")


@pytest.fixture(scope="module")
def keys(folder: Path) -> DemonstrationKeys:
    return demonstration_keys(folder, ministries=make_snapshot().ministries)


@pytest.fixture(scope="module")
def issued(folder: Path, keys: DemonstrationKeys) -> Path:
    snapshot = make_snapshot()
    signer = PdfSigner(
        [load_key(path, password=keys.password) for path in keys.pkcs12_files],
        revocation_lists=[keys.revocation_list],
        now=lambda: NOW,
    )
    paper = WeasyPrintRenderer().render(snapshot, marks=MARKS)
    path = folder / "acuerdo.pdf"
    path.write_bytes(signer.sign(paper, snapshot=snapshot))
    return path


@pytest.fixture(scope="module")
def _sandbox() -> Iterator[None]:
    start_sandbox(required=False)
    yield
    stop_sandbox()


def said(*command: str | Path) -> str:
    """Run a program and return what it said; a failure of it is one of ours."""
    return subprocess.run(
        [str(part) for part in command], check=True, capture_output=True, text=True, timeout=60
    ).stdout


def test_poppler_finds_two_valid_signatures_over_the_whole_file(issued: Path) -> None:
    report = said("pdfsig", "-nocert", issued)
    assert report.count("Signature is Valid.") == 2
    first, last = report.split("Signature #")[1:]
    assert "Not total document signed" in first
    assert "Total document signed" in last
    assert report.count("ETSI.CAdES.detached") == 2


def test_qpdf_finds_no_fault(issued: Path) -> None:
    assert "No syntax or stream encoding errors found" in said("qpdf", "--check", issued)


def test_every_font_is_embedded_and_maps_to_text(issued: Path) -> None:
    rows = said("pdffonts", issued).splitlines()[2:]
    assert len(rows) >= 4
    for row in rows:
        embedded, _, to_unicode = row.split()[-5:-2]
        assert (embedded, to_unicode) == ("yes", "yes")


def test_the_fields_say_who_signed_and_when(issued: Path) -> None:
    text = said("pdftotext", "-f", "2", issued, "-")
    assert text.count("Firmado electrónicamente por") == 2
    assert text.count("20 de noviembre de 2026, 18h04") == 2
    assert "Autoridad de demostración 2 – MDT" in text


def test_the_mark_across_the_page_does_not_mix_into_the_text(issued: Path) -> None:
    text = said("pdftotext", issued, "-")
    assert text.count("SIN VALIDEZ LEGAL – DEMOSTRACIÓN") == text.count("SIN VALIDEZ LEGAL") == 2


def by_qpdf(source: Path, target: Path) -> None:
    said("qpdf", source, target)


def by_qpdf_linearised(source: Path, target: Path) -> None:
    said("qpdf", "--linearize", "--object-streams=generate", source, target)


def by_qpdf_plain(source: Path, target: Path) -> None:
    said("qpdf", "--qdf", "--object-streams=disable", source, target)


def by_qpdf_encrypted(source: Path, target: Path) -> None:
    said("qpdf", "--encrypt", "", "owner", "256", "--", source, target)


def by_qpdf_without_page_two(source: Path, target: Path) -> None:
    said("qpdf", source, "--pages", ".", "1", "--", target)


def by_pikepdf(source: Path, target: Path) -> None:
    with pikepdf.open(source) as document:
        document.pages[0].rotate(90, relative=True)
        document.save(target)


def by_pypdf(source: Path, target: Path) -> None:
    writer = pypdf.PdfWriter(clone_from=source)
    writer.pages[0].rotate(90)
    writer.write(target)


def by_pypdf_incremental(source: Path, target: Path) -> None:
    writer = pypdf.PdfWriter(BytesIO(source.read_bytes()), incremental=True)
    writer.pages[0].rotate(90)
    writer.write(target)


def by_bytes_appended(source: Path, target: Path) -> None:
    target.write_bytes(source.read_bytes() + b"\n% one more line\n")


def by_one_byte_changed(source: Path, target: Path) -> None:
    content = bytearray(source.read_bytes())
    content[len(content) // 4] ^= 1
    target.write_bytes(content)


RESAVED = [
    by_qpdf,
    by_qpdf_linearised,
    by_qpdf_plain,
    by_qpdf_encrypted,
    by_qpdf_without_page_two,
    by_pikepdf,
    by_pypdf,
    by_pypdf_incremental,
    by_bytes_appended,
    by_one_byte_changed,
]


@pytest.mark.parametrize("resave", RESAVED)
def test_a_copy_saved_anew_is_known_for_ours_and_altered(
    issued: Path, tmp_path: Path, keys: DemonstrationKeys, resave: Callable[[Path, Path], None]
) -> None:
    copy = tmp_path / "copy.pdf"
    resave(issued, copy)
    content = copy.read_bytes()
    assert sha256(content).digest() != sha256(issued.read_bytes()).digest()
    assert MARKS.file_identifier in find_identifier(content)
    assert not check_signatures(content, authorities=[keys.authority]).is_good


def test_a_print_through_a_browser_is_no_longer_known(issued: Path, tmp_path: Path) -> None:
    page = tmp_path / "print.html"
    image = tmp_path / "page"
    said("pdftoppm", "-r", "60", "-f", "1", "-l", "1", "-png", "-singlefile", issued, image)
    page.write_text('<img src="page.png">', encoding="utf-8")
    copy = tmp_path / "copy.pdf"
    said(
        chromium_program(), "--headless", "--no-sandbox", "--disable-gpu",
        f"--user-data-dir={tmp_path / 'profile'}", f"--print-to-pdf={copy}", page.as_uri(),
    )  # fmt: skip
    assert MARKS.file_identifier not in find_identifier(copy.read_bytes())


def test_the_original_is_known_and_good(issued: Path, keys: DemonstrationKeys) -> None:
    content = issued.read_bytes()
    assert find_identifier(content) == {MARKS.file_identifier}
    assert check_signatures(content, authorities=[keys.authority]).is_good


@pytest.mark.usefixtures("_sandbox")
def test_the_signatures_are_checked_inside_the_sandbox_too(
    issued: Path, keys: DemonstrationKeys
) -> None:
    with issued.open("rb") as stream:
        walled = check_here(stream.fileno(), authorities=[keys.authority])
    assert walled == check_signatures(issued.read_bytes(), authorities=[keys.authority])


@pytest.mark.usefixtures("_sandbox")
@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n", b"\0" * 4096, os.urandom(4096)])
def test_what_is_no_pdf_comes_back_unreadable_from_the_sandbox(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "file").write_bytes(content)
    with (tmp_path / "file").open("rb") as stream:
        check = check_here(stream.fileno(), authorities=[])
    assert not check.is_readable
    assert not check.is_good
