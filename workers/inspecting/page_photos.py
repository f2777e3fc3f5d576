"""Makes one PDF of the photos of a paper's sheets, by asking a sandboxed child."""

from collections.abc import Sequence
from typing import Final

from review_service.domain.documents import DocumentKind
from review_service.domain.limits import UploadLimits
from review_service.domain.page_photos import PagePhoto, places
from review_service.domain.refusals import RefusalReason
from workers.facts.frames import Refusal, RefusedPhoto, read_sheets
from workers.facts.values import FactsError
from workers.inspecting.pages import PAGE_SECONDS
from workers.sandbox.calls import Call
from workers.sandbox.client import Job
from workers.sandbox.keeper import cpu_scale, start_sandbox
from workers.sandbox.one_answer import only_frame

QUIET_SECONDS: Final = 30.0
"""How long a child may be silent with one photo, by the clock."""
PAGE_BYTES: Final = 1024
"""Room in the PDF for all of a page that is no picture; it takes some 450 bytes."""


def bind(
    document: int, photos: Sequence[PagePhoto], *, limits: UploadLimits
) -> bytes | RefusedPhoto:
    """Return one PDF with a page for each photo, or the photo for which none can be made.

    ``document`` is an open descriptor of the photos one behind the other. Raises ``SandboxError``.
    """
    start_sandbox()
    most_bytes = limits.bytes_for(DocumentKind.AGREEMENT)
    job = Job(
        call=Call.BIND_SHEETS,
        arguments={
            "photos": places(photos),
            "most_pixels": limits.photo_pixels,
            "most_bytes_each": most_bytes // limits.agreement_pages - PAGE_BYTES,
            "photo_seconds": PAGE_SECONDS * cpu_scale(),
        },
        cpu_seconds=round(PAGE_SECONDS * len(photos)) + 1,
        quiet_seconds=QUIET_SECONDS,
    )
    frame, _ = only_frame(job, document)
    lost = RefusedPhoto(number=1, refusal=Refusal(reason=RefusalReason.TOO_COSTLY))
    if frame is None:
        return lost
    try:
        return read_sheets(frame, most=len(photos))
    except FactsError:
        return lost
