"""Lets the demo recognise its own web process: both read a secret that is new for each run."""

import hmac
import secrets
from hashlib import sha256
from pathlib import Path
from typing import Final

FILE: Final = Path("secrets") / "run"
SECRET_BYTES: Final = 32
CHALLENGE_BYTES: Final = 16


def begin_run(data_dir: Path) -> None:
    """Write this run's secret, readable by its owner only."""
    place = data_dir / FILE
    place.parent.mkdir(mode=0o700, exist_ok=True)
    making = place.with_suffix(".new")
    making.unlink(missing_ok=True)
    making.touch(mode=0o600)
    making.write_bytes(secrets.token_bytes(SECRET_BYTES))
    making.rename(place)


def challenge() -> str:
    """Return a new random question, in hexadecimal digits."""
    return secrets.token_hex(CHALLENGE_BYTES)


def answer(data_dir: Path, asked: str) -> str:
    """Return the HMAC-SHA256 of the question under this run's secret, in hexadecimal digits.

    Raises ``FileNotFoundError`` where no demo runs.
    """
    return hmac.new((data_dir / FILE).read_bytes(), asked.encode(), sha256).hexdigest()


def is_answer(data_dir: Path, asked: str, given: str) -> bool:
    """Whether the answer was made with this run's secret."""
    return hmac.compare_digest(answer(data_dir, asked).encode(), given.encode())
