"""Renders the receipt of an application, its dates or its decision, as PDF with WeasyPrint.

``python -m review_service.adapters.receipt_pdf`` reads one of them as JSON from its input, under
``receipt``, ``dates`` or ``decision``, and writes the PDF to its output.
"""

import json
import os
import sys
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration

from review_service.adapters.agreement_pdf import ClosedFetcher
from review_service.adapters.receipt_printer import ASSETS, DATES_FORM, DECISION_FORM, FORM
from review_service.domain import trade_words
from review_service.domain.date_statements import DateStatement
from review_service.domain.decision_papers import DecisionPaper
from review_service.domain.receipts import Receipt
from review_service.domain.terms import CORRECTION_DAYS
from review_service.domain.wording import clock, long_date
from review_service.packaged_files import templates_folder

NICENESS: Final = 5
"""As that of the workers: on one machine pages come before papers."""


class ReceiptRenderer:
    """Renders receipts; the same data give the same page."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(templates_folder()),
            autoescape=True,
            undefined=StrictUndefined,
        )
        self._environment.filters.update(day=long_date, hour=clock)
        self._assets = {name: (path.read_bytes(), kind) for name, (path, kind) in ASSETS.items()}

    def render(self, receipt: Receipt) -> bytes:
        """Return the PDF; only its own stylesheet and fonts are loaded."""
        return self._drawn(
            FORM, receipt=receipt, correction_days=CORRECTION_DAYS, trade_words=trade_words
        )

    def render_dates(self, statement: DateStatement) -> bytes:
        """Return the PDF of a statement of dates."""
        return self._drawn(DATES_FORM, statement=statement)

    def render_decision(self, paper: DecisionPaper) -> bytes:
        """Return the PDF of a decision, or of its preview."""
        return self._drawn(DECISION_FORM, paper=paper)

    def _drawn(self, form: str, **facts: object) -> bytes:
        words = self._environment.get_template(form).render(**facts)
        page = HTML(string=words, base_url="asset:", url_fetcher=ClosedFetcher(self._assets))
        return bytes(page.write_pdf(font_config=FontConfiguration(), pdf_variant="pdf/ua-1"))


def main() -> int:
    """Print one paper."""
    os.nice(NICENESS)
    given = json.load(sys.stdin)
    renderer = ReceiptRenderer()
    if "dates" in given:
        paper = renderer.render_dates(DateStatement.from_json(given["dates"]))
    elif "decision" in given:
        paper = renderer.render_decision(DecisionPaper.from_json(given["decision"]))
    else:
        paper = renderer.render(Receipt.from_json(given["receipt"]))
    sys.stdout.buffer.write(paper)
    return 0


if __name__ == "__main__":
    sys.exit(main())
