"""Which lanes a worker serves."""

import pytest

from review_service.domain.errors import SettingsError
from review_service.domain.work import Lane
from review_service.settings import Settings

SECRETS = {"SECRET_KEY": "s" * 32, "VERIFICATION_KEY": "v" * 32}


@pytest.mark.parametrize(
    ("wanted", "lanes", "told"),
    [
        ("", (Lane.MAIL, Lane.ISSUE, Lane.INTAKE, Lane.OCR), ""),
        ("ocr", (Lane.OCR,), "ocr"),
        ("issue, mail", (Lane.MAIL, Lane.ISSUE), "mail,issue"),
    ],
)
def test_lanes_are_emptied_in_one_order(wanted: str, lanes: tuple[Lane, ...], told: str) -> None:
    settings = Settings.from_env({**SECRETS, "LANES": wanted})
    assert (settings.lanes, settings.picked_lanes) == (lanes, told)


def test_a_lane_that_does_not_exist_is_said() -> None:
    with pytest.raises(SettingsError, match="orc"):
        Settings.from_env({**SECRETS, "LANES": "orc,mail"})
