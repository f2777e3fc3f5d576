# ruff: noqa: INP001 -- beside the program that uses it, not a package
"""The rows of benchmarks/quality.py about a photo as a whole, spoilt or good, raw and resent.

From which strength on nobody can use the photo was decided by eye: docs/adr/0062. Weaker ones are
told without a bar.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import cut_outs
import spoiling
from degradations import Change, Fate, saved, sent, then, unchanged
from photographs import Photograph

from review_service.domain.findings import Finding, Severity

LEAST_FLAGGED: Final = 95.0
MOST_FALSE: Final = 1.0
"""Bars of the issue, in per cent."""
APP: Final = ((1600, 75), (1280, 70))
"""Longest side in px and JPEG quality of what messaging apps pass on."""

ON_WHITE: Final = "thing on white"

Judge = Callable[[bytes], Sequence[Finding]]


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way of spoiling, and the code that says so."""

    group: str
    name: str
    change: Change
    codes: frozenset[str]
    has_bar: bool = True
    is_good: bool = False
    """Nothing spoilt it: it is to be flagged in no way."""
    is_png: bool = False
    """Saved without loss when it is not resent."""


@dataclass(frozen=True, kw_only=True)
class SpoiltRow:
    """How many are flagged, in per cent, as saved by the telephone and as an app passes them on."""

    group: str
    name: str
    photos: int
    raw: float
    raw_bad: float
    resent: float
    resent_bad: float
    named: float
    """Of those flagged, in per cent, for the very reason."""
    is_good: bool
    bar: float | None
    holds: bool


_DARK: Final = frozenset({"photo_dark", "photo_very_dark"})
_BRIGHT: Final = frozenset({"photo_overexposed"})
_HAZY: Final = frozenset({"photo_hazy"})
_COVERED: Final = frozenset({"photo_covered"})
_CORNER: Final = frozenset({"photo_corner_dark"})
_CRUSHED: Final = frozenset({"photo_compressed"})

WAYS: Final = (
    *(
        Way(group="light", name=f"x {factor:g}", change=spoiling.light(factor), codes=_DARK)
        for factor in (0.2, 0.1)
    ),
    *(
        Way(
            group="light",
            name=f"x {factor:g}",
            change=spoiling.light(factor),
            codes=_BRIGHT,
            has_bar=factor >= 10,  # noqa: PLR2004 -- the issue's
        )
        for factor in (4, 6, 10, 16)
    ),
    *(
        Way(
            group="haze",
            name=f"keeps {keep:.0%}",
            change=spoiling.haze(keep, uneven=0.2),
            codes=_HAZY,
            has_bar=keep <= 0.15,  # noqa: PLR2004 -- by eye
        )
        for keep in (0.2, 0.15, 0.1)
    ),
    *(
        Way(
            group="finger",
            name=f"over {share:.0%}",
            change=spoiling.finger(share),
            codes=_COVERED,
            has_bar=share >= 0.6,  # noqa: PLR2004 -- the issue's
        )
        for share in (0.45, 0.6, 0.7)
    ),
    *(
        Way(
            group="dark corner",
            name=f"over {share:.0%}",
            change=spoiling.dark_corner(share, floor=0.02),
            codes=_CORNER,
            has_bar=share >= 0.55,  # noqa: PLR2004 -- by eye
        )
        for share in (0.4, 0.55, 0.65)
    ),
    *(
        Way(
            group="saved again",
            name=f"quality {quality}",
            change=saved(quality),
            codes=_CRUSHED,
            has_bar=quality <= 8,  # noqa: PLR2004 -- the issue's
        )
        for quality in (8, 10, 12)
    ),
    Way(group="good", name="as it is", change=unchanged, codes=frozenset(), is_good=True),
    *(
        Way(group=ON_WHITE, name=name, change=change, codes=frozenset(), is_good=True, is_png=png)
        for name, change, png in (
            ("oval", cut_outs.oval_on_white, False),
            ("cut out", cut_outs.on_white, False),
            ("cut out, PNG", cut_outs.on_white, True),
        )
    ),
    Way(
        group=ON_WHITE,
        name="cut out, x 10",
        change=then(cut_outs.on_white, spoiling.light(10)),
        codes=_BRIGHT,
        has_bar=False,
    ),
)
"""The ground of a thing on white is white with the right light too, so with too much no bar asks
that it is told."""


def rows(
    chosen: Sequence[Photograph],
    judge: Judge,
    *,
    verbose: Callable[[str], object],
    only: str = "",
) -> list[SpoiltRow]:
    """Judge every photograph spoilt in every way, raw and resent, or in those of one group.

    ``verbose`` hears of mistakes.
    """
    return [_row(way, chosen, judge, verbose) for way in WAYS if only in {"", way.group}]


def _row(
    way: Way, chosen: Sequence[Photograph], judge: Judge, verbose: Callable[[str], object]
) -> SpoiltRow:
    if way.is_good:
        chosen = [each for each in chosen if not each.not_good]
    found: dict[str, list[Sequence[Finding]]] = {"raw": [], "resent": []}
    for photograph in chosen:
        for form, fate in _forms(way, photograph).items():
            findings = judge(sent(fate, photograph.pixels, photograph.seed))
            found[form].append(findings)
            if _is_flagged(findings) is way.is_good:
                said = " ".join(finding.message for finding in findings)
                verbose(f"{way.group} {way.name}, {form}: {photograph.name}: {said}\n")
    raw, resent = (_share(map(_is_flagged, found[form])) for form in found)
    flagged = [each for each in (*found["raw"], *found["resent"]) if _is_flagged(each)]
    return SpoiltRow(
        group=way.group,
        name=way.name,
        photos=len(chosen),
        raw=raw,
        raw_bad=_share(map(_is_bad, found["raw"])),
        resent=resent,
        resent_bad=_share(map(_is_bad, found["resent"])),
        named=_share(any(one.code in way.codes for one in each) for each in flagged),
        is_good=way.is_good,
        bar=_bar(way),
        holds=_holds(way, raw, resent),
    )


def _forms(way: Way, photograph: Photograph) -> dict[str, Fate]:
    side, quality = APP[photograph.seed % len(APP)]
    # what a crushing saving leaves is saved once more by the telephone's gallery
    return {
        "raw": Fate(
            name=way.name,
            change=way.change,
            quality=75 if way.group == "saved again" else 88,
            is_png=way.is_png,
        ),
        "resent": Fate(
            name=way.name, change=then(way.change, spoiling.resent(side)), quality=quality
        ),
    }


def _bar(way: Way) -> float | None:
    if way.is_good:
        return MOST_FALSE
    return LEAST_FLAGGED if way.has_bar else None


def _holds(way: Way, raw: float, resent: float) -> bool:
    if way.is_good:
        return max(raw, resent) <= MOST_FALSE
    return not way.has_bar or min(raw, resent) >= LEAST_FLAGGED


def _is_flagged(findings: Iterable[Finding]) -> bool:
    return any(finding.severity.rank > Severity.NOTE.rank for finding in findings)


def _is_bad(findings: Iterable[Finding]) -> bool:
    return any(finding.severity is Severity.BAD for finding in findings)


def _share(told: Iterable[bool]) -> float:
    values = list(told)
    return round(100 * sum(values) / len(values), 1) if values else 0.0


def table(found: Sequence[SpoiltRow]) -> str:
    """Return the rows for people."""
    lines = [f"\n{'SPOILT AS A WHOLE':29} photos    raw   (bad)  resent (bad)  so named   bar"]
    for row in found:
        sign = "≤" if row.is_good else "≥"
        verdict = "holds" if row.holds else "MISSED"
        bar = "told only" if row.bar is None else f"{sign} {row.bar:.0f} % {verdict}"
        lines.append(
            f"{row.group:14} {row.name:14} {row.photos:6} {row.raw:6.1f} ({row.raw_bad:5.1f}) "
            f"{row.resent:7.1f} ({row.resent_bad:5.1f}) {row.named:7.1f} %   {bar}"
        )
    return "\n".join(lines) + "\n"
