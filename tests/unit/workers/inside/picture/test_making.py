"""What files tell of how their pictures were made."""

import random
from datetime import datetime

import pytest
from PIL import Image

from tests.samples import made_pictures
from workers.inside.picture.making import MOST_NAME, declared

PHOTO = Image.new("RGB", (64, 48), (90, 120, 60))
MAY = datetime(2024, 5, 12, 16, 30, 5)  # noqa: DTZ001 -- a camera knows no zone


def test_a_camera_tells_when_and_what_it_is() -> None:
    assert declared(made_pictures.by_camera(PHOTO, taken=MAY)) == {
        "taken": "2024-05-12T16:30:05",
        "camera": "samsung SM-A125M",
    }
    canon = made_pictures.by_camera(PHOTO, taken=MAY, make="Canon", model="Canon EOS 90D")
    assert declared(canon)["camera"] == "Canon EOS 90D"


@pytest.mark.parametrize(
    "taken", ["", "0000:00:00 00:00:00", "1970:01:01 00:00:00", "2024-05-12", "mayo\0\n"]
)
def test_a_moment_that_is_none_is_not_told(taken: str) -> None:
    assert "taken" not in declared(made_pictures.by_camera(PHOTO, taken=taken))


@pytest.mark.parametrize("editor", ["Snapseed 2.19", "Adobe Photoshop 25.4", "GIMP 2.10"])
def test_an_editor_is_told_and_the_system_of_a_telephone_is_not(editor: str) -> None:
    saved = made_pictures.by_camera(PHOTO, taken=MAY, software=editor)
    assert declared(saved)["editor"] == editor
    assert declared(made_pictures.with_xmp(PHOTO, tool=editor))["editor"] == editor


def test_a_source_that_is_declared_is_told() -> None:
    made = made_pictures.with_xmp(PHOTO, source="trainedAlgorithmicMedia")
    assert declared(made) == {"source": "trainedAlgorithmicMedia"}


@pytest.mark.parametrize("by", ["Google Pixel", "OpenAI-API/1.0 with c2pa-rs 0.31"])
def test_credentials_are_told_with_who_claims_them(by: str) -> None:
    made = made_pictures.with_credentials(PHOTO, by=by, source="compositeSynthetic")
    assert declared(made) == {"credentials": by, "source": "compositeSynthetic"}


@pytest.mark.parametrize("key", ["parameters", "workflow", "Dream"])
@pytest.mark.parametrize("packed", [True, False])
def test_the_words_that_a_picture_was_painted_from_are_told(key: str, *, packed: bool) -> None:
    assert "painter" in declared(made_pictures.painted(PHOTO, key=key, packed=packed))


def test_a_text_that_swells_is_looked_at_as_far_as_it_goes() -> None:
    assert declared(made_pictures.swollen(PHOTO)) == {"editor": "Canva"}


def test_what_was_damaged_raises_nothing_and_tells_short_plain_texts() -> None:
    chance = random.Random(4)  # noqa: S311 -- the same damage each time
    made = [
        made_pictures.by_camera(PHOTO, taken=MAY),
        made_pictures.with_credentials(PHOTO, by="x" * 40),
        made_pictures.painted(PHOTO, packed=True),
        made_pictures.with_xmp(PHOTO, tool="Canva"),
    ]
    for _ in range(3000):
        data = bytearray(chance.choice(made))
        for _ in range(chance.randrange(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        told = declared(bytes(data[: chance.randrange(1, len(data) + 1)]))
        assert all(len(text) <= MOST_NAME and text.isprintable() for text in told.values())


def test_bytes_that_fill_the_room_between_segments_hide_nothing() -> None:
    made = made_pictures.with_credentials(PHOTO, by="Maker", source="compositeSynthetic")
    filled = made[:2] + b"\xff" * 5 + made[2:]
    assert declared(filled) == {"credentials": "Maker", "source": "compositeSynthetic"}


@pytest.mark.parametrize("data", [b"", b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"nothing at all"])
def test_no_picture_tells_nothing(data: bytes) -> None:
    assert declared(data) == {}
