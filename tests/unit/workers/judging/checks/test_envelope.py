"""The check ``envelope``, on both sides of its limits."""

import pytest

from workers.facts.page import DocumentFacts
from workers.judging.checks import envelope


@pytest.mark.parametrize(
    ("before", "after", "codes"),
    [
        (0, 0, []),
        (0, 1024, []),
        (1, 0, ["bytes_before_header"]),
        (0, 1025, ["bytes_after_end"]),
        (9, 9999, ["bytes_before_header", "bytes_after_end"]),
    ],
)
def test_tells_of_foreign_bytes(before: int, after: int, codes: list[str]) -> None:
    document = DocumentFacts(header_offset=before, trailing_bytes=after)
    assert [finding.code for finding in envelope.check(document)] == codes
