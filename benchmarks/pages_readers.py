# ruff: noqa: INP001 -- a part of benchmarks/pages.py
"""Compares what officers see of odd pages with what pdfium and poppler show of them."""

import io
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from review_service.domain.documents import DocumentKind
from review_service.domain.limits import UploadLimits
from review_service.samples import files
from tests.samples import odd_pages, readers
from tests.samples.pictures import opened
from workers.inspecting.document import inspect, start_sandbox, stop_sandbox

MOST_APART: Final = 5.0
"""Mean difference on 64 by 64 cells, in units of a channel, 0 to 255."""
AGREE: Final = 6.0
"""Up to which the two readers show the same: they mix inks and calibrated colours otherwise."""


def measured(*, names: bool) -> dict[str, Any]:
    """Return how many odd pages there are, and which are shown unlike a reader.

    A page is unlike when it differs from pdfium, or from both where the two readers agree.
    """
    photo = opened(files.photo(files.Scene.LOOM, width_px=800))
    unlike, refused, disagree, farthest = list[str](), list[str](), 0, 0.0
    count = 0
    start_sandbox()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder) / "page.pdf"
        for page in odd_pages.all_pages(photo):
            count += 1
            path.write_bytes(page.data)
            report = inspect(path, kind=DocumentKind.EVIDENCE, limits=UploadLimits())
            image = report.pages[0].image if report.pages else None
            if image is None:
                refused.append(page.name)
                continue
            ours = readers.look(Image.open(io.BytesIO(image)))
            by_pdfium, by_poppler = readers.by_pdfium(page.data), readers.by_poppler(page.data)
            do_agree = readers.apart(by_pdfium, by_poppler) <= AGREE
            disagree += not do_agree
            apart = readers.apart(ours, by_pdfium)
            farthest = max(farthest, apart)
            is_far = do_agree and readers.apart(ours, by_poppler) > AGREE + MOST_APART
            if apart > MOST_APART or is_far:
                unlike.append(page.name)
                if names:
                    sys.stderr.write(f"{page.name}: {apart:.1f}\n")
    stop_sandbox()
    return {
        "pages": count,
        "unlike": unlike + refused,
        "refused": len(refused),
        "readers_disagree": disagree,
        "farthest": round(farthest, 1),
    }


def table(told: dict[str, Any]) -> str:
    """Return the lines of the result."""
    verdict = "holds" if not told["unlike"] else "MISSED"
    return (
        f"{told['pages']} odd pages against two readers: {len(told['unlike'])} shown unlike them "
        f"(bar 0), {told['refused']} refused, farthest {told['farthest']} of 255; on "
        f"{told['readers_disagree']} the readers disagree  {verdict}\n"
    )
