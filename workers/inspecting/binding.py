"""Makes one evidence PDF of single photos, by asking a sandboxed child."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from review_service.domain.documents import Theme
from review_service.domain.limits import UploadLimits
from workers.facts.frames import read_pdf
from workers.sandbox import policy
from workers.sandbox.calls import Call
from workers.sandbox.client import Job
from workers.sandbox.keeper import start_sandbox
from workers.sandbox.one_answer import nameless, only_frame, write_all

BIND_CPU_SECONDS: Final = 60
BIND_ROOM_BYTES: Final = 1024 * policy.MEBIBYTE
"""The whole evidence stands in memory twice while it is bound."""


def assemble(photos: Sequence[tuple[Path, Theme]], *, limits: UploadLimits | None = None) -> bytes:
    """Return one evidence PDF of the photos, lossless, under the headings of their themes.

    Photos keep their order within a theme. Raises ``ValueError`` for a photo that is none,
    ``OSError`` when a file can't be read, ``SandboxError`` when the sandbox does not work.
    """
    start_sandbox()
    most_pixels = (limits or UploadLimits()).photo_pixels
    order = list(Theme)
    in_order = sorted(photos, key=lambda photo: order.index(photo[1]))
    parts = []
    with nameless("photos") as document:
        for path, theme in in_order:
            data = path.read_bytes()
            write_all(document, data)
            parts.append((len(data), theme.heading, theme.label))
        job = Job(
            call=Call.BIND_PHOTOS,
            arguments={"photos": parts, "most_pixels": most_pixels},
            cpu_seconds=BIND_CPU_SECONDS,
            room_bytes=BIND_ROOM_BYTES,
            quiet_seconds=BIND_CPU_SECONDS,
        )
        frame, _ = only_frame(job, document)
    if frame is None:
        raise ValueError("a photo could not be bound")
    return read_pdf(frame)
