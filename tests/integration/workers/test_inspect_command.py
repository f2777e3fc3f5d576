"""``inspect`` as people and scripts use it: exit codes, one sentence, one object."""

import json
import os
import re
from pathlib import Path

import pytest

from review_service.cli.inspecting import run
from review_service.domain.documents import DocumentKind
from review_service.domain.limits import UploadLimits
from review_service.samples import files
from tests.samples.hostile import good_pdf
from workers.sandbox import keeper
from workers.sandbox.client import SandboxError

pytestmark = pytest.mark.usefixtures("process_sandbox")


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    path = tmp_path / "fotos.pdf"
    blurred = files.photo(files.Scene.LOOM, flaw=files.Flaw.BLURRED)
    path.write_bytes(files.evidence_pdf([files.photo(files.Scene.LOOM), blurred]))
    return path


@pytest.fixture
def agreement(tmp_path: Path) -> Path:
    path = tmp_path / "acuerdo.pdf"
    path.write_bytes(files.scanned_agreement())
    return path


def test_tells_an_accepted_file_in_spanish(evidence: Path) -> None:
    code, text = run(evidence)
    assert code == 0
    assert "ACEPTADO  PDF de fotos, 2 páginas" in text
    assert re.search(r"Alerta\s+página 2\s+Borrosa: nitidez \d+ % \(mínimo 100 %\)", text)
    assert re.search(r"Tiempo: \d+,\d s", text)


def test_tells_a_refused_file_with_reason_and_sentence(tmp_path: Path) -> None:
    path = tmp_path / "muchas.pdf"
    path.write_bytes(good_pdf(3))
    code, text = run(path, limits=UploadLimits(evidence_pages=2))
    assert code == 1
    assert "RECHAZADO (too_many_pages)" in text
    assert "Deje solo las necesarias" in text
    assert "Tiene 3 páginas; se aceptan 2." in text


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("IMG_0001.heic", DocumentKind.PHOTO, "es una foto en formato HEIC"),
        ("IMG_0001.heic", DocumentKind.EVIDENCE, "es una foto en formato HEIC, el de los iPhone"),
    ],
)
def test_tells_what_a_wrong_file_is_with_its_name_and_the_cure(
    tmp_path: Path, name: str, kind: DocumentKind, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(b"\0\0\0\x1cftypheic\0\0\0\0mif1heicmiaf" + bytes(2000))
    code, text = run(path, kind=kind)
    assert code == 1
    assert f"«{name}» {words}" in text
    assert "iPhone" in text
    told = json.loads(run(path, kind=kind, as_json=True)[1])
    assert told["reason_text"].startswith(f"«{name}» {words}")


def test_prints_one_json_object(evidence: Path) -> None:
    code, text = run(evidence, as_json=True)
    told = json.loads(text)
    assert code == 0
    assert {"outcome", "reason", "pages", "photos", "fields", "findings", "seconds"} <= set(told)
    assert (told["outcome"], told["reason"]) == ("accepted", None)
    assert [page["number"] for page in told["pages"]] == [1, 2]
    assert {"kind", "width", "height", "sharpness", "exposure", "findings"} <= set(told["pages"][0])
    assert re.fullmatch(r"[0-9a-f]{64}", told["photos"][0]["sha256"])
    assert told["pages"][0]["photo_layout"] == "single"
    photo = told["photos"][0]
    assert (photo["page"], photo["box"]) == (1, None)
    assert re.fullmatch(r"[0-9a-f]{64}", photo["pdq"])
    assert 0 <= photo["pdq_quality"] <= 100
    assert photo["exif"]["Make"] == "Demostracion"
    assert told["seconds"]["total"] > 0


def test_prints_a_refusal_as_json(tmp_path: Path) -> None:
    path = tmp_path / "nada.pdf"
    path.write_bytes(b"")
    code, text = run(path, as_json=True)
    told = json.loads(text)
    assert code == 1
    assert (told["outcome"], told["reason"]) == ("refused", "empty_file")
    assert told["reason_text"].startswith("El archivo está vacío.")


@pytest.mark.parametrize(
    ("ruc", "found"), [("3000000012001", "ruc_matches"), ("1790001563001", "ruc_differs")]
)
def test_reads_an_agreement_and_compares_the_ruc(agreement: Path, ruc: str, found: str) -> None:
    code, text = run(agreement, kind=DocumentKind.AGREEMENT, ruc=ruc, as_json=True)
    told = json.loads(text)
    assert code == 0
    assert told["fields"]["number"]["value"] == "MPCEI-MDT-2023-000117"
    assert set(told["fields"]["ruc"]) == {"value", "confidence", "page", "box"}
    assert [finding["code"] for finding in told["findings"]] == [found]


def test_tells_the_fields_in_spanish(agreement: Path) -> None:
    _, text = run(agreement, kind=DocumentKind.AGREEMENT)
    assert "QUILLUPANGUI ÑACATO" in text
    assert re.search(r"Vigente hasta\s+20 de noviembre de 2026", text)


def test_takes_the_kind_from_the_name_when_it_is_not_given(tmp_path: Path) -> None:
    photo = files.photo(files.Scene.WOOL)
    for name, code in (("foto.JPG", 0), ("foto.pdf", 1)):
        (tmp_path / name).write_bytes(photo)
        assert run(tmp_path / name)[0] == code


def test_says_in_one_sentence_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for path, words in (
        (tmp_path / "falta.pdf", "No existe el archivo"),
        (tmp_path, "es una carpeta"),
        (tmp_path / "fifo", "no es un archivo común"),
        (Path("/dev/null"), "no es un archivo común"),
        (tmp_path / ("x" * 300), "No se puede leer"),
        (tmp_path / "nulo\0.pdf", "No se puede leer"),
    ):
        code, text = run(path)
        assert (code, words in text, "\n" in text) == (2, True, False)
        assert json.loads(run(path, as_json=True)[1])["outcome"] == "error"


def test_shows_a_name_without_its_tricks(tmp_path: Path) -> None:
    _, text = run(tmp_path / "falta\x1b[31m\u202e.pdf")
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_says_what_is_wrong_with_a_ruc(agreement: Path) -> None:
    code, text = run(agreement, kind=DocumentKind.AGREEMENT, ruc="123")
    assert code == 2
    assert "13 números" in text


def test_says_when_this_machine_cannot_inspect_safely(
    evidence: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise SandboxError("faltan capas: landlock")

    monkeypatch.setattr("workers.inspecting.document.start_sandbox", refuse)
    code, text = run(evidence)
    assert code == 2
    assert "landlock" in text
    assert keeper.the_sandbox() is not None
