# ruff: noqa: INP001 -- a program of its own, not a package
"""Measures what a public page weighs and when it is first painted on a slow connection.

python benchmarks/public_pages.py [--kbit 400] [--latency 100] [--times 3] [--json] [--strict]

Every page of ``sitemap.xml``, in each language, and those of ``BESIDE`` are opened in Debian's
Chromium by somebody who was never here: no cookie, nothing cached, 360 px wide, the connection
slowed down by the browser to ``--kbit`` a second each way with ``--latency`` milliseconds for each
answer. The service is its own processes
on the embedded database, as ``scripts/demo`` runs them, without a proxy.

``kb`` counts every byte of every answer that comes before anything is pressed, headers included,
as it went over the wire (1 kB is 1,000 bytes). ``paint_ms`` is the browser's own
``first-contentful-paint``, the median of ``--times``. ``requests`` is how many were asked for.
"""

import argparse
import json
import re
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from html import unescape
from pathlib import Path
from typing import Any, Final
from urllib.request import urlopen

from playwright.sync_api import Browser, ViewportSize, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from review_service.demo.stage import preparing
from tests.e2e.browsing import chromium
from tests.e2e.stack import running
from tests.smtp_sink import smtp_sink

BAR_KB: Final = 60.0
BAR_PAINT_MS: Final = 1500.0
ADDRESS: Final = re.compile(r"<loc>([^<]+)</loc>")
BESIDE: Final = (
    "/buscar?q=certificado",
    "/cifras/2023/07",
    "/cifras/2023/07?lang=en",
    "/cual-es-el-mio/activo/negocio/categoria/hasta",
    "/directorio?q=",
    "/ingresar",
    "/otros-tramites",
    "/quejas/nueva/queja",
    "/v/aaaaaaaaaaaaaaaaaaaaaaaaaa",
)
"""Public pages that search engines are not told of, or find from others."""
PAINT: Final = "performance.getEntriesByName('first-contentful-paint').map(e => e.startTime)"
WIDTH: Final = 360


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Figures of one public page."""

    path: str
    kb: float
    requests: int
    paint_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What one visit took."""

    bytes: int
    requests: int
    paint_ms: float


def main() -> int:
    """Measure, print a table or one JSON object; 1 when a bar is missed, if ``--strict``."""
    options = _options()
    with (
        tempfile.TemporaryDirectory(prefix="public-pages-") as name,
        smtp_sink() as sink,
        running(
            Path(name),
            database_url=f"sqlite:///{name}/service.db",
            redis_url="",
            sink=sink,
        ) as stack,
        sync_playwright() as playwright,
        chromium(playwright) as browser,
    ):
        preparing.import_figures(stack.container)
        _visit(browser, stack.base, options)
        paths = (*_paths(stack.base), *BESIDE)
        pages = [_page(browser, stack.base, path, options) for path in paths]
    missed = [text for page in pages for text in _missed(page)]
    told: dict[str, Any] = {
        "kbit": options.kbit,
        "latency_ms": options.latency,
        "times": options.times,
        "bars": {"kb": BAR_KB, "paint_ms": BAR_PAINT_MS},
        "pages": [asdict(page) for page in pages],
        "missed": missed,
    }
    sys.stdout.write(json.dumps(told) + "\n" if options.json else _table(pages, missed))
    return 1 if missed and options.strict else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kbit", type=float, default=400.0, help="kbit a second, each way")
    parser.add_argument("--latency", type=float, default=100.0, help="milliseconds of an answer")
    parser.add_argument("--times", type=int, default=3, help="visits to each page")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a bar is missed")
    return parser.parse_args()


def _paths(base: str) -> list[str]:
    with urlopen(f"{base}/sitemap.xml", timeout=30) as answer:  # noqa: S310 -- our own service
        listed = map(unescape, ADDRESS.findall(answer.read().decode()))
        found = [address.removeprefix(base) or "/" for address in listed]
    if not found:
        raise SystemExit("sitemap.xml lists no page")
    return found


def _page(browser: Browser, base: str, path: str, options: argparse.Namespace) -> Page:
    visits = [_visit(browser, base + path, options) for _ in range(options.times)]
    return Page(
        path=path,
        kb=round(max(visit.bytes for visit in visits) / 1000, 1),
        requests=max(visit.requests for visit in visits),
        paint_ms=round(statistics.median(visit.paint_ms for visit in visits)),
    )


def _visit(browser: Browser, address: str, options: argparse.Namespace) -> Visit:
    """Open a page in a browser of its own, with nothing kept from before."""
    context = browser.new_context(viewport=ViewportSize(width=WIDTH, height=740))
    try:
        page = context.new_page()
        wire = context.new_cdp_session(page)
        sizes = list[float]()
        wire.on("Network.loadingFinished", lambda ended: sizes.append(ended["encodedDataLength"]))
        wire.send("Network.enable")
        each_way = options.kbit * 1000 / 8
        wire.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": options.latency,
                "downloadThroughput": each_way,
                "uploadThroughput": each_way,
            },
        )
        page.goto(address, wait_until="networkidle")
        painted = page.evaluate(PAINT)
        if not painted:
            raise SystemExit(f"{address}: nothing was painted")
        return Visit(bytes=int(sum(sizes)), requests=len(sizes), paint_ms=painted[0])
    finally:
        context.close()


def _missed(page: Page) -> list[str]:
    missed = []
    if page.kb > BAR_KB:
        missed.append(f"{page.path}: {page.kb} kB")
    if page.paint_ms > BAR_PAINT_MS:
        missed.append(f"{page.path}: painted after {page.paint_ms:.0f} ms")
    return missed


def _table(pages: Sequence[Page], missed: Sequence[str]) -> str:
    lines = [f"{'kB':>6} {'requests':>8} {'paint ms':>8}  page"]
    lines += [
        f"{page.kb:6.1f} {page.requests:8} {page.paint_ms:8.0f}  {page.path}"
        for page in sorted(pages, key=lambda page: -page.kb)
    ]
    lines.append(
        f"bars: {BAR_KB:.0f} kB, {BAR_PAINT_MS:.0f} ms; missed: {'; '.join(missed) or 'none'}"
    )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
