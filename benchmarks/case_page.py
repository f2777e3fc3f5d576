# ruff: noqa: INP001 -- a program of its own, not a package
"""Measures when an officer can use the page of a case, and what it weighs.

python benchmarks/case_page.py [--pages 40] [--times 5] [--json] [--strict]

A case of ``--pages`` photos, whose pictures are as large as workers make them, is opened in
Debian's Chromium by an officer who holds it, at a desk of 1280 x 800, with nothing cached: pictures
never are. The desk is the real web application on SQLite in this process, without a proxy.

``usable_ms``: from asking for the page until a picture of the page in view is drawn (its small one
counts), each thumbnail in sight is there, and a key is answered; the median of ``--times``.
``sharp_ms``: until the larger picture of the page in view is drawn. ``kb``: every byte of every
answer before anything is pressed, as it went over the wire (1 kB is 1,000 bytes). ``full_images``:
pictures that came in full, which they do when somebody zooms. ``image_px``: pixels across the
picture in full, beside ``shown_px``, those of its place.
"""

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from review_service.db.models import SessionKind
from review_service.web.auth import COOKIES
from tests.e2e.browsing import DESK, Visitor, chromium
from tests.e2e.weighed_cases import WeighedCase, weighed_case

BARS: Final = MappingProxyType({"usable_ms": 1000.0, "full_images": 0, "kb": 700.0})
SMALLER: Final = ("miniatura.jpg", "vista.jpg")
"""How the addresses of pictures end that are not in full."""
SETTLE_MS: Final = 1000
"""What a page asks for by itself has come by then; it asks who holds the case for ever."""
ANSWERS: Final = """() => {
  const said = document.querySelector("#dicho")?.textContent;
  if (said) return performance.now();
  const event = new KeyboardEvent("keydown", { key: "r", code: "KeyR", bubbles: true });
  document.body.dispatchEvent(event);
  return document.querySelector("#dicho")?.textContent ? performance.now() : null;
}"""
"""Turning the picture is the key whose answer asks the server nothing."""
SMALL: Final = """() => {
  const seen = (found) => { const at = found.getBoundingClientRect();
    return at.bottom > 0 && at.top < innerHeight; };
  const strip = [...document.querySelectorAll("#tira img")].filter(seen);
  const drawn = (url) => performance.getEntriesByName(url).some((each) => each.responseEnd > 0);
  const page = [...document.querySelectorAll("#vista image")].map((each) => each.href.baseVal)
    .map((path) => new URL(path, location).href);
  const is = strip.length > 0 && strip.every((each) => each.complete && each.naturalWidth)
    && page.some(drawn);
  return is ? performance.now() : null;
}"""
SHARP: Final = """async () => {
  const full = [...document.querySelectorAll("#vista image")].at(-1);
  await full.decode();
  return performance.now();
}"""
WIDTHS: Final = """() => {
  const full = [...document.querySelectorAll("#vista image")].at(-1);
  const width = Math.round(full.getBoundingClientRect().width * devicePixelRatio);
  return [Number(full.getAttribute("width")), width];
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What one opening of the page took."""

    usable_ms: float
    sharp_ms: float
    kb: float
    requests: int
    full_images: int
    image_px: int
    shown_px: int


def main() -> int:
    """Measure, print a table or one JSON object; 1 when a bar is missed, if ``--strict``."""
    options = _options()
    with (
        tempfile.TemporaryDirectory(prefix="case-page-") as name,
        weighed_case(Path(name), pages=options.pages, taken=True) as case,
        sync_playwright() as playwright,
        chromium(playwright) as browser,
    ):
        _visit(browser, case)  # the process has its templates read
        visits = [_visit(browser, case) for _ in range(options.times)]
    figures: dict[str, Any] = {
        "pages": options.pages,
        "usable_ms": round(statistics.median(each.usable_ms for each in visits)),
        "sharp_ms": round(statistics.median(each.sharp_ms for each in visits)),
        "kb": round(max(each.kb for each in visits), 1),
        "requests": max(each.requests for each in visits),
        "full_images": max(each.full_images for each in visits),
        "image_px": visits[0].image_px,
        "shown_px": visits[0].shown_px,
    }
    told = missed(figures)
    if options.json:
        all_of_it = {**figures, "bars": dict(BARS), "visits": [asdict(each) for each in visits]}
        sys.stdout.write(json.dumps({**all_of_it, "missed": told}) + "\n")
    else:
        sys.stdout.write(_table(figures, told))
    return 1 if told and options.strict else 0


def missed(figures: Mapping[str, Any]) -> list[str]:
    """Return the bars that the figures of a case miss, each in words."""
    return [
        f"{name} is {figures[name]}, over {bar}"
        for name, bar in BARS.items()
        if figures[name] > bar
    ]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=40, help="pages of the case")
    parser.add_argument("--times", type=int, default=5, help="openings that are measured")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a bar is missed")
    return parser.parse_args()


def _visit(browser: Browser, case: WeighedCase) -> Visit:
    """Open the case in a browser of its own, with nothing kept from before."""
    visitor = Visitor(browser, case.base, viewport=DESK)
    try:
        visitor.sign_in_as(COOKIES[SessionKind.OFFICER], case.token)
        page = visitor.page
        wire = visitor.context.new_cdp_session(page)
        sizes, addresses = list[float](), list[str]()
        wire.on("Network.loadingFinished", lambda ended: sizes.append(ended["encodedDataLength"]))
        wire.on("Network.responseReceived", lambda got: addresses.append(got["response"]["url"]))
        wire.send("Network.enable")
        page.goto(f"/revision/casos/{case.case_id}", wait_until="commit")
        moments = [
            float(page.wait_for_function(asked, polling=10).json_value())
            for asked in (SMALL, ANSWERS)
        ]
        sharp = float(page.evaluate(SHARP))
        page.wait_for_timeout(SETTLE_MS)
        image_px, shown_px = page.evaluate(WIDTHS)
        return Visit(
            usable_ms=max(moments),
            sharp_ms=sharp,
            kb=sum(sizes) / 1000,
            requests=len(addresses),
            full_images=sum(
                each.endswith(".jpg") and not each.endswith(SMALLER) for each in addresses
            ),
            image_px=image_px,
            shown_px=shown_px,
        )
    finally:
        visitor.close()


def _table(figures: Mapping[str, Any], told: list[str]) -> str:
    names = ("pages", "usable_ms", "sharp_ms", "kb", "requests", "full_images", "image_px")
    heads = [*names, "shown_px"]
    cells = [str(figures[name]) for name in heads]
    widths = [max(len(head), len(cell)) for head, cell in zip(heads, cells, strict=True)]
    lines = [
        "  ".join(word.rjust(width) for word, width in zip(row, widths, strict=True))
        for row in (heads, cells)
    ]
    ends = [f"missed: {each}" for each in told] or ["every bar is held"]
    return "\n".join([*lines, *ends]) + "\n"


if __name__ == "__main__":
    sys.exit(main())
