"""Bar charts for officers: what their template draws as SVG, beside the table of the same numbers.

Widths are shares of the page in percent and heights are lines of text, so that words keep their
size on a phone and at 200 %. Colours come from the stylesheet alone (ADR 0054).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from review_service.domain.proportions import Proportion, told_percent

WIDEST: Final = 78.0
"""Percent of the width that the longest bar takes; its number stands behind it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One line of a chart and one row of its table."""

    label: str
    value: float
    told: str
    """The value in words."""
    low: float | None = None
    """Begin of the interval in which the true value probably is; None where there is none."""
    high: float | None = None
    is_late: bool = False
    address: str = ""
    """Page with the cases behind the number; empty where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Bars of one unit, drawn from 0 to ``most``."""

    title: str
    sentence: str
    """What it shows, for who hears it."""
    of: str
    """Head of the table's first column."""
    counts: str
    """Head of the table's second column."""
    bars: tuple[Bar, ...]
    most: float

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return all(bar.value == 0 and not bar.high for bar in self.bars)

    def width(self, value: float | None) -> float:
        """Return how much of the page's width a value takes, in percent."""
        return round(WIDEST * (value or 0) / self.most, 2) if self.most else 0.0


def counted(
    title: str, sentence: str, bars: Sequence[Bar], *, of: str, counts: str = "Casos"
) -> Chart:
    """Return a chart whose longest bar is the largest value."""
    most = max((max(bar.value, bar.high or 0) for bar in bars), default=0)
    return Chart(title=title, sentence=sentence, of=of, counts=counts, bars=tuple(bars), most=most)


def shared(title: str, sentence: str, bars: Sequence[Bar], *, of: str, counts: str) -> Chart:
    """Return a chart of shares, drawn from 0 to 100 %."""
    return Chart(title=title, sentence=sentence, of=of, counts=counts, bars=tuple(bars), most=1.0)


def share_bar(label: str, share: Proportion, *, address: str = "") -> Bar:
    """Return a share with its interval, and «pocos casos» where it says little."""
    low, high = share.interval
    told = "sin casos" if share.share is None else told_share(share)
    return Bar(
        label=label,
        value=share.share or 0.0,
        told=told,
        low=low if share.of else None,
        high=high if share.of else None,
        address=address,
    )


def told_share(share: Proportion) -> str:
    """Return «12 % (12 de 100), entre 7 % y 20 %», and that there are few cases where there are."""
    if share.share is None:
        return "sin casos"
    low, high = share.interval
    few = "; pocos casos" if share.is_of_few else ""
    return (
        f"{told_percent(share.share)} ({share.count} de {share.of}), "
        f"entre {told_percent(low)} y {told_percent(high)}{few}"
    )
