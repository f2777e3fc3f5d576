"""What the environment says of the sandbox, read once before the fork server starts."""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

RENAMED: Final = {"JAIL": "SANDBOX", "JAIL_CPU_SCALE": "SANDBOX_CPU_SCALE"}
"""Former names of settings. The same in ``review_service/settings.py``; a test holds them so."""
ENGINES: Final = ("auto", "tesserocr")
"""What ``OCR_ENGINE`` may say: engines that work behind the walls; each means the same today."""
LEAST_SCALE: Final = 0.1
MOST_SCALE: Final = 20.0


class SandboxSettingsError(ValueError):
    """A setting of the sandbox is wrong; the message is a Spanish sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxSettings:
    """How documents are opened on this machine."""

    required: bool = True
    """Whether no document is opened where a wall of the sandbox is missing."""
    cpu_scale: float = 1.0
    """Multiplies the processor time of every child; above 1 on slow machines."""
    tessdata_prefix: str = ""
    """Folder of the Spanish model; empty for the usual places."""

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Self:
        """Read them from the process's environment, or the one given.

        Raises ``SandboxSettingsError``.
        """
        env = os.environ if env is None else env
        for old, new in RENAMED.items():
            if old in env:
                raise SandboxSettingsError(f"{old} ahora se llama {new}: cámbiele el nombre.")
        _one_of(env, "OCR_ENGINE", ENGINES)
        return cls(
            required=_one_of(env, "SANDBOX", ("required", "best-effort")) == "required",
            cpu_scale=_scale(env, "SANDBOX_CPU_SCALE"),
            tessdata_prefix=env.get("TESSDATA_PREFIX", ""),
        )

    def cpu_seconds(self, seconds: float) -> float:
        """Return the processor time that so much work may take on this machine."""
        return seconds * self.cpu_scale

    @property
    def variables(self) -> dict[str, str]:
        """What the children are told, as environment variables."""
        told = {"TESSDATA_PREFIX": self.tessdata_prefix}
        return {name: value for name, value in told.items() if value}


def _one_of(env: Mapping[str, str], name: str, values: tuple[str, ...]) -> str:
    value = env.get(name) or values[0]
    if value not in values:
        raise SandboxSettingsError(f"{name} puede ser {' o '.join(values)}, no «{value}».")
    return value


def _scale(env: Mapping[str, str], name: str) -> float:
    text = env.get(name) or "1"
    try:
        scale = float(text)
    except ValueError:
        scale = math.nan
    if not LEAST_SCALE <= scale <= MOST_SCALE:
        raise SandboxSettingsError(
            f"{name} es un número entre {LEAST_SCALE} y {MOST_SCALE:.0f}, no «{text}»."
        )
    return scale
