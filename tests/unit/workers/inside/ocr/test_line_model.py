"""The second engine reads one line of print, sign by sign."""

from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from workers.inside.ocr import line_model
from workers.inside.picture.decoding import Pixels


@pytest.fixture(autouse=True)
def model() -> Iterator[None]:
    line_model.prepare()
    yield
    line_model.prepare()


def line(text: str) -> Pixels:
    page = np.full((48, 28 * len(text) + 40), 240, np.uint8)
    cv2.putText(page, text, (20, 36), cv2.FONT_HERSHEY_DUPLEX, 1.1, 30, 2, cv2.LINE_AA)
    return page


@pytest.mark.parametrize("text", ["2019-0123", "3000000012001", "PENAFIEL"])
def test_reads_the_signs_of_a_line_from_left_to_right(text: str) -> None:
    page = line(text)
    rows = line_model.read(page)
    assert "".join(row[0] for row in rows) == text
    places = [row[2] for row in rows]
    assert places == sorted(places)
    assert 0 <= places[0] < places[-1] < page.shape[1]
    assert all(0 <= row[1] <= 100 for row in rows)


def test_reads_nothing_on_an_empty_line_or_on_one_of_an_odd_shape() -> None:
    assert line_model.read(np.full((48, 300), 240, np.uint8)) == []
    assert line_model.read(np.full((400, 20), 240, np.uint8)) == []
    assert line_model.read(np.full((10, 2000), 240, np.uint8)) == []


def test_without_its_file_lines_have_one_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_model, "MODEL", line_model.MODEL.with_name("missing.onnx"))
    line_model.prepare()
    assert not line_model.is_ready()
    assert line_model.read(line("2019-0123")) == []
