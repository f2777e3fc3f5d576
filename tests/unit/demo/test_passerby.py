"""Whoever is shown a paper reads its QR, also one that OpenCV's reader misses."""

from dataclasses import replace

import pytest

from review_service.adapters.agreement_pdf import WeasyPrintRenderer
from review_service.demo.people.passerby import read_qr
from review_service.demo.stage.errors import StoryFailedError
from review_service.samples.ready_files import everything
from tests.agreement_samples import MARKS, make_snapshot

MISSED = "https://acuerdos.example/v/byl5vss7hylv6relvswohpanuq"


@pytest.mark.parametrize("address", [MARKS.url, MISSED])
def test_the_address_on_the_paper_is_read(address: str) -> None:
    paper = WeasyPrintRenderer().render(make_snapshot(), marks=replace(MARKS, url=address))
    assert read_qr(paper) == address


def test_a_paper_without_a_code_is_said(tmp_path_factory: pytest.TempPathFactory) -> None:
    files = {file.name: file for file in everything(tmp_path_factory.mktemp("issued"))}
    with pytest.raises(StoryFailedError, match="un código QR legible"):
        read_qr(files["demasiadas-paginas.pdf"].make())
