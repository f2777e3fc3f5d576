"""Renders the receipt of an application as PDF with WeasyPrint."""

import hashlib
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration

from review_service.adapters.agreement_pdf import ClosedFetcher
from review_service.domain.receipts import Receipt
from review_service.domain.terms import CORRECTION_DAYS
from review_service.domain.wording import clock, long_date
from review_service.packaged_files import static_folder, templates_folder

_FILES: Final = {
    "asset:receipt.css": (templates_folder() / "applicant" / "receipt_paper.css", "text/css"),
    "asset:regular.ttf": (static_folder() / "fonts" / "acuerdo-serif-regular.ttf", "font/ttf"),
    "asset:bold.ttf": (static_folder() / "fonts" / "acuerdo-serif-bold.ttf", "font/ttf"),
}


class ReceiptRenderer:
    """Renders receipts; the same data give the same page."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(templates_folder()),
            autoescape=True,
            undefined=StrictUndefined,
        )
        self._environment.filters.update(day=long_date, hour=clock)
        self._assets = {name: (path.read_bytes(), kind) for name, (path, kind) in _FILES.items()}
        form = (templates_folder() / "applicant" / "receipt_paper.html").read_bytes()
        parts = (form, *(content for content, _ in self._assets.values()))
        self.edition = hashlib.sha256(b"".join(parts)).hexdigest()
        """Digest of everything but the data: another edition prints differently."""

    def render(self, receipt: Receipt) -> bytes:
        """Return the PDF; only its own stylesheet and fonts are loaded."""
        words = self._environment.get_template("applicant/receipt_paper.html").render(
            receipt=receipt, correction_days=CORRECTION_DAYS
        )
        page = HTML(string=words, base_url="asset:", url_fetcher=ClosedFetcher(self._assets))
        return bytes(page.write_pdf(font_config=FontConfiguration(), pdf_variant="pdf/ua-1"))
