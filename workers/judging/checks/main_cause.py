"""One advice for one photo: its gravest fault first, the others for officers only."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from review_service.domain.findings import Finding
from workers.judging.checks import compression, cover, exposure, resolution, sharpness

OF_A_PHOTO: Final = frozenset(
    {exposure.CHECK, cover.CHECK, sharpness.CHECK, resolution.CHECK, compression.CHECK}
)


def first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings with advice only on the gravest fault of a photo, the first of equals."""
    told = tuple(findings)
    of_photo = [finding for finding in told if finding.check in OF_A_PHOTO]
    main = max(of_photo, key=lambda finding: finding.severity.rank, default=None)
    return tuple(
        replace(finding, advice="")
        if finding.check in OF_A_PHOTO and finding is not main
        else finding
        for finding in told
    )
