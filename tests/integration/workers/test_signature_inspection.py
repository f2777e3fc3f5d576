"""The signature of a prior agreement, looked at in the sandbox when the file is checked."""

import json
from pathlib import Path

import pytest

from review_service.adapters.agreement_pdf import WeasyPrintRenderer
from review_service.adapters.demonstration_authority import (
    DemonstrationKeys,
    demonstration_keys,
)
from review_service.cli.inspecting import run
from review_service.domain.documents import DocumentKind
from review_service.domain.limits import UploadLimits
from review_service.domain.reports import DocumentReport, SignatureOutcome
from tests.agreement_samples import MARKS, make_snapshot
from tests.samples.hostile import good_pdf
from workers.inspecting.document import inspect

pytestmark = pytest.mark.usefixtures("process_sandbox")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> DemonstrationKeys:
    return demonstration_keys(tmp_path_factory.mktemp("k"), ministries=make_snapshot().ministries)


@pytest.fixture(scope="module")
def signed(keys: DemonstrationKeys) -> bytes:
    paper = WeasyPrintRenderer().render(make_snapshot(), marks=MARKS)
    return keys.signer().sign(paper, snapshot=make_snapshot())


def inspected(folder: Path, content: bytes, *authorities: bytes) -> DocumentReport:
    path = folder / "acuerdo.pdf"
    path.write_bytes(content)
    return inspect(
        path, kind=DocumentKind.AGREEMENT, limits=UploadLimits(), authorities=authorities
    )


def test_our_own_paper_is_valid_and_names_its_signer(
    tmp_path: Path, signed: bytes, keys: DemonstrationKeys
) -> None:
    report = inspected(tmp_path, signed, keys.authority)
    assert report.signature is not None
    assert report.signature.outcome is SignatureOutcome.VALID
    assert report.signature.signer.startswith("Autoridad de demostración")
    assert report.signature.signed_at is not None
    assert report.signature.signed_at.tzinfo is not None
    assert "signature" in report.seconds


def test_without_the_authority_it_is_untrusted(tmp_path: Path, signed: bytes) -> None:
    report = inspected(tmp_path, signed)
    assert report.signature is not None
    assert report.signature.outcome is SignatureOutcome.UNTRUSTED


def test_a_changed_byte_and_an_appended_one_are_alterations(
    tmp_path: Path, signed: bytes, keys: DemonstrationKeys
) -> None:
    changed = bytearray(signed)
    changed[len(signed) // 4] ^= 1
    for content in (bytes(changed), signed + b"\n%x\n"):
        report = inspected(tmp_path, content, keys.authority)
        assert report.signature is not None
        assert report.signature.outcome is SignatureOutcome.ALTERED


def test_a_file_without_a_signature_asks_no_child(tmp_path: Path) -> None:
    report = inspected(tmp_path, good_pdf(1))
    assert report.signature is not None
    assert report.signature.outcome is SignatureOutcome.ABSENT
    assert "signature" not in report.seconds


def test_a_signature_that_cannot_be_read_proves_nothing_either_way(
    tmp_path: Path, signed: bytes, keys: DemonstrationKeys
) -> None:
    start = signed.index(b"/Contents <") + len(b"/Contents <")
    broken = signed[:start] + b"0" * 200 + signed[start + 200 :]
    report = inspected(tmp_path, broken, keys.authority)
    assert report.signature is None or report.signature.outcome is SignatureOutcome.ALTERED


def test_only_a_prior_agreement_is_looked_at(tmp_path: Path, signed: bytes) -> None:
    path = tmp_path / "fotos.pdf"
    path.write_bytes(signed)
    report = inspect(path, kind=DocumentKind.EVIDENCE, limits=UploadLimits())
    assert report.signature is None


def test_the_command_shows_it_and_hides_the_secret_of_the_qr(
    tmp_path: Path, signed: bytes, keys: DemonstrationKeys
) -> None:
    path = tmp_path / "acuerdo.pdf"
    path.write_bytes(signed)
    authorities = [keys.authority]
    _, text = run(path, kind=DocumentKind.AGREEMENT, as_json=True, authorities=authorities)
    told = json.loads(text)
    assert told["signature"]["outcome"] == "valid"
    assert told["codes"][0]["text"] == "https://acuerdos.example/v/…"
    _, text = run(path, kind=DocumentKind.AGREEMENT, authorities=authorities)
    assert "Firma              Firma válida, archivo sin cambios, Autoridad de demostración" in text
