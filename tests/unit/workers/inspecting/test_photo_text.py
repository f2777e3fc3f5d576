"""The words inside a photo: what a child says of them is checked before it is believed."""

import json
from typing import Any

import pytest

from workers.facts import frames
from workers.facts.headers import WordRow
from workers.inspecting import photo_text
from workers.sandbox.wire import Frame

WORD: WordRow = ("TELAR", 90.0, 1, 2, 30, 10)


def sound() -> dict[str, Any]:
    """Return a header as the child writes it, after its way through JSON."""
    frame = frames.write_photo_words(
        frames.write_words(1, [WORD]), size=(100, 100), page_size=(200, 200)
    )
    header: dict[str, Any] = json.loads(json.dumps(frame.header))
    return header


def answering(monkeypatch: pytest.MonkeyPatch, header: dict[str, Any]) -> None:
    """Let the child answer with a header."""
    monkeypatch.setattr(photo_text, "start_sandbox", lambda: None)
    monkeypatch.setattr(photo_text, "only_frame", lambda *_: (Frame(header=header), None))


def test_places_words_on_the_page_image(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, sound())
    (word,) = photo_text.words_in(b"") or ()
    assert (word.text, word.box.left, word.box.width) == ("TELAR", 2, 60)


@pytest.mark.parametrize(
    "change",
    [
        {"page_size": [10**400, 10]},
        {"page_size": [10**9, 10]},
        {"size": [0, 10]},
        {"size": [float("inf"), 10]},
        {"size": [10]},
        {"words": [["TELAR"]]},
        {"words": "TELAR"},
    ],
)
def test_believes_no_nonsense(monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]) -> None:
    assert change.keys() <= sound().keys()
    answering(monkeypatch, sound() | change)
    assert photo_text.words_in(b"") is None
