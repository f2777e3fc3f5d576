"""The document of the limits is the table."""

from pathlib import Path

from review_service.domain.request_limits import LIMITS
from review_service.web.limits_document import document

PAGE = Path(__file__).parents[3] / "docs" / "limits.md"


def test_the_page_for_people_says_what_the_table_says() -> None:
    """Write it anew: ``python -m review_service.web.limits_document docs/limits.md``."""
    assert PAGE.read_text(encoding="utf-8") == document()


def test_each_row_is_a_line() -> None:
    assert sum(line.startswith("| ") for line in document().splitlines()) == len(LIMITS) + 1
