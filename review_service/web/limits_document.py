"""Writes ``docs/limits.md`` from the table of limits.

``python -m review_service.web.limits_document`` prints the page; with a file name it writes it.
"""

import sys
from pathlib import Path
from typing import Final

from review_service.domain.request_limits import HOUR, LIMITS, MINUTE

HEADING: Final = """# What may be asked how often

Written by `python -m review_service.web.limits_document docs/limits.md` from
`review_service/domain/request_limits.py`, by which the services count. Do not edit it by hand:
`tests/unit/web/test_limits_document.py` compares it. Why it is so stands in
[ADR 20](adr/0020-the-asker-pays.md).

What an account may have computed at once is no row here: one page at a time in each process, while
forty-eight wait of all accounts, and after 0.3 seconds of the processor a tenth of it beside others
(`web/account_turns.py`, [ADR 31](adr/0031-an-account-computes-one-page-at-a-time.md)).

The asker pays first. A browser that has signed in to an account carries a cookie that says so and
has budgets of its own there: nobody else can spend them. What one network address may ask is wide,
because a carrier or a zonal office puts hundreds of people behind it. What is counted for an
account before anybody has shown to own it never shuts its owner out: past it the way in is another
one. Notices of an act are counted nowhere and never held back.

| what | who pays | times | window | past it |
|---|---|---|---|---|
"""


def document() -> str:
    """Return ``docs/limits.md``."""
    rows = [
        f"| {limit.what} | {limit.payer.value} | {limit.count} | {_words(limit.per_seconds)} "
        f"| {limit.past.value} |\n"
        for limit in LIMITS
    ]
    return HEADING + "".join(rows)


def _words(seconds: int) -> str:
    for size, name in ((24 * HOUR, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if seconds % size == 0:
            count = seconds // size
            return f"{count} {name}" if count == 1 else f"{count} {name}s"
    return f"{seconds} seconds"


def _main() -> None:
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(document(), encoding="utf-8")
    else:
        sys.stdout.write(document())


if __name__ == "__main__":
    _main()
