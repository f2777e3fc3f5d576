# ruff: noqa: INP001 -- part of a program of its own, not a package
"""What a rule would grant on: genuine papers that leave no doubt, and bad ones that must."""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from review_service.domain.documents import VENTURE_PAPERS, SupportKind
from review_service.domain.reports import DocumentReport
from review_service.domain.support_comparison import values_of
from review_service.domain.support_papers import PaperRead, doubts
from tests.samples.support_altered import WAYS, altered
from tests.samples.support_papers import (
    COMPANIES,
    KEPT,
    LAYOUTS,
    PEOPLE,
    SupportPaper,
    genuine,
)

AFTER_DAYS: Final = 4
"""Days from a paper's issue to the decision."""
MOST_LATE_DAYS: Final = 400
IN_PLACE_OF: Final = {
    "sunat": SupportKind.TAX_CERTIFICATE,
    "dian": SupportKind.TAX_CERTIFICATE,
    "essalud": SupportKind.EMPLOYER_CERTIFICATE,
    "parafiscales": SupportKind.EMPLOYER_CERTIFICATE,
    "planilla_pe": SupportKind.PAYROLL,
    "escritura_co": SupportKind.DEED,
}
ALTERED, OTHER_RUC, EXPIRED, OTHER_KIND = "altered", "of another RUC", "expired", "of another kind"

Taken = Callable[[SupportPaper, str, int], bytes]
Inspected = Callable[[bytes], DocumentReport]


@dataclass(frozen=True, kw_only=True)
class Case:
    """One paper beside what the applicant and the sheet say."""

    group: str
    """A group of bad papers, or empty for a genuine one."""
    how: str
    """The way in which it was altered, else how it was scanned."""
    place: SupportKind
    layout: int
    content: bytes
    ruc: str
    holder: str
    employees: int
    on: date


@dataclass(frozen=True, kw_only=True)
class Decided:
    """One case and the codes that keep a rule from granting on it."""

    case: Case
    codes: tuple[str, ...]


def decided(cases: Iterable[Case], inspected: Inspected) -> Iterator[Decided]:
    """Yield what a rule could say of each case."""
    for case in cases:
        found = doubts(
            case.place,
            _read(inspected(case.content)),
            ruc=case.ruc,
            holder=case.holder,
            employees=case.employees,
            on=case.on,
        )
        yield Decided(case=case, codes=tuple(doubt.code.value for doubt in found if doubt.prevents))


def _read(report: DocumentReport) -> PaperRead:
    found = [*report.findings, *(finding for page in report.pages for finding in page.findings)]
    return PaperRead(
        recognised_as=report.recognised_as,
        values=values_of((field.name, field.value, field.confidence) for field in report.fields),
        findings=tuple((finding.code, finding.severity) for finding in found),
    )


def genuine_cases(
    count: int, *, conditions: Sequence[str], taken: Taken, seed: int
) -> Iterator[Case]:
    """Yield genuine papers; each kind, layout and condition before any comes again."""
    rng = random.Random(seed)  # noqa: S311 -- samples, no secrets
    kinds = list(VENTURE_PAPERS)
    for index in range(count):
        kind, turn = kinds[index % len(kinds)], index // len(kinds)
        # A step of 3 and a later turn: the first few papers already show every layout.
        layout = (turn * 3) % LAYOUTS
        condition = conditions[(turn + turn // LAYOUTS) % len(conditions)]
        paper = genuine(kind, layout, rng)
        yield _case("", condition, paper, taken(paper, condition, index))


def bad_cases(each: int, *, conditions: Sequence[str], taken: Taken, seed: int) -> Iterator[Case]:
    """Yield ``each`` papers of each of the four groups of bad ones."""
    rng = random.Random(seed + 1)  # noqa: S311 -- samples, no secrets
    for index in range(each):
        condition = conditions[index % len(conditions)]
        yield _altered(index, rng)
        yield _of_other(index, condition, taken, rng)
        yield _expired(index, condition, taken, rng)
        yield _of_other_kind(index, condition, taken, rng)


def _case(group: str, how: str, paper: SupportPaper, content: bytes, **changes: Any) -> Case:  # noqa: ANN401 -- any field
    case = Case(
        group=group,
        how=how,
        place=paper.kind or SupportKind.DEED,
        layout=paper.layout,
        content=content,
        ruc=paper.ruc,
        holder=paper.holder,
        employees=paper.workers,
        on=paper.issued_on + timedelta(days=AFTER_DAYS),
    )
    return replace(case, **changes)


def _altered(index: int, rng: random.Random) -> Case:
    ways = list(WAYS)
    kinds = list(VENTURE_PAPERS)
    way, kind = ways[index % len(ways)], kinds[(index + index // len(ways)) % len(kinds)]
    made = altered(genuine(kind, rng.randrange(LAYOUTS), rng), way, place=index % 5)
    return _case(ALTERED, way, made.wanted, made.content)


def _of_other(index: int, condition: str, taken: Taken, rng: random.Random) -> Case:
    """Yield somebody else's paper; every second one's owner has the applicant's name."""
    kind = VENTURE_PAPERS[index % len(VENTURE_PAPERS)]
    paper = genuine(kind, rng.randrange(LAYOUTS), rng)
    pool = [entry for entry in COMPANIES + PEOPLE if entry[1] != paper.ruc]
    holder, ruc = rng.choice(pool)
    namesake = index % 2 == 1 and kind is not SupportKind.DEED
    return _case(
        OTHER_RUC,
        condition,
        paper,
        taken(paper, condition, index),
        ruc=ruc,
        holder=paper.holder if namesake else holder,
    )


def _expired(index: int, condition: str, taken: Taken, rng: random.Random) -> Case:
    kind = [one for one in VENTURE_PAPERS if one is not SupportKind.DEED][index % 3]
    paper = genuine(kind, rng.randrange(LAYOUTS), rng)
    late = rng.choice((61, 75, 120, 190, MOST_LATE_DAYS))
    content = taken(paper, condition, index)
    return _case(EXPIRED, condition, paper, content, on=paper.issued_on + timedelta(days=late))


def _of_other_kind(index: int, condition: str, taken: Taken, rng: random.Random) -> Case:
    if index % 2:
        name = list(IN_PLACE_OF)[(index // 2) % len(IN_PLACE_OF)]
        paper = replace(genuine(IN_PLACE_OF[name], 0, rng), kind=None, other=name)
        place = IN_PLACE_OF[name]
    else:
        kinds = list(VENTURE_PAPERS)
        kind, place = kinds[(index // 2) % 4], kinds[(index // 2 + 1 + index // 8 % 3) % 4]
        paper = genuine(kind, rng.randrange(LAYOUTS), rng)
    return _case(OTHER_KIND, condition, paper, taken(paper, condition, index), place=place)


def figures(found: Sequence[Decided]) -> dict[str, Any]:
    """Return how many of each sort leave no doubt, and what keeps the genuine ones from it."""
    good = [one for one in found if not one.case.group]
    kept = {True: "kept", False: "tuned"}
    return {
        "genuine": {
            "all": _share(good),
            **_by(good, lambda one: one.case.place.value),
            **_by(good, lambda one: one.case.how),
            **_by(good, lambda one: f"layouts {kept[one.case.layout in KEPT]}"),
        },
        "bad": _by([one for one in found if one.case.group], lambda one: one.case.group),
        "altered": _by(
            [one for one in found if one.case.group == ALTERED], lambda one: one.case.how
        ),
        "why not": dict(Counter(code for one in good for code in one.codes).most_common()),
        "slipped": [
            f"{one.case.group}: {one.case.how}, {one.case.place.value}, layout {one.case.layout}"
            for one in found
            if one.case.group and not one.codes
        ],
    }


def _by(found: Sequence[Decided], name: Callable[[Decided], str]) -> dict[str, Mapping[str, int]]:
    names = sorted({name(one) for one in found})
    return {each: _share([one for one in found if name(one) == each]) for each in names}


def _share(found: Sequence[Decided]) -> dict[str, int]:
    return {"papers": len(found), "automatic": sum(not one.codes for one in found)}
